/** What web servers and proxies say in place of an answer: quoted, and with the hint that follows from it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { assertDocumented } from '../docs/causes.ts';
import { HTTP_REFUSALS } from '../refusals/http.ts';
import { listen } from '../sandbox/ports.ts';
import { KEY, openSite, orderNumbers } from './fixtures.ts';

describe('a page in place of an answer', () => {
  for (const { from, status, body, location, said, hint } of HTTP_REFUSALS) {
    test(`is quoted, and says what to do: ${from}`, async (t) => {
      const { standIn, call } = await openSite(t);
      const page = { raw: body, status, contentType: 'text/html; charset=us-ascii' };
      standIn.fail(location === undefined ? page : { ...page, location });
      const { outage } = await call(orderNumbers('1'));
      assert.match(outage?.reason ?? '', said);
      assertDocumented(outage?.reason ?? '');
      assert.match(outage?.hint ?? '', hint);
    });
  }

  test('is quoted in one bounded line, without the key', async (t) => {
    const { standIn, call } = await openSite(t);
    const raw = `<title>Chave ${KEY}</title>\r\n<script>alert(1)</script><p>${'muito longo\r\n'.repeat(500)}`;
    standIn.fail({ raw, status: 500, contentType: 'text/html' });
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', /HTTP 500: it says "Chave \[hidden\]: muito longo [^\n]*…"$/);
    assert.ok((outage?.reason ?? '').length < 260);
    assert.doesNotMatch(outage?.reason ?? '', /alert/);
  });

  for (const [what, raw, contentType] of [
    ['in a character set that nobody knows', 'Manutenção', 'text/html; charset=x-9'],
    ['in Latin-1 that nothing tells of', Buffer.from('Manutenção', 'latin1'), 'text/html'],
    ['in UTF-16', Buffer.from('Manutenção', 'utf16le'), 'text/plain; charset=utf-16'],
  ] as const) {
    test(`is quoted ${what}`, async (t) => {
      const { standIn, call } = await openSite(t);
      standIn.fail({ raw, status: 503, contentType });
      assert.match((await call(orderNumbers('1'))).outage?.reason ?? '', /HTTP 503: it says "Manutenção"$/);
    });
  }

  test('of which no more comes is quoted as far as it came', async (t) => {
    const { standIn, call } = await openSite(t);
    standIn.fail({ raw: '<h1>Falha</h1>', status: 502, contentType: 'text/html', endless: true });
    assert.match((await call(orderNumbers('1'))).outage?.reason ?? '', /HTTP 502: it says "Falha"$/);
  });

  test('and cut off is quoted as far as it came, packed or not', async (t) => {
    const { standIn, call } = await openSite(t);
    const packed = gzipSync('<h1>Falha</h1>').subarray(0, -8);
    standIn.fail({ raw: packed, encoding: 'gzip', status: 502, contentType: 'text/html', endless: true });
    assert.match((await call(orderNumbers('1'))).outage?.reason ?? '', /HTTP 502: it says "Falha"$/);
  });

  test('that never ends is quoted as far as it came', async (t) => {
    const { standIn, call } = await openSite(t);
    standIn.fail({ raw: `<h1>Falha</h1>${' '.repeat(70_000)}`, status: 502, contentType: 'text/html', endless: true });
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', /HTTP 502: it says "Falha"$/);
    assert.match(outage?.hint ?? '', /proxy/);
  });
});

for (const [what, words, reason, hint] of [
  ['an SSH server', 'SSH-2.0-x\r\n', /is an SSH server, and no web server: it says "SSH-2\.0-x"$/, /wsdl_order_api/],
  [
    'a server of files',
    `220 ${KEY} FTP server\r\n`,
    /is an FTP server, .*"220 \[hidden\] FTP server"$/,
    /wsdl_order_api/,
  ],
  ['a database', 'Z\0\0\0\n8.0.36\0x', /is a MySQL or MariaDB server, .*"8\.0\.36"$/, /the port above all/],
  ['TLS', '\u0015\u0003\u0001\0\u0002\u0002F', /speaks TLS, and no plain HTTP$/, /at http or https/],
] as const) {
  test(`${what} in the place of Abacos is named for it, without the key`, async (t) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end(Buffer.from(words, 'latin1')));
    const port = await listen(server);
    t.after(() => server.close());
    const { call } = await openSite(t, { erp: { endpoint: `http://127.0.0.1:${port}/a.asmx` } });
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', reason);
    assert.match(outage?.hint ?? '', hint);
  });
}
