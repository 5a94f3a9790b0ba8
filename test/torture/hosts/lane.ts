/**
 * A shop that two monitors watch, each with a checkpoint of its own, as on two
 * hosts: both are the real program, and so are the database, sshd and the lock
 * of each order.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { LEASE_TABLE, LEASE_TABLE_SQL } from '../../../src/shop/election/lease.ts';
import { lockName } from '../../../src/shop/election/connection-lock.ts';
import { checkpointOf, install } from '../../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../../sandbox/sandbox.ts';
import { READER } from '../../sandbox/shop.ts';
import { until } from '../../sandbox/until.ts';
import { Host, type ElectionKind } from './host.ts';

/** The server keeps the next command of an order away for so long; Abacos shows an insert before that is over. */
const REPAIR_WAIT_S = 3;
const VISIBLE_AFTER_MS = 1800;

export class Lane {
  readonly sandbox: Sandbox;
  readonly hosts: readonly Host[];
  readonly #election: ElectionKind;
  readonly #locks: string;

  private constructor(sandbox: Sandbox, election: ElectionKind, hosts: readonly Host[]) {
    this.sandbox = sandbox;
    this.hosts = hosts;
    this.#election = election;
    this.#locks = join(sandbox.folder, 'locks');
  }

  static async open(election: ElectionKind): Promise<Lane> {
    const sandbox = await openSandbox({
      service: { election, repair_wait: REPAIR_WAIT_S, stop_timeout: 0.2, max_attempts: 12, max_parallel_repairs: 3 },
      abacos: { visibleAfterMs: VISIBLE_AFTER_MS },
      standIn: { database: null, startMs: 20, gapMs: 150 },
    });
    const { database, connection } = sandbox.shop;
    await connection.query(LEASE_TABLE_SQL);
    await connection.query(
      `GRANT SELECT, INSERT, UPDATE ON \`${database}\`.${LEASE_TABLE} TO '${READER.username}'@'%'`,
    );
    const other = await install(join(sandbox.folder, 'other'), sandbox.files, START);
    return new Lane(sandbox, election, [new Host('host1', sandbox.installation), new Host('host2', other)]);
  }

  get lockFolder(): string {
    return this.#locks;
  }

  /** The host that takes itself for the active one; the first of them when both do. */
  async active(): Promise<Host> {
    let active: Host | undefined;
    await until('one is active', () => {
      active = this.hosts.find((host) => host.isActive);
      return active !== undefined;
    });
    if (active === undefined) throw new Error('nobody is active');
    return active;
  }

  otherThan(host: Host): Host {
    const other = this.hosts.find((each) => each !== host);
    if (other === undefined) throw new Error('there is no other host');
    return other;
  }

  /** Takes the part away from whoever has it in the database, who notices it a little later. */
  async loseElection(): Promise<void> {
    const { connection, database } = this.sandbox.shop;
    if (this.#election === 'lease') {
      await connection.query(`UPDATE ${LEASE_TABLE} SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND`);
      return;
    }
    await connection.query(
      'BEGIN NOT ATOMIC SET @owner = IS_USED_LOCK(?); IF @owner IS NOT NULL THEN KILL @owner; END IF; END',
      [lockName(database, 'orders')],
    );
  }

  /** Whether every command that started has ended. */
  async isIdle(): Promise<boolean> {
    const entries = await this.sandbox.commands();
    return entries.filter(({ event }) => event === 'started').length * 2 === entries.length;
  }

  /** Forgets the commands that have run, so that what is said of them stays short. */
  async forgetCommands(): Promise<void> {
    await writeFile(join(this.sandbox.folder, 'commands.log'), '');
  }

  /** Whether one of the hosts has all of these on record as settled. */
  async isSettled(ids: readonly number[]): Promise<boolean> {
    for (const host of this.hosts) {
      const settled = await settledBy(host);
      if (ids.every((id) => settled.has(id))) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    for (const host of this.hosts) await host.end();
    await this.sandbox.close();
  }
}

/** The ids of the orders whose latest record is SUCCESS. */
async function settledBy({ installation }: Host): Promise<ReadonlySet<number>> {
  const settled = new Set<number>();
  for (const line of (await checkpointOf(installation)).split('\n')) {
    const [, , , id, status] = line.split(' ');
    if (status === 'SUCCESS') settled.add(Number(id));
    else settled.delete(Number(id));
  }
  return settled;
}
