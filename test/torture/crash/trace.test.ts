/** What the kernel is asked for is what the crash states are made of. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { parseState } from '../../../src/alerts/decide/state.ts';
import { parseMessage } from '../../../src/alerts/deliver/message.ts';
import { readRewind } from '../../../src/checkpoint/index.ts';
import { SimulatedDisk } from '../../checkpoint/disk.ts';
import { openWith } from '../../checkpoint/fixtures.ts';
import { freePort } from '../../sandbox/ports.ts';
import { call, install, INSTALLED, Run } from '../../sandbox/program.ts';
import { openSandbox, START } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { randomFrom, seeds, size } from '../trials.ts';
import { keyOf, Medium, type Change, type Contents } from './medium.ts';
import { assertOnRecord } from './said.ts';
import { replay, tracing, wholeTrace } from './trace.ts';

const CHILD = fileURLToPath(new URL('traced-child.ts', import.meta.url));

test('the recorder sees the very changes that the kernel sees, in the same order', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-traced-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = `${folder}.trace`;
  t.after(() => rm(path, { force: true }));
  const [strace = '', ...options] = tracing(path);
  const { stdout } = await promisify(execFile)(
    strace,
    [...options, process.execPath, '--import', 'tsx', CHILD, folder],
    { env: { ...process.env, ...INSTALLED } },
  );
  const seen = [...replay(await wholeTrace(path), folder, new Medium({}))].filter((one) => !('said' in one));
  assert.deepEqual(JSON.parse(JSON.stringify(seen)), JSON.parse(stdout));
  assert.ok(seen.length > 30, `only ${seen.length} changes`);
});

/** The real program at work: orders that are there, missing and hopeless, a rewind, and mails that nobody takes. */
async function tracedRun(t: { after(end: () => Promise<void>): void }): Promise<{ trace: string; state: string }> {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const email = {
    smtp: { address: '127.0.0.1', port: await freePort() },
    subscribers: ['ops@example.com'],
    min_interval: 1,
  };
  const installation = await install(join(sandbox.folder, 'traced'), { ...sandbox.files, email }, START);
  const path = join(sandbox.folder, 'trace');
  const hopeless = '5000003';
  await sandbox.standIn({ behaviour: { [hopeless]: 'nothing' } });
  for (const number of ['5000001', '5000002', hopeless, '5000004']) {
    if (number === '5000001') sandbox.abacos.place(number);
    await sandbox.shop.place({ number, ageS: 60 });
  }
  const run = new Run({ ...installation, through: tracing(path) }, ['run'], { ORDER_MONIT_DEBUG: '1' });
  t.after(async () => {
    await run.stop('SIGKILL');
  });
  await until('one is repaired', () => run.output.includes('is in Abacos now'));
  assert.equal((await call(installation, 'rewind', '--to-id', '1')).status, 0);
  await until('the rewind is over', async () => !(await readdir(installation.state)).includes('rewind.json'));
  await until('a message waits', async () => (await readdir(join(installation.state, 'spool'))).length > 0);
  assert.equal((await run.stop()).status, 0);
  return { trace: await wholeTrace(path), state: installation.state };
}

/** The messages that had to be in the spool before each state of the alerts took its place, by the state's text. */
function spooledBefore(changes: readonly Change[], state: string, start: Contents): Map<string, Set<string>> {
  const medium = new Medium(start);
  const before = new Map<string, Set<string>>();
  for (const change of changes) {
    medium.apply(change);
    if (change.kind !== 'rename' || change.to !== join(state, 'alerts.json')) continue;
    const cached = medium.cached();
    const messages = Object.keys(cached).filter(
      (path) => path.startsWith(join(state, 'spool/')) && path.endsWith('.json'),
    );
    before.set(cached[change.to]?.toString() ?? '', new Set(messages));
  }
  return before;
}

test('every crash state of the real program opens, and has all that the program has said and spooled', async (t) => {
  const { trace, state } = await tracedRun(t);
  const start = { [join(state, 'checkpoint')]: Buffer.from(START) };
  const medium = new Medium(start);
  const changes: Change[] = [];
  const said: string[] = [];
  for (const one of replay(trace, state, medium)) {
    if ('said' in one) said[changes.length] = (said[changes.length] ?? '') + one.said;
    else changes.push(one);
  }
  const spooled = spooledBefore(changes, state, start);
  assert.ok(changes.length > 60 && spooled.size > 1, `${changes.length} changes, ${spooled.size} states of the alerts`);
  let states = 0;
  for (const seed of seeds({ test: 1, torture: 10 })) {
    const exhaustive = size({ test: 48, torture: 512 });
    const bounds = { blockBytes: [64, 512, 37][seed % 3] ?? 64, exhaustive, samples: 16, random: randomFrom(seed) };
    const seen = new Set<string>();
    for (let at = 0; at <= changes.length; at += 1) {
      const output = said.slice(0, at + 1).join('');
      for (const contents of medium.after(at).statesAfterCrash(bounds)) {
        const key = `${keyOf(contents)}\0${output.length}`;
        if (seen.has(key)) continue;
        seen.add(key);
        states += 1;
        await assertSound(contents, { state, output, spooled });
      }
    }
  }
  t.diagnostic(`${states} states of ${changes.length} changes`);
});

async function assertSound(
  contents: Contents,
  { state, output, spooled }: { state: string; output: string; spooled: ReadonlyMap<string, ReadonlySet<string>> },
): Promise<void> {
  const disk = new SimulatedDisk(contents);
  const path = join(state, 'checkpoint');
  await (await openWith({ path, files: disk })).close();
  assertOnRecord(output, disk.text(path) ?? '');
  await readRewind(join(state, 'rewind.json'), disk);
  const alerts = contents[join(state, 'alerts.json')]?.toString();
  if (alerts !== undefined) {
    parseState(alerts);
    for (const message of spooled.get(alerts) ?? [])
      assert.ok(contents[message], `${message} is gone, and was decided`);
  }
  for (const [name, content] of Object.entries(contents)) {
    if (name.startsWith(join(state, 'spool/')) && name.endsWith('.json')) parseMessage(content.toString());
  }
}
