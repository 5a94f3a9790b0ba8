/**
 * The servers that order-monit depends on are restarted, replaced, full, or
 * change their minds, while the service runs. See also `test/cli/service.test.ts`,
 * where the database and the integration server are restarted, and
 * `test/shop/connection.test.ts`, where each step of a question is cut.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';

import type { Connection, RowDataPacket } from 'mysql2/promise';

import { startMariaDb } from '../../sandbox/mariadb.ts';
import { serve } from '../../sandbox/ports.ts';
import { checkpointOf, install, Run, type ConfigFiles } from '../../sandbox/program.ts';
import { START } from '../../sandbox/sandbox.ts';
import { createShop, READER, type Shop } from '../../sandbox/shop.ts';
import { until } from '../../sandbox/until.ts';
import { selfSigned } from '../../shop/certificate.ts';
import { Harness, type PlacedOrder } from './harness.ts';

let harness: Harness;

before(async () => {
  harness = await Harness.open();
});
after(async () => {
  await harness.close();
});

/** The service's own connections to the database. */
async function readers(root: Connection): Promise<readonly number[]> {
  const [rows] = await root.query<RowDataPacket[]>('SELECT id FROM information_schema.processlist WHERE user = ?', [
    READER.username,
  ]);
  return rows.map(({ id }) => Number(id));
}

async function killReaders(root: Connection): Promise<void> {
  for (const id of await readers(root)) await root.query(`KILL ${id}`);
}

/** What the database does, and what is read of it; `undefined` where nothing is wrong. */
interface Trouble {
  readonly title: string;
  readonly befall: (root: Connection, t: TestContext) => Promise<void>;
  readonly mend: (root: Connection) => Promise<void>;
  readonly said: RegExp | undefined;
}

const NO_MENDING = async (): Promise<void> => Promise.resolve();

