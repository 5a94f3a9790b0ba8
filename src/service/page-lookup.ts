import { join } from 'node:path';

import { erpOf, ordersOf } from '../adapters/adapters.ts';
import { readCheckpoint, readRepairs } from '../checkpoint/index.ts';
import type { Config } from '../config/index.ts';
import type { Ledger } from '../core/ledger.ts';
import { commandsRun, isGivenUp } from '../core/next.ts';
import { isOrderNumber, type OrderId, type ShopOrder } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import { isUndated, type OrderRecord } from '../core/record.ts';
import { epochOf } from '../core/stamp.ts';
import type { FailureReason } from '../core/verdict.ts';
import { storyOf } from '../history/index.ts';
import { paymentOutlook, verdictNow, type PaymentSituation } from '../lookup/payment-outlook.ts';
import type {
  CheckpointFinding,
  FoundOrder,
  OpenRecord,
  OrderStory,
  RepairsNow,
  ShopFinding,
  Wanted,
} from '../page/ports.ts';
import type { Orders } from '../shop/index.ts';
import { storyEntries, type Happenings } from './page-statistics.ts';

/** What a look-up goes by: the configuration and the policy in force, and what the service remembers. */
export interface LookupSources {
  readonly config: Config;
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly happenings: Happenings;
  readonly repairs: () => RepairsNow;
  readonly stateDirectory: string;
  readonly now: () => number;
}

/**
 * Finds an order for the page: what the shop, Abacos and the checkpoint say of
 * it now. It has connections of its own, so that no visitor is in the monitor's
 * way. An outage is part of the answer.
 */
export async function lookUpOrder(sources: LookupSources, wanted: Wanted, signal: AbortSignal): Promise<FoundOrder> {
  const orders = ordersOf(sources.config);
  try {
    const ids = wanted.kind === 'id' ? [wanted.id] : await idsOf(orders, wanted.number, signal);
    return await foundAmong(sources, { ids, orders }, signal);
  } catch (error) {
    if (!(error instanceof Outage)) throw error;
    // The open orders are known without the shop.
    const ids = wanted.kind === 'id' ? [wanted.id] : sources.happenings.idsOf(wanted.number);
    if (ids.length === 0) return { kind: 'unreachable', why: error.reason };
    return await foundAmong(sources, { ids, orders: error }, signal);
  } finally {
    await orders.close();
  }
}

async function idsOf(orders: Orders, number: string, signal: AbortSignal): Promise<readonly OrderId[]> {
  return (await orders.ordersByNumber([number], signal)).map(({ id }) => id);
}

interface Candidates {
  readonly ids: readonly OrderId[];
  /** Or why the shop can not be asked. */
  readonly orders: Orders | Outage;
}

async function foundAmong(
  sources: LookupSources,
  { ids, orders }: Candidates,
  signal: AbortSignal,
): Promise<FoundOrder> {
  const [id, another] = ids;
  if (id === undefined) return { kind: 'none' };
  if (another !== undefined) return { kind: 'several', ids };
  const record = await recordOf(sources, id);
  const checkpoint = checkpointFinding(sources, id, record);
  const row = orders instanceof Outage ? undefined : (await orders.ordersById([id], signal))[0];
  if (row === undefined && !(orders instanceof Outage) && checkpoint.kind !== 'open' && checkpoint.kind !== 'settled') {
    return { kind: 'none' };
  }
  const number = row === undefined ? (sources.happenings.numberOf(id) ?? null) : row.number;
  const abacos = await askAbacos(sources.config, number, signal);
  const payment = row === undefined ? undefined : await paymentSituation(sources, row, record);
  const shop =
    orders instanceof Outage ? notAsked(orders) : await shopFinding({ sources, row, orders, abacos, payment }, signal);
  const history = await storyOf(sources.stateDirectory, id);
  const entries = storyEntries(history.entries);
  return {
    kind: 'story',
    story: {
      orderId: id,
      number,
      shop,
      abacos,
      checkpoint: withPayment(checkpoint, payment),
      repairs: sources.repairs(),
      entries,
      entriesSince: sources.happenings.since,
    },
  };
}

