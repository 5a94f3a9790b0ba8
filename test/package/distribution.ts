/** The tests of what is the distribution's own, on it: Node, OpenSSH, MariaDB, users, system calls, the journal's socket. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Bare } from '../host/bare.ts';
import { RELEASES, rootFileSystem, type Suite } from '../host/rootfs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Others than root do not get at it, as they do not at a clone of root's. */
const PLACE = '/root/order-monit';

/** What runs on every system alike is not played again. */
const FOLDERS = ['integration', 'systemd'];
const FILES = [
  ...['connection', 'election', 'orders', 'password', 'tls', 'zone'].map((name) => `shop/${name}`),
  ...['kill', 'lock', 'own-file'].map((name) => `checkpoint/${name}`),
  'torture/crash/trace',
  'alerts/smtp',
];

const COPY = `
  umask 077
  mkdir -p "$1"
  git ls-files -z | xargs -0 cp --parents --preserve=mode -t "$1"
  cp -r --preserve=mode node_modules dist "$1"
  cp -r --parents --preserve=mode build/node-v* "$1"`;

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
      const args = [...FOLDERS.map((name) => `test/${name}`), ...FILES.map((name) => `test/${name}.test.ts`)];
      const { status, output } = await bare.shell(
        `cd ${PLACE}; node --version; exec node --import tsx .ci/test.mjs "$@"`,
        { args },
      );
      const failures = output.slice(output.indexOf('failing tests'));
      assert.equal(status, 0, failures.slice(0, 12_000));
      assert.match(output, /^ℹ fail 0$/m);
      const passed = /^ℹ pass (\d+)$/m.exec(output)?.[1] ?? '';
      t.diagnostic(`${passed} tests passed on Debian ${await bare.version()} with Node ${output.split('\n')[0] ?? ''}`);
    });
  });
}
