/** Recovery at a start: reads the checkpoint, cuts off what a crash has torn, and makes lines and name durable. */
import { hostFiles, type Files, type OpenFile } from '../files/files.ts';
import { ForeignFile } from '../files/own-file.ts';
import { errorCode } from '../text/error.ts';
import {
  CheckpointFault,
  CheckpointIoError,
  ForeignCheckpoint,
  HeadlessCheckpoint,
  MissingCheckpoint,
} from './faults.ts';
import { CheckpointLog } from './log.ts';
import { survey, type Survey } from './survey.ts';
import { syncFolderOf, compactionPath } from './compaction.ts';
import { cutTornTail } from './torn.ts';

const DAY_MS = 86_400_000;

/**
 * For how much longer than the late window ids are remembered: the sweep
 * reaches a day further than that, from the newest record, which may be a day old.
 */
const SLACK_MS = 2 * DAY_MS;

export interface OpenOptions {
  readonly path: string;
  /** The file system of the host when left out. */
  readonly files?: Files;
  readonly clock: { now(): number };
  /** SUCCESS records last updated longer ago are dropped when the file is compacted. `Infinity` keeps all. */
  readonly keepSettledMs: number;
  /** How far back the sweep for late rows reaches: the ids of that time are kept and remembered. */
  readonly lateWindowMs: number;
  /** Takes a sentence that the operator should read in the log. */
  readonly report: (message: string) => void;
}

/**
 * Opens the checkpoint for work: reads it, saves and cuts off what a crash has
 * torn, and brings a short one into the canonical form. A long one is compacted
 * while the service runs, if that is worthwhile. The caller holds the
 * state directory's lock.
 *
 * @throws MissingCheckpoint, ForeignCheckpoint, HeadlessCheckpoint, DamagedCheckpoint: the operator must act, and nothing was changed
 * @throws CheckpointIoError when the file can't be read, or not be brought into form
 */
export async function openCheckpoint(options: OpenOptions): Promise<CheckpointLog> {
  const files = options.files ?? hostFiles();
  const { path } = options;
  let file: OpenFile;
  try {
    file = await files.open(path, 'append');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new MissingCheckpoint(path);
    if (error instanceof ForeignFile) throw new ForeignCheckpoint(path, error);
    throw new CheckpointIoError(path, 'open the checkpoint', error);
  }
  let log: CheckpointLog;
  try {
    log = await recover({ ...options, files }, file);
  } catch (error) {
    await file.close();
    if (error instanceof CheckpointFault) throw error;
    throw new CheckpointIoError(path, 'read and mend the checkpoint', error);
  }
  try {
    await log.compactIfShort();
  } catch (error) {
    // Of the two files it has one by then, and knows which.
    await log.abandon();
    throw error;
  }
  return log;
}

interface Recovery extends OpenOptions {
  readonly files: Files;
}

async function recover(options: Recovery, file: OpenFile): Promise<CheckpointLog> {
  const { files, path, clock, keepSettledMs, lateWindowMs, report } = options;
  const rememberMs = lateWindowMs + SLACK_MS;
  const nowMs = clock.now();
  const facts = await file.facts();
  const read = (rememberFromMs: number): Promise<Survey> => survey({ path, file, size: facts.size, rememberFromMs });
  let rememberFromMs = nowMs - rememberMs;
  let found = await read(rememberFromMs);
  if (found.newestMs < nowMs - DAY_MS) {
    // After a stop of days the sweep for late rows goes on where it left off: it needs the ids from before the stop.
    rememberFromMs = found.newestMs - rememberMs;
    found = await read(rememberFromMs);
  }
  const { ledger } = found;
  if (ledger === undefined) throw new HeadlessCheckpoint(path);
  const torn = await cutTornTail({ files, path, file, survey: found, nowMs });
  if (torn !== undefined) {
    report(
      `The checkpoint ${path} ended in ${torn.bytes} bytes that a crash had torn, from line ${found.torn?.line} on. ` +
        `They were never acted on; they were cut off and saved as ${torn.savedAs}`,
    );
  }
  await files.remove(compactionPath(path));
  // An earlier process may have been killed with lines that were not durable yet, which are read all the same. What
  // is appended makes itself durable and nothing before it: a power loss would leave a hole in front of it.
  await file.sync();
  // An earlier process may have been killed before it could make the name of this file durable. A power loss
  // would then bring back the file from before, without what is recorded from here on.
  await syncFolderOf(files, path);
  ledger.forgetBefore(rememberFromMs);
  return new CheckpointLog({
    path,
    files,
    clock,
    report,
    keepSettledMs,
    rememberMs,
    file,
    facts,
    survey: found,
    ledger,
    torn,
  });
}
