/**
 * Plays the README's two commands' second one as who has just installed Debian does: a bare root file system, the
 * distribution's own Node, npm and git, and a fresh clone in /root of what is committed here; in a folder with a blank and
 * a letter that is not ASCII in its name, and with a umask of 077.
 *
 *   npm run test:fresh -- trixie              npm test
 *   npm run test:fresh -- bookworm npm run demo
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Bare } from './bare.ts';
import { bareRootFileSystem, RELEASES, SUITES } from './rootfs.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const PLACE = '/root/meu código/order-monit';
const NEWCOMER = `
  apt-get -qy update
  apt-get -qy --no-install-recommends install nodejs npm ca-certificates git`;

const [name, ...words] = process.argv.slice(2);
const suite = SUITES.find((each) => each === name);
if (suite === undefined) {
  console.error(`npm run test:fresh -- ${SUITES.join('|')} [COMMAND …]`);
  process.exitCode = 2;
} else {
  const bare = await Bare.over(await bareRootFileSystem(suite));
  try {
    const installed = await bare.shell(NEWCOMER);
    if (installed.status !== 0) throw new Error(installed.output);
    await bare.openWayOut();
    process.umask(0o077);
    await promisify(execFile)('git', ['clone', '--quiet', '--no-local', project, bare.path(PLACE)]);
    console.log(`fresh: ${RELEASES[suite]} (${await bare.version()}), in ${PLACE}`);
    const args = words.length === 0 ? ['npm', 'test'] : words;
    const { status } = await bare.shell(`umask 077; cd '${PLACE}'; exec "$@"`, { args, stdio: 'inherit' });
    process.exitCode = status;
  } finally {
    await bare.remove();
  }
}
