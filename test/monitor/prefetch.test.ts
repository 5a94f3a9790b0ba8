/** Prefetching in a backlog saves time and changes nothing: order of records, outages, reloads, stops. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EXIT_0, Harness } from './harness.ts';

const PAGE = 5;

/** A harness with so many new orders, the first of which has the id 101. */
function harnessWith(orders: number, answerMs = 200): Harness {
  const harness = new Harness();
  harness.answerMs = answerMs;
  for (let id = 101; id <= 100 + orders; id += 1) harness.place(id);
  return harness;
}

/** Lets the monitor work until it has nothing more to do at once, and gives the time that this took. */
async function workOff(harness: Harness, monitor = harness.monitor()): Promise<number> {
  const startedAt = harness.clock.monotonic();
  let took = Infinity;
  const seen = harness.onEvent;
  harness.onEvent = (event) => {
    seen(event);
    if (event.kind !== 'cycle' || event.report.workLeft || event.report.repairing === true) return;
    took = harness.clock.monotonic() - startedAt;
    harness.stop.abort();
  };
  await monitor.run(harness.adapters, harness.signals);
  return took;
}

/** Has Abacos know nothing of an order. Gives its number. */
function lose(harness: Harness, id: number): string {
  const number = harness.row(id).number ?? '';
  harness.erp.delete(number);
  return number;
}

/** The same orders; each page of new ones that is read is told by the id that it is behind. */
function noting(orders: Harness['orders'], note: (after: number) => void): Harness['orders'] {
  return {
    ...orders,
    newOrders: async (after, limit, signal) => {
      note(after);
      return orders.newOrders(after, limit, signal);
    },
  };
}

function allOnRecord(harness: Harness, orders: number): void {
  for (let id = 101; id <= 100 + orders; id += 1) assert.equal(harness.onRecord(id), 'SUCCESS OK 1', `order id ${id}`);
}

