/**
 * The checkpoint after every crash: its own sequence of writes, syncs and
 * renames is recorded, and at each point of it the process is killed, or the
 * power fails, or first the one and then the other, also during the recovery.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createCheckpoint } from '../../../src/checkpoint/index.ts';
import { SimulatedDisk } from '../../checkpoint/disk.ts';
import { entry, line, MISSING, recordOf } from '../../checkpoint/fixtures.ts';
import { randomFrom, seeds, size } from '../trials.ts';
import { keyOf, Medium, type Bounds, type Contents } from './medium.ts';
import { recorded } from './recorder.ts';
import { PATH, Session, type History } from './session.ts';

/** Everything is tried at blocks of so many bytes, to cut the lines in other places each time. */
const BLOCKS = [16, 64, 23, 512, 37, 128];

/** A seed's bounds: which states are made, and from how many of them the recovery is cut off once more. */
interface Trial {
  readonly bounds: Bounds;
  readonly isCutAgain: () => boolean;
}

function trialOf(seed: number): Trial {
  const random = randomFrom(seed);
  const blockBytes = BLOCKS[(seed - 1) % BLOCKS.length] ?? 16;
  const exhaustive = size({ test: 32, torture: 4096 });
  const share = size({ test: 0.002, torture: 0.01 });
  return {
    bounds: { blockBytes, exhaustive, samples: exhaustive / 4, random },
    isCutAgain: () => random() < share,
  };
}

class Crashes {
  readonly #trial: Trial;
  /** However many ways lead to a state, it is tried once. */
  readonly #seen = new Set<string>();
  states = 0;

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  /** @param again whether the recovery is cut off as well, at each of its own points */
  async everywhere(session: Session, what: string, again = true): Promise<void> {
    for (const at of session.crashPoints) {
      const medium = session.medium.after(at);
      const history = session.historyAt(at);
      for (const state of medium.statesAfterCrash(this.#trial.bounds)) {
        const key = `${keyOf(state)}\n${history.versions.slice(history.durable).join('\n')}`;
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        if (state[PATH] === undefined && history.versions[history.durable] === NONE) continue;
        const lost = `${what}, power loss after change ${at}`;
        const recovered = await this.#recover(new Medium(state), history, lost);
        if (again && this.#trial.isCutAgain()) await this.everywhere(recovered, lost, false);
      }
      if (!again) continue;
      const killed = `${what}, kill after change ${at}`;
      await this.everywhere(await this.#recover(medium, history, killed), killed, false);
    }
  }

  /** The next start: it opens, and records one page more. */
  async #recover(medium: Medium, history: History, what: string): Promise<Session> {
    this.states += 1;
    const found = medium.cached();
    try {
      return await Session.run(medium, history, async (session, log) => {
        const next = log.ledger.head + 100;
        await session.page(log, entry(next, { verdict: MISSING }), entry(next + 1, { head: true }));
      });
    } catch (error) {
      throw new Error(`${what}: the next start fails on\n${shown(found)}`, { cause: error });
    }
  }
}

function shown(contents: Contents): string {
  return Object.entries(contents)
    .map(([path, content]) => `${path}:\n${JSON.stringify(content.toString('latin1'))}`)
    .join('\n');
}

/** Pages as the monitor records them, with the file tidied in between and at the end. */
async function work(medium: Medium, history: History): Promise<Session> {
  return Session.run(medium, history, async (session, log) => {
    await session.page(log, entry(11, { verdict: MISSING }), entry(12, { head: true }));
    await session.page(log, entry(11, { verdict: MISSING, attempts: 2 }));
    await log.compact();
    await session.page(log, entry(11), entry(13, { verdict: MISSING }), entry(14, { head: true }));
    await log.close();
  });
}

/** There is no checkpoint, and none has been said to be there. */
const NONE = 'none';

const START = { [PATH]: Buffer.from(line('^HEAD', 10)) };
const FRESH: History = { versions: ['^10 SUCCESS OK 1'], durable: 0 };

describe('After every crash, and a second one in the recovery, no durable record is gone', () => {
  for (const seed of seeds({ test: 1, torture: 24 })) {
    test(`of pages that are recorded and tidied (seed ${seed})`, async () => {
      const crashes = new Crashes(trialOf(seed));
      await crashes.everywhere(await work(new Medium(START), FRESH), `seed ${seed}`);
      assert.ok(crashes.states > 500, `only ${crashes.states} states`);
    });

    test(`while a torn tail is cut off (seed ${seed})`, async () => {
      const durable = line('^HEAD', 10) + line(1, 11, 'FAILED NOT_FOUND 1') + line('^HEAD', 12);
      const history = { versions: ['10 SUCCESS OK 1, 11 FAILED NOT_FOUND 1, ^12 SUCCESS OK 1'], durable: 0 };
      const torn = Buffer.from(`${durable}3 23/11/2026-1\0\0\0\0\0\0\n^HEAD`);
      const crashes = new Crashes(trialOf(seed));
      const session = await Session.run(new Medium({ [PATH]: torn }), history, (_, log) => log.close());
      await crashes.everywhere(session, `seed ${seed}`);
      assert.ok(crashes.states > 100, `only ${crashes.states} states`);
    });

    test(`of a checkpoint that has just been made (seed ${seed})`, async () => {
      const medium = new Medium({ '/state/lock': Buffer.from('1\n') });
      const files = recorded(new SimulatedDisk(medium.cached()), medium);
      await createCheckpoint({ path: PATH, files, head: recordOf(10) });
      const made = medium.changes.length;
      for (let at = 0; at <= made; at += 1) {
        for (const state of medium.after(at).statesAfterCrash(trialOf(seed).bounds)) {
          const content = state[PATH];
          assert.ok(content === undefined ? at < made : content.equals(Buffer.from(line('^HEAD', 10))));
        }
        // The command was killed, and the service starts with what is there.
        if (medium.after(at).cached()[PATH] === undefined) continue;
        const crashes = new Crashes(trialOf(seed));
        const history = at < made ? { versions: [NONE, ...FRESH.versions], durable: 0 } : FRESH;
        await crashes.everywhere(await work(medium.after(at), history), `seed ${seed}, made by ${at} changes`, false);
      }
    });
  }
});
