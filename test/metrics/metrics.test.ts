/** What each metric says, the two forms of the exposition, and that docs/metrics.md lists them all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import type { CommandOutcome } from '../../src/core/command.ts';
import { orderId } from '../../src/core/order.ts';
import { failed, SUCCESS } from '../../src/core/verdict.ts';
import { CYCLE, familiesIn, MINUTE, record, Scene, T0 } from './fixtures.ts';

const NAME = { orderId: orderId(11), orderNumber: '1226207' };

/** Something of everything. */
function busyScene(): Scene {
  const scene = new Scene();
  scene.ledger.note(record(11, failed('NOT_FOUND')));
  scene.metrics.take({ kind: 'cycle', report: CYCLE });
  scene.metrics.take({ kind: 'command-ended', ...NAME, task: 'insert_order', outcome: ended({ status: 0 }) });
  scene.metrics.take({ kind: 'repaired', ...NAME, record: record(11, SUCCESS), openMs: 9000 });
  scene.metrics.alert('dependency-down', 'sent');
  scene.metrics.ping('ok');
  return scene;
}

function ended({ status }: { status: number }): CommandOutcome {
  return { kind: 'exited', status, durationMs: 9000, output: [] };
}

describe('The gauges', () => {
  test('say how many orders are unresolved and how old the oldest is, given-up ones apart', async () => {
    const scene = new Scene();
    scene.ledger.note(record(11, failed('NOT_FOUND'), { at: T0 - 10 * MINUTE }));
    scene.ledger.note(record(12, failed('NOT_FOUND'), { at: T0 - 30 * MINUTE }));
    scene.ledger.note(record(13, failed('PAYMENT_PENDING'), { at: T0 - 90 * MINUTE, attempts: 5 }));
    scene.ledger.moveHead(orderId(13));
    await scene.assertValues({
      'order_monit_unresolved_orders{state="failing",verdict="NOT_FOUND"}': 2,
      'order_monit_unresolved_orders{state="failing",verdict="PAYMENT_PENDING"}': 0,
      'order_monit_unresolved_orders{state="given_up",verdict="PAYMENT_PENDING"}': 1,
      'order_monit_oldest_unresolved_order_age_seconds{state="failing"}': 1800,
      'order_monit_oldest_unresolved_order_age_seconds{state="given_up"}': 5400,
      order_monit_head_order_id: 13,
    });
  });

  test('are read when they are asked for: an order that is settled meanwhile is gone, an age has grown', async () => {
    const scene = new Scene();
    scene.ledger.note(record(11, failed('UNKNOWN')));
    scene.ledger.note(record(12, failed('UNKNOWN')));
    scene.now += MINUTE;
    assert.equal(await scene.value('order_monit_oldest_unresolved_order_age_seconds{state="failing"}'), 60);
    scene.ledger.note(record(11, SUCCESS));
    scene.now += MINUTE;
    await scene.assertValues({
      'order_monit_oldest_unresolved_order_age_seconds{state="failing"}': 120,
      'order_monit_unresolved_orders{state="failing",verdict="UNKNOWN"}': 1,
    });
    scene.ledger.note(record(12, SUCCESS));
    await scene.assertValues({
      'order_monit_oldest_unresolved_order_age_seconds{state="failing"}': 0,
      'order_monit_unresolved_orders{state="failing",verdict="UNKNOWN"}': 0,
    });
  });

  test('count orders without a date apart, so that carts are nothing that fails', async () => {
    const scene = new Scene();
    scene.ledger.note(record(11, failed('NO_DATE')));
    scene.ledger.note(record(12, failed('NO_DATE')));
    scene.now += 90 * MINUTE;
    await scene.assertValues({
      'order_monit_unresolved_orders{state="undated",verdict="NO_DATE"}': 2,
      'order_monit_unresolved_orders{state="failing",verdict="NO_DATE"}': 0,
      'order_monit_oldest_unresolved_order_age_seconds{state="failing"}': 0,
      'order_monit_oldest_unresolved_order_age_seconds{state="undated"}': 5400,
    });
  });

  test('say how many repairs wait although everything works, and what for', async () => {
    const scene = new Scene();
    await scene.assertValues({
      'order_monit_waiting_repairs{why="settling"}': 0,
      'order_monit_waiting_repairs{why="draining"}': 0,
    });
    scene.repairWait = { why: 'draining', orders: 12, until: T0 + MINUTE };
    await scene.assertValues({
      'order_monit_waiting_repairs{why="settling"}': 0,
      'order_monit_waiting_repairs{why="draining"}': 12,
    });
  });

  test('count repairs that are held among what is down', async () => {
    const scene = new Scene();
    assert.equal(await scene.value('order_monit_dependency_up{dependency="repairs"}'), 1);
    scene.down.set('repairs', T0 - 5 * MINUTE);
    scene.metrics.take({ kind: 'down', dependency: 'repairs', reason: 'Abacos denies orders', hint: undefined });
    await scene.assertValues({
      'order_monit_dependency_up{dependency="repairs"}': 0,
      'order_monit_dependency_down_seconds{dependency="repairs"}': 300,
      'order_monit_dependency_outages_total{dependency="repairs"}': 1,
    });
  });

  test('say of each dependency whether it works, and for how long it has not', async () => {
    const scene = new Scene();
    scene.down.set('abacos', T0 - 5 * MINUTE);
    await scene.assertValues({
      'order_monit_dependency_up{dependency="abacos"}': 0,
      'order_monit_dependency_down_seconds{dependency="abacos"}': 300,
      'order_monit_dependency_up{dependency="shop"}': 1,
      'order_monit_dependency_down_seconds{dependency="shop"}': 0,
    });
  });

  test('make a wait past the head grow until it is known to be over', async () => {
    const scene = new Scene();
    await scene.assertValues({ order_monit_head_lag_orders: undefined, order_monit_head_lag_seconds: undefined });
    const { headLag, ...unknown } = { ...CYCLE, interrupted: true };
    assert.equal(headLag?.orders, 0);
    scene.metrics.take({ kind: 'cycle', report: { ...CYCLE, headLag: { orders: 3, longestWaitMs: 4 * MINUTE } } });
    scene.now += MINUTE;
    scene.metrics.take({ kind: 'cycle', report: unknown });
    await scene.assertValues({ order_monit_head_lag_orders: 3, order_monit_head_lag_seconds: 300 });
    scene.metrics.take({ kind: 'cycle', report: CYCLE });
    scene.now += MINUTE;
    await scene.assertValues({ order_monit_head_lag_orders: 0, order_monit_head_lag_seconds: 0 });
  });

  test('forget a backlog with the cycle that leaves no work', async () => {
    const scene = new Scene();
    scene.metrics.take({ kind: 'backlog', ordersLeft: 700, ordersPerMinute: 350, timeLeftMs: 2 * MINUTE });
    await scene.assertValues({ order_monit_backlog_orders: 700, order_monit_backlog_time_left_seconds: 120 });
    scene.metrics.take({ kind: 'cycle', report: CYCLE });
    await scene.assertValues({ order_monit_backlog_orders: 0, order_monit_backlog_time_left_seconds: 0 });
  });

  test('tell the last cycle from the last complete one, and claim neither before there was one', async () => {
    const scene = new Scene();
    const last = 'order_monit_last_cycle_timestamp_seconds';
    const complete = 'order_monit_last_complete_cycle_timestamp_seconds';
    await scene.assertValues({ [last]: undefined, [complete]: undefined });
    scene.metrics.take({ kind: 'cycle', report: CYCLE });
    scene.now += MINUTE;
    scene.metrics.take({ kind: 'cycle', report: { ...CYCLE, interrupted: true } });
    await scene.assertValues({ [last]: T0 / 1000 + 60, [complete]: T0 / 1000 });
  });

  test('say at the moment of the scrape how long ago everything was checked, and nothing of it in standby', async () => {
    const scene = new Scene();
    const age = 'order_monit_last_whole_cycle_age_seconds';
    scene.uncheckedS = 76.5;
    await scene.assertValues({ [age]: 76.5 });
    scene.uncheckedS = undefined;
    await scene.assertValues({ [age]: undefined });
  });

  test('say which version runs, whether it is the active one, and how large the checkpoint is', async () => {
    const scene = new Scene();
    await scene.assertValues({
      'order_monit_build_info{version="1.2.3"}': 1,
      order_monit_leader: 1,
      order_monit_checkpoint_size_bytes: 4096,
    });
    scene.active = false;
    scene.checkpointBytes = undefined;
    await scene.assertValues({ order_monit_leader: 0, order_monit_checkpoint_size_bytes: undefined });
  });
});

