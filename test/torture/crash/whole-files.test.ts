/** The small files beside the checkpoint: after every crash there is the old one or the new one, whole. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RepairFile, RewindFile } from '../../../src/checkpoint/index.ts';
import { orderId } from '../../../src/core/order.ts';
import type { RepairMemory } from '../../../src/core/repair-memory.ts';
import { rewindFor, type Rewind } from '../../../src/core/rewind.ts';
import type { Files } from '../../../src/files/files.ts';
import { writeWholeFile } from '../../../src/files/whole-file.ts';
import { SimulatedDisk } from '../../checkpoint/disk.ts';
import { NOW_MS } from '../../checkpoint/fixtures.ts';
import { randomFrom, seeds } from '../trials.ts';
import { Medium, type Bounds, type Contents } from './medium.ts';
import { recorded } from './recorder.ts';

const REWIND_PATH = '/state/rewind.json';
const REPAIRS_PATH = '/state/repairs.json';
const CHECKPOINT = { '/state/checkpoint': Buffer.alloc(0) };

/** What was kept after each call, oldest first, and how many changes the disk had seen by then. */
interface Kept<Value> {
  readonly values: readonly Value[];
  readonly returned: readonly number[];
}

/** Does one thing after the other, and notes when each had returned. */
async function perform<Value>(
  medium: Medium,
  [first, ...values]: readonly [Value, ...Value[]],
  keep: (files: Files, value: Value) => Promise<void>,
): Promise<Kept<Value>> {
  const files = recorded(new SimulatedDisk(medium.cached()), medium);
  const returned = [medium.changes.length];
  for (const value of values) {
    await keep(files, value);
    returned.push(medium.changes.length);
  }
  return { values: [first, ...values], returned };
}

/** Looks at every state that a power loss may leave, with what may be in it. */
async function afterEachCrash<Value>(
  medium: Medium,
  { values, returned }: Kept<Value>,
  { bounds, look }: { bounds: Bounds; look: (state: Contents, allowed: readonly Value[]) => Promise<void> | void },
): Promise<number> {
  let states = 0;
  for (let at = 0; at <= medium.changes.length; at += 1) {
    const durable = returned.filter((changes) => changes <= at).length - 1;
    for (const state of medium.after(at).statesAfterCrash(bounds)) {
      states += 1;
      // The call that was under way may have done its work.
      await look(state, values.slice(durable, durable + 2));
    }
  }
  return states;
}

function boundsOf(seed: number): Bounds {
  return { blockBytes: 8 + 8 * seed, exhaustive: 4096, samples: 500, random: randomFrom(seed) };
}

async function openRewind(files: Files): Promise<{ file: RewindFile; said: string[] }> {
  const said: string[] = [];
  const report = (text: string): void => {
    said.push(text);
  };
  return { file: await RewindFile.open({ path: REWIND_PATH, files, clock: { now: () => NOW_MS }, report }), said };
}

async function openRepairs(files: Files): Promise<{ file: RepairFile; said: string[] }> {
  const said: string[] = [];
  const report = (text: string): void => {
    said.push(text);
  };
  return { file: await RepairFile.open({ path: REPAIRS_PATH, files, clock: { now: () => NOW_MS }, report }), said };
}

/** What is kept while so many commands are in doubt. */
function memoryOf(commands: number): RepairMemory {
  const pending = Array.from({ length: commands }, (_, index): RepairMemory['pending'][number] => [
    orderId(index + 1),
    { task: 'insert_order', commands: 1, startedAt: NOW_MS, endedAt: NOW_MS, running: index === 0, denied: false },
  ]);
  return {
    up: [{ from: NOW_MS - 1000, to: NOW_MS }],
    pending,
    lags: { insert_order: commands },
    paid: [],
    out: false,
    turnedUpAt: null,
  };
}

const BEGUN: Rewind = rewindFor({ from: orderId(5), rate: 3, by: 'ana' }, undefined, {
  head: orderId(90),
  at: new Date(NOW_MS).toISOString(),
});
const FURTHER: Rewind = { ...BEGUN, next: orderId(50), asked: 40, failing: 1 };

describe('After every crash', () => {
  for (const seed of seeds({ test: 2, torture: 60 })) {
    test(`a rewind goes on from where it was last kept, and nothing of it is damaged (seed ${seed})`, async () => {
      const medium = new Medium(CHECKPOINT);
      const keep = async (files: Files, rewind: Rewind | undefined): Promise<void> =>
        (await openRewind(files)).file.write(rewind);
      const kept = await perform<Rewind | undefined>(medium, [undefined, BEGUN, FURTHER, undefined, BEGUN], keep);
      const states = await afterEachCrash(medium, kept, {
        bounds: boundsOf(seed),
        look: async (state, allowed) => {
          const disk = new SimulatedDisk(state);
          const { file, said } = await openRewind(disk);
          assert.deepEqual(said, []);
          assert.ok(
            allowed.some((one) => JSON.stringify(one) === JSON.stringify(file.found)),
            `found ${JSON.stringify(file.found)}`,
          );
          // What a crash has left in the way keeps nobody from going on.
          await file.write(FURTHER);
          assert.deepEqual((await openRewind(disk)).file.found, FURTHER);
        },
      });
      assert.ok(states > 100, `only ${states} states`);
    });

    test(`of commands in doubt none is forgotten that was kept, and nothing of it is damaged (seed ${seed})`, async () => {
      const medium = new Medium(CHECKPOINT);
      const keep = async (files: Files, memory: RepairMemory | undefined): Promise<void> => {
        if (memory !== undefined) await (await openRepairs(files)).file.keep(memory);
      };
      const memories = [memoryOf(0), memoryOf(3), memoryOf(1)] as const;
      const kept = await perform<RepairMemory | undefined>(medium, [undefined, ...memories], keep);
      const states = await afterEachCrash(medium, kept, {
        bounds: boundsOf(seed),
        look: async (state, allowed) => {
          const disk = new SimulatedDisk(state);
          const { file, said } = await openRepairs(disk);
          assert.deepEqual(said, []);
          assert.ok(
            allowed.some((one) => JSON.stringify(one) === JSON.stringify(file.found)),
            `found ${JSON.stringify(file.found)}`,
          );
          await file.keep(memoryOf(2));
          assert.deepEqual((await openRepairs(disk)).file.found, memoryOf(2));
        },
      });
      assert.ok(states > 100, `only ${states} states`);
    });

    test(`the state of the alerts is the old one or the new one (seed ${seed})`, async () => {
      const path = '/state/alerts.json';
      const medium = new Medium({ ...CHECKPOINT, [path]: Buffer.from('the first state, of some length') });
      const keep = async (files: Files, text: string): Promise<void> =>
        writeWholeFile({ files, path, content: Buffer.from(text), mode: 0o600, replaces: true });
      const kept = await perform(
        medium,
        ['the first state, of some length', 'short', 'a state that is much longer than the one before it was', ''],
        keep,
      );
      const states = await afterEachCrash(medium, kept, {
        bounds: boundsOf(seed),
        look: (state, allowed) => {
          const found = state[path]?.toString('latin1');
          assert.ok(found !== undefined && allowed.includes(found), `found ${found}`);
        },
      });
      assert.ok(states > 50, `only ${states} states`);
    });
  }
});
