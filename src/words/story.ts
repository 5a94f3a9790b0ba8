/** The story of one order in words: what the history has of it, line by line. */
import type { CommandOutcome } from '../core/command.ts';
import { commandsRun } from '../core/next.ts';
import { downText, upText, withHint } from '../core/outage.ts';
import type { OrderRecord } from '../core/record.ts';
import type { HistoryEntry } from '../history/index.ts';
import { oneLine } from '../text/printable.ts';
import { duration } from './duration.ts';
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

function textOf(entry: HistoryEntry, maxAttempts: number): string {
  switch (entry.kind) {
    case 'verdict': {
      const late = entry.late ? ', showed up late' : '';
      const before = entry.previous === undefined ? '' : `, ${verdictOf(entry.previous)} before`;
      return `found ${verdictOf(entry.record)}${because(entry.why)}${late}${before}${attempts(entry.record, maxAttempts)}`;
    }
    case 'given-up':
      return `given up: ${entry.why}`;
    case 'command-started':
      return `${entry.task} is run on the integration server (attempt ${entry.attempt} of ${maxAttempts})`;
    case 'command-ended':
      return `${entry.task} ${ending(entry.outcome)}`;
    case 'repaired':
      return `is in Abacos now, ${duration(entry.openMs)} after it was found failing`;
    case 'not-repaired': {
      const { found } = entry;
      return `still ${found.status} ${found.reason}${because(entry.why)} after ${entry.task} (attempt ${entry.attempt} of ${maxAttempts})`;
    }
    case 'lag-learned':
      return `showed up ${duration(entry.lagMs)} after its command: a second ${entry.task} waits so long from now on`;
    case 'row-gone':
      return `its row is no longer in the shop's table; on record as ${verdictOf(entry.record)}`;
    case 'retry':
      return `gets its ${maxAttempts} attempts again, asked for by ${entry.by}`;
    case 'retry-many':
      return `${entry.by} has ${entry.count} given-up orders retried`;
    case 'rewind':
      return `rewind over ids ${entry.rewind.from} to ${entry.rewind.through} ${entry.step} (${entry.by})`;
    case 'went-back':
      return `the shop has no order any more that is newer than id ${entry.newest}; checked were those up to ${entry.head}`;
    case 'undated':
      return `${counted(entry.count, 'open order')} without a date`;
    case 'strange-ids':
      return `ids that can not be on record: ${entry.ids.join(', ')}`;
    case 'repairs-wait':
      return entry.wait === undefined ? 'no repair waits for the shop any more' : 'repairs wait for the shop';
    case 'standing':
      return entry.standing.kind === 'active' ? 'this monitor is the active one' : 'this monitor is not the active one';
    case 'run-now':
      return `${entry.by} has the next cycle begin at once`;
    case 'alert':
      return `alert by ${entry.channel}: ${entry.subject}`;
    case 'down':
      return withHint(`${downText(entry.dependency)}: ${entry.reason}`, entry.hint);
    case 'up':
      return upText(entry.dependency, duration(entry.downMs));
    case 'cycle':
      return `cycle of ${duration(entry.report.durationMs)}`;
    case 'backlog':
      return `${counted(entry.ordersLeft, 'order')} left`;
    case 'lost':
      return `${entry.entries} entries are missing here`;
  }
}

function verdictOf({ verdict }: OrderRecord): string {
  return `${verdict.status} ${verdict.reason}`;
}

function attempts(record: OrderRecord, maxAttempts: number): string {
  const count = commandsRun(record, maxAttempts);
  if (count === undefined) return '';
  return count === 0 ? '; no attempt so far' : `; after ${counted(count, 'attempt')}`;
}

function because(why: string | undefined): string {
  return why === undefined ? '' : ` (${why})`;
}

function ending(outcome: CommandOutcome): string {
  const took = duration(outcome.durationMs);
  switch (outcome.kind) {
    case 'exited':
      return `ended with exit status ${outcome.status} after ${took}`;
    case 'killed':
      return `was ended after ${took}: ${outcome.why}`;
    case 'busy':
      return 'was not started: a command for this order was still running on the integration server';
    case 'too-soon':
      return 'was not started: a command for this order had ended moments before';
    case 'not-started':
      return `could not be started: ${outcome.why}`;
    case 'lost':
      return `was lost sight of after ${took}: ${outcome.why}. It may have run on`;
  }
}
