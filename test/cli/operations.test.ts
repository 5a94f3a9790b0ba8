/** What people do about orders: the real program, on a real shop, Abacos' stand-in and integration server. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { call, checkpointOf, configure } from '../sandbox/program.ts';
import { until } from '../sandbox/until.ts';
import type { Placed } from './operated.ts';
import {
  installAnew,
  nextNumber,
  sandbox,
  installation,
  launch,
  place,
  placeMany,
  onRecord,
  recorded,
  givenUp,
  ended,
  started,
} from './operated.ts';

test('order-monit checkpoint init --latest loses no order that was uncommitted or had no number at that moment', async (t) => {
  const { db, shop } = sandbox;
  await installAnew();
  const longAgo = await shop.place({ number: String(nextNumber()), ageS: 3 * 86_400 });
  const slow = await shop.session(db);
  t.after(() => {
    slow.destroy();
  });
  await slow.beginTransaction();
  const number = nextNumber();
  const uncommitted = { id: await shop.place({ number: String(number), ageS: 60 }, slow), number };
  const unnumbered = { id: await shop.place({ number: null, ageS: 60 }), number: nextNumber() };
  const newest = await place();
  const said = await ended(['checkpoint', 'init', '--latest']);
  assert.match(said, new RegExp(`orders with an id above ${longAgo} are watched.*those of the last 2 d.*repaired`));
  await slow.commit();
  await shop.connection.query('UPDATE orders SET number = ? WHERE id = ?', [unnumbered.number, unnumbered.id]);
  launch(['run']);
  await recorded(newest.id, 'SUCCESS OK 1');
  for (const order of [uncommitted, unnumbered]) await recorded(order.id, 'SUCCESS OK 2');
  assert.equal(await onRecord(longAgo), 'SUCCESS OK 0');
});

test('An order without a date is asked about, told in one line of the log, and has no command run for it', async () => {
  const undated: Placed[] = [];
  for (const inAbacos of [false, false, true]) undated.push(await place(inAbacos));
  await sandbox.shop.connection.query('UPDATE orders SET created_at = NULL');
  const [missing, , there] = undated;
  assert.ok(missing && there);
  const service = await started();
  await recorded(missing.id, 'FAILED NO_DATE 0');
  await recorded(there.id, 'SUCCESS OK 1');
  const later = await place(false);
  await recorded(later.id, 'SUCCESS OK 2');
  const { stdout } = await call(installation, 'order', missing.number);
  assert.match(stdout, /shop +authorized, without a usable date/);
  assert.match(stdout, /checkpoint +FAILED NO_DATE, 0 attempts/);
  assert.match(stdout, /next +Abacos is asked about it every .*it is never repaired by itself/);
  assert.match(await ended(['checkpoint', 'failed']), new RegExp(`${missing.id}\\t${missing.number}\\tNO_DATE`));
  assert.deepEqual(
    (await sandbox.commands()).filter((command) => JSON.stringify(command).includes(missing.number)),
    [],
  );
  assert.equal(service.output.match(/without a usable date/g)?.length, 1, service.output);
  assert.doesNotMatch(service.output, new RegExp(missing.number));
});

describe('order-monit rewind', () => {
  test('has the running service ask again, and insert what Abacos has lost', async () => {
    const orders = await placeMany(6);
    const [first, lost] = orders;
    const last = orders.at(-1);
    assert.ok(first && lost && last);
    const service = launch(['run'], { SUDO_USER: 'ana' });
    await recorded(last.id, 'SUCCESS OK 1');
    sandbox.abacos.lose(lost.number);

    const rehearsal = await ended(['rewind', '--to-id', String(first.id), '--rate', '4', '--dry-run']);
    assert.match(rehearsal, /^6 orders from id .* At 4 a cycle this takes about 2(\.0)? s/);
    assert.equal(await onRecord(lost.id), 'SUCCESS OK 1');

    const run = await launch(['rewind', '--to-id', String(first.id), '--rate', '4'], {
      SUDO_USER: 'ana',
    }).finished;
    assert.equal(run.status, 0, run.stderr);
    await recorded(lost.id, 'SUCCESS OK 2');
    await until('its end is said', () => /The rewind to order id \d+ has come to its end/.test(service.output));
    assert.match(service.output, /are asked about again, asked for by ana/);
    assert.match(service.output, /6 orders asked about, 1 of them failing/);
    assert.equal(await onRecord(last.id), 'SUCCESS OK 1');
    assert.match(await ended(['rewind', '--status']), /No rewind is under way/);
    assert.equal((await ended(['checkpoint', 'head'])).trim(), String(last.id));
    await service.stop();
    assert.equal(sandbox.abacos.insertsOf(lost.number), 1);
  });

  test('is kept for a service that does not run, goes on after kill -9, and is in status until it is called off', async () => {
    const orders = await placeMany(5);
    const [first] = orders;
    const last = orders.at(-1);
    assert.ok(first && last);
    await ended(['once']);
    assert.match(await ended(['rewind', '--to-id', String(first.id), '--rate', '1']), /when the service runs/);
    assert.match(await ended(['rewind', '--status']), /0 orders asked about.*It goes on when the service runs/);

    await configure(installation, { service: { ...sandbox.files['service'], running_cycle: 3600 } });
    for (const asked of [1, 2]) {
      const service = launch(['run']);
      await until('a cycle has ended', async () => (await readRewind()).includes(`"asked":${asked},`));
      if (asked === 2) {
        assert.match(await ended(['status']), /rewind +order ids .* 2 orders asked about/);
        assert.match(await ended(['rewind', '--cancel']), /^Called off: order ids/);
        assert.match(await ended(['rewind', '--status']), /No rewind/);
        assert.ok(!(await ended(['status'])).includes('rewind'));
        await service.stop();
      } else await service.stop('SIGKILL');
    }
    assert.ok(!(await readdir(installation.state)).includes('rewind.json'));
    assert.match(await ended(['rewind', '--cancel']), /No rewind/);
  });

  test('that is damaged is set aside, and the service runs', async () => {
    await writeFile(join(installation.state, 'rewind.json'), '{"from": 1');
    const output = await ended(['once']);
    assert.match(output, /rewind\.json does not hold a rewind .*set aside/);
    assert.ok((await readdir(installation.state)).some((name) => name.startsWith('rewind.json.damaged-')));
  });

  test('finds its start by the time, too', async () => {
    const orders = await placeMany(3);
    await ended(['once']);
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const told: unknown = JSON.parse(await ended(['rewind', '--since', since, '--dry-run', '--json']));
    assert.deepEqual(told, {
      // No order is older.
      from: 1,
      through: orders[2]?.id,
      orders: 3,
      rate: 200,
      durationMs: 1000,
    });
  });

  for (const words of [
    [],
    ['--to-id', '9'],
    ['--to-id', '0', '--rate', '0'],
    ['--since', 'x'],
    ['--status', '--cancel'],
  ]) {
    test(`"${words.join(' ')}" is a misuse`, async () => {
      assert.notEqual(await ended(['rewind', ...words], 2), '');
      assert.deepEqual(await readdir(installation.state), ['checkpoint']);
    });
  }
});

describe('order-monit retry', () => {
  async function withGivenUp(): Promise<{ missing: Placed[]; unconfirmed: Placed[] }> {
    const missing = await placeMany(12, false);
    const unconfirmed = [await place(true, false), await place(true, false)];
    const head = await place();
    const text = givenUp(
      [
        ...missing.map(({ id }) => ({ id, reason: 'NOT_FOUND' })),
        ...unconfirmed.map(({ id }) => ({ id, reason: 'PAYMENT_PENDING' })),
      ],
      head.id,
    );
    await writeFile(join(installation.state, 'checkpoint'), text);
    return { missing, unconfirmed };
  }

  test('--reason takes those given up that it matches, and a running service repairs them', async () => {
    const { missing, unconfirmed } = await withGivenUp();
    await configure(installation, { service: { ...sandbox.files['service'], recheck_given_up: 86_400 } });
    const service = await started();
    assert.match(await ended(['retry', '--reason', 'not_f', '--dry-run']), /^12 orders .*Nothing was changed/);
    assert.match(await ended(['retry', '--reason', 'not_f'], 2), /12 orders .*use --yes/);
    assert.match(await ended(['retry', '--reason', 'not_f', '--yes']), /^12 orders: retry started/);
    for (const { id } of missing) await recorded(id, 'SUCCESS OK 2');
    for (const { id } of unconfirmed) assert.match((await onRecord(id)) ?? '', / 5$/);
    await until('it is said', () => service.output.includes('12 orders together: each gets its 4 attempts again'));
    await service.stop();
    for (const one of missing) assert.equal(sandbox.abacos.insertsOf(one.number), 1);
  });

  test('--all takes every order that was given up, without a service as well', async () => {
    const { missing, unconfirmed } = await withGivenUp();
    const before = await checkpointOf(installation);
    assert.match(await ended(['retry', '--all', '--dry-run']), /^14 orders were given up/);
    assert.equal(await checkpointOf(installation), before);
    assert.match(await ended(['retry', '--all', '--yes']), /^14 orders: retried when the service runs/);
    for (const { id } of missing) assert.equal(await onRecord(id), 'FAILED NOT_FOUND 0');
    for (const { id } of unconfirmed) assert.equal(await onRecord(id), 'FAILED PAYMENT_PENDING 0');
    assert.match(await ended(['retry', '--all', '--yes']), /^0 orders were given up/);
  });

  test('--dry-run of an order says what would be done', async () => {
    const { missing } = await withGivenUp();
    const before = await checkpointOf(installation);
    assert.match(await ended(['retry', '--dry-run', missing[0]?.number ?? '']), /would be retried/);
    assert.equal(await checkpointOf(installation), before);
  });

  test('--all leaves those that were dismissed, and one that is named is open again', async () => {
    const { missing } = await withGivenUp();
    const [first] = missing;
    assert.ok(first !== undefined);
    const why = ['--why', 'the customer cancelled'];
    assert.match(await ended(['dismiss', first.number, ...why]), /^order \d+ \(id \d+\): dismissed/);
    assert.equal(await onRecord(first.id), 'FAILED DISMISSED 5');
    assert.match(await ended(['dismiss', '--id', String(first.id), ...why], 1), /is not open, nothing to dismiss/);
    assert.doesNotMatch(await ended(['checkpoint', 'failed']), new RegExp(`^${first.id}\\t`, 'm'));
    assert.match(await ended(['status'], 1), /13 open orders, 1 dismissed/);
    assert.match(await ended(['status', '--check'], 2), /^CRITICAL: the service is not running\s*$/);
    assert.equal(await ended(['open']), await ended(['checkpoint', 'failed']));
    assert.match(await ended(['retry', '--all', '--yes']), /^13 orders/);
    const story = await ended(['order', first.number]);
    assert.match(story, /checkpoint +FAILED DISMISSED, first recorded/);
    assert.match(story, /is dismissed by \S+: the customer cancelled/);
    assert.match(story, /next +nothing: it was dismissed; .*once a day; order-monit retry \d+ opens it again/);
    assert.match(await ended(['retry', '--dry-run', first.number]), /would be retried/);

    const service = await started();
    const [other] = missing.slice(1);
    await ended(['retry', first.number]);
    // Nothing is kept of what was run for it, so a command may have done its work: it counts, and is waited for.
    await recorded(first.id, 'SUCCESS OK 3');
    await until('the rest is repaired', async () => (await onRecord(other?.id ?? 0))?.startsWith('SUCCESS') === true);
    await service.stop();
  });

  test('a running service dismisses an order, counts it apart, and has no command run for it', async () => {
    const { missing, unconfirmed } = await withGivenUp();
    await configure(installation, { service: { ...sandbox.files['service'], recheck_given_up: 86_400 } });
    const commandsBefore = (await sandbox.commands()).length;
    const service = await started();
    const ids = [...missing, ...unconfirmed].map(({ id }) => String(id));
    await ended(['dismiss', '--why', 'a test of the shop', '--id', ...ids]);
    for (const id of ids) assert.equal(await onRecord(Number(id)), 'FAILED DISMISSED 5');
    assert.match(await ended(['status']), /open orders +0 failing, 0 given up; 14 dismissed/);
    const line =
      "^OK: every .*, but for 14 dismissed\\|'open'=0;;;0 'need_action'=0;;;0 .* 'whole_cycle_age'=\\d+s;;;0\\s*$";
    assert.match(await ended(['status', '--check']), new RegExp(line));
    assert.match(await ended(['metrics']), /^order_monit_dismissed_orders 14$/m);
    assert.match(
      await ended(['metrics']),
      /^order_monit_unresolved_orders\{state="given_up",verdict="NOT_FOUND"\} 0$/m,
    );
    assert.ok(service.output.includes('is dismissed by'));
    await service.stop();
    assert.equal((await sandbox.commands()).length, commandsBefore);
  });

  test('without a service a dismissal and the retry after it keep what is in doubt about the order, and a plain retry what runs', async () => {
    const { missing } = await withGivenUp();
    const [first, second] = missing;
    assert.ok(first !== undefined && second !== undefined);
    const at = Date.now() - 60_000;
    const sent = { task: 'insert_order', startedAt: at, endedAt: at, denied: true };
    const pending = [
      [first.id, { ...sent, commands: 2, running: false }],
      [second.id, { ...sent, commands: 1, running: true }],
    ];
    const repairs = join(installation.state, 'repairs.json');
    await writeFile(repairs, JSON.stringify({ up: [], pending, lags: {}, turnedUpAt: null }));
    await ended(['dismiss', first.number, '--why', 'the customer cancelled']);
    await ended(['retry', first.number, second.number]);
    assert.equal(await onRecord(first.id), 'FAILED UNKNOWN 2');
    const kept: unknown = JSON.parse(await readFile(repairs, 'utf8'));
    assert.deepEqual(kept, {
      up: [],
      pending: [
        [first.id, { ...sent, commands: 2, running: false, denied: false }],
        [second.id, { ...sent, commands: 0, running: true }],
      ],
      lags: {},
      paid: [],
      out: false,
      turnedUpAt: null,
    });
  });

  for (const words of [['1'], ['--why', 'x'], ['--why', ' ', '1'], ['--why', 'x'.repeat(301), '1']]) {
    test(`"dismiss ${words.join(' ').slice(0, 20)}" is a misuse`, async () => {
      assert.notEqual(await ended(['dismiss', ...words], 2), '');
    });
  }

  for (const words of [
    ['--reason', '('],
    ['--all', '--reason', 'x'],
    ['--all', '1'],
    ['--reason', 'x', '--id', '1'],
  ]) {
    test(`"${words.join(' ')}" is a misuse`, async () => {
      assert.notEqual(await ended(['retry', ...words], 2), '');
    });
  }
});

describe('order-monit open', () => {
  test('says of each order its number, since when, and why it was given up', async () => {
    const { id, number: refused } = await place(false);
    await sandbox.standIn({ behaviour: { [refused]: 'fail' } });
    const service = await started();
    await recorded(id, 'FAILED NOT_FOUND 5');
    await until('it is said', () =>
      /is given up: trying again is no use: .*produto não cadastrado/.test(service.output),
    );
    assert.equal(
      (await sandbox.commands()).filter((one) => one.number === refused && one.event === 'started').length,
      1,
    );
    const fields = (await ended(['checkpoint', 'failed'])).trimEnd().split('\t');
    assert.deepEqual(fields.slice(0, 5), [String(id), refused, 'NOT_FOUND', '-', 'given up']);
    assert.match(fields.at(-1) ?? '', /^trying again is no use: .*produto não cadastrado$/);
    const json = await ended(['checkpoint', 'failed', '--json']);
    assert.match(json, /"kind": "given-up"/);
    assert.match(json, new RegExp(`"number": "${refused}"`));
    await service.stop();
    assert.match(await ended(['checkpoint', 'failed']), new RegExp(`^${id}\\t${refused}\\tNOT_FOUND`));
  });

  test('lists them all the same when the shop can not be asked', async () => {
    await writeFile(join(installation.state, 'checkpoint'), givenUp([{ id: 7, reason: 'NOT_FOUND' }], 9));
    const database = { ...sandbox.files['database'], port: 1 };
    await configure(installation, { database });
    const run = await call(installation, 'checkpoint', 'failed');
    assert.equal(run.status, 0);
    assert.match(run.stdout, /^7\t-\tNOT_FOUND\t-\tgiven up\t/);
    assert.match(run.stderr, /The shop could not be asked/);
  });
});

async function readRewind(): Promise<string> {
  return readFile(join(installation.state, 'rewind.json'), 'utf8').catch(() => '');
}
