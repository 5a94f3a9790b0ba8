/** `order-monit status --watch`, the built program, in a pipe and on terminals. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { READ_SOCKET } from '../../src/control/server.ts';
import { call, install, Run, type Installation } from '../sandbox/program.ts';
import { terminalOf } from '../sandbox/terminal.ts';
import { until } from '../sandbox/until.ts';
import { boardWith, openBoard, WHOLE_CYCLE } from './printed-status.ts';

const CHECKPOINT = '^HEAD 21/11/2026-09:06:14 21/11/2026-09:06:14 81350 SUCCESS OK 1\n';
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

async function installed(t: TestContext): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-watch-'));
  t.after(async () => rm(folder, { recursive: true }));
  return install(folder, {}, CHECKPOINT);
}

/** A service for which all is well; closed with the test at the latest. */
async function serve(t: TestContext, { runtime }: Installation): Promise<{ readonly close: () => Promise<void> }> {
  const board = boardWith();
  board.take({ kind: 'cycle', report: WHOLE_CYCLE });
  const control = await openBoard(runtime, board);
  let end: Promise<void> | undefined;
  const close = async (): Promise<void> => (end ??= control.close());
  t.after(close);
  return { close };
}

function watch(t: TestContext, installation: Installation, environment: NodeJS.ProcessEnv = {}): Run {
  const run = new Run(installation, ['status', '--watch'], environment);
  t.after(async () => run.stop('SIGKILL'));
  return run;
}

/** The verdicts so far, each the first line after the time. */
function verdicts(run: Run): readonly string[] {
  const lines = run.output.replaceAll('\r', '').split('\n');
  return lines.filter((_, at) => TIME.test(lines[at - 1] ?? '') && lines[at] !== '');
}

test('In a pipe it prints block after block, through a stop of the service, and ends by Ctrl-C with status 0', async (t) => {
  const installation = await installed(t);
  const service = await serve(t, installation);
  const run = watch(t, installation);
  const last = (pattern: RegExp) => () => pattern.test(verdicts(run).at(-1) ?? '');
  await until('two blocks', () => verdicts(run).length >= 2);
  assert.ok(last(/^OK: every order that was checked is in Abacos$/)());
  await service.close();
  await until('it says that none runs', last(/^PROBLEM: the service is not running\. Its checkpoint: head 81350/));
  await serve(t, installation);
  await until('it says OK again', last(/^OK: /));
  const { status, stdout, stderr } = await run.stop('SIGINT');
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.doesNotMatch(stdout, /\u001b/);
  const [block = ''] = stdout.split('\n\n');
  assert.match(block, /^\d.*\nOK: .*\norder-monit .*\n/);
});

test('It says on top that the service does not answer, and asks again', async (t) => {
  const installation = await installed(t);
  const mute = createServer((connection) => connection.destroy());
  await new Promise<void>((ready) => mute.listen(join(installation.runtime, READ_SOCKET), ready));
  t.after(() => mute.close());
  const run = watch(t, installation);
  await until('two blocks', () => verdicts(run).length >= 2);
  for (const verdict of verdicts(run)) assert.match(verdict, /^PROBLEM: The service could not be asked: /);
  assert.equal((await run.stop('SIGINT')).status, 0);
});

const SCREEN = '\u001b[H\u001b[J';

test('A terminal shows it anew in its place, the verdict always in sight, until Ctrl-C', async (t) => {
  const installation = await installed(t);
  await serve(t, installation);
  const run = watch(
    t,
    { ...installation, through: terminalOf({ rows: 8, columns: 60 }) },
    { TERM: 'xterm', NO_COLOR: '1' },
  );
  await until('three screens', () => run.output.split(SCREEN).length > 3);
  const { status, stdout } = await run.stop('SIGINT');
  assert.equal(status, 0, stdout);
  const [before, first = '', second = ''] = stdout.replaceAll('\r', '').split(SCREEN);
  assert.equal(before, '');
  for (const screen of [first, second]) {
    const lines = screen.split('\n');
    assert.match(lines[0] ?? '', TIME);
    assert.match(lines[1] ?? '', /^OK: /);
    const rows = lines.map(({ length }) => Math.max(1, Math.ceil(length / 60)));
    assert.ok(rows.reduce((sum, many) => sum + many, 0) <= 8, screen);
    assert.equal(lines.at(-2), '…', 'it says that there is more');
  }
});

test('A terminal that can not gets block after block', async (t) => {
  const installation = await installed(t);
  await serve(t, installation);
  const run = watch(t, { ...installation, through: terminalOf({ rows: 24, columns: 80 }) }, { TERM: 'dumb' });
  await until('two blocks', () => verdicts(run).length >= 2);
  const { status, stdout } = await run.stop('SIGINT');
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, /\u001b/);
});

test('It is for people: neither with --json nor with --check', async (t) => {
  const installation = await installed(t);
  // With --check all that fails is UNKNOWN, so that a monitoring plug-in is never taken for one that has looked.
  for (const [option, expected] of [
    ['--json', 2],
    ['--check', 3],
  ] as const) {
    const { status, stderr } = await call(installation, 'status', '--watch', option);
    assert.equal(status, expected);
    assert.match(stderr, /cannot be used with option/);
  }
});
