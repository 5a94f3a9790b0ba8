/** The real program is killed at random moments while orders come in, alone or with everything in its container. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { Run, type Installation } from '../../sandbox/program.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { randomFrom, seeds, size } from '../trials.ts';

const KILLS = size({ test: 10, torture: 200 });
const MAX_ATTEMPTS = 20;

interface OnRecord {
  readonly status: string;
  readonly attempts: number;
}

/** The newest whole line of each order. What a kill has torn stands behind the last newline. */
async function recordsIn({ state }: Installation): Promise<ReadonlyMap<number, OnRecord>> {
  const lines = (await readFile(join(state, 'checkpoint'), 'utf8')).split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const [, , , id, status = '', , attempts] = line.split(' ');
      return [Number(id), { status, attempts: Number(attempts) }];
    }),
  );
}

/** What a line of the log says of an order: it must be on record by then, this or more. */
interface Said {
  readonly orderId: number;
  readonly settled: boolean;
  readonly attempts: number;
}

function saidIn(output: string): Said[] {
  return output.split('\n').flatMap((line) => {
    // A kill may leave half a line.
    if (!line.startsWith('{') || !line.endsWith('}')) return [];
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('event' in entry) || !('orderId' in entry)) return [];
    const { event, orderId } = entry;
    const attempts = 'attempts' in entry ? Number(entry.attempts) : 'attempt' in entry ? Number(entry.attempt) : 0;
    const settled = event === 'repaired' || ('verdict' in entry && String(entry.verdict).startsWith('SUCCESS'));
    return ['verdict', 'repaired', 'command-started'].includes(String(event))
      ? [{ orderId: Number(orderId), settled, attempts }]
      : [];
  });
}

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
    const contained = process.getuid?.() === 0 && this.#random() < 0.3;
    const run = new Run({ ...this.#sandbox.installation, contained }, ['run'], { ORDER_MONIT_DEBUG: '1' });
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
    const records = await recordsIn(this.#sandbox.installation);
    for (const { orderId, settled, attempts } of saidIn(stdout)) {
      const found = records.get(orderId);
      assert.ok(found !== undefined, `order id ${orderId} was judged, and is not on record`);
      assert.ok(!settled || found.status === 'SUCCESS', `order id ${orderId} was settled, and is on record as failing`);
      assert.ok(found.attempts >= attempts, `order id ${orderId} had ${attempts} attempts, and has ${found.attempts}`);
    }
  }

  async #settle(): Promise<void> {
    const { abacos, installation } = this.#sandbox;
    const run = new Run(installation, ['run']);
    const isSettled = async (): Promise<boolean> => {
      const records = await recordsIn(installation);
      return this.#ids.every((id) => records.get(id)?.status === 'SUCCESS');
    };
    try {
      await until('every order is on record as SUCCESS', isSettled, size({ test: 120_000, torture: 1_800_000 }));
    } catch (error) {
      throw new Error(`What it said was:\n${run.output}`, { cause: error });
    } finally {
      await run.stop();
    }
    assert.deepEqual([...(await recordsIn(installation)).keys()].filter((id) => id > 0).sort(byNumber), this.#ids);
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
