/** Two real monitors of one shop: one works, and the other takes over without inserting an order twice. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { call, checkpointOf, install, Run, type Installation } from '../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

/** Two installations, as on two hosts, for one shop. */
describe('Of two monitors of one shop', () => {
  let sandbox: Sandbox;
  let hosts: readonly [Installation, Installation];
  let number = 7_000_000;

  before(async () => {
    sandbox = await openSandbox({ standIn: { startMs: 300, gapMs: 50 } });
    hosts = [
      await install(join(sandbox.folder, 'host1'), sandbox.files, START),
      await install(join(sandbox.folder, 'host2'), sandbox.files, START),
    ];
  });
  after(async () => {
    await sandbox.close();
  });

  async function place(): Promise<string> {
    number += 1;
    await sandbox.shop.place({ number: String(number), ageS: 60 });
    return String(number);
  }

  async function started(installation: Installation): Promise<Run> {
    const run = new Run(installation, ['run']);
    await until('it knows how it stands', () => run.output.includes('"event":"standing"'));
    return run;
  }

  test('one works, and the other takes over when it is killed in the middle of its repairs', async (t) => {
    const [host1, host2] = hosts;
    const first = await started(host1);
    t.after(() => first.stop('SIGKILL'));
    const second = await started(host2);
    t.after(() => second.stop());

    const standing = await call(host2, 'status');
    assert.match(standing.stdout, /^role +stands by: the active monitor is .*connection \d+ of the database/m);
    assert.doesNotMatch((await call(host1, 'status')).stdout, /^role/m);
    for (const words of [
      ['retry', '--id', '1'],
      ['dismiss', '--id', '1', '--why', 'x'],
      ['run-now'],
      ['rewind', '--cancel'],
    ]) {
      const told = await call(host2, ...words);
      assert.equal(told.status, 1, words.join(' '));
      assert.match(told.stdout + told.stderr, /This monitor stands by, so it can do nothing\. Ask the active one: /);
    }
    const once = await call(await install(join(sandbox.folder, 'host3'), sandbox.files, START), 'once');
    assert.equal(once.status, 1);
    assert.match(once.stdout + once.stderr, /Nothing was done: this is not the active monitor/);

    const orders: string[] = [];
    for (let count = 0; count < 6; count += 1) orders.push(await place());
    await until('commands run', async () => (await sandbox.commands()).length >= 2);
    assert.equal((await checkpointOf(host2)).split('\n').length, 2, 'the one that stands by records nothing');
    await first.stop('SIGKILL');
    await until('every order is in Abacos', () => orders.every((order) => sandbox.abacos.insertsOf(order) > 0));
    assert.deepEqual(
      orders.map((order) => sandbox.abacos.insertsOf(order)),
      orders.map(() => 1),
    );
    await until('the second has them all on record', async () => {
      const lines = (await checkpointOf(host2)).split('\n').map((line) => line.split(' '));
      return orders.every(
        (_, index) => lines.filter((fields) => fields[3] === String(index + 1)).at(-1)?.[4] === 'SUCCESS',
      );
    });
  });
});