const TROUBLES: readonly Trouble[] = [
  {
    title: 'ends a question that waits for a lock',
    befall: async (root, t) => {
      const lock = await harness.sandbox.db.root(harness.sandbox.shop.database);
      t.after(async () => lock.end());
      await lock.query('LOCK TABLES orders WRITE');
      const waiting = "SELECT id FROM information_schema.processlist WHERE user = ? AND state LIKE 'Waiting%'";
      let id: number | undefined;
      await until('a question waits', async () => {
        const [rows] = await root.query<RowDataPacket[]>(waiting, [READER.username]);
        id = rows[0] === undefined ? undefined : Number(rows[0]['id']);
        return id !== undefined;
      });
      await root.query(`KILL ${String(id)}`);
      await lock.query('UNLOCK TABLES');
    },
    mend: NO_MENDING,
    said: /Shop database is down: [^"]*(was lost|somebody ended the query)/,
  },
  {
    title: 'has no connection left',
    befall: async (root, t) => {
      await root.query('SET GLOBAL max_connections = 10');
      const taken: Connection[] = [];
      t.after(async () => {
        for (const one of taken) await one.end();
      });
      const takeAll = async (): Promise<void> => {
        for (;;) taken.push(await harness.sandbox.db.root());
      };
      // One that is free again belongs to whoever is quickest.
      do {
        await killReaders(root);
        await takeAll().catch(() => undefined);
      } while ((await readers(root)).length > 0);
    },
    mend: async (root) => {
      await root.query('SET GLOBAL max_connections = 151');
    },
    said: /Shop database is down: [^"]*as many connections as it takes/,
  },
  {
    title: 'no longer lets its user read the orders',
    befall: async (root) => {
      await root.query(`REVOKE SELECT ON ${harness.sandbox.shop.database}.orders FROM '${READER.username}'@'%'`);
    },
    mend: async (root) => {
      await root.query(`GRANT SELECT ON ${harness.sandbox.shop.database}.orders TO '${READER.username}'@'%'`);
    },
    said: /Shop database is down: [^"]*orders/,
  },
  {
    title: 'no longer knows its password',
    befall: async (root) => {
      await root.query(`ALTER USER '${READER.username}'@'%' IDENTIFIED BY 'another'`);
      await killReaders(root);
    },
    mend: async (root) => {
      await root.query(`ALTER USER '${READER.username}'@'%' IDENTIFIED BY '${READER.password}'`);
    },
    said: /Shop database is down: [^"]*(password|access)/i,
  },
  {
    title: 'is read-only',
    befall: async (root) => {
      await root.query('SET GLOBAL read_only = 1');
      await killReaders(root);
    },
    mend: async (root) => {
      await root.query('SET GLOBAL read_only = 0');
    },
    said: undefined,
  },
];

describe('A database that', () => {
  for (const { title, befall, mend, said } of TROUBLES) {
    test(title, async (t) => {
      const output = harness.listen();
      const root = await harness.sandbox.db.root();
      t.after(async () => root.end());
      await befall(root, t);
      const order = await harness.place();
      if (said === undefined) {
        await harness.settled(order);
        await mend(root);
        assert.doesNotMatch(output(), /Shop database is down: (?!.*was lost)/);
        return;
      }
      await until('it is said', () => said.test(output()));
      assert.doesNotMatch(output(), new RegExp(READER.password));
      await mend(root);
      await harness.settled(order);
      assert.equal(await harness.onRecord(order.id), 'SUCCESS OK 2');
    });
  }
});

/** Has another server take the place of the shop's, with all orders up to one. Gives its shop. */
async function failOver(t: TestContext, through: number): Promise<Shop> {
  const other = await startMariaDb();
  t.after(async () => other.stop());
  const copy = await createShop(other);
  t.after(async () => copy.end());
  const { sandbox, proxies } = harness;
  const sql = 'SELECT id, number FROM orders WHERE id <= ? ORDER BY id';
  const [rows] = await sandbox.shop.connection.query<RowDataPacket[]>(sql, [through]);
  for (const { id, number } of rows) await copy.place({ id: Number(id), number: String(number), ageS: 60 });
  await sandbox.standIn({ database: { socketPath: other.socket, user: 'root', database: copy.database } });
  proxies.shop.lead(other.port);
  return copy;
}

test('A database that fails over to another server is read there, behind the same address', async (t) => {
  const { sandbox, proxies } = harness;
  const known = await harness.place();
  await harness.settled(known);
  const copy = await failOver(t, known.id);
  const number = '6900001';
  const order: PlacedOrder = { number, id: await copy.place({ number, ageS: 60 }) };
  await harness.settled(order);
  assert.equal(sandbox.abacos.insertsOf(number), 1);
  await sandbox.standIn({});
  await sandbox.shop.place({ ...order, ageS: 60 });
  proxies.shop.lead(sandbox.db.port);
});

test('A database that fails over to a server without the last orders: those that get their ids are checked', async (t) => {
  const { sandbox, proxies } = harness;
  const kept = await harness.place();
  const lost = await harness.place();
  await harness.settled(lost);
  const said = harness.listen();
  const copy = await failOver(t, kept.id);
  const sentence = `The shop's orders up to id ${lost.id} were checked, and it has no such order newer than id ${kept.id}`;
  await until('that is noticed', () => said().includes(sentence));
  const number = '6900002';
  assert.equal(await copy.place({ number, ageS: 60 }), lost.id);
  await until('the order that got its id is inserted', () => sandbox.abacos.insertsOf(number) === 1);
  await until('it is settled', async () => (await harness.onRecord(lost.id)) === 'SUCCESS OK 2');
  await until('the rewind is over', () => said().includes(`The rewind to order id ${lost.id} has come to its end`));
  await sandbox.standIn({});
  await sandbox.shop.connection.query('UPDATE orders SET number = ? WHERE id = ?', [number, lost.id]);
  proxies.shop.lead(sandbox.db.port);
});

test('An integration server that is restarted in mid-command: the command goes on, and nothing is inserted twice', async () => {
  const { abacos, sshd } = harness.sandbox;
  await harness.sandbox.standIn({ startMs: 1500 });
  const order = await harness.place();
  const runs = async (): Promise<number> =>
    (await harness.sandbox.commands()).filter(({ event, number }) => event === 'started' && number === order.number)
      .length;
  await until('the command runs', async () => (await runs()) === 1);
  await sshd.stop();
  await sshd.start();
  await harness.settled(order);
  await harness.sandbox.standIn({});
  assert.equal(abacos.insertsOf(order.number), 1);
});

test('After all of it every order was inserted once', async () => {
  assert.deepEqual(harness.wronglyInserted, []);
  // It is the active monitor of the shop, and the others below want to be.
  assert.equal((await harness.run.stop()).status, 0);
});

/** Runs `order-monit once` with one order to look at, and nothing on record before. */
async function onceWith(name: string, changes: ConfigFiles, environment: NodeJS.ProcessEnv = {}) {
  const { files, folder } = harness.sandbox;
  await harness.place();
  const installation = await install(join(folder, name), { ...files, ...changes }, START);
  const { status, stdout, stderr } = await new Run(installation, ['once'], environment).finished;
  return { status, output: stdout + stderr, checkpoint: await checkpointOf(installation) };
}

describe('A name that nobody knows', () => {
  const nowhere = 'nowhere.invalid';

  test('of the database is said', async () => {
    const database = { ...harness.sandbox.files['database'], host: nowhere };
    const { status, output, checkpoint } = await onceWith('no-database', { database });
    assert.equal(status, 1, output);
    assert.match(output, /nowhere\.invalid/);
    assert.equal(checkpoint, START);
  });

  test('of Abacos is said', async () => {
    const abacos = { ...harness.sandbox.files['abacos'], wsdl_order_api: `http://${nowhere}/PedidosWS.asmx?wsdl` };
    const { status, output, checkpoint } = await onceWith('no-abacos', { abacos });
    assert.equal(status, 1, output);
    assert.match(output, /nowhere\.invalid/);
    assert.equal(checkpoint, START);
  });
});

describe('A certificate that has expired', () => {
  const { certificate, key } = selfSigned('server.example.com', { expired: true });

  test('of Abacos is refused and said; nothing is recorded', async (t) => {
    const { abacos, folder } = harness.sandbox;
    const ca = join(folder, 'expired.pem');
    await writeFile(ca, certificate);
    const server = createServer({ cert: certificate, key }, (asked, answer) => {
      asked.pipe(request(abacos.url, { method: asked.method, headers: asked.headers }, (reply) => reply.pipe(answer)));
    });
    const endpoint = `https://127.0.0.1:${await serve(t, server)}/PedidosWS.asmx?wsdl`;
    const changes = { abacos: { ...harness.sandbox.files['abacos'], wsdl_order_api: endpoint } };
    const { status, output, checkpoint } = await onceWith('expired-abacos', changes, { NODE_EXTRA_CA_CERTS: ca });
    assert.equal(status, 1, output);
    assert.match(output, /certificate[^"]* expired/);
    assert.equal(checkpoint, START);
  });

  test('of the database is refused and said; nothing is recorded', async (t) => {
    const { folder } = harness.sandbox;
    const [ca, keyFile] = [join(folder, 'expired-database.pem'), join(folder, 'expired-database.key')];
    await writeFile(ca, certificate);
    await writeFile(keyFile, key);
    const db = await startMariaDb({ settings: [`--ssl-cert=${ca}`, `--ssl-key=${keyFile}`] });
    t.after(async () => db.stop());
    const shop = await createShop(db);
    t.after(async () => shop.end());
    const database = { ...harness.sandbox.files['database'], port: db.port, ssl: { mode: 'verify_ca', ca } };
    const { status, output, checkpoint } = await onceWith('expired-db', { database });
    assert.equal(status, 1, output);
    assert.match(output, /certificate[^"]* expired/);
    assert.equal(checkpoint, START);
  });
});
