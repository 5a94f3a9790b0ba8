/** Everybody who knows something of one order, asked at the same time. Who is down keeps nobody from answering. */
import { erpOf } from '../adapters/adapters.ts';
import { explain } from '../adapters/problems.ts';
import { readCheckpoint, readRepairs } from '../checkpoint/index.ts';
import { checkpointPath, repairPath, type Directories } from '../config/directories.ts';
import type { Config } from '../config/index.ts';
import { askStatus } from '../control/client.ts';
import { ControlError } from '../control/control-error.ts';
import { parseStatus, type Status } from '../control/status.ts';
import type { Answer } from '../core/answer.ts';
import { errorCode } from '../core/error-code.ts';
import { isOrderNumber, orderId, type OrderId, type ShopOrder } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import { ForeignFile } from '../files/own-file.ts';
import { idOfNumber, ordersOf, storyOf, type Story } from '../history/index.ts';
import type { ShopEvidence } from '../shop/index.ts';
import type { Surroundings } from '../terminal/command-context.ts';
import { NotFound, UsageError } from '../terminal/errors.ts';
import { lookUp } from './shop.ts';

/** The order as the operator named it. */
export type Wanted = { readonly number: string } | { readonly id: OrderId };

/** What one of them said, or why it said nothing. */
export type Side<T> = { readonly kind: 'told'; readonly told: T } | { readonly kind: 'silent'; readonly why: string };

export interface ShopSide {
  readonly row: ShopOrder | undefined;
  readonly evidence: ShopEvidence | undefined;
}

export interface CheckpointSide {
  readonly record: OrderRecord | undefined;
  readonly head: number;
}

export interface Sides {
  readonly id: OrderId | undefined;
  readonly number: string | undefined;
  readonly shop: Side<ShopSide>;
  readonly abacos: Side<Answer>;
  readonly checkpoint: Side<CheckpointSide>;
  readonly history: Side<Story>;
  /** What repairs wait for, as it was last kept. */
  readonly repairs: Side<RepairMemory | undefined>;
  readonly service: Service;
}

/** Unknown when this user may not ask it. */
export type Service =
  { readonly kind: 'running'; readonly status: Status } | { readonly kind: 'stopped' } | { readonly kind: 'unknown' };

const DEADLINE_MS = 60_000;

/**
 * Asks them all.
 *
 * @throws NotFound when neither the shop nor the history knows the number
 * @throws UsageError when several orders have it
 */
export async function askAll(surroundings: Surroundings, config: Config, wanted: Wanted): Promise<Sides> {
  const { directories } = surroundings;
  const shop = side(askShop(surroundings, wanted));
  const name = nameOf(wanted, shop, directories);
  // Abacos knows numbers, and the others know ids: who is asked for by the right name need not wait for the shop.
  const id = 'id' in wanted ? Promise.resolve(wanted.id) : name.then((known) => known.id);
  const number = 'number' in wanted ? Promise.resolve(wanted.number) : name.then((known) => known.number);
  const answers = await Promise.all([
    name,
    shop,
    side(number.then((known) => askAbacos(config, known))),
    side(id.then((known) => askCheckpoint(directories, known))),
    side(id.then((known) => askHistory(directories, known))),
    side(askRepairs(directories)),
    askService(directories),
  ]);
  const [known, shopSide, abacos, checkpoint, history, repairs, service] = answers;
  if (known.id === undefined && shopSide.kind === 'told') {
    throw new NotFound(`The shop has no order ${known.number}. An order can be named by its row as well: --id 72066`);
  }
  return { ...known, shop: shopSide, abacos, checkpoint, history, repairs, service };
}

/** Keeps one that is down from stopping the others. What is wrong with the question itself, or a bug, goes on its way. */
async function side<T>(question: Promise<T>): Promise<Side<T>> {
  try {
    return { kind: 'told', told: await question };
  } catch (error) {
    if (error instanceof NotKnown) return { kind: 'silent', why: error.message };
    const { text, isBug } = explain(error);
    if (isBug === true || error instanceof UsageError) throw error;
    return { kind: 'silent', why: text };
  }
}

