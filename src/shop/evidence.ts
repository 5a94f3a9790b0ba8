/** What the shop noted of an order and Abacos, for people. */
import { oneLine } from '../text/printable.ts';
import { textOf, type RawRow } from './row.ts';
import type { TableNames } from './table.ts';

/** By column, as text: those of interest that the table has. */
export type ShopEvidence = Readonly<Record<string, string | null>>;

/** An error may come with the whole answer of a web service in it. In characters. */
export const MAX_EVIDENCE_LENGTH = 2000;

/**
 * The columns of interest. The errors are what the shop wrote down when it
 * sent the order by itself or by its task, which may hide the cause from its caller.
 */
export function evidenceColumns({ createdAt, paymentConfirmedAt }: TableNames): readonly string[] {
  const columns = [
    createdAt,
    'updated_at',
    'erp_integrate_at',
    'erp_integrate_error',
    paymentConfirmedAt,
    'erp_payment_error',
  ];
  return [...new Set(columns)];
}

export function evidenceFrom(
  row: RawRow,
  columns: readonly string[],
  hide = (text: string): string => text,
): ShopEvidence {
  const shown = (text: string | null): string | null => (text === null ? null : hide(folded(text)));
  return Object.fromEntries(columns.map((name) => [name, shown(textOf(row, name))]));
}

function folded(text: string): string {
  return oneLine(text, MAX_EVIDENCE_LENGTH).replace(/\s+/g, ' ');
}
