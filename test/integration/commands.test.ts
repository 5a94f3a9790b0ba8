/** Accounts and servers that let order-monit in and do not do what it asks: found by `check`, and said by it as by the log. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';

import type { IntegrationServerOptions } from '../../src/integration/index.ts';
import { until } from '../sandbox/until.ts';
import { insert, never, outageOf, run, sharedCleanup, startSite, temporaryFolder, type Site } from './fixtures.ts';

/** What `check` finds bad first. */
async function firstFault(site: Site, t: TestContext, parts: Partial<IntegrationServerOptions>) {
  const bad = (await site.adapter(t, parts).check(never)).find(({ state }) => state === 'bad');
  assert.ok(bad?.state === 'bad', 'check is content');
  return bad;
}

describe('A key with a forced command', () => {
  let site: Site;
  const shared = sharedCleanup(after);
  before(async () => {
    site = await startSite(shared);
  });

  const keyFor = async (t: TestContext, command: string): Promise<string> => {
    const path = join(await temporaryFolder(t), 'key');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    const quoted = command.replaceAll('"', '\\"');
    await site.sshd.authorize(`command="${quoted}" ${await readFile(`${path}.pub`, 'utf8')}`);
    return path;
  };

  const REFUSED: readonly [what: string, command: string, detail: RegExp, hint: RegExp][] = [
    [
      'that says whom to log in as and ends well',
      "echo 'Log in as deploy.';echo;sleep 1",
      /runs no commands: status 0, and said: Log in as deploy\./,
      /set username/,
    ],
    ['that says nothing and ends well', 'true', /runs no commands: status 0$/, /forced to run.*SSH_ORIGINAL_COMMAND/],
    ['that runs the words without a shell', '$SSH_ORIGINAL_COMMAND', /status 127.*'sh'/, /SSH_ORIGINAL_COMMAND/],
    [
      'that throws away what commands write',
      'sh -c "$SSH_ORIGINAL_COMMAND" >/dev/null',
      /does not show what commands write/,
      /leave the rest of it as it is/,
    ],
    [
      'that puts words of its own behind each line',
      'set -o pipefail; sh -c "$SSH_ORIGINAL_COMMAND" 2>&1 | sed "s/$/ [web1]/"',
      /does not show what commands write as they write it, and said: .*order-monit: \(a number\) \[web1\]$/,
      /leave the rest of it as it is/,
    ],
    [
      'that hides how they end',
      'sh -c "$SSH_ORIGINAL_COMMAND" 2>&1 | sed "s/^/[web1] /"',
      /hides how commands end: one that ends with status 42 ended with status 0/,
      /pipefail/,
    ],
  ];
  for (const [what, command, detail, hint] of REFUSED) {
    test(`${what} is found, and nothing is run`, async (t) => {
      const parts = { privateKeys: [await keyFor(t, command)] };
      const bad = await firstFault(site, t, parts);
      assert.equal(bad.name, 'commands');
      assert.match(bad.detail, detail);
      assert.match(bad.hint ?? '', hint);
      const { reason, hint: said } = await outageOf(site.adapter(t, parts).connect(never));
      assert.deepEqual([reason, said], [bad.detail, bad.hint]);
      const outcome = await site.adapter(t, parts).run(insert('f1'), never);
      assert.ok(outcome.kind === 'not-started');
      assert.deepEqual([outcome.why, outcome.hint], [bad.detail, bad.hint]);
    });
  }

  for (const [what, prefix] of [
    ['a name', '[web1] '],
    ['a time in colour', '\\x1b[2m12:00:00\\x1b[0m '],
  ] as const) {
    test(`that puts ${what} before each line does its work, and its ends are told from each other`, async (t) => {
      const command = `set -o pipefail; sh -c "$SSH_ORIGINAL_COMMAND" 2>&1 | sed -u 's/^/${prefix}/'`;
      const server = site.adapter(t, { privateKeys: [await keyFor(t, command)] });
      assert.ok((await server.check(never)).every(({ state }) => state === 'good'));
      const number = `f-${what.replaceAll(' ', '')}`;
      const outcome = await server.run(insert(number, 60_000), never);
      assert.deepEqual([outcome.kind, outcome.output], ['exited', []]);
      assert.equal(site.erp.inserts.get(number), 1);
      assert.equal((await server.run(insert(number, 60_000), never)).kind, 'too-soon');
      const failed = await server.run(insert(number), never);
      assert.equal(failed.output[0], 'rake aborted!');
    });
  }
});

