/** The shop's orders, read from MySQL or MariaDB. */
export { Election } from './election/election.ts';
export { LeaseBox } from './election/lease-box.ts';
export type { BallotBox } from './election/ballot.ts';
export { LockBox } from './election/lock-box.ts';
export { checkOrders } from './check.ts';
export { checkStates, type NamedStates } from './states.ts';
export type { ServerOptions } from './server-options.ts';
export type { ShopEvidence } from './evidence.ts';
export { Orders, type OrdersOptions } from './orders.ts';
