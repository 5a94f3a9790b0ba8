/** `order-monit order`: shows one order's state and history, and changes nothing. */
import { paymentsOf } from '../adapters/policy.ts';
import { loadSettings } from '../adapters/settings.ts';
import type { Config } from '../config/index.ts';
import type { Answer } from '../core/answer.ts';
import { commandsRun, isGivenUp } from '../core/next.ts';
import { orderId, type OrderAge, type ShopOrder } from '../core/order.ts';
import { isDismissed, type OrderRecord } from '../core/record.ts';
import { isoOf } from '../core/stamp.ts';
import type { Verdict } from '../core/verdict.ts';
import { writtenOrders, type WrittenOrder } from '../core/written-orders.ts';
import type { Story } from '../history/index.ts';
import { adviceOn } from '../lookup/order-advice.ts';
import { whatIsNext } from '../lookup/order-next.ts';
import {
  askAll,
  askService,
  filesAsSources,
  paymentSituation,
  type CheckpointSide,
  type ShopSide,
  type Side,
  type Service,
  type Sides as Asked,
} from '../lookup/order-sides.ts';
import { outlookText, paymentOutlook, verdictNow } from '../lookup/payment-outlook.ts';
import { momentOf } from '../shop/index.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { NotFound, UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import type { Output } from '../terminal/output.ts';
import { oneLine } from '../text/printable.ts';
import { adviceText } from '../words/advice.ts';
import { wordsOf } from '../words/catalogue.ts';
import { localTime, zoneOf } from '../words/moment.ts';
import { counted } from '../words/sentence.ts';
import { storyLines } from '../words/story.ts';
import { withErpName } from '../text/erp-name.ts';

/**
 * Prints what the shop, Abacos and the checkpoint say of the order now, what
 * happened to it, and what comes next.
 *
 * @throws ConfigurationError, UsageError, NotFound
 */
export async function order(
  context: CommandContext,
  { number, id }: { readonly number: string | undefined; readonly id: number | undefined },
): Promise<number> {
  const { directories, json, output } = context;
  const { meant, otherwise } = meantOrder(number, id);
  const { config } = loadSettings(directories);
  const [found, service] = await Promise.all([
    askAll(filesAsSources(config, directories), meant, AbortSignal.timeout(DEADLINE_MS)).catch((error: unknown) => {
      throw error instanceof NotFound && otherwise !== undefined ? new UsageError(NAME_ONE) : error;
    }),
    askService(directories),
  ]);
  const sides = { ...found, service };
  const next = nextOf(sides, config);
  const known = adviceOn(sides, config, Date.now());
  const advice = known === undefined ? undefined : adviceText(known, wordsOf('en').mail);
  if (json) output.json(asJson(sides, { config, next, advice }));
  else print(output, { sides, config, next, advice });
  const { shop, abacos, checkpoint, history } = sides;
  const answered = [shop, abacos, checkpoint, history].every(({ kind }) => kind === 'told');
  return answered && shop.kind === 'told' && shop.told.row !== undefined ? EXIT.fine : EXIT.failure;
}

interface Sides extends Asked {
  readonly service: Service;
}

const DEADLINE_MS = 60_000;

const NAME_ONE = 'Name one order: order-monit order 1226207, or --id 72066';

function meantOrder(text: string | undefined, id: number | undefined): Pick<WrittenOrder, 'meant' | 'otherwise'> {
  if (id !== undefined) return { meant: [{ id: orderId(id) }] };
  if (text === undefined) throw new UsageError('Name the order: order-monit order 1226207, or --id 72066');
  const [written, another] = writtenOrders(text);
  if (another !== undefined) throw new UsageError(NAME_ONE);
  return written ?? { meant: [{ number: text }] };
}

function verdictOf(sides: Sides, config: Config): Verdict | undefined {
  const situation = paymentSituation(sides, config, Date.now());
  if (situation === undefined || sides.abacos.kind === 'silent') return undefined;
  return verdictNow(situation, sides.abacos.told).verdict;
}

function outlookOf(sides: Sides, config: Config): string | undefined {
  const situation = paymentSituation(sides, config, Date.now());
  const outlook = situation === undefined ? undefined : paymentOutlook(situation);
  return outlook === undefined ? undefined : outlookText(outlook, paymentsOf(config), config.service.settleTimeMs);
}

function nextOf(all: Sides, config: Config): string {
  const { id, history, repairs, ...sides } = all;
  if (id === undefined) return 'can not be told: only the shop knows which row has this number';
  const entries = history.kind === 'told' ? history.told.entries : [];
  const memory = repairs.kind === 'told' ? repairs.told : undefined;
  const verdict = verdictOf(all, config);
  const outlook = outlookOf(all, config);
  return whatIsNext({ ...sides, id, entries, memory, verdict, outlook, config: config.service, now: Date.now() });
}

/** What comes next by itself, and what people are to do, where that is known. */
interface Ahead {
  readonly next: string;
  readonly advice: string | undefined;
}

/**
 * What each of them said, or `{"error": why}`. Times are in ISO 8601 with their offset; entries of the history are as in its
 * file, in milliseconds since 1970.
 */