function notAsked({ reason }: Outage): ShopFinding {
  return { kind: 'not-asked', why: reason };
}

interface Row {
  readonly sources: LookupSources;
  readonly row: ShopOrder | undefined;
  readonly orders: Orders;
  readonly abacos: OrderStory['abacos'];
  readonly payment: PaymentSituation | undefined;
}

async function shopFinding({ sources, row, orders, abacos, payment }: Row, signal: AbortSignal): Promise<ShopFinding> {
  if (row === undefined) return { kind: 'no-row' };
  const details = Object.entries((await orders.evidenceOf(row.id, signal)) ?? {});
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
    details: details.flatMap(([column, value]) => (value === null || value === '' ? [] : [[column, value] as const])),
  };
}

async function askAbacos(config: Config, number: string | null, signal: AbortSignal): Promise<OrderStory['abacos']> {
  if (number === null) return { kind: 'not-asked', why: 'the number of the order is not known' };
  if (!isOrderNumber(number)) return { kind: 'not-asked', why: 'what the shop stores can not be an order number' };
  const erp = erpOf(config);
  try {
    return (await erp.call([number], signal)).get(number) ?? { kind: 'not-asked', why: 'Abacos gave no answer' };
  } catch (error) {
    if (error instanceof Outage) return { kind: 'not-asked', why: error.reason };
    throw error;
  } finally {
    erp.close();
  }
}

async function recordOf({ ledger, stateDirectory }: LookupSources, id: OrderId): Promise<OrderRecord | undefined> {
  const open = ledger.open.get(id);
  if (open !== undefined || id > ledger.head) return open;
  return settledRecord(join(stateDirectory, 'checkpoint'), id);
}

function checkpointFinding(sources: LookupSources, id: OrderId, record: OrderRecord | undefined): CheckpointFinding {
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

/** What decides about the payment of an order. What the monitor has seen of it is kept beside the checkpoint. */
async function paymentSituation(
  { now, policy, stateDirectory }: LookupSources,
  row: ShopOrder,
  record: OrderRecord | undefined,
): Promise<PaymentSituation> {
  const { payments, settleMs } = policy;
  const memory = await readRepairs(join(stateDirectory, 'repairs.json')).catch(() => undefined);
  return { row, record, memory, payments, settleMs, now: now() };
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

/** Settled orders are in the file only. */
async function settledRecord(path: string, id: OrderId): Promise<OrderRecord | undefined> {
  let found: OrderRecord | undefined;
  await readCheckpoint({
    path,
    onRecords: (records) => {
      found = records.find(({ record }) => record.orderId === id)?.record ?? found;
    },
  });
  return found;
}

type RecordSources = Pick<LookupSources, 'happenings' | 'policy'>;

/** What the page shows of an open order's record. */
export function openRecordOf({ happenings, policy }: RecordSources, record: OrderRecord): OpenRecord {
  const { createdAt, updatedAt } = record;
  const givenUp = isGivenUp(record, policy.maxAttempts);
  const why = happenings.whyOf(record.orderId);
  return {
    reason: reasonOf(record),
    attempts: commandsRun(record, policy.maxAttempts),
    maxAttempts: policy.maxAttempts,
    givenUp,
    inDoubt: happenings.isInDoubt(record.orderId),
    since: epochOf(createdAt),
    updatedAt: epochOf(updatedAt),
    everyMs: givenUp || isUndated(record) ? policy.recheckGivenUpMs : policy.runningCycleMs,
    ...(why === undefined ? {} : { why }),
  };
}

/** Why a record is open. */
export function reasonOf({ verdict }: OrderRecord): FailureReason {
  // A settled record is never open; one read between two states says nothing certain.
  return verdict.status === 'FAILED' ? verdict.reason : 'UNKNOWN';
}
