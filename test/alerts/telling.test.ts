/** What people are told about orders and outages, by the mails that arrive, through restarts and crashes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { EXIT_0, EXIT_1, HOUR } from '../monitor/harness.ts';
import { MINUTE } from './manual-clock.ts';
import { MailHarness } from './mail-harness.ts';

const DAY = 24 * HOUR;
const REASON = { ...EXIT_1, output: ['rake aborted!', 'RuntimeError: Order has <no> payment'] };

describe('An order', () => {
  test('that was missing and repaired in one cycle is told in one mail', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.place(101, { inAbacos: false });
    await mailing.run(2 * HOUR);
    assert.deepEqual(mailing.subjects(), ['Order 1000101 was missing, repaired']);
    const [mail] = mailing.mails;
    assert.match(mail?.text ?? '', /Was missing, was repaired, is in Abacos now:/);
    assert.match(mail?.text ?? '', /insert_order ended with exit status 0 \(attempt 1 of 4\)/);
    assert.match(mail?.text ?? '', /1000101 \(id 101\): failing from 2026-11-20 12:00:00 to 12:00:09 \(9\.0 s\)/);
    assert.match(mail?.text ?? '', /What to do\n {2}Nothing\./);
  });

  test('that no attempt helps is told when found, when given up, and when somebody has mended it', async (t) => {
    const mailing = await MailHarness.open(t);
    const number = mailing.harness.place(101, { inAbacos: false });
    mailing.harness.onCommand = () => REASON;
    await mailing.run(6 * HOUR, {
      [3 * HOUR]: () => {
        mailing.harness.insert(number);
      },
    });
    assert.deepEqual(mailing.subjects(), [
      'Order 1000101 missing',
      'Order 1000101 needs action',
      'Order 1000101 was missing, repaired',
    ]);
    const [found, givenUp, mended] = mailing.mails;
    assert.match(found?.text ?? '', /Not in Abacos:\n.*attempt 1 of 4/);
    assert.match(givenUp?.text ?? '', /it said: RuntimeError: Order has <no> payment/);
    assert.match(givenUp?.text ?? '', /^ {6}order-monit retry 1000101$/m);
    assert.match(givenUp?.html ?? '', /Order has &lt;no&gt; payment/);
    assert.equal(mended?.inReplyTo, givenUp?.messageId);
  });

  test('is given up with the command for it by id when it has no number that a shell may see', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.place(101, { number: '12; reboot' });
    await mailing.run(HOUR);
    assert.deepEqual(mailing.subjects(), ['Order 12; reboot without a usable number']);
    assert.match(mailing.mails[0]?.text ?? '', /order-monit order --id 101$/m);
  });

  test('that Abacos answers unusably about is told after an hour, once, and when it is settled', async (t) => {
    const mailing = await MailHarness.open(t);
    const number = mailing.harness.place(101);
    mailing.harness.erp.set(number, { kind: 'unknown', why: 'no row for it' });
    await mailing.run(6 * HOUR, {
      [3 * HOUR]: () => {
        mailing.harness.insert(number);
      },
    });
    assert.deepEqual(mailing.subjects(), ['Order 1000101: unclear answer from Abacos', 'Order 1000101 settled']);
    assert.match(mailing.mails[0]?.text ?? '', /Reason: no row for it/);
  });

  test('that was unclear for less than an hour is not worth a mail', async (t) => {
    const mailing = await MailHarness.open(t);
    const number = mailing.harness.place(101);
    mailing.harness.erp.set(number, { kind: 'unknown', why: 'no row for it' });
    await mailing.run(3 * HOUR, {
      [30 * MINUTE]: () => {
        mailing.harness.insert(number);
      },
    });
    assert.deepEqual(mailing.subjects(), []);
  });

  test('whose row is gone is told once, however often it is looked for', async (t) => {
    const mailing = await MailHarness.open(t);
    await mailing.harness.leaveOpen(101, 1);
    await mailing.run(12 * HOUR);
    assert.deepEqual(mailing.subjects(), ['Order id 101 gone from the shop']);
    assert.match(mailing.mails[0]?.text ?? '', /order-monit order --id 101$/m);
  });

  test('whose payment is pending is told as that', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.place(101, { payment: 'none' });
    mailing.harness.onCommand = () => EXIT_0;
    await mailing.run(50 * MINUTE);
    assert.equal(mailing.subjects()[0], 'Order 1000101: payment pending');
    assert.match(mailing.mails[0]?.text ?? '', /confirm_payment ended with exit status 0/);
  });

  test('whose payment was pending and is confirmed is not told as missing', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.place(101, { payment: 'none' });
    await mailing.run(50 * MINUTE);
    assert.deepEqual(mailing.subjects(), ['Order 1000101: payment was pending, confirmed']);
    assert.match(mailing.mails[0]?.text ?? '', /What Abacos has now is on record as settled\./);
  });

  test('of one matter that is in order is not the end of another', async (t) => {
    const mailing = await MailHarness.open(t);
    const { harness } = mailing;
    harness.place(101, { inAbacos: false });
    const other = harness.place(102, { inAbacos: false });
    harness.onCommand = ({ number }) => ({
      ...REASON,
      output: number === other ? REASON.output : ['produto não cadastrado'],
    });
    await mailing.run(2 * HOUR, {
      [5 * MINUTE]: () => {
        harness.insert(other);
      },
    });
    assert.deepEqual(mailing.subjects(), [
      'Order 1000101 needs action',
      'Order 1000102 missing',
      'Order 1000102 was missing, repaired',
    ]);
    assert.doesNotMatch(mailing.mails[2]?.text ?? '', /Nothing of earlier mails/);
  });

  test('that was retried by an operator and fails again is told again', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.place(101, { inAbacos: false });
    mailing.harness.onCommand = () => ({ ...REASON, output: ['RuntimeError: produto não cadastrado'] });
    await mailing.run(HOUR);
    const monitor = await mailing.start();
    await monitor.retry([mailing.harness.row(101).id], 'tester');
    await mailing.harness.cycles(monitor, 2);
    await mailing.stop();
    assert.deepEqual(mailing.subjects(), ['Order 1000101 needs action', 'Order 1000101 needs action']);
    assert.match(mailing.mails[0]?.text ?? '', /the command ended with a permanent error/);
  });
});

describe('Many orders', () => {
  test('that are given up are all named, with commands of bounded length', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.policy = { ...mailing.harness.policy, maxAttempts: 0, pageSize: 200 };
    mailing.settings = { ...mailing.settings, maxAttempts: 0 };
    for (let id = 101; id <= 145; id += 1) mailing.harness.place(id, { inAbacos: false });
    mailing.harness.place(146, { number: '--all', inAbacos: false });
    await mailing.run(10 * MINUTE);
    const [mail] = mailing.mails;
    assert.match(mail?.subject ?? '', /^4[56] orders need action/);
    const lines = (mail?.text ?? '').split('\n').filter((line) => line.includes('order-monit retry'));
    const words = lines.map((line) => line.trim().split(' ').slice(2));
    assert.deepEqual(words.map(({ length }) => length).slice(0, 3), [20, 20, 5]);
    const named = new Set(words.flat());
    for (let id = 101; id <= 145; id += 1) assert.ok(named.has(String(1_000_000 + id)), String(id));
    assert.ok(!named.has('--all'), 'a number that reads as an option stands in no command');
  });

  test('after the twentieth have no times of their own', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.policy = { ...mailing.harness.policy, pageSize: 200, maxAttempts: 0 };
    for (let id = 101; id <= 130; id += 1) mailing.harness.place(id, { inAbacos: false });
    await mailing.run(10 * MINUTE);
    const text = mailing.mails[0]?.text.replaceAll(/\s+/g, ' ') ?? '';
    assert.match(text, /and 10 more, found failing at 2026-11-20 12:00:00: 1000121, 1000122/);
  });
});

describe('What stays open', () => {
  test('is reminded of with a growing pause', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.policy = { ...mailing.harness.policy, maxAttempts: 0 };
    mailing.settings = { ...mailing.settings, maxAttempts: 0, remindAfterMs: 2 * HOUR };
    mailing.harness.place(101, { inAbacos: false });
    await mailing.run(31 * HOUR);
    assert.deepEqual(mailing.subjects(), [
      'Order 1000101 needs action',
      ...Array<string>(4).fill('Reminder: order 1000101 needs action'),
    ]);
    const hours = mailing.mails.map(({ arrivedAt }) => Math.round(arrivedAt / HOUR));
    assert.deepEqual(hours, [0, 2, 6, 14, 30]);
    const first = mailing.mails[0]?.messageId;
    assert.deepEqual(
      mailing.mails.map(({ inReplyTo }) => inReplyTo),
      [undefined, first, first, first, first],
    );
  });

  test('is escalated once, and its end is told to the same people', async (t) => {
    const mailing = await MailHarness.open(t);
    const { mail } = mailing.settings;
    mailing.settings = { ...mailing.settings, escalates: true, mail: { ...mail, escalateTo: ['boss@example.com'] } };
    mailing.harness.place(101);
    const { harness } = mailing;
    harness.abacosDown = true;
    await mailing.run(8 * HOUR, {
      [6 * HOUR]: () => {
        harness.abacosDown = false;
      },
    });
    assert.deepEqual(
      mailing.mails.map(({ subject, to }) => [subject, to.join(' ')]),
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
    const mailing = await MailHarness.open(t);
    const { harness } = mailing;
    harness.place(101);
    harness.abacosDown = true;
    await mailing.run(HOUR, {
      [20_000]: () => {
        harness.abacosDown = false;
      },
    });
    assert.deepEqual(mailing.subjects(), []);
  });

  test('that comes and goes is told with a distance, and how often', async (t) => {
    const mailing = await MailHarness.open(t);
    const { harness } = mailing;
    const happenings: Record<number, () => void> = {};
    for (let minute = 0; minute < 180; minute += 6) {
      happenings[minute * MINUTE] = () => {
        harness.place(200 + minute);
        harness.abacosDown = true;
      };
      happenings[(minute + 3) * MINUTE] = () => {
        harness.abacosDown = false;
      };
    }
    await mailing.run(5 * HOUR, happenings);
    assert.ok(mailing.mails.length <= 10, `${mailing.mails.length} mails about 30 outages`);
    assert.equal(mailing.subjects().at(-1)?.startsWith('Abacos is back'), true);
    assert.match(mailing.mails.map(({ text }) => text).join('\n'), /away for a short time \d times before/);
  });
});

describe('A restart', () => {
  for (const end of ['stop', 'kill'] as const) {
    test(`by ${end} in the midst of an outage repeats nothing and loses no recovery`, async (t) => {
      const mailing = await MailHarness.open(t);
      const { harness } = mailing;
      harness.place(101);
      harness.abacosDown = true;
      let monitor = await mailing.start();
      await harness.cycles(monitor, 3);
      await mailing.settled();
      assert.deepEqual(mailing.subjects(), ['Abacos is down']);
      await mailing[end]();
      monitor = await mailing.start();
      await harness.cycles(monitor, 3);
      harness.abacosDown = false;
      await harness.cycles(monitor, 1);
      await mailing.stop();
      assert.equal(mailing.subjects().length, 2, mailing.subjects().join(', '));
      assert.match(mailing.subjects()[1] ?? '', /^Abacos is back after/);
    });
  }

  test('right after a recovery was recorded, and before it was told, tells it', async (t) => {
    const mailing = await MailHarness.open(t);
    const { harness } = mailing;
    const number = harness.place(101, { inAbacos: false });
    harness.onCommand = () => ({ ...REASON, output: ['produto não cadastrado'] });
    let monitor = await mailing.start();
    await harness.cycles(monitor, 1);
    await mailing.settled();
    await mailing.kill();
    // Another process has recorded it, and has died before it told anybody.
    harness.insert(number);
    const silent = harness.onEvent;
    harness.onEvent = () => undefined;
    monitor = harness.monitor();
    harness.clock.skip(HOUR);
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101).startsWith('SUCCESS'), true);
    harness.onEvent = silent;
    await mailing.run(HOUR);
    assert.deepEqual(mailing.subjects(), ['Order 1000101 needs action', 'Order 1000101 was missing, repaired']);
  });

  test('between the spool and the state decides the same again, and it is sent once', async (t) => {
    const mailing = await MailHarness.open(t);
    await mailing.run(MINUTE);
    const state = readFileSync(join(mailing.directory, 'alerts.json'));
    mailing.mailServerDown = true;
    mailing.harness.place(101, { inAbacos: false });
    mailing.harness.onCommand = () => ({ ...REASON, output: ['produto não cadastrado'] });
    await mailing.run(MINUTE);
    const [spooled, ...others] = readdirSync(join(mailing.directory, 'spool'));
    assert.deepEqual(others, []);
    writeFileSync(join(mailing.directory, 'alerts.json'), state);
    await mailing.run(MINUTE);
    const [again, ...more] = readdirSync(join(mailing.directory, 'spool'));
    assert.deepEqual(more, []);
    assert.deepEqual(again?.split('-').slice(1), spooled?.split('-').slice(1));
    mailing.mailServerDown = false;
    await mailing.run(HOUR);
    assert.deepEqual(
      mailing.mails.map(({ messageId, topic }) => [messageId?.replace(/-\w+@/, '@'), topic]),
      [['<order-monit.test1.1@monitor.example.com>', 'action news']],
    );
  });

  test('with a damaged state sets it aside, says so, and tells what is open once', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.place(101, { inAbacos: false });
    mailing.harness.onCommand = () => ({ ...REASON, output: ['produto não cadastrado'] });
    await mailing.run(HOUR);
    writeFileSync(join(mailing.directory, 'alerts.json'), '{"format":1,"ca');
    await mailing.run(HOUR);
    assert.deepEqual(mailing.subjects(), ['Order 1000101 needs action', 'Order id 101 needs action']);
    assert.ok(readdirSync(mailing.directory).includes('alerts.json.damaged'));
    assert.match(mailing.log.join('\n'), /is damaged and was set aside/);
  });

  test('while the mail server is down keeps what waits, under the same id', async (t) => {
    const mailing = await MailHarness.open(t);
    mailing.harness.place(101, { inAbacos: false });
    mailing.mailServerDown = true;
    await mailing.run(HOUR);
    assert.equal(readdirSync(join(mailing.directory, 'spool')).length, 1);
    mailing.mailServerDown = false;
    await mailing.run(HOUR);
    assert.deepEqual(mailing.subjects(), ['Order 1000101 was missing, repaired']);
    assert.match(mailing.mails[0]?.messageId ?? '', /^<order-monit\.test1\.1-\w+@monitor\.example\.com>$/);
    assert.deepEqual(readdirSync(join(mailing.directory, 'spool')), []);
    assert.equal(mailing.log.filter((line) => line.includes('takes no alerts')).length, 1);
  });
});

describe('The daily report', () => {
  test('says how many orders there were, how many Abacos has, and which are open', async (t) => {
    const mailing = await MailHarness.open(t);
    const { harness } = mailing;
    mailing.settings = { ...mailing.settings, dailyReportAtMinute: 18 * 60 };
    for (let id = 201; id <= 240; id += 1) harness.place(id);
    harness.place(150, { inAbacos: false });
    harness.place(151, { inAbacos: false });
    harness.onCommand = ({ number }) => {
      if (number === '1000151') return { ...REASON, output: ['produto não cadastrado'] };
      harness.insert(number);
      return EXIT_0;
    };
    await mailing.run(DAY + HOUR);
    const reports = mailing.mails.filter(({ topic }) => topic === 'report');
    assert.deepEqual(
      reports.map(({ subject }) => subject),
      ['Daily report of 2026-11-20: 42 orders, 41 in Abacos, 1 repaired (median 9.0 s), 1 open since 6 h: 1000151'],
    );
    assert.match(
      reports[0]?.text.replaceAll(/\s+/g, ' ') ?? '',
      /1000151 \(id 151\): not in Abacos, needs action, since 2026-11-20 12:00:00 \(6 h\)/,
    );
  });
});

test('A configuration fault is told once however often it is tried, and its end too', async (t) => {
  const mailing = await MailHarness.open(t);
  await mailing.start();
  const fault = '/etc/order-monit/service.yml line 3: max_atempts: unknown key. Did you mean max_attempts?';
  mailing.alerts.configurationFault(fault);
  mailing.alerts.configurationFault(fault);
  mailing.alerts.configurationGood();
  mailing.alerts.configurationGood();
  await mailing.stop();
  assert.deepEqual(mailing.subjects(), ['Configuration fault', 'Configuration corrected']);
  assert.match(
    mailing.mails[0]?.text.replaceAll(/\s+/g, ' ') ?? '',
    /max_atempts: unknown key\. Did you mean max_attempts\?/,
  );
});

test('Everything is said in Brazilian Portuguese where that is the language', async (t) => {
  const mailing = await MailHarness.open(t);
  mailing.settings = { ...mailing.settings, language: 'pt-BR' };
  mailing.harness.place(101, { inAbacos: false });
  mailing.harness.onCommand = () => REASON;
  await mailing.run(HOUR);
  assert.deepEqual(mailing.subjects(), ['Pedido 1000101 fora do Abacos', 'Pedido 1000101 precisa de ação']);
  assert.match(mailing.mails[1]?.text ?? '', /^O que fazer$/m);
  assert.match(mailing.mails[1]?.html ?? '', /<html lang="pt-BR">/);
});
