/** The secrets of the service's unit, as root reads them for its own commands; decrypted by systemd itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import type { RootsView } from '../../src/config/directories.ts';
import { rootsView } from '../../src/privileges/secrets.ts';
import { credentialsOf } from '../../src/privileges/unit.ts';

const CONFIG = '/etc/order-monit';
const SECRET = 'a key\nof two lines\n';

/** Without a key of the host: what is tried here is who decrypts, and not the cipher. */
function sealed(name: string, path: string): void {
  const words = ['encrypt', `--name=${name}`, '--with-key=tpm2-absent', '-', path];
  assert.equal(spawnSync('systemd-creds', words, { input: SECRET }).status, 0);
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-secrets-'));
  t.after(async () => rm(folder, { recursive: true }));
  return folder;
}

function viewOf(drop: string): RootsView {
  const directories = { config: CONFIG, state: '/nowhere', runtime: '/nowhere', credentials: undefined };
  return rootsView(directories, { owner: { uid: 1, gid: 1 }, credentials: credentialsOf(drop), hidden: [] });
}

function textOf({ secrets: { files } }: RootsView, name: string): string | undefined {
  const file = files.get(join(CONFIG, 'credentials', name));
  return file === undefined || file instanceof Error ? undefined : new TextDecoder().decode(file.content);
}

const only = { skip: process.getuid?.() !== 0 || spawnSync('systemd-creds', ['--version']).status !== 0 };

test(
  'An encrypted credential of a drop-in is decrypted, and no warning of a file that others can read',
  only,
  async (t) => {
    const path = join(await folderOf(t), 'key.cred');
    sealed('ssh_key', path);
    const view = viewOf(`[Service]\nLoadCredentialEncrypted=ssh_key:${path}\n`);
    assert.deepEqual(view.faults, []);
    assert.equal(textOf(view, 'ssh_key'), SECRET);
  },
);

test('One that can not be decrypted is named, with why and what to do', only, async (t) => {
  const folder = await folderOf(t);
  const [other, plain] = [join(folder, 'other.cred'), join(folder, 'plain')];
  sealed('abacos_key', other);
  await writeFile(plain, SECRET);
  const view = viewOf(`LoadCredentialEncrypted=ssh_key:${other}\nLoadCredentialEncrypted=database_password:${plain}\n`);
  assert.deepEqual([textOf(view, 'ssh_key'), textOf(view, 'database_password')], [undefined, undefined]);
  const [first, second] = view.faults;
  assert.deepEqual(
    [first?.file, first?.remedy, second?.file],
    [other, `See what is wrong: systemd-creds decrypt --name=ssh_key ${other} -`, plain],
  );
  assert.match(first?.problem ?? '', /^is an encrypted credential that systemd-creds could not decrypt: .*refusing\.$/);
});

test('The later setting of a name counts, and an empty one takes all back', () => {
  const drop = 'LoadCredential=a:/1\nLoadCredentialEncrypted=a:/2\n';
  assert.deepEqual(credentialsOf(drop), [
    { name: 'a', path: '/1', isEncrypted: false },
    { name: 'a', path: '/2', isEncrypted: true },
  ]);
  assert.deepEqual(credentialsOf(`${drop}LoadCredential=\nLoadCredential=b:/3\n`), [
    { name: 'b', path: '/3', isEncrypted: false },
  ]);
});
