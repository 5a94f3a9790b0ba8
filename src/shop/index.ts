/** The shop's orders, read from MySQL or MariaDB. */
export { examine, type Finding } from './examination.ts';
export type { ServerOptions } from './link.ts';
export { Orders, type OrdersOptions, type StoryRow } from './orders.ts';
