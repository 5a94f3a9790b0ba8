/** Open orders for a spreadsheet. */
import { needsAction } from '../core/next.ts';
import { csvLine } from '../text/csv.ts';
import { whole } from '../words/sentence.ts';
import type { View } from './layout.ts';
import { nextFor } from './open-rows.ts';
import type { OpenOrders } from './ports.ts';

/** More are in what the command line lists. */
export const MOST_IN_CSV = 5000;

/**
 * With the marks by which the spreadsheets of the language know what it is. Times are in ISO 8601, with their offset. Where
 * there are more orders than these, the last row says so.
 */
export function openCsv(view: View, { matching, orders }: Pick<OpenOrders, 'matching' | 'orders'>): string {
  const { format, language, words } = view;
  const { columns, csvColumns } = words.overview;
  const titles = [
    columns.order,
    csvColumns.id,
    csvColumns.reason,
    columns.what,
    csvColumns.said,
    csvColumns.needsAction,
    columns.attempts,
    columns.since,
    csvColumns.checked,
    columns.next,
  ];
  const rows = orders.map((order) => [
    order.number ?? '',
    String(order.orderId),
    order.reason,
    whole(words.finding(order.reason)),
    order.why === undefined ? '' : words.translated(order.why),
    needsAction(order) ? csvColumns.yes : csvColumns.no,
    order.attempts === undefined ? '' : String(order.attempts),
    format.iso(order.since),
    format.iso(order.updatedAt),
    nextFor(view, order),
  ]);
  if (matching > orders.length) rows.push([words.overview.csvLeft(matching - orders.length)]);
  const separator = language === 'pt-BR' ? ';' : ',';
  return `\ufeff${[titles, ...rows].map((row) => `${csvLine(row, separator)}\r\n`).join('')}`;
}