describe('A server that lacks what a task needs', () => {
  let site: Site;
  const shared = sharedCleanup(after);
  before(async () => {
    site = await startSite(shared);
  });

  /** A PATH that has all that is there but for some. */
  const pathWithout = async (t: TestContext, ...names: readonly string[]): Promise<string> => {
    const folder = await temporaryFolder(t);
    const all = ['sh', 'env', 'id', 'flock', 'timeout', 'mkdir', 'date', 'cat', 'readlink', 'grep', 'rm', 'sed'];
    for (const name of all.filter((each) => !names.includes(each))) {
      const { stdout } = await run('sh', ['-c', `command -v ${name}`]);
      await symlink(stdout.trim(), join(folder, name));
    }
    return `${folder}:${join(site.sshd.folder, 'bin')}`;
  };
  const program = async (path: string, script: string): Promise<void> => {
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  };
  /** A command of an order and `check` say the same hint, and nothing was started. */
  const refusalOf = async (t: TestContext, parts: Partial<IntegrationServerOptions>, number: string) => {
    const outcome = await site.adapter(t, parts).run(insert(number), never);
    assert.ok(outcome.kind === 'not-started', outcome.kind);
    const bad = await firstFault(site, t, parts);
    assert.equal(bad.hint, outcome.hint);
    assert.equal(await site.started(number), 0);
    return { ...bad, why: outcome.why };
  };

  for (const missing of ['timeout', 'flock', 'readlink']) {
    test(`${missing} is named, and no attempt is used up`, async (t) => {
      const environment = { PATH: await pathWithout(t, missing) };
      const { name, detail, why } = await refusalOf(t, { environment }, `l-${missing}`);
      assert.equal(name, 'programs');
      assert.match(detail, new RegExp(`not found: ${missing}`));
      assert.match(why, new RegExp(`${missing}: not found`));
    });
  }

  test('a timeout that knows no -k is found', async (t) => {
    const path = await pathWithout(t, 'timeout');
    const [folder = ''] = path.split(':');
    await program(join(folder, 'timeout'), `echo "timeout: invalid option -- 'k'" >&2; exit 1`);
    const { name, hint } = await refusalOf(t, { environment: { PATH: path } }, 'l-busybox');
    assert.equal(name, 'programs');
    assert.match(hint ?? '', /install util-linux and coreutils/);
  });

  test('room on its disk is found to be missing, and the room is what people are told of', async (t) => {
    // Whatever is written there meets a disk that is full.
    const lockDirectory = await temporaryFolder(t);
    for (const name of ['check', 'order-l-full']) await symlink('/dev/full', join(lockDirectory, name));
    const outcome = await site.adapter(t, { lockDirectory }).run(insert('l-full'), never);
    assert.ok(outcome.kind === 'not-started');
    assert.match(outcome.why, /cannot write to the lock folder .*: cat: .*No space left on device/);
    const bad = await firstFault(site, t, { lockDirectory });
    assert.equal(bad.name, 'lock folder');
    assert.match(bad.detail, /no locks can be taken in .*No space left on device/);
    assert.match(bad.hint ?? '', /free space on the server.*df -h/);
    assert.equal(outcome.hint, bad.hint);
  });

  test('a Ruby that was chosen is quoted with the line that says it', async (t) => {
    const rbenv = join(await temporaryFolder(t), 'bundle');
    const said = "rbenv: bundle: command not found\n\nThe `bundle' command exists in these Ruby versions:\n  2.7.8\n\n";
    await writeFile(`${rbenv}.txt`, said);
    await program(rbenv, `cat '${rbenv}.txt' >&2; exit 127`);
    const parts = { rakeCommand: [rbenv, 'exec', 'rake'] };
    const { name, detail, hint } = await firstFault(site, t, parts);
    assert.equal(name, 'rake');
    assert.match(detail, /--version fails: rbenv: bundle: command not found; The `bundle' .* versions:; 2\.7\.8$/);
    assert.match(hint ?? '', /rbenv local VERSION in \S+ there, or RBENV_VERSION/);
  });

  for (const [said, hint] of [
    ['sudo: sorry, you must have a tty to run sudo', /Defaults:\S+ !requiretty/],
    ['sudo: a password is required', /ALL=\(deploy\) NOPASSWD: ALL/],
    ['sudo: unknown user deploy', /run_as/],
  ] as const) {
    test(`a sudo that says "${said}" is quoted, with what to do about just that`, async (t) => {
      await mkdir(join(site.sshd.folder, 'bin'), { recursive: true });
      await program(join(site.sshd.folder, 'bin', 'sudo'), `echo '${said}' >&2; exit 1`);
      const refusal = await refusalOf(t, { runAs: 'deploy' }, 'l-sudo');
      assert.equal(refusal.detail, `sudo does not become deploy: ${said}`);
      assert.ok(refusal.why.endsWith(`: ${said}`), refusal.why);
      assert.match(refusal.hint ?? '', hint);
    });
  }
});

describe('A server with MaxSessions 1', () => {
  test('does all that it is asked to, one command or several at a time, and that is told once', async (t) => {
    const site = await startSite(t, { config: ['MaxSessions 1'] });
    await site.standIn({ startMs: 200 });
    const warnings: string[] = [];
    const server = site.adapter(t, { report: (warning) => warnings.push(warning) });
    for (const number of ['m1', 'm2', 'm3']) {
      await server.connect(never);
      assert.equal((await server.run(insert(number), never)).kind, 'exited');
    }
    assert.ok((await server.check(never)).every(({ state }) => state === 'good'));
    const several = ['m4', 'm5', 'm6'];
    await server.connect(never);
    const outcomes = await Promise.all(several.map((number) => server.run(insert(number), never)));
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['exited']));
    for (const number of ['m1', 'm2', 'm3', ...several]) assert.equal(site.erp.inserts.get(number), 1);
    assert.equal(warnings.length, 1, warnings.join('\n'));
    assert.match(warnings[0] ?? '', /MaxSessions.*max_parallel_repairs/);
    // Those of single commands do not stay.
    await until('one connection is left', async () => (await site.sshd.sessions()).length <= 2);
  });

  test('or 0 is named, where it opens none at all', async (t) => {
    const site = await startSite(t, { config: ['MaxSessions 0'] });
    const bad = await firstFault(site, t, {});
    assert.equal(bad.name, 'commands');
    assert.match(bad.detail, /opens no session for a command, and said: open failed/);
    assert.match(bad.hint ?? '', /MaxSessions/);
  });
});
