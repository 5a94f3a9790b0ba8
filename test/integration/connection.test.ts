/** Getting in: what is refused, for what reason, and with which keys it works. All against a real sshd. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';

import { Outage } from '../../src/core/outage.ts';
import type { SshIntegrationServer, IntegrationServerOptions } from '../../src/integration/index.ts';
import { listen } from '../sandbox/ports.ts';
import { until } from '../sandbox/until.ts';
import { insert, never, run, sharedCleanup, startSite, temporaryFolder, type Site } from './fixtures.ts';

async function refusal(server: SshIntegrationServer, signal = never): Promise<Outage> {
  try {
    await server.connect(signal);
  } catch (error) {
    assert.ok(error instanceof Outage, String(error));
    assert.equal(error.dependency, 'integration-server');
    return error;
  }
  throw new Error('the connection was made');
}

describe('the connection to the integration server', () => {
  let site: Site;
  const shared = sharedCleanup(after);
  before(async () => {
    site = await startSite(shared);
  });

  const refused = (t: TestContext, parts: Partial<IntegrationServerOptions>) => refusal(site.adapter(t, parts));

  const knownHosts = async (t: TestContext, text: string): Promise<string> => {
    const path = join(await temporaryFolder(t), 'known_hosts');
    await writeFile(path, text);
    return path;
  };
  const hostKeyLine = async (type: 'ed25519' | 'ecdsa' | 'rsa') => {
    const [name, key] = (await readFile(site.sshd.hostKey(type), 'utf8')).split(' ');
    return `[127.0.0.1]:${site.sshd.port} ${name ?? ''} ${key ?? ''}\n`;
  };
  const newKey = async (t: TestContext, ...options: string[]): Promise<string> => {
    const path = join(await temporaryFolder(t), 'key');
    await run('ssh-keygen', ['-q', '-f', path, ...(options.includes('-N') ? [] : ['-N', '']), ...options]);
    return path;
  };

  test('is made anew after it broke, and a server that is down is an outage until it is back', async (t) => {
    const server = site.adapter(t);
    await server.connect(never);
    await site.sshd.stop();
    t.after(() => site.sshd.start());
    const down = await refusal(server);
    assert.match(down.reason, /nothing listens at 127\.0\.0\.1:\d+ \(connection refused\)/);
    assert.match(down.hint ?? '', /sshd runs/);
    await site.sshd.start();
    await server.connect(never);
    assert.equal((await server.run(insert('c1'), never)).kind, 'exited');
    await site.sshd.stop();
  });

  test('is made for a command that nobody asked a connection for; without one nothing is started', async (t) => {
    const server = site.adapter(t, { knownHostsFiles: ['/no/such/file'] });
    const outcome = await server.run(insert('c2'), never);
    assert.ok(outcome.kind === 'not-started');
    assert.match(outcome.why, /which is in none of \/no\/such\/file/);
  });

  test('with a server that accepts and never speaks ends at its deadline, and so does its socket', async (t) => {
    const silent = createServer((socket) => socket.resume());
    const port = await listen(silent);
    t.after(() => silent.close());
    const accepted = once(silent, 'connection');
    const failure = await refused(t, { port, connectTimeoutMs: 300 });
    assert.match(failure.reason, /within 0.3 s: connected, but the SSH handshake did not end/);
    const connections = () => promisify(silent.getConnections.bind(silent))();
    await accepted;
    await until('the socket is closed', async () => (await connections()) === 0);
  });

  test('ends with the reason of the caller who gives up', async (t) => {
    const silent = createServer((socket) => socket.resume());
    const port = await listen(silent);
    t.after(() => silent.close());
    const stop = new AbortController();
    const connecting = site.adapter(t, { port }).connect(stop.signal);
    const reason = new Error('stopped');
    stop.abort(reason);
    await assert.rejects(connecting, reason);
  });

  test('with what is no SSH server, or a name that nobody knows, is an outage', async (t) => {
    const web = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const port = await listen(web);
    t.after(() => web.close());
    assert.match((await refused(t, { port })).reason, /127\.0\.0\.1:\d+/);
    const unknown = await refused(t, { host: 'integration.invalid' });
    assert.match(unknown.reason, /the host of integration\.invalid:\d+ (is not known|could not be looked up)/);
  });

  test('is refused with a host key that is nowhere on record', async (t) => {
    const failure = await refused(t, { knownHostsFiles: [await knownHosts(t, '# nothing\n')] });
    const { stdout } = await run('ssh-keygen', ['-l', '-f', site.sshd.hostKey('ed25519')]);
    assert.ok(failure.reason.includes(stdout.split(' ')[1] ?? '?'), failure.reason);
    assert.match(failure.hint ?? '', /order-monit trust-host/);
  });

  test('is refused with a host key that has changed, naming file, line and remedy', async (t) => {
    const other = await readFile(`${await newKey(t, '-t', 'ed25519')}.pub`, 'utf8');
    const path = await knownHosts(t, `# old\n[127.0.0.1]:${site.sshd.port} ${other}`);
    const failure = await refused(t, { knownHostsFiles: ['/no/such/file', path] });
    assert.match(failure.reason, /THE HOST KEY OF 127\.0\.0\.1:\d+ HAS CHANGED/);
    assert.ok(failure.reason.includes(`${path} line 2`));
    assert.ok((failure.hint ?? '').includes(`ssh-keygen -f ${path} -R '[127.0.0.1]:${site.sshd.port}'`), failure.hint);
    assert.doesNotMatch(site.sshd.log(), new RegExp(`Accepted publickey.*${path}`));
  });

  test('is refused with a revoked host key, though it is on record too', async (t) => {
    const line = await hostKeyLine('ed25519');
    const path = await knownHosts(t, `${line}@revoked ${line.replace(/^\S+/, '*')}`);
    assert.match((await refused(t, { knownHostsFiles: [path] })).reason, /line 2 has as revoked/);
  });

  test('is refused where only a certificate authority is on record, and says so', async (t) => {
    const path = await knownHosts(t, `@cert-authority ${await hostKeyLine('rsa')}`);
    assert.match((await refused(t, { knownHostsFiles: [path] })).reason, /cannot check certificates/);
  });

  for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) {
    test(`is made where the host is known by its ${type} key only, which is asked for first`, async (t) => {
      const path = await knownHosts(t, await hostKeyLine(type));
      await site.adapter(t, { knownHostsFiles: [path] }).connect(never);
    });
  }

  test('is made with a hashed name in known_hosts, and a bad line there is reported once', async (t) => {
    const path = await knownHosts(t, `[127.0.0.1]:${site.sshd.port} ssh-rsa AAAA\n${await hostKeyLine('rsa')}`);
    await run('ssh-keygen', ['-H', '-f', path]);
    await writeFile(path, `nonsense\n${await readFile(path, 'utf8')}`);
    const warnings: string[] = [];
    const server = site.adapter(t, { knownHostsFiles: [path], report: (warning) => warnings.push(warning) });
    await server.connect(never);
    await site.sshd.killSessions();
    await server.connect(never);
    assert.equal(warnings.filter((warning) => warning.startsWith(`${path} line 1 is ignored`)).length, 1);
  });

  test('notices new host keys after the server was set up anew', async (t) => {
    const fresh = await startSite(t);
    const server = fresh.adapter(t);
    await server.connect(never);
    await fresh.sshd.changeHostKeys();
    assert.match((await refusal(server)).reason, /HAS CHANGED/);
    await fresh.sshd.writeKnownHosts();
    await server.connect(never);
  });

  /** ssh-keygen would turn a key into its own form when it changes the passphrase. */
  const formOf = (options: readonly string[]) => (options.includes('-m') ? options.slice(-2) : []);
  const KEYS: readonly [name: string, options: string[]][] = [
    ['ed25519', ['-t', 'ed25519']],
    ['ecdsa 256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa 521', ['-t', 'ecdsa', '-b', '521']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['rsa in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['ecdsa in PEM', ['-t', 'ecdsa', '-m', 'PEM']],
    ['rsa in PKCS #8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['ecdsa in PKCS #8', ['-t', 'ecdsa', '-m', 'PKCS8']],
  ];
  for (const [name, options] of KEYS) {
    test(`is made with an ${name} key, in the clear and encrypted`, async (t) => {
      const path = await newKey(t, ...options);
      await site.sshd.authorize(await readFile(`${path}.pub`, 'utf8'));
      await site.adapter(t, { privateKeys: ['/no/such/key', path] }).connect(never);
      await run('ssh-keygen', ['-p', '-q', '-N', 'open sesame', '-P', '', '-f', path, ...formOf(options)]);
      await site.adapter(t, { privateKeys: [path], passphrase: () => 'open sesame' }).connect(never);

      const wrong = await refused(t, { privateKeys: [path], passphrase: () => 'open' });
      assert.match(wrong.reason, new RegExp(`no key to log in with as \\S+: ${path} cannot be decrypted`));
      const none = await refused(t, { privateKeys: [path] });
      assert.match(none.reason, /is encrypted, and there is no passphrase/);
      assert.doesNotMatch(wrong.reason + none.reason, /sesame/);
    });
  }

  test('is made with a key that was read before, wherever its file is now', async (t) => {
    const text = (await readFile(site.sshd.keys.ed25519, 'utf8')).trimEnd();
    await site.adapter(t, { privateKeys: ['/no/such/key'], keyContent: () => text }).connect(never);
  });

  test('is made with the first key that the server takes, of all that are there', async (t) => {
    const stranger = await newKey(t, '-t', 'ed25519');
    await site.adapter(t, { privateKeys: [stranger, site.sshd.keys.rsa] }).connect(never);
  });

  test('is refused with keys that the server does not take, naming them and the line to add', async (t) => {
    const stranger = await newKey(t, '-t', 'ed25519');
    const failure = await refused(t, { privateKeys: [stranger] });
    const { stdout } = await run('ssh-keygen', ['-l', '-f', stranger]);
    assert.ok(failure.reason.includes(`${stranger} (ED25519 ${stdout.split(' ')[1] ?? '?'})`), failure.reason);
    const [type, key] = (await readFile(`${stranger}.pub`, 'utf8')).split(' ');
    assert.ok((failure.hint ?? '').includes(`authorized_keys this line: ${type ?? ''} ${key ?? ''}`), failure.hint);
  });

  test('is refused without any key, with a public key, and with what is no key', async (t) => {
    const folder = await temporaryFolder(t);
    const nonsense = join(folder, 'nonsense');
    await writeFile(nonsense, '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n', {
      mode: 0o600,
    });
    assert.match(
      (await refused(t, { privateKeys: ['/no/such/key'] })).reason,
      /none of these files exists: \/no\/such/,
    );
    assert.match((await refused(t, { privateKeys: [nonsense] })).reason, /nonsense is no private key/);
    assert.match((await refused(t, { privateKeys: [folder] })).reason, /cannot be read \(EISDIR\)/);
    await run('mkfifo', [join(folder, 'pipe')]);
    assert.match((await refused(t, { privateKeys: [join(folder, 'pipe')] })).reason, /cannot be read \(NOT_A_FILE\)/);
    const publicKey = `${site.sshd.keys.rsa}.pub`;
    assert.match((await refused(t, { privateKeys: [publicKey] })).reason, /is a public key/);
  });

  test('is made with a key that others can read, with one warning', async (t) => {
    const path = join(await temporaryFolder(t), 'key');
    await copyFile(site.sshd.keys.ed25519, path);
    await chmod(path, 0o644);
    const warnings: string[] = [];
    await site.adapter(t, { privateKeys: [path], report: (warning) => warnings.push(warning) }).connect(never);
    assert.deepEqual(warnings, [
      `${path} can be read by every user of this host, or written by others than its owner; run: chmod o=,g-w ${path}`,
    ]);
  });

  test('is made with a key that only the agent has; an agent that is gone is named', async (t) => {
    const socket = join(await temporaryFolder(t), 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    t.after(() => agent.kill());
    await until('the agent takes keys', () =>
      run('ssh-add', ['-q', site.sshd.keys.rsa, site.sshd.keys.ecdsa], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
      }).then(
        () => true,
        () => false,
      ),
    );
    await site.adapter(t, { privateKeys: [], agent: socket }).connect(never);

    const gone = await refused(t, { privateKeys: [], agent: '/no/such/agent' });
    assert.match(gone.reason, /no key to log in with as \S+: the agent at \/no\/such\/agent/);
    // It is no hindrance for a key file.
    await site.adapter(t, { agent: '/no/such/agent' }).connect(never);
  });

  test('is refused where the account runs no commands', async (t) => {
    const path = await newKey(t, '-t', 'ed25519');
    await site.sshd.authorize(
      `command="echo This account is not available; exit 1" ${await readFile(`${path}.pub`, 'utf8')}`,
    );
    const failure = await refused(t, { privateKeys: [path] });
    assert.match(failure.reason, /runs no commands: status 1, and said: This account is not available/);
  });

  test('is made anew where it is there and answers no more', async (t) => {
    const server = site.adapter(t, { connectTimeoutMs: 2000 });
    await server.connect(never);
    const pids = await site.sshd.sessions();
    assert.equal(pids.length > 0, true);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    t.after(() => site.sshd.killSessions());
    await server.connect(never);
    assert.equal((await server.run(insert('c3'), never)).kind, 'exited');
  });

  test('is one for callers that come at once', async (t) => {
    const server = site.adapter(t);
    const before = site.sshd.log().split('Accepted publickey').length;
    await Promise.all([server.connect(never), server.connect(never), server.connect(never)]);
    assert.equal(site.sshd.log().split('Accepted publickey').length, before + 1);
  });
});
