/** How a host stands when another one works, or nobody can tell. */
import { Outage } from '../../../src/core/outage.ts';
import type { Standing } from '../../../src/core/standing.ts';

export const ACTIVE: Standing = { kind: 'active' };
export const STANDBY: Standing = { kind: 'standby', leader: 'the other one' };
export const UNKNOWN: Standing = {
  kind: 'unknown',
  outage: new Outage({ dependency: 'shop', reason: 'nobody can tell who works' }),
};
