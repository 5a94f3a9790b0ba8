/** What web servers and proxies say in place of an answer: quoted, and with the hint that follows from it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { HTTP_REFUSALS } from '../refusals/http.ts';
import { KEY, openSite, orderNumbers } from './fixtures.ts';

describe('a page in place of an answer', () => {
  for (const { from, status, body, location, said, hint } of HTTP_REFUSALS) {
    test(`is quoted, and says what to do: ${from}`, async (t) => {
      const { standIn, call } = await openSite(t);
      const page = { raw: body, status, contentType: 'text/html; charset=us-ascii' };
      standIn.fail(location === undefined ? page : { ...page, location });
      const { outage } = await call(orderNumbers('1'));
      assert.match(outage?.reason ?? '', said);
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

  test('that never ends is quoted as far as it came', async (t) => {
    const { standIn, call } = await openSite(t);
    standIn.fail({ raw: `<h1>Falha</h1>${' '.repeat(70_000)}`, status: 502, contentType: 'text/html', endless: true });
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', /HTTP 502: it says "Falha"$/);
    assert.match(outage?.hint ?? '', /proxy/);
  });
});
