/** What happened to the orders that had trouble. docs/history.md describes the files. */
export type { HistoryEvent, HistoryEntry } from './entry.ts';
export { History, type HistoryOptions } from './history.ts';
export { idOfNumber, ordersOf, since, storyOf, type Story } from './reading.ts';
