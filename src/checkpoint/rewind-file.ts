/** `rewind.json` beside the checkpoint: the progress of a rewind, so that it goes on after a restart. */
import { messageOf } from '../text/error.ts';
import * as v from 'valibot';

import { isOrderId, type OrderId } from '../core/order.ts';
import type { Rewind } from '../core/rewind.ts';
import { hostFiles, type Files } from '../files/files.ts';
import { readJson, setAside, writeJson, type JsonFile } from '../files/json-file.ts';
import { CheckpointIoError } from './faults.ts';

/** A rewind takes a few hundred bytes. */
const LARGEST_BYTES = 65_536;

const id = v.custom<OrderId>(isOrderId, 'is no order id');
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const SCHEMA = v.pipe(
  v.object({
    from: id,
    next: id,
    through: id,
    rate: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    by: v.string(),
    startedAt: v.pipe(v.string(), v.isoTimestamp()),
    asked: count,
    failing: count,
  }),
  v.check(({ from, next, through }) => from <= next && next <= through, 'its ids are not in order'),
);

export interface RewindFileOptions {
  readonly path: string;
  /** The file system of the host when left out. */
  readonly files?: Files;
  readonly clock: { now(): number };
  /** Takes a sentence that the operator should read in the log. */
  readonly report: (message: string) => void;
}

/**
 * Losing the file costs questions to Abacos and nothing else, so one that is
 * damaged or can't be written is said and never stops the service.
 */
export class RewindFile {
  readonly found: Rewind | undefined;
  readonly #file: JsonFile<Rewind>;
  readonly #report: (message: string) => void;

  private constructor(file: JsonFile<Rewind>, report: (message: string) => void, found: Rewind | undefined) {
    this.#file = file;
    this.#report = report;
    this.found = found;
  }

  /** Reads what is there. A file that is no rewind is set aside under another name. The caller holds the lock. */
  static async open({ clock, files = hostFiles(), path, report }: RewindFileOptions): Promise<RewindFile> {
    const file = fileAt(path, files);
    try {
      const read = await readJson(file);
      if (read.kind === 'found') return new RewindFile(file, report, read.value);
      if (read.kind === 'damaged') {
        const aside = await setAside(file, clock.now());
        report(
          `${path} does not hold a rewind (${read.fault}). It was set aside as ${aside}, and no rewind runs. ` +
            'If one was under way, start it again: order-monit rewind',
        );
      }
    } catch (error) {
      report(`The rewind that may be under way can not be read, so none runs: ${path}: ${messageOf(error)}`);
    }
    return new RewindFile(file, report, undefined);
  }

  /** Keeps the progress; `undefined` ends the rewind. What fails is reported: then a restart asks about some orders again. */
  async keep(rewind: Rewind | undefined): Promise<void> {
    try {
      await this.write(rewind);
    } catch (error) {
      this.#report(`${messageOf(error)}. The rewind goes on; after a restart it would begin where it was last kept`);
    }
  }

  /** As {@link keep} does, for whoever must know. @throws CheckpointIoError */
  async write(rewind: Rewind | undefined): Promise<void> {
    try {
      await writeJson(this.#file, rewind);
    } catch (error) {
      throw new CheckpointIoError(this.#file.path, 'keep the progress of the rewind in', error);
    }
  }
}

/** Reads the rewind that is under way, and changes nothing. @throws CheckpointIoError */
export async function readRewind(path: string, files: Files = hostFiles()): Promise<Rewind | undefined> {
  try {
    const read = await readJson(fileAt(path, files));
    return read.kind === 'found' ? read.value : undefined;
  } catch (error) {
    throw new CheckpointIoError(path, 'read', error);
  }
}

function fileAt(path: string, files: Files): JsonFile<Rewind> {
  return { path, files, schema: SCHEMA, largestBytes: LARGEST_BYTES };
}
