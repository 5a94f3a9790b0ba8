/** Opened histories, events, and one entry of each kind that is kept, for the tests of this room. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed, SUCCESS, type Verdict } from '../../src/core/verdict.ts';
import { History, type HistoryEvent, type HistoryOptions } from '../../src/history/index.ts';

/** The moment that every test's clock shows unless it says otherwise. */
export const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
export const MISSING = failed('NOT_FOUND');

export async function stateDirectory(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'history-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Opened {
  readonly history: History;
  /** What the operator was told. */
  readonly reports: string[];
}

/** A history with room for everything, unless told otherwise. */
export function openHistory(options: Partial<HistoryOptions> & Pick<HistoryOptions, 'stateDirectory'>): Opened {
  const reports: string[] = [];
  const history = new History({
    limitBytes: () => 64_000_000,
    clock: { now: () => NOW_MS },
    report: (message) => reports.push(message),
    ...options,
  });
  return { history, reports };
}

/** Writes these, as a run of the service would, and ends it. */
export async function write(directory: string, events: readonly HistoryEvent[], nowMs = NOW_MS): Promise<void> {
  const { history } = openHistory({ stateDirectory: directory, clock: { now: () => nowMs } });
  for (const event of events) history.append(event);
  await history.close(60_000);
}

export async function textOf(directory: string, name = 'history'): Promise<string> {
  return readFile(join(directory, name), 'utf8');
}

export function recordOf(id: number, verdict: Verdict = MISSING, attempts = 1): OrderRecord {
  const at = stampOf(NOW_MS);
  return { orderId: orderId(id), verdict, attempts, createdAt: at, updatedAt: at };
}

export function nameOf(id: number): { orderId: ReturnType<typeof orderId>; orderNumber: string } {
  return { orderId: orderId(id), orderNumber: String(1_000_000 + id) };
}

type Of<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>;

export function missing(id: number): Of<'verdict'> {
  return { kind: 'verdict', ...nameOf(id), record: recordOf(id), previous: undefined, late: false };
}

export function settledAtOnce(id: number): Of<'verdict'> {
  return { kind: 'verdict', ...nameOf(id), record: recordOf(id, SUCCESS), previous: undefined, late: false };
}

export function rowGone(id: number, orderNumber: string): Of<'row-gone'> {
  return { kind: 'row-gone', orderId: orderId(id), orderNumber, record: recordOf(id) };
}

/** One of each kind that is kept, all about order 7 as far as they are about an order. */
export const ONE_OF_EACH: readonly HistoryEvent[] = [
  {
    ...missing(7),
    why: 'no row',
    late: true,
    record: recordOf(7),
    previous: recordOf(7, failed('UNKNOWN'), 0),
  },
  { kind: 'command-started', ...nameOf(7), task: 'insert_order', attempt: 1 },
  {
    kind: 'command-ended',
    ...nameOf(7),
    task: 'insert_order',
    outcome: {
      kind: 'exited',
      status: 1,
      durationMs: 1234,
      output: ['rake aborted!', 'RuntimeError: sem "estoque"\u2028'],
    },
  },
  { kind: 'command-ended', ...nameOf(7), task: 'insert_order', outcome: { kind: 'busy', durationMs: 3, output: [] } },
  {
    kind: 'command-ended',
    ...nameOf(7),
    task: 'confirm_payment',
    outcome: { kind: 'lost', why: 'the connection was lost', durationMs: 3, output: [] },
  },
  { kind: 'not-repaired', ...nameOf(7), record: recordOf(7), task: 'insert_order', attempt: 1, found: MISSING },
  { kind: 'repaired', ...nameOf(7), record: recordOf(7, SUCCESS, 2), openMs: 60_000 },
  { kind: 'given-up', ...nameOf(7), record: recordOf(7, MISSING, 5), why: 'its attempts are used up' },
  { kind: 'row-gone', orderId: orderId(7), orderNumber: null, record: recordOf(7) },
  { kind: 'row-found', ...nameOf(7), record: recordOf(7), again: true },
  { kind: 'retry', orderId: orderId(7), orderNumber: null, record: recordOf(7, MISSING, 0), by: 'ana' },
  {
    kind: 'dismissed',
    orderId: orderId(7),
    orderNumber: null,
    record: recordOf(7, failed('DISMISSED'), 5),
    by: 'ana',
    why: 'the customer cancelled',
  },
  {
    kind: 'alert',
    alert: 'given-up',
    channel: 'mail',
    subject: 'Order 1000007 is given up',
    orders: [nameOf(7), nameOf(8)],
  },
  { kind: 'went-back', head: orderId(9), newest: orderId(7), from: orderId(8) },
  { kind: 'down', dependency: 'abacos', reason: 'refused', hint: undefined },
  { kind: 'up', dependency: 'abacos', downMs: 4000 },
  {
    kind: 'cycle',
    report: {
      durationMs: 100,
      judged: { fresh: 1, due: 0, late: 0 },
      settled: 0,
      failing: 1,
      commands: 0,
      repaired: 0,
      workLeft: false,
      interrupted: false,
      whole: true,
    },
  },
];

/** How many of them are about order 7. */
export const ABOUT_SEVEN = 13;
