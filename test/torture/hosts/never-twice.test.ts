/**
 * No order is inserted twice and none is forgotten, whatever happens to two
 * monitors and to their integration server while commands run. The shop's task
 * checks and inserts in two steps, so two of them at once would insert twice.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { until } from '../../sandbox/until.ts';
import { randomFrom, seeds, size } from '../trials.ts';
import type { ElectionKind } from './host.ts';
import { Lane } from './lane.ts';
import { FAULTS, FAULTS_OF_THE_LOCKS, type Fault, type Random } from './faults.ts';

/** Each seed belongs to one of them, so that several trials run beside each other. */
const LANES: readonly ElectionKind[] = size({
  test: ['lock', 'lease'],
  torture: ['lock', 'lease', 'lock', 'lease', 'lock', 'lease'],
});
const SEEDS = seeds({ test: 2, torture: 1000 });

/** Only a hang reaches it. A server that failed gets its orders one at a time, and each of them may be slow. */
const PATIENCE_MS = 240_000;

const numberOf = (seed: number, count: number): string => String(1000 * seed + count);

interface Plan {
  readonly orders: readonly string[];
  /** How many milliseconds after the orders, or after the first of their commands. */
  readonly afterMs: number;
  readonly waitsForCommand: boolean;
  readonly faults: readonly (readonly [name: string, fault: Fault])[];
  readonly talkative: readonly string[];
  /** The time between check and insert. Beyond `repair_wait` only the lock keeps another command away. */
  readonly gapMs: number;
}

function planOf(seed: number, random: Random): Plan {
  const pick = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(random() * all.length)];
    if (one === undefined) throw new Error('there is nothing to pick from');
    return one;
  };
  const orders = Array.from({ length: 2 + Math.floor(random() * 4) }, (_, count) => numberOf(seed, count));
  const faults =
    random() < 0.15
      ? [pick(Object.entries(FAULTS_OF_THE_LOCKS))]
      : Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(Object.entries(FAULTS)));
  return {
    orders,
    faults,
    waitsForCommand: random() < 0.7,
    afterMs: random() * 600,
    // What it writes is cut off in the middle.
    talkative: random() < 0.1 ? orders.slice(0, 1) : [],
    gapMs: random() < 0.2 ? 8000 : 150,
  };
}

async function play(lane: Lane, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const plan = planOf(seed, random);
  const { abacos, shop } = lane.sandbox;
  const behaviour = Object.fromEntries(plan.talkative.map((number) => [number, 'garbage-output' as const]));
  await lane.sandbox.standIn({ behaviour, gapMs: plan.gapMs });
  await lane.active();
  await lane.forgetCommands();
  const commands = async () => lane.sandbox.commands();

  const ids: number[] = [];
  for (const number of plan.orders) ids.push(await shop.place({ number, ageS: 60 }));
  if (plan.waitsForCommand) await until('a command runs', async () => (await commands()).length > 0);
  await delay(plan.afterMs);
  for (const [, fault] of plan.faults) {
    await fault(lane, random);
    await delay(random() * 400);
  }

  const told = (): string => `seed ${seed}: ${plan.faults.map(([name]) => name).join(', then ')}`;
  const inserts = (): string[] => plan.orders.map((number) => `${number}: ${abacos.insertsOf(number)}`);
  const allInserted = (): boolean => plan.orders.every((number) => abacos.insertsOf(number) > 0);
  await until(`every order is in Abacos (${told()})`, allInserted, PATIENCE_MS);
  await until(`every order is settled (${told()})`, async () => lane.isSettled(ids), PATIENCE_MS);
  await until(`every command has ended (${told()})`, async () => lane.isIdle());
  assert.deepEqual(
    inserts(),
    plan.orders.map((number) => `${number}: 1`),
    `${told()}\n${(await commands()).map((entry) => JSON.stringify(entry)).join('\n')}`,
  );
}

describe('No order is inserted twice and none forgotten', { concurrency: true }, () => {
  for (const [index, election] of LANES.entries()) {
    const ofLane = SEEDS.filter((seed) => seed % LANES.length === index);
    if (ofLane.length === 0) continue;
    describe(`by two monitors with election: ${election} (${index + 1})`, { concurrency: 1 }, () => {
      let lane: Lane;
      before(async () => {
        lane = await Lane.open(election);
      });
      after(async () => {
        await lane.close();
      });

      for (const seed of ofLane) test(`seed ${seed}`, async () => play(lane, seed));

      test('in all of the trials together', () => {
        const { sandbox } = lane;
        const numbers = sandbox.abacos.numbers();
        const twice = numbers.filter((number) => sandbox.abacos.insertsOf(number) !== 1);
        assert.deepEqual(twice, []);
      });
    });
  }
});

test('Two commands at once would insert twice, if it were not for the lock', async (t) => {
  const lane = await Lane.open('lock');
  t.after(async () => lane.close());
  const { abacos, sshd } = lane.sandbox;
  const insert = async (): Promise<unknown> =>
    promisify(execFile)(`${sshd.folder}/bin/bundle`, ['exec', 'rake', 'order_integration_service:insert_order[1]'], {
      cwd: sshd.railsRoot,
      env: { ...process.env, RAILS_ENV: 'production' },
    });
  await Promise.all([insert(), insert()]);
  assert.equal(abacos.insertsOf('1'), 2);
});
