/** One order for the page: what shop, Abacos, checkpoint and history say of it. An outage is part of the answer. */
import type { Config } from '../config/index.ts';
import { complaintOf } from '../core/command.ts';
import { DISMISSED_LOOK_MS } from '../core/dismissal.ts';
import { commandsAfter, mayHaveWorked, NO_COMMANDS } from '../core/effects.ts';
import type { Event } from '../core/event.ts';
import { paymentState } from '../core/judge.ts';
import type { Ledger } from '../core/ledger.ts';
import { commandsRun, isGivenUp } from '../core/next.ts';
import type { OrderId, OrderReference } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import { isDismissed, isUndated, type OrderRecord } from '../core/record.ts';
import { epochOf } from '../core/stamp.ts';
import { sameVerdict, type FailureReason } from '../core/verdict.ts';
import type { HistoryEntry } from '../history/index.ts';
import { adviceOn } from '../lookup/order-advice.ts';
import { askAboutEach } from '../lookup/order-list.ts';
import {
  askAll,
  NotKnown,
  paymentSituation,
  recordsInFile,
  rowOf,
  SeveralOrders,
  type CheckpointSide,
  type Side,
  type Sides,
  type Sources,
} from '../lookup/order-sides.ts';
import { paymentOutlook, verdictNow, type PaymentSituation } from '../lookup/payment-outlook.ts';
import type {
  CheckpointFinding,
  FoundOrder,
  OpenRecord,
  OrderStory,
  RepairsNow,
  RunningCommand,
  ShopDetail,
  ShopFinding,
  StoryEntry,
  StoryEvent,
} from '../page/ports.ts';
import { momentOf, type ShopEvidence } from '../shop/index.ts';
import { NotFound } from '../terminal/errors.ts';
import type { GoneRows } from './gone-rows.ts';
import type { PageStatistics } from './page-statistics.ts';

/** What a look-up goes by: the configuration and the policy in force, and what the service remembers. */
export interface LookupSources {
  readonly config: Config;
  readonly policy: Policy;
  readonly ledger: Ledger;
  /** Whether the shop's table has lost the row of an open order. */
  readonly gone: Pick<GoneRows, 'changes' | 'has'>;
  readonly statistics: PageStatistics;
  readonly repairs: () => RepairsNow;
  readonly running: () => readonly RunningCommand[];
  readonly stateDirectory: string;
  readonly now: () => number;
}

/** Finds an order for the page. */
export async function lookUpOrder(
  sources: LookupSources,
  meant: readonly OrderReference[],
  signal: AbortSignal,
): Promise<FoundOrder> {
  try {
    return foundBy(sources, await askAll(sourcesOf(sources), meant, signal));
  } catch (error) {
    if (error instanceof SeveralOrders) return { kind: 'several', ids: error.ids };
    if (error instanceof NotFound) return { kind: 'none' };
    throw error;
  }
}

/** Finds several orders for the page. */
export async function lookUpOrders(
  sources: LookupSources,
  wanted: readonly (readonly OrderReference[])[],
  signal: AbortSignal,
): Promise<readonly FoundOrder[]> {
  const listed = await askAboutEach(sourcesOf(sources), wanted, signal);
  return listed.map((each) => {
    if (each === undefined) return { kind: 'none' };
    return each instanceof SeveralOrders ? { kind: 'several', ids: each.ids } : foundBy(sources, each);
  });
}

/** The open orders are known without the shop, and without a look at the disk. */
function sourcesOf({ config, statistics, ledger, stateDirectory }: LookupSources): Sources {
  const directories = { state: stateDirectory };
  return {
    config,
    directories,
    shopDecides: true,
    recordsOf: async (ids) => {
      const { head } = ledger;
      const open = ids.flatMap((id) => ledger.open.get(id) ?? []);
      const byId = new Map(open.map((record) => [record.orderId, record]));
      const others = ids.filter((id) => id <= head && !byId.has(id));
      if (others.length === 0) return { byId, head };
      return { byId: new Map([...(await recordsInFile(directories, others)).byId, ...byId]), head };
    },
    names: {
      numberOf: async (id) => Promise.resolve(statistics.numberOf(id) ?? undefined),
      idOf: async (number) => {
        const [id, ...others] = statistics.idsOf(number);
        if (id !== undefined && others.length > 0) throw new SeveralOrders(number, [id, ...others]);
        return Promise.resolve(id);
      },
    },
  };
}

