/** Makes another version of a built package, for tests of upgrades. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Some of its files are changed or added.
 *
 * @returns the path of the new package, in a temporary folder
 */
export async function changedPackage(
  path: string,
  version: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-package-'));
  const tree = join(folder, 'tree');
  await run('dpkg-deb', ['--raw-extract', path, tree]);
  const control = join(tree, 'DEBIAN/control');
  await writeFile(control, (await readFile(control, 'utf8')).replace(/^Version: .*$/m, `Version: ${version}`));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, name)), { recursive: true });
    await writeFile(join(tree, name), text);
  }
  await rm(join(tree, 'DEBIAN/md5sums'));
  const changed = join(folder, `order-monit_${version}_changed.deb`);
  await run('dpkg-deb', ['--root-owner-group', '--build', tree, changed]);
  await rm(tree, { recursive: true });
  return changed;
}
