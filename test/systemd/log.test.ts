/** How the log looks to each reader, and that no reader can stop the program. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, fstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { commandLine } from '../../src/integration/shell.ts';
import { detectForm } from '../../src/systemd/log-form.ts';
import { createLineSink } from '../../src/systemd/log-sink.ts';
import { createLog } from '../../src/systemd/log.ts';

const ARGUMENTS = ['--import', 'tsx', 'test/systemd/write-log.ts'];
const TIMEOUT = { timeout: 60_000 };

type Environment = Record<string, string | undefined>;

function environment(changes: Environment = {}): Environment {
  return { ...process.env, TZ: 'UTC', TERM: 'xterm', NO_COLOR: undefined, JOURNAL_STREAM: undefined, ...changes };
}

function temporaryFile(t: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'order-monit-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, name);
}

/** Runs the writer on a pseudo-terminal and gives what it wrote. */
function onTerminal(changes: Environment, ...more: string[]): string {
  const command = commandLine([process.execPath, ...ARGUMENTS, 'entries', ...more]);
  const { status, stdout } = spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: environment(changes),
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  return stdout.replaceAll('\r\n', '\n');
}

/** Runs the writer with a file as its standard output. */
function intoFile(t: TestContext, changes: (fd: number) => Environment): string {
  const file = temporaryFile(t, 'log');
  const fd = openSync(file, 'a');
  try {
    const stdio: StdioOptions = ['ignore', fd, 'inherit'];
    const { status } = spawnSync(process.execPath, [...ARGUMENTS, 'entries'], { env: environment(changes(fd)), stdio });
    assert.equal(status, 0);
  } finally {
    closeSync(fd);
  }
  return readFileSync(file, 'utf8');
}

const PLAIN = [
  '12:03:04 order 1226207 is in Abacos again',
  '12:03:04 warning: two lines and  [31mred, 100%s %d%%',
  '12:03:04 error: Abacos is down',
  '',
].join('\n');

test('on a terminal the log is the messages, with the time and colours', TIMEOUT, () => {
  const text = onTerminal({});
  assert.notEqual(text, PLAIN);
  assert.equal(text.replaceAll(/\u001b\[\d+m/g, ''), PLAIN);
  assert.ok(text.includes('\u001b[33mwarning: '), 'a warning is yellow');
});

test('on a terminal the log has no colours with NO_COLOR or on a dumb terminal', TIMEOUT, () => {
  assert.equal(onTerminal({ NO_COLOR: '1' }), PLAIN);
  assert.equal(onTerminal({ TERM: 'dumb' }), PLAIN);
});

test('on a terminal a stack trace follows its message when stack traces are wanted', TIMEOUT, () => {
  const lines = onTerminal({ NO_COLOR: '1' }, 'backtrace').split('\n');
  assert.equal(lines[2], '12:03:04 error: Abacos is down');
  assert.equal(lines[3], '  Error: no answer');
  assert.match(lines[4] ?? '', /^ {2}at .*write-log\.ts/);
});

test('for the journal each entry is one line with its priority and its fields', TIMEOUT, (t) => {
  const text = intoFile(t, (fd) => {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return { JOURNAL_STREAM: `${dev}:${ino}` };
  });
  assert.deepEqual(text.split('\n'), [
    '<6>order 1226207 is in Abacos again event=repaired orderId=72026 durationMs=4021',
    '<4>two lines and  [31mred, 100%s %d%% output="a \\"b\\" c=d" empty="" none=null',
    '<3>Abacos is down error="{\\"name\\":\\"Error\\",\\"message\\":\\"no answer\\",\\"cause\\":{\\"name\\":\\"Error\\",\\"message\\":\\"connect refused\\",\\"code\\":\\"ECONNREFUSED\\"}}" key=[hidden]',
    '',
  ]);
});

test('anywhere else each entry is one line of JSON', TIMEOUT, (t) => {
  // A JOURNAL_STREAM that is another stream's says that standard output was redirected.
  const lines = intoFile(t, () => ({ JOURNAL_STREAM: '8:1' }))
    .trimEnd()
    .split('\n');
  const entries = lines.map((line): unknown => JSON.parse(line));
  const time = '2012-10-01T12:03:04.000Z';
  const repaired = { event: 'repaired', orderId: 72026, durationMs: 4021, message: 'order 1226207 is in Abacos again' };
  const cause = { name: 'Error', message: 'connect refused', code: 'ECONNREFUSED' };
  const message = 'two\nlines and \u001b[31mred, 100%s %d%%';
  assert.deepEqual(entries, [
    { level: 'info', time, ...repaired },
    { level: 'warn', time, message, output: 'a "b"\nc=d', empty: '', none: null },
    {
      level: 'error',
      time,
      message: 'Abacos is down',
      error: { name: 'Error', message: 'no answer', cause },
      key: '[hidden]',
    },
  ]);
});

test('a stream that is neither a terminal nor the journal is written in JSON', () => {
  assert.deepEqual(detectForm({ fd: 0 }, {}), { kind: 'json' });
  assert.deepEqual(detectForm({ fd: 9999 }, { JOURNAL_STREAM: '8:1' }), { kind: 'json' });
});

test('fields that JSON can not hold do not break the log', (t) => {
  const file = temporaryFile(t, 'log');
  const fd = openSync(file, 'a');
  const log = createLog({ stream: { fd }, environment: {}, now: () => 0 });
  const time = '1970-01-01T00:00:00.000Z';
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  log.info('circle', { circle });
  log.info('big', { big: 12n });
  log.error('thrown', { error: 'a string' });
  closeSync(fd);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line): unknown => JSON.parse(line)),
    [
      { level: 'info', time, message: 'circle', circle: { self: '[Circular]' } },
      { level: 'info', time, message: 'big', big: 12 },
      { level: 'error', time, message: 'thrown', error: 'a string' },
    ],
  );
});

