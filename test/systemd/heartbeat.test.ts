/** Signs of life for systemd's watchdog: three an interval, and none once a step is past its deadline. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';

import { createHeartbeat, isAlive, type Heartbeat } from '../../src/systemd/heartbeat.ts';

test('a step is alive through its deadline and not after it; no step is always alive', () => {
  const step = { name: 'ask Abacos', startedMs: 1000, deadlineMs: 500 };
  const table: [nowMs: number, alive: boolean][] = [
    [1000, true],
    [1499, true],
    [1500, true],
    [1501, false],
    [90_000, false],
  ];
  for (const [nowMs, alive] of table) assert.equal(isAlive(step, nowMs), alive, `at ${nowMs}`);
  assert.equal(isAlive(undefined, 90_000), true);
});

interface Bench {
  readonly heartbeat: Heartbeat;
  /** What was seen: `beat`, or the name of a step that hangs. */
  readonly seen: string[];
  readonly intervals: number[];
  readonly pass: (durationMs: number) => void;
}

/** A heartbeat with a clock and a timer that move when they are told to. */
function bench(watchdogMs: number | undefined): Bench {
  const seen: string[] = [];
  const intervals: number[] = [];
  let nowMs = 0;
  let tick: (() => void) | undefined;
  let nextMs = 0;
  const heartbeat = createHeartbeat({
    notifier: { watchdogMs, watchdog: () => seen.push('beat') },
    monotonic: () => nowMs,
    onHang: ({ name }) => seen.push(name),
    every: (intervalMs, call) => {
      intervals.push(intervalMs);
      nextMs = intervalMs;
      tick = call;
      return () => {
        tick = undefined;
      };
    },
  });
  const pass = (durationMs: number): void => {
    const endMs = nowMs + durationMs;
    for (; tick !== undefined && nextMs <= endMs; nextMs += intervals[0] ?? Infinity) {
      nowMs = nextMs;
      tick();
    }
    nowMs = endMs;
  };
  return { heartbeat, seen, intervals, pass };
}

test('a heartbeat beats at once and then three times in each watchdog interval', () => {
  const { seen, intervals, pass } = bench(30_000);
  assert.deepEqual(intervals, [10_000]);
  assert.deepEqual(seen, ['beat']);
  pass(30_000);
  assert.deepEqual(seen, ['beat', 'beat', 'beat', 'beat']);
});

test('a heartbeat stops when a step is past its deadline and tells so once', () => {
  const { heartbeat, seen, pass } = bench(30_000);
  heartbeat.step('ask Abacos', 20_000);
  pass(60_000);
  assert.deepEqual(seen, ['beat', 'beat', 'beat', 'ask Abacos']);
});

test('a heartbeat leaves a long step alone for as long as it may last', () => {
  const { heartbeat, seen, pass } = bench(30_000);
  heartbeat.step('run insert_order', 600_000);
  pass(600_000);
  assert.equal(seen.length, 61);
  assert.ok(!seen.includes('run insert_order'));
});

test('a heartbeat beats again when a late step ends after all, and tells of the next one that hangs', () => {
  const { heartbeat, seen, pass } = bench(30_000);
  heartbeat.step('first', 5000);
  pass(10_000);
  heartbeat.step('second', 5000);
  pass(3000);
  heartbeat.step('third', 10_000);
  pass(7000);
  heartbeat.step('third', 5000);
  pass(10_000);
  assert.deepEqual(seen, ['beat', 'first', 'beat', 'third']);
});

test('a heartbeat goes on beating after done', () => {
  const { heartbeat, seen, pass } = bench(30_000);
  heartbeat.step('cycle', 1000);
  heartbeat.end();
  pass(20_000);
  assert.deepEqual(seen, ['beat', 'beat', 'beat']);
});

test('a heartbeat is silent after stop', () => {
  const { heartbeat, seen, pass } = bench(30_000);
  heartbeat.stop();
  pass(90_000);
  assert.deepEqual(seen, ['beat']);
});

test('without a watchdog there is neither a beat nor a timer', () => {
  const { heartbeat, seen, intervals, pass } = bench(undefined);
  heartbeat.step('cycle', 1);
  pass(90_000);
  heartbeat.stop();
  assert.deepEqual([seen, intervals], [[], []]);
});

test('a heartbeat beats by a real timer until it is stopped', { timeout: 30_000 }, async (t) => {
  const beats = new EventEmitter();
  const heartbeat = createHeartbeat({
    notifier: { watchdogMs: 30, watchdog: () => beats.emit('beat') },
    monotonic: () => 0,
    onHang: () => undefined,
  });
  // The heartbeat does not keep a process alive, so something else has to.
  const alive = setInterval(() => undefined, 1000);
  t.after(() => {
    clearInterval(alive);
    heartbeat.stop();
  });
  for (let beat = 0; beat < 3; beat += 1) await once(beats, 'beat');
});

test('a heartbeat knows what the loop is at, whatever is done beside it, also where systemd wants no signs of life', () => {
  const { heartbeat, pass } = bench(undefined);
  assert.equal(heartbeat.current, undefined);
  pass(1000);
  heartbeat.step('reading orders', 20_000);
  heartbeat.beside().step('running insert_order', 600_000);
  assert.deepEqual(heartbeat.current, { name: 'reading orders', startedMs: 1000, deadlineMs: 20_000 });
  heartbeat.end();
  assert.equal(heartbeat.current, undefined);
});
