import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { CheckpointLog } from '../../src/checkpoint/index.ts';
import { orderId } from '../../src/core/order.ts';
import { FAILURE_REASONS, failed, SUCCESS } from '../../src/core/verdict.ts';
import { brief, entry, line, openWith, recordsOf } from './fixtures.ts';
import { SimulatedDisk } from './disk.ts';

const PATH = '/state/checkpoint';

interface Line {
  readonly id: number;
  readonly text: string;
  readonly head: boolean;
}

/** What the checkpoint must amount to: the newest record of each order, in the order of their recording. */
class Model {
  readonly newest = new Map<number, string>();
  head = 10;
  /** The file's. */
  #lines: Line[] = [];
  /** What counts as recorded. */
  #known = new Map<number, string>();

  constructor() {
    this.record(10, '10 SUCCESS OK 1', true);
  }

  record(id: number, text: string, head: boolean): void {
    this.newest.delete(id);
    this.newest.set(id, text);
    if (head) this.head = id;
    this.#lines.push({ id, text, head: id === this.head });
    this.#note({ id, text, head });
  }

  tidied(): void {
    const text = this.newest.get(this.head) ?? '';
    this.newest.delete(this.head);
    this.newest.set(this.head, text);
    this.#lines = [...this.newest].map(([id, text]) => ({ id, text, head: id === this.head }));
  }

  /** Another process reads the file, from its first line on. */
  reopened(): void {
    this.#known = new Map();
    for (const line of this.#lines) this.#note(line);
  }

  has(id: number): boolean {
    return this.#known.has(id);
  }

  /** A head that goes back leaves no settled order behind it on record. */
  #note({ id, text, head }: Line): void {
    this.#known.set(id, text);
    if (!head) return;
    for (const [one, said] of this.#known) if (one > id && said.includes('SUCCESS')) this.#known.delete(one);
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
  await log.tidy();
  model.tidied();
};
const ending: Step = async (setting, model) => {
  model.tidied();
  model.reopened();
  await setting.log.close();
  setting.log = await open(setting.disk);
};
const abandoning: Step = async (setting, model) => {
  model.reopened();
  model.tidied();
  await setting.log.abandon();
  setting.log = await open(setting.disk);
};
const tearing: Step = async (setting, model) => {
  model.reopened();
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
        for (let id = 0; id <= 30; id++) assert.equal(ledger.has(orderId(id)), model.has(id), `order ${id}`);
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
