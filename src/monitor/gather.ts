/** The first step of a cycle: which orders it is about. */
import { DISMISSED_LOOK_MS } from '../core/dismissal.ts';
import type { Ledger } from '../core/ledger.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import type { Policy } from '../core/policy.ts';
import { isDismissed, isUndated } from '../core/record.ts';
import { epochOf } from '../core/stamp.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Prefetch, PrefetchedPage } from './prefetch.ts';
import { candidate, freshFrom, type Candidate } from './candidate.ts';
import { oldThrough, using, type CycleContext } from './context.ts';
import type { PaidPage, PaymentWatch } from './payment-watch.ts';
import type { Rewinding, RewindPage } from './rewinding.ts';
import { NONE_LATE, type LateOrders, type Sweep } from './sweep.ts';
import type { UnusualRows } from './unusual-rows.ts';
import type { WentBack } from './went-back.ts';

/** Where the orders of a cycle come from besides the shop's new rows, and what is to forget those that are gone. */
export interface Sources {
  readonly breaker: CircuitBreaker;
  readonly payments: PaymentWatch;
  readonly rewinding: Rewinding;
  readonly sweep: Sweep;
  readonly unusualRows: UnusualRows;
  readonly wentBack: WentBack;
}

export interface Gathered {
  /** Due, paid, late and new orders, the new ones in id order, and then those of a rewind. */
  readonly candidates: readonly Candidate[];
  readonly rewound: RewindPage | undefined;
  /** Where the new orders come from, if the cycle before has begun with them. */
  readonly prefetched: PrefetchedPage | undefined;
  /** There may be more orders than one cycle takes. */
  readonly backlog: boolean;
  /** So many orders are open that no new ones are taken. */
  readonly isFull: boolean;
}

/**
 * Reads from the shop every order that this cycle is about; `undefined` when its database is down.
 *
 * @param prefetch left out where no cycle follows
 */
export async function gather(
  context: CycleContext,
  sources: Sources,
  prefetch?: Prefetch,
): Promise<Gathered | undefined> {
  return using(context, 'shop', async () => {
    const { schedule, checkpoint, clock, orders, policy, progress, stop } = context;
    const { payments, rewinding, sweep, unusualRows, wentBack } = sources;
    const { ledger } = checkpoint;

    await payments.look(context);
    progress.step('reading orders', policy.shopDeadlineMs);
    const isFull = countOpen(ledger, policy) + payments.paidCount >= policy.maxOpenOrders;
    if (isFull) prefetch?.drop();
    const taken = await prefetch?.take(context);
    const dated =
      taken?.candidates ?? (isFull ? [] : freshFrom(await orders.newOrders(ledger.head, policy.pageSize, stop)));
    const last = dated.at(-1);
    const isLastPage = dated.length < policy.pageSize;
    const fresh = isLastPage && !isFull ? withUndated(dated, await unusualRows.ripeAboveHead(context)) : dated;
    if (last === undefined && !isFull) await wentBack.look(context);
    else if (last !== undefined && isLastPage) await wentBack.see(last.order.id, context);
    const dueIds = schedule.due(ledger.open, {
      now: clock.monotonic(),
      pageSize: policy.pageSize,
      oldThrough: oldThrough(context),
    });
    const due = await dueOrders(context, sources, dueIds);
    const paid = await payments.paid(context);
    const late = isFull ? NONE_LATE : await sweep.lateOrders(context);
    if (last !== undefined && !isLastPage) prefetch?.begin(context, last.order.id);
    await unusualRows.lookForStrangeIds(context);

    const backlog = late.more || paid.more || [dueIds, fresh].some((page) => page.length >= policy.pageSize);
    // The orders of the day come first: a rewind waits while they fill their pages.
    const rewound = backlog || isFull ? undefined : await rewinding.page(context);
    return {
      candidates: candidatesOf({ due, paid, late, fresh, rewound }),
      rewound,
      prefetched: taken,
      backlog,
      isFull,
    };
  });
}

/**
 * How many orders are open, of which only so many are kept. Those that were dismissed are nobody's concern: they keep no new
 * order waiting, unless they are as many as may be open, which is what the memory has room for besides.
 */
export function countOpen({ dismissed, open }: Ledger, { maxOpenOrders }: Policy): number {
  return open.size - Math.min(dismissed, maxOpenOrders);
}

