/** `rewind.json` survives crashes, and its loss or damage stops nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { readRewind, RewindFile } from '../../src/checkpoint/rewind-file.ts';
import { orderId } from '../../src/core/order.ts';
import { rewindFor, type Rewind } from '../../src/core/rewind.ts';
import { SimulatedDisk, systemError } from './disk.ts';

const PATH = '/state/rewind.json';
const CHECKPOINT = '/state/checkpoint';
const AT = Date.UTC(2026, 10, 20, 12);

const REWIND: Rewind = rewindFor({ from: orderId(5), rate: 3, by: 'ana' }, undefined, {
  head: orderId(90),
  at: new Date(AT).toISOString(),
});
const FURTHER: Rewind = { ...REWIND, next: orderId(50), asked: 40, failing: 1 };

async function opened(files: SimulatedDisk): Promise<{ file: RewindFile; said: string[] }> {
  const said: string[] = [];
  const file = await RewindFile.open({
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

describe('The file of a rewind', () => {
  test('is not there when there is none', async () => {
    const { file, said } = await opened(disk());
    assert.equal(file.found, undefined);
    assert.deepEqual(said, []);
    assert.equal(await readRewind(PATH, disk()), undefined);
  });

  test('gives back what was kept, and is gone when the rewind is over', async () => {
    const files = disk();
    const { file } = await opened(files);
    await file.keep(REWIND);
    await file.keep(FURTHER);
    assert.deepEqual((await opened(files)).file.found, FURTHER);
    assert.deepEqual(await readRewind(PATH, files), FURTHER);
    await file.keep(undefined);
    assert.equal((await opened(files)).file.found, undefined);
    assert.deepEqual(files.paths(), [CHECKPOINT]);
  });

  test('is read also where the last order is the next one', async () => {
    const last = { ...REWIND, next: REWIND.through };
    assert.deepEqual((await opened(disk(JSON.stringify(last)))).file.found, last);
  });

  test('holds the old progress or the new after a crash at any moment, and never anything else', async () => {
    for (let moment = 0, crashed = true; crashed; moment += 1) {
      const files = disk(JSON.stringify(REWIND));
      const { file } = await opened(files);
      files.crashAt(moment);
      await file.keep(FURTHER);
      crashed = files.crashed;
      for (const state of files.statesAfterCrash()) {
        const { file: after, said } = await opened(state);
        assert.ok([REWIND.next, FURTHER.next].includes(after.found?.next ?? orderId(0)), `crash at ${moment}`);
        assert.deepEqual(said, []);
        await after.write(FURTHER);
      }
    }
  });

  const damaged: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /not JSON/],
    ['half of it', JSON.stringify(REWIND).slice(0, 40), /not JSON/],
    ['a list', '[]', /does not hold a rewind/],
    ['an id that is none', JSON.stringify({ ...REWIND, next: -1 }), /next is no order id/],
    ['ids out of order', JSON.stringify({ ...REWIND, next: 91 }), /not in order/],
    ['the next id before the first', JSON.stringify({ ...REWIND, next: 4 }), /not in order/],
    ['orders asked about that are no number', JSON.stringify({ ...REWIND, asked: 0.5 }), /asked/],
    ['fewer failing orders than none', JSON.stringify({ ...REWIND, failing: -1 }), /failing/],
    ['half an order at a time', JSON.stringify({ ...REWIND, rate: 1.5 }), /rate/],
    ['a rate of nothing', JSON.stringify({ ...REWIND, rate: 0 }), /rate/],
    ['a time that is none', JSON.stringify({ ...REWIND, startedAt: 'today' }), /startedAt/],
  ];
  for (const [what, text, fault] of damaged) {
    test(`that holds ${what} is set aside and said, and no rewind runs`, async () => {
      const files = disk(text);
      const { file, said } = await opened(files);
      assert.equal(file.found, undefined);
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', fault);
      assert.match(
        said[0] ?? '',
        /^\/state\/rewind\.json does not hold a rewind \(.+\)\. It was set aside as \S+, and no rewind runs\. If one was under way, start it again: order-monit rewind$/,
      );
      const looked = disk(text);
      assert.equal(await readRewind(PATH, looked), undefined);
      assert.equal(looked.operations, 0);
      assert.equal(files.text(`${PATH}.damaged-20261120T120000Z`), text);
      await file.write(REWIND);
      assert.deepEqual((await opened(files)).file.found, REWIND);
    });
  }

  test('that can not be written is said, and stops nothing', async () => {
    const files = disk();
    const { file, said } = await opened(files);
    files.before = () => {
      throw systemError('ENOSPC');
    };
    await file.keep(REWIND);
    assert.match(said.join(), /rewind\.json.*ENOSPC.*The rewind goes on/);
    await assert.rejects(
      file.write(REWIND),
      /^CheckpointIoError: Could not keep the progress of the rewind in \/state\/rewind\.json: ENOSPC: .*Free space on its disk$/,
    );
  });

  test('that can not be read is said, and stops nothing', async () => {
    const files = disk(JSON.stringify(REWIND));
    files.open = async () => Promise.reject(systemError('EIO'));
    const { file, said } = await opened(files);
    assert.equal(file.found, undefined);
    assert.match(
      said.join(),
      /^The rewind that may be under way can not be read, so none runs: \/state\/rewind\.json: EIO/,
    );
    await assert.rejects(readRewind(PATH, files), /^CheckpointIoError: Could not read \/state\/rewind\.json: EIO/);
  });
});
