/** What has to have become of every order once nothing has gone wrong for long enough. */
import { isGivenUp } from '../../../src/core/next.ts';
import type { OrderRecord } from '../../../src/core/record.ts';
import type { Abacos } from './abacos.ts';
import type { Host } from './host.ts';
import type { Row, Shop } from './shop.ts';
import { brief } from './witness.ts';

export interface Circumstances {
  readonly host: Host;
  readonly shop: Shop;
  readonly abacos: Abacos;
  readonly maxAttempts: number;
  readonly isRefused: (number: string) => boolean;
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
    for (const dependency of ['shop', 'abacos', 'integration-server'] as const) {
      if (monitor.dependency(dependency).kind === 'down') yield `${dependency} counts as down`;
    }
  }
}

function faultOf(row: Row, record: OrderRecord, circumstances: Circumstances): string | undefined {
  const { abacos, isRefused, maxAttempts, wasLost } = circumstances;
  const { number, payment, state } = row;
  const { reason } = record.verdict;
  const isSettled = reason === 'OK';
  if (number === null || number.includes(' ')) {
    return reason === 'BAD_NUMBER' || isSettled ? undefined : 'its number is none';
  }
  if (isRefused(number)) return reason === 'UNKNOWN' || isSettled ? undefined : 'Abacos answers nothing usable';
  const status = abacos.shows(number);
  if (status === undefined) {
    if (isSettled) return wasLost(row) ? undefined : 'Abacos does not have it';
    return reason === 'NOT_FOUND' && isGivenUp(record, maxAttempts) ? undefined : 'it is neither mended nor given up';
  }
  if (isSettled) return undefined;
  const mayBePending = status === 'in-progress' && state === 'authorized' && payment !== 'acknowledged';
  if (mayBePending && reason === 'PAYMENT_PENDING' && isGivenUp(record, maxAttempts)) return undefined;
  return 'Abacos has it';
}

/** What people have to have read of it last. */
function untold({ id }: Row, record: OrderRecord, { host, maxAttempts }: Circumstances): string | undefined {
  const last = host.reader.last.get(id);
  const isMended = last === undefined || last === 'settled' || last === 'repaired' || last === 'paymentRepaired';
  if (record.verdict.status === 'SUCCESS') return isMended ? undefined : `people have read last: ${last}`;
  const needsAPerson = isGivenUp(record, maxAttempts) || ['UNKNOWN', 'BAD_NUMBER'].includes(record.verdict.reason);
  if (!needsAPerson || !(isMended || last === 'missing' || last === 'payment')) return undefined;
  return `people have read last: ${last ?? 'nothing'}`;
}
