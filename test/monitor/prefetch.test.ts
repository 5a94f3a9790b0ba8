/** Prefetching in a backlog saves time and changes nothing: order of records, outages, reloads, stops. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EXIT_0, World } from './world.ts';

const PAGE = 5;

/** A world with so many new orders, the first of which has the id 101. */
function worldWith(orders: number, answerMs = 200): World {
  const world = new World();
  world.answerMs = answerMs;
  for (let id = 101; id <= 100 + orders; id += 1) world.place(id);
  return world;
}

/** Lets the monitor work until it has nothing more to do at once, and gives the time that this took. */
async function workOff(world: World, monitor = world.monitor()): Promise<number> {
  const startedAt = world.clock.monotonic();
  let took = Infinity;
  const seen = world.onEvent;
  world.onEvent = (event) => {
    seen(event);
    if (event.kind !== 'cycle' || event.report.workLeft || event.report.repairing === true) return;
    took = world.clock.monotonic() - startedAt;
    world.stop.abort();
  };
  await monitor.run(world.adapters, world.signals);
  return took;
}

/** Has Abacos know nothing of an order. Gives its number. */
function lose(world: World, id: number): string {
  const number = world.row(id).number ?? '';
  world.erp.delete(number);
  return number;
}

/** The same orders; each page of new ones that is read is told by the id that it is behind. */
function noting(orders: World['orders'], note: (after: number) => void): World['orders'] {
  return {
    ...orders,
    newOrders: async (after, limit, signal) => {
      note(after);
      return orders.newOrders(after, limit, signal);
    },
  };
}

function allOnRecord(world: World, orders: number): void {
  for (let id = 101; id <= 100 + orders; id += 1) assert.equal(world.onRecord(id), 'SUCCESS OK 1', `order id ${id}`);
}

