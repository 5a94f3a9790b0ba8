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
/** More groups than people read: the smallest ones go together, by their reason alone. */
const MOST_GROUPS = 40;
/** How long the shop is left alone after it could not be asked for numbers. */
const NUMBERS_RETRY_MS = 30_000;

export interface OpenListingOptions {
  readonly sources: () => Pick<LookupSources, 'config' | 'isGone' | 'ledger' | 'now' | 'policy' | 'statistics'>;
  readonly isShopDown: () => boolean;
}

interface Open {
  readonly record: OrderRecord;
  readonly reason: OpenReason;
  /** When it was found failing: milliseconds since 1970. */
  readonly since: number;
}

interface Sorted {
  readonly part: OpenPart;
  readonly key: string;
  readonly reason: OpenReason;
  readonly words: string | undefined;
  readonly records: Open[];
}

export class OpenListing {
  readonly #options: OpenListingOptions;
  #askNumbersFrom = -Infinity;
  #askingNumbers: Promise<void> | undefined;

  constructor(options: OpenListingOptions) {
    this.#options = options;
  }

  /** All of them in counts and groups, and those by name that are asked for. */
  async openOrders(signal: AbortSignal, query: OpenQuery): Promise<OpenOrders> {
    const { ledger } = this.#options.sources();
    const open = [...ledger.open.values()]
      .flatMap((record): Open[] => {
        const reason = openReasonOf(record);
        return reason === undefined ? [] : [{ record, reason, since: epochOf(record.createdAt) }];
      })
      .sort((a, b) => a.since - b.since);
    const groups = this.#group(open);
    const matching = this.#matching(groups, query);
    const listed = matching.slice(query.from, query.from + query.most);
    const samples = query.most === 0 ? groups.map(({ records }) => records.slice(0, SAMPLE)) : [];
    await this.#learnNumbers(
      [...listed, ...samples.flat()].map(({ record }) => record.orderId),
      signal,
    );
    const byReason = zeroByReason();
    for (const { reason, records } of groups) byReason[reason] += records.length;
    const needHelp = groups.reduce((sum, { part, records }) => sum + (part === 'action' ? records.length : 0), 0);
    return {
      total: open.length,
      needHelp,
      byReason,
      dismissed: ledger.open.size - open.length,
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

  #group(open: readonly Open[]): readonly Sorted[] {
    const { isGone, policy, statistics } = this.#options.sources();
    const groups = new Map<string, Sorted>();
    for (const each of open) {
      const { record, reason } = each;
      const givenUp = isGivenUp(record, policy.maxAttempts);
      const part = needsAction({ givenUp, reason, rowGone: isGone(record.orderId) }) ? 'action' : 'progress';
      const words = groups.size < MOST_GROUPS ? causeIn(statistics.whyOf(record.orderId)) : undefined;
      const cause = [part, reason, words ?? ''].join('\n');
      const known = groups.get(cause);
      if (known === undefined) groups.set(cause, { part, key: keyOf(cause), reason, words, records: [each] });
      else known.records.push(each);
    }
    return [...groups.values()].sort((a, b) => b.records.length - a.records.length);
  }

  #matching(groups: readonly Sorted[], { group, part }: OpenQuery): readonly Open[] {
    return groups
      .filter((each) => (part === undefined || each.part === part) && (group === undefined || each.key === group))
      .flatMap((each) => each.records);
  }

  #shown({ key, part, reason, records, words }: Sorted, sample: readonly Open[]): OpenGroup {
    return {
      key,
      part,
      reason,
      ...(words === undefined ? {} : { words }),
      count: records.length,
      since: records[0]?.since ?? 0,
      sample: sample.map((each) => this.#order(each)),
    };
  }

  #order({ record, reason }: Open): OpenOrder {
    const { isGone, policy, statistics } = this.#options.sources();
    const number = statistics.numberOf(record.orderId) ?? null;
    return { orderId: record.orderId, number, ...openRecordOf({ isGone, policy, statistics }, record), reason };
  }

  /** The checkpoint holds ids. After a start the numbers of open orders are asked for once; later the events bring them. */
  async #learnNumbers(open: readonly OrderId[], signal: AbortSignal): Promise<void> {
    const { now, statistics } = this.#options.sources();
    const ids = open.filter((id) => statistics.numberOf(id) === undefined);
    if (ids.length === 0 || now() < this.#askNumbersFrom || this.#options.isShopDown()) return;
    this.#askingNumbers ??= this.#askNumbers(ids, signal).finally(() => {
      this.#askingNumbers = undefined;
    });
    await this.#askingNumbers;
  }

  async #askNumbers(ids: readonly OrderId[], signal: AbortSignal): Promise<void> {
    const { config, now, statistics } = this.#options.sources();
    const orders = ordersOf(config);
    try {
      const rows = await orders.ordersById(ids, signal);
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

/** What was said, without what differs from order to order: numbers, and what holds one. */
export function causeIn(said: string | undefined): string | undefined {
  return said?.slice(0, 200).replace(/[\w.-]*\d{3,}[\w.-]*/g, '…');
}

/** The name of a group in an address. */
function keyOf(cause: string): string {
  return createHash('sha256').update(cause).digest('base64url').slice(0, 12);
}
