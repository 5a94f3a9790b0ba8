/** Whose files root imports. */
import assert from 'node:assert/strict';
import { chmod, chown, lchown, link, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { assertImported, isRoot, OLD, scene, snapshot, type Scene } from './import-scene.ts';

describe('what root imports from a folder of somebody else', { skip: !isRoot }, () => {
  const USER = 1234;
  const SECRET = 'root: only root may read this\n';

  /** The old folder is the user's, all of it; one file in it is what `place` makes of it. */
  async function planted(
    t: TestContext,
    file: string,
    place: (at: string, secret: string) => Promise<unknown>,
  ): Promise<Scene> {
    const one = await scene(t);
    const secret = join(one.old, '..', 'secret');
    await writeFile(secret, SECRET, { mode: 0o600 });
    for (const path of ['', 'config', 'data', ...(await filesOf(one.old))])
      await chown(join(one.old, path), USER, USER);
    await rm(join(one.old, file));
    await place(join(one.old, file), secret);
    await lchown(join(one.old, file), USER, USER).catch(() => undefined);
    return one;
  }

  const filesOf = async (old: string): Promise<string[]> => [
    ...(await readdir(join(old, 'config'))).map((name) => `config/${name}`),
    'data/checkpoint',
  ];

  const WAYS: Readonly<Record<string, (at: string, secret: string) => Promise<unknown>>> = {
    'a link to it': async (at, secret) => symlink(secret, at),
    'a link to a link to it': async (at, secret) => {
      await symlink(secret, `${at}.2`);
      await symlink(`${at}.2`, at);
    },
    'a link by way of a folder': async (at, secret) => {
      await symlink(join(secret, '..'), `${at}.folder`);
      await symlink(`./${basename(at)}.folder/../${basename(join(secret, '..'))}/secret`, at);
    },
  };

  for (const file of ['config/database.yml', 'data/checkpoint']) {
    for (const [what, place] of Object.entries(WAYS)) {
      test(`is not what only root may read: ${file} is ${what}`, async (t) => {
        const one = await planted(t, file, place);
        const before = await snapshot(one.installation.config);
        const run = await one.run();
        assert.notEqual(run.status, 0);
        assert.match(
          run.stderr,
          /is a file of the user 0, in a place that others than root can change: it was not read/,
        );
        assert.match(run.stderr, /Nothing was imported/);
        assert.ok(!(run.stdout + run.stderr).includes('only root may read this'));
        assert.deepEqual(await snapshot(one.installation.config), before);
      });
    }

    test(`is not a second name of such a file: ${file}`, async (t) => {
      const one = await planted(t, file, async (at, secret) => {
        await link(secret, at);
      });
      // The owner of the file is that of its first name.
      await chown(join(one.old, file), 0, 0);
      const run = await one.run();
      assert.notEqual(run.status, 0);
      assert.match(run.stderr, /it was not read/);
    });
  }

  test('is their own, also by a link, as deployments have it', async (t) => {
    const one = await planted(t, 'config/database.yml', async (at) => {
      const shared = join(at, '..', '..', 'database.yml');
      await writeFile(shared, OLD['database.yml'] ?? '', { mode: 0o600 });
      await chown(shared, USER, USER);
      await symlink('../database.yml', at);
    });
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    await assertImported(one);
  });

  test('is not from a folder that a group may write to', async (t) => {
    const one = await scene(t);
    await chmod(join(one.old, 'config'), 0o775);
    const run = await one.run();
    assert.match(run.stderr, /it was not read/);
  });
});
