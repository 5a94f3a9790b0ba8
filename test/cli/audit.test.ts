/** `order-monit audit` of the real program: a shop's orders of some days against Abacos, without a checkpoint. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { call, install, Run, type Installation } from '../sandbox/program.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

const DAY_S = 86_400;

let sandbox: Sandbox;
let installation: Installation;

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_S * 1000).toISOString();

before(async () => {
  sandbox = await openSandbox({ service: { downtime_wait: 1, settle_time: 1800 } });
  installation = await install(join(sandbox.folder, 'audit'), sandbox.files);
  for (const [id, number, ageDays, row, status] of [
    [1, '7001', 40, {}, undefined],
    [2, '7002', 20, {}, 'tspeeFaturado'],
    [3, '7003', 19, {}, undefined],
    [4, '7004', 18, { paid: false }, 'tspeeEmAndamento'],
    [5, '7005', 17, { state: 'canceled' }, 'tspeeEmAndamento'],
    [6, '7006', 16, { paid: false }, 'tspeeCancelado'],
    [7, '7007', 15, { state: 'canceled' }, undefined],
    [8, null, 14, {}, undefined],
    [9, '7009', 1, {}, undefined],
    [10, '7010', 0, {}, undefined],
  ] as const) {
    await sandbox.shop.place({ id, number, ageS: ageDays * DAY_S + 60, ...row });
    if (number !== null && status !== undefined) sandbox.abacos.place(number, status);
  }
});
after(async () => {
  await sandbox.close();
});

const FOUND = [
  ['3', '7003', 'authorized', 'missing', 'not in Abacos', '-'],
  ['4', '7004', 'authorized', 'in-progress', 'payment not confirmed in Abacos', '-'],
  ['5', '7005', 'canceled', 'in-progress', 'cancelled in the shop, alive in Abacos', '-'],
  ['6', '7006', 'authorized', 'cancelled', 'cancelled in Abacos, paid in the shop', '-'],
];

test('lists what is wrong with the orders of some days, counts it, and writes nothing anywhere', async () => {
  sandbox.abacos.forgetCalls();
  const before = await readdir(installation.state);
  const run = await call(installation, 'audit', '--since', daysAgo(30), '--until', daysAgo(10));
  assert.equal(run.status, 1, run.stderr);
  assert.deepEqual(
    run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')),
    FOUND,
  );
  assert.match(
    run.stderr,
    /^6 orders \(ids 2 to 8\) held against Abacos: 1 not in Abacos; 1 payment not confirmed in Abacos; 1 cancelled in the shop, alive in Abacos; 1 cancelled in Abacos, paid in the shop\.\n1 row without a number or a date/,
  );
  assert.deepEqual(await readdir(installation.state), before);
  assert.deepEqual(sandbox.abacos.calls.flatMap(({ numbers }) => numbers).sort(), [
    '7002',
    '7003',
    '7004',
    '7005',
    '7006',
    '7007',
  ]);
  const [rows] = await sandbox.shop.connection.query('SELECT COUNT(*) AS n FROM orders WHERE id <= 10');
  assert.deepEqual(rows, [{ n: 10 }]);
});

test('says so, and ends with 0, where nothing is wrong', async () => {
  const run = await call(installation, 'audit', '--since', daysAgo(20.5), '--until', daysAgo(19.5));
  assert.equal(run.status, 0, run.stdout);
  assert.equal(run.stdout, '');
  assert.equal(run.stderr, '1 order (ids 2 to 2) held against Abacos: nothing was found.\n');
});

test('as a table for a spreadsheet, and as JSON', async () => {
  const csv = await call(installation, 'audit', '--since', daysAgo(30), '--until', daysAgo(10), '--csv');
  assert.equal(csv.status, 1);
  const lines = csv.stdout.trimEnd().split('\n');
  assert.equal(lines[0], '"ORDER ID","NUMBER","STATE","IN ABACOS","FOUND","WHY"');
  assert.equal(lines[1], `"3","7003","authorized","missing","not in Abacos",""`);
  assert.equal(lines.length, 5);
  const json = await call(installation, 'audit', '--since', daysAgo(30), '--until', daysAgo(10), '--json');
  const told: unknown = JSON.parse(json.stdout);
  assert.match(
    JSON.stringify(told),
    /^{"after":1,"through":8,"asked":6,"passedOver":1,"found":\[{"id":3,"number":"7003"/,
  );
});

test('Consecutive audits have every order in one of them', async () => {
  const asked: string[] = [];
  for (const [from, to] of [
    [50, 19.5],
    [19.5, 15.5],
    [15.5, 0],
  ] as const) {
    sandbox.abacos.forgetCalls();
    await call(installation, 'audit', '--since', daysAgo(from), '--until', daysAgo(to));
    asked.push(...sandbox.abacos.calls.flatMap(({ numbers }) => numbers));
  }
  // The last one is not due yet.
  assert.deepEqual(asked.sort(), ['7001', '7002', '7003', '7004', '7005', '7006', '7007', '7009']);
});

test('waits while Abacos is down, says so, and says nothing of any order meanwhile', async () => {
  await sandbox.abacos.down();
  const running = new Run(installation, ['audit', '--since', daysAgo(30), '--until', daysAgo(10)]);
  await until('it has said so', () => running.output.includes('It is asked again in 1.0 s'));
  await sandbox.abacos.up();
  const run = await running.finished;
  assert.match(run.stderr, /^Abacos: .*refused/);
  assert.equal(run.stdout.trimEnd().split('\n').length, FOUND.length);
});

test('names what can not be: an end before the beginning, and no beginning', async () => {
  const wrong = await call(installation, 'audit', '--since', '2026-11-20', '--until', '2026-11-10');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /--until must be after --since/);
  const none = await call(installation, 'audit');
  assert.equal(none.status, 2);
  assert.match(none.stderr, /--since/);
});
