/** What has to have become of every order once nothing has gone wrong for long enough. */
import { isGivenUp } from '../../../src/core/next.ts';
import { isDismissed, type OrderRecord } from '../../../src/core/record.ts';
import type { Abacos } from './abacos.ts';
import type { Host } from './host.ts';
import type { TaskManner } from './script.ts';
import type { Row, Shop } from './shop.ts';
import { brief } from './witness.ts';

export interface Circumstances {
  readonly host: Host;
  readonly shop: Shop;
  readonly abacos: Abacos;
  readonly maxAttempts: number;
  readonly isPoison: (number: string) => boolean;
  /** It was in Abacos under its number, and is no longer: nobody has to have noticed. */
  readonly wasLost: (row: Row) => boolean;
}

/** Says of each order what is not as it has to be. */
export function* faultsOf(circumstances: Circumstances): Generator<string> {
  const { host, shop } = circumstances;
  for (const row of shop.rows) {
    // While no later order has been taken, nobody can tell that a number is late.
    const isToCome = row.number === null && row.id > host.witness.head;
    if (!shop.isVisible(row) || isToCome) continue;
    const record = host.witness.durable.get(row.id);
    if (record === undefined) yield `order ${row.id} is not on record`;
    else {
      const fault = faultOf(row, record, circumstances) ?? untold(row, record, circumstances);
      if (fault !== undefined) yield `order ${row.id} is ${brief(record)}: ${fault}`;
    }
  }
  const { monitor } = host;
  if (monitor === undefined) yield 'the service does not run';
  else {
    for (const dependency of ['shop', 'abacos', 'integration-server', 'repairs'] as const) {
      if (monitor.dependency(dependency).kind === 'up') continue;
      if (dependency !== 'integration-server' || !isOutForGood(circumstances)) yield `${dependency} counts as down`;
    }
  }
}

/**
 * Five orders in a row that no command can help look like an integration side that does nothing, until there is one that
 * a command helps. People know of it, and what could be helped is.
 */
function isOutForGood({ host }: Circumstances): boolean {
  return host.monitor?.dependency('integration-server').kind === 'down' && host.reader.saysDown('integration-server');
}

const WORKING: ReadonlySet<TaskManner> = new Set([
  'works',
  'works and says no',
  'works and hangs',
  'times out and lands',
  'hangs and lands',
]);

/** No command does for it what it is to do, or none says so where only that could tell. */
function isHopeless({ payment, plan: { task } }: Row, reason: string): boolean {
  if (reason === 'PAYMENT_PENDING' && payment === 'untracked') return task !== 'works' && task !== 'pretends';
  return !WORKING.has(task);
}

