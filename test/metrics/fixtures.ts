/** Metrics over a ledger in memory, and events to feed them with. */
import type { RepairWait } from '../../src/core/repair-wait.ts';
import assert from 'node:assert/strict';

import type { CycleReport } from '../../src/core/event.ts';
import { WorkingLedger } from '../../src/core/ledger.ts';
import { orderId } from '../../src/core/order.ts';
import type { Dependency } from '../../src/core/outage.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { stampOf } from '../../src/core/stamp.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { createMetrics, type Metrics } from '../../src/metrics/index.ts';

export const T0 = Date.UTC(2026, 10, 20, 12);
export const MINUTE = 60_000;

export const CYCLE: CycleReport = {
  durationMs: 2500,
  judged: { fresh: 7, due: 2, late: 1 },
  settled: 6,
  failing: 2,
  commands: 1,
  repaired: 1,
  workLeft: false,
  interrupted: false,
  whole: true,
  headLag: { orders: 0, longestWaitMs: 0 },
};

export function record(id: number, verdict: Verdict, details: { attempts?: number; at?: number } = {}): OrderRecord {
  const { attempts = 1, at = T0 } = details;
  return { orderId: orderId(id), verdict, attempts, createdAt: stampOf(at), updatedAt: stampOf(at) };
}

export class Scene {
  now = T0;
  active = true;
  uncheckedS: number | undefined = 0;
  repairWait: RepairWait | undefined;
  checkpointBytes: number | undefined = 4096;
  readonly ledger = new WorkingLedger(orderId(10), -Infinity);
  readonly down = new Map<Dependency, number>();
  readonly configurationInForce = true;
  readonly metrics: Metrics = createMetrics({
    version: '1.2.3',
    now: () => this.now,
    ledger: this.ledger,
    maxAttempts: () => 4,
    downSince: (dependency) => this.down.get(dependency),
    configurationInForce: () => this.configurationInForce,
    uncheckedS: () => this.uncheckedS,
    repairWait: () => this.repairWait,
    isActive: () => this.active,
    checkpointBytes: async () => Promise.resolve(this.checkpointBytes),
  });

  async text(accept?: string): Promise<string> {
    return (await this.metrics.exposition(accept)).text;
  }

  /** The value of one series, named as in the text: `order_monit_leader`, `x{a="b"}`; `undefined` without a sample. */
  async value(series: string): Promise<number | undefined> {
    return valueIn(await this.text(), series);
  }

  async assertValues(expected: Readonly<Record<string, number | undefined>>): Promise<void> {
    const text = await this.text();
    const found = Object.fromEntries(Object.keys(expected).map((series) => [series, valueIn(text, series)]));
    assert.deepEqual(found, expected);
  }
}

export function valueIn(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** The names of all metrics in a text, as its `# TYPE` lines have them. */
export function familiesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
}
