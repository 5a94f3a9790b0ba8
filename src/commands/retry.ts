/** `order-monit retry`: gives open orders their attempts again. */
import { loadSettings } from '../adapters/settings.ts';
import { askRetry } from '../control/client.ts';
import { parseRetryResults } from '../control/status.ts';
import { isGivenUp } from '../core/next.ts';
import type { OrderId } from '../core/order.ts';
import type { RetryResult } from '../core/retry.ts';
import { failedOrders, openOrders } from '../lookup/open-orders.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { agreed } from '../terminal/prompt.ts';
import { counted } from '../words/sentence.ts';
import { namedOrders } from './named-orders.ts';
import { retryWithoutService } from './offline-operations.ts';
import { ifRunning } from './service-call.ts';

export interface RetryArguments {
  readonly numbers: readonly string[];
  readonly ids: readonly number[];
  /** Every order that was given up. */
  readonly all: boolean;
  /** Those of them whose reason this matches. */
  readonly reason: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/**
 * A running service takes the orders up at once; without one the checkpoint is
 * written directly.
 */
export async function retry(context: CommandContext, wanted: RetryArguments): Promise<number> {
  const { numbers, ids, all, reason } = wanted;
  const named = numbers.length + ids.length > 0;
  const many = all || reason !== undefined;
  if (named === many) {
    throw new UsageError(
      'Name the orders: order-monit retry 1226207, or --id 72066, or --reason NOT_FOUND, or --all that were given up',
    );
  }
  return many ? retryMany(context, wanted) : retryNamed(context, wanted);
}

async function retryNamed(context: CommandContext, { numbers, ids, dryRun }: RetryArguments): Promise<number> {
  const { directories, json, output } = context;
  const wanted = await namedOrders(context, { numbers, ids });
  const orderIds = wanted.map(({ id }) => id);
  const { results, what } = dryRun
    ? { results: await rehearse(context, orderIds), what: 'would be retried' }
    : await perform(context, orderIds);

  if (json) output.json(results);
  for (const { id, name } of json ? [] : wanted) {
    const accepted = results.some((result) => result.orderId === id && result.accepted);
    output.line(accepted ? `${name}: ${what}` : `${name}: is not open, nothing to retry`);
  }
  if (dryRun && !json) output.line(`Nothing was changed in ${directories.state}`);
  return results.every(({ accepted }) => accepted) ? EXIT.fine : EXIT.failure;
}

async function retryMany(context: CommandContext, wanted: RetryArguments): Promise<number> {
  const { json, output } = context;
  const { dryRun, reason, yes } = wanted;
  const ids = await givenUp(context, patternOf(reason));
  const were = ids.length === 1 ? 'was' : 'were';
  const which = `${were} given up${reason === undefined ? '' : ` with a reason that matches ${reason}`}`;
  if (ids.length === 0 || dryRun) {
    if (json) output.json(ids.map((id) => ({ orderId: id, accepted: dryRun })));
    else
      output.line(
        `${counted(ids.length, 'order')} ${which}. Nothing was changed${ids.length === 0 ? '' : ': this is a dry run'}`,
      );
    return EXIT.fine;
  }
  if (!yes) {
    const question = `${counted(ids.length, 'order')} ${which}. Retry these orders?`;
    if (!(await agreed(question, `${question} Not a terminal: use --yes`))) {
      output.line('Nothing was changed.');
      return EXIT.failure;
    }
  }
  const { results, what } = await perform(context, ids);
  const accepted = results.filter((result) => result.accepted).length;
  if (json) output.json(results);
  else {
    output.line(`${counted(accepted, 'order')}: ${what}, after those of the day`);
  }
  return EXIT.fine;
}

/** A running service takes them up; without one they are written to the checkpoint. */
async function perform(
  context: CommandContext,
  ids: readonly OrderId[],
): Promise<{ results: readonly RetryResult[]; what: string }> {
  const { directories, operator: by } = context;
  const answer = await ifRunning(() => askRetry(directories.runtime, ids, by));
  if (answer !== undefined) return { results: parseRetryResults(answer.value), what: 'retry started' };
  return { results: await retryWithoutService(context, { ids, by }), what: 'retried when the service runs' };
}

async function rehearse({ directories }: CommandContext, ids: readonly OrderId[]): Promise<RetryResult[]> {
  const open = new Set((await failedOrders(directories)).map((record) => record.orderId));
  return ids.map((id) => ({ orderId: id, accepted: open.has(id) }));
}

async function givenUp({ directories }: CommandContext, pattern: RegExp): Promise<OrderId[]> {
  const { maxAttempts } = loadSettings(directories).config.service;
  const open = await openOrders(directories);
  return open
    .filter((record) => isGivenUp(record, maxAttempts) && pattern.test(record.verdict.reason))
    .map((record) => record.orderId);
}

function patternOf(reason: string | undefined): RegExp {
  try {
    return new RegExp(reason ?? '', 'iu');
  } catch {
    throw new UsageError(`--reason takes a regular expression, such as NOT_FOUND or 'NOT_FOUND|PAYMENT'`);
  }
}
