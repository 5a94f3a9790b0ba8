/** Random histories of a checkpoint against a model that keeps the newest record of each order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { CheckpointLog } from '../../src/checkpoint/index.ts';
import { orderId } from '../../src/core/order.ts';
import { FAILURE_REASONS, failed, SUCCESS } from '../../src/core/verdict.ts';
import { SimulatedDisk } from './disk.ts';
import { brief, entry, line, openWith, recordsOf } from './fixtures.ts';

const PATH = '/state/checkpoint';

/** What the checkpoint must amount to: the newest record of each order, in the order of their recording. */
class Model {
  readonly newest = new Map<number, string>([[10, '10 SUCCESS OK 1']]);
  head = 10;

  record(id: number, text: string, head: boolean): void {
    this.newest.delete(id);
    this.newest.set(id, text);
    if (head) this.head = id;
  }

  tidied(): void {
    this.record(this.head, this.newest.get(this.head) ?? '', false);
  }

  canonical(): string[] {
    const others = [...this.newest].filter(([id]) => id !== this.head).map(([, text]) => text);
    return [...others, `^${this.newest.get(this.head) ?? ''}`];
  }

  open(): number[] {
    return [...this.newest].filter(([, text]) => text.includes('FAILED')).map(([id]) => id);
  }
}

interface Setting {
  readonly disk: SimulatedDisk;
  log: CheckpointLog;
}

type Step = (setting: Setting, model: Model) => Promise<void>;

const open = (disk: SimulatedDisk): Promise<CheckpointLog> => openWith({ path: PATH, files: disk });

const verdicts = fc.constantFrom(SUCCESS, ...FAILURE_REASONS.map(failed));
const orders = fc.record({ id: fc.integer({ min: 0, max: 30 }), verdict: verdicts, attempts: fc.nat(9) });
const recording = fc
  .tuple(fc.uniqueArray(orders, { selector: ({ id }) => id, maxLength: 6 }), fc.boolean())
  .map(([page, moves]): Step => async ({ log }, model) => {
    const entries = page.map(({ id, ...rest }, index) =>
      entry(id, { ...rest, head: moves && index === page.length - 1 }),
    );
    await log.record(entries);
    for (const { record, head } of entries) model.record(record.orderId, brief(record), head);
  });
const tidying: Step = async ({ log }, model) => {
  await log.compact();
  model.tidied();
};
const ending: Step = async (setting, model) => {
  model.tidied();
  await setting.log.close();
  setting.log = await open(setting.disk);
};
const abandoning: Step = async (setting, model) => {
  model.tidied();
  await setting.log.abandon();
  setting.log = await open(setting.disk);
};
const tearing: Step = async (setting, model) => {
  model.tidied();
  await setting.log.abandon();
  const file = await setting.disk.open(PATH, 'append');
  await file.append(Buffer.from('7 23/11/2026-'));
  setting.log = await open(setting.disk);
};
const steps = fc.oneof(
  { weight: 6, arbitrary: recording },
  { weight: 1, arbitrary: fc.constantFrom<Step>(ending, abandoning, tearing, tidying) },
);

test('whatever is recorded, tidied, ended, cut off and opened again, the checkpoint amounts to the newest records', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (sequence) => {
      const model = new Model();
      const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
      const setting: Setting = { disk, log: await open(disk) };
      for (const step of sequence) {
        await step(setting, model);
        const { ledger } = setting.log;
        assert.equal(ledger.head, model.head);
        assert.deepEqual([...ledger.open.keys()].sort(), model.open().sort());
        for (let id = 0; id <= 30; id++) assert.equal(ledger.has(orderId(id)), model.newest.has(id));
        assert.deepEqual(await recordsOf({ path: PATH, files: disk }), model.canonical());
      }
      await setting.log.close();
      const text = disk.text(PATH) ?? '';
      const firstColumns = text
        .trimEnd()
        .split('\n')
        .map((one) => one.split(' ')[0]);
      const last = firstColumns.length - 1;
      assert.deepEqual(
        firstColumns,
        firstColumns.map((_, index) => (index === last ? '^HEAD' : String(index))),
      );
    }),
    { numRuns: 300 },
  );
});
