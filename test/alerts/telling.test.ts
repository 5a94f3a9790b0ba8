/** What people are told about orders and outages, by the mails that arrive, through restarts and crashes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { EXIT_0, EXIT_1, HOUR } from '../monitor/world.ts';
import { MINUTE } from './manual-clock.ts';
import { Station } from './station.ts';

const DAY = 24 * HOUR;
const REASON = { ...EXIT_1, output: ['rake aborted!', 'RuntimeError: Order has <no> payment'] };

describe('An order', () => {
  test('that was missing and repaired in one cycle is told in one mail', async (t) => {
    const station = await Station.open(t);
    station.world.place(101, { inAbacos: false });
    await station.run(2 * HOUR);
    assert.deepEqual(station.subjects(), ['Order 1000101 was missing, repaired']);
    const [mail] = station.mails;
    assert.match(mail?.text ?? '', /Was missing, was repaired, is in Abacos now:/);
    assert.match(mail?.text ?? '', /insert_order ended with exit status 0 \(attempt 1 of 4\)/);
    assert.match(mail?.text ?? '', /1000101 \(id 101\): failing from 2026-11-20 12:00:00 to 12:00:09 \(9\.0 s\)/);
    assert.match(mail?.text ?? '', /What to do\n {2}Nothing\./);
  });

  test('that no attempt helps is told when found, when given up, and when somebody has mended it', async (t) => {
    const station = await Station.open(t);
    const number = station.world.place(101, { inAbacos: false });
    station.world.onCommand = () => REASON;
    await station.run(6 * HOUR, {
      [3 * HOUR]: () => {
        station.world.insert(number);
      },
    });
    assert.deepEqual(station.subjects(), [
      'Order 1000101 missing',
      'Order 1000101 needs action',
      'Order 1000101 was missing, repaired',
    ]);
    const [found, givenUp, mended] = station.mails;
    assert.match(found?.text ?? '', /Not in Abacos:\n.*attempt 1 of 4/);
    assert.match(givenUp?.text ?? '', /it said: RuntimeError: Order has <no> payment/);
    assert.match(givenUp?.text ?? '', /^ {6}order-monit retry 1000101$/m);
    assert.match(givenUp?.html ?? '', /Order has &lt;no&gt; payment/);
    assert.equal(mended?.inReplyTo, givenUp?.messageId);
  });

  test('is given up with the command for it by id when it has no number that a shell may see', async (t) => {
    const station = await Station.open(t);
    station.world.place(101, { number: '12; reboot' });
    await station.run(HOUR);
    assert.deepEqual(station.subjects(), ['Order 12; reboot without a usable number']);
    assert.match(station.mails[0]?.text ?? '', /order-monit order --id 101$/m);
  });

  test('that Abacos answers unusably about is told after an hour, once, and when it is settled', async (t) => {
    const station = await Station.open(t);
    const number = station.world.place(101);
    station.world.erp.set(number, { kind: 'unknown', why: 'no row for it' });
    await station.run(6 * HOUR, {
      [3 * HOUR]: () => {
        station.world.insert(number);
      },
    });
    assert.deepEqual(station.subjects(), ['Order 1000101: unclear answer from Abacos', 'Order 1000101 settled']);
    assert.match(station.mails[0]?.text ?? '', /Reason: no row for it/);
  });

  test('that was unclear for less than an hour is not worth a mail', async (t) => {
    const station = await Station.open(t);
    const number = station.world.place(101);
    station.world.erp.set(number, { kind: 'unknown', why: 'no row for it' });
    await station.run(3 * HOUR, {
      [30 * MINUTE]: () => {
        station.world.insert(number);
      },
    });
    assert.deepEqual(station.subjects(), []);
  });

  test('whose row is gone is told once, however often it is looked for', async (t) => {
    const station = await Station.open(t);
    await station.world.leaveOpen(101, 1);
    await station.run(12 * HOUR);
    assert.deepEqual(station.subjects(), ['Order id 101 gone from the shop']);
    assert.match(station.mails[0]?.text ?? '', /order-monit order --id 101$/m);
  });

  test('whose payment is pending is told as that', async (t) => {
    const station = await Station.open(t);
    station.world.place(101, { payment: 'none' });
    station.world.onCommand = () => EXIT_0;
    await station.run(50 * MINUTE);
    assert.equal(station.subjects()[0], 'Order 1000101: payment pending');
    assert.match(station.mails[0]?.text ?? '', /confirm_payment ended with exit status 0/);
  });

  test('whose payment was pending and is confirmed is not told as missing', async (t) => {
    const station = await Station.open(t);
    station.world.place(101, { payment: 'none' });
    await station.run(50 * MINUTE);
    assert.deepEqual(station.subjects(), ['Order 1000101: payment was pending, confirmed']);
    assert.match(station.mails[0]?.text ?? '', /What Abacos has now is on record as settled\./);
  });

  test('of one matter that is in order is not the end of another', async (t) => {
    const station = await Station.open(t);
    const { world } = station;
    world.place(101, { inAbacos: false });
    const other = world.place(102, { inAbacos: false });
    world.onCommand = ({ number }) => ({
      ...REASON,
      output: number === other ? REASON.output : ['produto não cadastrado'],
    });
    await station.run(2 * HOUR, {
      [5 * MINUTE]: () => {
        world.insert(other);
      },
    });
    assert.deepEqual(station.subjects(), [
      'Order 1000101 needs action',
      'Order 1000102 missing',
      'Order 1000102 was missing, repaired',
    ]);
    assert.doesNotMatch(station.mails[2]?.text ?? '', /Nothing of earlier mails/);
  });

  test('that was retried by an operator and fails again is told again', async (t) => {
    const station = await Station.open(t);
    station.world.place(101, { inAbacos: false });
    station.world.onCommand = () => ({ ...REASON, output: ['RuntimeError: produto não cadastrado'] });
    await station.run(HOUR);
    const monitor = await station.start();
    await monitor.retry([station.world.row(101).id], 'tester');
    await station.world.cycles(monitor, 2);
    await station.stop();
    assert.deepEqual(station.subjects(), ['Order 1000101 needs action', 'Order 1000101 needs action']);
    assert.match(station.mails[0]?.text ?? '', /the command ended with a permanent error/);
  });
});

describe('Many orders', () => {
  test('that are given up are all named, with commands of bounded length', async (t) => {
    const station = await Station.open(t);
    station.world.policy = { ...station.world.policy, maxAttempts: 0, pageSize: 200 };
    station.settings = { ...station.settings, maxAttempts: 0 };
    for (let id = 101; id <= 145; id += 1) station.world.place(id, { inAbacos: false });
    station.world.place(146, { number: '--all', inAbacos: false });
    await station.run(10 * MINUTE);
    const [mail] = station.mails;
    assert.match(mail?.subject ?? '', /^4[56] orders need action/);
    const lines = (mail?.text ?? '').split('\n').filter((line) => line.includes('order-monit retry'));
    const words = lines.map((line) => line.trim().split(' ').slice(2));
    assert.deepEqual(words.map(({ length }) => length).slice(0, 3), [20, 20, 5]);
    const named = new Set(words.flat());
    for (let id = 101; id <= 145; id += 1) assert.ok(named.has(String(1_000_000 + id)), String(id));
    assert.ok(!named.has('--all'), 'a number that reads as an option stands in no command');
  });

  test('after the twentieth have no times of their own', async (t) => {
    const station = await Station.open(t);
    station.world.policy = { ...station.world.policy, pageSize: 200, maxAttempts: 0 };
    for (let id = 101; id <= 130; id += 1) station.world.place(id, { inAbacos: false });
    await station.run(10 * MINUTE);
    const text = station.mails[0]?.text.replaceAll(/\s+/g, ' ') ?? '';
    assert.match(text, /and 10 more, found failing at 2026-11-20 12:00:00: 1000121, 1000122/);
  });
});

describe('What stays open', () => {
  test('is reminded of with a growing pause', async (t) => {
    const station = await Station.open(t);
    station.world.policy = { ...station.world.policy, maxAttempts: 0 };
    station.settings = { ...station.settings, maxAttempts: 0, remindAfterMs: 2 * HOUR };
    station.world.place(101, { inAbacos: false });
    await station.run(31 * HOUR);
    assert.deepEqual(station.subjects(), [
      'Order 1000101 needs action',
      ...Array<string>(4).fill('Reminder: order 1000101 needs action'),
    ]);
    const hours = station.mails.map(({ arrivedAt }) => Math.round(arrivedAt / HOUR));
    assert.deepEqual(hours, [0, 2, 6, 14, 30]);
    const first = station.mails[0]?.messageId;
    assert.deepEqual(
      station.mails.map(({ inReplyTo }) => inReplyTo),
      [undefined, first, first, first, first],
    );
  });

  test('is escalated once, and its end is told to the same people', async (t) => {
    const station = await Station.open(t);
    const { mail } = station.settings;
    station.settings = { ...station.settings, escalates: true, mail: { ...mail, escalateTo: ['boss@example.com'] } };
    station.world.place(101);
    const { world } = station;
    world.abacosDown = true;
    await station.run(8 * HOUR, {
      [6 * HOUR]: () => {
        world.abacosDown = false;
      },
    });
    assert.deepEqual(
      station.mails.map(({ subject, to }) => [subject, to.join(' ')]),
      [
        ['Abacos is down', 'ops@example.com'],
        ['Escalated: Abacos still down after 4 h', 'ops@example.com boss@example.com'],
        ['Abacos is back after 6 h 1 min', 'ops@example.com boss@example.com'],
      ],
    );
  });
});

describe('A dependency', () => {
  test('that is away for half a minute is not worth a mail', async (t) => {
    const station = await Station.open(t);
    const { world } = station;
    world.place(101);
    world.abacosDown = true;
    await station.run(HOUR, {
      [20_000]: () => {
        world.abacosDown = false;
      },
    });
    assert.deepEqual(station.subjects(), []);
  });

  test('that comes and goes is told with a distance, and how often', async (t) => {
    const station = await Station.open(t);
    const { world } = station;
    const happenings: Record<number, () => void> = {};
    for (let minute = 0; minute < 180; minute += 6) {
      happenings[minute * MINUTE] = () => {
        world.place(200 + minute);
        world.abacosDown = true;
      };
      happenings[(minute + 3) * MINUTE] = () => {
        world.abacosDown = false;
      };
    }
    await station.run(5 * HOUR, happenings);
    assert.ok(station.mails.length <= 10, `${station.mails.length} mails about 30 outages`);
    assert.equal(station.subjects().at(-1)?.startsWith('Abacos is back'), true);
    assert.match(station.mails.map(({ text }) => text).join('\n'), /away for a short time \d times before/);
  });
});

describe('A restart', () => {
  for (const end of ['stop', 'kill'] as const) {
    test(`by ${end} in the midst of an outage repeats nothing and loses no recovery`, async (t) => {
      const station = await Station.open(t);
      const { world } = station;
      world.place(101);
      world.abacosDown = true;
      let monitor = await station.start();
      await world.cycles(monitor, 3);
      await station.settled();
      assert.deepEqual(station.subjects(), ['Abacos is down']);
      await station[end]();
      monitor = await station.start();
      await world.cycles(monitor, 3);
      world.abacosDown = false;
      await world.cycles(monitor, 1);
      await station.stop();
      assert.equal(station.subjects().length, 2, station.subjects().join(', '));
      assert.match(station.subjects()[1] ?? '', /^Abacos is back after/);
    });
  }

  test('right after a recovery was recorded, and before it was told, tells it', async (t) => {
    const station = await Station.open(t);
    const { world } = station;
    const number = world.place(101, { inAbacos: false });
    world.onCommand = () => ({ ...REASON, output: ['produto não cadastrado'] });
    let monitor = await station.start();
    await world.cycles(monitor, 1);
    await station.settled();
    await station.kill();
    // Another process has recorded it, and has died before it told anybody.
    world.insert(number);
    const silent = world.onEvent;
    world.onEvent = () => undefined;
    monitor = world.monitor();
    world.clock.skip(HOUR);
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101).startsWith('SUCCESS'), true);
    world.onEvent = silent;
    await station.run(HOUR);
    assert.deepEqual(station.subjects(), ['Order 1000101 needs action', 'Order 1000101 was missing, repaired']);
  });

  test('between the spool and the state decides the same again, and it is sent once', async (t) => {
    const station = await Station.open(t);
    await station.run(MINUTE);
    const state = readFileSync(join(station.directory, 'alerts.json'));
    station.mailServerDown = true;
    station.world.place(101, { inAbacos: false });
    station.world.onCommand = () => ({ ...REASON, output: ['produto não cadastrado'] });
    await station.run(MINUTE);
    const [spooled, ...others] = readdirSync(join(station.directory, 'spool'));
    assert.deepEqual(others, []);
    writeFileSync(join(station.directory, 'alerts.json'), state);
    await station.run(MINUTE);
    const [again, ...more] = readdirSync(join(station.directory, 'spool'));
    assert.deepEqual(more, []);
    assert.deepEqual(again?.split('-').slice(1), spooled?.split('-').slice(1));
    station.mailServerDown = false;
    await station.run(HOUR);
    assert.deepEqual(
      station.mails.map(({ messageId, topic }) => [messageId?.replace(/-\w+@/, '@'), topic]),
      [['<order-monit.test1.1@monitor.example.com>', 'action news']],
    );
  });

  test('with a damaged state sets it aside, says so, and tells what is open once', async (t) => {
    const station = await Station.open(t);
    station.world.place(101, { inAbacos: false });
    station.world.onCommand = () => ({ ...REASON, output: ['produto não cadastrado'] });
    await station.run(HOUR);
    writeFileSync(join(station.directory, 'alerts.json'), '{"format":1,"ca');
    await station.run(HOUR);
    assert.deepEqual(station.subjects(), ['Order 1000101 needs action', 'Order id 101 needs action']);
    assert.ok(readdirSync(station.directory).includes('alerts.json.damaged'));
    assert.match(station.log.join('\n'), /is damaged and was set aside/);
  });

  test('while the mail server is down keeps what waits, under the same id', async (t) => {
    const station = await Station.open(t);
    station.world.place(101, { inAbacos: false });
    station.mailServerDown = true;
    await station.run(HOUR);
    assert.equal(readdirSync(join(station.directory, 'spool')).length, 1);
    station.mailServerDown = false;
    await station.run(HOUR);
    assert.deepEqual(station.subjects(), ['Order 1000101 was missing, repaired']);
    assert.match(station.mails[0]?.messageId ?? '', /^<order-monit\.test1\.1-\w+@monitor\.example\.com>$/);
    assert.deepEqual(readdirSync(join(station.directory, 'spool')), []);
    assert.equal(station.log.filter((line) => line.includes('takes no alerts')).length, 1);
  });
});

describe('The daily report', () => {
  test('says how many orders there were, how many Abacos has, and which are open', async (t) => {
    const station = await Station.open(t);
    const { world } = station;
    station.settings = { ...station.settings, dailyReportAtMinute: 18 * 60 };
    for (let id = 201; id <= 240; id += 1) world.place(id);
    world.place(150, { inAbacos: false });
    world.place(151, { inAbacos: false });
    world.onCommand = ({ number }) => {
      if (number === '1000151') return { ...REASON, output: ['produto não cadastrado'] };
      world.insert(number);
      return EXIT_0;
    };
    await station.run(DAY + HOUR);
    const reports = station.mails.filter(({ topic }) => topic === 'report');
    assert.deepEqual(
      reports.map(({ subject }) => subject),
      ['42 orders, 41 in Abacos, 1 repaired (median 9.0 s), 1 open since 6 h: 1000151'],
    );
    assert.match(
      reports[0]?.text.replaceAll(/\s+/g, ' ') ?? '',
      /1000151 \(id 151\): not in Abacos, needs action, since 2026-11-20 12:00:00 \(6 h\)/,
    );
  });
});

test('A configuration fault is told once however often it is tried, and its end too', async (t) => {
  const station = await Station.open(t);
  await station.start();
  const fault = '/etc/order-monit/service.yml line 3: max_atempts: unknown key. Did you mean max_attempts?';
  station.alerts.configurationFault(fault);
  station.alerts.configurationFault(fault);
  station.alerts.configurationGood();
  station.alerts.configurationGood();
  await station.stop();
  assert.deepEqual(station.subjects(), ['Configuration fault', 'Configuration corrected']);
  assert.match(
    station.mails[0]?.text.replaceAll(/\s+/g, ' ') ?? '',
    /max_atempts: unknown key\. Did you mean max_attempts\?/,
  );
});

test('Everything is said in Brazilian Portuguese where that is the language', async (t) => {
  const station = await Station.open(t);
  station.settings = { ...station.settings, language: 'pt-BR' };
  station.world.place(101, { inAbacos: false });
  station.world.onCommand = () => REASON;
  await station.run(HOUR);
  assert.deepEqual(station.subjects(), ['Pedido 1000101 fora do Abacos', 'Pedido 1000101 precisa de ação']);
  assert.match(station.mails[1]?.text ?? '', /^O que fazer$/m);
  assert.match(station.mails[1]?.html ?? '', /<html lang="pt-BR">/);
});
