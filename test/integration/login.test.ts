/** Logins that a real sshd refuses: what it said to each key is what people read, with the cause and what to do. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import ssh2 from 'ssh2';

import type { Outage } from '../../src/core/outage.ts';
import { loadCredentials } from '../../src/integration/credentials.ts';
import type { IntegrationServerOptions } from '../../src/integration/index.ts';
import { failedLogin } from '../../src/integration/login-failure.ts';
import { Login } from '../../src/integration/login.ts';
import { firstLine } from '../../src/integration/output.ts';
import { listen } from '../sandbox/ports.ts';
import { startSshd, type Sshd } from '../sandbox/sshd.ts';
import { adapterFor, never, optionsFor, outageOf, run, temporaryFolder } from './fixtures.ts';
import { agentWith } from './login-agent.ts';

async function sshdWith(t: TestContext, ...config: string[]): Promise<Sshd> {
  const sshd = await startSshd({ config });
  t.after(() => sshd.remove());
  return sshd;
}

/** What `check` and the log say, which must be the same. */
async function refusalOf(t: TestContext, sshd: Sshd, parts: Partial<IntegrationServerOptions> = {}): Promise<Outage> {
  const outage = await outageOf(adapterFor(t, optionsFor(sshd, parts)).connect(never));
  const bad = (await adapterFor(t, optionsFor(sshd, parts)).check(never)).find(({ state }) => state === 'bad');
  assert.deepEqual(bad, { name: 'login', state: 'bad', detail: outage.reason, hint: outage.hint });
  return outage;
}

async function newKeys(t: TestContext, count: number): Promise<readonly string[]> {
  const folder = await temporaryFolder(t);
  const keys = Array.from({ length: count }, (_, index) => join(folder, `key-${index}`));
  for (const path of keys) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', path, '-f', path]);
  return keys;
}

describe('A login of which the server asks for more than a key', () => {
  const CONFIG = ['AuthenticationMethods publickey,password', 'PasswordAuthentication yes'];

  for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) {
    test(`names what that is, and the ${type} key that was taken`, async (t) => {
      const sshd = await sshdWith(t, ...CONFIG);
      const { reason, hint } = await refusalOf(t, sshd, { privateKeys: [sshd.keys[type]] });
      assert.ok(reason.includes(`took the key ${sshd.keys[type]} (`), reason);
      assert.match(reason, /asks for more: password/);
      assert.match(
        hint ?? '',
        new RegExp(`Match User ${sshd.username}" and below that "AuthenticationMethods publickey`),
      );
    });
  }

  test('does so of a key of an agent', async (t) => {
    const sshd = await sshdWith(t, ...CONFIG);
    const agent = await agentWith(t, [...(await newKeys(t, 1)), sshd.keys.rsa]);
    const { reason } = await refusalOf(t, sshd, { privateKeys: [], agent });
    assert.match(reason, /took the key .* of the agent of \S+, and asks for more: password/);
  });

  test('is made with a second key, where that is what it asks for', async (t) => {
    const sshd = await sshdWith(t, 'AuthenticationMethods publickey,publickey');
    const { ed25519, rsa } = sshd.keys;
    await adapterFor(t, optionsFor(sshd, { privateKeys: [ed25519, rsa] })).connect(never);
    const { reason } = await refusalOf(t, sshd, { privateKeys: [ed25519] });
    assert.match(reason, /took the key .*, and asks for more: publickey \(another key\)/);
  });
});

describe('A login with more keys than the server wants to see', () => {
  test('says after how many it was ended, and which were not tried', async (t) => {
    const sshd = await sshdWith(t, 'MaxAuthTries 2');
    const strangers = await newKeys(t, 7);
    const agent = await agentWith(t, [...strangers, sshd.keys.ed25519]);
    const { reason, hint } = await refusalOf(t, sshd, { privateKeys: [], agent });
    assert.match(
      reason,
      /ended the login of \S+ after 2 keys that it refused \(\S*key-0 .*key-1 .*\), before it was shown/,
    );
    assert.match(reason, /before it was shown \S*key-2.* and 1 more, and said: Too many authentication failures/);
    assert.match(hint ?? '', /name the right one as private_key.*MaxAuthTries/);
  });

  test('is made where private_key names the one that the agent is to use by its public half', async (t) => {
    const sshd = await sshdWith(t, 'MaxAuthTries 2');
    const strangers = await newKeys(t, 7);
    const agent = await agentWith(t, [...strangers, sshd.keys.ed25519]);
    const warnings: string[] = [];
    const named = {
      privateKeys: [`${sshd.keys.ed25519}.pub`],
      agent,
      report: (warning: string) => warnings.push(warning),
    };
    await adapterFor(t, optionsFor(sshd, named)).connect(never);
    assert.deepEqual(warnings, []);
    const other = `${(await newKeys(t, 1))[0] ?? ''}.pub`;
    const { reason } = await refusalOf(t, sshd, { privateKeys: [other], agent });
    assert.match(reason, /no key to log in with.*it does not hold \S+key-0\.pub/);
  });

  test('is refused like any other where no key is left', async (t) => {
    const sshd = await sshdWith(t, 'MaxAuthTries 1');
    const privateKeys = await newKeys(t, 1);
    const { reason, hint } = await refusalOf(t, sshd, { privateKeys });
    assert.match(reason, /refused the login of .*, and said: Too many authentication failures/);
    assert.match(
      hint ?? '',
      /authorized_keys.*an account that is locked or has expired, a login shell that is not there/,
    );
  });
});

