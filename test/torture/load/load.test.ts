/**
 * Everything at once that a shop may leave behind: a long history, a backlog
 * after an outage of weeks, and an ERP that lost orders in the thousands. The
 * service works through it in bounded memory, answers its operators meanwhile,
 * and is never late with its signs of life.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { get, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { printLine } from '../../../src/checkpoint/line.ts';
import { orderId } from '../../../src/core/order.ts';
import { stampOf } from '../../../src/core/stamp.ts';
import { failed, type Verdict } from '../../../src/core/verdict.ts';
import { call, Run } from '../../sandbox/program.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { size } from '../trials.ts';
import { ServiceManager } from './service-manager.ts';

/** Orders on record, those of them that are open, and those that came since. */
const LOAD = size({
  test: { history: 20_000, open: 2_000, backlog: 10_000 },
  torture: { history: 1_000_000, open: 100_000, backlog: 1_000_000 },
});
const LAST = LOAD.history + LOAD.backlog;
const OPEN_EVERY = LOAD.history / LOAD.open;
const DEADLINE_MS = size({ test: 120_000, torture: 3_600_000 });
/** That of the unit, after which systemd would end the service. */
const WATCHDOG_MS = 30_000;
/** What the program is told, so that it gives a sign of life every half second and shows each pause of its loop. */
const TOLD_WATCHDOG_MS = 1500;
/** The unit's MemoryMax is 1 GiB. */
const MEMORY_LIMIT_KIB = size({ test: 256, torture: 640 }) * 1024;
const DAY_MS = 86_400_000;
const MAX_ATTEMPTS = 4;

const numberOf = (id: number): string => String(8_000_000 + id);
const isOpen = (id: number): boolean => id <= LOAD.history && id % OPEN_EVERY === 0;
/** Every other open order was given up. */
const isGivenUp = (id: number): boolean => isOpen(id) && (id / OPEN_EVERY) % 2 === 0;