test('a reader that has stopped reading a pipe does not stop the writer, and gets whole lines', TIMEOUT, async (t) => {
  const pipe = temporaryFile(t, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const end = openSync(pipe, 'w');
  const writer = spawn(process.execPath, [...ARGUMENTS, 'flood'], {
    env: environment(),
    stdio: ['ignore', end, 'ignore'],
  });
  closeSync(end);
  t.after(() => writer.kill('SIGKILL'));
  assert.deepEqual(await once(writer, 'exit'), [0, null]);

  const buffer = Buffer.alloc(1 << 20);
  const lines = buffer.toString('utf8', 0, readSync(reader, buffer)).split('\n');
  closeSync(reader);
  lines.pop();
  assert.ok(lines.length > 10, `only ${lines.length} lines came`);
  for (const line of lines) JSON.parse(line);
});

test('a reader that has stopped reading a socket does not stop the writer', TIMEOUT, async (t) => {
  // Node's pipes to its children are sockets; this one is never read from.
  const writer = spawn(process.execPath, [...ARGUMENTS, 'flood'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => {
    writer.stdout.destroy();
    writer.kill('SIGKILL');
  });
  assert.deepEqual(await once(writer, 'exit'), [0, null]);
});

test('a reader that is gone does not stop the writer', TIMEOUT, async (t) => {
  const writer = spawn(process.execPath, [...ARGUMENTS, 'flood'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => writer.kill('SIGKILL'));
  writer.stdout.destroy();
  let said = '';
  writer.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  assert.deepEqual(await once(writer, 'close'), [0, null]);
  assert.equal(said, 'all lines handed over\n');
});

/** A file descriptor that takes so many bytes of each write, or fails with a code, as the script says. */
function scripted(script: (number | string)[]): {
  written: () => string;
  writeBytes: (fd: number, bytes: Uint8Array) => number;
} {
  const chunks: Buffer[] = [];
  return {
    written: () => Buffer.concat(chunks).toString(),
    writeBytes: (_fd, bytes) => {
      const next = script.shift() ?? bytes.length;
      if (typeof next === 'string') throw Object.assign(new Error(next), { code: next });
      const taken = Buffer.from(bytes.subarray(0, next));
      chunks.push(taken);
      return taken.length;
    },
  };
}

const lostLine = (count: number, code: string): string => `lost ${count} ${code}`;

test('lines that could not be written are counted before the next one that can', () => {
  const { written, writeBytes } = scripted(['ENOSPC', 'EPIPE']);
  const write = createLineSink({ fd: 1, lostLine, writeBytes });
  for (const line of ['a', 'b', 'c', 'd']) write(line);
  assert.equal(written(), 'lost 2 EPIPE\nc\nd\n');
});

test('a line that was cut in the middle is completed before anything else', () => {
  const { written, writeBytes } = scripted([2, 'ENOSPC', 'ENOSPC']);
  const write = createLineSink({ fd: 1, lostLine, writeBytes });
  for (const line of ['first', 'second', 'third']) write(line);
  assert.equal(written(), 'first\nlost 1 ENOSPC\nthird\n');
});

test('a reader that is a little behind loses nothing', () => {
  const { written, writeBytes } = scripted(['EAGAIN', 3, 'EAGAIN', 'EAGAIN']);
  const write = createLineSink({ fd: 1, lostLine, writeBytes });
  for (const line of ['first', 'second']) write(line);
  assert.equal(written(), 'first\nsecond\n');
});
