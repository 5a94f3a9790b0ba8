/** `order-monit dismiss`: has nothing more done about open orders, on a person's word. */
import { loadSettings } from '../adapters/settings.ts';
import { askDismiss } from '../control/client.ts';
import { parseRetryResults } from '../control/status.ts';
import { LONGEST_REASON, reasonIn } from '../core/dismissal.ts';
import type { OrderId } from '../core/order.ts';
import type { RetryResult } from '../core/retry.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { namedOrders, type OrderArguments } from './named-orders.ts';
import { dismissWithoutService } from './offline-operations.ts';
import { ifRunning } from './service-call.ts';

export interface DismissArguments extends OrderArguments {
  readonly why: string | undefined;
}

/** Tells the running service; without one the checkpoint is written directly. */
export async function dismiss(context: CommandContext, { numbers, ids, why }: DismissArguments): Promise<number> {
  const { json, output } = context;
  const reason = reasonIn(why ?? '');
  if (numbers.length + ids.length === 0 || reason === '') {
    throw new UsageError("Name the orders and why: order-monit dismiss 1226207 --why 'the customer cancelled'");
  }
  if (reason.length > LONGEST_REASON) throw new UsageError(`--why takes ${LONGEST_REASON} characters at most`);
  const wanted = await namedOrders(context, { numbers, ids });
  const results = await perform(
    context,
    wanted.map(({ id }) => id),
    reason,
  );
  if (json) output.json(results);
  for (const { id, name } of json ? [] : wanted) {
    const accepted = results.some((result) => result.orderId === id && result.accepted);
    output.line(`${name}: ${accepted ? 'dismissed' : 'is not open, nothing to dismiss'}`);
  }
  return results.every(({ accepted }) => accepted) ? EXIT.fine : EXIT.failure;
}

async function perform(context: CommandContext, ids: readonly OrderId[], why: string): Promise<RetryResult[]> {
  const { directories, operator: by } = context;
  const answer = await ifRunning(() => askDismiss(directories.runtime, ids, { by, why }));
  if (answer !== undefined) return parseRetryResults(answer.value);
  const { maxAttempts } = loadSettings(directories).config.service;
  return dismissWithoutService(context, { ids, by, why, maxAttempts });
}
