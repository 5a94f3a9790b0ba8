/** What happened to the orders that had trouble. docs/history.md describes the files. */
export type { HistoryEvent, HistoryEntry } from './entry.ts';
export { History, type HistoryOptions } from './history.ts';
export { idOfNumber, NO_STORY, ordersOf, since, storiesOf, storyOf, type Story } from './reading.ts';
