/** The stand-in for Abacos that other tests rely on does what the real service does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { requestFor, SOAP_ACTION } from '../../src/abacos/request.ts';
import { until } from '../sandbox/until.ts';
import { KEY, openSite } from './fixtures.ts';

test('the stand-in counts inserts and payments that come over its control endpoints', async (t) => {
  const { standIn } = await openSite(t);
  const order = `${standIn.base}/stand-in/orders/A-1%2F2`;
  const post = async (action: string): Promise<number> =>
    (await fetch(`${order}/${action}`, { method: 'POST' })).status;
  assert.equal(await post('payment'), 404);
  assert.deepEqual(await (await fetch(order)).json(), { exists: false });
  assert.deepEqual([await post('insert'), await post('insert'), await post('payment')], [201, 201, 204]);
  assert.deepEqual(await (await fetch(`${order}?visible=1`)).json(), { exists: true });
  assert.deepEqual([standIn.insertsOf('A-1/2'), standIn.paymentsOf('A-1/2')], [2, 1]);
  const counts = await (await fetch(`${standIn.base}/stand-in/counts`)).json();
  assert.deepEqual(counts, { 'A-1/2': { inserts: 2, payments: 1 } });
  assert.deepEqual(standIn.numbers(), ['A-1/2']);
});

test('the stand-in finds an insert only after the time that it takes', async (t) => {
  const { standIn, words } = await openSite(t, { standIn: { visibleAfterMs: 3_600_000 } });
  standIn.insert('1');
  assert.equal(await words('1'), '1 missing');
  const quick = await openSite(t, { standIn: { visibleAfterMs: 50 } });
  quick.standIn.insert('1');
  await until('the insert is visible', async () => (await quick.words('1')) === '1 in-progress');
});

test('the stand-in refuses what the real service refuses', async (t) => {
  const { standIn } = await openSite(t);
  const good = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: SOAP_ACTION };
  const post = async (body: string, headers: Record<string, string>): Promise<string> => {
    const response = await fetch(standIn.url, { method: 'POST', body, headers });
    return `${response.status} ${await response.text()}`;
  };
  const request = requestFor(KEY, ['1']);
  assert.match(await post(request, good), /^200 .*tspeeNaoEncontrado/);
  assert.match(await post(request, { ...good, SOAPAction: SOAP_ACTION.replaceAll('"', '') }), /^500 .*SOAPAction/);
  assert.match(await post(request, { ...good, 'Content-Type': 'application/soap+xml' }), /^415 /);
  assert.match(await post(request.replace(/ xmlns="[^"]*"/, ''), good), /^500 .*unable to read request/);
  assert.match(await post(requestFor(KEY, []), good), /^200 .*300012/);
  assert.match(await post(requestFor('another', ['1']), good), /^200 .*300015.*another/);
});