function foundBy(sources: LookupSources, sides: Sides): FoundOrder {
  const { id, number = null, shop, history } = sides;
  if (id === undefined) return shop.kind === 'told' ? { kind: 'none' } : { kind: 'unreachable', why: whySilent(shop) };
  const checkpoint = checkpointFinding(sources, id, told(sides.checkpoint));
  if (
    shop.kind === 'told' &&
    rowOf(shop) === undefined &&
    checkpoint.kind !== 'open' &&
    checkpoint.kind !== 'settled'
  ) {
    return { kind: 'none' };
  }
  const payment = paymentSituation(sides, sources.config, sources.now());
  const abacos = abacosFinding(sides);
  const advice = adviceOn(sides, sources.config, sources.now());
  return {
    kind: 'story',
    story: {
      orderId: id,
      number,
      shop: shopFinding({ sources, shop, abacos, payment }),
      abacos,
      checkpoint: withPayment(checkpoint, payment),
      ...(advice === undefined ? {} : { advice }),
      repairs: sources.repairs(),
      running: sources.running().find(({ order }) => order === (number ?? `id ${id}`)),
      entries: storyEntries(told(history).entries),
      entriesSince: sources.statistics.since,
    },
  };
}

type Silent = Extract<Side<unknown>, { kind: 'silent' }>;

/** An outage is told. @throws any other error */
function whySilent({ cause, why }: Silent): string {
  if (cause instanceof Outage) return cause.reason;
  if (cause instanceof NotKnown) return why;
  throw cause;
}

/** What this host's own files say. @throws what keeps them from saying it */
function told<T>(side: Side<T>): T {
  if (side.kind === 'told') return side.told;
  throw side.cause;
}

function abacosFinding({ abacos, number }: Sides): OrderStory['abacos'] {
  if (abacos.kind === 'told') return abacos.told;
  return { kind: 'not-asked', why: number === undefined ? 'the number of the order is not known' : whySilent(abacos) };
}

interface Row extends Pick<Sides, 'shop'> {
  readonly sources: LookupSources;
  readonly abacos: OrderStory['abacos'];
  readonly payment: PaymentSituation | undefined;
}

function shopFinding({ sources, shop, abacos, payment }: Row): ShopFinding {
  if (shop.kind === 'silent') return { kind: 'not-asked', why: whySilent(shop) };
  const { evidence = {}, row } = shop.told;
  if (row === undefined) return { kind: 'no-row' };
  const judgement = abacos.kind === 'not-asked' || payment === undefined ? undefined : verdictNow(payment, abacos);
  return {
    kind: 'row',
    state: row.state,
    age: row.age,
    settleMs: sources.policy.settleMs,
    // Without a date, what Abacos has and is not in order lacks its payment.
    paymentPending:
      judgement?.verdict.reason === 'PAYMENT_PENDING' ||
      (judgement?.verdict.reason === 'NO_DATE' && abacos.kind === 'exists'),
    awaitsPayment: paymentState(row, sources.policy.payments) === 'unpaid',
    details: detailsOf(sources.config.database, evidence),
  };
}

/** The shop's columns by what they mean, and its times as moments: a view has one time zone. */
function detailsOf({ orders, timeZone }: Config['database'], evidence: ShopEvidence): readonly ShopDetail[] {
  const columns: readonly (readonly [string, ShopDetail['what']])[] = [
    [orders.createdAt, 'placed'],
    ['updated_at', 'changed'],
    ['erp_integrate_at', 'sent'],
    ['erp_integrate_error', 'send-error'],
    [orders.paymentConfirmedAt, 'payment-confirmed'],
    ['erp_payment_error', 'payment-error'],
  ];
  return columns.flatMap(([column, what]) => {
    const text = evidence[column] ?? '';
    return text === '' ? [] : [{ what, value: momentOf(text, timeZone) ?? text }];
  });
}

function checkpointFinding(sources: LookupSources, id: OrderId, { record }: CheckpointSide): CheckpointFinding {
  const { ledger, policy, now } = sources;
  if (record?.verdict.status === 'FAILED') return { kind: 'open', ...openRecordOf(sources, record) };
  if (id > ledger.head) return { kind: 'not-yet' };
  if (record !== undefined) {
    const { createdAt, updatedAt } = record;
    const attempts = commandsRun(record, policy.maxAttempts);
    return { kind: 'settled', attempts, since: epochOf(createdAt), updatedAt: epochOf(updatedAt) };
  }
  // Without a record above this id it showed up late, and the sweep takes it.
  return { kind: id > ledger.passedBefore(now() - policy.lateWindowMs) ? 'not-yet' : 'none' };
}

