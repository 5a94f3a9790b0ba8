/** `status --check` as a monitoring plug-in: whatever keeps it from an answer is UNKNOWN, exit status 3, in one line. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { READ_SOCKET } from '../../src/control/server.ts';
import { call, install, type Installation } from '../sandbox/program.ts';
import { START } from '../sandbox/sandbox.ts';
import { boardWith, openBoard, WHOLE_CYCLE } from './printed-status.ts';

async function installation(t: TestContext): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-check-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const made = await install(folder, {}, START);
  await mkdir(made.runtime, { recursive: true });
  return made;
}

/** What stands where the service's socket is. */
async function answering(t: TestContext, { runtime }: Installation, answer: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(runtime, READ_SOCKET), resolve));
  t.after(() => server.close());
}

const http = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;

function statusWith(changes: object): string {
  const board = boardWith();
  board.take({ kind: 'cycle', report: WHOLE_CYCLE });
  return http(JSON.stringify({ ...board.status(), ...changes }));
}

const UP = { state: 'up' };
const ANSWERS: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
  ['garbage', (socket) => socket.end('\u0000garbage\n'), /could not be asked/],
  ['what is no JSON', (socket) => socket.end(http('{')), /is no JSON/],
  ['another form', (socket) => socket.end(http('[]')), /in another form than this command reads/],
  ['an error', (socket) => socket.end('HTTP/1.1 500 x\r\ncontent-length: 0\r\n\r\n'), /answered 500/],
  ['nothing', (socket) => socket.destroy(), /could not be asked/],
  ['half of it', (socket) => socket.end(statusWith({}).slice(0, -20)), /could not be asked/],
  [
    'times that are none',
    (socket) =>
      socket.end(
        statusWith({
          checking: { state: 'blind', since: 'x', ageMs: 1 },
          dependencies: { shop: { state: 'down', since: 'x', reason: 'y' }, abacos: UP, 'integration-server': UP },
        }),
      ),
    /another form .*is no time/,
  ],
  ['not in time', () => undefined, /did not answer within 5 s/],
];

describe('order-monit status --check', () => {
  for (const [what, answer, said] of ANSWERS) {
    test(`where the service answers ${what}`, async (t) => {
      const made = await installation(t);
      await answering(t, made, answer);
      const { status, stderr, stdout } = await call(made, 'status', '--check');
      assert.match(stdout, /^UNKNOWN: [^\n|]+\n$/);
      assert.match(stdout, said);
      assert.deepEqual([status, stderr], [3, '']);
    });
  }

  test('where there is a file in place of the folder of the sockets', async (t) => {
    const made = await installation(t);
    await rm(made.runtime, { recursive: true });
    await writeFile(made.runtime, '');
    const { status, stdout } = await call(made, 'status', '--check');
    assert.match(stdout, /^UNKNOWN: [^\n]*ENOTDIR[^\n]*\n$/);
    assert.equal(status, 3);
  });

  for (const words of [['--nope'], ['extra'], ['--json']]) {
    test(`that is called with ${words.join(' ')} as well`, async (t) => {
      const { status, stdout } = await call(await installation(t), 'status', '--check', ...words);
      assert.match(stdout, /^UNKNOWN: error: [^\n]+\n$/);
      assert.equal(status, 3);
    });
  }

  test('says that a service that does not run checks nothing, and whose service runs what its verdict is', async (t) => {
    const made = await installation(t);
    const none = await call(made, 'status', '--check');
    assert.deepEqual([none.status, none.stdout], [2, 'CRITICAL: the service is not running\n']);
    const board = boardWith();
    board.take({ kind: 'cycle', report: WHOLE_CYCLE });
    const control = await openBoard(made.runtime, board);
    t.after(() => control.close());
    const well = await call(made, 'status', '--check');
    assert.match(well.stdout, /^OK: every order that was checked is in Abacos\|'open'=0/);
    assert.equal(well.status, 0);
  });
});
