/**
 * The real monitor on the real checkpoint with the real alert decisions, in a
 * world of stand-ins in which everything goes wrong that may: docs/design.md
 * says what must hold all the same. A trial follows from its seed; one that
 * fails is made small, and told.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { seeds } from '../trials.ts';
import { scripts, type Script } from './script.ts';
import { Tally } from './tally.ts';
import { Trial } from './trial.ts';

// Stamps of the checkpoint are local times.
process.env.TZ = 'UTC';

const TOLD_LINES = 400;
/** So long it is tried to make a failure smaller. */
const SHRINKING_MS = 90_000;

async function objectionTo(script: Script, tally: Tally): Promise<string | undefined> {
  const trial = new Trial(script, { traced: false });
  const objection = await trial.play();
  tally.add(script, trial.clock.monotonic());
  return objection;
}

/** What happened in the smallest script that still fails. */
async function story(script: Script): Promise<string> {
  const trial = new Trial(script, { traced: true });
  const objection = await trial.play();
  const end = trial.trace.findIndex((line) => line.includes('MUST NOT BE')) + 1;
  const { orders, happenings, ...rest } = script;
  return [
    objection ?? 'It did not happen again: the trial does not follow from its script alone',
    `The script: ${JSON.stringify(rest)}`,
    ...orders.map((order) => `  order ${JSON.stringify(order)}`),
    ...happenings.map((happening) => `  ${JSON.stringify(happening)}`),
    'What happened:',
    ...trial.trace.slice(Math.max(0, end - TOLD_LINES), end).map((line) => `  ${line}`),
  ].join('\n');
}

test('whatever fails, crashes and is late, no order is forgotten, inserted twice, or said to be fine when it is not', async (t) => {
  const tally = new Tally();
  for (const seed of seeds({ test: 40, torture: 5000 })) {
    const property = fc.asyncProperty(scripts, async (script) => (await objectionTo(script, tally)) === undefined);
    const { counterexample, counterexamplePath } = await fc.check(property, {
      seed,
      numRuns: 1,
      interruptAfterTimeLimit: SHRINKING_MS,
    });
    if (counterexample === null) continue;
    const again = `SEED=${seed} npm run torture -- test/torture/model`;
    assert.fail(`Seed ${seed} (${again}; path ${counterexamplePath}): ${await story(counterexample[0])}`);
  }
  for (const line of tally.lines()) t.diagnostic(line);
});
