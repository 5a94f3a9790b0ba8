/**
 * Each thing that order-monit depends on, behind a network that fails in each
 * way, while the service runs: it says what is down, uses no attempt for it,
 * and catches up by itself.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { until } from '../../sandbox/until.ts';
import { size } from '../trials.ts';
import { NETWORK_FAULTS, type NetworkFault } from './proxy.ts';
import { DEPENDENCIES, PATIENCE_MS, Harness, type Dependency } from './harness.ts';

/** These wait for a minute or for mails that are tried again, so only `npm run torture` plays them. */
const SLOW = new Set([
  'shop black-hole',
  'shop drip',
  ...NETWORK_FAULTS.filter((fault) => fault !== 'garbage').map((fault) => `mail ${fault}`),
]);

/** What the operator reads: what is down, where, and why. */
const SAID: Readonly<Record<Dependency, RegExp>> = {
  shop: /Shop database is down: [^"]*127\.0\.0\.1:\d+/,
  abacos: /Abacos is down: [^"]*127\.0\.0\.1:\d+/,
  'integration-server': /Integration server is down: [^"]*127\.0\.0\.1:\d+/,
};

/** The service needs about 100 MiB. An endless answer may cost some more, and has an end. */
const MEMORY_LIMIT_KIB = 300 * 1024;

let harness: Harness;

before(async () => {
  harness = await Harness.open();
});
after(async () => {
  await harness.close();
});

function skipped(what: string): boolean {
  return SLOW.has(what) && size({ test: true, torture: false });
}

for (const dependency of DEPENDENCIES) {
  describe(`The connection to ${dependency}`, () => {
    for (const fault of NETWORK_FAULTS) {
      test(
        `${fault}: is said, costs no attempt, and is over by itself`,
        {
          skip: skipped(`${dependency} ${fault}`),
        },
        async () => suffer(dependency, fault),
      );
    }
  });
}

async function suffer(dependency: Dependency, fault: NetworkFault): Promise<void> {
  const said = harness.listen();
  const proxy = harness.proxies[dependency];
  await proxy.inject(fault);
  const order = await harness.place();
  await until(`${dependency} counts as down`, () => SAID[dependency].test(said()), PATIENCE_MS);
  // Without the shop or Abacos nothing is known of it; without the server it is missing, and nothing was tried.
  const record = dependency === 'integration-server' ? 'FAILED NOT_FOUND 0' : undefined;
  assert.equal(await harness.onRecord(order.id), record);
  assert.equal(harness.sandbox.abacos.insertsOf(order.number), 0);

  await proxy.inject(undefined);
  await harness.settled(order);
  await until('it is said to be back', () => said().includes('"event":"up"'));
  assert.equal(await harness.onRecord(order.id), 'SUCCESS OK 2');
  assert.equal(harness.run.child.exitCode, null);
}

describe('The connection to the mail server', () => {
  for (const fault of NETWORK_FAULTS) {
    test(
      `${fault}: keeps no order waiting, and the mail comes when it is over`,
      {
        skip: skipped(`mail ${fault}`),
      },
      async (t) => {
        // One of its own: the mails of the others would count as mail upon mail, and be held back for longer and longer.
        const own = await Harness.open();
        t.after(async () => own.close());
        const { mailProxy, mailServer } = own;
        const said = own.listen();
        await mailProxy.inject(fault);
        const order = await own.place();
        await own.settled(order);
        const hasCome = (): boolean => mailServer.mails.some(({ subject }) => subject.includes(order.number));
        if (fault === 'drip') await until('the mail has come, slowly', hasCome, PATIENCE_MS);
        else
          await until(
            'it is said that the mail can not be sent',
            () => said().includes('"event":"alerts"'),
            PATIENCE_MS,
          );

        await mailProxy.inject(undefined);
        await until('the mail has come', hasCome, PATIENCE_MS);
        assert.equal(own.run.child.exitCode, null);
      },
    );
  }
});

test('After all of it every order was inserted once, in bounded memory', async () => {
  const peak = await harness.peakMemoryKiB();
  console.log(`peak memory ${Math.round(peak / 1024)} MiB`);
  assert.deepEqual(harness.wronglyInserted, []);
  assert.ok(peak < MEMORY_LIMIT_KIB, `${peak} KiB`);
});
