/** A MariaDB for a test file, and a shop of its own for each test. */
import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, type TestContext } from 'node:test';

import { Outage } from '../../src/core/outage.ts';
import { Orders, type OrdersOptions } from '../../src/shop/index.ts';
import { startMariaDb, type MariaDb } from '../sandbox/mariadb.ts';
import { listen } from '../sandbox/ports.ts';
import { createShop, READER, type Shop, type ShopOptions } from '../sandbox/shop.ts';

export const NAMES = {
  table: 'orders',
  id: 'id',
  number: 'number',
  state: 'state',
  createdAt: 'created_at',
  paymentConfirmedAt: 'erp_payment_at',
};

/** For questions that nobody takes back. */
export const signal = new AbortController().signal;

export interface Opened {
  readonly db: MariaDb;
  readonly shop: Shop;
  readonly orders: Orders;
  readonly options: OrdersOptions;
}

export type SetUp = (
  context: TestContext,
  changes?: Partial<OrdersOptions>,
  shopOptions?: ShopOptions,
) => Promise<Opened>;

/** Call it at the top of a test file. What a test opens ends with it, also when it fails. */
export function useShops(settings: () => Promise<readonly string[]> = async () => Promise.resolve([])): SetUp {
  let db: MariaDb | undefined;
  let count = 0;
  before(async () => {
    db = await startMariaDb({ settings: await settings() });
  });
  after(async () => db?.stop());

  return async (context, changes = {}, shopOptions = {}) => {
    assert.ok(db !== undefined);
    count += 1;
    const shop = await createShop(db, { database: `shop${count}`, ...shopOptions });
    const options: OrdersOptions = {
      server: { kind: 'tcp', host: db.host, port: db.port },
      database: shop.database,
      username: READER.username,
      password: () => READER.password,
      serverPublicKey: undefined,
      allowCleartextPassword: false,
      tls: undefined,
      connectTimeoutMs: 20_000,
      queryTimeoutMs: 20_000,
      timeZone: 'UTC',
      settleMs: 1_800_000,
      columns: NAMES,
      ...changes,
    };
    const orders = new Orders(options);
    context.after(async () => {
      await orders.close();
      shop.connection.destroy();
    });
    return { db, shop, orders, options };
  };
}

/** The outage that a question ends with. It never shows the password. */
export async function outageOf(question: Promise<unknown>): Promise<Outage> {
  try {
    await question;
  } catch (error) {
    assert.ok(error instanceof Outage, String(error));
    assert.equal(error.dependency, 'shop');
    assert.ok(!`${error.message} ${error.hint ?? ''}`.includes(READER.password));
    return error;
  }
  assert.fail('it did not fail');
}

/** Ids as plain numbers, to compare. */
export function idsOf(orders: readonly { readonly id: number }[]): number[] {
  return orders.map(({ id }) => id);
}

export interface Way {
  readonly server: OrdersOptions['server'];
  /** From now on nothing gets through, and nobody is told. */
  block(): void;
}

/** A way to the database that can fall silent, as a network does. Without a target it never says a word. */
export async function openWay(context: TestContext, target?: MariaDb): Promise<Way> {
  const sockets: Socket[] = [];
  let blocked = target === undefined;
  const keep = (socket: Socket): void => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  };
  const listener = createServer((near) => {
    keep(near);
    if (target === undefined) return;
    const far = connect(target.port, target.host);
    keep(far);
    near.on('data', (chunk) => blocked || far.write(chunk));
    far.on('data', (chunk) => blocked || near.write(chunk));
  });
  const port = await listen(listener);
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return {
    server: { kind: 'tcp', host: '127.0.0.1', port },
    block: () => {
      blocked = true;
    },
  };
}
