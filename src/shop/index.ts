/** The shop's orders, read from MySQL or MariaDB. */
export { examine, type Finding } from './examination.ts';
export type { ServerOptions } from './link.ts';
export type { ShopEvidence } from './evidence.ts';
export { Orders, type OrdersOptions } from './orders.ts';
