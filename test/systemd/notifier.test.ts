/** Notifications as systemd gets them, and what is said where the native part can't be used. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';

import { parseNativeNotify } from '../../src/systemd/native-notify.ts';
import { createNotifier, type Notifier } from '../../src/systemd/notifier.ts';

const tsx = createRequire(import.meta.url).resolve('tsx');
const TIMEOUT = { timeout: 60_000 };

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'order-monit-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** systemd's side of the protocol. Node has no datagram sockets of the Unix family. */
const LISTENER = `
import json, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print(json.dumps("listening"), flush=True)
while True: print(json.dumps(listener.recv(65536).decode("utf-8", "strict")), flush=True)
`;

async function* listen(t: TestContext, socket: string): AsyncGenerator<unknown, undefined> {
  const listener = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => listener.kill());
  for await (const line of createInterface({ input: listener.stdout })) {
    const message: unknown = JSON.parse(line);
    yield message;
  }
  return undefined;
}

test('every notification reaches systemd whole, as one datagram', TIMEOUT, async (t) => {
  const socket = join(temporaryFolder(t), 'notify');
  const received: string[] = [];
  for await (const message of listen(t, socket)) {
    if (message === 'listening') {
      const sender = spawnSync(process.execPath, ['--import', tsx, 'test/systemd/send-notifications.ts'], {
        env: { ...process.env, NOTIFY_SOCKET: socket },
        encoding: 'utf8',
      });
      assert.deepEqual([sender.status, sender.stdout, sender.stderr], [0, '', '']);
      continue;
    }
    received.push(String(message));
    if (message === 'STOPPING=1') break;
  }

  const long = received.splice(4, 1).join();
  assert.match(long, /^STATUS=(é😀)+é?…$/u);
  assert.ok(Buffer.byteLength(long) < 4096, `${Buffer.byteLength(long)} bytes are more than systemd reads`);
  const [reloading = '', monotonic = ''] = received.splice(4, 1).join().split('\n');
  assert.equal(reloading, 'RELOADING=1');
  assert.match(monotonic, /^MONOTONIC_USEC=\d+$/);
  assert.deepEqual(received, [
    'READY=1',
    'STATUS=head 72066, 3 failing',
    'STATUS=%s%s%n 100% sure',
    'STATUS=a STOPPING=1 [31mb',
    'WATCHDOG=1',
    'EXTEND_TIMEOUT_USEC=1500000',
    'STOPPING=1',
  ]);
});

test('without NOTIFY_SOCKET nothing is loaded and nothing is sent', () => {
  for (const NOTIFY_SOCKET of [undefined, '']) {
    const notifier = createNotifier({
      environment: { NOTIFY_SOCKET, WATCHDOG_USEC: '30000000' },
      pid: 7,
      load: () => assert.fail('the native part was loaded'),
    });
    notifier.ready();
    notifier.status('up');
    notifier.stopping();
    assert.equal(notifier.watchdogMs, undefined);
  }
});

/** Creates a notifier in a copy of the room that has these files, and gives the message of the error. */
function failureIn(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t);
  for (const room of ['src/systemd', 'src/text']) cpSync(room, join(folder, room), { recursive: true });
  for (const [name, content] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const start = `import { createNotifier } from './src/systemd/notifier.ts';
    try { createNotifier({ environment: process.env, pid: 1 }) } catch (error) { console.log(error.message) }`;
  const { stdout } = spawnSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', start], {
    cwd: folder,
    env: { ...process.env, NOTIFY_SOCKET: '/nowhere' },
    encoding: 'utf8',
  });
  return stdout.replaceAll(`${realpathSync(folder)}/`, '');
}

const ABI = process.versions.modules;

test('a missing native part is an error that says where it was looked for and what to do', TIMEOUT, (t) => {
  assert.equal(
    failureIn(t, {}),
    `Node ${process.version} (ABI ${ABI}) can not use the native part of order-monit that speaks to systemd: ` +
      `there is no src/systemd/node-v${ABI}/notify.node and no build/node-v${ABI}/notify.node. Run: npm run build\n`,
  );
});

test('a native part that does not load is an error that says why', TIMEOUT, (t) => {
  const broken = `src/systemd/node-v${ABI}/notify.node`;
  assert.match(
    failureIn(t, { [broken]: 'no shared object' }),
    /^Node v.*: src\/systemd\/node-v\d+\/notify\.node: .*(?:invalid ELF header|file too short).*\. Run: npm run build\n$/,
  );
});

test('a module without sendState is not taken for the native part', () => {
  for (const loaded of [undefined, null, {}, { sendState: 'READY=1' }]) {
    assert.throws(() => parseNativeNotify(loaded), TypeError);
  }
});

const WATCHDOG: readonly [name: string, environment: Record<string, string>, watchdogMs: number | undefined][] = [
  ['no watchdog', {}, undefined],
  ['30 seconds', { WATCHDOG_USEC: '30000000' }, 30_000],
  ['30 seconds for this process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 30_000],
  ['the watchdog of another process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, undefined],
  ['no number', { WATCHDOG_USEC: 'soon' }, undefined],
  ['zero', { WATCHDOG_USEC: '0' }, undefined],
];

for (const [name, environment, watchdogMs] of WATCHDOG) {
  test(`the watchdog's interval is read from the environment: ${name}`, () => {
    const notifier: Notifier = createNotifier({
      environment: { NOTIFY_SOCKET: '/nowhere', ...environment },
      pid: 7,
      load: () => ({ sendState: () => undefined }),
    });
    assert.equal(notifier.watchdogMs, watchdogMs);
  });
}
