/** An order that the ERP should have: it said so when it was last asked. */
import { ordersOf } from '../adapters/adapters.ts';
import { readCheckpoint } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';
import type { Config } from '../config/index.ts';
import { isOrderNumber, type OrderId, type OrderNumber } from '../core/order.ts';

/**
 * The newest order on record as SUCCESS whose row is in the shop's table; `undefined` where there is none.
 *
 * @throws CheckpointFault, CheckpointIoError, Outage
 */
export async function knownOrder(
  { config, directories }: { readonly config: Config; readonly directories: Directories },
  signal: AbortSignal,
): Promise<OrderNumber | undefined> {
  let newest: OrderId | undefined;
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      for (const { record } of records) {
        if (record.verdict.status === 'SUCCESS' && record.orderId > (newest ?? -1)) newest = record.orderId;
      }
    },
  });
  if (newest === undefined) return undefined;
  const orders = ordersOf(config);
  try {
    const [order] = await orders.ordersById([newest], signal);
    return order?.number !== null && order?.number !== undefined && isOrderNumber(order.number)
      ? order.number
      : undefined;
  } finally {
    await orders.close();
  }
}
