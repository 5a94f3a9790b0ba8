/** The package is made twice, and is the same. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { builtPackage } from './shop-host.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT_LIMIT = 64 << 20;

test('the package is the same to the bit when it is built in another place, time zone, language and umask', async (t) => {
  const deb = await builtPackage();
  const folder = await mkdtemp(join(root, 'build/package-'));
  t.after(async () => rm(folder, { recursive: true, force: true }));
  const other = join(folder, 'another-place');
  await copyTree(other);
  await execute('sh', ['-ec', `umask 027; exec "$0" .ci/deb.mjs`, process.execPath], {
    cwd: other,
    maxBuffer: OUTPUT_LIMIT,
    env: { ...process.env, TZ: 'Pacific/Auckland', LC_ALL: 'C', npm_config_nodedir: '/usr' },
  });
  assert.equal(await sha256(join(other, 'dist', basename(deb))), await sha256(deb));
});

/** The files that git knows, and the npm packages. */
async function copyTree(target: string): Promise<void> {
  const { stdout } = await execute('git', ['-C', root, 'ls-files', '-z'], { maxBuffer: OUTPUT_LIMIT });
  const names = stdout.split('\0').filter((name) => name !== '');
  for (const name of names) {
    await mkdir(dirname(join(target, name)), { recursive: true });
    await cp(join(root, name), join(target, name), { verbatimSymlinks: true });
  }
  // By hard links: it is much, and only read.
  for (const name of ['node_modules', 'debian/node-headers/node_modules'])
    await execute('cp', ['-al', join(root, name), join(target, name)]);
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
