/** The one look-up of an order: asks all who know something of it, at once. What is down stops no other answer. */
import { erpOf, ordersOf } from '../adapters/adapters.ts';
import { paymentsOf } from '../adapters/policy.ts';
import { explain } from '../adapters/problems.ts';
import { readCheckpoint, readRepairs } from '../checkpoint/index.ts';
import { checkpointPath, repairPath, type Directories } from '../config/directories.ts';
import type { Config } from '../config/index.ts';
import { askStatus } from '../control/client.ts';
import { ControlError } from '../control/control-error.ts';
import { parseStatus, type Status } from '../control/status.ts';
import type { Answer } from '../core/answer.ts';
import { isOrderNumber, orderId, type OrderId, type OrderReference, type ShopOrder } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import { ForeignFile } from '../files/own-file.ts';
import { idOfNumber, ordersOf as ordersIn, storyOf, type Story } from '../history/index.ts';
import type { Orders, ShopEvidence } from '../shop/index.ts';
import { NotFound, UsageError } from '../terminal/errors.ts';
import { errorCode } from '../text/error.ts';
import type { PaymentSituation } from './payment-outlook.ts';

/** Where a look-up goes. The shop and Abacos are asked over connections of its own, so that it is in nobody's way. */
export interface Sources {
  readonly config: Config;
  readonly directories: Pick<Directories, 'state'>;
  readonly recordsOf: (ids: readonly OrderId[]) => Promise<Records>;
  /** What is known of an order's names where the shop does not tell them. */
  readonly names: {
    readonly numberOf: (id: OrderId) => Promise<string | undefined>;
    readonly idOf: (number: string) => Promise<OrderId | undefined>;
  };
  /** Abacos is asked for no number that the shop, which could be asked, does not know: anybody may name any. */
  readonly shopDecides: boolean;
}

/** What one of them said, or why it said nothing, with the error behind that. */
export type Side<T> =
  | { readonly kind: 'told'; readonly told: T }
  | { readonly kind: 'silent'; readonly why: string; readonly cause?: unknown };

export interface ShopSide {
  readonly row: ShopOrder | undefined;
  readonly evidence: ShopEvidence | undefined;
}

/** The records of some orders, those that have one. */
export interface Records {
  readonly byId: ReadonlyMap<OrderId, OrderRecord>;
  readonly head: number;
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
}

/** Unknown when this user may not ask it. */
export type Service =
  { readonly kind: 'running'; readonly status: Status } | { readonly kind: 'stopped' } | { readonly kind: 'unknown' };

/** Several orders have the number. */
export class SeveralOrders extends UsageError {
  readonly ids: readonly OrderId[];

  constructor(number: string, ids: readonly OrderId[]) {
    super(severalOrders(number, ids));
    this.ids = ids;
  }
}

/** Says which rows have a number, and how one of them is named. */
export function severalOrders(number: string, ids: readonly OrderId[]): string {
  return `The shop has several orders ${number}. Name one by the id of its row: --id, one of ${ids.join(', ')}`;
}

/**
 * Asks them all.
 *
 * @param meant what may be meant, the likeliest first: it is the first one that the shop has
 * @throws NotFound when neither the shop nor the other names know any of it
 * @throws SeveralOrders
 */
export async function askAll(sources: Sources, meant: readonly OrderReference[], signal: AbortSignal): Promise<Sides> {
  const { config, directories } = sources;
  const shop = side(askShop(config, meant, signal));
  const name = nameOf(sources, meant, shop);
  // The others know ids: who is asked for by the right name need not wait for the shop.
  const [only, ...others] = meant;
  const isId = only !== undefined && 'id' in only && others.length === 0;
  const id = isId ? Promise.resolve(only.id) : name.then((known) => known.id);
  const [known, shopSide, abacos, checkpoint, history, repairs] = await Promise.all([
    name,
    shop,
    side(askAbacosInTime(sources, { meant, name }, signal)),
    side(id.then(async (each) => recordOf(sources, idOrThrow(each)))),
    side(
      id.then((each) =>
        readable(`its files in ${directories.state}`, () => storyOf(directories.state, idOrThrow(each))),
      ),
    ),
    side(readable(repairPath(directories), () => readRepairs(repairPath(directories)))),
  ]);
  return { ...known, shop: shopSide, abacos, checkpoint, history, repairs };
}