/** New orders in id order, as the head moves along them. */
function withUndated(dated: readonly Candidate[], undated: readonly ShopOrder[]): readonly Candidate[] {
  if (undated.length === 0) return dated;
  const known = new Set(dated.map(({ order }) => order.id));
  const others = undated.filter(({ id }) => !known.has(id));
  return [...dated, ...freshFrom(others)].sort((a, b) => a.order.id - b.order.id);
}

interface Found {
  readonly due: readonly Candidate[];
  readonly paid: PaidPage;
  readonly late: LateOrders;
  readonly fresh: readonly Candidate[];
  readonly rewound: RewindPage | undefined;
}

/** Each order once: a new one is new, whatever else it is. */
function candidatesOf({ due, fresh, late, paid, rewound }: Found): readonly Candidate[] {
  const found = [due, paid.candidates, late.ready, late.stuck, rewound?.orders ?? []];
  const others = found.reduce((sum, { length }) => sum + length, 0);
  // A page of a backlog, as a rule: none is there twice.
  if (others === 0) return fresh;
  const taken = new Set(fresh.map(({ order }) => order.id));
  const isFirst = ({ order }: Candidate): boolean => {
    const before = taken.size;
    return taken.add(order.id).size > before;
  };
  return [
    ...due.filter(isFirst),
    ...paid.candidates.filter(isFirst),
    ...[...late.ready, ...late.stuck].map((order) => candidate(order, 'late')).filter(isFirst),
    ...fresh,
    ...(rewound?.orders ?? []).map((order) => candidate(order, 'rewound')).filter(isFirst),
  ];
}

/** The open orders whose turn it is, as the shop has them now. */
async function dueOrders(
  context: CycleContext,
  { breaker, rewinding }: Pick<Sources, 'breaker' | 'rewinding'>,
  ids: readonly OrderId[],
): Promise<Candidate[]> {
  if (ids.length === 0) return [];
  const rows = await context.orders.ordersById(ids, context.stop);
  const found = new Set(rows.map(({ id }) => id));
  for (const id of ids) if (!found.has(id)) noteGone(context, breaker, id);
  for (const row of rows) noteFound(context, row);

  const ready = rows.filter((row) => row.age !== 'young' || recordedLongAgo(context, rewinding, row.id));
  for (const row of rows) if (!ready.includes(row)) postpone(context, row.id);
  return ready.map((row) => candidate(row, 'due'));
}

/**
 * An order may be on record and still young by its own timestamp: the operator
 * pointed the head at it, or the timestamp lies. The age of the record then
 * tells that the shop's own push has had its time. Where a rewind has yet to
 * come, the record may be of another order, which is lost, and had the same id.
 * One that was recorded without a date, and has one now, was a cart until then.
 */
function recordedLongAgo(
  { checkpoint, clock, policy }: CycleContext,
  rewinding: Pick<Rewinding, 'covers'>,
  id: OrderId,
): boolean {
  const record = checkpoint.ledger.open.get(id);
  if (record === undefined || isUndated(record) || rewinding.covers(id, id)) return false;
  return clock.now() - epochOf(record.createdAt) >= policy.settleMs;
}

/**
 * The order stays on record: a row that vanished proves nothing about Abacos. Carts are deleted as a matter of course,
 * and an order that was dismissed is nobody's concern any more.
 */
function noteGone(context: CycleContext, breaker: Sources['breaker'], id: OrderId): void {
  const { schedule, checkpoint, clock, policy, report } = context;
  const record = checkpoint.ledger.open.get(id);
  if (record === undefined) return;
  breaker.forget(id);
  const isNews = schedule.note(id).row !== 'gone' && !isUndated(record) && !isDismissed(record);
  if (isNews) report({ kind: 'row-gone', orderId: id, orderNumber: null, record });
  const pauseMs = isDismissed(record) ? DISMISSED_LOOK_MS : policy.recheckGivenUpMs;
  schedule.amend(id, { nextLookAt: clock.monotonic() + pauseMs, row: 'gone' });
}

/** Said at the first look, too: an earlier process may have told people that the row was gone. */
function noteFound({ schedule, checkpoint, report }: CycleContext, { id, number }: ShopOrder): void {
  const { row } = schedule.note(id);
  const record = checkpoint.ledger.open.get(id);
  if (row === 'found' || record === undefined) return;
  schedule.amend(id, { row: 'found' });
  report({ kind: 'row-found', orderId: id, orderNumber: number, record, again: row === 'gone' });
}

/** Behind the others that are due. */
export function postpone({ schedule, clock, policy }: CycleContext, id: OrderId): void {
  schedule.amend(id, { nextLookAt: clock.monotonic() + policy.runningCycleMs });
}