function faultOf(row: Row, record: OrderRecord, circumstances: Circumstances): string | undefined {
  const { abacos, isPoison, maxAttempts, wasLost } = circumstances;
  const { createdAt, number, payment, state } = row;
  const isUndated = createdAt === undefined;
  const { reason } = record.verdict;
  // One whose payment is watched was in Abacos: what else becomes of it is looked at once it is paid.
  const isWatched = reason === 'AWAITING_PAYMENT';
  const isSettled = reason === 'OK';
  const isAnothers = isWatched && row.freeSince !== undefined && wasLost(row);
  if (number === null || number.includes(' ')) {
    if (isDismissed(record)) return faultOfDismissed(row, undefined, circumstances);
    return reason === (isUndated ? 'NO_DATE' : 'BAD_NUMBER') || isSettled || isAnothers
      ? undefined
      : 'its number is none';
  }
  if (isPoison(number) && isDismissed(record)) return faultOfDismissed(row, undefined, circumstances);
  if (isPoison(number)) return reason === 'UNKNOWN' || isSettled ? undefined : 'Abacos answers nothing usable';
  const status = abacos.shows(number);
  if (isDismissed(record)) return faultOfDismissed(row, status, circumstances);
  if (status === undefined) {
    const isLostUnpaid = isWatched && state === 'waiting_payment' && payment !== 'acknowledged';
    if (isSettled || isLostUnpaid) return wasLost(row) ? undefined : 'Abacos does not have it';
    if (isUndated) return reason === 'NO_DATE' ? undefined : 'it has no date';
    if (isOthersFault(row, record, circumstances)) return 'it is given up for what became of an order that had its id';
    const isOver = isGivenUp(record, maxAttempts) || (isOutForGood(circumstances) && isHopeless(row, reason));
    return reason === 'NOT_FOUND' && isOver ? undefined : 'it is neither mended nor given up';
  }
  if (isSettled)
    return isMissed(row, status, circumstances) ? 'its payment is not confirmed, and nobody looks after it' : undefined;
  if (isWatched) {
    const isUnpaid = state === 'waiting_payment' && payment !== 'acknowledged';
    return isUnpaid ? undefined : 'its payment is no longer to come, and it is watched still';
  }
  const mayBePending = status === 'in-progress' && state === 'authorized' && payment !== 'acknowledged';
  const isOver = isGivenUp(record, maxAttempts) || (isOutForGood(circumstances) && isHopeless(row, reason));
  if (mayBePending && isUndated && reason === 'NO_DATE') return undefined;
  if (mayBePending && reason === 'PAYMENT_PENDING' && isOver) return undefined;
  return 'Abacos has it';
}

/** It stays so until Abacos has it and its payment; and it is that order, and no other one that got its id later. */
function faultOfDismissed(row: Row, status: string | undefined, { host, wasLost }: Circumstances): string | undefined {
  const isAnother = row.freeSince !== undefined && row.freeSince > host.witness.dismissals.at(row.id);
  if (isAnother && !wasLost(row)) return 'nobody has dismissed it, but an order that had its id';
  const mayBePending = status === 'in-progress' && row.state === 'authorized' && row.payment !== 'acknowledged';
  return status === undefined || mayBePending ? undefined : 'Abacos has it';
}

/** No command was ever counted for it, and its host has seen that the order that had its id is lost. */
function isOthersFault(row: Row, record: OrderRecord, { host, maxAttempts, wasLost }: Circumstances): boolean {
  if (row.freeSince === undefined || wasLost(row) || !isGivenUp(record, maxAttempts)) return false;
  return !host.witness.tried.has(row.number ?? '');
}

/** It has waited for its payment, was paid, and nobody confirmed that. */
function isMissed(row: Row, status: string, { wasLost, host }: Circumstances): boolean {
  const { payment, plan, state } = row;
  const isPending = status === 'in-progress' && state === 'authorized' && payment === 'none';
  const waitedOnly = plan.state === 'waiting_payment' && plan.later?.state !== 'canceled';
  return isPending && waitedOnly && !wasLost(row) && host.witness.durable.has(row.id);
}

/** What people have to have read of it last. */
function untold({ id }: Row, record: OrderRecord, { host, maxAttempts }: Circumstances): string | undefined {
  // What people have read of it before stands.
  if (isDismissed(record)) return undefined;
  if (record.verdict.reason === 'NO_DATE') return host.reader.saysUndated ? undefined : 'nobody has read of it';
  const last = host.reader.last.get(id);
  // Who has dismissed it has not been told of what became of it since.
  const wasDismissed = host.witness.dismissals.at(id) > -Infinity;
  const isMended = last === undefined || last === 'settled' || last === 'repaired' || last === 'paymentRepaired';
  if (record.verdict.status === 'SUCCESS') {
    return isMended || wasDismissed ? undefined : `people have read last: ${last}`;
  }
  const needsAPerson = isGivenUp(record, maxAttempts) || ['UNKNOWN', 'BAD_NUMBER'].includes(record.verdict.reason);
  if (!needsAPerson || !(isMended || last === 'NOT_FOUND' || last === 'PAYMENT_PENDING')) return undefined;
  return `people have read last: ${last ?? 'nothing'}`;
}
