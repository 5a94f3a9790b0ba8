/** `check` says when the states that the configuration names do not occur: no payment would be looked after. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { paymentPolicy } from '../../src/core/payments.ts';
import { checkStates, type NamedStates } from '../../src/shop/index.ts';
import { POLICY } from '../monitor/harness.ts';
import { signal, useShops, type Opened } from './fixtures.ts';

const setUp = useShops();

const DEFAULT: NamedStates = { paidStates: ['authorized'], unpaidStates: ['waiting_payment', 'under_review'] };
const EIGHT_DAYS_S = 8 * 86_400;

async function found({ orders }: Opened, named = DEFAULT): Promise<string> {
  return (await checkStates(orders, named, signal)).map(({ result, text }) => `${result}: ${text}`).join('\n');
}

test('a single order of the last week in one of the states is enough, whatever its case', async (t) => {
  const opened = await setUp(t);
  await opened.shop.place({ number: '1', state: 'paid' });
  await opened.shop.place({ number: '2', state: ' Under_Review' });
  assert.equal(await found(opened), '');
});

test('a state is not taken for one that differs from it by an accent', async (t) => {
  const opened = await setUp(t);
  await opened.shop.place({ number: '1', state: 'Análise' });
  for (const number of ['2', '3']) await opened.shop.place({ number, state: 'analise' });
  assert.equal(await found(opened, { paidStates: ['paga'], unpaidStates: ['análise'] }), '');
  assert.match(await found(opened), /The states that are there: analise, Análise\./);
});

test('an empty table, and one without an order of the last week, is no reason', async (t) => {
  const opened = await setUp(t);
  assert.equal(await found(opened), '');
  await opened.shop.place({ number: '1', state: 'paid', ageS: EIGHT_DAYS_S });
  assert.equal(await found(opened), '');
});

test('else it says so in one line, with the states that are there, most frequent first, and what to do', async (t) => {
  const opened = await setUp(t);
  await opened.shop.place({ number: '1', state: 'authorized', ageS: EIGHT_DAYS_S });
  for (const state of ['paga', 'aguardando', 'paga', null, '\u001b[2J'])
    await opened.shop.place({ number: '2', state });
  const text = await found(opened);
  assert.match(
    text,
    /^warning: no order of the last week is in a state .*\(authorized, waiting_payment, under_review\)/,
  );
  assert.match(text, /The states that are there: paga, /);
  assert.match(text, /aguardando/);
  assert.match(text, /none at all/);
  assert.match(text, /orders: paid_states and unpaid_states$/);
  assert.doesNotMatch(text, /[\u001b\n]/);
});

test('no more than ten states are shown', async (t) => {
  const opened = await setUp(t);
  for (let state = 0; state < 12; state += 1) await opened.shop.place({ number: '1', state: `state ${state}` });
  assert.match(await found(opened), /(?:state \d+, ){9}state \d+, and others\./);
});

test('a state may be a Rails enum: the number that it stores is the word', async (t) => {
  const opened = await setUp(t);
  await opened.shop.place({ id: 7, number: '1', state: '2' });
  await opened.shop.connection.query('ALTER TABLE orders MODIFY state INT NULL');
  assert.match(await found(opened), /The states that are there: 2\./);
  assert.equal(await found(opened, { paidStates: ['2'], unpaidStates: ['0', '1'] }), '');
  const [row] = await opened.orders.ordersById([orderId(7)], signal);
  assert.ok(
    row !== undefined && paymentPolicy({ ...POLICY.payments, paidStates: ['2'], unpaidStates: [] }).isPaid(row.state),
  );
});
