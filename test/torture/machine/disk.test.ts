/** The disk fails under the real program: it says so, acts on nothing, and goes on by itself when the cause is gone. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { call, PROGRAM, Run, type Installation } from '../../sandbox/program.ts';
import { START } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { randomFrom, seeds } from '../trials.ts';
import { remount, type Fault, type SystemCall } from './machine.ts';
import { fill, NEEDS_ROOT, Harness } from './harness.ts';

const execute = promisify(execFile);

let harness: Harness;

before(async () => {
  harness = await Harness.open();
});
after(async () => {
  await harness.close();
});

/** Neither root nor the owner of anything by itself. */
const SOMEBODY = 4242;

/** Gives an installation to another user, whom the program runs as. */
async function handOver(installation: Installation): Promise<Installation> {
  const { config, state, runtime } = installation;
  // The project may lie where only root gets at it.
  const program = join(config, '../program');
  await cp(dirname(PROGRAM), program, { recursive: true });
  await execute('chown', ['-R', `${SOMEBODY}:${SOMEBODY}`, config, state, runtime, program]);
  await chmod(join(config, '..'), 0o755);
  await chmod(harness.sandbox.sshd.folder, 0o755);
  await chown(harness.sandbox.sshd.keys.ed25519, SOMEBODY, SOMEBODY);
  return { ...installation, user: SOMEBODY, program: join(program, basename(PROGRAM)) };
}

describe('A disk that is full', NEEDS_ROOT, () => {
  test('ends the service, which then goes on with every order as soon as there is room', async (t) => {
    const { installation, start } = await harness.scene(t, { kilobytes: 256 });
    const service = start();
    await service.says('starts after');
    const filler = await fill(installation.state);
    const missing = [await harness.place({ inAbacos: false })];
    // More than the file's last block still takes.
    for (let count = 0; count < 100; count += 1) await harness.place({ inAbacos: true });
    await service.says(/Could not write the checkpoint \S+\/checkpoint: ENOSPC.*Free space on its disk/);
    await until('it was started again', () => service.statuses.length >= 2);
    await rm(filler);
    await harness.allSettled(installation, missing);
    assert.equal(await service.stop(), 0);
    assert.deepEqual([...new Set(service.statuses)], [75, 0]);
  });

  test('loses no alert: it is sent when there is room', async (t) => {
    const { installation, start } = await harness.scene(t, { kilobytes: 256 });
    const service = start();
    await service.says('starts after');
    const filler = await fill(installation.state);
    const number = await harness.place({ inAbacos: false });
    await service.says('Alerts can not be kept on the disk: ENOSPC');
    await rm(filler);
    await until('the alert has come', () =>
      harness.mails.mails.some(({ subject, text }) => `${subject}${text}`.includes(number)),
    );
    await harness.allSettled(installation, [number]);
  });
});

describe('A file system that is read-only', NEEDS_ROOT, () => {
  test('ends the service at once; it goes on by itself when it may write', async (t) => {
    const { installation, start } = await harness.scene(t, { kilobytes: 256 });
    const service = start();
    await service.says('starts after');
    // The kernel lets nobody make it so while files are open for writing, unless the disk fails.
    await harness.faults.set([{ call: 'write', path: '/state/checkpoint', error: 'EROFS', times: 1 }]);
    const missing = [await harness.place({ inAbacos: false })];
    await service.says(
      /Could not write the checkpoint .*EROFS.*Its file system is read-only: look into the kernel log/,
    );
    await harness.allSettled(installation, missing);
    assert.equal(await service.stop(), 0);
  });

  test('at the start is refused with the reason, until it may write', async (t) => {
    const { installation, start } = await harness.scene(t, { kilobytes: 256 });
    await remount(installation.state, 'ro');
    const service = start();
    await service.says(/Could not take the lock \S+\/lock: EROFS.*Its file system is read-only/);
    await until('it was started again', () => service.statuses.length >= 2);
    await harness.place({ inAbacos: true });
    await remount(installation.state, 'rw');
    await harness.allSettled(installation, []);
    assert.equal(await service.stop(), 0);
  });
});

