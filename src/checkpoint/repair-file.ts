/** `repairs.json` beside the checkpoint: what repairs wait for, so that a restart does not forget it. */
import * as v from 'valibot';

import { TASKS } from '../core/command.ts';
import { isOrderId, type OrderId } from '../core/order.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import { hostFiles, type Files } from '../files/files.ts';
import { readJson, setAside, writeJson, type JsonFile } from '../files/json-file.ts';
import { messageOf } from '../text/error.ts';
import type { RewindFileOptions } from './rewind-file.ts';

/** Some 150 bytes for each order with a command in doubt, and 30 for each that was seen paid. */
const LARGEST_BYTES = 16 * 1024 * 1024;

const DAY_MS = 86_400_000;

const id = v.custom<OrderId>(isOrderId, 'is no order id');
const moment = v.pipe(v.number(), v.finite());
const duration = v.pipe(v.number(), v.minValue(0), v.maxValue(DAY_MS));

const PENDING = v.object({
  task: v.picklist(TASKS),
  commands: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  startedAt: moment,
  endedAt: moment,
  running: v.boolean(),
  denied: v.boolean(),
});

const SCHEMA = v.object({
  up: v.array(v.object({ from: moment, to: moment })),
  pending: v.array(v.tuple([id, PENDING])),
  lags: v.object({ insert_order: v.exactOptional(duration), confirm_payment: v.exactOptional(duration) }),
  /** Older versions have none. */
  paid: v.optional(v.array(v.tuple([id, moment])), []),
  out: v.optional(v.boolean(), false),
  turnedUpAt: v.nullable(moment),
});

/**
 * Losing the file costs time: whatever command was run is taken to be in doubt, and
 * the shop gets its whole time again. So a file that is damaged or can't be written
 * is said and never stops the service.
 */
export class RepairFile {
  readonly found: RepairMemory | undefined;
  readonly #file: JsonFile<RepairMemory>;
  readonly #report: (message: string) => void;
  #saved: Promise<void> = Promise.resolve();

  private constructor(file: JsonFile<RepairMemory>, report: (message: string) => void, found?: RepairMemory) {
    this.#file = file;
    this.#report = report;
    this.found = found;
  }

  /** Reads what is there. A damaged file is set aside under another name. The caller holds the lock. */
  static async open({ clock, files = hostFiles(), path, report }: RewindFileOptions): Promise<RepairFile> {
    const file = fileAt(path, files);
    const meanwhile = 'Repairs wait longer than they would have to';
    try {
      const read = await readJson(file);
      if (read.kind === 'found') return new RepairFile(file, report, read.value);
      if (read.kind === 'damaged') {
        const aside = await setAside(file, clock.now());
        report(
          `${path} does not hold what repairs wait for (${read.fault}). It was set aside as ${aside}. ${meanwhile}`,
        );
      }
    } catch (error) {
      report(`What repairs wait for can not be read: ${path}: ${messageOf(error)}. ${meanwhile}`);
    }
    return new RepairFile(file, report);
  }

  /** Resolves once it is on the disk. What fails is reported: then repairs wait longer after a restart. */
  async keep(memory: RepairMemory): Promise<void> {
    // One write at a time: each begins with a file of the same name.
    const turn = this.#saved.then(async () => writeJson(this.#file, memory));
    this.#saved = turn.catch(async (error: unknown) => {
      // What is there is too old to be relied on: without it, whatever was commanded is taken to be in doubt.
      await writeJson(this.#file, undefined).catch(() => undefined);
      this.#report(
        `What repairs wait for can not be kept in ${this.#file.path}: ${messageOf(error)}. ` +
          'After a restart they would wait longer than they have to',
      );
    });
    await this.#saved;
  }
}

/**
 * What was last kept, for those who only look: nothing is set aside or said. `undefined` where there is none that can
 * be read.
 *
 * @throws the system's own error when the file is there and can't be read
 */
export async function readRepairs(path: string, files: Files = hostFiles()): Promise<RepairMemory | undefined> {
  const read = await readJson(fileAt(path, files));
  return read.kind === 'found' ? read.value : undefined;
}

function fileAt(path: string, files: Files): JsonFile<RepairMemory> {
  return { path, files, schema: SCHEMA, largestBytes: LARGEST_BYTES };
}
