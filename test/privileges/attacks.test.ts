/** A service that was taken over lays traps for root in its folders: root gets into none, and never hangs. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { freePort } from '../sandbox/ports.ts';
import { install, Run, type Finished, type Installation } from '../sandbox/program.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { size } from '../torture/trials.ts';
import { Attacker } from './attacker.ts';
import { handOver, NEEDS_ROOT, OPEN, SERVICE } from './service-user.ts';

const SECRET = 'root:$y$j9T$of-nobody-else:20000:0:99999:7:::';

/** Files of root's, and their modes. */
const TREASURE: Readonly<Record<string, number>> = {
  secret: 0o600,
  checkpoint: 0o600,
  'status.sock': 0o600,
  board: 0o666,
};

let sandbox: Sandbox;
let count = 0;
/** A folder that only root may write in. */
let treasury: string;
let runs: Run[] = [];
let attackers: Attacker[] = [];

before(async () => {
  sandbox = await openSandbox();
  await chmod(sandbox.folder, 0o755);
});
after(async () => {
  await sandbox.close();
});
beforeEach(async () => {
  treasury = join(sandbox.folder, `treasury${(count += 1)}`);
  await mkdir(treasury);
  await chmod(treasury, 0o755);
  for (const [name, mode] of Object.entries(TREASURE)) {
    await writeFile(join(treasury, name), SECRET);
    await chmod(join(treasury, name), mode);
  }
});
afterEach(async () => {
  for (const attacker of attackers) await attacker.stop();
  for (const run of runs) {
    run.child.kill('SIGKILL');
    await run.finished;
  }
  attackers = [];
  runs = [];
});

async function exchange(one: string, other: string): Promise<void> {
  attackers.push(await Attacker.exchanging(sandbox.folder, [one, other]));
}

async function fresh(checkpoint = OPEN): Promise<Installation> {
  const email = { smtp: { address: '127.0.0.1', port: await freePort() }, subscribers: ['ops@example.com'] };
  const folder = join(sandbox.folder, `attacked${(count += 1)}`);
  return handOver(await install(folder, { ...sandbox.files, email }, checkpoint));
}

/** What only a hang reaches. */
const DEADLINE_MS = 60_000;

async function asRoot(installation: Installation, words: readonly string[]): Promise<Finished> {
  const run = new Run(installation, words);
  runs.push(run);
  const deadline = setTimeout(() => run.child.kill('SIGKILL'), DEADLINE_MS);
  const finished = await run.finished;
  clearTimeout(deadline);
  assert.equal(finished.signal, null, `${words.join(' ')} hangs: ${run.output}`);
  assert.ok(!run.output.includes(SECRET.slice(0, 12)), run.output);
  return finished;
}

/** Everything in there is as it was, and nothing is there that was not. */
async function assertUntouched(): Promise<void> {
  assert.deepEqual((await readdir(treasury)).sort(), Object.keys(TREASURE).sort());
  assert.deepEqual([(await stat(treasury)).uid, (await stat(treasury)).mode & 0o7777], [0, 0o755]);
  for (const [name, expected] of Object.entries(TREASURE)) {
    const { uid, gid, mode } = await lstat(join(treasury, name));
    assert.deepEqual([uid, gid, mode & 0o7777], [0, 0, expected], name);
    assert.equal(await readFile(join(treasury, name), 'utf8'), SECRET, name);
  }
}

const ONCE = ['once'];
const RETRY = ['retry', '--id', '10'];
const ORDER = ['order', '--id', '10'];

/** The files, and commands that have to do with each. */
const NAMES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  checkpoint: [
    ONCE,
    RETRY,
    ORDER,
    ['checkpoint', 'tidy'],
    ['checkpoint', 'verify'],
    ['rewind', '--to-id', '5'],
    ['check'],
  ],
  lock: [ONCE, RETRY],
  history: [ONCE, RETRY, ORDER],
  'alerts.json': [ONCE],
  'rewind.json': [ONCE, ['rewind', '--status'], ['rewind', '--to-id', '5']],
  'repairs.json': [ONCE, RETRY, ORDER],
  spool: [ONCE],
};

