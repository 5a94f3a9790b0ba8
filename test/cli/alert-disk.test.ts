/** Alerts write to the state directory without following links, and for their owner alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { alertDisk } from '../../src/adapters/alert-disk.ts';

function stateFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'order-monit-disk-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function ownerAndMode(path: string): readonly number[] {
  const { uid, gid, mode } = statSync(path);
  return [uid, gid, mode & 0o777];
}

const OWNER = [process.getuid?.(), process.getgid?.()];

describe('What the alerts write', () => {
  test('can be read by its owner alone', async (t) => {
    const state = stateFolder(t);
    const disk = alertDisk();
    await disk.replaceFile(join(state, 'alerts.json'), 'one');
    await disk.makeFolder(join(state, 'spool'));
    await disk.replaceFile(join(state, 'spool', 'message.json'), 'two');
    assert.deepEqual(ownerAndMode(join(state, 'alerts.json')), [...OWNER, 0o600]);
    assert.deepEqual(ownerAndMode(join(state, 'spool')), [...OWNER, 0o700]);
    assert.deepEqual(ownerAndMode(join(state, 'spool', 'message.json')), [...OWNER, 0o600]);
  });

  test('takes the place of what was there, and leaves nothing beside it', async (t) => {
    const state = stateFolder(t);
    writeFileSync(join(state, 'alerts.json'), 'old');
    writeFileSync(join(state, 'alerts.json.new'), 'half of one that a crash cut off');
    await alertDisk().replaceFile(join(state, 'alerts.json'), 'new');
    assert.deepEqual(readdirSync(state), ['alerts.json']);
    assert.equal(readFileSync(join(state, 'alerts.json'), 'utf8'), 'new');
  });

  test('goes nowhere through a link in the place of the spool, and what that names keeps its owner', async (t) => {
    const state = stateFolder(t);
    const elsewhere = mkdtempSync(join(tmpdir(), 'order-monit-elsewhere-'));
    t.after(() => {
      rmSync(elsewhere, { recursive: true, force: true });
    });
    const before = ownerAndMode(elsewhere);
    symlinkSync(elsewhere, join(state, 'spool'));
    await assert.rejects(alertDisk().makeFolder(join(state, 'spool')), {
      name: 'ForeignFile',
      message: /spool is a symbolic link, and no folder\. .*move it away/,
    });
    assert.deepEqual(ownerAndMode(elsewhere), before);
  });
});
