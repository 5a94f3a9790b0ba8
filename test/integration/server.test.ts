/** Hostile settings, another user, the check and the host key scan, against a real sshd. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Outage } from '../../src/core/outage.ts';
import { fetchHostKeys, UnusableSetting } from '../../src/integration/index.ts';
import { insert, never, PATIENCE_MS, run, sharedCleanup, startSite, temporaryFolder, type Site } from './fixtures.ts';

const HOSTILE = [
  '$(touch owned)',
  '`touch owned`',
  "'; touch owned; '",
  '"; touch owned; "',
  '; touch owned',
  '| touch owned',
  '&& touch owned #',
  '\\',
  "\\'; touch owned; \\'",
  '${IFS}touch${IFS}owned',
  '!touch',
];

describe('the integration server', () => {
  let site: Site;
  const shared = sharedCleanup(after);
  before(async () => {
    site = await startSite(shared);
  });

  test('takes hostile folders, variables and commands as the mere words that they are', async (t) => {
    const home = await temporaryFolder(t);
    for (const [index, text] of HOSTILE.entries()) {
      const railsRoot = join(home, `shop ${text.replaceAll('/', ':')}`);
      await mkdir(railsRoot);
      const server = site.adapter(t, {
        railsRoot,
        lockDirectory: join(home, `locks ${text.replaceAll('/', ':')}`),
        environment: { HOSTILE: text },
        rakeCommand: ['sh', '-c', 'printf "%s|%s|%s" "$PWD" "$HOSTILE" "$1"', 'sh', text],
      });
      const outcome = await server.run(insert(`h-${index}`), never);
      assert.deepEqual(outcome.output, [`${railsRoot}|${text}|${text}`]);
      await server.close();
    }
    const { stdout } = await run('find', [home, site.sshd.folder, '-name', 'owned*']);
    assert.equal(stdout, '');
    assert.ok(!(await readdir(process.cwd())).includes('owned'));
  });

  test('takes a hostile user as a mere name, which sudo then does not know', async (t) => {
    for (const text of HOSTILE) {
      const server = site.adapter(t, { runAs: text, environment: {} });
      const outcome = await server.run(insert('h'), never);
      assert.equal(outcome.kind, 'not-started');
      await server.close();
    }
    const { stdout } = await run('find', [site.sshd.folder, '-name', 'owned*']);
    assert.equal(stdout, '');
  });

  test('cannot be made with settings that no quoting saves', (t) => {
    assert.throws(() => site.adapter(t, { railsRoot: '/srv\n/shop' }), UnusableSetting);
    assert.throws(() => site.adapter(t, { host: '' }), UnusableSetting);
    assert.throws(() => site.adapter(t, { username: 'a\0' }), UnusableSetting);
  });

  test('becomes another user through sudo, without a password and with that user as home', async (t) => {
    // A sudo that shows what it was given and does the rest: the real one is not on every machine.
    const bin = join(site.sshd.folder, 'bin', 'sudo');
    await writeFile(bin, '#!/bin/sh\n[ "$*" != "${*#-n -H -u deploy -- }" ] || exit 1\nshift 5\nAS=deploy exec "$@"\n');
    await chmod(bin, 0o755);
    const rakeCommand = ['sh', '-c', 'echo "$AS $RAILS_ENV"'];
    const outcome = await site.adapter(t, { runAs: 'deploy', rakeCommand }).run(insert('s'), never);
    assert.deepEqual(outcome.output, ['deploy production']);

    await writeFile(bin, '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n');
    const refused = await site.adapter(t, { runAs: 'deploy' }).run(insert('s'), never);
    assert.ok(refused.kind === 'not-started');
    assert.match(refused.why, /did not become deploy .*: sudo: a password is required/);
    const findings = await site.adapter(t, { runAs: 'deploy' }).check(never);
    assert.deepEqual(findings.map(({ name, state }) => `${name} ${state}`).slice(-5), [
      'user bad',
      'rails_root skipped',
      'programs skipped',
      'lock folder skipped',
      'rake skipped',
    ]);
  });

  test('is found good in all respects', async (t) => {
    const findings = await site.adapter(t).check(never);
    assert.deepEqual(
      findings.map((finding) => [finding.name, finding.state, 'detail' in finding ? finding.detail : '']),
      [
        ['server', 'good', `127.0.0.1:${site.sshd.port} answers`],
        ['host key', 'good', 'it is the one on record'],
        ['login', 'good', `as ${site.sshd.username}`],
        ['commands', 'good', 'the login shell runs them'],
        ['user', 'good', `tasks run as ${site.sshd.username}`],
        ['rails_root', 'good', `${site.sshd.railsRoot} holds a Rakefile`],
        ['programs', 'good', 'flock and timeout are there'],
        ['lock folder', 'good', `${join(site.sshd.folder, 'locks')} takes locks`],
        ['rake', 'good', 'rake, version 13.0.6'],
      ],
    );
  });

  test('runs other commands than rake, and is found good without a Rails application', async (t) => {
    const ownCommands = {
      insert_order: ['printf', '%s|%s', '{number}', 'of $HOME'],
      confirm_payment: ['no-such', '{number}'],
    };
    const server = site.adapter(t, { ownCommands, railsRoot: '.' });
    const { output } = await server.run(insert('A/7'), never);
    assert.deepEqual(output, ['A/7|of $HOME']);
    assert.deepEqual(
      (await server.check(never))
        .slice(4)
        .map((finding) => [finding.name, finding.state, 'detail' in finding ? finding.detail : '']),
      [
        ['user', 'good', `tasks run as ${site.sshd.username}`],
        ['programs', 'good', 'flock and timeout are there'],
        ['lock folder', 'good', `${join(site.sshd.folder, 'locks')} takes locks`],
        ['insert_order', 'good', 'printf is there'],
        ['confirm_payment', 'bad', 'no-such is not there: no-such: not found'],
      ],
    );
  });

  test('is found good where a check comes after a task over the same adapter', async (t) => {
    const server = site.adapter(t);
    await server.run(insert('e'), never);
    assert.ok((await server.check(never)).every(({ state }) => state === 'good'));
    assert.equal((await server.run(insert('e'), never)).kind, 'exited');
  });

  test('is found wanting in each thing that is bad, with its reason', async (t) => {
    const empty = await temporaryFolder(t);
    const cases: readonly [parts: Parameters<Site['adapter']>[1], name: string, detail: RegExp][] = [
      [{ port: 1 }, 'server', /nothing listens at 127\.0\.0\.1:1 \(connection refused\)/],
      [{ knownHostsFiles: [] }, 'host key', /host key SHA256/],
      [{ privateKeys: ['/no/such/key'] }, 'login', /no key to log in with .*: none of these files exists/],
      [{ username: 'nobody-at-all' }, 'login', /refused the login of nobody-at-all/],
      [{ railsRoot: empty }, 'rails_root', /is not the folder of a Rails application: no Rakefile in/],
      [{ railsRoot: '/no/such' }, 'rails_root', /No such file|can't cd/],
      [{ environment: { PATH: '/nowhere' } }, 'user', /no command could be run/],
      [{ lockDirectory: '/proc/locks' }, 'lock folder', /no locks can be taken in \/proc\/locks/],
      [{ rakeCommand: 'no-bundle exec rake' }, 'rake', /no-bundle exec rake --version fails: .*No such file/],
      [{ rakeCommand: 'bundle exec spec' }, 'rake', /command not found: spec/],
    ];
    for (const [parts, name, detail] of cases) {
      const findings = await site.adapter(t, parts).check(never);
      const bad = findings.find(({ state }) => state === 'bad');
      assert.ok(bad?.state === 'bad');
      assert.equal(bad.name, name);
      assert.match(bad.detail, detail);
      assert.notEqual(bad.hint, undefined);
    }
  });

  test('presents its keys of all kinds to whoever asks, without a login', async () => {
    const { host, port } = site.sshd;
    const before = site.sshd.log().split('Accepted').length;
    const keys = await fetchHostKeys({ host, port, connectTimeoutMs: PATIENCE_MS, signal: never });
    assert.deepEqual(
      keys.map(({ kind }) => kind),
      ['ED25519', 'ECDSA', 'RSA'],
    );
    for (const [index, type] of (['ed25519', 'ecdsa', 'rsa'] as const).entries()) {
      const [, text = ''] = (await readFile(site.sshd.hostKey(type), 'utf8')).split(' ');
      assert.equal(keys[index]?.blob.toString('base64'), text);
    }
    assert.equal(site.sshd.log().split('Accepted').length, before);
  });

  test('presents the keys that it has, where it has not all kinds, and none when it is down', async (t) => {
    const poor = await startSite(t, { config: ['HostKeyAlgorithms rsa-sha2-256'] });
    const { host, port } = poor.sshd;
    const scan = { host, port, connectTimeoutMs: PATIENCE_MS, signal: never };
    assert.deepEqual(
      (await fetchHostKeys(scan)).map(({ kind }) => kind),
      ['RSA'],
    );
    await poor.adapter(t).connect(never);
    await poor.sshd.stop();
    await assert.rejects(fetchHostKeys(scan), (error) => error instanceof Outage && error.reason.includes('refused'));
    await assert.rejects(fetchHostKeys({ ...scan, signal: AbortSignal.abort(new Error('stop')) }), /stop/);
  });
});
