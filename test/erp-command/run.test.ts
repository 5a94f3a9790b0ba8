/** Programs that fail, hang, flood, and leave processes behind. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { until } from '../sandbox/until.ts';
import { erp, never, NUMBERS, outage, program } from './program.ts';

for (const [what, lines, reason, hint] of [
  ['is down', ['echo "the ERP is closed until 6" >&2', 'exit 75'], /^the ERP is closed until 6$/, undefined],
  ['is down without a word', ['exit 75'], /\/erp says that it is down$/, undefined],
  [
    'is configured wrongly',
    ['echo first >&2; echo "no TOKEN" >&2; exit 78'],
    /\/erp ended with exit status 78; it said: no TOKEN$/,
    /erp\.yml/,
  ],
  ['fails', ['echo "1001 missing"; exit 1'], /\/erp ended with exit status 1$/, undefined],
  [
    'says its secret',
    ['printf "Traceback\\n  bad \\033[1mswordfish\\n\\n" >&2; exit 3'],
    /exit status 3; it said: bad +\[1m\[hidden\]$/,
    undefined,
  ],
  ['is killed', ['kill -TERM $$'], /\/erp was ended by SIGTERM$/, undefined],
  ['floods', ['while :; do echo "1001 missing"; done'], /said more than answers/, /whether the ERP heeds that/],
  [
    'says its secret in a line without an end',
    ['yes swordfish | head -c 8192 | tr -d "\\n" >&2; exit 75'],
    /^a line that is too long to be repeated$/,
    undefined,
  ],
  ['floods what nobody reads', ['yes >&2 & sleep 0.1; kill $!; echo done >&2; exit 75'], /^(?:done|y)$/, undefined],
] as const) {
  test(`A program that ${what} says nothing of any order`, async (t) => {
    const said = await outage(erp(program(t, ...lines)).call(NUMBERS, never));
    assert.match(said.reason, reason);
    if (hint === undefined) assert.equal(said.hint, undefined);
    else assert.match(said.hint ?? '', hint);
  });
}

test('A program that is not there, or can not be started, is named with what to do', async (t) => {
  const path = program(t, 'exit 0');
  for (const [words, reason, hint] of [
    [['/nowhere/erp'], /^\/nowhere\/erp could not be started \(ENOENT\)$/, /first line/],
    [[dirname(path)], /could not be started \(EACCES\)$/, /chmod 755/],
  ] as const) {
    const said = await outage(erp(path, { words }).call(NUMBERS, never));
    assert.match(said.reason, reason);
    assert.match(said.hint ?? '', hint);
  }
  chmodSync(path, 0o644);
  assert.match((await outage(erp(path).call(NUMBERS, never))).hint ?? '', /chmod 755/);
  writeFileSync(path, '#!/nowhere/python3\n');
  chmodSync(path, 0o755);
  assert.match((await outage(erp(path).call(NUMBERS, never))).hint ?? '', /first line/);
});

test('A program that hangs is ended with all that it has started, and so is one that leaves children behind', async (t) => {
  const hangs = program(t, 'sleep 1000 & echo $! > "$(dirname "$0")/child"; echo "asking" >&2; wait');
  const said = await outage(erp(hangs, { timeoutMs: 5000 }).call(NUMBERS, never));
  assert.match(said.reason, /\/erp did not end within 5 s; it said: asking$/);
  assert.match(said.hint ?? '', /raise timeout in erp\.yml/);
  await until('its child has ended', () => !isAlive(hangs));

  const leaves = program(t, 'sleep 1000 & echo $! > "$(dirname "$0")/child"; echo "1001 missing"');
  assert.deepEqual([...(await erp(leaves).call(NUMBERS, never)).values()][0], { kind: 'missing' });
  await until('the child that it left has ended', () => !isAlive(leaves));
});

test('A child that has left the group, and holds the output open, keeps nobody', async (t) => {
  const path = program(
    t,
    'cd "$(dirname "$0")"; setsid sh -c \'echo $$ > child; exec sleep 1000\' &',
    'while [ ! -s child ]; do sleep 0.01; done; echo "1001 missing"',
  );
  assert.deepEqual([...(await erp(path).call(NUMBERS, never)).values()][0], { kind: 'missing' });
  process.kill(childOf(path), 'SIGKILL');
});

test('Who gives up is answered at once, and nothing runs on', async (t) => {
  const path = program(t, 'echo $$ > "$(dirname "$0")/child"; while :; do sleep 1; done');
  const giving = new AbortController();
  const call = erp(path).call(NUMBERS, giving.signal);
  await until('the program runs', () => existsSync(join(dirname(path), 'child')) && childOf(path) > 0);
  giving.abort(new Error('the service stops'));
  // As with any other ERP: whoever stopped it takes no notice of an outage.
  assert.match((await outage(call)).reason, /\/erp was given up on request$/);
  await until('it has ended', () => !isAlive(path));
  assert.match((await outage(erp(path).call(NUMBERS, giving.signal))).reason, /was given up on request$/);
});

test('So many at a time as are allowed, whoever asks', async (t) => {
  const path = program(
    t,
    'cd "$(dirname "$0")"; mkdir one || mkdir two || { echo "three at once" >&2; exit 1; }',
    'sleep 0.2; rmdir two 2>/dev/null || rmdir one; echo "1001 missing"',
  );
  const asked = erp(path);
  const answers = await Promise.all(Array.from({ length: 5 }, async () => asked.call(NUMBERS, never)));
  for (const answer of answers) assert.deepEqual([...answer.values()][0], { kind: 'missing' });
});

test('A program that does not read its input, of a thousand numbers, is no fault', async (t) => {
  const many = Array.from({ length: 1000 }, (_, index) => NUMBERS[index % NUMBERS.length] ?? NUMBERS[0]).flatMap(
    (number) => (number === undefined ? [] : [number]),
  );
  const answers = await erp(program(t, 'echo "1001 missing"')).call(many, never);
  assert.deepEqual([...answers.values()][0], { kind: 'missing' });
});

test('check asks about a number that no shop has, and about one that is there', async (t) => {
  const path = program(t, 'while read -r n; do case $n in 1001) echo "$n exists";; *) echo "$n missing";; esac; done');
  const [known, unknown] = NUMBERS;
  assert.deepEqual(
    (await erp(path).check(never)).map(({ result }) => result),
    ['ok', 'ok'],
  );
  const both = await erp(path).check(never, known);
  assert.deepEqual(
    both.slice(1).map(({ result, text }) => `${result}: ${text}`),
    [
      'ok: asked about order-monit-check, which no shop has, it says missing',
      'ok: asked about 1001, it says exists (in-progress)',
    ],
  );
  const [, , denied] = await erp(path).check(never, unknown);
  assert.equal(denied?.result, 'fault');
  const yes = erp(program(t, 'while read -r n; do echo "$n exists"; done'));
  assert.deepEqual(
    (await yes.check(never)).map(({ result }) => result),
    ['ok', 'fault'],
  );
});

function childOf(path: string): number {
  return Number(readFileSync(join(dirname(path), 'child'), 'utf8'));
}

function isAlive(path: string): boolean {
  try {
    process.kill(childOf(path), 0);
    // A zombie of which the first process has not taken notice yet is dead as well.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${childOf(path)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
