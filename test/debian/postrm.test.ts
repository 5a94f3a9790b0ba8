/** debian/order-monit.postrm, with stand-ins for every program that it runs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../debian/order-monit.postrm', import.meta.url));

/** Each program does what is given for it. The script finds no other one, so nothing of this machine is deleted. */
function purge(t: TestContext, programs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'order-monit-postrm-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const all = { rm: ':', mountpoint: 'exit 1', getent: ':', userdel: ':', groupdel: ':', ...programs };
  for (const [name, does] of Object.entries(all))
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*"\n${does}\n`, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync('/bin/sh', [SCRIPT, 'purge'], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  return { status, stderr, calls: stdout.trim().split('\n') };
}

test('Purge removes the user and the group', (t) => {
  const { status, stderr, calls } = purge(t, {});
  assert.deepEqual([status, stderr], [0, '']);
  for (const call of ['userdel _order-monit', 'groupdel _order-monit-view']) assert.ok(calls.includes(call), call);
});

test('Purge ends well where a process keeps the user, and says what is left and how to remove it', (t) => {
  const { status, stderr, calls } = purge(t, { userdel: 'echo "userdel: is used by process 188" >&2; exit 8' });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^order-monit: _order-monit stays, .*: userdel _order-monit$/m);
  assert.ok(calls.includes('groupdel _order-monit-view'));
});

test('Purge ends well where the group for viewers is the group of a user’s own', (t) => {
  const { status, stderr } = purge(t, { groupdel: 'exit 8' });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^order-monit: _order-monit-view stays, .*: groupdel _order-monit-view$/m);
});
