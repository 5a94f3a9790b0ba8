/** The recipes of docs/shops.md, on the tables that each shop creates: every order is judged, and nothing else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import type { Connection } from 'mysql2/promise';

import { ordersOf } from '../../src/adapters/adapters.ts';
import { paymentsOf } from '../../src/adapters/policy.ts';
import { orderId } from '../../src/core/order.ts';
import { load } from '../config/folder.ts';
import { startMariaDb, type MariaDb } from '../sandbox/mariadb.ts';
import { signal } from './fixtures.ts';

const DOCS = readFileSync('docs/shops.md', 'utf8');

interface Shop {
  /** The title in docs/shops.md. */
  readonly title: string;
  /** As the shop's own migrations make them, without what plays no part. */
  readonly tables: readonly string[];
  readonly rows: readonly string[];
  /** What is judged: id, number, state, and what its payment is. */
  readonly expected: readonly (readonly [
    id: number,
    number: string,
    state: string,
    payment: 'paid' | 'unpaid' | '-',
  ])[];
}

const AGO = 'UTC_TIMESTAMP() - INTERVAL 1 DAY';
const LONG_AGO = 'UTC_TIMESTAMP() - INTERVAL 9 DAY';
const NOW = 'UTC_TIMESTAMP()';

const SHOPS: readonly Shop[] = [
  {
    title: 'Spree, Solidus',
    tables: [
      `CREATE TABLE spree_orders (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, number VARCHAR(32), state VARCHAR(255),
        item_total DECIMAL(10,2) NOT NULL DEFAULT 0, user_id INT, completed_at DATETIME(6), payment_state VARCHAR(255),
        shipment_state VARCHAR(255), created_at DATETIME(6), updated_at DATETIME(6), UNIQUE KEY (number), KEY (completed_at))`,
    ],
    rows: [
      `INSERT INTO spree_orders (id, number, state, payment_state, completed_at, created_at) VALUES
        (1, 'R100000001', 'cart', NULL, NULL, ${LONG_AGO}), (2, 'R100000002', 'complete', 'paid', ${AGO}, ${LONG_AGO}),
        (3, 'R100000003', 'complete', 'balance_due', ${AGO}, ${AGO}), (4, 'R100000004', 'canceled', 'void', ${AGO}, ${AGO}),
        (5, 'R100000005', 'payment', 'checkout', NULL, ${AGO}), (6, 'R100000006', 'complete', 'paid', ${NOW}, ${LONG_AGO}),
        (7, 'R100000007', 'returned', 'credit_owed', ${AGO}, ${AGO})`,
    ],
    expected: [
      [2, 'R100000002', 'paid', 'paid'],
      [3, 'R100000003', 'unpaid', 'unpaid'],
      [4, 'R100000004', 'canceled', '-'],
      [7, 'R100000007', 'paid', 'paid'],
    ],
  },
  {
    title: 'WooCommerce (HPOS)',
    tables: [
      `CREATE TABLE wp_wc_orders (id BIGINT(20) UNSIGNED NOT NULL PRIMARY KEY, status VARCHAR(20) NULL, currency VARCHAR(10) NULL,
        type VARCHAR(20) NULL, tax_amount DECIMAL(26,8) NULL, total_amount DECIMAL(26,8) NULL, customer_id BIGINT(20) UNSIGNED NULL,
        billing_email VARCHAR(320) NULL, date_created_gmt DATETIME NULL, date_updated_gmt DATETIME NULL,
        parent_order_id BIGINT(20) UNSIGNED NULL, payment_method VARCHAR(100) NULL, transaction_id VARCHAR(100) NULL,
        KEY status (status), KEY date_created (date_created_gmt))`,
      `CREATE TABLE wp_wc_order_operational_data (id BIGINT(20) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        order_id BIGINT(20) UNSIGNED NULL, created_via VARCHAR(100) NULL, date_paid_gmt DATETIME NULL,
        date_completed_gmt DATETIME NULL, UNIQUE KEY order_id (order_id))`,
    ],
    rows: [
      `INSERT INTO wp_wc_orders (id, status, type, parent_order_id, date_created_gmt) VALUES
        (11, 'wc-processing', 'shop_order', 0, ${LONG_AGO}), (12, 'wc-checkout-draft', 'shop_order', 0, ${AGO}),
        (13, 'auto-draft', 'shop_order', 0, ${AGO}), (14, 'trash', 'shop_order', 0, ${AGO}),
        (15, 'wc-completed', 'shop_order_refund', 11, ${AGO}), (16, 'wc-on-hold', 'shop_order', 0, ${AGO}),
        (17, 'wc-pending', 'shop_order', 0, ${AGO}), (18, 'wc-failed', 'shop_order', 0, ${AGO}),
        (19, 'wc-cancelled', 'shop_order', 0, ${AGO}), (20, 'wc-cancelled', 'shop_order', 0, ${AGO}),
        (21, 'wc-processing', 'shop_order', 0, ${LONG_AGO}), (22, 'wc-refunded', 'shop_order', 0, ${AGO}),
        (23, 'wc-processing', 'shop_subscription', 0, ${AGO})`,
      `INSERT INTO wp_wc_order_operational_data (order_id, date_paid_gmt) VALUES (11, ${AGO}), (16, NULL), (19, NULL),
        (20, ${AGO}), (21, ${NOW}), (22, ${AGO})`,
    ],
    expected: [
      [11, '11', 'wc-processing', 'paid'],
      [16, '16', 'wc-on-hold', 'unpaid'],
      [20, '20', 'wc-cancelled', '-'],
      [22, '22', 'wc-refunded', '-'],
    ],
  },
  {
    title: 'Magento 2, Adobe Commerce',
    tables: [
      `CREATE TABLE sales_order (entity_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, state VARCHAR(32), status VARCHAR(32),
        store_id SMALLINT UNSIGNED, total_paid DECIMAL(20,4), increment_id VARCHAR(50), relation_parent_id VARCHAR(32),
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        UNIQUE KEY (increment_id, store_id), KEY (created_at))`,
      `CREATE TABLE sales_invoice (entity_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, order_id INT UNSIGNED NOT NULL,
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, KEY (order_id))`,
      `CREATE TABLE quote (entity_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, is_active SMALLINT)`,
    ],
    rows: [
      `INSERT INTO sales_order (entity_id, increment_id, store_id, state, total_paid, created_at) VALUES
        (1, '000000001', 1, 'processing', 10, ${LONG_AGO}), (2, '000000002', 1, 'pending_payment', NULL, ${AGO}),
        (3, '000000003', 1, 'new', NULL, ${AGO}), (4, '000000004', 1, 'canceled', NULL, ${AGO}),
        (5, '000000005', 1, 'canceled', 10, ${AGO}), (6, '000000006', 1, 'processing', 10, ${LONG_AGO}),
        (7, '000000007', 1, 'closed', 10, ${AGO}), (8, '000000001-1', 1, 'complete', 10, ${AGO})`,
      `INSERT INTO sales_invoice (order_id, created_at) VALUES (1, ${AGO}), (6, ${NOW}), (6, ${NOW})`,
      'INSERT INTO quote (is_active) VALUES (1), (0)',
    ],
    expected: [
      [1, '000000001', 'processing', 'paid'],
      [3, '000000003', 'new', 'unpaid'],
      [5, '000000005', 'canceled', '-'],
      [7, '000000007', 'closed', '-'],
      [8, '000000001-1', 'complete', 'paid'],
    ],
  },
  {
    title: 'PrestaShop',
    tables: [
      `CREATE TABLE ps_orders (id_order INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, reference VARCHAR(255), id_cart INT UNSIGNED
        NOT NULL, current_state INT UNSIGNED NOT NULL, valid INT UNSIGNED NOT NULL DEFAULT 0, date_add DATETIME NOT NULL,
        date_upd DATETIME NOT NULL, KEY reference (reference), KEY current_state (current_state), KEY by_date (date_add))`,
      `CREATE TABLE ps_order_state (id_order_state INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, logable TINYINT(1) NOT NULL,
        paid TINYINT UNSIGNED NOT NULL DEFAULT 0, deleted TINYINT(1) UNSIGNED NOT NULL DEFAULT 0)`,
    ],
    rows: [
      `INSERT INTO ps_order_state (id_order_state, logable, paid) VALUES (1,0,0),(2,1,1),(3,1,1),(4,1,1),(5,1,1),(6,0,0),(7,0,0),
        (8,0,0),(10,0,0)`,
      `INSERT INTO ps_orders (id_order, reference, id_cart, current_state, date_add, date_upd) VALUES
        (1, 'XKBKNABJK', 1, 2, ${AGO}, ${AGO}), (2, 'XKBKNABJK', 1, 2, ${AGO}, ${AGO}), (3, 'OHSATSERP', 2, 10, ${AGO}, ${AGO}),
        (4, 'UOYEVOLI1', 3, 6, ${AGO}, ${AGO}), (5, 'FFATNOMMJ', 4, 8, ${AGO}, ${AGO}), (6, 'KHWLILZLL', 5, 0, ${AGO}, ${AGO}),
        (7, 'TTEESSTT7', 6, 7, ${AGO}, ${AGO})`,
    ],
    expected: [
      [1, 'XKBKNABJK', 'paid', 'paid'],
      [3, 'OHSATSERP', 'unpaid', 'unpaid'],
      [4, 'UOYEVOLI1', 'canceled', '-'],
      [7, 'TTEESSTT7', 'refunded', '-'],
    ],
  },
  {
    title: 'OpenCart',
    tables: [
      `CREATE TABLE oc_order (order_id INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY, invoice_no INT(11) NOT NULL DEFAULT 0,
        order_status_id INT(11) NOT NULL DEFAULT 0, date_added DATETIME NOT NULL, date_modified DATETIME NOT NULL)`,
      `CREATE TABLE oc_order_history (order_history_id INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY, order_id INT(11) NOT NULL,
        order_status_id INT(11) NOT NULL, date_added DATETIME NOT NULL)`,
    ],
    rows: [
      `INSERT INTO oc_order (order_id, order_status_id, date_added, date_modified) VALUES (1, 2, ${LONG_AGO}, ${AGO}),
        (2, 0, ${AGO}, ${AGO}), (3, 1, ${AGO}, ${AGO}), (4, 7, ${AGO}, ${AGO}), (5, 10, ${AGO}, ${AGO}), (6, 5, ${LONG_AGO}, ${NOW}),
        (7, 11, ${AGO}, ${AGO})`,
      `INSERT INTO oc_order_history (order_id, order_status_id, date_added) VALUES (1, 2, ${AGO}), (6, 5, ${NOW})`,
    ],
    expected: [
      [1, '1', '2', 'paid'],
      [3, '3', '1', 'unpaid'],
      [4, '4', '7', '-'],
      [7, '7', '11', '-'],
    ],
  },
];

