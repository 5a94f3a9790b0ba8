/** `order-monit audit`: holds the shop's orders of some days against the ERP. It needs no checkpoint, and writes nothing. */
import { erpOf, ordersOf } from '../adapters/adapters.ts';
import { systemClock } from '../adapters/clock.ts';
import { policyOf } from '../adapters/policy.ts';
import { loadSettings } from '../adapters/settings.ts';
import { audit as hold, FINDINGS, type Audit, type AuditedOrder, type Finding } from '../audit/index.ts';
import { orderId, type OrderId } from '../core/order.ts';
import { withHint } from '../core/outage.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { printTable, type Output } from '../terminal/output.ts';
import { csvLine } from '../text/csv.ts';
import { oneLine } from '../text/printable.ts';
import { oneOfStates } from '../text/state.ts';
import { duration } from '../words/duration.ts';
import { counted } from '../words/sentence.ts';
import { withProgress } from './progress.ts';

export interface AuditArguments {
  /** Milliseconds since 1970, both. */
  readonly since: number;
  /** Up to now when left out. */
  readonly until?: number;
  readonly csv?: boolean;
}

/** @returns 0 where nothing was found, else 1 @throws ConfigurationError, UsageError, Outage */
export async function audit(context: CommandContext, wanted: AuditArguments): Promise<number> {
  const { directories, json, output } = context;
  const { since, until } = wanted;
  if (until !== undefined && until <= since) throw new UsageError('--until must be after --since');
  const { config } = loadSettings(directories);
  const { signal } = new AbortController();
  const orders = ordersOf(config);
  const erp = erpOf(config);
  const policy = policyOf(config);
  try {
    const range = await rangeOf(orders, wanted, signal);
    const audited = await withProgress({ output }, 'asking about orders', async (note) =>
      hold(
        {
          adapters: { orders, erp, policy },
          clock: systemClock,
          ...range,
          states: { ...policy.payments, isCancelled: oneOfStates(config.database.cancelledStates) },
          onProgress: ({ asked, share }) => {
            if (share > 0) note({ done: asked, of: Math.round(asked / share) });
          },
          onOutage: (outage, waitMs) => {
            output.error(`${withHint(outage.message, outage.hint)}. It is asked again in ${duration(waitMs)}`);
          },
        },
        signal,
      ),
    );
    if (json) output.json({ ...range, ...audited });
    else print(output, { ...range, ...audited }, wanted.csv === true);
    return audited.found.length === 0 ? EXIT.fine : EXIT.failure;
  } finally {
    erp.close();
    await orders.close();
  }
}

interface IdRange {
  readonly after: OrderId;
  readonly through: OrderId;
}

/** Where one audit ends the next one begins: an order is in one of them, whatever its id and its date say. */
async function rangeOf(
  orders: ReturnType<typeof ordersOf>,
  { since, until }: AuditArguments,
  signal: AbortSignal,
): Promise<IdRange> {
  const after = await orders.lastIdBefore(since, signal);
  const newest = await orders.newestDueId(signal);
  const last = until === undefined ? newest : await orders.lastIdBefore(until, signal);
  return { after, through: orderId(Math.max(after, Math.min(newest, last))) };
}

const WORDS: Readonly<Record<Finding, string>> = {
  missing: 'not in Abacos',
  payment: 'payment not confirmed in Abacos',
  'cancelled-in-shop': 'cancelled in the shop, alive in Abacos',
  'cancelled-in-erp': 'cancelled in Abacos, paid in the shop',
  unclear: 'unclear: ask Abacos',
};

const COLUMNS = ['ORDER ID', 'NUMBER', 'STATE', 'IN ABACOS', 'FOUND', 'WHY'];

/** A tab in what others wrote would begin another column. */
const MAX_FIELD = 2000;

function fieldsOf({ finding, id, number, state, status, why }: AuditedOrder): readonly string[] {
  const fields = [
    String(id),
    number,
    state,
    status ?? (finding === 'missing' ? finding : ''),
    WORDS[finding],
    why ?? '',
  ];
  return fields.map((field) => oneLine(field, MAX_FIELD));
}

function print(output: Output, audited: Audit & IdRange, asCsv: boolean): void {
  const { asked, found, passedOver } = audited;
  const rows = found.map(fieldsOf);
  if (asCsv) for (const row of [COLUMNS, ...rows]) output.line(csvLine(row));
  else if (rows.length > 0) printTable(output, COLUMNS, rows.map(filled));
  // What reads the list gets the list alone.
  const say = (text: string): void => {
    if (output.isTerminal && !asCsv) output.line(text);
    else output.error(text);
  };
  const { after, through } = audited;
  const ids = through > after ? `ids ${after + 1} to ${through}` : 'no ids';
  say(
    `${counted(asked, 'order')} (${ids}) held against Abacos: ${found.length === 0 ? 'nothing was found' : countsOf(found)}.`,
  );
  if (passedOver > 0) {
    say(
      `${counted(passedOver, 'row')} without a number or a date passed over: carts, as a rule. Orders of the last settle_time are not due yet.`,
    );
  }
}

/** In a table for people an empty field is a dash. */
function filled(fields: readonly string[]): readonly string[] {
  return fields.map((field) => (field === '' ? '-' : field));
}

function countsOf(found: readonly AuditedOrder[]): string {
  return FINDINGS.flatMap((each) => {
    const count = found.filter(({ finding }) => finding === each).length;
    return count === 0 ? [] : [`${count} ${WORDS[each]}`];
  }).join('; ');
}
