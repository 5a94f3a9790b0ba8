/** The open orders as the page shows them: in two parts, grouped by cause, and listed page by page. */
import { createHash } from 'node:crypto';

import { ordersOf } from '../adapters/adapters.ts';
import { isGivenUp, needsAction } from '../core/next.ts';
import type { OrderId } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import { openReasonOf, type OrderRecord } from '../core/record.ts';
import { epochOf } from '../core/stamp.ts';
import { zeroByReason, type OpenReason } from '../core/verdict.ts';
import type { ChosenOrder, OpenGroup, OpenOrder, OpenOrders, OpenPart, OpenQuery } from '../page/ports.ts';
import { openRecordOf, type LookupSources } from './page-lookup.ts';

/** So many of a group are named where the groups are shown. */
const SAMPLE = 12;
/** So many causes are told apart, the largest. The others go together, by their reason alone. */
const MOST_CAUSES = 40;
/** How long the shop is left alone after it could not be asked for numbers. */
const NUMBERS_RETRY_MS = 30_000;
/** What asking for them may take. */
const NUMBERS_DEADLINE_MS = 15_000;

export interface OpenListingOptions {
  readonly sources: () => Pick<LookupSources, 'config' | 'gone' | 'ledger' | 'now' | 'policy' | 'statistics'>;
  readonly isShopDown: () => boolean;
}

interface Open extends Alike {
  readonly record: OrderRecord;
  /** When it was found failing: milliseconds since 1970. */
  readonly since: number;
}

interface Alike {
  readonly part: OpenPart;
  readonly reason: OpenReason;
}

/** Orders that have one cause. */
interface Cause extends Alike {
  readonly name: string;
  readonly words: string | undefined;
  /** The oldest first. */
  readonly records: Open[];
}

/** What is shown as one: a cause, or the small ones of a part and a reason together. */
interface Group extends Omit<Cause, 'name'> {
  readonly key: string;
  readonly causes: readonly Cause[];
}

type Counts = Pick<OpenOrders, 'total' | 'needHelp' | 'byReason' | 'dismissed'>;

interface Sorted {
  /** What they were sorted by. While that stays as it is, so do they. */
  readonly basis: readonly number[];
  readonly counts: Counts;
  /** The largest first. */
  readonly groups: readonly Group[];
}

export class OpenListing {
  readonly #options: OpenListingOptions;
  #askNumbersFrom = -Infinity;
  #askingNumbers: Promise<void> | undefined;
  #sorted: Sorted | undefined;

  constructor(options: OpenListingOptions) {
    this.#options = options;
  }

  /** All of them in counts and groups, and those by name that are asked for. @throws when the visitor has left */
  async openOrders(signal: AbortSignal, query: OpenQuery): Promise<OpenOrders> {
    const { counts, groups } = this.#sort();
    const matching = matchingOf(groups, query);
    const listed = matching.slice(query.from, query.from + query.most);
    const samples = query.most === 0 ? groups.map(({ records }) => records.slice(0, SAMPLE)) : [];
    await this.#learnNumbers(
      [...listed, ...samples.flat()].map(({ record }) => record.orderId),
      signal,
    );
    return {
      ...counts,
      groups: groups.map((group, index) => this.#shown(group, samples[index] ?? [])),
      matching: matching.length,
      orders: listed.map((each) => this.#order(each)),
    };
  }

  /** Orders by the names they go by, dismissed ones as well. Of one that is settled the number is not asked for. */
  async chosenOrders(signal: AbortSignal, ids: readonly OrderId[]): Promise<readonly ChosenOrder[]> {
    const { ledger, statistics } = this.#options.sources();
    await this.#learnNumbers(
      ids.filter((id) => ledger.open.has(id)),
      signal,
    );
    return ids.map((id) => ({
      orderId: id,
      number: statistics.numberOf(id) ?? null,
      inDoubt: statistics.isInDoubt(id),
    }));
  }

  /** Kept until something changes: 20,000 open orders take 50 ms to sort, and each visitor asks every ten seconds. */
  #sort(): Sorted {
    const { gone, ledger, policy, statistics } = this.#options.sources();
    const basis = [ledger.openChanges, statistics.whyChanges, gone.changes, policy.maxAttempts];
    if (this.#sorted?.basis.every((value, index) => value === basis[index]) === true) return this.#sorted;
    const open = [...ledger.open.values()]
      .flatMap((record): Open[] => {
        const reason = openReasonOf(record);
        if (reason === undefined) return [];
        const givenUp = isGivenUp(record, policy.maxAttempts);
        const part = needsAction({ givenUp, reason, rowGone: gone.has(record.orderId) }) ? 'action' : 'progress';
        return [{ record, reason, part, since: epochOf(record.createdAt) }];
      })
      .sort((a, b) => a.since - b.since);
    const byReason = zeroByReason();
    for (const { reason } of open) byReason[reason] += 1;
    const counts = {
      total: open.length,
      needHelp: open.filter(({ part }) => part === 'action').length,
      byReason,
      dismissed: ledger.open.size - open.length,
    };
    this.#sorted = { basis, counts, groups: groupsOf(causesOf(open, statistics)) };
    return this.#sorted;
  }

