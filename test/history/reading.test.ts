/** What is read back of the history: all about one order and nothing of others, past damaged lines. */
import assert from 'node:assert/strict';
import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { idOfNumber, since, storiesOf, storyOf } from '../../src/history/index.ts';
import { missing, nameOf, NOW_MS, rowGone, stateDirectory, textOf, write } from './fixtures.ts';

async function rotate(directory: string): Promise<void> {
  await rename(join(directory, 'history'), join(directory, 'history.old'));
}

test('storiesOf reads the same of several orders at once as storyOf of each', async (t) => {
  const directory = await stateDirectory(t);
  const orders = [nameOf(1), nameOf(7), nameOf(9)];
  await write(directory, [missing(7), missing(70), missing(8)], NOW_MS);
  await write(directory, [{ kind: 'alert', alert: 'orders', channel: 'mail', subject: 'three', orders }, missing(8)]);
  await writeFile(join(directory, 'history'), (await textOf(directory)).replace('"kind":"verdict"', '"kind":"ver'));
  const ids = [7, 8, 9, 10].map((id) => orderId(id));
  const stories = await storiesOf(directory, ids);
  assert.deepEqual([...stories.keys()].sort(), [7, 8, 9]);
  for (const id of ids)
    assert.deepEqual(stories.get(id) ?? (await storyOf(directory, id)), await storyOf(directory, id));
  assert.deepEqual([stories.get(orderId(7))?.damaged, stories.get(orderId(8))?.entries.length], [1, 2]);
});

describe('storyOf', () => {
  test('reads both files, oldest first, and nothing of orders with a longer id', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [missing(7), missing(70), missing(77)], NOW_MS);
    await rotate(directory);
    await write(directory, [missing(71), missing(7), missing(8)], NOW_MS + 1000);
    const { entries, damaged, omitted } = await storyOf(directory, orderId(7));
    assert.deepEqual(
      entries.map(({ at }) => at),
      [NOW_MS, NOW_MS + 1000],
    );
    assert.deepEqual({ damaged, omitted }, { damaged: 0, omitted: 0 });
  });

  test('finds alerts that name the order among others', async (t) => {
    const directory = await stateDirectory(t);
    const orders = [nameOf(1), nameOf(7), nameOf(9)];
    await write(directory, [{ kind: 'alert', alert: 'orders', channel: 'mail', subject: 'three', orders }]);
    assert.equal((await storyOf(directory, orderId(9))).entries.length, 1);
  });

  test('of an order that had no trouble, or without any file, is empty', async (t) => {
    const directory = await stateDirectory(t);
    assert.deepEqual(await storyOf(directory, orderId(7)), { entries: [], omitted: 0, damaged: 0 });
    await write(directory, [missing(8)]);
    assert.deepEqual(await storyOf(directory, orderId(7)), { entries: [], omitted: 0, damaged: 0 });
  });

  test('counts the lines about the order that are damaged', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [missing(7), missing(7), missing(8)]);
    await writeFile(join(directory, 'history'), (await textOf(directory)).replace('"kind":"verdict"', '"kind":"ver'));
    const { entries, damaged } = await storyOf(directory, orderId(7));
    assert.deepEqual([entries.length, damaged], [1, 1]);
  });

  test(
    'is found in the end of a file that is said to be longer than anybody would read',
    { timeout: 300_000 },
    async (t) => {
      const directory = await stateDirectory(t);
      const path = join(directory, 'history');
      await write(directory, [missing(7)]);
      await truncate(path, 2 ** 43);
      await appendFile(path, '\n');
      await write(directory, [missing(7)], NOW_MS + 1000);
      const { entries, damaged } = await storyOf(directory, orderId(7));
      assert.deepEqual(
        entries.map(({ at }) => at),
        [NOW_MS + 1000],
      );
      assert.equal(damaged, 0);
    },
  );

  test('is not misled by a text that looks like an order', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [rowGone(8, '"orderId":7')]);
    assert.equal((await storyOf(directory, orderId(7))).entries.length, 0);
  });

  test('leaves out the oldest when there is more than people read', async (t) => {
    const directory = await stateDirectory(t);
    await write(
      directory,
      Array.from({ length: 1100 }, () => missing(7)),
    );
    const { entries, omitted } = await storyOf(directory, orderId(7));
    assert.deepEqual([entries.length, omitted], [1000, 100]);
  });

  test('finds every line, wherever the blocks that are read happen to end', async (t) => {
    const directory = await stateDirectory(t);
    const line = async (id: number): Promise<string> => {
      await write(directory, [missing(id)]);
      const text = await textOf(directory);
      await writeFile(join(directory, 'history'), '');
      return text;
    };
    const [seven, other] = [await line(7), await line(1234)];
    // Some three blocks of a megabyte, with the order once in 97 lines.
    const lines = Array.from({ length: 9700 }, (_, index) => (index % 97 === 0 ? seven : other));
    await writeFile(join(directory, 'history'), lines.join(''));
    assert.equal((await storyOf(directory, orderId(7))).entries.length, 100);
  });

  test('leaves out a line that is still being written', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [missing(7), missing(7)]);
    await writeFile(join(directory, 'history'), (await textOf(directory)).trimEnd().slice(0, -9));
    const { entries, damaged } = await storyOf(directory, orderId(7));
    assert.deepEqual([entries.length, damaged], [1, 0]);
  });
});

describe('idOfNumber', () => {
  test('is the order that a number last stood for', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [missing(7), rowGone(8, '1000007')]);
    assert.equal(await idOfNumber(directory, '1000007'), 8);
    assert.equal(await idOfNumber(directory, '100000'), undefined);
  });
});

describe('since', () => {
  test('gives what happened from a moment on, over both files, and counts what can not be read', async (t) => {
    const directory = await stateDirectory(t);
    for (const seconds of [0, 1, 2, 3]) {
      await write(directory, [missing(seconds)], NOW_MS + seconds * 1000);
      if (seconds === 1) await rotate(directory);
    }
    await writeFile(join(directory, 'history'), `${await textOf(directory)}nonsense\n`);
    const entries = since(directory, NOW_MS + 1000);
    const found: number[] = [];
    let step = await entries.next();
    for (; step.done !== true; step = await entries.next()) found.push(step.value.at - NOW_MS);
    assert.deepEqual(found, [1000, 2000, 3000]);
    assert.equal(step.value, 1);
  });
});