describe('In a backlog', () => {
  test('Abacos is asked about the next page while it answers about the one before', async () => {
    const harness = harnessWith(10 * PAGE + 2);
    const took = await workOff(harness);
    allOnRecord(harness, 52);
    assert.equal(harness.asked.flat().length, 52, 'each order is asked about once');
    assert.ok(took <= 7 * 200, `11 pages took ${took} ms, at 200 ms an answer`);
  });

  test('orders go on record in the order of their ids all the same, and the head with them', async () => {
    const harness = harnessWith(4 * PAGE + 1);
    await workOff(harness);
    const lines = harness.checkpoint.lines.slice(1).map(({ head, record }) => `${record.orderId}${head ? '^' : ''}`);
    const expected = Array.from(
      { length: 21 },
      (_, at) => `${101 + at}${at % PAGE === PAGE - 1 || at === 20 ? '^' : ''}`,
    );
    assert.deepEqual(lines, expected);
  });

  test('a missing order is asked about again in its own cycle before anything is run for it', async () => {
    const harness = harnessWith(2 * PAGE + 1);
    const number = lose(harness, 107);
    const timesAsked = (): number => harness.asked.flat().filter((asked) => asked === number).length;
    let askedBefore = 0;
    harness.onCommand = () => {
      askedBefore = timesAsked();
      harness.insert(number);
      return EXIT_0;
    };
    await workOff(harness);
    assert.equal(askedBefore, 2, 'ahead, and in its own cycle');
    assert.equal(harness.commands.length, 1);
    assert.equal(harness.onRecord(107), 'SUCCESS OK 2');
  });

  test('a missing order of any page is inserted, once', async () => {
    const harness = harnessWith(4 * PAGE + 1);
    for (const id of [103, 107, 113, 118, 121]) lose(harness, id);
    await workOff(harness);
    assert.deepEqual([...harness.inserts.values()], [1, 1, 1, 1, 1]);
    assert.equal(harness.checkpoint.open.size, 0);
  });

  test('the head stops before the first order without an answer, and an outage is said once', async () => {
    const harness = harnessWith(4 * PAGE + 1);
    harness.policy = { ...harness.policy, maxNumbersPerCall: 2 };
    harness.callsBeforeOutage = 8;
    harness.onEvent = (event) => {
      if (event.kind !== 'cycle' || !event.report.interrupted) return;
      const head = Number(harness.checkpoint.head);
      assert.ok(head > 101 && head < 121, `the head is at ${head}`);
      for (let id = 101; id <= 121; id += 1) assert.equal(harness.onRecord(id) === 'none', id > head, `order ${id}`);
      harness.callsBeforeOutage = Infinity;
    };
    harness.clock.after(600_000, () => {
      harness.stop.abort();
    });
    await harness.monitor().run(harness.adapters, harness.signals);
    allOnRecord(harness, 21);
    assert.deepEqual(
      harness.kinds().filter((kind) => kind === 'down' || kind === 'up'),
      ['down', 'up'],
    );
  });

  test('while Abacos is down, nothing is asked ahead', async () => {
    const harness = harnessWith(4 * PAGE);
    harness.abacosDown = true;
    harness.clock.after(25_000, () => {
      harness.stop.abort();
    });
    await harness.monitor().run(harness.adapters, harness.signals);
    // Pages of before it was known; besides, only single orders, which tell whether it is down.
    const pages = harness.asked.filter((numbers) => numbers.length > 1);
    assert.ok(pages.length <= 3, `${pages.length} pages`);
  });

  test('a page that was read before a long cycle is read again', async () => {
    const harness = harnessWith(2 * PAGE);
    harness.answerMs = 20_000;
    harness.clock.after(10_000, () => {
      harness.row(106).number = 'CORRECTED-106';
      harness.erp.set('CORRECTED-106', { kind: 'exists', status: 'invoiced' });
    });
    await workOff(harness);
    assert.ok(harness.asked.flat().some((number) => number === 'CORRECTED-106'));
  });

  test('a reload takes effect with the next cycle: what the old adapters have read is dropped', async () => {
    const harness = harnessWith(4 * PAGE);
    const read: string[] = [];
    const { orders } = harness;
    const named = (name: string): typeof orders => noting(orders, (after) => read.push(`${name} after ${after}`));
    harness.orders = named('old');
    harness.onEvent = (event) => {
      if (event.kind === 'cycle' && harness.checkpoint.head === 105) harness.orders = named('new');
    };
    await workOff(harness);
    assert.deepEqual(read.slice(0, 4), ['old after 100', 'old after 105', 'old after 110', 'new after 105']);
    allOnRecord(harness, 20);
  });

  test('two pages are begun ahead, and no more', async () => {
    const harness = harnessWith(6 * PAGE);
    const read: number[] = [];
    harness.orders = noting(harness.orders, (after) => read.push(after));
    let begunInFirst: readonly number[] = [];
    harness.onEvent = (event) => {
      if (event.kind === 'cycle' && harness.checkpoint.head === 105) begunInFirst = [...read];
    };
    await workOff(harness);
    assert.deepEqual(begunInFirst, [100, 105, 110]);
    assert.deepEqual(read.slice(0, 7), [100, 105, 110, 115, 120, 125, 130], 'each is read once');
    allOnRecord(harness, 30);
  });

  test('long cycles keep pages from being read twice: one is begun ahead, and is young enough', async () => {
    const harness = harnessWith(8 * PAGE);
    harness.answerMs = 6000;
    await workOff(harness);
    const asked = harness.asked.flat().filter((number) => number === harness.row(139).number);
    assert.equal(asked.length, 1, 'an order that Abacos has, on the last page');
  });

  test('an order that shows up late, below a page that was read already, is found', async () => {
    const harness = harnessWith(3 * PAGE);
    harness.row(107).visible = false;
    harness.onEvent = (event) => {
      if (event.kind === 'cycle') harness.row(107).visible = true;
    };
    const monitor = harness.monitor();
    harness.clock.after(harness.policy.runningCycleMs * 3, () => {
      harness.stop.abort();
    });
    await monitor.run(harness.adapters, harness.signals);
    allOnRecord(harness, 15);
  });

  test('a stop ends the loop with the cycle at hand, whatever was begun ahead', async () => {
    const harness = harnessWith(8 * PAGE);
    harness.onEvent = (event) => {
      if (event.kind === 'cycle') harness.stop.abort();
    };
    await harness.monitor().run(harness.adapters, harness.signals);
    assert.equal(harness.checkpoint.head, 105);
    const asked = harness.asked.length;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(harness.asked.length, asked);
  });

  test('a monitor that ceases to be the active one records nothing more', async () => {
    const harness = harnessWith(8 * PAGE);
    harness.onEvent = (event) => {
      if (event.kind === 'cycle') harness.election.role = { kind: 'standby', leader: 'host2' };
    };
    harness.clock.after(60_000, () => {
      harness.stop.abort();
    });
    await harness.monitor().run(harness.adapters, harness.signals);
    assert.equal(harness.checkpoint.head, 105);
  });
});

test('A single cycle asks about its own page and nothing else', async () => {
  const harness = harnessWith(3 * PAGE);
  await harness.monitor().cycle(harness.adapters(), harness.signals);
  assert.equal(harness.asked.flat().length, PAGE);
});
