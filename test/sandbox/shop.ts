/** The shop's database as Rails makes it, and orders in it. */
import type { Connection, ResultSetHeader } from 'mysql2/promise';

import type { MariaDb } from './mariadb.ts';
import { DATABASE_PASSWORD } from './secrets.ts';

export const READER = { username: 'order_monit', password: DATABASE_PASSWORD } as const;

export interface ShopOptions {
  readonly database?: string;
  readonly numberType?: string;
  /** Whether the table says when Abacos acknowledged a payment. */
  readonly paymentColumn?: boolean;
}

export interface PlacedOrder {
  readonly id?: number;
  readonly number?: string | null;
  readonly state?: string | null;
  /** Seconds since it was placed. */
  readonly ageS?: number;
  readonly paid?: boolean;
}

export class Shop {
  readonly database: string;
  connection: Connection;
  readonly #paymentColumn: boolean;

  constructor(database: string, connection: Connection, paymentColumn: boolean) {
    this.database = database;
    this.connection = connection;
    this.#paymentColumn = paymentColumn;
  }

  /** Places an order and returns its row's id. */
  async place(order: PlacedOrder = {}, connection = this.connection): Promise<number> {
    const { id = null, number = null, state = 'authorized', ageS = 7200, paid = true } = order;
    const values = [id, number, state, ageS, ageS];
    const [result] = await connection.query<ResultSetHeader>(
      `INSERT INTO orders (id, number, state, created_at, updated_at${this.#paymentColumn ? ', erp_payment_at' : ''})
       VALUES (?, ?, ?, UTC_TIMESTAMP() - INTERVAL ? SECOND, UTC_TIMESTAMP() - INTERVAL ? SECOND
       ${this.#paymentColumn ? `, ${paid ? 'UTC_TIMESTAMP()' : 'NULL'}` : ''})`,
      values,
    );
    return result.insertId;
  }

  /** Another connection, with transactions of its own; the caller ends it. */
  async session(db: Pick<MariaDb, 'root'>): Promise<Connection> {
    return db.root(this.database);
  }

  /** After the server was restarted. */
  async reconnect(db: Pick<MariaDb, 'root'>): Promise<void> {
    this.connection.destroy();
    this.connection = await db.root(this.database);
  }

  async end(): Promise<void> {
    await this.connection.end();
  }
}

/** Makes a database with Rails' `orders` table and a user who may read it. */
export async function createShop(db: Pick<MariaDb, 'root'>, options: ShopOptions = {}): Promise<Shop> {
  const { database = 'shop', numberType = 'bigint', paymentColumn = true } = options;
  const root = await db.root();
  await root.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`);
  await root.query(`CREATE USER IF NOT EXISTS '${READER.username}'@'%' IDENTIFIED BY '${READER.password}'`);
  await root.query(`CREATE TABLE \`${database}\`.orders (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id int, subtotal decimal(8,2), amount_discount decimal(8,2),
    number ${numberType},
    state varchar(255),
    created_at datetime, updated_at datetime,
    erp_integrate_at datetime, ${paymentColumn ? 'erp_payment_at datetime,' : ''} erp_cancel_at datetime,
    erp_integrate_error text, erp_payment_error text,
    KEY index_orders_on_number (number)
  ) ENGINE=InnoDB`);
  await root.query(`GRANT SELECT ON \`${database}\`.orders TO '${READER.username}'@'%'`);
  await root.end();
  return new Shop(database, await db.root(database), paymentColumn);
}