describe('A file system that is frozen, as for a backup', () => {
  test('is waited for by what is to be recorded, and the service answers meanwhile that it checks nothing', async (t) => {
    const { installation, start } = await harness.scene(t);
    const service = start();
    await service.says('starts after');
    await harness.faults.set([{ call: 'write', path: '/state/checkpoint', error: 'HANG' }]);
    const missing = [await harness.place({ inAbacos: false })];
    await until('a write waits', async () => (await harness.faults.hits()).length > 0);
    try {
      await until('it is said', async () => (await call(installation, 'status')).status === 1);
      const { stdout } = await call(installation, 'status');
      assert.match(stdout, /^checking +nothing was checked since .* it has been recording 1 verdicts$/m);
      assert.match(stdout, /^head +order id 0$/m);
    } finally {
      await harness.faults.set([]);
    }
    await harness.allSettled(installation, missing);
    assert.equal(await service.stop(), 0);
    assert.deepEqual(service.statuses, [0]);
  });
});

/** The calls that a cycle, a stop or a start makes, and the files that they are for. */
const CALLS: readonly (readonly [SystemCall, file: string])[] = [
  ['dsync', 'checkpoint'],
  ['write', 'checkpoint'],
  ['fsync', 'checkpoint.tidying'],
  ['rename', 'checkpoint.tidying'],
  ['fsync', 'checkpoint'],
];

/** One failure of the disk, at any of those. */
function faultOf(seed: number): { readonly fault: Fault; readonly file: string } {
  const random = randomFrom(seed);
  const [name, file] = CALLS[(seed - 1) % CALLS.length] ?? ['write', 'checkpoint'];
  // The file is synced at a start and tidied once in the scene, and written many times.
  const skip = name === 'write' || name === 'dsync' ? Math.floor(random() * 3) : 0;
  return { fault: { call: name, path: `/state/${file}`, error: 'EIO', skip, times: 1 }, file };
}

describe('An I/O error', () => {
  test('of a sync is not tried again: the service ends, and reads what is there', async (t) => {
    const { installation, start } = await harness.scene(t);
    const service = start();
    await service.says('starts after');
    await harness.faults.set([{ call: 'dsync', path: '/state/checkpoint', error: 'EIO', times: 1 }]);
    const missing = [await harness.place({ inAbacos: false })];
    await service.says(
      /Could not write the checkpoint \S+\/checkpoint: EIO.*Its disk reports errors: look into the kernel log/,
    );
    // Had it synced again, that would have gone well.
    await until('the process has ended', () => service.statuses.length > 0);
    assert.deepEqual(service.statuses, [75]);
    assert.equal((await harness.faults.hits()).length, 1);
    await harness.allSettled(installation, missing);
    assert.equal(await service.stop(), 0);
  });

  for (const seed of seeds({ test: 2, torture: 80 })) {
    const { fault, file } = faultOf(seed);
    test(`of ${fault.call} on ${file}, after ${fault.skip ?? 0} that went well, costs no order anything (seed ${seed})`, async (t) => {
      const { installation, start } = await harness.scene(t);
      await harness.faults.set([fault]);
      const service = start();
      const missing = [await harness.place({ inAbacos: false })];
      await harness.place({ inAbacos: true });
      await harness.allSettled(installation, missing);
      // A stop tidies, and so does a start after that.
      await service.stop();
      const next = start();
      await next.says('starts after');
      await next.stop();
      assert.deepEqual(await harness.faults.hits(), [`${fault.call} ${join(installation.state, file)}`]);
      await harness.allSettled(installation, missing);
    });
  }

  test('of the folder’s sync after tidying ends the service, because either file may come back', async (t) => {
    const { installation, start } = await harness.scene(t);
    await writeFile(join(installation.state, 'checkpoint'), START + START);
    await harness.faults.set([{ call: 'fsync', path: '/state', error: 'EIO', skip: 3, times: 1 }]);
    const service = start();
    await service.says(/Could not write the checkpoint \S+: EIO/);
    await harness.place({ inAbacos: true });
    await harness.allSettled(installation, []);
    assert.equal(await service.stop(), 0);
  });
});