/** Keeps one that is down from stopping the others. What is wrong with the question itself, or a bug, goes on its way. */
async function side<T>(question: Promise<T>): Promise<Side<T>> {
  try {
    return { kind: 'told', told: await question };
  } catch (error) {
    if (error instanceof NotKnown) return { kind: 'silent', why: error.message, cause: error.cause ?? error };
    const { text, isBug } = explain(error);
    if (isBug === true || error instanceof UsageError) throw error;
    return { kind: 'silent', why: text, cause: error };
  }
}

/** Nobody can be asked, mostly for want of the order's other name. */
export class NotKnown extends Error {
  override readonly name = 'NotKnown';
}

async function askShop(config: Config, meant: readonly OrderReference[], signal: AbortSignal): Promise<ShopSide> {
  const orders = ordersOf(config);
  try {
    return await shopSideOf(orders, meant, signal);
  } finally {
    await orders.close();
  }
}

/** What the shop has of the first of these that it knows. @throws SeveralOrders, Outage */
export async function shopSideOf(
  orders: Orders,
  meant: readonly OrderReference[],
  signal: AbortSignal,
): Promise<ShopSide> {
  const row = await rowMeant(orders, meant, signal);
  return { row, evidence: row === undefined ? undefined : await orders.evidenceOf(row.id, signal) };
}

async function rowMeant(
  orders: Orders,
  meant: readonly OrderReference[],
  signal: AbortSignal,
): Promise<ShopOrder | undefined> {
  for (const wanted of meant) {
    const rows =
      'id' in wanted
        ? await orders.ordersById([wanted.id], signal)
        : await orders.ordersByNumber([wanted.number], signal);
    const [row, another] = rows;
    if (another !== undefined) {
      const ids = rows.map(({ id }) => id);
      throw new SeveralOrders(row?.number ?? '', ids);
    }
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Both names of an order, as far as they are known. */
export interface Known {
  readonly id: OrderId | undefined;
  readonly number: string | undefined;
}

/** @throws NotFound */
async function nameOf(
  sources: Sources,
  meant: readonly OrderReference[],
  shop: Promise<Side<ShopSide>>,
): Promise<Known> {
  const name = await known(sources, meant, await shop);
  if (name !== undefined) return name;
  const [first] = meant;
  const number = first !== undefined && 'number' in first ? first.number : '';
  throw new NotFound(`The shop has no order ${number}. An order can be named by its row as well: --id 72066`);
}

/** By the shop, or else by what is known of it from earlier; `undefined` where neither has such an order. */
export async function known(
  { names, shopDecides }: Sources,
  meant: readonly OrderReference[],
  answer: Side<ShopSide>,
): Promise<Known | undefined> {
  const row = rowOf(answer);
  if (row !== undefined) return { id: row.id, number: row.number ?? undefined };
  const [first] = meant;
  if (first !== undefined && 'id' in first) return { id: first.id, number: await names.numberOf(first.id) };
  const numbers = meant.flatMap((reference) => ('number' in reference ? [reference.number] : []));
  for (const number of answer.kind === 'told' && shopDecides ? [] : numbers) {
    const id = await names.idOf(number);
    if (id !== undefined) return { id, number };
  }
  return answer.kind === 'told' ? undefined : { id: undefined, number: numbers[0] };
}

/** Abacos knows numbers: it need not wait for the shop where the likeliest one turns out to be the right one. */
async function askAbacosInTime(
  { config, shopDecides }: Sources,
  { meant, name }: { readonly meant: readonly OrderReference[]; readonly name: Promise<Known> },
  signal: AbortSignal,
): Promise<Answer> {
  const [first] = meant;
  const likeliest = first !== undefined && 'number' in first && !shopDecides ? first.number : undefined;
  if (likeliest === undefined) return askAbacos(config, (await name).number, signal);
  const [known, answer] = await Promise.all([name, side(askAbacos(config, likeliest, signal))]);
  if (known.number !== likeliest) return askAbacos(config, known.number, signal);
  if (answer.kind === 'told') return answer.told;
  throw answer.cause;
}

/** The shop's row, where there is one and the shop could be asked. */
export function rowOf(shop: Side<ShopSide>): ShopOrder | undefined {
  return shop.kind === 'told' ? shop.told.row : undefined;
}

/** What decides about a payment, where the shop has told of the order. @param now milliseconds since 1970 */
export function paymentSituation(
  { checkpoint, repairs, shop }: Pick<Sides, 'checkpoint' | 'repairs' | 'shop'>,
  config: Config,
  now: number,
): PaymentSituation | undefined {
  const row = rowOf(shop);
  if (row === undefined) return undefined;
  return {
    row,
    record: checkpoint.kind === 'told' ? checkpoint.told.record : undefined,
    memory: repairs.kind === 'told' ? repairs.told : undefined,
    payments: paymentsOf(config),
    settleMs: config.service.settleTimeMs,
    now,
  };
}

async function askAbacos(config: Config, number: string | undefined, signal: AbortSignal): Promise<Answer> {
  if (number === undefined) throw new NotKnown('its number is not known');
  if (!isOrderNumber(number)) throw new NotKnown('what the shop stores can not be an order number');
  const erp = erpOf(config);
  try {
    const answer = (await erp.call([number], signal)).get(number);
    if (answer === undefined) throw new NotKnown('Abacos gave no answer');
    return answer;
  } finally {
    erp.close();
  }
}

function idOrThrow(id: OrderId | undefined): OrderId {
  if (id === undefined) throw new NotKnown('the id of its row is not known');
  return id;
}

/** @throws NotKnown where files can't be read */
async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || error instanceof ForeignFile) throw error;
    throw new NotKnown(`${path} can not be read (${code})`, { cause: error });
  }
}

