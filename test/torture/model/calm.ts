/** The end of a trial, in which nothing goes wrong any more: what has to become of everything by itself. */
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Abacos } from './abacos.ts';
import type { Host } from './host.ts';
import type { Operator } from './operator.ts';
import { faultsOf } from './outcome.ts';
import type { Again } from './repair-witness.ts';
import { HOUR, MINUTE, SETTLE_MS, type Poison } from './script.ts';
import type { Row, Shop } from './shop.ts';

/**
 * Within this time every order has to be settled or given up. What takes longest: all that could tell that the
 * integration side works again have two commands in doubt, and wait for a day until a third one may be tried; the one
 * after that waits as long as the longest lag that was learned, up to another day. Seen: a third command
 * after 71 hours, which then has its own wait, and four commands a day apart.
 */
const CALM_MS = 152 * HOUR;
/** How often it is looked whether that is so. */
const LOOK_MS = 30 * MINUTE;
/** How often an order that only hangs is asked about, once that is known, is looked at for so long, so much later. */
const KNOWN_AFTER_MS = 2 * HOUR;
const HANGS_FOR_MS = 3 * HOUR;

export interface CalmOptions {
  readonly clock: VirtualClock;
  readonly hosts: readonly Host[];
  readonly shop: Shop;
  readonly abacos: Abacos;
  readonly operator: Operator;
  readonly maxAttempts: number;
  readonly recheckMs: number;
  readonly poison: (number: string) => Poison['how'] | undefined;
  /** Since when Abacos does not have an order any more that it had under its number. */
  readonly lostAt: (row: Row) => number | undefined;
  /** Has this host work, and no other. */
  readonly lead: (host: Host) => void;
  /** Something must not have been. */
  readonly isOver: () => boolean;
}

/** One host after another has to bring all orders to their end. @returns what is not as it has to be */
export async function objectionInCalm(options: CalmOptions): Promise<string | undefined> {
  const { clock, hosts, isOver, lead, operator } = options;
  for (const host of hosts) {
    lead(host);
    const begunAt = clock.monotonic();
    let fault: string | undefined;
    const payments = new PaidWatch(options);
    do {
      await pass(clock, LOOK_MS);
      const overdue = payments.objection(host);
      if (overdue !== undefined) return overdue;
      if (host.reader.saysDown('repairs')) operator.rewindAll(host);
      [fault] = faultsOf({
        ...options,
        host,
        isPoison: (number) => options.poison(number) !== undefined,
        wasLost: (row) =>
          isUnasked(host.witness.repairs.rewound, row, options.lostAt(row)) || mayBeTakenForAnother(host, row),
      });
    } while (fault !== undefined && clock.monotonic() < begunAt + CALM_MS && !isOver());
    if (isOver()) return undefined;
    if (fault !== undefined) return `after hours without a fault, with the ${host.name} host at work, ${fault}`;
    const hanging = await objectionToHanging(host, begunAt, options);
    if (hanging !== undefined) return hanging;
  }
  return undefined;
}

/** An order that is seen to be paid, and watched still, an hour after the shop had its time to confirm that, is overdue. */
class PaidWatch {
  readonly #options: Pick<CalmOptions, 'clock' | 'poison' | 'shop'>;
  readonly #since = new Map<Row, number>();

  constructor(options: Pick<CalmOptions, 'clock' | 'poison' | 'shop'>) {
    this.#options = options;
  }

  objection({ name, witness }: Host): string | undefined {
    const { clock, poison, shop } = this.#options;
    const now = clock.monotonic();
    for (const row of shop.rows) {
      const isWatched = witness.durable.get(row.id)?.verdict.reason === 'AWAITING_PAYMENT';
      const isPaid = row.state === 'authorized' && row.payment !== 'acknowledged' && shop.isVisible(row);
      if (!isWatched || !isPaid || poison(row.number ?? '') !== undefined) this.#since.delete(row);
      else if (!this.#since.has(row)) this.#since.set(row, now);
      if (now - (this.#since.get(row) ?? now) >= SETTLE_MS + HOUR) {
        return `order ${row.id} is paid, and the ${name} host has not confirmed that within an hour`;
      }
    }
    return undefined;
  }
}

/** An order about which every call hangs costs a deadline now and then, and stands in nobody's way. */
async function objectionToHanging(
  { name }: Host,
  begunAt: number,
  { abacos, clock, poison, recheckMs, shop }: CalmOptions,
): Promise<string | undefined> {
  const rows = shop.rows.filter((row) => shop.isVisible(row) && poison(row.number ?? '') === 'hangs');
  if (rows.length === 0) return undefined;
  await pass(clock, Math.max(0, begunAt + KNOWN_AFTER_MS - clock.monotonic()));
  const known = abacos.hungCalls.length;
  await pass(clock, HANGS_FOR_MS);
  const calls = abacos.hungCalls.slice(known);
  const most = HANGS_FOR_MS / recheckMs + 1;
  for (const { number } of rows) {
    const about = calls.filter(({ numbers }) => numbers.includes(number ?? ''));
    if (about.length > most) return `${about.length} calls about ${number} hang on the ${name} host`;
    if (about.some(({ numbers }) => numbers.length > 1)) return `${number} hangs, and is asked about with others`;
  }
  return undefined;
}

/** Nobody has to have had it asked about since a moment. */
function isUnasked(again: readonly Again[], { id }: Row, after: number | undefined): boolean {
  return (
    after !== undefined && !again.some(({ from, since, through }) => from <= id && id <= through && since >= after)
  );
}

/**
 * It has the id of an order that is lost, which its host could not see. Or it could: then the rewind waits for an order
 * without a date to be followed by a settled one, and passes one that is late by whatever it is.
 */
function mayBeTakenForAnother({ witness }: Host, row: Row): boolean {
  if (row.freeSince === undefined) return false;
  return row.createdAt === undefined || row.isOutrun || isUnasked(witness.gaps, row, row.freeSince);
}

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  await clock.wait(ms, new AbortController().signal);
}
