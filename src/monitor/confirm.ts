/** What came of commands that have ended. */
import { checkNumber, type Judgement } from '../core/judge.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import type { Pattern } from '../core/policy.ts';
import { isDismissed, type OrderRecord } from '../core/record.ts';
import { epochOf } from '../core/stamp.ts';
import { sameVerdict } from '../core/verdict.ts';
import { answersTo } from './answers.ts';
import { using } from './context.ts';
import { judgeHealth, noteBroughtIn, noteNotBroughtIn, noteShown } from './effects-seen.ts';
import type { Ended } from './job.ts';
import { judgeOrder } from './judging.ts';
import { RECORDING_DEADLINE_MS, type RecordChange } from './recorder.ts';
import type { RepairContext } from './repair-context.ts';

/** What a second look showed of an order whose command has ended. */
interface Confirmed extends Ended {
  readonly judgement: Judgement;
}

/**
 * Asks once more about the orders whose command has ended, so that a repair is
 * known within seconds. Abacos decides, never the exit status: the task ends
 * with 0 without inserting when the shop's integration is switched off, and
 * with 1 when the order is there already. A verdict that stays as it was is
 * left to the next cycle: no attempt is counted here for a failure.
 *
 * @returns how many orders Abacos now has
 */
export async function confirm(context: RepairContext, ended: readonly Ended[]): Promise<number> {
  if (ended.length === 0) return 0;
  context.progress.step('reading orders after their commands', context.policy.shopDeadlineMs);
  const rows = await using(context, 'shop', () =>
    context.orders.ordersById(
      ended.map(({ orderId }) => orderId),
      context.stop,
    ),
  );
  const confirmations = rows === undefined ? [] : await secondLook(context, ended, rows);
  context.progress.step(`recording ${confirmations.length} verdicts`, RECORDING_DEADLINE_MS);
  const { records } = await context.recorder.change((ledger) => ({
    changes: confirmations.flatMap((one) => changeOf(context, one, ledger.open.get(one.orderId))),
  }));

  const onRecord = new Map(records.map((record) => [record.orderId, record]));
  let repaired = 0;
  for (const one of confirmations) {
    if (conclude(context, one, onRecord.get(one.orderId))) repaired += 1;
  }
  await judgeHealth(context);
  return repaired;
}

async function secondLook(
  context: RepairContext,
  ended: readonly Ended[],
  rows: readonly ShopOrder[],
): Promise<Confirmed[]> {
  const orders = new Map<OrderId, ShopOrder>(rows.map((row) => [row.id, row]));
  const answers = await answersTo(
    context,
    ended.map(({ number }) => number),
  );
  return ended.flatMap((one) => {
    const order = orders.get(one.orderId);
    const answer = answers.byNumber.get(one.number);
    if (order === undefined || answer === undefined) return [];
    const check = checkNumber(order);
    if (check.kind !== 'usable' || check.number !== one.number) return [];
    return [{ ...one, judgement: judgeOrder(context, order, answer) }];
  });
}

function changeOf(
  { policy }: Pick<RepairContext, 'policy'>,
  confirmed: Confirmed,
  current: OrderRecord | undefined,
): RecordChange[] {
  if (current === undefined) return [];
  const { judgement, orderId } = confirmed;
  const { verdict } = judgement;
  if (verdict.status === 'SUCCESS') return [{ orderId, verdict, attempts: current.attempts + 1 }];
  // The answer right after a command may be in doubt; what was certain before it stays on record, as a person's word does.
  if (verdict.reason === 'UNKNOWN' || isDismissed(current)) return [];
  if (!sameVerdict(verdict, current.verdict)) return [{ orderId, verdict, attempts: current.attempts }];
  if (permanentError(confirmed, policy.permanentErrors) === undefined) return [];
  return [{ orderId, verdict, attempts: policy.maxAttempts + 1 }];
}

/** Says what came of it; tells whether Abacos now has the order. */
function conclude(context: RepairContext, confirmed: Confirmed, record: OrderRecord | undefined): boolean {
  const { schedule, checkpoint, clock, policy, report } = context;
  const { attempts, judgement, number, orderId, task } = confirmed;
  const name = { orderId, orderNumber: number };
  if (record?.verdict.status === 'SUCCESS') {
    schedule.forget(orderId);
    noteShown(context, name);
    noteBroughtIn(context);
    report({ kind: 'repaired', ...name, record, openMs: Math.max(0, clock.now() - epochOf(record.createdAt)) });
    return true;
  }
  const current = record ?? checkpoint.ledger.open.get(orderId);
  if (current === undefined) return false;
  report({
    kind: 'not-repaired',
    ...name,
    task,
    attempt: attempts + 1,
    record: current,
    found: judgement.verdict,
    ...(judgement.why === undefined ? {} : { why: judgement.why }),
  });
  if (isDismissed(current)) return false;
  const why = permanentError(confirmed, policy.permanentErrors);
  if (why !== undefined) context.breaker.forget(orderId);
  else if (task === 'insert_order' && judgement.verdict.reason === 'PAYMENT_PENDING') {
    // Inserted; its payment is another command's.
    noteShown(context, name);
    noteBroughtIn(context);
  } else if (judgement.verdict.status === 'FAILED' && judgement.verdict.reason !== 'UNKNOWN') {
    noteNotBroughtIn(context, orderId);
  }
  if (current.attempts > policy.maxAttempts && why !== undefined) {
    schedule.amend(orderId, { nextLookAt: clock.monotonic() + policy.recheckGivenUpMs });
    report({ kind: 'given-up', ...name, record: current, why: `trying again is no use: ${why}`, permanentError: why });
  }
  return false;
}

/** The line of a command's output that says that trying again is no use, if there is one. */
function permanentError({ outcome }: Ended, patterns: readonly Pattern[]): string | undefined {
  return outcome.output.find((line) => patterns.some((pattern) => pattern.test(line)));
}
