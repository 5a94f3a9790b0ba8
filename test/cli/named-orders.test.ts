/** Which orders `retry` and `dismiss` mean, and what they call them: with a running service, and without one. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { call, checkpointOf, configure } from '../sandbox/program.ts';
import { ended, givenUp, installation, onRecord, place, recorded, sandbox, started, type Placed } from './operated.ts';

/** Two rows of one number and another order, all given up. */
async function withTwins(): Promise<readonly [Placed, Placed, Placed]> {
  const first = await place(false);
  const second = { ...first, id: await sandbox.shop.place({ number: first.number, ageS: 60 }) };
  const other = await place(false);
  const head = await place();
  await configure(installation, { service: { ...sandbox.files['service'], recheck_given_up: 86_400 } });
  const open = [first, second, other].map(({ id }) => ({ id, reason: 'NOT_FOUND' }));
  await writeFile(join(installation.state, 'checkpoint'), givenUp(open, head.id));
  return [first, second, other];
}

for (const isRunning of [false, true]) {
  test(`A number that two rows have is asked for by id, and nothing is changed, ${isRunning ? 'with' : 'without'} a service`, async () => {
    const [first, second, other] = await withTwins();
    const service = isRunning ? await started() : undefined;
    if (isRunning) for (const { id } of [first, second, other]) await recorded(id, 'FAILED NOT_FOUND 5');
    const before = await checkpointOf(installation);
    for (const words of [
      ['retry'],
      ['retry', '--json'],
      ['retry', '--dry-run'],
      ['dismiss', '--why', 'x'],
      ['dismiss', '--json', '--why', 'x'],
    ]) {
      const { status, stderr, stdout } = await call(installation, ...words, other.number, first.number);
      assert.deepEqual([status, stdout], [2, ''], words.join(' '));
      assert.equal(
        stderr,
        `The shop has several orders ${first.number}. Name one by the id of its row: --id, one of ${first.id}, ${second.id}. ` +
          'Nothing was changed\n',
      );
    }
    assert.equal(await checkpointOf(installation), before);
    const why = ['--why', 'the customer cancelled'];
    assert.match(await ended(['dismiss', ...why, '--id', String(second.id)]), /: dismissed/);
    assert.deepEqual(
      [await onRecord(first.id), await onRecord(second.id)],
      ['FAILED NOT_FOUND 5', 'FAILED DISMISSED 5'],
    );
    await service?.stop();
  });
}

test('An order that is named by its id is called by its number as well, where the history knows it', async () => {
  const refused = await place(false);
  await sandbox.standIn({ behaviour: { [refused.number]: 'fail' } });
  const service = await started();
  await recorded(refused.id, 'FAILED NOT_FOUND 5');
  const id = ['--id', String(refused.id)];
  const name = `order ${refused.number} (id ${refused.id})`;
  assert.equal(await ended(['dismiss', '--why', 'x', ...id]), `${name}: dismissed\n`);
  assert.equal(
    await ended(['retry', '--dry-run', ...id]),
    `${name}: would be retried\nNothing was changed in ${installation.state}\n`,
  );
  await service.stop();
  assert.equal(await ended(['retry', ...id]), `${name}: retried when the service runs\n`);
  assert.match(await ended(['retry', '--id', '99999'], 1), /^order id 99999: is not open/);
});
