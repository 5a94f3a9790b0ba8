/** Messages that wait on the disk: none is lost or sent twice, and none keeps the others waiting. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { alertDisk } from '../../src/adapters/alert-disk.ts';
import type { Clock } from '../../src/alerts/clock.ts';
import type { Message } from '../../src/alerts/deliver/message.ts';
import { Sender, type Carried } from '../../src/alerts/deliver/sender.ts';
import { Spool, type SpoolOptions } from '../../src/alerts/deliver/spool.ts';

const AT = Date.UTC(2026, 10, 20, 12);

function message(count: number, changes: Partial<Extract<Message, { channel: 'webhook' }>> = {}): Message {
  return {
    format: 1,
    channel: 'webhook',
    id: `abc.${count}`,
    at: AT + count,
    critical: true,
    kind: 'down',
    subject: 'Abacos is down',
    orders: [],
    body: '{}',
    ...changes,
  };
}

interface Place {
  readonly directory: string;
  readonly warnings: string[];
  readonly open: (limits?: Partial<SpoolOptions>) => Promise<Spool>;
}

function place(t: TestContext): Place {
  const directory = join(mkdtempSync(join(tmpdir(), 'order-monit-spool-')), 'spool');
  t.after(() => {
    rmSync(join(directory, '..'), { recursive: true, force: true });
  });
  const warnings: string[] = [];
  const warn = (text: string): void => {
    warnings.push(text);
  };
  return {
    directory,
    warnings,
    open: async (limits = {}) =>
      Spool.open({ directory, disk: alertDisk(), maxMessages: 100, maxBytes: 1_000_000, warn, ...limits }),
  };
}

const idsIn = async (spool: Spool): Promise<(string | undefined)[]> =>
  Promise.all(spool.waiting('webhook').map(async (one) => (await spool.read(one))?.id));

test('A message waits through a restart, the oldest first, and is readable by its owner alone', async (t) => {
  const { open, directory } = place(t);
  const first = await open();
  await first.put(message(2));
  await first.put(message(1));
  const second = await open();
  assert.deepEqual((await idsIn(second)).sort(), ['abc.1', 'abc.2']);
  assert.deepEqual(await idsIn(second), ['abc.1', 'abc.2']);
  const [oldest] = second.waiting('webhook');
  assert.ok(oldest);
  await second.remove(oldest.name);
  assert.deepEqual(await idsIn(await open()), ['abc.2']);
  const [left = '', ...others] = readdirSync(directory);
  assert.deepEqual(others, []);
  assert.equal(statSync(join(directory, left)).mode & 0o777, 0o600);
});

test('A message that a crash makes decided twice waits once', async (t) => {
  const spool = await place(t).open();
  await spool.put(message(1));
  await spool.put(message(1, { at: AT + 9, body: '{"later":true}' }));
  assert.deepEqual(await idsIn(spool), ['abc.1']);
});

test('A full spool drops the oldest, what is not critical first, and says how many', async (t) => {
  const { open, warnings } = place(t);
  const spool = await open({ maxMessages: 3 });
  await spool.put(message(1));
  await spool.put(message(2, { critical: false }));
  await spool.put(message(3));
  await spool.put(message(4));
  assert.deepEqual(await idsIn(spool), ['abc.1', 'abc.3', 'abc.4']);
  await spool.put(message(5));
  assert.deepEqual(await idsIn(spool), ['abc.3', 'abc.4', 'abc.5']);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? '', /^1 waiting messages were dropped/);
});

test('A spool is bounded in bytes too', async (t) => {
  const spool = await place(t).open({ maxBytes: 750 });
  for (let count = 1; count <= 4; count += 1) await spool.put(message(count, { body: 'x'.repeat(150) }));
  const bytes = spool.waiting('webhook').reduce((sum, one) => sum + one.bytes, 0);
  assert.ok(bytes <= 750, String(bytes));
  assert.equal((await idsIn(spool)).at(-1), 'abc.4');
});

test('A damaged message is set aside and said, and keeps no other waiting; half a message is removed', async (t) => {
  const { open, directory, warnings } = place(t);
  const before = await open();
  await before.put(message(1));
  await before.put(message(2));
  const [name] = readdirSync(directory).sort();
  const path = join(directory, name ?? '');
  writeFileSync(path, readFileSync(path).subarray(0, 30));
  writeFileSync(join(directory, 'x.json.new'), 'half');
  const spool = await open();
  assert.deepEqual(await idsIn(spool), [undefined, 'abc.2']);
  assert.deepEqual(await idsIn(spool), ['abc.2']);
  assert.match(warnings[0] ?? '', /can not be read and is not sent/);
  assert.deepEqual(readdirSync(directory).filter((file) => !file.endsWith('.json')).length, 1);
});

/** Time that stands still until it is set. */
function handClock(): Clock & { at: number } {
  const clock = {
    at: 0,
    now: () => AT + clock.at,
    monotonic: () => clock.at,
    wait: async (_: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => {
          resolve();
        });
      }),
  };
  return clock;
}

