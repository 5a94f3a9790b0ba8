/** The shop's orders, read from MySQL or MariaDB. */
export { Election } from './election/election.ts';
export { Lease } from './election/lease.ts';
export type { LeaderLock } from './election/leader-lock.ts';
export { ConnectionLock } from './election/connection-lock.ts';
export { checkOrders } from './check.ts';
export { checkStates, type NamedStates } from './states.ts';
export type { ServerOptions } from './server-options.ts';
export type { ShopEvidence } from './evidence.ts';
export { Orders, type OrdersOptions } from './orders.ts';
export { momentOf } from './zone.ts';
