/** What real servers and their programs say, recorded in the folder `refusals`: each is quoted, and told what to do about. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, test, type TestContext } from 'node:test';

import * as v from 'valibot';

import type { Outage } from '../../src/core/outage.ts';
import { commandWords } from '../../src/integration/command.ts';
import { outcomeOf } from '../../src/integration/outcome.ts';
import { noCommands } from '../../src/integration/proof.ts';
import { assertDocumented } from '../docs/causes.ts';
import { listen } from '../sandbox/ports.ts';
import { adapterFor, KEYLESS, never, outageOf } from './fixtures.ts';

const RECORDED = v.object({
  about: v.string(),
  refusals: v.array(
    v.object({
      /** Who says so, and where that is written. */
      by: v.string(),
      /** In place of a version, of an account that runs nothing, or of a command that does not begin. */
      where: v.picklist(['greeting', 'account', 'command']),
      said: v.array(v.string()),
      quoted: v.string(),
      /** A pattern of what to do. */
      hint: v.string(),
    }),
  ),
});

const FOLDER = new URL('refusals/', import.meta.url);
const WORDS = commandWords({ ...KEYLESS, username: 'robot', runAs: 'deploy', commandTimeoutMs: 1000 });
const LOGIN = { host: 'shop.example.com', port: 22, username: 'robot' };

type Recorded = v.InferOutput<typeof RECORDED>['refusals'][number];
type Told = Pick<Outage, 'reason' | 'hint'>;

async function greeted(t: TestContext, said: readonly string[]): Promise<Told> {
  const server = createServer((socket) =>
    socket.on('error', () => undefined).end(Buffer.from(said.join('\r\n') + '\r\n', 'latin1')),
  );
  const port = await listen(server);
  t.after(() => server.close());
  return outageOf(adapterFor(t, { ...KEYLESS, host: '127.0.0.1', port }).connect(never));
}

const END = { kind: 'ended', status: 1, signal: undefined } as const;

async function told(t: TestContext, { where, said }: Recorded): Promise<Told> {
  switch (where) {
    case 'greeting':
      return greeted(t, said);
    case 'account':
      return noCommands(LOGIN, WORDS, {
        result: END,
        isProof: false,
        hasMark: false,
        hasStatus: false,
        lines: said,
        bytes: 99,
      });
    case 'command': {
      const outcome = outcomeOf({ end: END, started: false, output: said, durationMs: 1 }, WORDS);
      assert.ok(outcome.kind === 'not-started');
      return { reason: outcome.why, hint: outcome.hint };
    }
  }
}

for (const file of readdirSync(FOLDER)) {
  const { refusals } = v.parse(RECORDED, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
  describe(`A refusal of ${file}`, () => {
    for (const refusal of refusals) {
      test(`of ${refusal.by} is quoted, with what to do: ${refusal.quoted}`, async (t) => {
        const { reason, hint } = await told(t, refusal);
        const isQuoted = reason.includes(refusal.quoted) || new RegExp(refusal.quoted).test(reason);
        assert.ok(isQuoted, reason);
        assertDocumented(reason);
        assert.match(hint ?? '', new RegExp(refusal.hint));
      });
    }
  });
}

test('An account that sshd itself ends the session of, without a word, is told of a ChrootDirectory', () => {
  const result = { kind: 'ended', status: 255, signal: undefined } as const;
  const { reason, hint } = noCommands(LOGIN, WORDS, {
    result,
    isProof: false,
    hasMark: false,
    hasStatus: false,
    lines: [],
    bytes: 0,
  });
  assert.match(reason, /runs no commands: sshd there ended it with status 255 and said nothing$/);
  assert.match(hint ?? '', /look into the log of sshd there; .*ChrootDirectory/);
});