/** Thrown where nobody can be asked, for want of the order's other name. */
class NotKnown extends Error {
  override readonly name = 'NotKnown';
}

async function askShop(surroundings: Surroundings, wanted: Wanted): Promise<ShopSide> {
  return lookUp(surroundings, async (orders, signal) => {
    const rows =
      'id' in wanted
        ? await orders.ordersById([wanted.id], signal)
        : await orders.ordersByNumber([wanted.number], signal);
    if (rows.length > 1) {
      const ids = rows.map((row) => row.id).join(', ');
      throw new UsageError(
        `The shop has several orders ${rows[0]?.number ?? ''}. Name one by the id of its row: --id, one of ${ids}`,
      );
    }
    const row = rows[0];
    return { row, evidence: row === undefined ? undefined : await orders.evidenceOf(row.id, signal) };
  });
}

interface Known {
  readonly id: OrderId | undefined;
  readonly number: string | undefined;
}

/** Both names of the order: by the shop, or else by what the history saw of it earlier. */
async function nameOf(wanted: Wanted, shop: Promise<Side<ShopSide>>, { state }: Directories): Promise<Known> {
  const answer = await shop;
  const row = answer.kind === 'told' ? answer.told.row : undefined;
  if (row !== undefined) return { id: row.id, number: row.number ?? undefined };
  const known = 'id' in wanted ? { id: wanted.id, number: undefined } : { id: undefined, number: wanted.number };
  try {
    if (known.id === undefined) return { ...known, id: await idOfNumber(state, known.number) };
    const { entries } = await storyOf(state, known.id);
    const names = entries.flatMap(ordersOf).filter((order) => order.orderId === known.id);
    return { ...known, number: names.findLast((order) => order.orderNumber !== null)?.orderNumber ?? undefined };
  } catch (error) {
    // A history that can't be read is said where the history is shown.
    if (errorCode(error) === undefined) throw error;
    return known;
  }
}

async function askAbacos(config: Config, number: string | undefined): Promise<Answer> {
  if (number === undefined) throw new NotKnown('its number is not known');
  if (!isOrderNumber(number)) throw new NotKnown('what the shop stores can not be an order number');
  const erp = erpOf(config);
  try {
    const answer = (await erp.call([number], AbortSignal.timeout(DEADLINE_MS))).get(number);
    if (answer === undefined) throw new NotKnown('Abacos gave no answer');
    return answer;
  } finally {
    erp.close();
  }
}

async function askCheckpoint(directories: Directories, id: OrderId | undefined): Promise<CheckpointSide> {
  if (id === undefined) throw new NotKnown('the id of its row is not known');
  let record: OrderRecord | undefined;
  let head = orderId(0);
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      for (const current of records) {
        if (current.record.orderId === id) record = current.record;
        if (current.head) head = current.record.orderId;
      }
    },
  });
  return { record, head };
}

async function askHistory({ state }: Directories, id: OrderId | undefined): Promise<Story> {
  if (id === undefined) throw new NotKnown('the id of its row is not known');
  try {
    return await storyOf(state, id);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || error instanceof ForeignFile) throw error;
    throw new NotKnown(`its files in ${state} can not be read (${code})`);
  }
}

async function askRepairs(directories: Directories): Promise<RepairMemory | undefined> {
  const path = repairPath(directories);
  try {
    return await readRepairs(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || error instanceof ForeignFile) throw error;
    throw new NotKnown(`${path} can not be read (${code})`);
  }
}

async function askService({ runtime }: Directories): Promise<Service> {
  try {
    return { kind: 'running', status: parseStatus(await askStatus(runtime)) };
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return { kind: error.failure.kind === 'not-running' ? 'stopped' : 'unknown' };
  }
}
