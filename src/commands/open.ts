/** `order-monit open`, or `checkpoint failed`: lists the open orders, with their numbers and why they are open. */
import { explain } from '../adapters/problems.ts';
import { loadSettings } from '../adapters/settings.ts';
import { ConfigurationError } from '../config/index.ts';
import { askReasons } from '../control/client.ts';
import { ControlError } from '../control/control-error.ts';
import { parseReasons, type OrderReason } from '../control/status.ts';
import { commandsRun, isGivenUp } from '../core/next.ts';
import type { OrderId } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { OrderRecord } from '../core/record.ts';
import { epochOf, isoOf } from '../core/stamp.ts';
import { openOrders } from '../lookup/open-orders.ts';
import { lookUp } from '../lookup/shop.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';
import { printTable, type Output } from '../terminal/output.ts';
import { oneLine } from '../text/printable.ts';
import { duration } from '../words/duration.ts';
import { ifRunning } from './service-call.ts';

/** The list is worth more than the numbers in it. */
const NUMBERS_DEADLINE_MS = 10_000;

/** An open order, with all that can be found out about it now. */
interface FailedOrder {
  readonly record: OrderRecord;
  /** `undefined` where the shop could not be asked, or has none. */
  readonly number: string | undefined;
  /** `undefined` where the configuration can't be read. */
  readonly givenUp: boolean | undefined;
  /** How many commands were run for it; `undefined` where it was given up, or the configuration can't be read. */
  readonly attempts: number | undefined;
  /** Known to the running service alone. */
  readonly reason: OrderReason | undefined;
}

/**
 * Lists those first that are open longest. The checkpoint alone is enough for
 * it: the shop adds the numbers and the running service why, as far as they can
 * be asked.
 */
export async function open(context: CommandContext): Promise<number> {
  const { directories, json, output } = context;
  const records = await openOrders(directories);
  const numbers = await numbersOf(context, records);
  const reasons = await reasonsOf(context);
  const maxAttempts = maxAttemptsOf(context);
  const orders = records.map((record): FailedOrder => {
    return {
      record,
      number: numbers.get(record.orderId),
      givenUp: maxAttempts === undefined ? undefined : isGivenUp(record, maxAttempts),
      attempts: maxAttempts === undefined ? undefined : commandsRun(record, maxAttempts),
      reason: reasons.get(record.orderId),
    };
  });
  if (json) output.json(orders.map(asJson));
  else print(output, orders, Date.now());
  return EXIT.fine;
}

/** A tab in what others wrote would begin another column. */
const MAX_FIELD = 2000;

function print(output: Output, orders: readonly FailedOrder[], now: number): void {
  const header = ['ORDER ID', 'NUMBER', 'REASON', 'ATTEMPTS', 'STATE', 'SINCE', 'AGE', 'WHY'];
  const rows = orders.map(({ record, number, givenUp, attempts, reason }) => [
    String(record.orderId),
    oneLine(number ?? '-', MAX_FIELD),
    record.verdict.reason,
    attempts === undefined ? '-' : String(attempts),
    givenUp === true ? 'given up' : 'open',
    record.createdAt,
    duration(Math.max(0, now - epochOf(record.createdAt))),
    oneLine(reason?.text ?? '-', MAX_FIELD),
  ]);
  if (rows.length > 0) printTable(output, header, rows);
  else if (output.isTerminal) output.line('No order is open.');
}

function asJson({ record, number, givenUp, attempts, reason }: FailedOrder): Record<string, unknown> {
  const { orderId, verdict, createdAt, updatedAt } = record;
  return {
    orderId,
    ...verdict,
    attempts: attempts ?? null,
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
    number: number ?? null,
    givenUp: givenUp ?? null,
    why: reason === undefined ? null : { kind: reason.kind, text: reason.text, at: reason.at },
  };
}

async function numbersOf(
  context: CommandContext,
  records: readonly OrderRecord[],
): Promise<ReadonlyMap<OrderId, string>> {
  if (records.length === 0) return new Map();
  const ids = records.map(({ orderId }) => orderId);
  try {
    const rows = await lookUp(context, async (orders) =>
      orders.ordersById(ids, AbortSignal.timeout(NUMBERS_DEADLINE_MS)),
    );
    return new Map(rows.flatMap(({ id, number }) => (number === null ? [] : [[id, number]])));
  } catch (error) {
    if (!(error instanceof Outage || error instanceof ConfigurationError)) throw error;
    context.output.error(`The shop could not be asked for the orders' numbers. ${explain(error).text}`);
    return new Map();
  }
}

/** Whoever may read the checkpoint need not be let in by the service. */
async function reasonsOf({ directories, output }: CommandContext): Promise<ReadonlyMap<OrderId | number, OrderReason>> {
  try {
    const answer = await ifRunning(() => askReasons(directories.runtime));
    const reasons = answer === undefined ? [] : parseReasons(answer.value);
    return new Map(reasons.map((reason) => [reason.orderId, reason]));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    output.error(`The running service could not be asked why. ${explain(error).text}`);
    return new Map();
  }
}

/** The checkpoint can be read where the configuration can't: then what is given up can't be told. */
function maxAttemptsOf({ directories }: CommandContext): number | undefined {
  try {
    return loadSettings(directories).config.service.maxAttempts;
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
