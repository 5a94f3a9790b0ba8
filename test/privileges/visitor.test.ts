/** What commands say to somebody who is neither root nor the service's user: whose rights they take, and nothing else. */
import assert from 'node:assert/strict';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { call, install, Run, type Finished, type Installation } from '../sandbox/program.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';
import { handOver, NEEDS_ROOT, OPEN, SERVICE } from './service-user.ts';

const VISITOR = 4713;

/** Every command but `import`. */
const COMMANDS: readonly (readonly string[])[] = [
  ['configured'],
  ['check'],
  ['check', '--json'],
  ['status'],
  ['status', '--check'],
  ['open'],
  ['metrics'],
  ['order', '1226207'],
  ['order', '--id', '10'],
  ['retry', '1226207'],
  ['retry', '--id', '10'],
  ['retry', '--all'],
  ['retry', '--id', '10', '--dry-run'],
  ['dismiss', '--id', '10', '--why', 'x'],
  ['rewind', '--to-id', '5'],
  ['rewind', '--since', '2026-11-20'],
  ['rewind', '--status'],
  ['rewind', '--cancel'],
  ['run-now'],
  ['reload'],
  ['trust-host'],
  ['checkpoint', 'init', '--latest'],
  ['checkpoint', 'init', '--from-id', '1'],
  ['checkpoint', 'tidy'],
  ['checkpoint', 'head'],
  ['checkpoint', 'failed'],
  ['checkpoint', 'list'],
  ['checkpoint', 'verify'],
  ['once'],
  ['once', '--dry-run'],
  ['run', '--dry-run'],
  ['run'],
];

describe('Somebody who is neither root nor the service’s user', NEEDS_ROOT, () => {
  let sandbox: Sandbox;
  let installation: Installation;
  let visitor: Installation;
  before(async () => {
    sandbox = await openSandbox();
    installation = await handOver(await install(join(sandbox.folder, 'visited'), sandbox.files, OPEN));
    visitor = { ...installation, user: VISITOR };
  });
  after(async () => {
    await sandbox.close();
  });

  function assertSaysHow({ status, stderr, stdout }: Finished, words: readonly string[]): void {
    // A monitoring plug-in that can not ask says 3, unknown, and says it where such a program is read.
    if (words.includes('--check')) {
      assert.equal(status, 3, stderr);
      assert.match(
        stdout,
        /^UNKNOWN: You may not use .*Run it as root .*or as a member of the group _order-monit-view\n$/,
      );
      return;
    }
    assert.equal(status, words[0] === 'run' ? 75 : 1, `${words.join(' ')}: ${stdout}${stderr}`);
    assert.equal(stdout, '', words.join(' '));
    // One line, and nothing that would have somebody open the service's files to others.
    assert.match(
      stderr,
      /^.*(?:Run it as root[: (]+sudo order-monit …|The service is not running).*\n$/,
      words.join(' '),
    );
    assert.doesNotMatch(stderr, /the user that runs order-monit/, words.join(' '));
  }

  test('is told by each command to call it as root, and nothing is done', async () => {
    for (const words of COMMANDS) assertSaysHow(await call(visitor, ...words), words);
    const old = join(sandbox.folder, 'old');
    await mkdir(join(old, 'config'), { recursive: true });
    await writeFile(join(old, 'config', 'service.yml'), 'running_cycle: 120\n');
    for (const words of [
      ['import', old],
      ['import', old, '--dry-run'],
    ])
      assertSaysHow(await call(visitor, ...words), words);
  });

  test('is told all that is wrong as the user of the unit, whose folders may be another’s by mistake', async () => {
    const { status, stderr } = await new Run(visitor, ['run'], { NOTIFY_SOCKET: '/nowhere' }).finished;
    assert.equal(status, 78);
    assert.match(stderr, /service\.yml: can not be read: permission denied.*the user that runs order-monit/);
  });

  test('is not told of the group that may see the status where that would not help', async () => {
    const service = new Run(installation, ['run']);
    try {
      await until('it runs', () => service.output.includes('starts after'));
      await chown(installation.runtime, SERVICE.uid, SERVICE.gid);
      await chmod(installation.runtime, 0o755);
      for (const words of [['run-now'], ['reload'], ['retry', '--id', '10'], ['rewind', '--cancel']]) {
        const finished = await call(visitor, ...words);
        assertSaysHow(finished, words);
        assert.doesNotMatch(finished.stderr, /_order-monit-view/);
      }
      for (const words of [['status'], ['status', '--watch']])
        assert.match((await call(visitor, ...words)).stderr, /sudo .*_order-monit-view/);
    } finally {
      await service.stop();
    }
  });
});
