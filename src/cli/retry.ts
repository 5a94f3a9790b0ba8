import { askRetry, ControlError } from '../control/client.ts';
import { parseRetryResults, type RetryResult } from '../control/status.ts';
import { orderId, type OrderId } from '../core/order.ts';
import { EXIT } from './exit.ts';
import type { Surroundings } from './surroundings.ts';
import { operatorOf } from './operator.ts';
import { retryWithoutService } from './offline-retry.ts';
import { UsageError } from './problems.ts';
import { findByNumber } from './shop-lookup.ts';

export interface RetryArguments {
  readonly numbers: readonly string[];
  readonly ids: readonly number[];
}

interface Wanted {
  readonly id: OrderId;
  /** As the operator named it. */
  readonly name: string;
}

/**
 * `order-monit retry`: open orders get their attempts again. A running service
 * takes them up at once; without one the checkpoint is written directly.
 */
export async function retry(surroundings: Surroundings, { numbers, ids }: RetryArguments): Promise<number> {
  const { directories, environment, json, output } = surroundings;
  if (numbers.length + ids.length === 0)
    throw new UsageError('Name the orders: order-monit retry 1226207, or --id 72066');
  const byNumber = numbers.length === 0 ? [] : await findByNumber(surroundings, numbers);
  const wanted: Wanted[] = [
    ...byNumber.map(({ id, number }) => ({ id, name: `order ${number} (id ${id})` })),
    ...ids.map((id) => ({ id: orderId(id), name: `order id ${id}` })),
  ];
  const by = operatorOf(environment);
  const orderIds = wanted.map(({ id }) => id);
  const results = await askService(directories.runtime, orderIds, by);
  const done = results ?? (await retryWithoutService(surroundings, { ids: orderIds, by }));

  if (json) output.line(JSON.stringify(done, null, 2));
  for (const { id, name } of json ? [] : wanted) {
    const accepted = done.some((result) => result.orderId === id && result.accepted);
    const next = results === undefined ? 'when the service runs' : 'now';
    output.line(
      accepted ? `${name}: has its attempts again and is taken up ${next}` : `${name}: is not open, nothing to retry`,
    );
  }
  return done.every(({ accepted }) => accepted) ? EXIT.fine : EXIT.failure;
}

/** @returns undefined when no service runs */
async function askService(directory: string, ids: readonly OrderId[], by: string): Promise<RetryResult[] | undefined> {
  try {
    return parseRetryResults(await askRetry(directory, ids, by));
  } catch (error) {
    if (error instanceof ControlError && error.failure.kind === 'not-running') return undefined;
    throw error;
  }
}
