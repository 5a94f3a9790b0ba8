/** Orders whose calls fail or hang, over hours: what they cost the others, and what people are told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { OrderNumber } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import type { Erp } from '../../src/monitor/ports.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, Harness } from './harness.ts';

interface Made {
  readonly numbers: readonly OrderNumber[];
  readonly at: number;
}

/** A harness in which the calls about some orders hang until their deadline, or fail at once. */
class BadOrderHarness extends Harness {
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
    const harness = new BadOrderHarness();
    for (let id = 101; id <= 160; id += 1) harness.place(id);
    harness.bad.add(harness.row(130).number ?? '');
    await harness.runFor(6 * HOUR);
    assert.equal(harness.onRecord(130), 'FAILED UNKNOWN 0');
    assert.deepEqual(harness.unknownNow(), [130]);
    for (let id = 101; id <= 160; id += 1) if (id !== 130) assert.equal(harness.onRecord(id), 'SUCCESS OK 1');
    assert.equal(harness.outages(), 0);
    const hung = harness.calls.filter(({ numbers }) => numbers.some((number) => harness.bad.has(number)));
    for (let hour = 2; hour < 6; hour += 1) {
      const within = hung.filter(({ at }) => at >= hour * HOUR && at < (hour + 1) * HOUR);
      assert.ok(within.length <= 1, `${within.length} calls in hour ${hour}`);
      assert.ok(within.every(({ numbers }) => numbers.length === 1));
    }
    const said = harness.events.find((event) => event.kind === 'verdict' && event.orderId === 130);
    assert.match(said?.kind === 'verdict' ? (said.why ?? '') : '', /call about it alone fails: erp:80 did not answer/);
  });

  test('and is given up costs as little, and the new orders nothing', async () => {
    const harness = new BadOrderHarness();
    const number = harness.place(101, { inAbacos: false });
    await harness.leaveOpen(101, 5);
    harness.bad.add(number);
    for (let id = 102; id <= 111; id += 1) harness.place(id);
    await harness.runFor(3 * HOUR);
    for (let id = 102; id <= 111; id += 1) assert.equal(harness.onRecord(id), 'SUCCESS OK 1');
    assert.equal(harness.outages(), 0);
    const hung = harness.calls.filter(({ numbers }) => numbers.some((one) => one === number));
    assert.ok(hung.length <= 12, `${hung.length} calls`);
  });

  test('keeps no missing order from its repair, however many of them there are', async () => {
    const harness = new BadOrderHarness();
    harness.policy = { ...POLICY, pageSize: 5 };
    for (let id = 101; id <= 160; id += 1) harness.bad.add(harness.place(id));
    await harness.runFor(12 * HOUR);
    assert.equal(harness.unknownNow().length, 60);
    const missing = harness.place(161, { inAbacos: false });
    // The first command fails: it needs another look, beside sixty that are due as well.
    harness.onCommand = ({ number }) => {
      if (harness.commands.length === 1) return EXIT_1;
      harness.insert(number);
      return EXIT_0;
    };
    const from = harness.events.length;
    await harness.runFor(2 * HOUR);
    assert.equal(harness.inserts.get(missing), 1, harness.onRecord(161));
    assert.equal(harness.commands.length, 2);
    const repaired = harness.events.slice(from).find(({ kind }) => kind === 'repaired');
    assert.ok(repaired?.kind === 'repaired' && repaired.openMs < HOUR / 2);
    assert.equal(harness.outages(), 0);
  });
});

describe('Orders whose calls fail', () => {
  test('are all that an outage in between leaves unknown; it is said once, and it ends', async () => {
    const harness = new BadOrderHarness();
    harness.hangMs = 0;
    for (let id = 101; id <= 120; id += 1) harness.place(id);
    for (const id of [101, 102, 103]) harness.bad.add(harness.row(id).number ?? '');
    harness.clock.after(HOUR / 2, () => {
      harness.abacosDown = true;
      for (let id = 121; id <= 140; id += 1) harness.place(id, { inAbacos: id !== 130 });
    });
    harness.clock.after(HOUR, () => {
      harness.abacosDown = false;
    });
    await harness.runFor(5 * HOUR);
    assert.deepEqual(harness.unknownNow(), [101, 102, 103]);
    const unknown = new Set(
      harness.events.flatMap((event) =>
        event.kind === 'verdict' && event.record.verdict.reason === 'UNKNOWN' ? [event.orderId] : [],
      ),
    );
    assert.deepEqual([...unknown], [101, 102, 103]);
    assert.equal(harness.outages(), 1);
    assert.equal(harness.events.filter((event) => event.kind === 'up' && event.dependency === 'abacos').length, 1);
    assert.equal(harness.onRecord(130), 'SUCCESS OK 2');
  });

  test('are taken up as any other as soon as they are answered', async () => {
    const harness = new BadOrderHarness();
    harness.hangMs = 0;
    const number = harness.place(101, { inAbacos: false });
    harness.bad.add(number);
    harness.clock.after(HOUR, () => {
      harness.bad.clear();
    });
    await harness.runFor(4 * HOUR);
    assert.equal(harness.inserts.get(number), 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
  });

  test('are no reason to call Abacos down where nothing else was ever asked about', async () => {
    const harness = new BadOrderHarness();
    harness.hangMs = 0;
    for (let id = 101; id <= 110; id += 1) {
      const number = harness.place(id);
      if (id <= 105) harness.bad.add(number);
    }
    harness.checkpoint.records.clear();
    await harness.runFor(HOUR);
    assert.deepEqual(harness.unknownNow(), [101, 102, 103, 104, 105]);
    for (let id = 106; id <= 110; id += 1) assert.equal(harness.onRecord(id), 'SUCCESS OK 1');
    assert.equal(harness.outages(), 0);
  });
});
