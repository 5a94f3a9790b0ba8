/** How a host stands when another one works, or nobody can tell. */
import { Outage } from '../../../src/core/outage.ts';
import type { Role } from '../../../src/core/role.ts';

export const ACTIVE: Role = { kind: 'active' };
export const STANDBY: Role = { kind: 'standby', leader: 'the other one' };
export const UNKNOWN: Role = {
  kind: 'unknown',
  outage: new Outage({ dependency: 'shop', reason: 'nobody can tell who works' }),
};
