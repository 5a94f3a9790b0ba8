/** What reaches the terminal of whoever asks, who is often root, of the words of servers that nobody has reason to trust. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createWebServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { freePort, listen } from '../sandbox/ports.ts';
import { call, install, type ConfigFiles, type Finished, type Installation } from '../sandbox/program.ts';
import { START } from '../sandbox/sandbox.ts';

/** Clears the screen, forges a line, types into the terminal, and turns the text around. */
const HOSTILE = 'w\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eords\u200b\u2066\u00ad of theirs';
const HARMFUL = /[^\P{C}\n\t\u{e000}-\u{f8ff}]|[\u2028\u2029]/u;

function assertHarmless({ stdout, stderr }: Finished): void {
  const printed = stdout + stderr;
  assert.doesNotMatch(printed, HARMFUL, JSON.stringify(printed));
}

async function serve(t: TestContext, greet: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    greet(socket);
  });
  const port = await listen(server);
  t.after(() => server.close());
  return port;
}

/** SSH's way to hang up, which needs no key: RFC 4253, 11.1. */
function sshDisconnect(words: string): Buffer {
  const text = Buffer.from(words);
  const payload = Buffer.concat([Buffer.from([1]), number32(2), number32(text.length), text, number32(0)]);
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  return Buffer.concat([
    number32(payload.length + padding + 1),
    Buffer.from([padding]),
    payload,
    Buffer.alloc(padding),
  ]);
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** MySQL's way to refuse whoever connects. */
function mysqlError(words: string): Buffer {
  const payload = Buffer.concat([Buffer.from([0xff, 0x51, 0x04]), Buffer.from(`#HY000${words}`)]);
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  return Buffer.concat([header, payload]);
}

async function installation(t: TestContext, ports: { ssh?: number; mysql?: number } = {}): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-words-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const nothing = await freePort();
  const files: ConfigFiles = {
    integration_server: { host: '127.0.0.1', port: ports.ssh ?? nothing, username: 'deploy', rails_root: '/srv/shop' },
    database: { host: '127.0.0.1', port: ports.mysql ?? nothing, database: 'shop', username: 'reader' },
    abacos: { wsdl_order_api: `http://127.0.0.1:${nothing}/`, key: '12345678-ABCD-4321-ABCD-1234567890AB' },
    email: { smtp: { address: '127.0.0.1', port: nothing } },
  };
  return install(folder, files, START);
}

describe('The words of a server that nobody has checked', () => {
  test('when an SSH server hangs up before its key is known', async (t) => {
    const ssh = await serve(t, (socket) => {
      socket.write('SSH-2.0-odd\r\n');
      socket.end(sshDisconnect(HOSTILE));
    });
    const one = await installation(t, { ssh });
    for (const command of [['check'], ['check', '--json'], ['trust-host', '--yes']]) {
      const run = await call(one, ...command);
      assertHarmless(run);
      assert.match(run.stdout + run.stderr, /of theirs/, command.join(' '));
    }
  });

  test('when an SSH server says them in place of its version', async (t) => {
    const ssh = await serve(t, (socket) => socket.end(`${HOSTILE}\r\n`));
    const run = await call(await installation(t, { ssh }), 'check');
    assertHarmless(run);
    assert.match(run.stdout, /of theirs/);
  });

  test('when a database refuses us', async (t) => {
    const mysql = await serve(t, (socket) => socket.end(mysqlError(HOSTILE)));
    const one = await installation(t, { mysql });
    for (const command of [['check'], ['order', '1'], ['checkpoint', 'init', '--latest']]) {
      const run = await call(one, ...command);
      assertHarmless(run);
    }
    assert.match((await call(one, 'check')).stdout, /of theirs/);
  });
});

describe('The words of a service that somebody has taken over', () => {
  // What is no time is refused before it is shown.
  const time = new Date(0).toISOString();
  const down = { state: 'down', since: time, reason: `${HOSTILE}\nshop database      up`, hint: HOSTILE };
  const STATUS = {
    version: HOSTILE,
    pid: 1,
    startedAt: time,
    dryRun: false,
    standing: { kind: 'standby', leader: HOSTILE },
    head: 1,
    failing: 1,
    givenUp: 0,
    oldestOpenSince: time,
    dependencies: { shop: down, abacos: down, 'integration-server': down, repairs: down },
    rewind: { from: 1, next: 1, through: 2, by: HOSTILE, startedAt: time, asked: 0, failing: 0 },
  };

  async function takenOver(t: TestContext, status: number, answer: string): Promise<Installation> {
    const one = await installation(t);
    for (const name of ['status.sock', 'control.sock']) {
      const server = createWebServer((_, response) => response.writeHead(status).end(answer));
      await new Promise<void>((resolve) => {
        server.listen(join(one.runtime, name), resolve);
      });
      t.after(() => server.close());
    }
    return one;
  }

  const COMMANDS = [
    ['status'],
    ['status', '--json'],
    ['status', '--check'],
    ['metrics'],
    ['checkpoint', 'failed'],
    ['retry', '--id', '1'],
    ['dismiss', '--id', '1', '--why', 'x'],
    ['run-now'],
    ['rewind', '--status'],
    ['order', '--id', '1'],
  ];

  for (const [what, status, answer] of [
    ['that look right', 200, JSON.stringify(STATUS)],
    ['as reasons', 200, JSON.stringify([{ orderId: 1, kind: 'said', text: HOSTILE, at: time }])],
    ['as times', 200, JSON.stringify({ ...STATUS, startedAt: HOSTILE })],
    ['as a refusal', 409, JSON.stringify({ error: HOSTILE })],
    ['as a failure', 500, HOSTILE],
    ['as no JSON', 200, HOSTILE],
  ] as const) {
    test(what, async (t) => {
      const one = await takenOver(t, status, answer);
      for (const command of COMMANDS) assertHarmless(await call(one, ...command));
    });
  }

  test('in a form that nobody expects are no bug of this command', async (t) => {
    const one = await takenOver(t, 200, '{"a":1}');
    for (const command of [['status'], ['retry', '--id', '1'], ['rewind', '--status'], ['rewind', '--cancel']]) {
      const { status, stderr } = await call(one, ...command);
      assert.equal(status, 1, command.join(' '));
      assert.match(stderr, /^The service could not be asked: it answers in another form .*restart order-monit\n$/);
    }
    const failed = await call(one, 'checkpoint', 'failed');
    assert.equal(failed.status, 0, failed.stderr);
    assert.match(failed.stderr, /^The running service could not be asked why\. .* in another form .*\n$/);
  });

  test('without an end are cut off', async (t) => {
    const one = await takenOver(t, 200, '['.repeat(20_000_000));
    for (const command of [['status'], ['run-now']])
      assert.match((await call(one, ...command)).stderr, /answered without an end/);
  });

  test('forge no line of status', async (t) => {
    const one = await takenOver(t, 200, JSON.stringify(STATUS));
    const { stdout } = await call(one, 'status');
    assert.deepEqual(
      stdout.split('\n').filter((line) => /^shop database +up$/.test(line)),
      [],
    );
    assert.match(stdout, /^shop database +down for .*of theirs/m);
  });
});
