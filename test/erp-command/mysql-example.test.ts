/** The example for an ERP whose orders are in MySQL or MariaDB, against a real MariaDB. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { Connection } from 'mysql2/promise';

import { orderNumber } from '../../src/core/order.ts';
import type { CommandErp } from '../../src/erp-command/index.ts';
import { startMariaDb, type MariaDb } from '../sandbox/mariadb.ts';
import { erp, never, outage } from './program.ts';

const EXAMPLE = fileURLToPath(new URL('../../docs/examples/erp/mysql.mjs', import.meta.url));
const PASSWORD = "it's swordfish";

let db: MariaDb;
let connection: Connection;
before(async () => {
  db = await startMariaDb();
  connection = await db.root();
  for (const statement of [
    'CREATE DATABASE erp',
    'CREATE TABLE erp.orders (shop_number VARCHAR(40), state VARCHAR(20), KEY (shop_number)) CHARSET latin1',
    'CREATE DATABASE numeric_erp',
    'CREATE TABLE numeric_erp.orders (shop_number INT UNSIGNED, state VARCHAR(20))',
    `CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY "${PASSWORD}"`,
    "GRANT SELECT ON erp.* TO 'reader'@'127.0.0.1'",
    "GRANT SELECT ON numeric_erp.* TO 'reader'@'127.0.0.1'",
    "INSERT INTO erp.orders VALUES ('1001', 'open'), ('1002', 'invoiced'), ('1003', 'shipped'), ('1004', 'cancelled'), ('1005', NULL), ('1006', 'open'), ('1006', 'open'), ('WEB-7', 'open'), ('10011', 'open')",
    "INSERT INTO numeric_erp.orders VALUES (1001, 'open'), (1002, 'open')",
  ]) {
    await connection.query(statement);
  }
});
after(async () => {
  await connection.end();
  await db.stop();
});

const OPTIONS = (port = db.port) => ['--host=127.0.0.1', `--port=${port}`, '--user=reader', '--skip-ssl'];

function asked(database = 'erp', { port = db.port, password = PASSWORD, path = '/usr/bin:/bin' } = {}): CommandErp {
  return erp(EXAMPLE, {
    words: [process.execPath, '--no-warnings', EXAMPLE, ...OPTIONS(port), database],
    environment: () => ({ PATH: path, MYSQL_PWD: password }),
  });
}

const numbers = (...texts: readonly string[]) => texts.map(orderNumber);

test('MySQL: an answer for each order, of however many; two of one number are neither there nor missing', async () => {
  const many = Array.from({ length: 120 }, (_, index) => String(5000 + index));
  const answers = await asked().call(
    numbers(...many, '1001', '1002', '1003', '1004', '1005', '1006', '1007', 'order-monit-check'),
    never,
  );
  assert.deepEqual(
    [...answers].slice(119).map(([, answer]) => (answer.kind === 'exists' ? answer.status : answer)),
    [
      { kind: 'missing' },
      'in-progress',
      'invoiced',
      'dispatched',
      'cancelled',
      'in-progress',
      { kind: 'unknown', why: 'the ERP has 2 orders of this number' },
      { kind: 'missing' },
      { kind: 'missing' },
    ],
  );
});

test('MySQL: what the database takes for the same number, and is not, is not missing either', async () => {
  assert.match((await outage(asked().call(numbers('web-7'), never))).reason, /gave WEB-7, which was not asked for/);
  const numeric = asked('numeric_erp');
  for (const number of ['01001', '1001e0', '1001-2', '1001/a']) {
    assert.match((await outage(numeric.call(numbers(number), never))).reason, /gave 1001, which was not asked for/);
  }
  assert.deepEqual(
    [...(await numeric.call(numbers('1002', '1003', 'order-monit-check'), never)).values()],
    [{ kind: 'exists', status: 'in-progress' }, { kind: 'missing' }, { kind: 'missing' }],
  );
});

test('MySQL: no number can break out of the query', () => {
  // The service asks about no such number; the example does not rely on that.
  const broken = ["1001') OR (1=1", "x'--", 'x"; DROP TABLE orders', '\\', "'", '1001'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [EXAMPLE, ...OPTIONS(), 'erp'], {
    input: broken.join('\n'),
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', MYSQL_PWD: PASSWORD },
  });
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    stdout.trimEnd().split('\n'),
    broken.map((number) => `${number} ${number === '1001' ? 'exists' : 'missing'}`),
  );
});

test('MySQL: limits and outages are told from what is configured wrongly', async () => {
  const [number] = numbers('1001');
  assert.ok(number !== undefined);
  const why = async (program: CommandErp): Promise<string> => (await outage(program.call([number], never))).reason;
  assert.match(await why(asked('erp', { password: 'wrong' })), /exit status 78; it said: ERROR 1045 /);
  assert.match(await why(asked('mysql')), /exit status 78; it said: ERROR 1044 /);
  assert.match(
    await why(asked('erp', { path: '/nowhere' })),
    /exit status 78; it said: mariadb could not be run: ENOENT/,
  );
  assert.match(await why(asked('erp', { port: 9 })), /^ERROR 2002 /);
  await connection.query('REVOKE SELECT ON erp.* FROM `reader`@`127.0.0.1`');
  await connection.query('GRANT SELECT (shop_number) ON erp.orders TO `reader`@`127.0.0.1`');
  assert.match(await why(asked()), /exit status 78; it said: ERROR 1143 /);
  await connection.query('GRANT SELECT ON erp.* TO `reader`@`127.0.0.1`');
  await connection.query('ALTER USER `reader`@`127.0.0.1` WITH MAX_QUERIES_PER_HOUR 1');
  await asked()
    .call([number], never)
    .catch(() => undefined);
  assert.match(await why(asked()), /^ERROR 1226 .*max_queries_per_hour/);
  await connection.query('ALTER USER `reader`@`127.0.0.1` WITH MAX_QUERIES_PER_HOUR 0');
});
