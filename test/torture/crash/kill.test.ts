/** The real program is killed at random moments while orders come in, alone or with everything in its container. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { checkpointOf, Run } from '../../sandbox/program.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { randomFrom, seeds, size } from '../trials.ts';
import { assertOnRecord, recordsIn } from './said.ts';

const KILLS = size({ test: 5, torture: 200 });
const MAX_ATTEMPTS = 20;

/** A PID namespace of its own: who is killed in it takes along all that runs in it. */
const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

class Trial {
  readonly #sandbox: Sandbox;
  readonly #random: () => number;
  readonly #missing: string[] = [];
  readonly #ids: number[] = [];
  #number = 5_000_000;

  constructor(sandbox: Sandbox, seed: number) {
    this.#sandbox = sandbox;
    this.#random = randomFrom(seed);
  }

  async play(): Promise<void> {
    for (let kill = 0; kill < KILLS; kill += 1) await this.#killOnce();
    await this.#settle();
  }

  async #place(): Promise<void> {
    this.#number += 1;
    const number = String(this.#number);
    if (this.#random() < 0.2) this.#missing.push(number);
    else this.#sandbox.abacos.place(number);
    this.#ids.push(await this.#sandbox.shop.place({ number, ageS: 60 }));
  }

  async #killOnce(): Promise<void> {
    const through = process.getuid?.() === 0 && this.#random() < 0.3 ? CONTAINER : [];
    const run = new Run({ ...this.#sandbox.installation, through }, ['run'], { ORDER_MONIT_DEBUG: '1' });
    try {
      if (this.#random() < 0.7) {
        await until(
          'it has started, or ended',
          () => run.output.includes('starts after') || run.child.exitCode !== null,
        );
      }
      const end = performance.now() + 600 * this.#random();
      while (performance.now() < end) {
        await this.#place();
        await delay(150 * this.#random());
      }
    } finally {
      run.child.kill('SIGKILL');
    }
    const { stdout } = await run.finished;
    assertOnRecord(stdout, await checkpointOf(this.#sandbox.installation));
  }

  async #settle(): Promise<void> {
    const { abacos, installation } = this.#sandbox;
    const run = new Run(installation, ['run']);
    const isSettled = async (): Promise<boolean> => {
      const records = recordsIn(await checkpointOf(installation));
      return this.#ids.every((id) => records.get(id)?.status === 'SUCCESS');
    };
    try {
      await until('every order is on record as SUCCESS', isSettled, size({ test: 120_000, torture: 1_800_000 }));
    } catch (error) {
      throw new Error(`What it said was:\n${run.output}`, { cause: error });
    } finally {
      await run.stop();
    }
    assert.deepEqual(
      [...recordsIn(await checkpointOf(installation)).keys()].filter((id) => id > 0).sort(byNumber),
      this.#ids,
    );
    const commands = await this.#sandbox.commands();
    for (const number of this.#missing) {
      assert.equal(abacos.insertsOf(number), 1, `inserts of ${number}`);
      const started = commands.filter((entry) => entry.number === number && entry.event === 'started').length;
      assert.ok(started >= 1 && started <= MAX_ATTEMPTS, `${started} commands for ${number}`);
    }
    assert.deepEqual(
      commands.filter(({ number }) => !this.#missing.includes(number)),
      [],
      'a command was run for an order that was never missing',
    );
  }
}

function byNumber(a: number, b: number): number {
  return a - b;
}

for (const seed of seeds({ test: 1, torture: 5 })) {
  test(`${KILLS} kills at random moments: nothing is forgotten, and nothing done twice (seed ${seed})`, async (t) => {
    const sandbox = await openSandbox({ service: { max_attempts: MAX_ATTEMPTS } });
    t.after(() => sandbox.close());
    await new Trial(sandbox, seed).play();
  });
}