function withPayment(finding: CheckpointFinding, situation: PaymentSituation | undefined): CheckpointFinding {
  const outlook = situation === undefined ? undefined : paymentOutlook(situation);
  if (finding.kind !== 'settled' || situation === undefined || outlook === undefined) return finding;
  switch (outlook.kind) {
    case 'unpaid':
      return { ...finding, payment: { kind: 'unpaid', everyMs: situation.payments.lookMs, until: outlook.until } };
    case 'confirming':
      return { ...finding, payment: { kind: 'paid', until: outlook.until } };
    case 'unnoticed':
    case 'due':
      return { ...finding, payment: { kind: 'paid' } };
    case 'over':
      return finding;
  }
}

type RecordSources = Pick<LookupSources, 'gone' | 'policy' | 'statistics'>;

/** What the page shows of an open order's record. */
export function openRecordOf({ gone, policy, statistics }: RecordSources, record: OrderRecord): OpenRecord {
  const { createdAt, updatedAt } = record;
  const givenUp = isGivenUp(record, policy.maxAttempts);
  const why = statistics.saidOf(record.orderId);
  const retriedAt = statistics.retriedAt(record.orderId);
  return {
    reason: reasonOf(record),
    attempts: commandsRun(record, policy.maxAttempts),
    maxAttempts: policy.maxAttempts,
    givenUp,
    inDoubt: statistics.isInDoubt(record.orderId),
    ...(gone.has(record.orderId) ? { rowGone: true } : {}),
    since: epochOf(createdAt),
    updatedAt: epochOf(updatedAt),
    everyMs: everyMs(record, policy),
    ...(why === undefined ? {} : { why }),
    ...(retriedAt === undefined ? {} : { retriedAt }),
  };
}

/** How often Abacos is asked about an open order. */
function everyMs(record: OrderRecord, { maxAttempts, recheckGivenUpMs, runningCycleMs }: Policy): number {
  if (isDismissed(record)) return DISMISSED_LOOK_MS;
  return isGivenUp(record, maxAttempts) || isUndated(record) ? recheckGivenUpMs : runningCycleMs;
}

/** Why a record is open. */
function reasonOf({ verdict }: OrderRecord): FailureReason {
  // A settled record is never open; one read between two states says nothing certain.
  return verdict.status === 'FAILED' ? verdict.reason : 'UNKNOWN';
}

/** One order's story, for the page: what the history has of it. */
export function storyEntries(entries: readonly HistoryEntry[]): StoryEntry[] {
  let commands = NO_COMMANDS;
  return entries.flatMap((entry) => {
    if (entry.kind === 'command-started' || entry.kind === 'command-ended') commands = commandsAfter(commands, entry);
    const what = isAboutOrder(entry) ? storyEventOf(entry, mayHaveWorked(commands)) : undefined;
    return what === undefined ? [] : [{ at: entry.at, what }];
  });
}

function isAboutOrder(entry: HistoryEntry): entry is HistoryEntry & Extract<Event, { orderId: OrderId }> {
  return 'orderId' in entry;
}

/** `undefined` for what says nothing new: an open order that is looked at again and found as it was. */
function storyEventOf(event: Extract<Event, { orderId: OrderId }>, inDoubt: boolean): StoryEvent | undefined {
  switch (event.kind) {
    case 'lag-learned':
      return undefined;
    case 'verdict': {
      const { late, previous, record } = event;
      if (previous !== undefined && sameVerdict(previous.verdict, record.verdict)) return undefined;
      return { kind: 'verdict', verdict: record.verdict, late, ...whyIn(event) };
    }
    case 'given-up':
      return event.permanentError === undefined
        ? { kind: 'given-up', after: inDoubt || event.inDoubt === true ? 'doubt' : 'attempts' }
        : { kind: 'given-up', after: 'permanent', words: event.permanentError };
    case 'command-started':
      return { kind: 'command-started', task: event.task, attempt: event.attempt };
    case 'command-ended': {
      const { outcome, task } = event;
      const words = complaintOf(outcome);
      return {
        kind: 'command-ended',
        task,
        outcome: outcome.kind,
        durationMs: outcome.durationMs,
        ...(outcome.kind === 'exited' ? { exitStatus: outcome.status } : {}),
        ...(words === undefined ? {} : { words }),
      };
    }
    case 'repaired':
      return { kind: 'repaired', openMs: event.openMs };
    case 'not-repaired':
      return { kind: 'not-repaired', found: event.found, ...whyIn(event) };
    case 'row-gone':
    case 'row-found':
      return { kind: event.kind };
    case 'retry':
      return { kind: event.record.attempts > 0 ? 'reopened' : 'retry', by: event.by };
    case 'dismissed':
      return { kind: 'dismissed', by: event.by, why: event.why };
  }
}

function whyIn({ why }: { readonly why?: string }): { readonly why?: string } {
  return why === undefined ? {} : { why };
}