const FAILED: Carried = { delivery: { kind: 'failed', scope: 'server', why: 'nothing listens there' } };
const DELIVERED: Carried = { delivery: { kind: 'delivered', refused: [] } };
const ALWAYS = new AbortController().signal;

async function senderOf(t: TestContext, deliver: (message: Message) => Carried) {
  const spool = await place(t).open();
  const clock = handClock();
  const log: string[] = [];
  const tried: string[] = [];
  const sender = new Sender({
    channel: 'webhook',
    spool,
    clock,
    otherSide: 'The webhook',
    deliver: async (one) => {
      tried.push(one.id);
      return Promise.resolve(deliver(one));
    },
    log: (_, text) => {
      log.push(text);
    },
  });
  return { spool, clock, log, tried, sender };
}

test('A server that is down is tried with a growing pause, said once, and nothing is lost', async (t) => {
  let down = true;
  const { spool, clock, log, tried, sender } = await senderOf(t, () => (down ? FAILED : DELIVERED));
  await spool.put(message(1));
  await spool.put(message(2));
  const triedAt: number[] = [];
  for (clock.at = 0; clock.at <= 1_500_000; clock.at += 1000) {
    const before = tried.length;
    await sender.deliverDue(ALWAYS);
    if (tried.length > before) triedAt.push(clock.at / 1000);
  }
  assert.deepEqual(triedAt, [0, 15, 45, 105, 225, 465, 765, 1065, 1365]);
  assert.equal(new Set(tried).size, 1, 'the second message is not tried while the first shows that the server is down');
  down = false;
  clock.at = 2_000_000;
  await sender.deliverDue(ALWAYS);
  assert.deepEqual(spool.waiting('webhook'), []);
  assert.deepEqual(log, [
    'The webhook takes no alerts: nothing listens there. 2 wait and are sent when it does',
    'The webhook takes alerts again',
  ]);
});

for (const [retryAfterMs, expected] of [
  [1000, [0, 15, 45, 105]],
  [100_000, [0, 100, 200, 300]],
  [86_400_000, [0, 3600, 7200]],
] as const) {
  test(`A server that asks for ${retryAfterMs} ms is left alone as long, an hour at most`, async (t) => {
    const wish: Carried = { delivery: { kind: 'failed', scope: 'server', why: 'HTTP status 429', retryAfterMs } };
    const { spool, clock, tried, sender } = await senderOf(t, () => wish);
    await spool.put(message(1));
    const triedAt: number[] = [];
    for (clock.at = 0; triedAt.length < expected.length; clock.at += 1000) {
      const before = tried.length;
      await sender.deliverDue(ALWAYS);
      if (tried.length > before) triedAt.push(clock.at / 1000);
    }
    assert.deepEqual(triedAt, expected);
  });
}

test('A message that the server will not take keeps no other waiting', async (t) => {
  const { spool, clock, tried, sender } = await senderOf(t, ({ id }) =>
    id === 'abc.1' ? { delivery: { kind: 'failed', scope: 'message', why: 'too large' } } : DELIVERED,
  );
  await spool.put(message(1));
  await spool.put(message(2));
  await sender.deliverDue(ALWAYS);
  await sender.deliverDue(ALWAYS);
  assert.deepEqual(tried, ['abc.1', 'abc.2']);
  clock.at = 8 * 86_400_000;
  await sender.deliverDue(ALWAYS);
  assert.deepEqual(spool.waiting('webhook'), [], 'after a week it is given up');
});

test('A disk that fails is said, and ends nothing', async (t) => {
  const { spool, log, sender } = await senderOf(t, () => {
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  });
  await spool.put(message(1));
  await sender.deliverDue(ALWAYS);
  assert.match(log[0] ?? '', /no space left/);
  assert.equal(spool.waiting('webhook').length, 1);
});
