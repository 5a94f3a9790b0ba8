/** Of several monitors on a real database one is active, by lock or by lease, and another takes over. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import type { RowDataPacket } from 'mysql2/promise';

import { systemClock } from '../../src/adapters/clock.ts';
import type { Role } from '../../src/core/role.ts';
import type { LeaderLock } from '../../src/shop/election/leader-lock.ts';
import { LEASE_TABLE, LEASE_TABLE_SQL } from '../../src/shop/election/lease.ts';
import { Election, Lease, ConnectionLock, type OrdersOptions } from '../../src/shop/index.ts';
import { READER } from '../sandbox/shop.ts';
import { until } from '../sandbox/until.ts';
import { openWay, useShops, type Opened } from './fixtures.ts';

const setUp = useShops();

/** One of several monitors, as far as the election is concerned. */
class Candidate {
  readonly election: Election;
  readonly roles: Role[] = [];
  readonly warnings: string[] = [];

  constructor(context: TestContext, lock: (report: (message: string) => void) => LeaderLock | undefined) {
    const report = (message: string): void => {
      this.warnings.push(message);
    };
    this.election = new Election({
      clock: systemClock,
      lock: () => lock(report),
      changed: (role) => {
        this.roles.push(role);
      },
    });
    context.after(() => this.election.close());
  }

  get leads(): boolean {
    return this.election.leads();
  }

  get role(): Role | undefined {
    return this.election.role;
  }
}

interface Wanted {
  readonly server?: OrdersOptions['server'];
  readonly strict?: boolean;
  readonly table?: string;
}

function byLock(context: TestContext, { options }: Opened, wanted: Wanted = {}): Candidate {
  const { server = options.server, strict = true, table = 'orders' } = wanted;
  return new Candidate(
    context,
    (report) => new ConnectionLock({ server: { ...options, ...SHORT, server }, table, strict, report }),
  );
}

let holders = 0;

function byLease(context: TestContext, { options }: Opened, { server = options.server }: Wanted = {}): Candidate {
  holders += 1;
  const holder = `host${holders} 4711`;
  return new Candidate(context, () => new Lease({ server: { ...options, ...SHORT, server }, table: 'orders', holder }));
}

const SHORT = { connectTimeoutMs: 5000, queryTimeoutMs: 4000 };

async function opened(context: TestContext, kind: Kind): Promise<Opened> {
  const all = await setUp(context);
  if (kind === 'lease') {
    await all.shop.connection.query(LEASE_TABLE_SQL);
    await all.shop.connection.query(
      `GRANT SELECT, INSERT, UPDATE ON \`${all.shop.database}\`.${LEASE_TABLE} TO '${READER.username}'@'%'`,
    );
  }
  return all;
}

type Kind = 'lock' | 'lease';
const JOIN = { lock: byLock, lease: byLease };

