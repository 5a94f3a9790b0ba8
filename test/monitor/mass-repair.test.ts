/** Commands that come to nothing for all orders, and an Abacos that is not what it was. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { MINUTE, runFor, said, twice } from './long-runs.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, World } from './world.ts';

describe('An integration side that does nothing', () => {
  for (const [name, outcome] of Object.entries({ 'ends with 0': EXIT_0, 'ends with 1': EXIT_1 })) {
    test(`and ${name} gives nobody up, is told once, and all goes on by itself`, async () => {
      const world = new World();
      world.policy = { ...POLICY, pageSize: 50 };
      for (let id = 101; id <= 140; id += 1) world.place(id, { inAbacos: false });
      world.onCommand = () => outcome;
      const until = 8 * HOUR;
      let whileOut = 0;
      world.clock.after(until, () => {
        whileOut = world.commands.length;
        world.onCommand = ({ number }) => {
          world.insert(number);
          return EXIT_0;
        };
      });
      await runFor(world, until + 4 * HOUR);
      const words = outcome === EXIT_0 ? /they ended without an error/ : /the last one said: rake aborted!/;
      assert.match(said(world, 'down')[0]?.reason ?? '', words);
      assert.ok(whileOut >= 8 && whileOut <= 20, `${whileOut} commands`);
      assert.deepEqual(
        [said(world, 'down').length, said(world, 'up').length, said(world, 'given-up').length],
        [1, 1, 0],
      );
      for (let id = 101; id <= 140; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
      assert.deepEqual(twice(world), []);
    });
  }

  test('five commands are begun before it is known what came of them, and no more', async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 140; id += 1) world.place(id, { inAbacos: false });
    world.onCommand = () => EXIT_0;
    await world.cycles(world.monitor(), 1);
    assert.equal(world.commands.length, 5);
  });

  test('has nothing to do with a permanent error, which stays the order’s own', async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 110; id += 1) world.place(id, { inAbacos: false });
    world.onCommand = () => ({ ...EXIT_1, output: ['produto não cadastrado: 17'] });
    await runFor(world, 2 * HOUR);
    assert.equal(said(world, 'given-up').length, 10);
    assert.equal(said(world, 'down').length, 0);
  });

  test('takes up again those that were given up before it was known', async () => {
    const world = new World();
    for (let index = 0; index < 6; index += 1) {
      world.place(101 + index, { inAbacos: false, placedAt: world.clock.now() + index * 12 * HOUR });
    }
    world.onCommand = () => EXIT_1;
    world.clock.after(70 * HOUR, () => {
      world.onCommand = ({ number }) => {
        world.insert(number);
        return EXIT_0;
      };
    });
    await runFor(world, 80 * HOUR);
    // Four attempts each: nothing but the fifth order tells that it is not theirs.
    assert.deepEqual([said(world, 'given-up').length, said(world, 'down').length], [4, 1]);
    assert.deepEqual(
      said(world, 'retry').map(({ by, orderId: id }) => `${id} ${by}`),
      ['101 order-monit', '102 order-monit', '103 order-monit', '104 order-monit'],
    );
    for (let id = 101; id <= 106; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
    assert.deepEqual(twice(world), []);
  });

  test('is tried by one order only after a restart', async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 120; id += 1) world.place(id, { inAbacos: false });
    world.onCommand = () => EXIT_1;
    await world.cycles(world.monitor(), 2);
    const before = world.commands.length;
    const known = { dependency: 'integration-server', since: world.clock.now(), reason: 'x', hint: undefined } as const;
    await world.cycles(world.monitor([known]), 1);
    assert.equal(world.commands.length, before + 1);
  });
});

test('Commands that an outage of Abacos spoils say nothing of the integration side, and cost no attempt', async () => {
  const world = new World();
  world.policy = { ...POLICY, pageSize: 50 };
  for (let id = 101; id <= 110; id += 1) world.place(id, { inAbacos: false });
  const works = world.onCommand;
  world.onCommand = (command) => {
    // It goes down while the commands are at work, and is back in half an hour.
    world.abacosDown = world.clock.monotonic() < HOUR / 2;
    return world.abacosDown ? { ...EXIT_1, output: ['rake aborted!', 'Errno::ECONNREFUSED'] } : works(command);
  };
  world.clock.after(HOUR / 2, () => {
    world.abacosDown = false;
  });
  await runFor(world, 4 * HOUR);
  assert.deepEqual(
    said(world, 'down').map(({ dependency }) => dependency),
    ['abacos'],
  );
  for (let id = 101; id <= 110; id += 1) assert.equal(world.onRecord(id), 'SUCCESS OK 2');
  assert.deepEqual(twice(world), []);
});

describe('An Abacos that denies what it had', () => {
  function denying(orders = 20): World {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id < 101 + orders; id += 1) world.place(id);
    world.answerTo = () => ({ kind: 'missing' });
    world.onCommand = () => EXIT_1;
    return world;
  }

  test('gets no command, one alert, and is asked on', async () => {
    const world = denying();
    await runFor(world, 6 * HOUR);
    assert.equal(world.commands.length, 0);
    assert.deepEqual(
      said(world, 'down').map(({ dependency }) => dependency),
      ['repairs'],
    );
    assert.match(said(world, 'down')[0]?.reason ?? '', /denies 1 of 1 orders that it had before \(1000100\)/);
    assert.equal(world.checkpoint.head, 120);
  });

  test('gets five commands at the most when orders come one by one', async () => {
    const world = denying(0);
    for (let index = 0; index < 60; index += 1) {
      world.place(101 + index, { placedAt: world.clock.now() + index * 10 * MINUTE });
    }
    await runFor(world, 24 * HOUR);
    assert.ok(world.commands.length <= 5, `${world.commands.length} commands`);
    assert.deepEqual(
      said(world, 'down').map(({ dependency }) => dependency),
      ['repairs'],
    );
  });

  for (const [name, outcome] of Object.entries({ 'end with 0': EXIT_0, 'end with 1': EXIT_1 })) {
    test(`gives nobody up, also when the commands ${name}`, async () => {
      const world = denying(4);
      world.onCommand = ({ number }) => {
        world.insert(number);
        return outcome;
      };
      // Abacos has what is in it; it only denies it.
      for (let id = 101; id <= 104; id += 1) world.erp.delete(String(1_000_000 + id));
      for (let id = 110; id <= 120; id += 1) world.place(id, { placedAt: world.clock.now() + (id - 109) * HOUR });
      world.clock.after(20 * HOUR, () => {
        world.answerTo = (number) => world.erp.get(number) ?? { kind: 'missing' };
      });
      await runFor(world, 30 * HOUR);
      assert.ok(world.commands.length <= 5, `${world.commands.length} commands`);
      assert.deepEqual(said(world, 'given-up'), []);
      assert.deepEqual(twice(world), []);
      assert.equal(world.checkpoint.open.size, 0);
    });
  }

  test('gets no command either while the shop’s database does not name the orders that it had', async () => {
    const world = denying();
    const { orders } = world;
    world.orders = {
      ...orders,
      ordersById: async (ids, signal) => {
        if (ids.includes(orderId(100))) throw new Outage({ dependency: 'shop', reason: 'the connection broke' });
        return orders.ordersById(ids, signal);
      },
    };
    await runFor(world, 2 * HOUR);
    assert.equal(world.commands.length, 0);
  });

  test('is what it was again: repairs go on by themselves', async () => {
    const world = denying(20);
    const lost = world.place(130, { inAbacos: false });
    world.clock.after(3 * HOUR, () => {
      world.answerTo = (number) => world.erp.get(number) ?? { kind: 'missing' };
      world.onCommand = ({ number }) => {
        world.insert(number);
        return EXIT_0;
      };
    });
    await runFor(world, 8 * HOUR);
    assert.deepEqual([...world.inserts], [[lost, 1]]);
    assert.deepEqual([said(world, 'down').length, said(world, 'up').length], [1, 1]);
  });

  test('has really lost orders when a person says so by a rewind', async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 50, rewindRate: 50 };
    for (let id = 101; id <= 130; id += 1) world.place(id);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    // Restored from a backup: the newest 20 are gone.
    for (let id = 111; id <= 130; id += 1) world.erp.delete(String(1_000_000 + id));
    for (let id = 131; id <= 140; id += 1) world.place(id, { inAbacos: false });
    await world.cycles(monitor, 3);
    assert.equal(world.commands.length, 0);
    await monitor.beginRewind({ from: orderId(101), by: 'ana' });
    await world.cycles(monitor, 20);
    assert.equal(world.inserts.size, 30);
    assert.deepEqual(twice(world), []);
    assert.deepEqual(
      said(world, 'up').map(({ dependency }) => dependency),
      ['repairs'],
    );
  });

  test('without any order that it had, one command is run at a time until one was confirmed', async () => {
    const world = new World();
    world.rows.delete(orderId(100));
    world.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 120; id += 1) world.place(id, { inAbacos: false });
    world.onCommand = () => EXIT_0;
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    assert.equal(world.commands.length, 1);
    world.onCommand = ({ number }) => {
      world.insert(number);
      return EXIT_0;
    };
    await world.cycles(monitor, 12);
    assert.equal(world.checkpoint.open.size, 0);
    assert.deepEqual(twice(world), []);
  });
});
