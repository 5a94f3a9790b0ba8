/** A page with a life behind it: what it needs is made up here, and everything that goes over the wire is real. */
import { request as send, type IncomingHttpHeaders } from 'node:http';
import type { TestContext } from 'node:test';

import type { Dismissal } from '../../src/core/dismissal.ts';
import { isOrderNumber, orderId, type OrderId, type OrderNumber, type OrderReference } from '../../src/core/order.ts';
import { textOf } from '../../src/core/said.ts';
import { openPage } from '../../src/page/listen.ts';
import { createPage, type PageSettings } from '../../src/page/page.ts';
import type {
  Chart,
  FoundOrder,
  OpenGroup,
  OpenOrder,
  OpenOrders,
  OpenQuery,
  OrderStory,
  PagePorts,
  PageStatus,
} from '../../src/page/ports.ts';
import { freePort } from '../sandbox/ports.ts';

/** A Monday, at 10:30 in São Paulo. */
export const NOW = Date.parse('2026-11-23T13:30:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const UP = { state: 'up' } as const;

export const STATUS: PageStatus = {
  version: '0.2.0',
  startedAt: NOW - 75 * HOUR,
  head: orderId(72_066),
  standsBy: undefined,
  dependencies: { shop: UP, abacos: UP, 'integration-server': UP, repairs: UP },
  repairsWait: undefined,
  lags: {},
  checking: { state: 'current', since: NOW - MINUTE },
  lastLookMs: MINUTE,
  pausedUntil: NOW + 30_000,
  running: [],
  configurationRefused: false,
  isFull: false,
  backlog: undefined,
};

export const NOTHING_OPEN: OpenOrders = {
  total: 0,
  needHelp: 0,
  byReason: { NOT_FOUND: 0, PAYMENT_PENDING: 0, UNKNOWN: 0, BAD_NUMBER: 0, NO_DATE: 0 },
  groups: [],
  matching: 0,
  dismissed: 0,
  orders: [],
};

/** An order that is open, as much as a test does not say otherwise. */
export function openOrder(id: number, changes: Partial<OpenOrder> = {}): OpenOrder {
  return {
    orderId: orderId(id),
    number: String(1_154_000 + id),
    reason: 'NOT_FOUND',
    attempts: 2,
    maxAttempts: 4,
    givenUp: false,
    inDoubt: false,
    since: NOW - 25 * MINUTE,
    updatedAt: NOW - MINUTE,
    everyMs: 2 * MINUTE,
    ...changes,
  };
}

export function openOrders(...orders: readonly OpenOrder[]): OpenOrders {
  const byReason = { ...NOTHING_OPEN.byReason };
  for (const { reason } of orders) byReason[reason] += 1;
  const needHelp = orders.filter(({ givenUp, reason }) => givenUp || reason === 'BAD_NUMBER').length;
  return {
    total: orders.length,
    needHelp,
    byReason,
    dismissed: 0,
    groups: groupsOf(orders),
    matching: orders.length,
    orders,
  };
}

/** As the service groups them, but for the words of others. */
function groupsOf(orders: readonly OpenOrder[]): OpenGroup[] {
  const groups = new Map<string, OpenGroup>();
  for (const order of orders) {
    const part = order.givenUp || order.reason === 'BAD_NUMBER' ? 'action' : 'progress';
    const said = textOf(order.why ?? '');
    const key = `${part}-${order.reason}-${said.replace(/\d+/g, '')}`;
    const { count = 0, sample = [], since = order.since } = groups.get(key) ?? {};
    const words = said === '' ? {} : { words: said.replace(/\d{3,}/g, '…') };
    groups.set(key, {
      key,
      part,
      reason: order.reason,
      ...words,
      causes: 1,
      count: count + 1,
      since: Math.min(since, order.since),
      sample: [...sample, order].slice(0, 12),
    });
  }
  return [...groups.values()];
}

/** Those that a query asks for. */
function asked(open: OpenOrders, { from, group, most, part }: OpenQuery): OpenOrders {
  const groups = open.groups.filter(
    (each) => (part === undefined || each.part === part) && (group === undefined || each.key === group),
  );
  const matching = open.orders.filter((order) =>
    groupsOf([order]).some(({ key }) => groups.some((each) => each.key === key)),
  );
  return { ...open, matching: matching.length, orders: matching.slice(from, from + most) };
}

export const SHOP_SAID = "RuntimeError: Order 1226050 doesn't have an associated payment";

/** One of each kind. */
export const SOME_OPEN = openOrders(
  openOrder(72_050, {
    number: '1226050',
    attempts: undefined,
    givenUp: true,
    since: NOW - 20 * HOUR,
    everyMs: HOUR,
    why: SHOP_SAID,
  }),
  openOrder(72_060),
  openOrder(72_061, { reason: 'PAYMENT_PENDING', attempts: 1 }),
  openOrder(72_062, { reason: 'UNKNOWN', attempts: 0, why: 'Abacos answered with a row about another order' }),
  openOrder(72_063, { reason: 'BAD_NUMBER', attempts: 0, number: null, why: 'the shop stores "12 34" as its number' }),
  openOrder(72_064, { reason: 'NO_DATE', attempts: 0, everyMs: HOUR }),
);

export const CHART: Chart = {
  since: NOW - 75 * HOUR,
  downtimes: [{ dependency: 'abacos', from: NOW - 12 * HOUR, until: NOW - 10 * HOUR }],
  hours: Array.from({ length: 48 }, (_, index) => {
    const hour = (index + 14) % 24;
    const orders = hour < 7 ? index % 3 : 12 + ((index * 7) % 19);
    const repairs = index % 5 === 2 ? 1 + (index % 3) : 0;
    return {
      startsAt: Math.floor(NOW / HOUR) * HOUR - (47 - index) * HOUR,
      orders,
      repairs,
      missing: repairs === 0 ? 0 : repairs + 1,
      needsAction: repairs === 0 ? 0 : 1,
      medianTimeToIntegrateMs: repairs === 0 ? undefined : 45_000 + (index % 7) * 50_000,
    };
  }),
};

export function numberOf(text: string): OrderNumber {
  if (!isOrderNumber(text)) throw new Error(`${text} is no order number`);
  return text;
}

/** The order that was given up, with its story. */
export const STORY: OrderStory = {
  orderId: orderId(72_050),
  number: '1226050',
  shop: {
    kind: 'row',
    state: 'authorized',
    age: 'due',
    settleMs: 30 * MINUTE,
    paymentPending: false,
    awaitsPayment: false,
    details: [
      { what: 'placed', value: Date.parse('2026-11-22T17:05:11-03:00') },
      { what: 'send-error', value: 'Produto não cadastrado' },
    ],
  },
  abacos: { kind: 'missing' },
  checkpoint: {
    kind: 'open',
    reason: 'NOT_FOUND',
    attempts: undefined,
    maxAttempts: 4,
    givenUp: true,
    inDoubt: false,
    since: NOW - 20 * HOUR,
    updatedAt: NOW - 19 * HOUR,
    everyMs: HOUR,
    why: SHOP_SAID,
  },
  repairs: { kind: 'go-on' },
  running: undefined,
  entriesSince: NOW - 75 * HOUR,
  entries: [
    {
      at: NOW - 20 * HOUR,
      what: { kind: 'verdict', verdict: { status: 'FAILED', reason: 'NOT_FOUND' }, late: true },
    },
    { at: NOW - 20 * HOUR + 1000, what: { kind: 'command-started', task: 'insert_order', attempt: 1 } },
    {
      at: NOW - 20 * HOUR + 8000,
      what: {
        kind: 'command-ended',
        task: 'insert_order',
        outcome: 'exited',
        exitStatus: 1,
        durationMs: 7000,
        words: SHOP_SAID,
      },
    },
    {
      at: NOW - 20 * HOUR + 9000,
      what: { kind: 'not-repaired', found: { status: 'FAILED', reason: 'NOT_FOUND' } },
    },
    { at: NOW - 19 * HOUR, what: { kind: 'given-up', after: 'attempts' } },
  ],
};

/** The ports as a test fills them, and what was asked of them. */
export interface TestPorts extends PagePorts {
  open: OpenOrders;
  found: FoundOrder;
  /** What of a list is found; the same for all without it. */
  listed: ((meant: readonly OrderReference[]) => FoundOrder) | undefined;
  state: PageStatus;
  recent: Chart;
  readonly dismissed: (Dismissal & { readonly orders: readonly OrderId[] })[];
  readonly retried: { readonly orders: readonly OrderId[]; readonly by: string }[];
}

export function testPorts(): TestPorts {
  const made: TestPorts = {
    open: NOTHING_OPEN,
    found: { kind: 'none' },
    listed: undefined,
    state: STATUS,
    recent: CHART,
    dismissed: [],
    retried: [],
    now: () => NOW,
    status: () => made.state,
    openOrders: async (_, query) => Promise.resolve(asked(made.open, query)),
    chosenOrders: async (_, ids) =>
      Promise.resolve(
        ids.map((id) => {
          const { number = null, inDoubt = false } = made.open.orders.find(({ orderId: each }) => each === id) ?? {};
          return { orderId: id, number, inDoubt };
        }),
      ),
    findOrder: async (meant) => Promise.resolve(made.listed?.(meant) ?? made.found),
    findOrders: async (wanted) => Promise.resolve(wanted.map((meant) => made.listed?.(meant) ?? made.found)),
    chart: async () => Promise.resolve(made.recent),
    retry: async (orders, by) => {
      made.retried.push({ orders, by });
      return Promise.resolve(orders.map((id) => ({ orderId: id, accepted: true })));
    },
    dismiss: async (orders, dismissal) => {
      made.dismissed.push({ orders, ...dismissal });
      return Promise.resolve(orders.map((id) => ({ orderId: id, accepted: true })));
    },
  };
  return made;
}

export interface Served {
  readonly ports: TestPorts;
  readonly port: number;
  readonly origin: string;
  /** What the page reported to be wrong with itself. */
  readonly errors: unknown[];
}

export const SETTINGS: PageSettings = {
  language: 'en',
  timeZone: 'America/Sao_Paulo',
  allowRetry: true,
  loopbackOnly: true,
};

/** Serves a page for the time of a test. */
export async function serve(t: Pick<TestContext, 'after'>, settings: Partial<PageSettings> = {}): Promise<Served> {
  const port = await freePort();
  const errors: unknown[] = [];
  const ports = testPorts();
  const page = createPage({
    ports,
    settings: { ...SETTINGS, ...settings },
    report: (error) => errors.push(error),
  });
  const open = await openPage({ kind: 'tcp', host: '127.0.0.1', port }, page);
  t.after(async () => open.close());
  return { ports, port, origin: `http://127.0.0.1:${port}`, errors };
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request, to the letter: `fetch` would set headers of its own. */
export async function ask({ port }: Pick<Served, 'port'>, asked: Asked = {}): Promise<Answered> {
  const { path = '/', method = 'GET', headers = {}, body } = asked;
  return new Promise((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
