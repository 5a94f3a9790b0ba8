import { readCheckpoint } from '../checkpoint/index.ts';
import type { Config } from '../config/index.ts';
import { judge } from '../core/judge.ts';
import type { Answer } from '../core/answer.ts';
import { isGivenUp } from '../core/next.ts';
import { isOrderNumber, orderId, type OrderId, type ShopOrder } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { OrderRecord } from '../core/record.ts';
import type { StoryRow } from '../shop/index.ts';
import { checkpointPath } from './directories.ts';
import { erpOf } from './equipment.ts';
import { EXIT } from './exit.ts';
import type { Surroundings } from './surroundings.ts';
import type { Output } from './output.ts';
import { UsageError } from './problems.ts';
import { loadSettings } from './settings.ts';
import { findByNumber, lookUp } from './shop-lookup.ts';

const DEADLINE_MS = 60_000;

interface Told {
  readonly row: ShopOrder | undefined;
  readonly story: StoryRow;
  readonly answer: Answer | { readonly kind: 'not-asked'; readonly why: string };
  readonly record: OrderRecord | undefined;
}

/** `order-monit order`: what the shop, Abacos and the checkpoint say of one order, now. Changes nothing. */
export async function order(
  surroundings: Surroundings,
  wanted: { readonly number: string | undefined; readonly id: number | undefined },
): Promise<number> {
  const { directories, json, output } = surroundings;
  const { config } = loadSettings(directories);
  const id = await idOf(surroundings, wanted);
  const { row, story } = await lookUp(surroundings, async (orders, signal) => {
    const [found] = await orders.ordersById([id], signal);
    return { row: found, story: (await orders.story(id, signal)) ?? {} };
  });
  const told = { row, story, answer: await ask(config, row), record: await recordOf(surroundings, id) };
  if (json) output.line(JSON.stringify({ orderId: id, ...told }, null, 2));
  else print(output, { id, config, ...told });
  return row === undefined ? EXIT.failure : EXIT.fine;
}

async function idOf(
  surroundings: Surroundings,
  { number, id }: { readonly number: string | undefined; readonly id: number | undefined },
): Promise<OrderId> {
  if (id !== undefined) return orderId(id);
  if (number === undefined) throw new UsageError('Name the order: order-monit order 1226207, or --id 72066');
  const [found, another] = await findByNumber(surroundings, [number]);
  if (found === undefined || another !== undefined) {
    throw new UsageError(`The shop has several orders ${number}. Name one by the id of its row: --id`);
  }
  return found.id;
}

async function ask(config: Config, row: ShopOrder | undefined): Promise<Told['answer']> {
  const number = row?.number;
  if (number === undefined || number === null) return { kind: 'not-asked', why: 'the shop has no number for it' };
  if (!isOrderNumber(number)) return { kind: 'not-asked', why: 'what the shop stores can not be an order number' };
  const erp = erpOf(config);
  try {
    const { byNumber, outage } = await erp.ask([number], AbortSignal.timeout(DEADLINE_MS));
    return byNumber.get(number) ?? { kind: 'not-asked', why: outage?.message ?? 'Abacos gave no answer' };
  } catch (error) {
    if (error instanceof Outage) return { kind: 'not-asked', why: error.message };
    throw error;
  } finally {
    erp.close();
  }
}

async function recordOf({ directories }: Surroundings, id: OrderId): Promise<OrderRecord | undefined> {
  let found: OrderRecord | undefined;
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      found = records.find(({ record }) => record.orderId === id)?.record ?? found;
    },
  });
  return found;
}

function print(
  output: Output,
  { id, config, row, story, answer, record }: Told & { id: OrderId; config: Config },
): void {
  const line = (who: string, what: string): void => {
    output.line(`${who.padEnd(12)}${what}`);
  };
  output.line(output.paint('bold', `Order ${row?.number ?? '(no number)'} (id ${id})`));
  line('shop', row === undefined ? 'has no row with this id' : shopText(row));
  for (const [column, value] of Object.entries(story)) if (value !== null) line('', `${column}: ${value}`);
  line('Abacos', answerText(answer));
  line('checkpoint', record === undefined ? 'has no record of it' : recordText(record, config.service.maxAttempts));
  if (row === undefined || answer.kind === 'not-asked') return;
  const { verdict } = judge({ order: row, answer, paymentCommandSucceeded: false });
  line('verdict now', `${verdict.status} ${verdict.reason}`);
}

function shopText({ state, settled }: ShopOrder): string {
  return `${state}${settled ? '' : ', too young to be looked at'}`;
}

function answerText(answer: Told['answer']): string {
  switch (answer.kind) {
    case 'exists':
      return `has it, ${answer.status}`;
    case 'missing':
      return 'does not have it';
    case 'unknown':
      return `said nothing usable: ${answer.why}`;
    case 'not-asked':
      return `was not asked: ${answer.why}`;
  }
}

function recordText(record: OrderRecord, maxAttempts: number): string {
  const { verdict, attempts, createdAt, updatedAt } = record;
  const end = isGivenUp(record, maxAttempts) ? ', given up' : '';
  return `${verdict.status} ${verdict.reason}, ${attempts} attempts${end}, first recorded ${createdAt}, last ${updatedAt}`;
}
