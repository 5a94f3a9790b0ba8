/** RSA keys at a server from before OpenSSH 7.2, which takes no signature but one that rests on SHA-1. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';

import ssh2, { type Connection, type Session } from 'ssh2';

import type { IntegrationServerOptions } from '../../src/integration/index.ts';
import { listen } from '../sandbox/ports.ts';
import { startSshd, type Sshd } from '../sandbox/sshd.ts';
import { adapterFor, never, optionsFor, outageOf, temporaryFolder } from './fixtures.ts';
import { agentWith } from './login-agent.ts';

let sshd: Sshd;
before(async () => {
  sshd = await startSshd();
});
after(() => sshd.remove());

/** Keeps a server from naming the signatures that it takes, as one from before RFC 8308 does. */
function sayNothingOfSignatures(connection: Connection): void {
  const protocol: unknown = Reflect.get(connection, '_protocol');
  const exchange: unknown =
    typeof protocol === 'object' && protocol !== null ? Reflect.get(protocol, '_kex') : undefined;
  if (typeof exchange === 'object' && exchange !== null) Reflect.set(exchange, 'remoteExtInfoEnabled', false);
}

/** One that lets everybody in who signs as it wants, and runs what it is sent. Gives the settings for it. */
async function oldServer(t: TestContext): Promise<{ signed: string[]; parts: Partial<IntegrationServerOptions> }> {
  const signed: string[] = [];
  const connections: Connection[] = [];
  const server = new ssh2.Server({
    hostKeys: [await readFile(sshd.hostKey('ed25519').replace(/\.pub$/, ''))],
    debug: () => {
      connections.forEach(sayNothingOfSignatures);
    },
  });
  server.on('connection', (client) => {
    connections.push(client);
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') {
        context.reject(['publickey']);
        return;
      }
      if (context.signature !== undefined) signed.push(`${context.key.algo} ${context.hashAlgo ?? ''}`.trim());
      context.accept();
    });
    client.on('session', (accept) => {
      runWhatComes(accept());
    });
  });
  const port = await listen(server);
  t.after(() => {
    server.close();
    for (const client of connections) client.end();
  });
  const [kind = '', key = ''] = (await readFile(sshd.hostKey('ed25519'), 'utf8')).split(' ');
  const known = join(await temporaryFolder(t), 'known_hosts');
  await writeFile(known, `[127.0.0.1]:${port} ${kind} ${key}\n`);
  return { signed, parts: { port, knownHostsFiles: [known] } };
}

function runWhatComes(session: Session): void {
  session.on('exec', (accept, _, { command }) => {
    const channel = accept();
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (bytes: Buffer) => channel.write(bytes));
    child.on('close', (status) => {
      channel.exit(status ?? 1);
      channel.end();
    });
  });
}

describe('A server that takes no signature of an RSA key but one with SHA-1', () => {
  for (const holder of ['file', 'agent'] as const) {
    const withKeys = async (t: TestContext): Promise<Partial<IntegrationServerOptions>> =>
      holder === 'file'
        ? { privateKeys: [sshd.keys.rsa] }
        : { privateKeys: [], agent: await agentWith(t, [sshd.keys.rsa]) };

    test(`gets none, and is told of as such, with the key in a ${holder}`, async (t) => {
      const { signed, parts } = await oldServer(t);
      const { reason, hint } = await outageOf(
        adapterFor(t, optionsFor(sshd, { ...parts, ...(await withKeys(t)) })).connect(never),
      );
      assert.deepEqual(signed, []);
      assert.match(reason, /takes no signature of .+ but one that rests on SHA-1 \(ssh-rsa\)/);
      assert.match(hint ?? '', /ed25519.*allow_sha1: true/);
    });

    test(`gets one with allow_sha1, with the key in a ${holder}`, async (t) => {
      const { signed, parts } = await oldServer(t);
      const options = { ...parts, ...(await withKeys(t)), allowsSha1: true };
      await adapterFor(t, optionsFor(sshd, options)).connect(never);
      assert.deepEqual(signed, ['ssh-rsa']);
    });
  }

  test('is logged in to with another key, where there is one', async (t) => {
    const { signed, parts } = await oldServer(t);
    const options = { ...parts, privateKeys: [sshd.keys.rsa, sshd.keys.ed25519] };
    await adapterFor(t, optionsFor(sshd, options)).connect(never);
    assert.deepEqual(signed, ['ssh-ed25519']);
  });
});

test('An RSA key signs with SHA-2 at a server that takes that', async (t) => {
  await adapterFor(t, optionsFor(sshd, { privateKeys: [sshd.keys.rsa] })).connect(never);
});
