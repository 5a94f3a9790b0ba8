/** The checkpoint at work on a disk that notes all of it, with what may be found after a crash at each point. */
import assert from 'node:assert/strict';

import type { CheckpointLog } from '../../../src/checkpoint/index.ts';
import type { LedgerEntry } from '../../../src/core/ledger.ts';
import type { Files } from '../../../src/files/files.ts';
import { SimulatedDisk } from '../../checkpoint/disk.ts';
import { brief, openWith, recordsOf } from '../../checkpoint/fixtures.ts';
import { type Medium } from './medium.ts';
import { recorded } from './recorder.ts';

export const PATH = '/state/checkpoint';

/** What the records were after each line, oldest first, and which of these has been said to be durable. */
export interface History {
  readonly versions: readonly string[];
  readonly durable: number;
}

interface Mark extends History {
  /** How many changes the disk had seen by then. */
  readonly changes: number;
}

export class Session {
  readonly medium: Medium;
  readonly #files: Files;
  readonly #marks: Mark[];
  #attempted: readonly string[];
  #records = new Map<number, string>();
  #head = 0;

  private constructor(medium: Medium, history: History) {
    this.medium = medium;
    this.#files = recorded(new SimulatedDisk(medium.cached()), medium);
    this.#marks = [{ ...history, changes: medium.changes.length }];
    this.#attempted = history.versions;
  }

  /** Lets the checkpoint work on a disk. @throws when it does not start, or does not show what it must */
  static async run(
    medium: Medium,
    history: History,
    work: (session: Session, log: CheckpointLog) => Promise<void>,
  ): Promise<Session> {
    const session = new Session(medium, history);
    const log = await openWith({ path: PATH, files: session.#files });
    session.#opened(await recordsOf({ path: PATH, files: session.#files }));
    await work(session, log);
    await log.abandon();
    return session;
  }

  /** The crashes that it can meet, by the number of changes before each. */
  get crashPoints(): readonly number[] {
    const first = this.#marks[0]?.changes ?? 0;
    return Array.from({ length: this.medium.changes.length - first + 1 }, (_, index) => first + index);
  }

  /** What may be found after a crash behind so many changes: what was said to be durable, or more of what was begun. */
  historyAt(changes: number): History {
    const said = this.#marks.filter((mark) => mark.changes <= changes).at(-1);
    const next = this.#marks.find((mark) => mark.changes > changes);
    return { versions: next?.versions ?? this.#attempted, durable: said?.durable ?? 0 };
  }

  async page(log: CheckpointLog, ...entries: readonly LedgerEntry[]): Promise<void> {
    const versions = [...this.#attempted];
    // The line that moves the head is written last.
    for (const { record, head } of [...entries].sort((a, b) => Number(a.head) - Number(b.head))) {
      this.#records.set(record.orderId, brief(record));
      if (head) this.#head = record.orderId;
      versions.push(textOf(this.#records, this.#head));
    }
    this.#attempted = versions;
    await log.record(entries);
    this.#mark(versions.length - 1);
  }

  /** All that it shows once it is open has been said to be durable by that. */
  #opened(records: readonly string[]): void {
    this.#head = idOf(records.find((record) => record.startsWith('^')) ?? '');
    this.#records = new Map(records.map((record) => [idOf(record), record.replace('^', '')]));
    const found = textOf(this.#records, this.#head);
    const { versions, durable } = this.historyAt(this.medium.changes.length);
    const index = versions.lastIndexOf(found);
    assert.ok(index >= durable, `found ${found}, which is none of\n${versions.slice(durable).join('\n')}`);
    this.#attempted = versions.slice(0, index + 1);
    this.#mark(index);
  }

  #mark(durable: number): void {
    this.#marks.push({ versions: this.#attempted, durable, changes: this.medium.changes.length });
  }
}

export function textOf(records: ReadonlyMap<number, string>, head: number): string {
  return [...records]
    .map(([id, text]) => (id === head ? `^${text}` : text))
    .sort()
    .join(', ');
}

function idOf(record: string): number {
  return Number(/\d+/.exec(record)?.[0]);
}
