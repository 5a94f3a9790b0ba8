/** `repairs.json` survives crashes, and its loss or damage stops nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { readRepairs, RepairFile } from '../../src/checkpoint/repair-file.ts';
import { orderId } from '../../src/core/order.ts';
import type { RepairMemory } from '../../src/core/repair-memory.ts';
import { SimulatedDisk, systemError } from './disk.ts';

const PATH = '/state/repairs.json';
const CHECKPOINT = '/state/checkpoint';
const AT = Date.UTC(2026, 10, 20, 12);

const EARLIER: RepairMemory = {
  up: [{ from: AT - 5000, to: AT }],
  pending: [],
  lags: {},
  paid: [],
  out: false,
  turnedUpAt: null,
};
const LATER: RepairMemory = {
  up: [
    { from: AT - 5000, to: AT },
    { from: AT + 60_000, to: AT + 90_000 },
  ],
  pending: [
    [
      orderId(7),
      {
        task: 'insert_order',
        commands: 1,
        startedAt: AT + 61_000,
        endedAt: AT + 70_000,
        running: false,
        denied: true,
      },
    ],
  ],
  lags: { insert_order: 600_000 },
  paid: [
    [orderId(9), AT + 62_000],
    [orderId(8), AT + 63_000],
  ],
  out: true,
  turnedUpAt: AT + 80_000,
};

async function opened(files: SimulatedDisk): Promise<{ file: RepairFile; said: string[] }> {
  const said: string[] = [];
  const file = await RepairFile.open({
    path: PATH,
    files,
    clock: { now: () => AT },
    report: (message) => said.push(message),
  });
  return { file, said };
}

function disk(text?: string): SimulatedDisk {
  return new SimulatedDisk({ [CHECKPOINT]: '', ...(text === undefined ? {} : { [PATH]: text }) });
}

function changed(changes: object): string {
  return JSON.stringify({ ...LATER, ...changes });
}

function pending(changes: object): string {
  return changed({ pending: LATER.pending.map(([id, one]) => [id, { ...one, ...changes }]) });
}

describe('The file of what repairs wait for', () => {
  test('holds nothing before anything was kept', async () => {
    const { file, said } = await opened(disk());
    assert.equal(file.found, undefined);
    assert.deepEqual(said, []);
  });

  test('is read as an earlier version wrote it, which knew neither of payments nor of commands in a row', async () => {
    const { file, said } = await opened(disk(JSON.stringify({ ...LATER, paid: undefined, out: undefined })));
    assert.deepEqual(file.found, { ...LATER, paid: [], out: false });
    assert.deepEqual(said, []);
  });

  test('is shown to those who only look, and one that is damaged is left to the service', async () => {
    assert.equal(await readRepairs(PATH, disk()), undefined);
    assert.deepEqual(await readRepairs(PATH, disk(JSON.stringify(LATER))), LATER);
    const damaged = disk('{');
    assert.equal(await readRepairs(PATH, damaged), undefined);
    assert.equal(damaged.operations, 0);
  });

  test('gives back what was kept last', async () => {
    const files = disk();
    const { file } = await opened(files);
    await file.keep(EARLIER);
    await file.keep(LATER);
    const { file: after, said } = await opened(files);
    assert.deepEqual(after.found, LATER);
    assert.deepEqual(said, []);
  });

  test('gives back what was kept last also where one is kept before the one before is on the disk', async () => {
    const files = disk();
    const { file, said } = await opened(files);
    await Promise.all([file.keep(EARLIER), file.keep(LATER), file.keep(EARLIER), file.keep(LATER)]);
    assert.deepEqual((await opened(files)).file.found, LATER);
    assert.deepEqual(said, []);
    assert.deepEqual(files.paths().sort(), [CHECKPOINT, PATH]);
  });

  test('is there for thousands of orders', async () => {
    const files = disk();
    const { file } = await opened(files);
    const [[, one] = []] = LATER.pending;
    assert.ok(one !== undefined);
    const many: RepairMemory = {
      ...LATER,
      pending: Array.from({ length: 20_000 }, (_, index) => [orderId(1_000_000_000 + index), one]),
    };
    await file.keep(many);
    assert.deepEqual((await opened(files)).file.found, many);
  });

  test('holds what was kept before or after a crash at any moment, and never anything else', async () => {
    for (let moment = 0, crashed = true; crashed; moment += 1) {
      const files = disk(JSON.stringify(EARLIER));
      const { file } = await opened(files);
      files.crashAt(moment);
      await file.keep(LATER);
      crashed = files.crashed;
      for (const state of files.statesAfterCrash()) {
        const { file: after, said } = await opened(state);
        assert.ok([1, 2].includes(after.found?.up.length ?? 0), `crash at ${moment}`);
        assert.deepEqual(said, []);
        await after.keep(LATER);
        assert.deepEqual((await opened(state)).file.found, LATER);
      }
    }
  });

  const damaged: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /not JSON/],
    ['half of it', JSON.stringify(LATER).slice(0, 40), /not JSON/],
    ['a list', '[]', /does not hold what repairs wait for/],
    ['no moments', changed({ up: undefined }), /up/],
    ['a moment that is none', changed({ up: [{ from: 'today', to: AT }] }), /up\.0\.from/],
    ['an id that is none', changed({ pending: [[-1, LATER.pending[0]?.[1]]] }), /no order id/],
    ['a task that is none', pending({ task: 'cancel_order' }), /task/],
    ['half a command', pending({ commands: 0.5 }), /commands/],
    ['less than no command', pending({ commands: -1 }), /commands/],
    ['a lag of less than nothing', changed({ lags: { insert_order: -1 } }), /lags\.insert_order/],
    ['a lag of more than a day', changed({ lags: { insert_order: 86_400_001 } }), /lags\.insert_order/],
    ['no moment for what turned up', changed({ out: true, turnedUpAt: 'never' }), /turnedUpAt/],
  ];
  for (const [what, text, fault] of damaged) {
    test(`that holds ${what} is set aside and said, and repairs wait longer`, async () => {
      const files = disk(text);
      const { file, said } = await opened(files);
      assert.equal(file.found, undefined);
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', fault);
      assert.match(said[0] ?? '', /Repairs wait longer/);
      assert.equal(files.text(`${PATH}.damaged-20261120T120000Z`), text);
      await file.keep(LATER);
      assert.deepEqual((await opened(files)).file.found, LATER);
    });
  }

  test('that can not be written is said, and stops nothing; the next one is written', async () => {
    const files = disk();
    const { file, said } = await opened(files);
    files.before = () => {
      throw systemError('ENOSPC');
    };
    await file.keep(EARLIER);
    assert.match(said.join(), /repairs\.json.*ENOSPC.*After a restart they would wait longer/);
    files.before = () => undefined;
    await file.keep(LATER);
    assert.deepEqual((await opened(files)).file.found, LATER);
  });

  test('that can not be read is said, and stops nothing', async () => {
    const files = disk(JSON.stringify(LATER));
    files.open = async () => Promise.reject(systemError('EIO'));
    const { file, said } = await opened(files);
    assert.equal(file.found, undefined);
    assert.match(said.join(), /EIO.*Repairs wait longer/);
  });
});
