/** Appends entries to the history of the folder that it is given, without end, and says which ones are in the file. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { orderId } from '../../src/core/order.ts';
import { storyOf } from '../../src/history/index.ts';
import { missing, openHistory } from './fixtures.ts';

const directory = process.argv[2] ?? '';
const { history } = openHistory({ stateDirectory: directory, clock: { now: () => Date.now() } });
for (let id = Number(process.argv[3]); ; id += 1) {
  history.append(missing(id));
  if (id % 50 !== 0) continue;
  while ((await storyOf(directory, orderId(id))).entries.length === 0) await nextTurn();
  process.stdout.write(`${id}\n`);
}