const KINDS = {
  'a symbolic link': async (path: string) => symlink(join(treasury, 'secret'), path),
  'a hard link': async (path: string) => link(join(treasury, 'board'), path),
  'a named pipe': async (path: string) => Promise.resolve(execFileSync('mkfifo', [path])),
  'a folder': async (path: string) => mkdir(path),
} as const;

/** `npm test` plays each command with some of the kinds, `npm run torture` with all. */
function withKind<T>(commands: readonly T[], index: number): readonly T[] {
  const share = Math.ceil(commands.length / Object.keys(KINDS).length);
  const some = Array.from({ length: share }, (_, at) => commands[(index * share + at) % commands.length]);
  return size({ test: some.flatMap((one) => (one === undefined ? [] : [one])), torture: commands });
}

/** Each round is another race, which the attacker wins or loses. */
const ROUNDS = size({ test: 2, torture: 12 });

describe('In the place of a file of the state folder', NEEDS_ROOT, () => {
  for (const [index, [kind, lay]] of Object.entries(KINDS).entries()) {
    test(`${kind} is named or put aside, and never followed, printed or waited for`, async () => {
      for (const [name, commands] of Object.entries(NAMES)) {
        const installation = await fresh();
        const path = join(installation.state, name);
        for (const words of withKind(commands, index)) {
          await rm(path, { recursive: true, force: true });
          await lay(path);
          await chown(installation.state, SERVICE.uid, SERVICE.gid);
          const { stderr, stdout } = await asRoot(installation, words);
          if (name === 'checkpoint') {
            const said = { 'a hard link': 'a file that has another name', 'a folder': 'a folder' }[kind] ?? kind;
            assert.match(
              stdout + stderr,
              new RegExp(`checkpoint is ${said}.*(move it away|give order-monit a copy)`),
              words.join(' '),
            );
          }
          await rm(path, { recursive: true, force: true });
          await assertUntouched();
          if (name === 'checkpoint') continue;
          await writeFile(join(installation.state, 'checkpoint'), OPEN);
          await chown(join(installation.state, 'checkpoint'), SERVICE.uid, SERVICE.gid);
        }
      }
    });
  }
});

describe('While root looks', NEEDS_ROOT, () => {
  test('folders behind a linked checkpoint are exchanged: what root writes goes nowhere else', async () => {
    // Long enough a tail that there is time between the look at the path and the writing.
    const installation = await fresh();
    const { state } = installation;
    await mkdir(join(state, 'sub'));
    await symlink(treasury, join(state, 'lure'));
    await rm(join(state, 'checkpoint'));
    await symlink('sub/checkpoint', join(state, 'checkpoint'));
    await writeFile(join(state, 'sub', 'checkpoint'), OPEN + 'x'.repeat(4_000_000));
    for (const name of ['sub', 'sub/checkpoint']) await chown(join(state, name), SERVICE.uid, SERVICE.gid);
    await exchange(join(state, 'sub'), join(state, 'lure'));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const words of [
        ['retry', '--id', '10'],
        ['checkpoint', 'tidy'],
      ]) {
        const { status, stderr } = await asRoot(installation, words);
        assert.equal(status, 78, stderr);
      }
      await assertUntouched();
    }
  });

  test('the spool is exchanged for a link: what root sends and deletes is not elsewhere', async () => {
    const installation = await fresh();
    const { state } = installation;
    await symlink(treasury, join(state, 'lure'));
    await asRoot(installation, ['once']);
    await exchange(join(state, 'spool'), join(state, 'lure'));
    for (let round = 0; round < ROUNDS; round += 1) {
      await rm(join(state, 'alerts.json'), { force: true });
      await asRoot(installation, ['once']);
      await assertUntouched();
    }
  });

  test('the status socket is exchanged for a link: no other file is opened to others', async () => {
    const installation = await fresh();
    const socket = join(installation.runtime, 'status.sock');
    attackers.push(
      await Attacker.repeating(
        `attempt(() => lstatSync('${socket}').isSocket() && renameSync('${socket}', '${socket}.away'));
         attempt(() => symlinkSync('${treasury}/status.sock', '${socket}'));`,
      ),
    );
    for (let round = 0; round < ROUNDS; round += 1) {
      const run = new Run(installation, ['run']);
      runs.push(run);
      const ended = run.finished;
      await Promise.race([ended, started(run)]);
      run.child.kill('SIGTERM');
      await ended;
      await assertUntouched();
    }
  });

  test('a socket of root’s is put behind a link: root does not speak to it', async () => {
    const installation = await fresh();
    let calls = 0;
    const server = createServer((connection) => {
      calls += 1;
      connection.destroy();
    });
    const path = join(sandbox.folder, 'roots.sock');
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    await chmod(path, 0o600);
    try {
      for (const name of ['status.sock', 'control.sock']) await symlink(path, join(installation.runtime, name));
      for (const words of [['status'], ['metrics'], ['run-now'], ['retry', '--id', '10']]) {
        const { status, stderr } = await asRoot(installation, words);
        assert.equal(status, 1);
        assert.match(stderr, /You may not use \S+\.sock/);
      }
      assert.equal(calls, 0);
    } finally {
      server.close();
    }
  });
});

