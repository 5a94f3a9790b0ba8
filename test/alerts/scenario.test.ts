/** The day that the alerts are judged by: everything that can go wrong does, and the mails are counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import type { KnownDowntime } from '../../src/monitor/dependencies.ts';
import { EXIT_0, POLICY, World } from '../monitor/world.ts';
import { headerOf, openMailServer, plainServer, type ReceivedMail } from './mail-server.ts';
import { HOUR, ManualClock, MINUTE, SECOND } from './manual-clock.ts';
import { folderFor, openOffice, settingsFor, spooled, type Office } from './office.ts';

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
  const world = new World();
  world.policy = { ...POLICY, pageSize: 200 };
  const begin = world.clock.now();
  const moments: Moment[] = [];
  const down = new Map<string, KnownDowntime>();
  world.onEvent = (event) => {
    const at = world.clock.now();
    moments.push({ at, event });
    if (event.kind === 'down') down.set(event.dependency, { ...event, since: at });
    if (event.kind === 'up') down.delete(event.dependency);
  };
  for (let minute = 0; minute < 5; minute += 1) {
    world.clock.after(minute * MINUTE, () => {
      for (let id = 101 + minute * 100; id < 201 + minute * 100; id += 1) world.place(id, { inAbacos: false });
    });
  }
  const works = world.onCommand;
  world.onCommand = () => RAKE_FAILED;
  world.clock.after(90 * MINUTE, () => {
    world.onCommand = (command) => {
      works(command);
      return { ...EXIT_0, durationMs: 2000 };
    };
  });
  world.clock.after(20 * MINUTE, () => {
    world.abacosDown = true;
  });
  world.clock.after(80 * MINUTE, () => {
    world.abacosDown = false;
  });
  const restartAt = begin + 25 * MINUTE;
  const first = new AbortController();
  world.clock.after(25 * MINUTE, () => {
    first.abort();
  });
  world.clock.after(6 * HOUR, () => {
    world.stop.abort();
  });
  await world.monitor().run(world.adapters, { stop: first.signal, abandon: world.abandon.signal });
  await world.monitor([...down.values()]).run(world.adapters, world.signals);
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
  const open = async (): Promise<Office> => openOffice({ directory, clock, settings });
  let office = await open();
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
      await office.alerts.close(5000);
      office = await open();
    }
    for (let next = pending[0]; next !== undefined && next.at <= now; next = pending[0]) {
      pending.shift();
      office.alerts.take(next.event);
    }
    office.alerts.tick();
    await office.alerts.flush();
    for (const mail of server.mails.splice(0)) mails.push({ mail, at: now });
  }
  await office.alerts.close(5000);
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
