/** The real program beside what takes no lock of ours. Each test has a sandbox of its own, as each breaks it for all orders. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { call, checkpointOf, Run } from '../sandbox/program.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

interface Stage {
  readonly sandbox: Sandbox;
  /** Places orders, and gives their numbers. */
  place(count: number, order?: { readonly inAbacos?: boolean; readonly ageS?: number }): Promise<string[]>;
  started(): Promise<number>;
  status(): Promise<string>;
}

async function stage(t: TestContext, options: SandboxOptions = {}): Promise<Stage> {
  const sandbox = await openSandbox(options);
  t.after(async () => sandbox.close());
  let number = 7_000_000;
  return {
    sandbox,
    async place(count, { inAbacos = false, ageS = 60 } = {}) {
      const numbers = Array.from({ length: count }, () => String((number += 1)));
      for (const one of numbers) {
        if (inAbacos) sandbox.abacos.place(one);
        await sandbox.shop.place({ number: one, ageS });
      }
      return numbers;
    },
    started: async () => (await sandbox.commands()).filter(({ event }) => event === 'started').length,
    status: async () => (await call(sandbox.installation, 'status')).stdout,
  };
}

async function open({ sandbox }: Stage): Promise<string> {
  const newest = new Map(
    (await checkpointOf(sandbox.installation)).split('\n').map((line) => [line.split(' ')[3], line]),
  );
  return [...newest.values()].filter((line) => line.includes(' FAILED ')).join('\n');
}

test('the end of an outage inserts nothing twice beside the shop’s own queue', async (t) => {
  const on = await stage(t, { service: { settle_time: 4 } });
  const { abacos, installation } = on.sandbox;
  await on.place(3, { inAbacos: true });
  const run = new Run(installation, ['run']);
  await until('the first orders are on record', async () =>
    (await checkpointOf(installation)).includes('SUCCESS OK 1'),
  );
  await abacos.down();
  const numbers = await on.place(100, { ageS: 0 });
  const lost = numbers.at(-1) ?? '';
  await until('the outage is noticed', () => run.output.includes('Abacos is down'));
  await delay(4000);
  await abacos.up();
  // Its job looks whether Abacos has the order, and inserts it a moment later.
  for (const number of numbers.slice(0, -1)) {
    const has = abacos.insertsOf(number) > 0;
    await delay(100);
    if (!has) abacos.insert(number);
  }
  await until('all are on record', async () => (await open(on)) === '' && abacos.insertsOf(lost) === 1);
  assert.deepEqual(
    numbers.filter((number) => abacos.insertsOf(number) !== 1),
    [],
  );
  assert.equal(await on.started(), 1);
  assert.match(run.output, /Repairs of \d+ orders? wait until .* (settle_time|queue is still sending)/);
  assert.equal((await run.stop()).status, 0);
});

test('an integration side that does nothing gets few commands, is told once, and gives nobody up', async (t) => {
  const on = await stage(t, { standIn: { switchedOffEvery: 1 } });
  const { installation } = on.sandbox;
  await on.place(3, { inAbacos: true });
  const numbers = await on.place(12);
  const run = new Run(installation, ['run']);
  await until('it is said', () => run.output.includes('Integration server is down'));
  assert.ok((await on.started()) <= 6);
  assert.match(run.output, /five|5 or more different orders in a row did not bring their orders into Abacos/);
  await on.sandbox.standIn({ switchedOffEvery: 0 });
  await until('all are repaired', async () => (await open(on)) === '' && (await checkpointOf(installation)).length > 0);
  assert.deepEqual(
    numbers.filter((number) => on.sandbox.abacos.insertsOf(number) !== 1),
    [],
  );
  assert.ok(!run.output.includes('is given up'));
  assert.equal(run.output.split('Integration server is down').length, 2);
  await run.stop();
});

test('an Abacos that denies what it had gets few commands until a person says that the loss is real', async (t) => {
  const on = await stage(t);
  const { abacos, installation } = on.sandbox;
  const had = await on.place(10, { inAbacos: true });
  const run = new Run(installation, ['run']);
  await until('they are on record', async () => (await checkpointOf(installation)).includes(' 10 SUCCESS OK 1'));
  // Restored from a backup, say.
  for (const number of had) abacos.lose(number);
  const missing = await on.place(10);
  await until('repairs are held', () => run.output.includes('Repairs are held: Abacos denies'));
  assert.match(await on.status(), /repairs .*Abacos denies 3 of 3 orders that it had before/);
  // Some may have been taken for missing before more than five were.
  assert.ok((await on.started()) <= 5);
  assert.equal((await call(installation, 'rewind', '--since', '2026-01-01')).status, 0);
  await until('all are repaired', () => [...had, ...missing].every((number) => abacos.insertsOf(number) === 1));
  await until('nothing is open', async () => (await open(on)) === '');
  assert.match(run.output, /Repairs go on/);
  await run.stop();
});

test('inserts that show late are inserted once, also after kill -9', async (t) => {
  const on = await stage(t, { abacos: { visibleAfterMs: 2500 } });
  const { abacos, installation } = on.sandbox;
  await on.place(3, { inAbacos: true });
  const numbers = await on.place(6);
  const first = new Run(installation, ['run']);
  await until('commands have run', async () => (await on.started()) >= 3);
  await first.stop('SIGKILL');
  const second = new Run(installation, ['run']);
  await until('all are there', () => numbers.every((number) => abacos.insertsOf(number) > 0));
  await until('nothing is open', async () => (await open(on)) === '');
  assert.deepEqual(
    numbers.filter((number) => abacos.insertsOf(number) !== 1),
    [],
  );
  await second.stop();
});