describe('The counters', () => {
  test('are 0 before anything has happened, so that the first event is an increase', async () => {
    await new Scene().assertValues({
      'order_monit_orders_judged_total{verdict="NOT_FOUND"}': 0,
      'order_monit_repairs_total{result="repaired"}': 0,
      'order_monit_dependency_outages_total{dependency="shop"}': 0,
      'order_monit_commands_total{task="insert_order",outcome="lost"}': 0,
      'order_monit_time_to_integrate_seconds_count{by="repair"}': 0,
      'order_monit_heartbeat_pings_total{result="failed"}': 0,
    });
  });

  test('count verdicts, and the time to integrate an order by who did it', async () => {
    const scene = new Scene();
    const open = record(11, failed('NOT_FOUND'), { at: T0 - 10 * MINUTE });
    scene.metrics.take({ kind: 'verdict', ...NAME, record: open, previous: undefined, late: false });
    const mended = { ...record(11, SUCCESS), createdAt: open.createdAt };
    scene.metrics.take({ kind: 'verdict', ...NAME, record: mended, previous: open, late: false });
    scene.metrics.take({ kind: 'verdict', ...NAME, record: record(12, SUCCESS), previous: undefined, late: false });
    scene.metrics.take({ kind: 'repaired', ...NAME, record: mended, openMs: 9000 });
    await scene.assertValues({
      'order_monit_orders_judged_total{verdict="NOT_FOUND"}': 1,
      'order_monit_orders_judged_total{verdict="OK"}': 3,
      'order_monit_time_to_integrate_seconds_count{by="others"}': 1,
      'order_monit_time_to_integrate_seconds_sum{by="others"}': 600,
      'order_monit_time_to_integrate_seconds_sum{by="repair"}': 9,
      'order_monit_repairs_total{result="repaired"}': 1,
    });
  });

  test('count commands by outcome, and an attempt only where one is used up', async () => {
    const scene = new Scene();
    const rest = { durationMs: 3000, output: [] };
    const outcomes: CommandOutcome[] = [
      ended({ status: 0 }),
      ended({ status: 1 }),
      { kind: 'killed', why: 'time is up', ...rest },
      { kind: 'lost', why: 'reset', ...rest },
      { kind: 'busy', ...rest },
      { kind: 'too-soon', ...rest },
      { kind: 'not-started', why: 'no such folder', ...rest },
    ];
    for (const outcome of outcomes)
      scene.metrics.take({ kind: 'command-ended', ...NAME, task: 'confirm_payment', outcome });
    const series = (outcome: string): string =>
      `order_monit_commands_total{task="confirm_payment",outcome="${outcome}"}`;
    const names = ['succeeded', 'failed', 'killed', 'lost', 'busy', 'too_soon', 'not_started'];
    await scene.assertValues({
      ...Object.fromEntries(names.map((name) => [series(name), 1])),
      'order_monit_attempts_total{task="confirm_payment"}': 4,
      'order_monit_command_duration_seconds_sum{task="confirm_payment",outcome="failed"}': 9,
      'order_monit_command_duration_seconds_count{task="confirm_payment",outcome="busy"}': undefined,
    });
  });

  test('count an outage once, however often its reason changes', async () => {
    const scene = new Scene();
    const down = (reason: string): void => {
      scene.metrics.take({ kind: 'down', dependency: 'abacos', reason, hint: undefined });
    };
    down('connection refused');
    down('HTTP 503');
    scene.metrics.take({ kind: 'up', dependency: 'abacos', downMs: 1 });
    down('connection refused');
    assert.equal(await scene.value('order_monit_dependency_outages_total{dependency="abacos"}'), 2);
  });

  test('count cycles, what they looked at and how long they took', async () => {
    const scene = new Scene();
    scene.metrics.take({ kind: 'cycle', report: CYCLE });
    scene.metrics.take({ kind: 'cycle', report: { ...CYCLE, interrupted: true } });
    await scene.assertValues({
      'order_monit_orders_checked_total{origin="new"}': 14,
      'order_monit_orders_checked_total{origin="due"}': 4,
      'order_monit_orders_checked_total{origin="late"}': 2,
      'order_monit_cycles_total{result="complete"}': 1,
      'order_monit_cycles_total{result="interrupted"}': 1,
      order_monit_cycle_duration_seconds_sum: 5,
      'order_monit_cycle_duration_seconds_bucket{le="2.5"}': 2,
      'order_monit_cycle_duration_seconds_bucket{le="1"}': 0,
    });
  });

  test('keep the number of kinds of alerts in bounds', async () => {
    const scene = new Scene();
    for (let kind = 0; kind < 60; kind += 1) scene.metrics.alert(`kind-${kind}`, 'sent');
    scene.metrics.alert('kind-1', 'held');
    await scene.assertValues({
      'order_monit_alerts_total{kind="kind-49",decision="sent"}': 1,
      'order_monit_alerts_total{kind="kind-50",decision="sent"}': undefined,
      'order_monit_alerts_total{kind="other",decision="sent"}': 10,
      'order_monit_alerts_total{kind="kind-1",decision="held"}': 1,
    });
  });
});

