/** Root's commands look into the folders of the service's user with that user's rights, by the kernel's own account. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';

import { call, checkpointOf, configure, install, Run, type Installation } from '../sandbox/program.ts';
import { KEY, openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';
import { wholeTrace } from '../torture/crash/trace.ts';
import { callsOf, rootsCallsBelow, tracing } from './kernel.ts';
import { handOver, NEEDS_ROOT, OPEN, SERVICE } from './service-user.ts';

let sandbox: Sandbox;
let count = 0;

before(async () => {
  sandbox = await openSandbox();
});
after(async () => {
  await sandbox.close();
});

const runs: Run[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.child.kill('SIGKILL');
    await run.finished;
  }
});

async function fresh(checkpoint?: string): Promise<Installation> {
  count += 1;
  return handOver(await install(join(sandbox.folder, `root${count}`), sandbox.files, checkpoint));
}

const looked = ({ state, runtime }: Installation): readonly string[] => [state, runtime];

/** Runs a command as root, and tells whose rights it had. */
async function traced(installation: Installation, words: readonly string[]) {
  count += 1;
  const path = join(sandbox.folder, `trace${count}`);
  const run = new Run({ ...installation, through: tracing(path) }, words);
  runs.push(run);
  const finished = await run.finished;
  return { ...finished, trace: await wholeTrace(path) };
}

const NET_BIND_SERVICE = (1 << 10).toString(16).padStart(16, '0');

/** The process that root's has started as the service's user. */
async function workerOf({ child }: Run): Promise<string> {
  const pid = String(child.pid);
  return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim();
}

async function startService(installation: Installation): Promise<Run> {
  const service = new Run(installation, ['run']);
  runs.push(service);
  await until('the service has started', () => service.output.includes('starts after'));
  return service;
}

