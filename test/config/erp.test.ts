/** erp.yml: which ERP it is, and the program that asks one other than Abacos. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { createFolder, faultsOf, LEAST, load } from './folder.ts';

const WITHOUT_ABACOS = { 'abacos.yml': null };

test('Without erp.yml, and where it says so, the ERP is Abacos', (t) => {
  assert.equal(load(t).config.erp.kind, 'abacos');
  assert.equal(load(t, { 'erp.yml': 'kind: abacos\n' }).config.erp.kind, 'abacos');
  assert.match(faultsOf(t, WITHOUT_ABACOS).join('\n'), /^abacos\.yml: the file is missing\./);
});

test('A program is words, with what it is given besides; abacos.yml need not be there then', (t) => {
  const folder = createFolder(t, {
    ...WITHOUT_ABACOS,
    'erp.yml': [
      'kind: command',
      'name: Odoo',
      'command: bin/odoo --company 1',
      'environment:',
      '  ODOO_URL: https://odoo.example.com',
      'secrets: [ODOO_TOKEN]',
      'timeout: 20',
      '',
    ].join('\n'),
  });
  const credentialsDirectory = createFolder(t, { 'order-monit_odoo_token': 'swordfish\n' });
  const { config, warnings } = load(t, {}, { directory: folder, credentialsDirectory });
  assert.deepEqual(warnings, []);
  assert.ok(config.erp.kind === 'command');
  const { secrets, ...erp } = config.erp;
  assert.deepEqual(erp, {
    kind: 'command',
    name: 'Odoo',
    words: [join(folder, 'bin/odoo'), '--company', '1'],
    environment: { ODOO_URL: 'https://odoo.example.com' },
    timeoutMs: 20_000,
  });
  assert.equal(secrets['ODOO_TOKEN']?.reveal(), 'swordfish');
  assert.doesNotMatch(JSON.stringify(config), /swordfish/);
});

test('Words of a list may hold blanks, and a full path stays', (t) => {
  const { erp } = load(t, { 'erp.yml': 'kind: command\nname: ERP\ncommand: [/opt/erp, --name, "two words"]\n' }).config;
  assert.deepEqual(erp.kind === 'command' && erp.words, ['/opt/erp', '--name', 'two words']);
});

for (const [file, fault] of [
  ['kind: command\n', /^erp\.yml: command: is missing\. Write the path of the program/],
  ['kind: command\ncommand: ""\n', /^erp\.yml line 2: command/],
  [
    'kind: odoo\n',
    /^erp\.yml line 1: kind: "odoo" is not known\. Write one of abacos, command; the default is abacos\.$/,
  ],
  ['command: /opt/erp\n', /^erp\.yml line 1: command: is for an ERP of the kind command\. Write kind: command/],
  ['name: Odoo\n', /^erp\.yml line 1: name: is for an ERP of the kind command/],
  [
    'kind: command\nname: ERP\ncommand: /opt/erp\nsecrets: [TOKEN]\n',
    /^erp\.yml line 4: secrets: there is no credential token\./,
  ],
  ['kind: command\nname: ERP\ncommand: /opt/erp\nsecrets: [A-B]\n', /^erp\.yml line 4: secrets: "A-B" does not fit\./],
  [
    'kind: command\nname: ERP\ncommand: /opt/erp\nenvironment:\n  A-B: c\n',
    /^erp\.yml line 4: environment: holds a key that can not/,
  ],
  ['kind: command\ncommand: /opt/erp\n', /^erp\.yml: name: is missing\. Write what people call the ERP/],
  [`kind: command\ncommand: /opt/erp\nname: ${'x'.repeat(41)}\n`, /^erp\.yml line 3: name: "x+…?" does not fit\./],
  ['kind: command\ncommand: /opt/erp\nname: <b>\n', /^erp\.yml line 3: name: "<b>" does not fit\./],
  ['kind: command\ncommand: CHANGE_ME\n', /^erp\.yml line 2: command: still holds the placeholder/],
] as const) {
  test(`It is named what is wrong: ${JSON.stringify(file)}`, (t) => {
    assert.match(faultsOf(t, { ...LEAST, 'erp.yml': file }).join('\n'), fault);
  });
}
