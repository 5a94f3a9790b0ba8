/** Where secrets come from, and that neither a print nor a fault ever shows one. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { format, inspect } from 'node:util';

import { Secret, describeFault, loadConfig } from '../../src/config/index.ts';
import { abacosOf, createFolder, faultsOf, GUID, LEAST, load } from './folder.ts';

const SECRET = 'hunter2';

test('a secret shows itself to nobody who does not ask', () => {
  const secret = new Secret(SECRET);
  assert.equal(secret.reveal(), SECRET);
  const error = Object.assign(new Error('x'), { secret });
  for (const text of [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect({ secret }, { customInspect: false, showHidden: true }),
    format('%s %o %O %j', secret, secret, secret, secret),
    inspect(error),
    Object.values(secret).join(),
  ]) {
    assert.ok(!text.includes(SECRET), text);
  }
  assert.equal(String(secret), '[hidden]');
});

test('the whole configuration can be printed without showing a secret', (t) => {
  const { config } = load(t, {
    'database.yml': `database: olook\nusername: monitor\npassword: ${SECRET}\n`,
    'integration_server.yml': `${LEAST['integration_server.yml'] ?? ''}passphrase_file: passphrase\n`,
    passphrase: SECRET,
    'email.yml': `smtp: {user_name: me, password: ${SECRET}}\nwebhook: https://x.example.com/${SECRET}\n`,
    'service.yml': `heartbeat_url: https://hc.example.com/${SECRET}\n`,
  });
  for (const text of [JSON.stringify(config), inspect(config, { depth: 9 }), format('%o', config)]) {
    assert.ok(!text.includes(SECRET) && !text.includes(GUID));
  }
});

test('secrets come from files, without the newline at their end', (t) => {
  const { config, warnings } = load(t, {
    'database.yml': 'database: olook\nusername: monitor\npassword_file: database-password\n',
    'database-password': ' p w \n',
    'abacos.yml': 'wsdl_order_api: http://erp.example.com/a.asmx\nkey_file: abacos-key\n',
    'abacos-key': `${GUID}\r\n`,
    'integration_server.yml': `${LEAST['integration_server.yml'] ?? ''}passphrase_file: passphrase\n`,
    passphrase: 'open sesame',
    'email.yml': 'smtp: {user_name: me, password_file: smtp-password}\n',
    'smtp-password': 'x\n\n',
  });
  assert.equal(config.database.password?.reveal(), ' p w ');
  assert.equal(abacosOf(config).key.reveal(), GUID);
  assert.equal(config.integrationServer.passphrase?.reveal(), 'open sesame');
  assert.equal(config.email.smtp.login?.password.reveal(), 'x\n');
  assert.deepEqual(warnings, []);
});

test('secrets come from the credentials of systemd, with and without its prefix, where the YAML gives none', (t) => {
  const credentialsDirectory = createFolder(t, {
    database_password: 'of the database\n',
    'order-monit_abacos_key': `${GUID}\n`,
    smtp_password: 'of the mail server',
    'order-monit_ssh_passphrase': 'of the key',
    'order-monit_ssh_key': 'the key\n',
    'order-monit_ssh_key.pub': 'its public half\n',
  });
  const { config } = load(
    t,
    {
      'abacos.yml': 'wsdl_order_api: http://erp.example.com/a.asmx\n',
      'email.yml': 'smtp: {user_name: me, password: own}\n',
    },
    { credentialsDirectory },
  );
  assert.equal(config.database.password?.reveal(), 'of the database');
  assert.equal(abacosOf(config).key.reveal(), GUID);
  assert.equal(config.email.smtp.login?.password.reveal(), 'own');
  assert.equal(config.integrationServer.passphrase?.reveal(), 'of the key');
  assert.equal(config.integrationServer.keyCredential?.reveal(), 'the key');
  assert.deepEqual(config.integrationServer.privateKeys, [join(credentialsDirectory, 'order-monit_ssh_key')]);
});

test('the SSH key is the one that the YAML names, whatever credential there is', (t) => {
  const credentialsDirectory = createFolder(t, { ssh_key: 'another' });
  const server = `${LEAST['integration_server.yml'] ?? ''}private_key: /srv/key\n`;
  const { config } = load(t, { 'integration_server.yml': server }, { credentialsDirectory });
  assert.equal(config.integrationServer.keyCredential, undefined);
  assert.deepEqual(config.integrationServer.privateKeys, ['/srv/key']);
});

test('a secret that others can read gives a warning with the command that ends it', (t) => {
  const directory = createFolder(t, {
    'database.yml': 'database: olook\nusername: monitor\npassword_file: the password\n',
    'the password': SECRET,
  });
  for (const file of ['the password', 'database.yml', 'abacos.yml', 'integration_server.yml']) {
    chmodSync(join(directory, file), 0o644);
  }
  const { warnings } = loadConfig({ directory });
  assert.deepEqual(
    warnings.map((warning) => `${warning.severity}: ${describeFault(warning)}`),
    [
      `warning: ${directory}/database.yml line 3: password_file: every user of this host can read the secret in ${directory}/the password. ` +
        `Run: chmod o-rwx '${directory}/the password' (the user of the service must own the file or be in its group).`,
      `warning: ${directory}/abacos.yml line 2: key: every user of this host can read the secret in ${directory}/abacos.yml. ` +
        `Run: chmod o-rwx ${directory}/abacos.yml (the user of the service must own the file or be in its group).`,
    ],
  );
});

test('a secret file that is empty or missing, and a credential that is empty, are faults', (t) => {
  const credentialsDirectory = createFolder(t, { smtp_password: '\n' });
  const found = faultsOf(
    t,
    {
      'database.yml': 'database: olook\nusername: monitor\npassword_file: empty\n',
      empty: '\n',
      'abacos.yml': 'wsdl_order_api: http://erp.example.com/a.asmx\nkey_file: nowhere\n',
      'email.yml': 'smtp: {user_name: me}\n',
    },
    { credentialsDirectory },
  );
  assert.deepEqual(found, [
    'database.yml line 3: password_file: empty is empty. Write the secret into it, on one line.',
    'abacos.yml line 2: key_file: there is no file nowhere. Make it, or give the path of another one.',
    `email.yml: the credential ${credentialsDirectory}/smtp_password is empty. Look at LoadCredential= and its like in the unit of the service.`,
  ]);
});

test('a key of the wrong length is a fault wherever it comes from', (t) => {
  const url = 'wsdl_order_api: http://erp.example.com/a.asmx\n';
  const write = 'Write the GUID that Abacos knows the shop by, 36 characters in the form 8-4-4-4-12';
  const credentialsDirectory = createFolder(t, { abacos_key: `{${GUID}}` });
  assert.deepEqual(faultsOf(t, { 'abacos.yml': `${url}key: ${GUID}0\n` }), [
    `abacos.yml line 2: key: has 37 characters. ${write}.`,
  ]);
  assert.deepEqual(faultsOf(t, { 'abacos.yml': `${url}key: ${GUID.replaceAll('-', '0')}\n` }), [
    `abacos.yml line 2: key: has 36 characters, but not the form of a GUID. ${write}.`,
  ]);
  assert.deepEqual(faultsOf(t, { 'abacos.yml': `${url}key_file: key\n`, key: `${GUID}\n\n` }), [
    `abacos.yml line 2: key_file: the key in the file has 37 characters. ${write} into it.`,
  ]);
  assert.deepEqual(faultsOf(t, { 'abacos.yml': url }, { credentialsDirectory }), [
    `abacos.yml: the key in the credential ${credentialsDirectory}/abacos_key has 38 characters. ${write} into it.`,
  ]);
});

describe('a secret is not shown when it, or a line with it, is faulty', () => {
  const lines = [
    `password:${SECRET}`,
    `password: "${SECRET}`,
    `password: '${SECRET}' x`,
    `password: *${SECRET}`,
    `password: &${SECRET}`,
    `password: !${SECRET}`,
    `password: !${SECRET}<>`,
    `password: @${SECRET}`,
    `password: %${SECRET}: x`,
    `password: "\\q${SECRET}"`,
    `password: [${SECRET}]`,
    `password: {${SECRET}: ${SECRET}}`,
    `password: <%= "${SECRET}" %>`,
    `password: CHANGE_ME${SECRET}`,
    `password:\n  - ${SECRET}`,
    `password: a\npassword: ${SECRET}`,
    `- password: ${SECRET}`,
    `key: ${SECRET}`,
    `:${SECRET}: x: y`,
    `%${SECRET}`,
  ];
  for (const line of lines) {
    test(line.replaceAll('\n', ' ⏎ '), (t) => {
      for (const file of ['database.yml', 'abacos.yml'] as const) {
        const text = `${(LEAST[file] ?? '').replace(/^key:.*\n/m, '')}${line.replace(/^password/gm, file === 'abacos.yml' ? 'key' : 'password')}\n`;
        const found = faultsOf(t, { [file]: text });
        assert.ok(found.length > 0);
        assert.ok(!found.join().includes(SECRET), found.join('\n'));
      }
    });
  }
});

test('a secret file may be a link, as mounted secrets are', (t) => {
  const directory = createFolder(t, { 'database.yml': 'database: olook\nusername: monitor\npassword_file: s/link\n' });
  mkdirSync(join(directory, 's'));
  writeFileSync(join(directory, 's/real'), SECRET, { mode: 0o600 });
  symlinkSync('real', join(directory, 's/link'));
  assert.equal(loadConfig({ directory }).config.database.password?.reveal(), SECRET);
});
