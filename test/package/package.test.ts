/** What the package holds. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { builtPackage } from './shop-host.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** The versions that it has native parts for. */
const NODES = [18, 20, 22, 24];
const OUTPUT_LIMIT = 64 << 20;

let folder: string;
let deb: string;
before(async () => {
  folder = await mkdtemp(join(root, 'build/package-'));
  deb = await builtPackage();
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await execute(program, args, {
    maxBuffer: OUTPUT_LIMIT,
    env: { ...process.env, ...environment },
  });
  return stdout;
}

/** The names of the files in the package. */
async function contents(): Promise<readonly string[]> {
  const listing = await run('dpkg-deb', ['--contents', deb]);
  return listing
    .split('\n')
    .flatMap((line) => /^[-l]\S+ +\S+ +\S+ +\S+ +\S+ \.(\/.*?)(?: -> .*)?$/.exec(line)?.[1] ?? []);
}

describe('the package', () => {
  test('holds the program with its native parts, the unit, the configuration and the texts, and nothing else', async () => {
    const names = (await contents()).map((name) =>
      name
        .replace(/^\/usr\/share\/(doc|man)\/.*$/, '/usr/share/$1/…')
        .replace(/^(\/usr\/lib\/order-monit)\/[a-z-]+-[0-9A-Z]{8}\.mjs$/, '$1/….mjs'),
    );
    assert.deepEqual([...new Set(names)].sort(), [
      '/etc/logcheck/ignore.d.server/order-monit',
      ...[108, 115, 127, 137].flatMap((abi) =>
        ['notify', 'unix_dgram'].map((part) => `/usr/lib/order-monit/node-v${abi}/${part}.node`),
      ),
      '/usr/lib/order-monit/order-monit.mjs',
      '/usr/lib/order-monit/run-task.sh',
      '/usr/lib/order-monit/….mjs',
      '/usr/lib/systemd/catalog/order-monit.catalog',
      '/usr/lib/systemd/system/order-monit.service',
      '/usr/lib/sysusers.d/order-monit.conf',
      '/usr/lib/tmpfiles.d/order-monit.conf',
      '/usr/sbin/order-monit',
      '/usr/share/bash-completion/completions/order-monit',
      '/usr/share/doc/…',
      '/usr/share/fish/vendor_completions.d/order-monit.fish',
      '/usr/share/lintian/overrides/order-monit',
      '/usr/share/man/…',
      '/usr/share/order-monit/config/abacos.yml',
      '/usr/share/order-monit/config/database.yml',
      '/usr/share/order-monit/config/email.yml',
      '/usr/share/order-monit/config/erp.yml',
      '/usr/share/order-monit/config/integration_server.yml',
      '/usr/share/order-monit/config/process.yml',
      '/usr/share/order-monit/config/service.yml',
      '/usr/share/order-monit/order-monit.cdx.json',
      '/usr/share/zsh/vendor-completions/_order-monit',
    ]);
  });

  test('has no conffile but the rules for logcheck, so that no upgrade asks about what everybody edits', async () => {
    assert.equal(await run('dpkg-deb', ['--info', deb, 'conffiles']), '/etc/logcheck/ignore.d.server/order-monit\n');
  });

  test('has each file that its texts, messages and settings name by its path', async () => {
    const tree = join(folder, 'unpacked');
    await run('dpkg-deb', ['--extract', deb, tree]);
    const names = new Set(await contents());
    const texts = await run('grep', ['-rhIoE', '/usr/share/(doc/)?order-monit/[A-Za-z./_-]+[A-Za-z]', tree]);
    const pages = await run('sh', ['-c', 'zcat "$1"/usr/share/man/man*/*.gz', 'sh', tree]);
    const named = [
      texts,
      ...(pages.replaceAll(/\\(?:f[A-Z]|&)?/g, '').match(/\/usr\/share\/doc\/order-monit\/[\w.-]+\w/g) ?? []),
    ]
      .join('\n')
      .split('\n')
      .filter((name) => name !== '');
    assert.ok(named.length > 10);
    for (const name of new Set(named))
      assert.ok(names.has(name) || [...names].some((each) => each.startsWith(`${name}/`)), name);
    // Nor is there one by where it lies in the sources.
    for (const place of ['usr/lib/order-monit', 'usr/share/order-monit', 'usr/share/doc', 'usr/sbin'])
      assert.equal(
        await run('sh', [
          '-c',
          `grep -rIoE '\\b(docs|data)/[a-z-]+\\.(md|yml|json)' "$1" || true`,
          'sh',
          join(tree, place),
        ]),
        '',
      );
  });

  test('has the version of the program and of its changelog', async () => {
    const [, version] = /^  "version": "(.+)",$/m.exec(await readFile(join(root, 'package.json'), 'utf8')) ?? [];
    assert.equal((await run('dpkg-deb', ['--field', deb, 'Version'])).trim(), version);
    assert.equal(
      (await run('dpkg-parsechangelog', ['--file', join(root, 'debian/changelog'), '--show-field', 'Version'])).trim(),
      version,
    );
  });

  test('names the licence of every npm package that is in it', async () => {
    const stated = await readFile(join(root, 'debian/copyright'), 'utf8');
    const needed = await run(process.execPath, [join(root, '.ci/copyright.mjs')]);
    assert.equal(stated, needed, 'debian/copyright is out of date: node .ci/copyright.mjs > debian/copyright');
  });

  test('is installed with no Node that is newer than those it has native parts for', async () => {
    const depends = await run('dpkg-deb', ['--field', deb, 'Depends']);
    assert.match(depends, new RegExp(`nodejs \\(<< ${Math.max(...NODES) + 1}~\\)`));
  });

  for (const major of NODES) {
    test(`runs on Node ${major}, native parts included`, async () => {
      await run('dpkg-deb', ['--extract', deb, join(folder, 'unpacked')]);
      const program = join(folder, 'unpacked/usr/lib/order-monit');
      const node = join(root, `debian/node-headers/node_modules/node-${major}/bin/node`);
      assert.match(await run(node, [join(program, 'order-monit.mjs'), '--version']), /^\d+\.\d+\.\d+\n$/);
      const load = `
        const folder = process.argv[1] + '/node-v' + process.versions.modules;
        const dgram = require(folder + '/unix_dgram.node');
        const fd = dgram.socket(dgram.AF_UNIX, dgram.SOCK_DGRAM, 0, () => {}, () => {});
        console.log(typeof require(folder + '/notify.node').sendState, fd > 0, dgram.close(fd));`;
      assert.equal(await run(node, ['--eval', load, program]), 'function true 0\n');
    });
  }
});