  #shown({ causes, key, part, reason, records, words }: Group, sample: readonly Open[]): OpenGroup {
    return {
      key,
      part,
      reason,
      ...(words === undefined ? {} : { words }),
      causes: causes.length,
      count: records.length,
      since: records[0]?.since ?? 0,
      sample: sample.map((each) => this.#order(each)),
    };
  }

  #order({ record, reason }: Open): OpenOrder {
    const { gone, policy, statistics } = this.#options.sources();
    const number = statistics.numberOf(record.orderId) ?? null;
    return { orderId: record.orderId, number, ...openRecordOf({ gone, policy, statistics }, record), reason };
  }

  /**
   * The checkpoint holds ids. After a start the numbers of open orders are asked for once; later the events bring them.
   * One question at a time, for whoever waits: it goes on when the visitor leaves who was the first to want to know.
   */
  async #learnNumbers(open: readonly OrderId[], signal: AbortSignal): Promise<void> {
    const { now, statistics } = this.#options.sources();
    while (this.#askingNumbers !== undefined) await whileHere(signal, this.#askingNumbers);
    const ids = open.filter((id) => statistics.numberOf(id) === undefined);
    if (ids.length === 0 || now() < this.#askNumbersFrom || this.#options.isShopDown()) return;
    this.#askingNumbers = this.#askNumbers(ids).finally(() => {
      this.#askingNumbers = undefined;
    });
    await whileHere(signal, this.#askingNumbers);
  }

  async #askNumbers(ids: readonly OrderId[]): Promise<void> {
    const { config, now, statistics } = this.#options.sources();
    const orders = ordersOf(config);
    try {
      const rows = await orders.ordersById(ids, AbortSignal.timeout(NUMBERS_DEADLINE_MS));
      const numbers = new Map(rows.map(({ id, number }) => [id, number]));
      for (const id of ids) statistics.noteNumber(id, numbers.get(id) ?? null);
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      this.#askNumbersFrom = now() + NUMBERS_RETRY_MS;
    } finally {
      await orders.close();
    }
  }
}

/** @param open the oldest first */
function causesOf(open: readonly Open[], statistics: LookupSources['statistics']): readonly Cause[] {
  const causes = new Map<string, Cause>();
  for (const each of open) {
    const { part, reason, record } = each;
    const words = causeIn(statistics.whyOf(record.orderId));
    const name = [part, reason, words ?? ''].join('\n');
    const known = causes.get(name);
    if (known === undefined) causes.set(name, { name, part, reason, words, records: [each] });
    else known.records.push(each);
  }
  return [...causes.values()].sort(largestFirst);
}

/** The largest causes each by itself, so that they keep their words, and the others together. */
function groupsOf(causes: readonly Cause[]): readonly Group[] {
  const rest = new Map<string, Alike & { readonly causes: Cause[] }>();
  for (const cause of causes.slice(MOST_CAUSES)) {
    const { part, reason } = cause;
    const name = [part, reason].join('\n');
    const known = rest.get(name);
    if (known === undefined) rest.set(name, { part, reason, causes: [cause] });
    else known.causes.push(cause);
  }
  const large = causes.slice(0, MOST_CAUSES).map((cause) => groupOf(cause, [cause]));
  const small = [...rest].map(([name, each]) => groupOf(each, each.causes, name));
  return [...large, ...small].sort(largestFirst);
}

function groupOf({ part, reason }: Alike, causes: readonly Cause[], name = ''): Group {
  const [only, ...others] = causes;
  if (only !== undefined && others.length === 0) {
    return { part, reason, key: keyOf(only.name), words: only.words, records: only.records, causes };
  }
  const records = causes.flatMap((cause) => cause.records).sort((a, b) => a.since - b.since);
  return { part, reason, key: keyOf(name), words: undefined, records, causes };
}

function largestFirst(a: Pick<Cause, 'records'>, b: Pick<Cause, 'records'>): number {
  return b.records.length - a.records.length;
}

function matchingOf(groups: readonly Group[], { group, part }: OpenQuery): readonly Open[] {
  const among = groups.filter((each) => part === undefined || each.part === part);
  return group === undefined ? among.flatMap((each) => each.records) : namedBy(group, among);
}

/** A cause that was large when its address was made may be a small one by now. */
function namedBy(key: string, groups: readonly Group[]): readonly Open[] {
  const shown = groups.find((group) => group.key === key);
  const small = (): Cause | undefined => groups.flatMap(({ causes }) => causes).find(({ name }) => keyOf(name) === key);
  return (shown ?? small())?.records ?? [];
}

/** What was said, without what differs from order to order: numbers, and what holds one. */
export function causeIn(said: string | undefined): string | undefined {
  return said?.slice(0, 200).replace(/[\w.-]*\d{3,}[\w.-]*/g, '…');
}

/** Waits as long as its visitor does. @throws when that has left */
async function whileHere(signal: AbortSignal, work: Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(new Error('The visitor has left'));
      },
      { once: true },
    );
  });
  await Promise.race([work, left]);
}

/** The name of a group in an address. */
function keyOf(cause: string): string {
  return createHash('sha256').update(cause).digest('base64url').slice(0, 12);
}
