/**
 * What must hold of the inserts of one order: whoever else sends it, and
 * however late Abacos shows one. It knows what nobody in the world can see: when
 * each was made, and when it shows.
 */
import type { Task } from '../../../src/core/command.ts';
import { REPAIR_WAIT_MS, SETTLE_MS } from './script.ts';

/** A command of a monitor, as the integration server has it. */
export interface Command {
  readonly host: string;
  /** `confirm_payment` inserts an order that Abacos does not show. */
  readonly task: Task;
  /** When the task ends or ended on the server: monotonic milliseconds. */
  readonly endsAt: number;
  /** The longest lag that is no excuse for another insert: what the host had seen when this command began. */
  readonly knownLagMs: number;
  /** How often a person had the order tried again before. */
  readonly retries: number;
}

export interface Insert {
  /** When it was made, and from when on Abacos shows it: monotonic milliseconds. */
  readonly at: number;
  readonly shownFrom: number;
  readonly by: 'queue' | Command;
}

/** So long an effect may take to show before any was seen. */
export const FIRST_WAIT_MS = 4 * REPAIR_WAIT_MS;
/** So many inserts of one order one monitor makes, however late they show. */
const MOST_INSERTS = 2;
/** Of moments in which calls were under way while Abacos went down. */
const MARGIN_MS = 60_000;

export interface InsertRules {
  /** How long the shop had between the placing of an order and a moment, with Abacos up. */
  readonly shopHadMs: (number: string, until: number) => number;
  readonly object: (what: string) => void;
}

/** Looks at an insert of an order that Abacos has already. */
export function judgeInsert(
  number: string,
  { before, insert, rules }: { before: readonly Insert[]; insert: Insert; rules: InsertRules },
): void {
  const pushed = [...before, insert].find(({ by }) => by === 'queue');
  const { by } = insert;
  const isBesideQueue = pushed !== undefined && [...before, insert].some((one) => one.by !== 'queue');
  if (isBesideQueue && rules.shopHadMs(number, pushed.shownFrom) <= SETTLE_MS - MARGIN_MS) {
    rules.object(`order ${number} is inserted beside the shop's queue, which had not had its time`);
  }
  if (by === 'queue') return;
  for (const earlier of before) {
    if (earlier.by === 'queue') continue;
    const lagMs = earlier.shownFrom - earlier.by.endsAt;
    if (lagMs <= by.knownLagMs) {
      rules.object(`order ${number} is inserted twice, although the first one shows ${lagMs} ms after its command`);
    }
  }
  const own = [...before, insert].filter(
    (one) => one.by !== 'queue' && one.by.host === by.host && one.by.task === by.task && one.by.retries === by.retries,
  );
  if (own.length > MOST_INSERTS) rules.object(`order ${number} is inserted ${own.length} times by ${by.host}`);
}