for (const kind of ['lock', 'lease'] as const) {
  const join = JOIN[kind];

  test(`${kind}: one is active, the other stands by, says who is active, and takes over when that one ends`, async (t) => {
    const all = await opened(t, kind);
    const first = join(t, all);
    await until('the first is active', () => first.leads);
    const second = join(t, all);
    await second.election.known();
    assert.equal(second.leads, false);
    const leader = second.role?.kind === 'standby' ? second.role.leader : undefined;
    assert.match(
      leader ?? '',
      kind === 'lock' ? /^localhost \(connection \d+|^127\.0\.0\.1 \(connection \d+/ : /^host\d+ 4711 \(epoch 1/,
    );
    await first.election.close();
    assert.equal(first.leads, false);
    await until('the second is active', () => second.leads);
  });

  test(`${kind}: one that is cut off stops by itself before the other begins`, async (t) => {
    const all = await opened(t, kind);
    const way = await openWay(t, all.db);
    const first = join(t, all, { server: way.server });
    await until('the first is active', () => first.leads);
    const second = join(t, all);
    await second.election.known();
    way.block();
    let both = false;
    await until('the second is active', () => {
      both ||= first.leads && second.leads;
      return second.leads;
    });
    assert.equal(both, false);
    assert.equal(first.leads, false);
  });

  test(`${kind}: of five that begin at once, one is active`, async (t) => {
    const all = await opened(t, kind);
    const candidates = Array.from({ length: 5 }, () => join(t, all));
    await Promise.all(candidates.map(async ({ election }) => election.known()));
    assert.equal(candidates.filter(({ leads }) => leads).length, 1);
  });

  test(`${kind}: while the database is down nobody is active, and one is when it is back`, async (t) => {
    const all = await opened(t, kind);
    const candidates = [join(t, all), join(t, all)];
    await until('one is active', () => candidates.some(({ leads }) => leads));
    await all.db.kill();
    await until('nobody is active', () => candidates.every(({ leads, role }) => !leads && role?.kind === 'unknown'));
    await all.db.start();
    await all.shop.reconnect(all.db);
    await until('one is active', () => candidates.some(({ leads }) => leads));
    await Promise.all(candidates.map(async ({ election }) => election.known()));
    assert.equal(candidates.filter(({ leads }) => leads).length, 1);
  });
}

test('lock: it is held once, and asked after without taking it again', async (t) => {
  const all = await setUp(t);
  const first = byLock(t, all);
  await until('the first is active', () => first.leads);
  const second = byLock(t, all);
  await second.election.known();
  const [rows] = await all.shop.connection.query<RowDataPacket[]>(
    'SELECT id FROM information_schema.processlist WHERE user = ? AND db = ?',
    [READER.username, all.shop.database],
  );
  const leader = second.role?.kind === 'standby' ? second.role.leader : undefined;
  const id = /connection (\d+)/.exec(leader ?? '')?.[1];
  assert.ok(
    rows.some((row) => String(row['id']) === id),
    leader,
  );
  // Whoever loses the connection has lost the lock, and gets it again as the only one that asks.
  await second.election.close();
  await all.shop.connection.query(`KILL ${Number(id)}`);
  await until('it is active again, over another connection', () => first.roles.length >= 1 && first.leads);
});

test('lock: shops of one server do not meet', async (t) => {
  const all = await setUp(t);
  const other = await setUp(t);
  const candidates = [byLock(t, all), byLock(t, other), byLock(t, all, { table: 'orders_of_another_shop' })];
  await until('all are active', () => candidates.every(({ leads }) => leads));
});

test('lock: a read-only server is refused where a lock was asked for, and else only said', async (t) => {
  const all = await setUp(t);
  await makeReadOnly(t, all);
  const strict = byLock(t, all);
  await strict.election.known();
  assert.ok(strict.role?.kind === 'unknown');
  assert.match(strict.role.outage.reason, /the server is read-only/);
  assert.match(strict.role.outage.hint ?? '', /lease/);
  const easy = byLock(t, all, { strict: false });
  await until('it is active', () => easy.leads);
  assert.match(
    easy.warnings.join('\n'),
    /^Two monitors of this database may not notice each other, because the server is read-only[^\n]*$/,
  );
});

test('lease: without its table, or the right to write it, the statements to run are said', async (t) => {
  const all = await setUp(t);
  const candidate = byLease(t, all);
  await candidate.election.known();
  assert.ok(candidate.role?.kind === 'unknown');
  const { hint = '' } = candidate.role.outage;
  const [, use = '', create = '', grant = ''] =
    /^run on the server: (USE .*); (CREATE .*); (GRANT .*) TO /.exec(hint) ?? [];
  for (const statement of [use, create, `${grant} TO '${READER.username}'@'%'`]) {
    await all.shop.connection.query(statement);
  }
  await until('it is active', () => candidate.leads);
});

/** Until the test ends, or is done with it. */
async function makeReadOnly(context: TestContext, { db, shop }: Opened): Promise<void> {
  const root = await shop.session(db);
  await root.query('SET GLOBAL read_only = 1');
  context.after(async () => {
    await root.query('SET GLOBAL read_only = 0');
    await root.end();
  });
}

test('lease: a read-only server makes nobody active', async (t) => {
  const all = await opened(t, 'lease');
  const candidate = byLease(t, all);
  await until('it is active', () => candidate.leads);
  await makeReadOnly(t, all);
  await until('it is not', () => candidate.role?.kind === 'unknown');
  assert.match(candidate.role?.kind === 'unknown' ? candidate.role.outage.reason : '', /the server is read-only/);
  await all.shop.connection.query('SET GLOBAL read_only = 0');
  await until('it is active again', () => candidate.leads);
});

test('lease: the clock of the database is set back: who has it keeps it, and who is gone does not keep it for so long', async (t) => {
  const all = await opened(t, 'lease');
  const first = byLease(t, all);
  await until('it is active', () => first.leads);
  const second = byLease(t, all);
  await second.election.known();
  const setBack = `UPDATE ${LEASE_TABLE} SET expires_at = expires_at + INTERVAL 1 HOUR`;
  await all.shop.connection.query(setBack);
  await until('the lease ends as soon as any does', async () => {
    const [rows] = await all.shop.connection.query<RowDataPacket[]>(
      `SELECT expires_at < UTC_TIMESTAMP(3) + INTERVAL 16 SECOND AS soon FROM ${LEASE_TABLE}`,
    );
    return rows[0]?.['soon'] === 1;
  });
  assert.equal(first.leads, true);
  await first.election.close();
  await until('the second is active', () => second.leads);
  await second.election.close();

  await all.shop.connection.query(`UPDATE ${LEASE_TABLE} SET holder = 'gone', expires_at = UTC_TIMESTAMP(3)`);
  await all.shop.connection.query(setBack);
  const third = byLease(t, all);
  await until('the third is active', () => third.leads);
});

test('without an election a monitor is active at once, and one that is wanted later begins with renew', async (t) => {
  const all = await setUp(t);
  const holder = byLock(t, all);
  await until('it is active', () => holder.leads);
  let alone = true;
  const { options } = all;
  const candidate = new Candidate(t, (report) =>
    alone ? undefined : new ConnectionLock({ server: { ...options, ...SHORT }, table: 'orders', strict: true, report }),
  );
  await candidate.election.known();
  assert.equal(candidate.leads, true);
  alone = false;
  candidate.election.renew();
  await until('it stands by', () => !candidate.leads && candidate.role?.kind === 'standby');
});
