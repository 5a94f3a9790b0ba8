/** Rows that are gone, and there again: across a restart of the service, as an order's story tells it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import { storyOf } from '../../src/history/index.ts';
import { GoneRows } from '../../src/service/gone-rows.ts';
import { Memory } from '../../src/service/memory.ts';
import { found, rowFound, rowGone } from '../alerts/events.ts';

const say = (): undefined => undefined;
const LOG = { debug: say, info: say, warn: say, error: say, fatal: say };
const NOBODY = { recall: say };
/** The first look of a process, which does not know that the row was gone. */
const FIRST_LOOK: Event = { ...rowFound(7), again: false };

test('An order whose row is there again after a restart is not gone any more in its story', async (t) => {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'gone-rows-'));
  t.after(async () => rm(stateDirectory, { recursive: true }));
  const open = (): Memory =>
    new Memory({ stateDirectory, limitBytes: () => 1_000_000, isOpen: () => true, dryRun: false, log: LOG });
  const kinds = async (): Promise<string[]> =>
    (await storyOf(stateDirectory, orderId(7))).entries.map(({ kind }) => kind);

  const first = open();
  await first.recall(NOBODY);
  for (const event of [found(7), FIRST_LOOK, rowGone(7)]) first.take(event);
  assert.equal(first.goneRows.has(orderId(7)), true);
  await first.close();
  assert.deepEqual(await kinds(), ['verdict', 'row-gone'], 'a row that nobody had missed is not told');

  // The next process may look before it has read all that is there, or afterwards.
  for (const [restart, isEarly] of [true, false].entries()) {
    const next = open();
    if (isEarly) next.take(FIRST_LOOK);
    await next.recall(NOBODY);
    assert.equal(next.goneRows.has(orderId(7)), !isEarly);
    if (!isEarly) next.take(FIRST_LOOK);
    assert.equal(next.goneRows.has(orderId(7)), false);
    if (isEarly) next.take(rowGone(7));
    await next.close();
    assert.deepEqual(
      (await kinds()).slice(2),
      restart === 0 ? ['row-found', 'row-gone'] : ['row-found', 'row-gone', 'row-found'],
    );
  }
});

test('What this process has seen counts more than what it reads of earlier ones', () => {
  const rows = new GoneRows();
  rows.take(rowGone(1));
  rows.take(found(2));
  rows.recall({ ...rowFound(1), at: 1 });
  for (const id of [2, 3]) rows.recall({ ...rowGone(id), at: id });
  assert.deepEqual(rows.recalled(), []);
  assert.deepEqual([...rows.ids].sort(), [1, 3]);
});
