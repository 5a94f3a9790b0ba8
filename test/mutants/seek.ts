/** Plays the model with the fault that is planted in it, from seed 1 on, until it objects. Prints what it found as JSON. */
import fc from 'fast-check';

import { scripts } from '../torture/model/script.ts';
import { Trial } from '../torture/model/trial.ts';

// Stamps of the checkpoint are local times.
process.env.TZ = 'UTC';

const [last = '200'] = process.argv.slice(2);

for (let seed = 1; seed <= Number(last); seed += 1) {
  let objection: string | undefined;
  const property = fc.asyncProperty(scripts, async (script) => {
    objection = await new Trial(script, { traced: false }).play();
    return objection === undefined;
  });
  const { errorInstance, failed } = await fc.check(property, { seed, numRuns: 1, endOnFailure: true });
  if (!failed) continue;
  console.log(JSON.stringify({ seed, objection: objection ?? String(errorInstance) }));
  // What a fault has set going in a trial may have no end.
  process.exit();
}
