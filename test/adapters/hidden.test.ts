/** What is taken out of the words of others, because it is a secret of the configuration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hiderOf } from '../../src/adapters/adapters.ts';
import { createFolder, load } from '../config/folder.ts';

test('A secret of erp.yml is hidden, whole, as part of an address, and each line of it', (t) => {
  const credentialsDirectory = createFolder(t, {
    'order-monit_erp_token': 'pa ss/w%rd\n',
    'order-monit_erp_key': '-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n',
  });
  const directory = createFolder(t, {
    'abacos.yml': null,
    'erp.yml': 'kind: command\nname: Odoo\ncommand: /opt/erp\nsecrets: [ERP_TOKEN, ERP_KEY]\n',
  });
  const hide = hiderOf(load(t, {}, { directory, credentialsDirectory }).config);
  for (const [text, hidden] of [
    ['refused for pa ss/w%rd.', 'refused for [hidden].'],
    ['GET /orders?key=pa%20ss%2Fw%25rd&page=2', 'GET /orders?key=[hidden]&page=2'],
    ['no key: MIIEvQIBADAN', 'no key: [hidden]'],
    ['no key: BgkqhkiG9w0B', 'no key: [hidden]'],
    ['ordinary words', 'ordinary words'],
  ] as const) {
    assert.equal(hide(text), hidden);
  }
});