describe('The exposition', () => {
  const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  const PLAIN = 'text/plain; version=0.0.4; charset=utf-8';
  const ACCEPTS: readonly [accept: string | undefined, contentType: string, who: string][] = [
    [undefined, PLAIN, 'nobody in particular'],
    ['*/*', PLAIN, 'curl'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', PLAIN, 'a browser'],
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      OPEN,
      'Prometheus 2',
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
      OPEN,
      'Prometheus 3',
    ],
    ['text/plain;version=0.0.4,application/openmetrics-text;q=0.5', PLAIN, 'a client that likes it less'],
    ['application/openmetrics-text;version=0.0.1', PLAIN, 'a client of an older version'],
    ['application/openmetrics-text;q=0', PLAIN, 'a client that refuses it'],
    ['application/openmetrics-text;q=much', PLAIN, 'a client that is mistaken'],
  ];
  for (const [accept, contentType, who] of ACCEPTS) {
    test(`for ${who} is ${contentType.split(';')[0] ?? ''}`, async () => {
      assert.equal((await new Scene().metrics.exposition(accept)).contentType, contentType);
    });
  }

  test('is the same after it was given in the other form', async () => {
    const scene = busyScene();
    const before = familiesIn(await scene.text());
    await scene.text('application/openmetrics-text');
    assert.deepEqual(familiesIn(await scene.text()), before);
  });

  test('names counters in OpenMetrics without _total, their samples with it, and ends with # EOF', async () => {
    const text = await busyScene().text('application/openmetrics-text');
    assert.match(text, /^# TYPE order_monit_cycles counter\norder_monit_cycles_total\{result="complete"\} 1$/m);
    assert.match(text, /^# HELP order_monit_cycles Cycles/m);
    assert.ok(text.endsWith('\n# EOF\n'));
    assert.doesNotMatch(text, /^$\n/m);
    const declared = familiesIn(text).filter((name) => name.endsWith('_total'));
    assert.deepEqual(declared, []);
  });

  test('has nothing that promtool check metrics objects to', async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await busyScene().text(),
      encoding: 'utf8',
    });
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });

  test('has the usual metrics of a Node program', async () => {
    const families = familiesIn(await new Scene().text());
    for (const name of [
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'process_start_time_seconds',
      'process_open_fds',
      'nodejs_eventloop_lag_seconds',
    ]) {
      assert.ok(families.includes(name), name);
    }
  });

  test('has a number of series that stays small', async () => {
    const samples = (await busyScene().text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.ok(samples.length < 300, `${samples.length} series`);
  });
});

test('docs/metrics.md lists every metric of order-monit, and no other, with its labels', async () => {
  const document = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = Array.from(document.matchAll(/^\| `(order_monit_\w+)` \| (.*?) ?\| .* \|$/gm), (row) => row.slice(1));
  const text = await busyScene().text();
  const families = familiesIn(text).filter((name) => name.startsWith('order_monit_'));
  assert.deepEqual(rows.map(([name]) => name).sort(), families.sort());
  for (const [name = '', cell = ''] of rows) {
    const sample = text.split('\n').find((line) => new RegExp(`^${name}(?:_count)?[{ ]`).test(line)) ?? '';
    const labels = [...sample.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label);
    const described = cell.split('; ').flatMap((part) => /^`(\w+)`|, `(outcome)`/g.exec(part)?.[1] ?? []);
    for (const label of labels) assert.ok(cell.includes(`\`${label}\``), `${name} has the label ${label}`);
    for (const label of described) assert.ok(labels.includes(label), `${name} has no label ${label}`);
  }
});
