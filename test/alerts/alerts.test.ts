/** The alerts as the service has them: state and spool on the disk, mails over a socket. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { alertDisk } from '../../src/adapters/alert-disk.ts';
import { createAlerts } from '../../src/alerts/index.ts';
import { ABACOS_DOWN, abacosUp, CYCLE, found, givenUp, numberOf, repaired, settled } from './events.ts';
import {
  headerOf,
  htmlOf,
  openMailServer,
  openSilentServer,
  plainServer,
  type Difficulty,
  type MailServer,
} from './mail-server.ts';
import { DAY, HOUR, ManualClock, MINUTE, NINE } from './manual-clock.ts';
import { folderFor, HOST, openAlerts, pass, settingsFor, spooled, type AlertFixture } from './fixtures.ts';

async function serve(t: TestContext, difficulty?: Difficulty): Promise<MailServer> {
  const server = await openMailServer(difficulty);
  t.after(async () => server.close());
  return server;
}

async function tell(fixture: AlertFixture, ...events: Parameters<AlertFixture['alerts']['take']>[0][]): Promise<void> {
  for (const event of events) fixture.alerts.take(event);
  await fixture.alerts.flush();
}

const subjects = ({ mails }: MailServer): string[] => mails.map(({ subject }) => subject.replace('[order-monit] ', ''));

test('a mail has a stable id, its date, references, a text and an escaped HTML part, and no answer wanted', async (t) => {
  const server = await serve(t);
  const clock = new ManualClock();
  const fixture = await openAlerts({ directory: folderFor(t), clock, settings: settingsFor(server.settings()) });
  await tell(fixture, found(1, 'NOT_FOUND', '<b>no</b>'), CYCLE);
  clock.advance(HOUR);
  await tell(fixture, settled(1), CYCLE);
  await fixture.alerts.close(1000);
  const [first, second] = server.mails.map(({ raw }) => raw);
  assert.ok(first !== undefined && second !== undefined);
  assert.match(headerOf(first, 'message-id') ?? '', new RegExp(`^<order-monit\\.a1\\.1-\\w+@${HOST}>$`));
  assert.equal(new Date(headerOf(first, 'date') ?? '').getTime(), NINE);
  assert.equal(headerOf(first, 'auto-submitted'), 'auto-generated');
  assert.equal(headerOf(first, 'references'), undefined);
  assert.equal(headerOf(second, 'references'), headerOf(first, 'message-id'));
  assert.match(htmlOf(first), /&lt;b&gt;no&lt;\/b&gt;/);
  assert.doesNotMatch(htmlOf(first), /<b>no|<img|https?:/);
  assert.deepEqual(
    fixture.reports.map(({ kind, decision, channel, orders }) => [
      kind,
      decision,
      channel,
      orders.map(({ orderNumber }) => orderNumber),
    ]),
    [
      ['orders', 'sent', 'mail', [numberOf(1)]],
      ['orders', 'sent', 'mail', [numberOf(1)]],
    ],
  );
});

test('what is held back is reported once, and counted when it goes out', async (t) => {
  const server = await serve(t);
  const clock = new ManualClock();
  const fixture = await openAlerts({ directory: folderFor(t), clock, settings: settingsFor(server.settings()) });
  await tell(fixture, found(1), CYCLE);
  clock.advance(MINUTE);
  await tell(fixture, found(2), CYCLE);
  await tell(fixture, CYCLE);
  await pass(fixture, clock, 5 * MINUTE);
  await fixture.alerts.close(1000);
  assert.deepEqual(
    fixture.reports.map(({ decision, subject }) => `${decision} ${subject}`),
    [
      `sent Order ${numberOf(1)} missing`,
      `held Order ${numberOf(2)} missing`,
      `sent Order ${numberOf(2)} missing, 1 order still open`,
    ],
  );
});

describe('A mail server', () => {
  test('that is down for ten minutes delays the mails and loses none; their dates are when it happened', async (t) => {
    const server = await openMailServer();
    const { port } = server;
    await server.close();
    const clock = new ManualClock();
    const directory = folderFor(t);
    const fixture = await openAlerts({ directory, clock, settings: settingsFor(plainServer(port)) });
    await tell(fixture, found(1), CYCLE, ABACOS_DOWN);
    await pass(fixture, clock, 10 * MINUTE);
    assert.equal(spooled(directory).length, 2);
    const back = await serve(t, { port });
    await pass(fixture, clock, 5 * MINUTE);
    assert.deepEqual(subjects(back), [`Order ${numberOf(1)} missing`, 'Abacos is down']);
    assert.equal(new Date(headerOf(back.mails[0]?.raw ?? '', 'date') ?? '').getTime(), NINE);
    assert.deepEqual(spooled(directory), []);
    assert.deepEqual(
      fixture.log.map((line) => line.replace(/\d{3,}/g, 'N')),
      [
        'warn: The mail server takes no alerts: nothing listens at N.0.0.1 port N (connection refused). 1 wait and are sent when it does',
        'info: The mail server takes alerts again',
      ],
    );
    await fixture.alerts.close(1000);
  });

  test('that hangs keeps neither events nor the end of the service waiting', async (t) => {
    const silent = await openSilentServer();
    t.after(silent.close);
    const clock = new ManualClock();
    const directory = folderFor(t);
    const fixture = await openAlerts({ directory, clock, settings: settingsFor(plainServer(silent.port)) });
    for (const event of [found(1), CYCLE, ABACOS_DOWN]) fixture.alerts.take(event);
    const closed = fixture.alerts.close(5000);
    // The deadline of the close, on the clock of the test.
    const ticking = setInterval(() => {
      clock.advance(1000);
    }, 20);
    await closed;
    clearInterval(ticking);
    assert.equal(spooled(directory).length, 1);
  });

  test('that puts one recipient off gets the message for that one alone later', async (t) => {
    let isOff = true;
    const refuse = (address: string) =>
      isOff && address.startsWith('boss') ? { code: 451, text: 'later' } : undefined;
    const server = await serve(t, { refuse });
    const clock = new ManualClock();
    const settings = settingsFor(server.settings());
    const mail = { ...settings.mail, subscribers: ['ops@example.com', 'boss@example.com'] };
    const fixture = await openAlerts({ directory: folderFor(t), clock, settings: { ...settings, mail } });
    await tell(fixture, found(1), CYCLE);
    isOff = false;
    await pass(fixture, clock, MINUTE);
    assert.deepEqual(
      server.mails.map(({ to }) => to),
      [['ops@example.com'], ['boss@example.com']],
    );
    assert.equal(
      headerOf(server.mails[1]?.raw ?? '', 'message-id'),
      headerOf(server.mails[0]?.raw ?? '', 'message-id'),
    );
    await fixture.alerts.close(1000);
  });
});

describe('A crash', () => {
  test('between the spool and the sending sends the message after the restart, once', async (t) => {
    const { port, close } = await openMailServer();
    await close();
    const directory = folderFor(t);
    const clock = new ManualClock();
    const settings = settingsFor(plainServer(port));
    const doomed = await openAlerts({ directory, clock, settings });
    await tell(doomed, found(1), CYCLE);
    const crashed = join(directory, 'crashed');
    cpSync(join(directory, 'spool'), join(crashed, 'spool'), { recursive: true });
    cpSync(join(directory, 'alerts.json'), join(crashed, 'alerts.json'));
    // Or it sends its own, once there is a server again.
    await doomed.alerts.close(0);
    const server = await serve(t, { port });
    const fixture = await openAlerts({ directory: crashed, clock, settings });
    await tell(fixture, CYCLE);
    clock.advance(HOUR);
    await tell(fixture, CYCLE);
    await fixture.alerts.close(1000);
    assert.deepEqual(subjects(server), [`Order ${numberOf(1)} missing`]);
  });

  test('between the spool and the state decides the same alert again, under the same id', async (t) => {
    const { port, close } = await openMailServer();
    await close();
    const directory = folderFor(t);
    const clock = new ManualClock();
    const settings = settingsFor(plainServer(port));
    const before = await openAlerts({ directory, clock, settings });
    await before.alerts.close(1000);
    const state = readFileSync(join(directory, 'alerts.json'));
    const doomed = await openAlerts({ directory, clock, settings });
    await tell(doomed, found(1), CYCLE);
    await doomed.alerts.close(1000);
    writeFileSync(join(directory, 'alerts.json'), state);
    const fixture = await openAlerts({ directory, clock, settings });
    clock.advance(MINUTE);
    await tell(fixture, found(1), CYCLE);
    assert.equal(spooled(directory).length, 1);
    await fixture.alerts.close(1000);
  });
});

test('a restart in an outage repeats nothing and tells the recovery, as part of the same matter', async (t) => {
  const server = await serve(t);
  const directory = folderFor(t);
  const clock = new ManualClock();
  const settings = settingsFor(server.settings());
  const first = await openAlerts({ directory, clock, settings });
  await tell(first, ABACOS_DOWN);
  await pass(first, clock, 10 * MINUTE);
  await first.alerts.close(1000);
  const second = await openAlerts({ directory, clock, settings });
  assert.deepEqual(second.alerts.downtimes(), [
    { dependency: 'abacos', since: NINE, reason: 'connection refused', hint: undefined },
  ]);
  await pass(second, clock, 10 * MINUTE);
  await tell(second, abacosUp(20 * MINUTE), CYCLE);
  await second.alerts.close(1000);
  assert.deepEqual(subjects(server), ['Abacos is down', 'Abacos is back after 20 min']);
  const [down, back] = server.mails.map(({ raw }) => raw);
  assert.equal(headerOf(back ?? '', 'references'), headerOf(down ?? '', 'message-id'));
});

test('a damaged state is set aside and said, and what fails is told anew', async (t) => {
  const server = await serve(t);
  const directory = folderFor(t);
  writeFileSync(join(directory, 'alerts.json'), '{"format":1,"cases":[');
  const fixture = await openAlerts({ directory, clock: new ManualClock(), settings: settingsFor(server.settings()) });
  await tell(fixture, found(1), CYCLE);
  await fixture.alerts.close(1000);
  assert.match(fixture.log.join('\n'), /warn: .*alerts\.json is damaged and was set aside as .*\.damaged/);
  assert.equal(readFileSync(join(directory, 'alerts.json.damaged'), 'utf8'), '{"format":1,"cases":[');
  assert.deepEqual(subjects(server), [`Order ${numberOf(1)} missing`]);
});

test('a disk that takes nothing is said once, and no event is refused', async (t) => {
  const directory = folderFor(t);
  const fixture = await openAlerts({ directory, clock: new ManualClock(), settings: settingsFor(plainServer(9)) });
  rmSync(directory, { recursive: true });
  await tell(fixture, found(1), CYCLE);
  await tell(fixture, found(2), CYCLE);
  await fixture.alerts.close(1000);
  assert.equal(fixture.log.filter((line) => line.includes('can not be kept on the disk')).length, 1);
});

test('new settings count from the next mail on', async (t) => {
  const server = await serve(t);
  const clock = new ManualClock();
  const settings = settingsFor(server.settings());
  const fixture = await openAlerts({ directory: folderFor(t), clock, settings });
  fixture.alerts.reconfigure({
    ...settings,
    language: 'pt-BR',
    mail: { ...settings.mail, subscribers: ['nova@example.com'] },
  });
  await tell(fixture, found(1), ...repaired(1), CYCLE);
  await fixture.alerts.close(1000);
  assert.deepEqual(server.mails[0]?.to, ['nova@example.com']);
  assert.match(server.mails[0].text, /O que aconteceu/);
});

test('a dry run sends nothing and says what it would', async () => {
  const log: string[] = [];
  const alerts = await createAlerts({
    settings: settingsFor(plainServer(9)),
    directory: undefined,
    disk: alertDisk(),
    clock: new ManualClock(),
    host: HOST,
    newId: () => 'a1',
    open: undefined,
    log: (_, text) => log.push(text),
  });
  for (const event of [found(1), givenUp(1), CYCLE]) alerts.take(event);
  await alerts.close(0);
  assert.match(log.join('\n'), /Dry run: "\[order-monit\] Order 1226001 needs action" would go to ops@example\.com/);
});

test('a reminder weighs less in the spool than what happened', async (t) => {
  const { port, close } = await openMailServer();
  await close();
  const directory = folderFor(t);
  const clock = new ManualClock();
  const fixture = await openAlerts({ directory, clock, settings: settingsFor(plainServer(port)) });
  await tell(fixture, found(1), CYCLE);
  clock.advance(DAY);
  fixture.alerts.tick();
  await fixture.alerts.flush();
  assert.deepEqual(
    spooled(directory).map((name) => /(critical|ordinary)/.exec(name)?.[1]),
    ['critical', 'ordinary'],
  );
  await fixture.alerts.close(0);
});