describe(`With ${LOAD.history} orders on record, ${LOAD.open} of them open, and ${LOAD.backlog} new ones`, () => {
  let sandbox: Sandbox;
  let systemd: ServiceManager;
  let run: Run;

  before(async () => {
    sandbox = await openSandbox({
      service: { max_orders_per_request: 500, max_attempts: MAX_ATTEMPTS, recheck_given_up: 3600 },
    });
    await sandbox.shop.connection.query(
      `INSERT INTO orders (id, number, state, created_at, erp_payment_at)
       SELECT seq, 8000000 + seq, 'authorized', UTC_TIMESTAMP() - INTERVAL 1 DAY, UTC_TIMESTAMP() FROM seq_1_to_${LAST}`,
    );
    for (let id = 1; id <= LAST; id += 1) if (!isOpen(id)) sandbox.abacos.place(numberOf(id));
    await writeCheckpoint(join(sandbox.installation.state, 'checkpoint'));
    systemd = await ServiceManager.start(join(sandbox.folder, 'notify'), TOLD_WATCHDOG_MS);
    // Nothing can be repaired for a while: all that is open stays open.
    await sandbox.sshd.stop();
    run = new Run(sandbox.installation, ['run'], systemd.environment);
    await until('it is ready', () => systemd.readyAtMs !== undefined || run.child.exitCode !== null);
    assert.equal(run.child.exitCode, null, run.output.slice(-2000));
  });

  after(async () => {
    await run.stop('SIGKILL');
    systemd.close();
    await sandbox.close();
  });

  test('it answers its operators', async () => {
    const status = await call(sandbox.installation, 'status');
    // Its exit status is another matter: a whole cycle may take longer here than three of its seconds.
    assert.equal(status.stderr, '');
    const open = LOAD.open / 2;
    assert.match(status.stdout, new RegExp(`${open}\\D+failing|failing\\D+${open}`, 'i'));
    const metrics = await call(sandbox.installation, 'metrics');
    assert.match(metrics.stdout, /^order_monit_unresolved_orders\b/m);
  });

  test('it takes every new order and keeps what is open', async () => {
    await until('the head is the last order', async () => (await head()) === LAST, DEADLINE_MS);
    const failedOnes = await call(sandbox.installation, 'checkpoint', 'failed', '--json');
    assert.equal(failedOnes.status, 0, failedOnes.stderr);
    const listed: unknown = JSON.parse(failedOnes.stdout);
    assert.ok(Array.isArray(listed));
    assert.equal(listed.length, LOAD.open);
  });

  test('it settles everything once Abacos has it', async () => {
    for (let id = 1; id <= LOAD.history; id += 1) if (isOpen(id)) sandbox.abacos.place(numberOf(id));
    const retried = await call(sandbox.installation, 'retry', '--all', '--yes');
    assert.equal(retried.status, 0, retried.stderr);
    // Some may have been looked at in between, and are settled by now.
    assert.match(retried.stdout, /^\d+ orders: retry started/);
    await until('nothing is open', async () => (await openNow()) === 0, DEADLINE_MS);
  });

  test('its memory stays bounded, and its signs of life come in time', async () => {
    const peakKiB = await peakMemoryKiB(run.child.pid);
    console.log(
      `peak memory ${Math.round(peakKiB / 1024)} MiB, longest time between two signs of life ` +
        `${(systemd.longestSilenceMs / 1000).toFixed(1)} s of ${WATCHDOG_MS / 1000} s`,
    );
    assert.ok(peakKiB < MEMORY_LIMIT_KIB, `${peakKiB} KiB`);
    assert.ok(systemd.signsOfLife.length > 2, 'it gave signs of life');
    assert.ok(systemd.longestSilenceMs < WATCHDOG_MS, `${systemd.longestSilenceMs} ms`);
  });

  test('it stops in order, with each order on record', async () => {
    const { status } = await run.stop();
    assert.equal(status, 0);
    const { stdout } = await call(sandbox.installation, 'checkpoint', 'list');
    const records = stdout.trimEnd().split('\n');
    assert.equal(new Set(records.map((record) => record.split('\t')[0])).size, LAST);
    assert.equal(records.filter((record) => record.includes('\tSUCCESS\tOK\t')).length, LAST);
  });

  async function head(): Promise<number> {
    return Number(/^order_monit_head_order_id (\d+)/m.exec(await metrics())?.[1]);
  }

  async function openNow(): Promise<number> {
    const values = [...(await metrics()).matchAll(/^order_monit_unresolved_orders(?:\{[^}]*\})? (\d+)/gm)];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** As often as a scraper that is in a hurry asks, and not as fast as it goes. */
  async function metrics(): Promise<string> {
    await delay(200);
    const socketPath = join(sandbox.installation.runtime, 'status.sock');
    const request = get({ socketPath, path: '/metrics' });
    const answered: unknown[] = await once(request, 'response');
    const [response] = answered;
    assert.ok(response instanceof IncomingMessage);
    return text(response);
  }
});

/** A history of sixty days, open orders among it all the way. */
async function writeCheckpoint(path: string): Promise<void> {
  const out = createWriteStream(path);
  const now = Date.now();
  let pending = '';
  for (let id = 1; id <= LOAD.history; id += 1) {
    const at = stampOf(now - ((LOAD.history - id) / LOAD.history) * 60 * DAY_MS);
    const verdict: Verdict = isOpen(id) ? failed('NOT_FOUND') : { status: 'SUCCESS', reason: 'OK' };
    const attempts = isGivenUp(id) ? MAX_ATTEMPTS + 1 : 1;
    const record = { orderId: orderId(id), verdict, attempts, createdAt: at, updatedAt: at };
    pending += printLine(id === LOAD.history ? '^HEAD' : id - 1, record);
    if (pending.length > 1_000_000) {
      out.write(pending);
      pending = '';
    }
  }
  out.end(pending);
  await finished(out);
}

async function peakMemoryKiB(pid: number | undefined): Promise<number> {
  // The program runs in the place of the command that ties it to this process, under the same number.
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]);
}