test('A server that knows the key and lets nobody in for it is not told to learn it', async (t) => {
  const sshd = await sshdWith(t, 'PermitRootLogin no');
  if (sshd.username !== 'root') {
    t.skip('only root is refused in this way');
    return;
  }
  const { reason, hint } = await refusalOf(t, sshd);
  assert.match(reason, /knows the key \S+client_ed25519 .* of root, and refused the login all the same/);
  assert.match(hint ?? '', /PermitRootLogin prohibit-password/);
});

test('A server that takes no keys is named with what it takes', async (t) => {
  const sshd = await sshdWith(t, 'PubkeyAuthentication no', 'PasswordAuthentication yes');
  const { reason, hint } = await refusalOf(t, sshd);
  assert.match(reason, /takes no keys for the login of \S+ \(it goes on with: password\)/);
  assert.match(hint ?? '', /PubkeyAuthentication yes/);
});

test('An RSA key that a server takes no signatures of has a hint of that', async (t) => {
  const sshd = await sshdWith(t, 'PubkeyAcceptedAlgorithms ssh-ed25519');
  const { hint } = await refusalOf(t, sshd, { privateKeys: [sshd.keys.rsa] });
  assert.match(hint ?? '', /PubkeyAcceptedAlgorithms/);
  assert.match(hint ?? '', /ed25519/);
});

test('A server that ends the connection once it knows the key is not told to learn it', async (t) => {
  const folder = await temporaryFolder(t);
  const sshd = await sshdWith(t);
  const server = new ssh2.Server({ hostKeys: [await readFile(sshd.hostKey('ed25519').replace(/\.pub$/, ''))] });
  server.on('connection', (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') {
        context.reject(['publickey']);
        return;
      }
      if (context.signature === undefined) {
        context.accept();
        return;
      }
      client.end();
    });
  });
  const port = await listen(server);
  t.after(() => server.close());
  const knownHosts = join(folder, 'known_hosts');
  const [kind = '', key = ''] = (await readFile(sshd.hostKey('ed25519'), 'utf8')).split(' ');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${kind} ${key}\n`);
  const parts = { port, knownHostsFiles: [knownHosts] };
  const { reason, hint } = await outageOf(adapterFor(t, optionsFor(sshd, parts)).connect(never));
  assert.match(reason, /knows the key .*, and closed the connection all the same/);
  assert.match(hint ?? '', /log of sshd there says why \(.*PAM/);
});

test('What a server says once it knows the key, and lets nobody in, is quoted without secrets; what it says to all is not', async (t) => {
  const [path = ''] = await newKeys(t, 1);
  const hidden = 'geheim-4711';
  const loaded = { privateKeys: [path], passphrase: () => undefined, agent: undefined };
  const onEnd = (): void => assert.fail('no way was left');
  const login = new Login('robot', await loadCredentials(loaded), { allowsSha1: false, onEnd });
  const way = new Promise((resolve) => {
    login.next(null, null, resolve);
  });
  login.hear('Authorised users only.');
  await way;
  const toAll: string | undefined = login.banner;
  assert.equal(toAll, undefined);
  login.listen('Inbound: Received USERAUTH_PK_OK');
  login.hear(`\r\nSystem is going down, says ${hidden}.\r\n`);
  const said = firstLine(login.banner ?? '', (text) => text.replaceAll(hidden, '[hidden]'));
  const target = { host: 'shop.example.com', port: 22, username: 'robot' };
  const credentials = await loadCredentials(loaded);
  const { reason } = failedLogin({ target, credentials, login, said, isClosed: true });
  assert.match(reason, /closed the connection all the same, and said: System is going down, says \[hidden\]\.$/);
});
