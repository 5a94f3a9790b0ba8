/** The story of one order: what the history has of it, line by line. */
import { commandsRun } from '../core/next.ts';
import type { OrderRecord } from '../core/record.ts';
import type { HistoryEntry } from '../history/index.ts';
import { oneLine } from '../text/printable.ts';
import { sentenceFor } from './events.ts';
import { because, orderSentence } from './order-events.ts';
import { counted } from './sentence.ts';

const MAX_LENGTH = 1000;

/** An entry in one line, and below it what a command wrote. Each is fit for a terminal. */
export function storyLines(entry: HistoryEntry, maxAttempts: number): { text: string; below: readonly string[] } {
  const below = entry.kind === 'command-ended' ? entry.outcome.output : [];
  return {
    text: oneLine(textOf(entry, maxAttempts), MAX_LENGTH),
    below: below.map((line) => oneLine(line, MAX_LENGTH)),
  };
}

/** The log's words where it has nothing to add. */
function textOf(entry: HistoryEntry, maxAttempts: number): string {
  if (entry.kind === 'verdict') {
    const late = entry.late ? ', showed up late' : '';
    const before = entry.previous === undefined ? '' : `, ${verdictOf(entry.previous)} before`;
    return `found ${verdictOf(entry.record)}${because(entry.why)}${late}${before}${attempts(entry.record, maxAttempts)}`;
  }
  if (entry.kind === 'given-up') return `given up: ${entry.why}`;
  if (entry.kind === 'alert') return `alert by ${entry.channel}: ${entry.subject}`;
  if (entry.kind === 'lost') return `${entry.entries} entries are missing here`;
  if (!('orderId' in entry)) return sentenceFor(entry, maxAttempts).text;
  // What a command wrote is shown below.
  const event = entry.kind === 'command-ended' ? { ...entry, outcome: { ...entry.outcome, output: [] } } : entry;
  return orderSentence(event, maxAttempts).text;
}

function verdictOf({ verdict }: OrderRecord): string {
  return `${verdict.status} ${verdict.reason}`;
}

function attempts(record: OrderRecord, maxAttempts: number): string {
  const count = commandsRun(record, maxAttempts);
  if (count === undefined) return '';
  return count === 0 ? '; no attempt so far' : `; after ${counted(count, 'attempt')}`;
}
