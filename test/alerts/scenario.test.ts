/** The day that the alerts are judged by: everything that can go wrong does, and the mails are counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import type { KnownDowntime } from '../../src/core/outage.ts';
import { EXIT_0, POLICY, Harness } from '../monitor/harness.ts';
import { headerOf, openMailServer, plainServer, type ReceivedMail } from './mail-server.ts';
import { HOUR, ManualClock, MINUTE, SECOND } from './manual-clock.ts';
import { folderFor, openAlerts, settingsFor, spooled, type AlertFixture } from './fixtures.ts';

interface Moment {
  readonly at: number;
  readonly event: Event;
}

const RAKE_FAILED = {
  kind: 'exited',
  status: 1,
  durationMs: 2000,
  output: ['rake aborted!', 'Timeout::Error: execution expired'],
} as const;

/** What the monitor reports in six hours with five hundred failures, Abacos down for one, and a restart in it. */
async function eventsOfTheDay(): Promise<{
  moments: Moment[];
  restartAt: number;
  begin: number;
}> {
  const harness = new Harness();
  harness.policy = { ...POLICY, pageSize: 200 };
  const begin = harness.clock.now();
  const moments: Moment[] = [];
  const down = new Map<string, KnownDowntime>();
  harness.onEvent = (event) => {
    const at = harness.clock.now();
    moments.push({ at, event });
    if (event.kind === 'down') down.set(event.dependency, { ...event, since: at });
    if (event.kind === 'up') down.delete(event.dependency);
  };
  for (let minute = 0; minute < 5; minute += 1) {
    harness.clock.after(minute * MINUTE, () => {
      for (let id = 101 + minute * 100; id < 201 + minute * 100; id += 1) harness.place(id, { inAbacos: false });
    });
  }
  const works = harness.onCommand;
  harness.onCommand = () => RAKE_FAILED;
  harness.clock.after(90 * MINUTE, () => {
    harness.onCommand = (command) => {
      works(command);
      return { ...EXIT_0, durationMs: 2000 };
    };
  });
  harness.clock.after(20 * MINUTE, () => {
    harness.abacosDown = true;
  });
  harness.clock.after(80 * MINUTE, () => {
    harness.abacosDown = false;
  });
  const restartAt = begin + 25 * MINUTE;
  const first = new AbortController();
  harness.clock.after(25 * MINUTE, () => {
    first.abort();
  });
  harness.clock.after(6 * HOUR, () => {
    harness.stop.abort();
  });
  await harness.monitor().run(harness.adapters, { stop: first.signal, abandon: harness.abandon.signal });
  await harness.monitor([...down.values()]).run(harness.adapters, harness.signals);
  return { moments, restartAt, begin };
}

test('500 failures in five minutes, Abacos down for an hour, the mail server for ten minutes, a restart in the midst: few mails, none lost', async (t) => {
  const { moments, restartAt, begin } = await eventsOfTheDay();
  const directory = folderFor(t);
  const clock = new ManualClock(begin);
  let server = await openMailServer();
  const { port } = server;
  t.after(async () => server.close());
  const settings = settingsFor(plainServer(port));
  const mails: { mail: ReceivedMail; at: number }[] = [];
  const open = async (): Promise<AlertFixture> => openAlerts({ directory, clock, settings });
  let fixture = await open();
  const end = begin + 6 * HOUR;
  const pending = [...moments];
  let restarted = false;
  while (clock.now() < end) {
    clock.advance(10 * SECOND);
    const now = clock.now();
    if (now === begin + 20 * MINUTE) await server.close();
    if (now === begin + 30 * MINUTE) {
      server = await openMailServer({ port });
    }
    if (!restarted && now >= restartAt) {
      restarted = true;
      await fixture.alerts.close(5000);
      fixture = await open();
    }
    for (let next = pending[0]; next !== undefined && next.at <= now; next = pending[0]) {
      pending.shift();
      fixture.alerts.take(next.event);
    }
    fixture.alerts.tick();
    await fixture.alerts.flush();
    for (const mail of server.mails.splice(0)) mails.push({ mail, at: now });
  }
  await fixture.alerts.close(5000);
  assert.deepEqual(spooled(directory), []);
  const told = mails.map(({ mail, at }) => `${Math.round((at - begin) / MINUTE)} min: ${mail.subject}`);
  assert.deepEqual(told, [
    '6 min: [order-monit] 500 orders missing',
    '7 min: [order-monit] The integration server is down',
    '33 min: [order-monit] Abacos is down',
    '86 min: [order-monit] Abacos is back after 1 h',
    '106 min: [order-monit] The integration server is back after 1 h 34 min',
    '109 min: [order-monit] 500 orders were missing, repaired',
  ]);
  // Every one of the five hundred was named when it failed, and when it was mended.
  const naming = (number: string): number => mails.filter(({ mail }) => mail.text.includes(number)).length;
  for (let id = 101; id <= 600; id += 1) assert.ok(naming(String(1_000_000 + id)) >= 2, `order id ${id}`);
  assert.equal(new Set(mails.map(({ mail }) => headerOf(mail.raw, 'message-id'))).size, mails.length);
});
