/** Commands that come to nothing for all orders, and an Abacos that is not what it was. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { MINUTE, runFor, said, twice } from './long-runs.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, Harness } from './harness.ts';

describe('An integration side that does nothing', () => {
  for (const [name, outcome] of Object.entries({ 'ends with 0': EXIT_0, 'ends with 1': EXIT_1 })) {
    test(`and ${name} gives nobody up, is told once, and all goes on by itself`, async () => {
      const harness = new Harness();
      harness.policy = { ...POLICY, pageSize: 50 };
      for (let id = 101; id <= 140; id += 1) harness.place(id, { inAbacos: false });
      harness.onCommand = () => outcome;
      const until = 8 * HOUR;
      let whileOut = 0;
      harness.clock.after(until, () => {
        whileOut = harness.commands.length;
        harness.onCommand = ({ number }) => {
          harness.insert(number);
          return EXIT_0;
        };
      });
      await runFor(harness, until + 4 * HOUR);
      const words = outcome === EXIT_0 ? /they ended without an error/ : /the last one said: rake aborted!/;
      assert.match(said(harness, 'down')[0]?.reason ?? '', words);
      assert.ok(whileOut >= 8 && whileOut <= 20, `${whileOut} commands`);
      assert.deepEqual(
        [said(harness, 'down').length, said(harness, 'up').length, said(harness, 'given-up').length],
        [1, 1, 0],
      );
      for (let id = 101; id <= 140; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
      assert.deepEqual(twice(harness), []);
    });
  }

  test('five commands are begun before it is known what came of them, and no more', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 140; id += 1) harness.place(id, { inAbacos: false });
    harness.onCommand = () => EXIT_0;
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.commands.length, 5);
  });

  test('has nothing to do with a permanent error, which stays the order’s own', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 110; id += 1) harness.place(id, { inAbacos: false });
    harness.onCommand = () => ({ ...EXIT_1, output: ['produto não cadastrado: 17'] });
    await runFor(harness, 2 * HOUR);
    assert.equal(said(harness, 'given-up').length, 10);
    assert.equal(said(harness, 'down').length, 0);
  });

  test('takes up again those that were given up before it was known', async () => {
    const harness = new Harness();
    for (let index = 0; index < 6; index += 1) {
      harness.place(101 + index, { inAbacos: false, placedAt: harness.clock.now() + index * 12 * HOUR });
    }
    harness.onCommand = () => EXIT_1;
    harness.clock.after(70 * HOUR, () => {
      harness.onCommand = ({ number }) => {
        harness.insert(number);
        return EXIT_0;
      };
    });
    await runFor(harness, 80 * HOUR);
    // Four attempts each: nothing but the fifth order tells that it is not theirs.
    assert.deepEqual([said(harness, 'given-up').length, said(harness, 'down').length], [4, 1]);
    assert.deepEqual(
      said(harness, 'retry').map(({ by, orderId: id }) => `${id} ${by}`),
      ['101 order-monit', '102 order-monit', '103 order-monit', '104 order-monit'],
    );
    for (let id = 101; id <= 106; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
    assert.deepEqual(twice(harness), []);
  });

  test('is tried by one order only after a restart', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 120; id += 1) harness.place(id, { inAbacos: false });
    harness.onCommand = () => EXIT_1;
    await harness.cycles(harness.monitor(), 2);
    const before = harness.commands.length;
    const known = {
      dependency: 'integration-server',
      since: harness.clock.now(),
      reason: 'x',
      hint: undefined,
    } as const;
    await harness.cycles(harness.monitor([known]), 1);
    assert.equal(harness.commands.length, before + 1);
  });
});

test('Commands that an outage of Abacos spoils say nothing of the integration side, and cost no attempt', async () => {
  const harness = new Harness();
  harness.policy = { ...POLICY, pageSize: 50 };
  for (let id = 101; id <= 110; id += 1) harness.place(id, { inAbacos: false });
  const works = harness.onCommand;
  harness.onCommand = (command) => {
    // It goes down while the commands are at work, and is back in half an hour.
    harness.abacosDown = harness.clock.monotonic() < HOUR / 2;
    return harness.abacosDown ? { ...EXIT_1, output: ['rake aborted!', 'Errno::ECONNREFUSED'] } : works(command);
  };
  harness.clock.after(HOUR / 2, () => {
    harness.abacosDown = false;
  });
  await runFor(harness, 4 * HOUR);
  assert.deepEqual(
    said(harness, 'down').map(({ dependency }) => dependency),
    ['abacos'],
  );
  for (let id = 101; id <= 110; id += 1) assert.equal(harness.onRecord(id), 'SUCCESS OK 2');
  assert.deepEqual(twice(harness), []);
});

describe('An Abacos that denies what it had', () => {
  function denying(orders = 20): Harness {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id < 101 + orders; id += 1) harness.place(id);
    harness.answerTo = () => ({ kind: 'missing' });
    harness.onCommand = () => EXIT_1;
    return harness;
  }

  test('gets no command, one alert, and is asked on', async () => {
    const harness = denying();
    await runFor(harness, 6 * HOUR);
    assert.equal(harness.commands.length, 0);
    assert.deepEqual(
      said(harness, 'down').map(({ dependency }) => dependency),
      ['repairs'],
    );
    assert.match(said(harness, 'down')[0]?.reason ?? '', /denies 1 of 1 orders that it had before \(1000100\)/);
    assert.equal(harness.checkpoint.head, 120);
  });

  test('gets five commands at the most when orders come one by one', async () => {
    const harness = denying(0);
    for (let index = 0; index < 60; index += 1) {
      harness.place(101 + index, { placedAt: harness.clock.now() + index * 10 * MINUTE });
    }
    await runFor(harness, 24 * HOUR);
    assert.ok(harness.commands.length <= 5, `${harness.commands.length} commands`);
    assert.deepEqual(
      said(harness, 'down').map(({ dependency }) => dependency),
      ['repairs'],
    );
  });

  for (const [name, outcome] of Object.entries({ 'end with 0': EXIT_0, 'end with 1': EXIT_1 })) {
    test(`gives nobody up, also when the commands ${name}`, async () => {
      const harness = denying(4);
      harness.onCommand = ({ number }) => {
        harness.insert(number);
        return outcome;
      };
      // Abacos has what is in it; it only denies it.
      for (let id = 101; id <= 104; id += 1) harness.erp.delete(String(1_000_000 + id));
      for (let id = 110; id <= 120; id += 1) harness.place(id, { placedAt: harness.clock.now() + (id - 109) * HOUR });
      harness.clock.after(20 * HOUR, () => {
        harness.answerTo = (number) => harness.erp.get(number) ?? { kind: 'missing' };
      });
      await runFor(harness, 30 * HOUR);
      assert.ok(harness.commands.length <= 5, `${harness.commands.length} commands`);
      assert.deepEqual(said(harness, 'given-up'), []);
      assert.deepEqual(twice(harness), []);
      assert.equal(harness.checkpoint.open.size, 0);
    });
  }

  test('gets no command either while the shop’s database does not name the orders that it had', async () => {
    const harness = denying();
    const { orders } = harness;
    harness.orders = {
      ...orders,
      ordersById: async (ids, signal) => {
        if (ids.includes(orderId(100))) throw new Outage({ dependency: 'shop', reason: 'the connection broke' });
        return orders.ordersById(ids, signal);
      },
    };
    await runFor(harness, 2 * HOUR);
    assert.equal(harness.commands.length, 0);
  });

  test('is what it was again: repairs go on by themselves', async () => {
    const harness = denying(20);
    const lost = harness.place(130, { inAbacos: false });
    harness.clock.after(3 * HOUR, () => {
      harness.answerTo = (number) => harness.erp.get(number) ?? { kind: 'missing' };
      harness.onCommand = ({ number }) => {
        harness.insert(number);
        return EXIT_0;
      };
    });
    await runFor(harness, 8 * HOUR);
    assert.deepEqual([...harness.inserts], [[lost, 1]]);
    assert.deepEqual([said(harness, 'down').length, said(harness, 'up').length], [1, 1]);
  });

  test('is what it was again while a cycle runs: no command rests on what it denied before', async () => {
    const harness = denying(20);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 3);
    let isBack = false;
    harness.answerTo = (number) => {
      // The order that it had before is asked about after the others.
      isBack ||= number === '1000100';
      return (isBack ? harness.erp.get(number) : undefined) ?? { kind: 'missing' };
    };
    await harness.cycles(monitor, 20);
    assert.deepEqual(harness.commands, []);
    assert.equal(harness.checkpoint.open.size, 0);
  });

  test('has really lost orders when a person says so by a rewind', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 50, rewindRate: 50 };
    for (let id = 101; id <= 130; id += 1) harness.place(id);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    // Restored from a backup: the newest 20 are gone.
    for (let id = 111; id <= 130; id += 1) harness.erp.delete(String(1_000_000 + id));
    for (let id = 131; id <= 140; id += 1) harness.place(id, { inAbacos: false });
    await harness.cycles(monitor, 3);
    assert.equal(harness.commands.length, 0);
    await monitor.beginRewind({ from: orderId(101), by: 'ana' });
    await harness.cycles(monitor, 20);
    assert.equal(harness.inserts.size, 30);
    assert.deepEqual(twice(harness), []);
    assert.deepEqual(
      said(harness, 'up').map(({ dependency }) => dependency),
      ['repairs'],
    );
  });

  test('without any order that it had, one command is run at a time until one was confirmed', async () => {
    const harness = new Harness();
    harness.rows.delete(orderId(100));
    harness.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 120; id += 1) harness.place(id, { inAbacos: false });
    harness.onCommand = () => EXIT_0;
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    assert.equal(harness.commands.length, 1);
    harness.onCommand = ({ number }) => {
      harness.insert(number);
      return EXIT_0;
    };
    await harness.cycles(monitor, 12);
    assert.equal(harness.checkpoint.open.size, 0);
    assert.deepEqual(twice(harness), []);
  });

  test('without any order that it had, commands run side by side as soon as one was confirmed', async () => {
    const harness = new Harness();
    harness.rows.delete(orderId(100));
    harness.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 108; id += 1) harness.place(id, { inAbacos: false });
    await harness.cycles(harness.monitor(), 1);
    const [first, second, third] = harness.commands.map(({ at }) => at);
    assert.notEqual(second, first);
    assert.equal(third, second);
  });
});
