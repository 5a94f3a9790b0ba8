/** What is offered to an SSH server, and what people read where it has nothing of it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test, type TestContext } from 'node:test';

import { fetchHostKeys, type IntegrationServerOptions } from '../../src/integration/index.ts';
import { listen } from '../sandbox/ports.ts';
import { startSshd } from '../sandbox/sshd.ts';
import { adapterFor, insert, KEYLESS, never, optionsFor, outageOf, PATIENCE_MS } from './fixtures.ts';

async function sshdWith(t: TestContext, ...config: string[]) {
  const sshd = await startSshd({ config });
  t.after(() => sshd.remove());
  const { host, port } = sshd;
  return {
    adapter: (parts: Partial<IntegrationServerOptions> = {}) => adapterFor(t, optionsFor(sshd, parts)),
    scan: async (allowsSha1 = false) =>
      fetchHostKeys({ host, port, allowsSha1, connectTimeoutMs: PATIENCE_MS, signal: never }),
  };
}

/** What a client says before anything is agreed on. */
async function offeredBy(t: TestContext, parts: Partial<IntegrationServerOptions>): Promise<string[]> {
  let said = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('SSH-2.0-OpenSSH_9.2\r\n');
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      // The last two lists are for languages, and empty.
      if (said.includes('none')) socket.destroy();
    });
  });
  const port = await listen(server);
  t.after(() => server.close());
  const settings = { ...KEYLESS, host: '127.0.0.1', port, ...parts };
  await outageOf(adapterFor(t, settings).connect(never));
  return said.split(/[^!-~]+|,/);
}

/** A server could have a prime of its choice tested in it, for half a minute, before its host key is known. */
const CHOSEN_PRIME = 'diffie-hellman-group-exchange-sha256';

const WEAK = [CHOSEN_PRIME, 'ssh-rsa', 'ssh-dss', 'hmac-sha1', 'hmac-sha1-etm@openssh.com', 'zlib', 'zlib@openssh.com'];

test('Nothing that rests on SHA-1 is offered, no compression, and no key exchange with a prime that the server chooses', async (t) => {
  const offered = await offeredBy(t, {});
  assert.ok(offered.includes('rsa-sha2-512') && offered.includes('hmac-sha2-256'), String(offered));
  assert.deepEqual(
    offered.filter((name) => WEAK.includes(name) || name.endsWith('-sha1')),
    [],
  );
});

test('allow_sha1 offers a host key, two MACs and a key exchange more, and no compression', async (t) => {
  const offered = await offeredBy(t, { allowsSha1: true });
  assert.deepEqual([...new Set(offered.filter((name) => WEAK.includes(name)))].sort(), [
    CHOSEN_PRIME,
    'hmac-sha1',
    'hmac-sha1-etm@openssh.com',
    'ssh-rsa',
  ]);
});

const OLD = [
  { config: ['HostKeyAlgorithms ssh-rsa'], setting: 'HostKeyAlgorithms', offers: 'ssh-rsa' },
  { config: ['Ciphers aes128-ctr', 'MACs hmac-sha1,umac-64@openssh.com'], setting: 'MACs', offers: 'hmac-sha1, umac' },
  { config: [`KexAlgorithms ${CHOSEN_PRIME}`], setting: 'KexAlgorithms', offers: CHOSEN_PRIME },
];

for (const { config, setting, offers } of OLD) {
  describe(`A server with nothing newer than ${config.join(', ')}`, () => {
    test('is refused, what it offers is said, and how it is let in', async (t) => {
      const { adapter, scan } = await sshdWith(t, ...config);
      for (const attempt of [async () => adapter().connect(never), scan]) {
        const { hint, reason } = await outageOf(attempt());
        assert.match(reason, new RegExp(`have no algorithm in common: for ${setting} it offers ${offers}`));
        assert.match(hint ?? '', new RegExp(`${setting} in its sshd_config.*allow_sha1: true`));
      }
    });

    test('works with allow_sha1', async (t) => {
      const { adapter, scan } = await sshdWith(t, ...config);
      assert.ok((await scan(true)).some(({ type }) => type === 'ssh-rsa'));
      const outcome = await adapter({ allowsSha1: true }).run(insert('1'), never);
      assert.equal(outcome.kind, 'exited');
    });
  });
}

/** The first that order-monit takes, and the line that adds it. */
const TAKEN = {
  Ciphers: ['aes128-gcm@openssh.com', 'Ciphers +aes128-gcm@openssh.com'],
  KexAlgorithms: ['curve25519-sha256', 'KexAlgorithms +curve25519-sha256'],
} as const;

for (const [config, setting] of [
  ['Ciphers aes128-cbc,3des-cbc', 'Ciphers'],
  ['KexAlgorithms diffie-hellman-group14-sha1', 'KexAlgorithms'],
  ['KexAlgorithms sntrup761x25519-sha512@openssh.com', 'KexAlgorithms'],
] as const) {
  test(`A server with nothing but ${config} is named with what it offers, and allow_sha1 is not`, async (t) => {
    const { adapter } = await sshdWith(t, config);
    const { hint, reason } = await outageOf(adapter().connect(never));
    const offered = config.split(' ')[1]?.replaceAll(',', ', ') ?? '';
    const [taken, line] = TAKEN[setting];
    assert.ok(reason.includes(`for ${setting} it offers ${offered}, and order-monit takes ${taken}, `), reason);
    assert.ok((hint ?? '').includes(`sshd_config write: ${line}; then reload sshd`), hint);
    assert.doesNotMatch(hint ?? '', /allow_sha1/);
  });
}

test('A server whose first packet is cut short, or no such packet, is a failure like any other', async (t) => {
  const lists = Buffer.concat(['kex', 'a'.repeat(70), '\u001b[2J'].map((text) => sized(text)));
  for (const packet of [Buffer.alloc(0), lists, Buffer.concat([lists, Buffer.from([255, 255, 255, 255])])]) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      const head = Buffer.concat([Buffer.from([0, 0, 0, 200, 4, 20]), Buffer.alloc(16)]);
      socket.end(Buffer.concat([Buffer.from('SSH-2.0-odd\r\n'), head, packet]));
    });
    const port = await listen(server);
    t.after(() => server.close());
    const { reason } = await outageOf(
      fetchHostKeys({ host: '127.0.0.1', port, connectTimeoutMs: PATIENCE_MS, signal: never }),
    );
    assert.match(reason, /127\.0\.0\.1:\d+/);
  }
});

function sized(text: string): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length);
  return Buffer.concat([size, Buffer.from(text)]);
}
