/** A server that ends the connection before its version line: what it says then, and how long it is left alone. */
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { Outage } from '../../src/core/outage.ts';
import { fetchHostKeys } from '../../src/integration/index.ts';
import { listen } from '../sandbox/ports.ts';
import { sshdHasPenalties, startSshd } from '../sandbox/sshd.ts';
import { until } from '../sandbox/until.ts';
import { adapterFor, KEYLESS, never, optionsFor, outageOf, PATIENCE_MS, run, temporaryFolder } from './fixtures.ts';

/** A server that says this to everybody, and ends the connection. */
async function turningAway(t: TestContext, words: string | Buffer): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(words));
  const port = await listen(server);
  t.after(() => server.close());
  return { host: '127.0.0.1', port };
}

async function strangerTo(t: TestContext): Promise<string> {
  const path = join(await temporaryFolder(t), 'stranger');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return path;
}

const HIDDEN = 'geheim-4711';
const SETTINGS = {
  ...KEYLESS,
  privateKeys: ['/no/such/key'],
  hide: (text: string) => text.replaceAll(HIDDEN, '[hidden]'),
};

describe('A server that turns order-monit away', () => {
  test('is quoted, the penalty is named, and it is left alone for a while', async (t) => {
    const address = await turningAway(t, 'Not allowed at this time\r\n');
    const outage = await outageOf(adapterFor(t, { ...SETTINGS, ...address }).connect(never));
    assert.equal(
      outage.reason,
      `no SSH handshake with 127.0.0.1:${address.port}, which said: Not allowed at this time`,
    );
    assert.match(outage.hint ?? '', /PerSourcePenalties/);
    assert.ok(outage.retryAfterMs > 15_000, String(outage.retryAfterMs));
  });

  test('is quoted by check and trust-host too', async (t) => {
    const address = await turningAway(t, 'Not allowed at this time\r\n');
    const findings = await adapterFor(t, { ...SETTINGS, ...address }).check(never);
    const bad = findings.find(({ state }) => state === 'bad');
    assert.ok(bad?.state === 'bad');
    assert.match(`${bad.detail}\n${bad.hint ?? ''}`, /said: Not allowed at this time\n.*PerSourcePenalties/);
    const scan = { ...address, connectTimeoutMs: PATIENCE_MS, signal: never, hide: SETTINGS.hide };
    const outage = await outageOf(fetchHostKeys(scan));
    assert.match(`${outage.reason}\n${outage.hint ?? ''}`, /said: Not allowed at this time\n.*PerSourcePenalties/);
  });

  for (const [what, words, quoted] of [
    ['in one line', 'Go away\r\nServer: x\r\n\r\n', 'Go away'],
    ['without what a terminal would obey', '\u001b[31mgo\u001b]0;x\u0007 away\u0000\u202e\r\n', 'go away'],
    ['without secrets', `no ${HIDDEN} here\r\n`, 'no [hidden] here'],
    ['with its first words, where it has no end', 'x'.repeat(1 << 20), `${'x'.repeat(499)}…`],
    ['where its line has no end', 'Exceeded MaxStartups', 'Exceeded MaxStartups'],
  ] as const) {
    test(`is quoted ${what}`, async (t) => {
      const address = await turningAway(t, words);
      const { reason, hint } = await outageOf(adapterFor(t, { ...SETTINGS, ...address }).connect(never));
      assert.equal(reason, `no SSH handshake with 127.0.0.1:${address.port}, which said: ${quoted}`);
      assert.doesNotMatch(hint ?? '', /PerSourcePenalties/);
    });
  }

  for (const [what, words, reason, hint] of [
    ['says nothing', '', /the SSH handshake did not end, as it said nothing$/, /an SSH server speaks first/],
    ['is one for files', '220 (vsFTPd 3.0.5)\r\n', /is an FTP server, and no SSH server/, /port above all/],
    ['says what is not known', 'hello\r\n', /did not end, and it said: hello$/, /check that sshd listens/],
    ['says its version alone', 'SSH-2.0-x\r\n', /handshake did not end$/, /lets large packets through/],
  ] as const) {
    test(`and goes on to wait is named with what is known of it, where it ${what}`, async (t) => {
      const sockets: Socket[] = [];
      const server = createServer((socket) => {
        sockets.push(socket.on('error', () => undefined));
        socket.resume().write(words);
      });
      const address = { host: '127.0.0.1', port: await listen(server) };
      t.after(() => {
        server.close();
        for (const socket of sockets) socket.destroy();
      });
      const outage = await outageOf(adapterFor(t, { ...SETTINGS, ...address, connectTimeoutMs: 500 }).connect(never));
      assert.match(outage.reason, reason);
      assert.match(outage.hint ?? '', hint);
      const scan = { ...address, connectTimeoutMs: 500, signal: never };
      assert.equal((await outageOf(fetchHostKeys(scan))).reason, outage.reason);
    });
  }

  test('is not quoted where it says nothing, or nothing but blanks', async (t) => {
    for (const words of ['', ' \r\n\t\r\n']) {
      const address = await turningAway(t, words);
      const { reason } = await outageOf(adapterFor(t, { ...SETTINGS, ...address }).connect(never));
      assert.doesNotMatch(reason, /said/);
    }
  });
});

test('A server that refused a login is left alone for longer than sshd adds to its penalty for it', async (t) => {
  const sshd = await startSshd();
  t.after(() => sshd.remove());
  const server = adapterFor(t, optionsFor(sshd, { privateKeys: [await strangerTo(t)] }));
  const outage = await outageOf(server.connect(never));
  assert.match(outage.reason, /refused the login/);
  assert.ok(outage.retryAfterMs > 15_000, String(outage.retryAfterMs));
});

test(
  'A real sshd says why it turns away who was refused too often, and for no longer because it is asked meanwhile',
  (await sshdHasPenalties()) ? {} : { skip: 'OpenSSH has no penalties before 9.8' },
  async (t) => {
    const sshd = await startSshd({ config: ['PerSourcePenalties authfail:8s min:2s max:8s'] });
    t.after(() => sshd.remove());
    const stranger = adapterFor(t, optionsFor(sshd, { privateKeys: [await strangerTo(t)] }));
    assert.match((await outageOf(stranger.connect(never))).reason, /refused the login/);
    const known = adapterFor(t, optionsFor(sshd));
    const reasons: string[] = [];
    const isLetIn = async (): Promise<boolean> => {
      try {
        await known.connect(never);
        return true;
      } catch (error) {
        reasons.push(error instanceof Outage ? error.reason : String(error));
        return false;
      }
    };
    await until('the penalty is in force', async () => !(await isLetIn()));
    // Each of these many would prolong it, if being turned away counted.
    await until('it is over', isLetIn);
    assert.deepEqual(
      [...new Set(reasons)],
      [`no SSH handshake with 127.0.0.1:${sshd.port}, which said: Not allowed at this time`],
    );
  },
);