let db: MariaDb;
let root: Connection;
before(async () => {
  db = await startMariaDb();
  root = await db.root();
  await root.query("CREATE USER recipe@'%' IDENTIFIED BY 'recipe'");
});
after(async () => {
  await root.end();
  await db.stop();
});

function recipeOf(title: string): { readonly sql: string; readonly yaml: string; readonly lines: number } {
  const chapter = DOCS.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(chapter)?.[1] ?? '';
  const [sql, yaml] = [block('sql'), block('yaml')];
  return { sql, yaml, lines: `${sql}${yaml}`.trimEnd().split('\n').length };
}

test('the documentation has no recipe that is not tried here', () => {
  const titles = [...DOCS.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  assert.deepEqual(
    titles,
    SHOPS.map(({ title }) => title),
  );
});

for (const [index, { title, tables, rows, expected }] of SHOPS.entries()) {
  test(`${title}: every order is judged, with its payment, and nothing else is`, async (t) => {
    const { lines, sql, yaml } = recipeOf(title);
    assert.ok(sql !== '' && yaml !== '' && lines <= 15, `${lines} lines`);
    const database = `recipe${index}`;
    await root.query(`CREATE DATABASE ${database}`);
    await root.query(`USE ${database}`);
    // Dates as a shop in UTC would write them; the recipe's own zone is its owner's matter.
    for (const statement of [...tables, ...rows, sql]) await root.query(statement);
    await root.query(`GRANT SELECT ON ${database}.order_monit TO recipe@'%'`);
    const { config } = load(t, {
      'database.yml': [
        `database: ${database}`,
        'username: recipe',
        'password: recipe',
        `host: ${db.host}`,
        `port: ${db.port}`,
        yaml.replace(/^time_zone: .*$/m, 'time_zone: UTC'),
      ].join('\n'),
    });
    const orders = ordersOf(config);
    t.after(async () => orders.close());
    const payments = paymentsOf(config);
    const found = await orders.newOrders(orderId(0), 100, signal);
    assert.deepEqual(
      found.map(({ id, number, state }) => [
        id,
        number,
        state,
        payments.isPaid(state) ? 'paid' : payments.isUnpaid(state) ? 'unpaid' : '-',
      ]),
      expected,
    );
    assert.deepEqual([...(await orders.undatedIds(orderId(0), 100, signal))], []);
    // All the other ways to ask go by the same view.
    assert.equal(
      (
        await orders.ordersById(
          found.map(({ id }) => id),
          signal,
        )
      ).length,
      expected.length,
    );
    for (const [id, number] of expected) {
      const rowsOf = await orders.ordersByNumber([number], signal);
      assert.deepEqual(
        rowsOf.map((row) => row.id),
        [id],
      );
    }
  });
}
