/** The election as the configuration wants it. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';

import type { Config } from '../config/index.ts';
import { Refused } from '../control/requests.ts';
import type { CheckFinding } from '../core/check-finding.ts';
import type { Role } from '../core/role.ts';
import { Election, Lease, ConnectionLock, type LeaderLock, type ServerOptions } from '../shop/index.ts';
import { serverOptionsOf } from './adapters.ts';
import { systemClock } from './clock.ts';

/** Both together are less than the time for which an active monitor is trusted without a word from the database. */
const CONNECT_TIMEOUT_MS = 5000;
const QUERY_TIMEOUT_MS = 4000;

export interface ElectionParts {
  /** The configuration in force. */
  readonly config: () => Config;
  /** Told of each change. */
  readonly changed: (role: Role) => void;
  /** Takes a sentence that the operator should read. */
  readonly report: (message: string) => void;
}

/** How a monitor stands that takes part in no election. */
export const ALONE = { leads: () => true, role: { kind: 'active' } } as const;

/** @throws Refused while another monitor works: what is asked of this one would have no effect there */
export function refuseInStandby(role: Role | undefined): void {
  if (role?.kind !== 'standby') return;
  throw new Refused(
    `This monitor stands by, so it can do nothing. Ask the active one: ${role.leader ?? 'which it is, is not known'}`,
  );
}

/** Takes part from now on. */
export function openElection({ config, changed, report }: ElectionParts): Election {
  const holder = `${hostname().slice(0, 200)} ${process.pid}-${randomBytes(4).toString('hex')}`;
  return new Election({ clock: systemClock, lock: () => lockOf(config(), { holder, report }), changed });
}

/** For `order-monit check`: who is active, and whether the database can tell. @throws Outage when it can't */
export async function checkElection(config: Config, signal: AbortSignal): Promise<CheckFinding[]> {
  const { election } = config.service;
  const warnings: CheckFinding[] = [];
  const report = (text: string): void => {
    warnings.push({ result: 'warning', text });
  };
  const lock = lockOf(config, { holder: '', report });
  if (lock === undefined) return [{ result: 'ok', text: `${election}: this monitor is active whenever it runs` }];
  const leader = await lock.look(signal).finally(async () => lock.close());
  const active = leader === undefined ? 'no monitor is active now' : `the active monitor is ${leader}`;
  return [...warnings, { result: 'ok', text: `${election}: ${active}` }];
}

/** Whether a new configuration asks for another election. */
export function isSameElection(one: Config, other: Config): boolean {
  return (
    one.service.election === other.service.election &&
    one.database.orders.table === other.database.orders.table &&
    one.database.password?.reveal() === other.database.password?.reveal() &&
    isDeepStrictEqual(serverOf(one), serverOf(other))
  );
}

function serverOf({ database }: Config): unknown {
  return { ...serverOptionsOf(database), password: undefined };
}

function lockOf(
  { database, service }: Config,
  { holder, report }: { readonly holder: string; readonly report: (message: string) => void },
): LeaderLock | undefined {
  const { table } = database.orders;
  const server: ServerOptions = {
    ...serverOptionsOf(database),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
  };
  switch (service.election) {
    case 'lock':
      return new ConnectionLock({ server, table, strict: !service.electionIsDefault, report });
    case 'lease':
      return new Lease({ server, table, holder });
    // Somebody else sees to it that only one runs, or there is only one.
    case 'external':
    case 'off':
      return undefined;
  }
}
