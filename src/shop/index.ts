/** The shop's orders, read from MySQL or MariaDB. */
export type { ServerOptions } from './connection.ts';
export { examine, type Finding } from './examination.ts';
export { Orders, type OrdersOptions, type StoryRow } from './orders.ts';
