/** What Debian's own checkers say of the package. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Host } from '../host/host.ts';
import { RELEASES, rootFileSystem, type Suite } from '../host/rootfs.ts';
import { builtPackage } from './shop-host.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT_LIMIT = 64 << 20;

export function testCheckers(suite: Suite): void {
  describe(`${RELEASES[suite]}'s checkers`, { timeout: 600_000, concurrency: true }, () => {
    let host: Host;
    let deb: string;
    before(async () => {
      deb = await builtPackage();
      host = await Host.boot(suite, {
        prepare: async (each) => each.write('/etc/mysql/mariadb.conf.d/99-socket.cnf', '[mariadbd]\nskip-networking\n'),
      });
      const dist = dirname(deb);
      for (const name of (await readdir(dist)).filter((each) => each.startsWith('order-monit_')))
        await cp(join(dist, name), host.path(`/srv/package/${name}`));
      await cp(join(root, 'debian'), host.path('/srv/source/debian'), {
        recursive: true,
        filter: (path) => !path.includes('node_modules'),
        verbatimSymlinks: true,
      });
    });
    after(async () => {
      await host.remove();
    });

    test('lintian has nothing to say', async () => {
      const changes = `/srv/package/${basename(deb).replace('.deb', '.changes')}`;
      const { status, stdout, stderr } = await host.run([
        'lintian',
        '--allow-root',
        '--display-info',
        '--pedantic',
        '--tag-display-limit=0',
        '--fail-on=error,warning',
        // Debian 12 wants scripts for SysV's init, which nothing else of the package works with; Debian 13 does not ask.
        ...(suite === 'bookworm' ? ['--suppress-tags=package-supports-alternative-init-but-no-init.d-script'] : []),
        changes,
      ]);
      assert.equal(`${status} ${stdout}${stderr}`, '0 ');
    });

    test('autopkgtest passes', async () => {
      const { status, stdout, stderr } = await host.run([
        'autopkgtest',
        '--ignore-restrictions',
        'isolation-container',
        `/srv/package/${basename(deb)}`,
        '/srv/source/',
        '--',
        'null',
      ]);
      const said = (stdout + stderr).replace(/^.*Reading database.*$/gm, '').slice(-8000);
      assert.equal(status, 0, said);
      for (const name of ['unconfigured', 'service']) assert.match(stdout + stderr, new RegExp(`${name} +PASS`));
    });

    test('piuparts finds nothing left over', async () => {
      const chroot = await rootFileSystem(suite);
      // Debian 12's debconf leaves an empty folder of its own behind.
      const ignored = '/?var/cache/debconf/tmp.ci/?';
      const args = ['--existing-chroot', chroot, '--distribution', suite, '--ignore-regex', ignored, deb];
      const output = await execute('piuparts', args, { maxBuffer: OUTPUT_LIMIT }).catch((error: unknown) => {
        const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
        return {
          stdout: said
            .split('\n')
            .filter((line) => /ERROR|FAIL|not owned/.test(line))
            .join('\n'),
        };
      });
      assert.match(output.stdout, /PASS: All tests/);
    });
  });
}
