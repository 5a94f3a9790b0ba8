/** The tests of what is the distribution's own, on it: Node, OpenSSH, MariaDB, users, system calls, the journal's socket. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Bare } from '../host/bare.ts';
import { COPY } from '../host/copy.ts';
import { RELEASES, rootFileSystem, type Suite } from '../host/rootfs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Others than root do not get at it, as they do not at a clone of root's. */
const PLACE = '/root/order-monit';

/** What hangs on the release's Node, and on the kernel's calls that it makes. */
const OF_ITS_NODE = [
  ...['algorithms', 'connection'].map((name) => `integration/${name}`),
  ...['connection', 'password', 'tls', 'zone'].map((name) => `shop/${name}`),
  ...['kill', 'lock', 'own-file'].map((name) => `checkpoint/${name}`),
  ...['journal', 'log', 'notifier'].map((name) => `systemd/${name}`),
  'torture/crash/trace',
  'alerts/smtp',
];
/** What hangs on its OpenSSH, shell, coreutils, users and MariaDB. */
const OF_ITS_SERVERS = [
  ...['command', 'commands', 'known-hosts', 'login', 'private-key', 'run', 'server', 'turned-away'].map(
    (name) => `integration/${name}`,
  ),
  ...['election', 'orders'].map((name) => `shop/${name}`),
];

export function testDistribution(suite: Suite): void {
  describe(`what is ${RELEASES[suite]}'s own`, { timeout: 1_700_000 }, () => {
    let bare: Bare;
    before(async () => {
      bare = await Bare.over(await rootFileSystem(suite));
      // As debootstrap leaves it: on Debian 12 nobody knows localhost.
      if (suite === 'bookworm') await rm(bare.path('/etc/hosts'));
      await mkdir(bare.path('/root'), { recursive: true, mode: 0o700 });
      await promisify(execFile)('sh', ['-ec', COPY, 'sh', bare.path(PLACE)], { cwd: root });
    });
    after(async () => {
      await bare.remove();
    });

    test('keeps the promises of order-monit', async (t) => {
      // On the release of this machine `npm test` plays the others, with this machine's Node.
      const isHere = (await readFile('/etc/os-release', 'utf8')).includes(`VERSION_CODENAME=${suite}\n`);
      if (isHere) t.diagnostic(`not played again on the release of this machine: ${OF_ITS_SERVERS.join(', ')}`);
      const args = [...OF_ITS_NODE, ...(isHere ? [] : OF_ITS_SERVERS)].map((name) => `test/${name}.test.ts`);
      const { status, output } = await bare.shell(`cd ${PLACE}; node --version; exec node .ci/test.mjs "$@"`, { args });
      const failures = output.slice(output.indexOf('failing tests'));
      assert.equal(status, 0, failures.slice(0, 12_000));
      assert.match(output, /^ℹ fail 0$/m);
      const passed = /^ℹ pass (\d+)$/m.exec(output)?.[1] ?? '';
      t.diagnostic(`${passed} tests passed on Debian ${await bare.version()} with Node ${output.split('\n')[0] ?? ''}`);
    });
  });
}
