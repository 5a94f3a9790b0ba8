/** What people are to do about one order, by what the shop and its task said of it. */
import type { Config } from '../config/index.ts';
import { adviceFor, type Advice } from '../core/advice.ts';
import { complaintOf } from '../core/command.ts';
import { textOf } from '../core/said.ts';
import { epochOf } from '../core/stamp.ts';
import type { Sides } from './order-sides.ts';

/** `undefined` where nobody knows, or where there is nothing to be done because Abacos has the order. */
export function adviceOn(
  { abacos, checkpoint, history, shop }: Pick<Sides, 'abacos' | 'checkpoint' | 'history' | 'shop'>,
  { database, service }: Pick<Config, 'database' | 'service'>,
  now: number,
): Advice | undefined {
  const record = checkpoint.kind === 'told' ? checkpoint.told.record : undefined;
  if (record?.verdict.status !== 'FAILED') return undefined;
  const isThere = abacos.kind === 'told' && abacos.told.kind === 'exists';
  if (isThere && record.verdict.reason !== 'PAYMENT_PENDING') return undefined;
  const told = shop.kind === 'told' ? shop.told : undefined;
  const noted = ['erp_integrate_error', 'erp_payment_error'].map((column) => told?.evidence?.[column] ?? undefined);
  const entries = history.kind === 'told' ? history.told.entries : [];
  const last = entries.findLast((entry) => entry.kind === 'command-ended');
  const complaint = last?.kind === 'command-ended' ? complaintOf(last.outcome) : undefined;
  const said = [complaint, ...noted].filter((one) => one !== undefined).map(textOf);
  const isUnpaid = told?.row !== undefined && database.unpaidStates.includes(told.row.state);
  return adviceFor({ said, isUnpaid, openMs: now - epochOf(record.createdAt) }, service.advice);
}
