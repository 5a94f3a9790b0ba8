/** The test suite on a stock Debian 12, with its own Node, which is older than what it is developed with. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Host } from '../host/host.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PLACE = '/srv/order-monit';

/** What holds or not whatever Node it is, and faults of the machine and the network, which a container has not to itself. */
const APART = new Set(['debian', 'docs', 'package', 'tooling', 'torture']);

test("the test suite passes on Debian 12's own Node 18", { timeout: 1_800_000 }, async (t) => {
  const host = await Host.boot('bookworm');
  t.after(async () => host.remove());
  await mkdir(host.path(PLACE), { recursive: true });
  const copy =
    'git ls-files -z | xargs -0 cp -a --parents -t "$1"; cp -a node_modules dist "$1"; cp -a --parents build/node-v* "$1"';
  await promisify(execFile)('sh', ['-ec', copy, 'sh', host.path(PLACE)], { cwd: root });
  assert.match(await host.do('node', '--version'), /^v18\./);
  const rooms = (await readdir(join(root, 'test'))).filter((room) => !APART.has(room)).map((room) => `test/${room}`);
  const inPlace = `cd ${PLACE} && node .ci/setup.mjs && exec node --import tsx .ci/test.mjs "$@"`;
  const { status, stdout, stderr } = await host.run(['sh', '-c', inPlace, 'sh', ...rooms]);
  const failures = stdout.slice(stdout.indexOf('failing tests'));
  assert.equal(status, 0, `${failures.slice(0, 8000)}\n${stderr.slice(-2000)}`);
  assert.match(stdout, /^ℹ fail 0$/m);
  t.diagnostic(/^ℹ pass \d+$/m.exec(stdout)?.[0] ?? '');
});