describe('A command of root’s', NEEDS_ROOT, () => {
  const commands: readonly (readonly string[])[] = [
    ['checkpoint', 'head'],
    ['checkpoint', 'list'],
    ['checkpoint', 'verify'],
    ['checkpoint', 'failed'],
    ['checkpoint', 'tidy'],
    ['status'],
    ['order', '--id', '10'],
    ['check'],
    ['once', '--dry-run'],
    ['once'],
    ['retry', '--id', '10'],
    ['retry', '--all', '--yes'],
    ['dismiss', '--id', '10', '--why', 'x'],
    ['rewind', '--to-id', '5'],
    ['rewind', '--status'],
    ['rewind', '--cancel'],
  ];
  for (const words of commands) {
    test(`without a service: ${words.join(' ')}`, async () => {
      const installation = await fresh(OPEN);
      const { stderr, stdout, trace } = await traced(installation, words);
      assert.deepEqual(rootsCallsBelow(trace, looked(installation)), [], stdout + stderr);
      assert.notDeepEqual(callsOf(trace, SERVICE.uid, looked(installation)), [], stdout + stderr);
      for (const name of await readdir(installation.state)) {
        const { uid, gid } = await stat(join(installation.state, name));
        assert.deepEqual([uid, gid], [SERVICE.uid, SERVICE.gid], name);
      }
    });
  }

  test('runs flock, which the service’s user could trace, without root’s terminal and without root’s environment', async () => {
    const { status, trace } = await traced(await fresh(OPEN), ['checkpoint', 'tidy']);
    assert.equal(status, 0);
    const [process = ''] = /^(\d+) +execve\("[^"]*\/flock", .* \/\* 1 var \*\/\) = 0$/m.exec(trace)?.slice(1) ?? [];
    assert.match(trace, new RegExp(`^${process} +setsid\\(\\) += ${process}$`, 'm'));
  });

  test('can’t be looked into or opened to a debugger by the service’s user', async () => {
    const installation = await fresh(START);
    const service = await startService(installation);
    const pid = await workerOf(service);
    const theirs = (...command: string[]) =>
      spawnSync('setpriv', [`--reuid=${SERVICE.uid}`, `--regid=${SERVICE.gid}`, '--clear-groups', ...command]);
    assert.equal(theirs('kill', '-USR1', pid).status, 0);
    assert.notEqual(theirs('cat', `/proc/${pid}/environ`).status, 0);
    assert.notEqual(theirs('readlink', `/proc/${pid}/fd/1`).status, 0);
    assert.match(String(theirs('strace', '-p', pid).stderr), /Operation not permitted/);
    assert.equal((await call(installation, 'status')).status, 0);
    assert.equal((await service.stop()).status, 0);
    assert.doesNotMatch(service.output, /Debugger listening/);
  });

  test('without a checkpoint: checkpoint init', async () => {
    const installation = await fresh();
    const { status, stderr, trace } = await traced(installation, ['checkpoint', 'init', '--from-id', '5']);
    assert.equal(status, 0, stderr);
    assert.deepEqual(rootsCallsBelow(trace, looked(installation)), []);
    const { uid, gid, mode } = await stat(join(installation.state, 'checkpoint'));
    assert.deepEqual([uid, gid, mode & 0o777], [SERVICE.uid, SERVICE.gid, 0o640]);
  });

  test('that imports what the old daemon had, and root’s configuration with it', async () => {
    const installation = await fresh();
    const old = join(sandbox.folder, `old${count}`);
    await mkdir(join(old, 'config'), { recursive: true });
    await mkdir(join(old, 'data'));
    await writeFile(join(old, 'config', 'service.yml'), 'running_cycle: 120\n');
    await writeFile(join(old, 'data', 'checkpoint'), OPEN);
    for (const words of [['--dry-run'], [], []]) {
      const { status, stderr, stdout, trace } = await traced(installation, ['import', old, ...words]);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /service\.yml: (?:replaced by|there already)/);
      assert.deepEqual(rootsCallsBelow(trace, looked(installation)), []);
      // Between two looks at a name, its owner could put something else there.
      for (const name of ['config/service.yml', 'data/checkpoint']) {
        const opened = rootsCallsBelow(trace, [old]).filter(
          (call) => call.startsWith('open') && call.includes(join(old, name)),
        );
        assert.equal(opened.length, 1, opened.join('\n'));
      }
    }
    assert.equal(await checkpointOf(installation), OPEN);
    assert.equal((await stat(join(installation.config, 'service.yml'))).uid, 0);
    assert.equal((await stat(join(installation.state, 'checkpoint'))).uid, SERVICE.uid);
  });

  test('beside a service that root runs by hand, which is the service’s user itself', async () => {
    const installation = await fresh(OPEN);
    const path = join(sandbox.folder, 'trace-of-run');
    const service = await startService({ ...installation, through: tracing(path) });
    const words = [
      ['status'],
      ['metrics'],
      ['run-now'],
      ['retry', '--id', '10'],
      ['dismiss', '--id', '10', '--why', 'x'],
      ['checkpoint', 'failed'],
      ['order', '--id', '10'],
      ['rewind', '--to-id', '5'],
      ['rewind', '--status'],
      ['rewind', '--cancel'],
    ];
    for (const command of words) {
      const { stderr, trace } = await traced(installation, command);
      assert.deepEqual(rootsCallsBelow(trace, looked(installation)), [], command.join(' '));
      assert.match(
        callsOf(trace, SERVICE.uid, [installation.runtime]).join('\n'),
        /connect\(/,
        command.join(' ') + stderr,
      );
    }
    assert.equal((await service.stop()).status, 0);
    const trace = await wholeTrace(path);
    assert.deepEqual(rootsCallsBelow(trace, looked(installation)), []);
    // The sockets have their modes from the beginning.
    assert.doesNotMatch(trace, /chmod\w*\([^)]*\.sock"/);
  });

  test('has no thread that is root’s, none of root’s groups, and can’t become root again', async () => {
    const installation = await fresh(START);
    const service = await startService(installation);
    const folder = `/proc/${await workerOf(service)}/task`;
    for (const thread of await readdir(folder)) {
      const status = await readFile(join(folder, thread, 'status'), 'utf8');
      const { uid, gid } = SERVICE;
      assert.match(status, new RegExp(`^Uid:\t${uid}\t${uid}\t${uid}\t${uid}$`, 'm'));
      assert.match(status, new RegExp(`^Gid:\t${gid}\t${gid}\t${gid}\t${gid}$`, 'm'));
      assert.match(status, /^Groups:\t *$/m);
      // What keeps the user from tracing it, and lets it do nothing of root's.
      for (const set of ['CapPrm', 'CapEff', 'CapInh', 'CapAmb', 'CapBnd'])
        assert.match(status, new RegExp(`^${set}:\t${NET_BIND_SERVICE}$`, 'm'));
      assert.match(status, /^NoNewPrivs:\t1$/m);
    }
  });

  test('has the secrets that root alone can read, and says who called it', async () => {
    const abacos = Object.fromEntries(Object.entries(sandbox.files['abacos'] ?? {}).filter(([name]) => name !== 'key'));
    const plain = await install(join(sandbox.folder, `root${(count += 1)}`), { ...sandbox.files, abacos }, OPEN);
    await mkdir(join(plain.config, 'credentials'), { mode: 0o700 });
    await writeFile(join(plain.config, 'credentials', 'abacos_key'), KEY, { mode: 0o600 });
    const installation = await handOver(plain);
    await chown(join(plain.config, 'credentials'), 0, 0);
    await chmod(join(plain.config, 'credentials'), 0o700);
    const run = await call(installation, 'order', '--id', '10');
    assert.doesNotMatch(run.stderr, /abacos\.yml/);
    const service = await startService(installation);
    const asked = await new Run(installation, ['retry', '--id', '10'], { SUDO_USER: '' }).finished;
    assert.equal(asked.status, 0, asked.stderr);
    await until('it is in the log', () => /asked for by root|by root/.test(service.output));
  });

  test('sees the configuration as the service does: what root alone can read is no help', async () => {
    const installation = await fresh(OPEN);
    await chmod(join(installation.config, 'database.yml'), 0o600);
    const run = await call(installation, 'check');
    assert.equal(run.status, 78);
    assert.match(run.stdout, /database\.yml.*permission denied/);
  });
});

describe('Root refuses to work', NEEDS_ROOT, () => {
  async function refused(installation: Installation, reason: RegExp): Promise<void> {
    const before = await readdir(installation.state);
    for (const words of [['checkpoint', 'list'], ['once'], ['retry', '--id', '10'], ['status']]) {
      const run = await call(installation, ...words);
      assert.equal(run.status, 78, run.stdout + run.stderr);
      assert.match(run.stderr, reason);
      assert.match(run.stderr, /sudo -u/);
      assert.equal(run.stdout, '');
    }
    assert.deepEqual(await readdir(installation.state), before);
  }

  test('in a folder of root’s where another user could put something else in its place', async () => {
    const base = join(sandbox.folder, `root${(count += 1)}`);
    const installation = await install(base, sandbox.files, OPEN);
    await chmod(sandbox.folder, 0o755);
    await chown(base, SERVICE.uid, SERVICE.gid);
    await refused(installation, new RegExp(`${base} belongs to user ${SERVICE.uid}, who could`));
    await chown(base, 0, 0);
    await chmod(base, 0o775);
    await refused(installation, /can be written by others than its owner.* chmod go-w/);
    await chmod(base, 0o757);
    await refused(installation, /can be written by others/);
    await chmod(base, 0o1777);
    assert.equal((await call(installation, 'checkpoint', 'list')).status, 0);
  });

  test('in a folder of root’s that others may write in, also where nobody can move what is root’s', async () => {
    const installation = await install(join(sandbox.folder, `root${(count += 1)}`), sandbox.files, OPEN);
    await chmod(installation.state, 0o1777);
    await refused(installation, /state can be written by others/);
  });

  test('behind a link of another user’s, wherever it leads', async () => {
    const base = join(sandbox.folder, `root${(count += 1)}`);
    const installation = await install(base, sandbox.files, OPEN);
    await mkdir(join(base, 'theirs'));
    await symlink(installation.state, join(base, 'theirs', 'link'));
    await chown(join(base, 'theirs'), SERVICE.uid, SERVICE.gid);
    await refused({ ...installation, state: join(base, 'theirs', 'link') }, /theirs belongs to user/);
    // A folder of a third user: who goes there by a way of the second one's could be led astray.
    await chown(installation.state, 4713, 4713);
    await refused({ ...installation, state: join(base, 'theirs', 'link') }, /theirs belongs to user/);
  });

  test('where state and runtime folder belong to two users', async () => {
    const installation = await fresh(OPEN);
    await chown(installation.runtime, 4713, 4713);
    const run = await call(installation, 'status');
    assert.equal(run.status, 78);
    assert.match(run.stderr, /belong to different users \(4711 and 4713\)/);
  });

  test('as root when it can’t become the user, and says what to do', async () => {
    const installation = await fresh(OPEN);
    const before = await checkpointOf(installation);
    const without = { ...installation, through: ['setpriv', '--bounding-set=-setuid', '--inh-caps=-setuid'] };
    const run = await call(without, 'retry', '--id', '10');
    assert.notEqual(run.status, 0);
    assert.match(run.stderr, /setpriv: .*Operation not permitted/);
    assert.equal(await checkpointOf(installation), before);
    assert.deepEqual(await readdir(installation.state), ['checkpoint']);
  });
});

test('configured, and trust-host where known_hosts is root’s, stay root’s', NEEDS_ROOT, async () => {
  const installation = await fresh();
  const known = join(installation.config, 'known_hosts');
  await configure(installation, {
    integration_server: { ...sandbox.files['integration_server'], known_hosts: known },
  });
  assert.equal((await call(installation, 'configured')).status, 0);
  const run = await call(installation, 'trust-host', '--yes');
  assert.equal(run.status, 0, run.stderr);
  assert.equal((await stat(known)).uid, 0);
  await rm(known);
});

test('trust-host writes as the user whose folder known_hosts is in', NEEDS_ROOT, async () => {
  const installation = await fresh();
  const known = join(installation.state, 'known_hosts');
  await configure(installation, {
    integration_server: { ...sandbox.files['integration_server'], known_hosts: known },
  });
  const { status, stderr, trace } = await traced(installation, ['trust-host', '--yes']);
  assert.equal(status, 0, stderr);
  assert.deepEqual(rootsCallsBelow(trace, [installation.state]), []);
  assert.equal((await stat(known)).uid, SERVICE.uid);
});