/** For those who have nothing but the files: the record and the names by the checkpoint and the history. */
export function filesAsSources(config: Config, directories: Directories): Sources {
  const { state } = directories;
  return {
    config,
    directories,
    shopDecides: false,
    recordsOf: async (ids) => recordsInFile(directories, ids),
    names: {
      numberOf: async (id) => numberInHistory(state, id),
      idOf: async (number) => unlessUnreadable(async () => idOfNumber(state, number)),
    },
  };
}

/** The number of an order, as the history has it. */
export async function numberInHistory(state: string, id: OrderId): Promise<string | undefined> {
  return unlessUnreadable(async () => {
    const { entries } = await storyOf(state, id);
    const named = entries.flatMap(ordersIn).filter((order) => order.orderId === id);
    return named.findLast((order) => order.orderNumber !== null)?.orderNumber ?? undefined;
  });
}

/** A history that can't be read is said where the history is shown. */
async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

async function recordOf({ recordsOf }: Sources, id: OrderId): Promise<CheckpointSide> {
  const { byId, head } = await recordsOf([id]);
  return { record: byId.get(id), head };
}

/** By the checkpoint's file, which is read once for all of them. */
export async function recordsInFile(
  directories: Pick<Directories, 'state'>,
  ids: readonly OrderId[],
): Promise<Records> {
  const wanted = new Set(ids);
  const byId = new Map<OrderId, OrderRecord>();
  let head = orderId(0);
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      for (const current of records) {
        if (wanted.has(current.record.orderId)) byId.set(current.record.orderId, current.record);
        if (current.head) head = current.record.orderId;
      }
    },
  });
  return { byId, head };
}

/** How the service is, by itself. */
export async function askService({ runtime }: Directories): Promise<Service> {
  try {
    return { kind: 'running', status: parseStatus(await askStatus(runtime)) };
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return { kind: error.failure.kind === 'not-running' ? 'stopped' : 'unknown' };
  }
}