describe('In a backlog', () => {
  test('Abacos is asked about the next page while it answers about the one before', async () => {
    const world = worldWith(10 * PAGE + 2);
    const took = await workOff(world);
    allOnRecord(world, 52);
    assert.equal(world.asked.flat().length, 52, 'each order is asked about once');
    assert.ok(took <= 7 * 200, `11 pages took ${took} ms, at 200 ms an answer`);
  });

  test('orders go on record in the order of their ids all the same, and the head with them', async () => {
    const world = worldWith(4 * PAGE + 1);
    await workOff(world);
    const lines = world.checkpoint.lines.slice(1).map(({ head, record }) => `${record.orderId}${head ? '^' : ''}`);
    const expected = Array.from(
      { length: 21 },
      (_, at) => `${101 + at}${at % PAGE === PAGE - 1 || at === 20 ? '^' : ''}`,
    );
    assert.deepEqual(lines, expected);
  });

  test('a missing order is asked about again in its own cycle before anything is run for it', async () => {
    const world = worldWith(2 * PAGE + 1);
    const number = lose(world, 107);
    const timesAsked = (): number => world.asked.flat().filter((asked) => asked === number).length;
    let askedBefore = 0;
    world.onCommand = () => {
      askedBefore = timesAsked();
      world.insert(number);
      return EXIT_0;
    };
    await workOff(world);
    assert.equal(askedBefore, 2, 'ahead, and in its own cycle');
    assert.equal(world.commands.length, 1);
    assert.equal(world.onRecord(107), 'SUCCESS OK 2');
  });

  test('a missing order of any page is inserted, once', async () => {
    const world = worldWith(4 * PAGE + 1);
    for (const id of [103, 107, 113, 118, 121]) lose(world, id);
    await workOff(world);
    assert.deepEqual([...world.inserts.values()], [1, 1, 1, 1, 1]);
    assert.equal(world.checkpoint.open.size, 0);
  });

  test('the head stops before the first order without an answer, and an outage is said once', async () => {
    const world = worldWith(4 * PAGE + 1);
    world.policy = { ...world.policy, maxNumbersPerCall: 2 };
    world.callsBeforeOutage = 8;
    world.onEvent = (event) => {
      if (event.kind !== 'cycle' || !event.report.interrupted) return;
      const head = Number(world.checkpoint.head);
      assert.ok(head > 101 && head < 121, `the head is at ${head}`);
      for (let id = 101; id <= 121; id += 1) assert.equal(world.onRecord(id) === 'none', id > head, `order ${id}`);
      world.callsBeforeOutage = Infinity;
    };
    world.clock.after(600_000, () => {
      world.stop.abort();
    });
    await world.monitor().run(world.adapters, world.signals);
    allOnRecord(world, 21);
    assert.deepEqual(
      world.kinds().filter((kind) => kind === 'down' || kind === 'up'),
      ['down', 'up'],
    );
  });

  test('while Abacos is down, nothing is asked ahead', async () => {
    const world = worldWith(4 * PAGE);
    world.abacosDown = true;
    world.clock.after(25_000, () => {
      world.stop.abort();
    });
    await world.monitor().run(world.adapters, world.signals);
    // Pages of before it was known; besides, only single orders, which tell whether it is down.
    const pages = world.asked.filter((numbers) => numbers.length > 1);
    assert.ok(pages.length <= 3, `${pages.length} pages`);
  });

  test('a page that was read before a long cycle is read again', async () => {
    const world = worldWith(2 * PAGE);
    world.answerMs = 20_000;
    world.clock.after(10_000, () => {
      world.row(106).number = 'CORRECTED-106';
      world.erp.set('CORRECTED-106', { kind: 'exists', status: 'invoiced' });
    });
    await workOff(world);
    assert.ok(world.asked.flat().some((number) => number === 'CORRECTED-106'));
  });

  test('a reload takes effect with the next cycle: what the old adapters have read is dropped', async () => {
    const world = worldWith(4 * PAGE);
    const read: string[] = [];
    const { orders } = world;
    const named = (name: string): typeof orders => noting(orders, (after) => read.push(`${name} after ${after}`));
    world.orders = named('old');
    world.onEvent = (event) => {
      if (event.kind === 'cycle' && world.checkpoint.head === 105) world.orders = named('new');
    };
    await workOff(world);
    assert.deepEqual(read.slice(0, 4), ['old after 100', 'old after 105', 'old after 110', 'new after 105']);
    allOnRecord(world, 20);
  });

  test('two pages are begun ahead, and no more', async () => {
    const world = worldWith(6 * PAGE);
    const read: number[] = [];
    world.orders = noting(world.orders, (after) => read.push(after));
    let begunInFirst: readonly number[] = [];
    world.onEvent = (event) => {
      if (event.kind === 'cycle' && world.checkpoint.head === 105) begunInFirst = [...read];
    };
    await workOff(world);
    assert.deepEqual(begunInFirst, [100, 105, 110]);
    assert.deepEqual(read.slice(0, 7), [100, 105, 110, 115, 120, 125, 130], 'each is read once');
    allOnRecord(world, 30);
  });

  test('long cycles keep pages from being read twice: one is begun ahead, and is young enough', async () => {
    const world = worldWith(8 * PAGE);
    world.answerMs = 6000;
    await workOff(world);
    const asked = world.asked.flat().filter((number) => number === world.row(139).number);
    assert.equal(asked.length, 1, 'an order that Abacos has, on the last page');
  });

  test('an order that shows up late, below a page that was read already, is found', async () => {
    const world = worldWith(3 * PAGE);
    world.row(107).visible = false;
    world.onEvent = (event) => {
      if (event.kind === 'cycle') world.row(107).visible = true;
    };
    const monitor = world.monitor();
    world.clock.after(world.policy.runningCycleMs * 3, () => {
      world.stop.abort();
    });
    await monitor.run(world.adapters, world.signals);
    allOnRecord(world, 15);
  });

  test('a stop ends the loop with the cycle at hand, whatever was begun ahead', async () => {
    const world = worldWith(8 * PAGE);
    world.onEvent = (event) => {
      if (event.kind === 'cycle') world.stop.abort();
    };
    await world.monitor().run(world.adapters, world.signals);
    assert.equal(world.checkpoint.head, 105);
    const asked = world.asked.length;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(world.asked.length, asked);
  });

  test('a monitor that ceases to be the active one records nothing more', async () => {
    const world = worldWith(8 * PAGE);
    world.onEvent = (event) => {
      if (event.kind === 'cycle') world.election.role = { kind: 'standby', leader: 'host2' };
    };
    world.clock.after(60_000, () => {
      world.stop.abort();
    });
    await world.monitor().run(world.adapters, world.signals);
    assert.equal(world.checkpoint.head, 105);
  });
});

test('A single cycle asks about its own page and nothing else', async () => {
  const world = worldWith(3 * PAGE);
  await world.monitor().cycle(world.adapters(), world.signals);
  assert.equal(world.asked.flat().length, PAGE);
});
