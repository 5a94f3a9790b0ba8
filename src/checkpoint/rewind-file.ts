import { dirname } from 'node:path';

import * as v from 'valibot';

import { errorCode } from '../core/error-code.ts';
import { isOrderId, type OrderId } from '../core/order.ts';
import type { Rewind } from '../core/rewind.ts';
import { CheckpointIoError, reasonOf } from './faults.ts';
import { adopt, appendAll, hostFiles, NEW_FILE_MODE, type Files } from './files.ts';

/** A rewind takes a few hundred bytes. */
const LARGEST_BYTES = 65_536;

const id = v.custom<OrderId>((value) => typeof value === 'number' && isOrderId(value), 'is no order id');
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
 * The progress of a rewind, beside the checkpoint: one small file, replaced as
 * a whole. Losing it costs questions to Abacos and nothing else, so a file that
 * is damaged or can't be written is said and never stops the service.
 */
export class RewindFile {
  readonly #options: RewindFileOptions & { readonly files: Files };
  readonly found: Rewind | undefined;

  private constructor(options: RewindFileOptions & { files: Files }, found: Rewind | undefined) {
    this.#options = options;
    this.found = found;
  }

  /** Reads what is there. A file that is no rewind is set aside under another name. The caller holds the lock. */
  static async open(given: RewindFileOptions): Promise<RewindFile> {
    const options = { ...given, files: given.files ?? hostFiles() };
    const { clock, files, path, report } = options;
    try {
      const text = await readText(files, path);
      if (text === undefined) return new RewindFile(options, undefined);
      const parsed = parseRewind(text);
      if ('rewind' in parsed) return new RewindFile(options, parsed.rewind);
      const aside = `${path}.damaged-${new Date(clock.now()).toISOString().replace(/\.\d+|[-:]/g, '')}`;
      await files.rename(path, aside);
      await files.syncDirectory(dirname(path));
      report(
        `${path} does not hold a rewind (${parsed.fault}). It was set aside as ${aside}, and no rewind runs. ` +
          'If one was under way, start it again: order-monit rewind',
      );
    } catch (error) {
      report(`The rewind that may be under way can not be read, so none runs: ${path}: ${reasonOf(error)}`);
    }
    return new RewindFile(options, undefined);
  }

  /** Keeps the progress; `undefined` ends the rewind. What fails is reported: then a restart asks about some orders again. */
  async keep(rewind: Rewind | undefined): Promise<void> {
    try {
      await this.write(rewind);
    } catch (error) {
      this.#options.report(
        `${reasonOf(error)}. The rewind goes on; after a restart it would begin where it was last kept`,
      );
    }
  }

  /** As {@link keep} does, for whoever must know. @throws CheckpointIoError */
  async write(rewind: Rewind | undefined): Promise<void> {
    const { files, path } = this.#options;
    try {
      if (rewind === undefined) await files.remove(path);
      else await this.#replace(rewind);
      await files.syncDirectory(dirname(path));
    } catch (error) {
      throw new CheckpointIoError(path, 'keep the progress of the rewind in', error);
    }
  }

  async #replace(rewind: Rewind): Promise<void> {
    const { files, path } = this.#options;
    const temporary = `${path}.new`;
    await files.remove(temporary);
    const file = await files.open(temporary, 'create');
    try {
      // Root may write it, and the service reads it: it belongs to whom the folder belongs to.
      const { uid, gid } = await files.facts(dirname(path));
      await adopt(file, { mode: NEW_FILE_MODE, uid, gid });
      await appendAll(file, Buffer.from(`${JSON.stringify(rewind)}\n`));
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
  }
}

/** Reads the rewind that is under way, and changes nothing. @throws CheckpointIoError */
export async function readRewind(path: string, files: Files = hostFiles()): Promise<Rewind | undefined> {
  try {
    const text = await readText(files, path);
    const parsed = text === undefined ? undefined : parseRewind(text);
    return parsed !== undefined && 'rewind' in parsed ? parsed.rewind : undefined;
  } catch (error) {
    throw new CheckpointIoError(path, 'read', error);
  }
}

async function readText(files: Files, path: string): Promise<string | undefined> {
  try {
    const file = await files.open(path, 'read');
    try {
      const bytes = Buffer.alloc(LARGEST_BYTES);
      let filled = 0;
      for (let taken = -1; taken !== 0 && filled < bytes.length; filled += taken) {
        taken = await file.read(bytes.subarray(filled), filled);
      }
      return bytes.toString('utf8', 0, filled);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseRewind(text: string): { readonly rewind: Rewind } | { readonly fault: string } {
  try {
    const value: unknown = JSON.parse(text);
    const result = v.safeParse(SCHEMA, value);
    if (result.success) return { rewind: result.output };
    const [issue] = result.issues;
    return { fault: [v.getDotPath(issue), issue.message].filter((part) => part !== null).join(' ') };
  } catch {
    return { fault: 'it is not JSON' };
  }
}