function asJson(sides: Sides, { config, ...ahead }: Ahead & { readonly config: Config }): unknown {
  const { id, number, shop, abacos, checkpoint, history, service } = sides;
  const told = <T>(side: Side<T>): T | { error: string } => (side.kind === 'told' ? side.told : { error: side.why });
  return {
    orderId: id ?? null,
    orderNumber: number ?? null,
    shop: shop.kind === 'told' ? shopAsJson(shop.told, config) : told(shop),
    abacos: told(abacos),
    checkpoint: checkpoint.kind === 'told' ? checkpointAsJson(checkpoint.told) : told(checkpoint),
    history: told(history),
    service: service.kind,
    ...ahead,
  };
}

function shopAsJson({ evidence, row }: ShopSide, { database }: Config): unknown {
  if (evidence === undefined) return { row };
  const entries = Object.entries(evidence).map(([column, value]): [string, string | null] => {
    const at = value === null ? undefined : momentOf(value, database.timeZone);
    return [column, at === undefined ? value : new Date(at).toISOString()];
  });
  return { row, evidence: Object.fromEntries<string | null>(entries) };
}

function checkpointAsJson({ head, record }: CheckpointSide): unknown {
  if (record === undefined) return { head };
  return { record: { ...record, createdAt: isoOf(record.createdAt), updatedAt: isoOf(record.updatedAt) }, head };
}

function print(
  output: Output,
  { sides, config, next, advice }: Ahead & { readonly sides: Sides; readonly config: Config },
): void {
  const { id, number, shop, abacos, checkpoint, history } = sides;
  const { maxAttempts } = config.service;
  const line = (who: string, what: string): void => {
    output.line(`${withErpName(who).padEnd(12)}${what}`);
  };
  const shownNumber = number === undefined ? '(no number)' : oneLine(number, 60);
  output.line(output.paint('bold', `Order ${shownNumber} (id ${id ?? 'not known'})`));
  const say = <T>(who: string, side: Side<T>, text: (told: T) => string): void => {
    line(who, side.kind === 'told' ? text(side.told) : output.paint('red', `can not say: ${side.why}`));
  };
  say('shop', shop, shopText);
  const { timeZone } = config.database;
  for (const [column, value] of evidenceOf(shop))
    line('', `${column}: ${value}${DATE_TIME.test(value) ? ` (${timeZone})` : ''}`);
  say('Abacos', abacos, answerText);
  say('checkpoint', checkpoint, (told) => checkpointText(told, maxAttempts));
  const verdict = verdictOf(sides, config);
  if (verdict !== undefined) line('verdict now', `${verdict.status} ${verdict.reason}`);
  say('history', history, historyText);
  if (history.kind === 'told') printStory(output, history.told, maxAttempts);
  if (advice !== undefined) line('what to do', advice);
  line('next', next);
}

/** As the shop's database has it, in its own time zone; all other times are those of this host. */
const DATE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d/;

function evidenceOf(shop: Side<ShopSide>): [string, string][] {
  const evidence = shop.kind === 'told' ? (shop.told.evidence ?? {}) : {};
  return Object.entries(evidence).flatMap(([column, value]) => (value === null ? [] : [[column, value]]));
}

function printStory(output: Output, { entries }: Story, maxAttempts: number): void {
  for (const entry of entries) {
    const { text, below } = storyLines(entry, maxAttempts);
    output.line(`  ${localTime(entry.at)}  ${text}`);
    for (const line of below) output.line(output.paint('grey', `${' '.repeat(23)}| ${line}`));
  }
}

function historyText({ entries, omitted, damaged }: Story): string {
  const parts = [
    entries.length === 0
      ? 'has nothing of it: it had no trouble, or long ago'
      : `oldest first, in this host's time (${zoneOf(Date.now())})`,
  ];
  if (omitted > 0) parts.push(`${omitted} earlier entries are left out`);
  if (damaged > 0) parts.push(`${damaged} damaged lines about it are passed over`);
  return parts.join('; ');
}

function shopText({ row }: ShopSide): string {
  return row === undefined ? 'has no row with this id' : rowText(row);
}

const AGES: Readonly<Record<OrderAge, string>> = {
  due: '',
  young: ', too young to be looked at',
  undated: ', without a usable date',
};

function rowText({ age, state }: ShopOrder): string {
  return `${oneLine(state, 60)}${AGES[age]}`;
}

function answerText(answer: Answer): string {
  switch (answer.kind) {
    case 'exists':
      return `has it, ${answer.status}`;
    case 'missing':
      return 'does not have it';
    case 'unknown':
      return `said nothing usable: ${answer.why}`;
  }
}

function checkpointText({ record }: CheckpointSide, maxAttempts: number): string {
  return record === undefined ? 'has no record of it' : recordText(record, maxAttempts);
}

function recordText(record: OrderRecord, maxAttempts: number): string {
  const { verdict, createdAt, updatedAt } = record;
  const attempts = commandsRun(record, maxAttempts);
  const end = isGivenUp(record, maxAttempts) ? 'given up, ' : isDismissed(record) ? '' : 'after it was given up, ';
  const tried = attempts === undefined ? end : `${counted(attempts, 'attempt')}, `;
  return `${verdict.status} ${verdict.reason}, ${tried}first recorded ${createdAt}, last ${updatedAt}`;
}
