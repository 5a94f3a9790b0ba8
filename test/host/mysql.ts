/**
 * Plays the tests of the shop's database on MySQL, as far as Debian has it: on a bare Debian sid, whose mysql-server-core
 * is of the newest series. No part of `.ci/run`, as sid is another one each day.
 *
 *   npm run test:mysql                             test/shop and test/cli/service.test.ts
 *   npm run test:mysql -- test/shop/tls.test.ts
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Bare } from './bare.ts';
import { COPY } from './copy.ts';
import { bareRootFileSystem } from './rootfs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PLACE = '/root/order-monit';
// A mirror may lag behind sid, whose lists are good for a week only. They are signed all the same.
const INSTALL = `
  apt-get -qy -o Acquire::Check-Valid-Until=false update
  apt-get -qy --no-install-recommends install nodejs mysql-server-core openssh-server openssl procps`;

/** The tests start MariaDB's programs; these of the same names start MySQL's. */
const STAND_INS = {
  mariadbd: `
    for word do
      shift
      case $word in
        --innodb-log-file-size=*) set -- "$@" --innodb-redo-log-capacity=16M ;;
        *) set -- "$@" "$word" ;;
      esac
    done
    exec mysqld "$@" --secure-file-priv=NULL --mysqlx=OFF`,
  'mariadb-install-db': `
    for word do case $word in --datadir=*) data=$word ;; esac; done
    exec mysqld --no-defaults --user=root "$data" --initialize-insecure --secure-file-priv=NULL --innodb-redo-log-capacity=16M`,
};

const bare = await Bare.over(await bareRootFileSystem('sid'));
try {
  const installed = await bare.shell(INSTALL);
  if (installed.status !== 0) throw new Error(installed.output);
  for (const [name, does] of Object.entries(STAND_INS)) {
    const path = bare.path(`/usr/local/bin/${name}`);
    await writeFile(path, `#!/bin/sh${does}\n`);
    await chmod(path, 0o755);
  }
  await mkdir(bare.path('/root'), { recursive: true });
  await promisify(execFile)('sh', ['-ec', COPY, 'sh', bare.path(PLACE)], { cwd: root });
  const words = process.argv.slice(2);
  const { status } = await bare.shell(
    `cd ${PLACE}; rm -rf build/mariadb-*; mysqld --version; node --version; exec node .ci/test.mjs "$@"`,
    { args: words.length > 0 ? words : ['test/shop', 'test/cli/service.test.ts'], stdio: 'inherit' },
  );
  process.exitCode = status;
} finally {
  await bare.remove();
}
