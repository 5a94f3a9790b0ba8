/** What a process has of its machine fails under the real program: descriptors, the clock, whoever reads its log. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { call, Run } from '../../sandbox/program.ts';
import { until } from '../../sandbox/until.ts';
import { randomFrom, seeds, size } from '../trials.ts';
import { Harness } from './harness.ts';

const execute = promisify(execFile);

let harness: Harness;

before(async () => {
  harness = await Harness.open();
});
after(async () => {
  await harness.close();
});

/** The most files that a process may have open from now on; those that are open stay. */
async function limitFiles(pid: number, count: number): Promise<void> {
  await execute('prlimit', ['--pid', String(pid), `--nofile=${count}:`]);
}

describe('A process without a free file descriptor', () => {
  test('says so, ends or waits, and goes on with every order when it has some', async (t) => {
    const { installation, start } = await harness.scene(t);
    const service = start();
    await service.says('starts after');
    await limitFiles(service.pid, 10);
    const missing = [await harness.place({ inAbacos: false })];
    await service.says(
      /(?:Shop database|Abacos|Integration server) is down: .*too many files are open on this host. .*LimitNOFILE/i,
    );
    await limitFiles(service.pid, 1024);
    await harness.allSettled(installation, missing);
    assert.equal(await service.stop(), 0);
  });

  test('does not start, ends with 75, so that systemd starts it again, and names the limit', async (t) => {
    const { installation } = await harness.scene(t);
    // Enough for Node, and not for the sockets.
    for (const count of [18, 20, 22, 24, 26]) {
      const run = new Run(installation, ['run']);
      t.after(() => run.stop('SIGKILL'));
      await limitFiles(run.child.pid ?? -1, count);
      await until('it has ended, or runs', () => run.child.exitCode !== null || run.output.includes('starts after'));
      if (run.child.exitCode === null) {
        assert.equal((await run.stop()).status, 0);
        continue;
      }
      const { status, stdout, stderr } = await run.finished;
      assert.equal(status, 75, stdout + stderr);
      assert.match(stdout + stderr, /EMFILE.*LimitNOFILE/);
    }
  });
});

describe('A clock that steps', () => {
  const HOUR_S = 3600;
  for (const seed of seeds({ test: 1, torture: 40 })) {
    const random = randomFrom(seed);
    const steps = Array.from({ length: size({ test: 2, torture: 6 }) }, (_, index) =>
      Math.round((index % 2 === seed % 2 ? 1 : -1) * (1 + 20 * random()) * HOUR_S),
    );
    test(`by ${steps.map((step) => `${(step / HOUR_S).toFixed(1)} h`).join(', ')} stalls nothing and repeats nothing (seed ${seed})`, async (t) => {
      const { installation, start } = await harness.scene(t);
      const service = start();
      await service.says('This is the active monitor');
      const missing: string[] = [];
      const asked = harness.sandbox.abacos.calls.length;
      const began = performance.now();
      for (const clockOffSeconds of steps) {
        await harness.faults.set([], { clockOffSeconds });
        missing.push(await harness.place({ inAbacos: false }));
        await harness.allSettled(installation, missing);
      }
      // One call a cycle and one for each repair: a pause that the clock cuts short would ask without end.
      const cycles = (performance.now() - began) / 1000;
      assert.ok(
        harness.sandbox.abacos.calls.length - asked <= 2 * cycles + 4 * steps.length,
        'Abacos is asked in a storm',
      );
      assert.deepEqual(service.statuses, []);
      const verified = await call(installation, 'checkpoint', 'verify');
      assert.equal(verified.status, 0, verified.stdout + verified.stderr);
      assert.equal(await service.stop(), 0);
    });
  }

  /** In Lisbon the hour from 1:00 on is repeated in autumn, and left out in spring. */
  const CHANGES = [
    { name: 'from summer time to winter time', at: Date.UTC(2026, 9, 25, 1), after: /25\/10\/2026-01:00/ },
    { name: 'from winter time to summer time', at: Date.UTC(2027, 2, 28, 1), after: /28\/03\/2027-02:00/ },
  ];
  for (const { name, at, after } of CHANGES) {
    test(`${name} while it runs keeps no order waiting, and its times can be read`, async (t) => {
      const { installation } = await harness.scene(t);
      await harness.faults.set([], { clockOffSeconds: Math.round((at - Date.now()) / 1000) - 3 });
      const run = new Run(installation, ['run'], { ...harness.faults.environment, TZ: 'Europe/Lisbon' });
      t.after(() => run.stop('SIGKILL'));
      const missing = [await harness.place({ inAbacos: false })];
      await until('an order was recorded behind the change', async () => {
        await harness.place({ inAbacos: true });
        return after.test(await readFile(join(installation.state, 'checkpoint'), 'utf8'));
      });
      await harness.allSettled(installation, missing);
      assert.equal((await run.stop()).status, 0);
      assert.equal((await call(installation, 'checkpoint', 'verify')).status, 0);
    });
  }
});

describe('A log that nobody reads', () => {
  test('any more, because the pipe was closed, stops nothing', async (t) => {
    const { installation } = await harness.scene(t);
    const run = new Run(installation, ['run']);
    t.after(() => run.stop('SIGKILL'));
    await until('it has started', () => run.output.includes('starts after'));
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    const missing = [await harness.place({ inAbacos: false })];
    await harness.allSettled(installation, missing);
    assert.equal(run.child.exitCode, null);
    assert.equal((await run.stop()).status, 0);
  });

  test('for a while, because the pipe is full, stops nothing', async (t) => {
    const { installation } = await harness.scene(t);
    const run = new Run(installation, ['run'], { ORDER_MONIT_DEBUG: '1' });
    t.after(() => run.stop('SIGKILL'));
    await until('it has started', () => run.output.includes('starts after'));
    run.child.stdout?.pause();
    const missing = [await harness.place({ inAbacos: false })];
    // A pipe holds 64 KB; each order has a line.
    for (let count = 0; count < 800; count += 1) await harness.place({ inAbacos: true });
    await harness.allSettled(installation, missing);
    run.child.stdout?.resume();
    await harness.place({ inAbacos: true });
    await until('it says how much was lost', () =>
      run.output.includes('log lines before this one could not be written'),
    );
    assert.equal((await run.stop()).status, 0);
  });
});
