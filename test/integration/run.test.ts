/** Tasks over a real sshd: what they do, and what is said of how they end. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { errorCode } from '../../src/text/error.ts';
import { until } from '../sandbox/until.ts';
import { confirm, insert, never, sharedCleanup, startSite, type Site } from './fixtures.ts';

describe('a task on the integration server', () => {
  let site: Site;
  const shared = sharedCleanup(after);
  before(async () => {
    site = await startSite(shared);
  });

  const lockFile = (name: string) => join(site.sshd.folder, 'locks', name);

  test('inserts the order in the shop folder, with its status, its duration and its last lines', async (t) => {
    const server = site.adapter(t);
    await server.connect(never);
    const outcome = await server.run(insert('A/1.x'), never);
    assert.ok(outcome.kind === 'exited');
    assert.equal(outcome.status, 0);
    assert.deepEqual(outcome.output, []);
    assert.ok(outcome.durationMs > 0);
    assert.equal(site.erp.inserts.get('A/1.x'), 1);
    assert.equal((await readFile(lockFile('order-A%2F1.x'), 'utf8')).split('\n')[0], '0');
  });

  test('that the ERP makes unnecessary ends with status 1 and the words of its exception', async (t) => {
    const server = site.adapter(t);
    await server.run(insert('2'), never);
    const outcome = await server.run(insert('2'), never);
    assert.ok(outcome.kind === 'exited');
    assert.equal(outcome.status, 1);
    assert.equal(outcome.output[0], 'rake aborted!');
    assert.match(outcome.output[1] ?? '', /Order 2 already exist on Abacos/);
    assert.equal(site.erp.inserts.get('2'), 1);
  });

  test('confirm_payment inserts a missing order and confirms its payment', async (t) => {
    const outcome = await site.adapter(t).run(confirm('3'), never);
    assert.equal(outcome.kind, 'exited');
    assert.deepEqual([site.erp.inserts.get('3'), site.erp.payments.get('3')], [1, 1]);
  });

  test('is run once where two are asked for at the same moment: the second one meets the lock', async (t) => {
    await site.standIn({ startMs: 300, gapMs: 300 });
    const [one, other] = [site.adapter(t), site.adapter(t)];
    await Promise.all([one.connect(never), other.connect(never)]);
    const outcomes = await Promise.all([one.run(insert('4'), never), other.run(confirm('4'), never)]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['busy', 'exited']);
    assert.equal(await site.started('4'), 1);
    assert.equal(site.erp.inserts.get('4'), 1);
  });

  test('runs beside the tasks of other orders over the same connection', async (t) => {
    await site.standIn({ startMs: 200 });
    const server = site.adapter(t);
    await server.connect(never);
    const numbers = ['5a', '5b', '5c', '5d'];
    const outcomes = await Promise.all(numbers.map((number) => server.run(insert(number), never)));
    assert.deepEqual(
      outcomes.map((outcome) => outcome.kind === 'exited' && outcome.status),
      [0, 0, 0, 0],
    );
    const entries = (await site.entries()).filter(({ number }) => numbers.includes(number));
    assert.equal(entries.slice(0, 4).filter(({ event }) => event === 'started').length > 1, true);
  });

  test('is not run again for an order whose last command ended a moment ago', async (t) => {
    const server = site.adapter(t);
    await site.standIn({ behaviour: { '6': 'nothing' } });
    assert.equal((await server.run(insert('6', 60_000), never)).kind, 'exited');
    assert.equal((await server.run(insert('6', 60_000), never)).kind, 'too-soon');
    assert.equal((await server.run(confirm('6', 60_000), never)).kind, 'too-soon');
    assert.equal(await site.started('6'), 1);
    await endedEarlier(lockFile('order-6'), 61);
    assert.equal((await server.run(insert('6', 60_000), never)).kind, 'exited');
  });

  test('waits as long when the clock of the server is set forward or back meanwhile', async (t) => {
    const server = site.adapter(t);
    await server.run(insert('7', 60_000), never);
    for (const byS of [-86_400, 86_400]) {
      const then = new Date(Date.now() + byS * 1000);
      await utimes(lockFile('order-7'), then, then);
      assert.equal((await server.run(insert('7', 60_000), never)).kind, 'too-soon');
      await utimes(lockFile('order-7'), then, then);
    }
    await endedEarlier(lockFile('order-7'), 61);
    assert.equal((await server.run(insert('7', 60_000), never)).kind, 'exited');
  });

  test('that ended before the server was started waits by its clock; anew, not for ever, if that was set back', async (t) => {
    const server = site.adapter(t);
    const marked = async (name: string, agoS: number): Promise<void> => {
      await writeFile(lockFile(name), '0\n00000000-0000-0000-0000-000000000000 1\n');
      const then = new Date(Date.now() - agoS * 1000);
      await utimes(lockFile(name), then, then);
    };
    await marked('order-19', 50);
    assert.equal((await server.run(insert('19', 60_000), never)).kind, 'too-soon');
    await marked('order-19', 61);
    assert.equal((await server.run(insert('19', 60_000), never)).kind, 'exited');
    await marked('order-20', -86_400);
    assert.equal((await server.run(insert('20', 60_000), never)).kind, 'too-soon');
    await endedEarlier(lockFile('order-20'), 61);
    assert.equal((await server.run(insert('20', 60_000), never)).kind, 'exited');
  });

  test('that was killed with all that ran it waits from when that is noticed, for its insert may be a moment old', async (t) => {
    await site.standIn({ behaviour: { '21': 'insert-then-hang' } });
    const server = site.adapter(t);
    const running = server.run(insert('21', 60_000), never);
    await until('the order is inserted', () => site.erp.inserts.get('21') === 1);
    // One that was starting another may leave that behind.
    await until('nobody holds the lock', async () => {
      const holders = await holdersOf(lockFile('order-21'));
      for (const pid of holders) kill(pid);
      return holders.length === 0;
    });
    await running;
    await endedEarlier(lockFile('order-21'), 600);
    assert.equal((await server.run(insert('21', 60_000), never)).kind, 'too-soon');
    assert.equal((await server.run(insert('21', 60_000), never)).kind, 'too-soon');
    await endedEarlier(lockFile('order-21'), 61);
    assert.equal((await server.run(insert('21', 60_000), never)).kind, 'exited');
  });

  test('keeps others away from its order when somebody empties the lock folder', async (t) => {
    await site.standIn({ gapMs: 5000 });
    const server = site.adapter(t);
    const running = server.run(insert('22'), never);
    await until('the task runs', async () => (await site.started('22')) === 1);
    await rm(join(site.sshd.folder, 'locks'), { recursive: true });
    const other = site.adapter(t);
    assert.equal((await other.run(insert('22'), never)).kind, 'busy');
    assert.equal((await running).kind, 'exited');
    assert.equal(site.erp.inserts.get('22'), 1);
    assert.equal((await other.run(insert('22'), never)).kind, 'exited');
  });

  test('that hangs is ended by the time limit on the server, with all that it started', async (t) => {
    await site.standIn({ behaviour: { '8': 'hang' } });
    let pid: number | undefined;
    // On a busy machine it may be ended before it has said that it started.
    for (let limitS = 1; pid === undefined; limitS *= 3) {
      const outcome = await site.adapter(t, { commandTimeoutMs: limitS * 1000 }).run(insert('8'), never);
      assert.ok(outcome.kind === 'killed');
      assert.match(outcome.why, new RegExp(`time limit of ${limitS} s`));
      pid = (await site.entries()).find(({ number }) => number === '8')?.pid;
    }
    // The kernel has been told when the outcome comes; what it started may end a moment later.
    await until('the task has ended', () => !existsSync(`/proc/${pid}`));
    await site.standIn({});
    // With time enough: what is asked here is whether the lock is free.
    assert.equal((await site.adapter(t).run(insert('8'), never)).kind, 'exited');
  });

  test('that a signal ends is killed, and says by which', async (t) => {
    await site.standIn({ behaviour: { '9': 'crash-before-insert' } });
    const outcome = await site.adapter(t).run(insert('9'), never);
    assert.ok(outcome.kind === 'killed');
    assert.match(outcome.why, /SIGKILL/);
    assert.equal(site.erp.inserts.get('9'), undefined);
  });

  test('whose connection breaks is lost; it runs on, keeps the lock, inserts once, and leaves its mark', async (t) => {
    await site.standIn({ startMs: 5000 });
    const server = site.adapter(t);
    const running = server.run(insert('10', 60_000), never);
    await until('the task runs', async () => (await site.started('10')) === 1);
    await site.sshd.killSessions();
    const lost = await running;
    assert.equal(lost.kind, 'lost');
    await server.connect(never);
    assert.equal((await server.run(insert('10', 60_000), never)).kind, 'busy');
    await until('the task has ended', async () =>
      (await site.entries()).some((e) => e.number === '10' && e.event === 'ended'),
    );
    await until('its end is marked', async () => (await readFile(lockFile('order-10'), 'utf8')).startsWith('0\n'));
    assert.equal((await server.run(insert('10', 60_000), never)).kind, 'too-soon');
    assert.equal(site.erp.inserts.get('10'), 1);
    assert.equal(await site.started('10'), 1);
  });

  test('that writes after its connection broke does not die of it', async (t) => {
    await site.standIn({ startMs: 5000, behaviour: { '11': 'garbage-output' } });
    const server = site.adapter(t);
    const running = server.run(insert('11'), never);
    await until('the task runs', async () => (await site.started('11')) === 1);
    await site.sshd.killSessions();
    assert.equal((await running).kind, 'lost');
    await until('the task has ended', async () =>
      (await site.entries()).some((e) => e.number === '11' && e.event === 'ended'),
    );
    await until('its end is marked', async () => (await readFile(lockFile('order-11'), 'utf8')).startsWith('0\n'));
  });

  test('is lost when the server gives no sign of life any more, long before its own deadline', async (t) => {
    await site.standIn({ startMs: 300 });
    const server = site.adapter(t, { keepaliveMs: 100 });
    const running = server.run(insert('17'), never);
    await until('the task runs', async () => (await site.started('17')) === 1);
    for (const pid of await site.sshd.sessions()) process.kill(pid, 'SIGSTOP');
    t.after(() => site.sshd.killSessions());
    const outcome = await running;
    assert.ok(outcome.kind === 'lost');
    assert.match(outcome.why, /the connection broke/);
  });

  test('is told to its end by a process that is slow to look, when all news of it comes at once', async (t) => {
    const server = site.adapter(t, { rakeCommand: ['true'] });
    const asleep = new Int32Array(new SharedArrayBuffer(4));
    const busy = setInterval(() => Atomics.wait(asleep, 0, 0, 400), 1);
    t.after(() => {
      clearInterval(busy);
    });
    await server.connect(never);
    assert.equal((await server.run(insert('18'), never)).kind, 'exited');
  });

  test('that is not waited for any longer is lost at once, and runs on', async (t) => {
    await site.standIn({ startMs: 700 });
    const server = site.adapter(t);
    const stop = new AbortController();
    const running = server.run(insert('12'), stop.signal);
    await until('the task runs', async () => (await site.started('12')) === 1);
    stop.abort();
    assert.equal((await running).kind, 'lost');
    await server.close();
    await until('the order is inserted', () => site.erp.inserts.get('12') === 1);
  });

  test('that leaves a child behind is lost at the deadline; the order stays locked while the child lives', async (t) => {
    const rakeCommand = ['sh', '-c', 'setsid sleep 600 &'];
    const server = site.adapter(t, { rakeCommand, commandTimeoutMs: 1000, commandGraceMs: 200 });
    const outcome = await server.run(insert('16'), never);
    assert.ok(outcome.kind === 'lost');
    assert.match(outcome.why, /did not end within 1.2 s; it may be running still/);
    let child: number | undefined;
    // A slow machine may start the child after the deadline only.
    await until(
      'the child lives',
      async () => (child = await holderNamed('sleep', lockFile('order-16'))) !== undefined,
    );
    assert.equal((await site.adapter(t).run(insert('16'), never)).kind, 'busy');
    process.kill(child ?? 0);
    await until('the lock is free', async () => (await site.adapter(t).run(insert('16'), never)).kind === 'exited');
  });

  test('may write 10 MB of anything: the last lines are kept, short and clean', async (t) => {
    await site.standIn({ behaviour: { '13': 'garbage-output' } });
    const outcome = await site.adapter(t).run(insert('13'), never);
    assert.ok(outcome.kind === 'exited' && outcome.status === 0);
    assert.equal(outcome.output.length, 20);
    assert.equal(outcome.output.at(-1), 'the end');
    assert.equal(outcome.output.at(-2), `${'é'.repeat(499)}…`);
    for (const line of outcome.output) {
      assert.ok(line.length <= 500);
      assert.doesNotMatch(line, /\p{Cc}/u);
    }
  });

  test('is not started where the server lacks the folder, the program or the right to lock, and says why', async (t) => {
    const cases: readonly [parts: Parameters<Site['adapter']>[1], why: RegExp][] = [
      [{ railsRoot: '/no/such/shop' }, /cannot enter rails_root \/no\/such\/shop/],
      [{ rakeCommand: 'bundler-of-nobody exec rake' }, /bundler-of-nobody: not found/],
      [{ rakeCommand: ['bin/rake'] }, /bin\/rake: not found/],
      [{ lockDirectory: '/proc/locks' }, /cannot write to the lock folder \/proc\/locks/],
      [{ environment: { PATH: '/nowhere' } }, /a program is missing/],
    ];
    for (const [parts, why] of cases) {
      const outcome = await site.adapter(t, parts).run(insert('14'), never);
      assert.ok(outcome.kind === 'not-started', outcome.kind);
      assert.match(outcome.why, why);
    }
    assert.equal(await site.started('14'), 0);
  });

  test('whose own status is one of the refusals counts as ended all the same', async (t) => {
    for (const status of [72, 73, 75, 76, 126, 127]) {
      const server = site.adapter(t, { rakeCommand: ['sh', '-c', `exit ${status}`] });
      const outcome = await server.run(insert('15'), never);
      assert.deepEqual([outcome.kind, outcome.kind === 'exited' && outcome.status], ['exited', status]);
    }
  });
});

/** Makes the end of the last command as old as that, as if so much time had passed since. */
async function endedEarlier(lockFile: string, ageS: number): Promise<void> {
  const [status = '', mark = ''] = (await readFile(lockFile, 'utf8')).split('\n');
  const [boot = '', at = ''] = mark.split(' ');
  await writeFile(lockFile, `${status}\n${boot} ${Number(at) - 100 * ageS}\n`);
}

/** The processes that have a lock file open. */
async function holdersOf(lockFile: string): Promise<number[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const open = await Promise.all(processes.map(async (pid) => readlink(`/proc/${pid}/fd/9`).catch(() => '')));
  return processes.filter((_, index) => open[index] === lockFile).map(Number);
}

/** As if it had crashed, unless it has ended by itself. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

async function holderNamed(name: string, lockFile: string): Promise<number | undefined> {
  for (const pid of await holdersOf(lockFile)) {
    const command = await readFile(`/proc/${String(pid)}/comm`, 'utf8').catch(() => '');
    if (command.trim() === name) return pid;
  }
  return undefined;
}