describe('While root imports', NEEDS_ROOT, () => {
  /** An old installation of the user's, and what it holds. */
  async function oldOf(): Promise<string> {
    const old = join(sandbox.folder, `old${(count += 1)}`);
    const files = { 'config/service.yml': 'running_cycle: 120\n', 'data/checkpoint': OPEN };
    for (const folder of ['', 'config', 'data']) await mkdir(join(old, folder));
    for (const [name, text] of Object.entries(files)) await writeFile(join(old, name), text);
    for (const name of ['', 'config', 'data', ...Object.keys(files)])
      await chown(join(old, name), SERVICE.uid, SERVICE.gid);
    return old;
  }

  test('what the service’s user has put in the place of the checkpoint is named, and neither waited for nor read', async () => {
    for (const [kind, lay] of Object.entries({ ...KINDS, 'a file without an end': sparse })) {
      const installation = await fresh();
      const path = join(installation.state, 'checkpoint');
      await rm(path);
      await lay(path);
      await chown(installation.state, SERVICE.uid, SERVICE.gid);
      const { status, stderr } = await asRoot(installation, ['import', await oldOf()]);
      assert.notEqual(status, 0);
      assert.match(stderr, SAID[kind] ?? new RegExp(`checkpoint is ${kind}.*move it away`));
      await assertUntouched();
    }
  });

  for (const name of ['config/service.yml', 'data/checkpoint']) {
    test(`${name} and a pipe change places: root never waits for the pipe`, async () => {
      const old = await oldOf();
      const path = join(old, name);
      execFileSync('mkfifo', [`${path}.pipe`]);
      await chown(`${path}.pipe`, SERVICE.uid, SERVICE.gid);
      await exchange(path, `${path}.pipe`);
      const installation = await fresh();
      for (let round = 0; round < ROUNDS; round += 1) {
        const { stderr } = await asRoot(installation, ['import', old, '--dry-run']);
        assert.match(stderr, /can not be read \(NOT_A_FILE\)|There is a checkpoint at|^$/);
      }
    });
  }
});

const SAID: Readonly<Record<string, RegExp>> = {
  'a hard link': /checkpoint is a file that has another name/,
  'a file without an end': /There is a checkpoint at/,
};

async function sparse(path: string): Promise<void> {
  await writeFile(path, OPEN);
  await truncate(path, 2 ** 42);
  await chown(path, SERVICE.uid, SERVICE.gid);
}

async function started(run: Run): Promise<void> {
  await new Promise<void>((resolve) => {
    run.child.stdout?.on('data', () => {
      if (run.output.includes('starts after')) resolve();
    });
  });
}
