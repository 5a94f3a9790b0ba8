/** Orders whose calls fail or hang, over hours: what they cost the others, and what people are told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { OrderNumber } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import type { Erp } from '../../src/monitor/ports.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, World } from './world.ts';

interface Made {
  readonly numbers: readonly OrderNumber[];
  readonly at: number;
}

/** A world in which the calls about some orders hang until their deadline, or fail at once. */
class BadWorld extends World {
  readonly calls: Made[] = [];
  readonly bad = new Set<string>();
  hangMs = 60_000;

  constructor() {
    super();
    const { adapters } = this;
    this.adapters = () => {
      const usual = adapters();
      return { ...usual, erp: this.#erpOver(usual.erp) };
    };
  }

  #erpOver(erp: Erp): Erp {
    return {
      ...erp,
      call: async (numbers, signal) => {
        this.calls.push({ numbers, at: this.clock.monotonic() });
        const bad = numbers.find((number) => this.bad.has(number));
        if (bad === undefined || this.abacosDown) return erp.call(numbers, signal);
        await this.clock.wait(this.hangMs, signal);
        throw new Outage({ dependency: 'abacos', reason: `erp:80 did not answer about ${bad}` });
      },
    };
  }

  /** Lets a monitor run for so long. */
  async runFor(ms: number): Promise<void> {
    const stop = new AbortController();
    this.clock.after(ms, () => {
      stop.abort();
    });
    await this.monitor().run(this.adapters, { stop: stop.signal, abandon: this.abandon.signal });
  }

  unknownNow(): number[] {
    return [...this.checkpoint.open.values()].flatMap(({ orderId, verdict }) =>
      verdict.reason === 'UNKNOWN' ? [orderId] : [],
    );
  }

  outages(): number {
    return this.events.filter((event) => event.kind === 'down' && event.dependency === 'abacos').length;
  }
}

describe('An order whose call hangs', () => {
  test('costs one deadline an hour once it is known, and no other order anything', async () => {
    const world = new BadWorld();
    for (let id = 101; id <= 160; id += 1) world.place(id);
    world.bad.add(world.row(130).number ?? '');
    await world.runFor(6 * HOUR);
    assert.equal(world.onRecord(130), 'FAILED UNKNOWN 0');
    assert.deepEqual(world.unknownNow(), [130]);
    for (let id = 101; id <= 160; id += 1) if (id !== 130) assert.equal(world.onRecord(id), 'SUCCESS OK 1');
    assert.equal(world.outages(), 0);
    const hung = world.calls.filter(({ numbers }) => numbers.some((number) => world.bad.has(number)));
    for (let hour = 2; hour < 6; hour += 1) {
      const within = hung.filter(({ at }) => at >= hour * HOUR && at < (hour + 1) * HOUR);
      assert.ok(within.length <= 1, `${within.length} calls in hour ${hour}`);
      assert.ok(within.every(({ numbers }) => numbers.length === 1));
    }
    const said = world.events.find((event) => event.kind === 'verdict' && event.orderId === 130);
    assert.match(said?.kind === 'verdict' ? (said.why ?? '') : '', /call about it alone fails: erp:80 did not answer/);
  });

  test('and is given up costs as little, and the new orders nothing', async () => {
    const world = new BadWorld();
    const number = world.place(101, { inAbacos: false });
    await world.leaveOpen(101, 5);
    world.bad.add(number);
    for (let id = 102; id <= 111; id += 1) world.place(id);
    await world.runFor(3 * HOUR);
    for (let id = 102; id <= 111; id += 1) assert.equal(world.onRecord(id), 'SUCCESS OK 1');
    assert.equal(world.outages(), 0);
    const hung = world.calls.filter(({ numbers }) => numbers.some((one) => one === number));
    assert.ok(hung.length <= 12, `${hung.length} calls`);
  });

  test('keeps no missing order from its repair, however many of them there are', async () => {
    const world = new BadWorld();
    world.policy = { ...POLICY, pageSize: 5 };
    for (let id = 101; id <= 160; id += 1) world.bad.add(world.place(id));
    await world.runFor(12 * HOUR);
    assert.equal(world.unknownNow().length, 60);
    const missing = world.place(161, { inAbacos: false });
    // The first command fails: it needs another look, beside sixty that are due as well.
    world.onCommand = ({ number }) => {
      if (world.commands.length === 1) return EXIT_1;
      world.insert(number);
      return EXIT_0;
    };
    const from = world.events.length;
    await world.runFor(2 * HOUR);
    assert.equal(world.inserts.get(missing), 1, world.onRecord(161));
    assert.equal(world.commands.length, 2);
    const repaired = world.events.slice(from).find(({ kind }) => kind === 'repaired');
    assert.ok(repaired?.kind === 'repaired' && repaired.openMs < HOUR / 2);
    assert.equal(world.outages(), 0);
  });
});

describe('Orders whose calls fail', () => {
  test('are all that an outage in between leaves unknown; it is said once, and it ends', async () => {
    const world = new BadWorld();
    world.hangMs = 0;
    for (let id = 101; id <= 120; id += 1) world.place(id);
    for (const id of [101, 102, 103]) world.bad.add(world.row(id).number ?? '');
    world.clock.after(HOUR / 2, () => {
      world.abacosDown = true;
      for (let id = 121; id <= 140; id += 1) world.place(id, { inAbacos: id !== 130 });
    });
    world.clock.after(HOUR, () => {
      world.abacosDown = false;
    });
    await world.runFor(5 * HOUR);
    assert.deepEqual(world.unknownNow(), [101, 102, 103]);
    const unknown = new Set(
      world.events.flatMap((event) =>
        event.kind === 'verdict' && event.record.verdict.reason === 'UNKNOWN' ? [event.orderId] : [],
      ),
    );
    assert.deepEqual([...unknown], [101, 102, 103]);
    assert.equal(world.outages(), 1);
    assert.equal(world.events.filter((event) => event.kind === 'up' && event.dependency === 'abacos').length, 1);
    assert.equal(world.onRecord(130), 'SUCCESS OK 2');
  });

  test('are taken up as any other as soon as they are answered', async () => {
    const world = new BadWorld();
    world.hangMs = 0;
    const number = world.place(101, { inAbacos: false });
    world.bad.add(number);
    world.clock.after(HOUR, () => {
      world.bad.clear();
    });
    await world.runFor(4 * HOUR);
    assert.equal(world.inserts.get(number), 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
  });

  test('are no reason to call Abacos down where nothing else was ever asked about', async () => {
    const world = new BadWorld();
    world.hangMs = 0;
    for (let id = 101; id <= 110; id += 1) {
      const number = world.place(id);
      if (id <= 105) world.bad.add(number);
    }
    world.checkpoint.records.clear();
    await world.runFor(HOUR);
    assert.deepEqual(world.unknownNow(), [101, 102, 103, 104, 105]);
    for (let id = 106; id <= 110; id += 1) assert.equal(world.onRecord(id), 'SUCCESS OK 1');
    assert.equal(world.outages(), 0);
  });
});
