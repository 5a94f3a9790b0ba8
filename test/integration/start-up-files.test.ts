/** Logins whose shell, or what its start-up files run, keeps the first command from running: each named with what it says. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import type { Outage } from '../../src/core/outage.ts';
import { startSshd } from '../sandbox/sshd.ts';
import { adapterFor, never, optionsFor, outageOf, temporaryFolder } from './fixtures.ts';

/** What keeps order-monit from running commands where the start-up file of bash holds this. */
async function keptBy(t: TestContext, startUp: string, connectTimeoutMs: number): Promise<Outage> {
  const file = join(await temporaryFolder(t), 'bashrc');
  await writeFile(file, startUp);
  // A bash that is not interactive reads it as it reads .bashrc for sshd.
  const sshd = await startSshd({
    config: [`SetEnv BASH_ENV=${file} PATH=/usr/bin:/bin SHLVL=1`, `ForceCommand ${BASH}`],
  });
  t.after(() => sshd.remove());
  const options = optionsFor(sshd, { connectTimeoutMs, hide: (text) => text.replaceAll('geheim', '[hidden]') });
  return outageOf(adapterFor(t, options).connect(never));
}

/** The login shell of whoever runs the tests may be another one. */
const BASH = `exec bash -c "$SSH_ORIGINAL_COMMAND"`;

/** Time for a busy machine to say what is said at once. */
const LATE_MS = 20_000;
const PATIENT_MS = 60_000;

describe('Start-up files of the login shell', { concurrency: true }, () => {
  for (const [what, startUp, said] of [
    ['a question', 'printf "Ruby geheim? (1/2) "; sleep 600', /did not end, and it said: Ruby \[hidden\]\? \(1\/2\)$/],
    ['a greeting, and wait', 'echo Welcome; echo "to the shop" >&2; sleep 600', /it said: Welcome; to the shop$/],
    ['nothing, and wait', 'sleep 600', /logged in, but a first command did not end$/],
    [
      'without an end',
      'yes "flood of text"',
      /did not end, and it writes without an end: flood of text; flood of text/,
    ],
    ['no lines, without an end', 'cat /dev/zero', /did not end, and it writes without an end$/],
  ] as const) {
    test(`that say ${what} are quoted, and named in the hint`, async (t) => {
      const { reason, hint } = await keptBy(t, startUp, LATE_MS);
      assert.match(reason, said);
      assert.match(hint ?? '', /start-up files.*\.bashrc.*where no person has logged in/);
    });
  }

  test('that ask for a new password are told of as that', async (t) => {
    const { hint } = await keptBy(t, 'echo "You must change your password"; sleep 600', LATE_MS);
    assert.match(hint ?? '', /change the password; chage -M -1/);
  });

  test('whose shell repeats the command that it refuses is quoted without what is another each time', async (t) => {
    const sshd = await startSshd({ config: ['ForceCommand echo "no: $SSH_ORIGINAL_COMMAND"'] });
    t.after(() => sshd.remove());
    const { reason } = await outageOf(adapterFor(t, optionsFor(sshd)).connect(never));
    assert.match(reason, /said: no: 'sh' '-c' 'echo; echo "order-monit: \$\(\(a sum\)\)"; exit 42'$/);
  });

  for (const [what, startUp, said] of [
    ['end it', 'exit 0', /runs no commands: status 0$/],
    ['put another program in its place', 'exec tail --help', /runs no commands: status 0, and said: /],
    ['fail', 'set -e; false', /runs no commands: status 1$/],
  ] as const) {
    test(`that ${what} are named in the hint`, async (t) => {
      const { reason, hint } = await keptBy(t, startUp, PATIENT_MS);
      assert.match(reason, said);
      assert.match(hint ?? '', /start-up files.*\.bashrc.*where no person has logged in/);
    });
  }
});