describe('A state folder', NEEDS_ROOT, () => {
  test('that is missing is named, and used when it is back', async (t) => {
    const { installation, start } = await harness.scene(t);
    await rename(installation.state, `${installation.state}.away`);
    const service = start();
    await service.says(/Could not take the lock \S+\/state\/lock: ENOENT.*Its folder must exist/);
    await harness.place({ inAbacos: true });
    await rename(`${installation.state}.away`, installation.state);
    await harness.allSettled(installation, []);
    assert.equal(await service.stop(), 0);
  });

  test('that goes while the service runs ends it before anything is acted on', async (t) => {
    const { installation, start } = await harness.scene(t);
    const service = start();
    await service.says('starts after');
    await rename(installation.state, `${installation.state}.away`);
    const missing = [await harness.place({ inAbacos: false })];
    await service.says(/Could not write the checkpoint \S+: something else has removed, replaced or changed it/);
    await service.says(/Could not take the lock/);
    assert.equal(harness.sandbox.abacos.insertsOf(missing[0] ?? ''), 0);
    await rename(`${installation.state}.away`, installation.state);
    await harness.allSettled(installation, missing);
    assert.equal(await service.stop(), 0);
  });

  test('of somebody else is refused with what to do, and used when it is the service’s own', async (t) => {
    const { installation, start } = await harness.scene(t);
    const service = start(
      await handOver(installation).then(async (theirs) => {
        await chown(installation.state, 0, 0);
        await chmod(installation.state, 0o700);
        return theirs;
      }),
    );
    await service.says(/Could not take the lock \S+: EACCES.*Give the user that runs order-monit the right/);
    await harness.place({ inAbacos: true });
    await chown(installation.state, SOMEBODY, SOMEBODY);
    await harness.allSettled(installation, []);
    assert.equal(await service.stop(), 0);
  });

  test('with a checkpoint of somebody else is refused with what to do', async (t) => {
    const { installation, start } = await harness.scene(t);
    const theirs = await handOver(installation);
    const checkpoint = join(installation.state, 'checkpoint');
    await chown(checkpoint, 0, 0);
    await chmod(checkpoint, 0o600);
    const service = start(theirs);
    await service.says(/Could not open the checkpoint \S+: EACCES.*Give the user that runs order-monit the right/);
    await harness.place({ inAbacos: true });
    await chown(checkpoint, SOMEBODY, SOMEBODY);
    await harness.allSettled(installation, []);
    assert.equal(await service.stop(), 0);
  });
});

describe('A runtime folder', NEEDS_ROOT, () => {
  test('that is missing is made', async (t) => {
    const { installation, start } = await harness.scene(t);
    await rm(installation.runtime, { recursive: true });
    const service = start();
    await service.says('starts after');
    assert.deepEqual((await readdir(installation.runtime)).sort(), ['control.sock', 'status.sock']);
    assert.equal(await service.stop(), 0);
  });

  test('that can not be written ends the service with what to do, and it starts when it can', async (t) => {
    const { installation, start } = await harness.scene(t);
    const theirs = await handOver(installation);
    await rm(installation.runtime, { recursive: true });
    const service = start(theirs);
    await service.says(/Could not open the control sockets in \S+\/run: EACCES.*Give the user that runs order-monit/);
    await mkdir(installation.runtime);
    await chown(installation.runtime, SOMEBODY, SOMEBODY);
    await service.says('starts after');
    assert.equal(await service.stop(), 0);
  });
});

describe('A full /tmp', NEEDS_ROOT, () => {
  test('is nothing to the service', async (t) => {
    const { installation } = await harness.scene(t, { kilobytes: 64 });
    const tmp = installation.state;
    const theirs = { ...installation, state: join(harness.sandbox.folder, 'state-beside-a-full-tmp') };
    await mkdir(theirs.state);
    await writeFile(join(theirs.state, 'checkpoint'), START);
    await fill(tmp);
    const run = new Run(theirs, ['run'], { TMPDIR: tmp });
    t.after(() => run.stop('SIGKILL'));
    const missing = [await harness.place({ inAbacos: false })];
    await harness.allSettled(theirs, missing);
    assert.equal((await run.stop()).status, 0);
  });
});
