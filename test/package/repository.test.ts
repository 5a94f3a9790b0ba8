/** The apt repository: what is in it, and who may read it. apt itself reads one in life-cycle.ts. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { publishInto } from './repository.ts';
import { builtPackage } from './shop-host.ts';

const run = promisify(execFile);
const INDEX = 'dists/stable/main/binary-amd64';

describe('the repository', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'order-monit-repository-'));
    await publishInto(folder, [await builtPackage()], { validDays: 3, umask: 0o077 });
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  test('can be read by the web server, whatever the mask of who made it', async () => {
    const closed = await run('find', [
      folder,
      '-mindepth',
      '1',
      '!',
      '-perm',
      '-a+r',
      '-o',
      '-type',
      'd',
      '!',
      '-perm',
      '-a+x',
    ]);
    assert.equal(closed.stdout.replace(`${folder}\n`, ''), '');
  });

  test('has each index by its hashes too, and says so', async () => {
    assert.match(await readFile(join(folder, 'dists/stable/InRelease'), 'utf8'), /^Acquire-By-Hash: yes$/m);
    for (const name of ['Packages', 'Packages.gz']) {
      const index = await readFile(join(folder, INDEX, name));
      for (const hash of ['SHA256', 'SHA512']) {
        const path = join(folder, INDEX, 'by-hash', hash, createHash(hash).update(index).digest('hex'));
        assert.deepEqual(await readFile(path), index);
      }
    }
  });

  test('is out of date after the days that were named, and never without', async () => {
    const release = await readFile(join(folder, 'dists/stable/Release'), 'utf8');
    const [date = '', until = ''] = ['Date', 'Valid-Until'].map(
      (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(release)?.[1],
    );
    assert.equal(Date.parse(until) - Date.parse(date), 3 * 86_400_000);
    await publishInto(folder, [], {});
    assert.doesNotMatch(await readFile(join(folder, 'dists/stable/Release'), 'utf8'), /Valid-Until/);
  });
});
