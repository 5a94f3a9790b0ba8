/** `order-monit import` brings an old installation over byte for byte, or writes nothing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { acquireLock } from '../../src/checkpoint/index.ts';
import { OLD_SAMPLE } from '../checkpoint/old-files.ts';
import { programForAll } from '../privileges/service-user.ts';
import { call } from '../sandbox/program.ts';
import { all, assertImported, isRoot, OLD, scene, stepsOf, UNCLOSED, type Scene } from './import-scene.ts';

describe('order-monit import', () => {
  test('brings everything over byte for byte, and says what was done with each file', async (t) => {
    const one = await scene(t);
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    await assertImported(one);
    const { config, state } = one.installation;
    assert.match(run.stdout, new RegExp(`^  ${config}/database.yml: replaced by .*; it still held CHANGE_ME$`, 'm'));
    assert.match(run.stdout, new RegExp(`^  ${config}/service.yml: replaced by .*; it was as shipped$`, 'm'));
    assert.match(run.stdout, new RegExp(`^  ${config}/email.yml: replaced by .*; it was as shipped$`, 'm'));
    assert.match(
      run.stdout,
      new RegExp(
        `^  ${state}/checkpoint: copied from .*\\(20 orders, 18 of them open, the last one taken has id 647\\)$`,
        'm',
      ),
    );
    assert.deepEqual((await readdir(config)).sort(), [...Object.keys(OLD), 'erp.yml'].sort());
    assert.ok(!run.stdout.includes('sesame') && !run.stdout.includes('12345678-ABCD'));
    assert.equal((await call(one.installation, 'checkpoint', 'head')).stdout, '647\n');
  });

  test('ends with a numbered list of what is left to do', async (t) => {
    const one = await scene(t);
    const { config } = one.installation;
    const steps = stepsOf(await one.run());
    const expected = [
      /^Stop the old daemon for good/,
      new RegExp(`id_rsa of the user that ran it: copy it to ${config}/credentials/ssh_key \\(install -m 0600`),
      /order-monit trust-host/,
      /sudo.* run_as: deploy into .*integration_server\.yml/,
      /max_orders_per_request: 200/,
      new RegExp(`${config}/process.yml: keys without effect: .*app_name.*ontop.*log_output`),
      /^order-monit check /,
      /^order-monit once --dry-run/,
      /^systemctl start order-monit/,
    ];
    assert.equal(steps.length, expected.length, steps.join('\n'));
    expected.forEach((pattern, index) => {
      const [, number, text = ''] = /^(\d+)\. (.*)$/.exec(steps[index] ?? '') ?? [];
      assert.equal(number, String(index + 1));
      assert.match(text, pattern);
    });
  });

  test('leaves out of the list what is done already', async (t) => {
    const server = `${OLD['integration_server.yml']}run_as: deploy\n`;
    const one = await scene(t, {
      'config/integration_server.yml': server,
      'config/service.yml': 'max_orders_per_request: 50\n',
      'config/process.yml': null,
    });
    for (const name of ['id_rsa', 'known_hosts']) await writeFile(join(one.installation.config, name), '');
    assert.equal(stepsOf(await one.run()).length, 4);
  });

  test('--dry-run says the same, and leaves the file system as it was', async (t) => {
    const one = await scene(t, { 'config/integration_server.yml': UNCLOSED });
    const before = await all(one);
    const rehearsed = await one.run('--dry-run');
    assert.equal(rehearsed.status, 0, rehearsed.stderr);
    assert.deepEqual(await all(one), before);
    const done = await one.run();
    assert.match(rehearsed.stdout, /^Dry run, nothing is written\. /);
    assert.deepEqual(rehearsed.stdout.split('\n').slice(1), done.stdout.split('\n').slice(1));
  });

  test('can be repeated: it says what is there already, and finishes the rest', async (t) => {
    const one = await scene(t);
    await one.run();
    await rm(join(one.installation.state, 'checkpoint'));
    await rm(join(one.installation.config, 'abacos.yml'));
    await writeFile(join(one.installation.config, 'abacos.yml.new'), 'half a fi');
    const before = await stat(join(one.installation.config, 'database.yml'));
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stdout.match(/: there already, the same$/gm)?.length, 5);
    assert.match(run.stdout, /abacos\.yml: copied from/);
    assert.equal((await stat(join(one.installation.config, 'database.yml'))).mtimeMs, before.mtimeMs);
    await assertImported(one);
    assert.deepEqual((await readdir(one.installation.config)).sort(), [...Object.keys(OLD), 'erp.yml'].sort());
    const again = await one.run();
    assert.equal(again.status, 0);
    assert.match(again.stdout, /checkpoint: there already, the same \(20 orders/);
  });

  test('keeps a configuration file that somebody has worked on as NAME.before-import', async (t) => {
    const one = await scene(t);
    const path = join(one.installation.config, 'database.yml');
    const mine = 'database: mine # not CHANGE_ME any more\nusername: me\n';
    await writeFile(path, mine);
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    assert.match(
      run.stdout,
      /database\.yml: replaced by .*; what was there is kept as .*database\.yml\.before-import$/m,
    );
    assert.equal(await readFile(`${path}.before-import`, 'utf8'), mine);
    await assertImported(one);
  });

  test('goes on after a crash between keeping a file and replacing it', async (t) => {
    const one = await scene(t);
    const path = join(one.installation.config, 'database.yml');
    await writeFile(path, 'database: mine\nusername: me\n');
    await link(path, `${path}.before-import`);
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    await assertImported(one);
    assert.equal(await readFile(`${path}.before-import`, 'utf8'), 'database: mine\nusername: me\n');
  });

  test('names the unclosed quote of the documented example as left to do, and copies the file as it is', async (t) => {
    const one = await scene(t, { 'config/integration_server.yml': UNCLOSED });
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    await assertImported(one);
    assert.match(run.stdout, /^\d+\. Mend: .*integration_server\.yml line 4: rails_root: .*no closing "/m);
    // The notices are not lost over the faults.
    assert.match(run.stdout, /keys without effect/);
    assert.match(run.stdout, /trust-host/);
  });

  test('says what is read otherwise, or not followed, in files that were written for Rails', async (t) => {
    const one = await scene(t, {
      'config/database.yml':
        'production:\n  url: mysql2://monitor:sesame@db.example.com/olook?pool=5&sslverify=false\n',
      'config/email.yml': ':smtp_settings:\n  :address: mail.example.com\n  :openssl_verify_mode: none\n',
    });
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    await assertImported(one);
    assert.doesNotMatch(run.stdout, /^\d+\. Mend: |sesame/m);
    for (const said of [
      /Look at: .*database\.yml line 2: keys without effect on order-monit: pool\. /,
      /Look at: .*database\.yml line 2: sslverify: is not followed; ssl\.mode takes its place\. /,
      /Look at: .*email\.yml line 3: smtp\.openssl_verify_mode: is not followed; smtp\.verify_certificate takes its place\. /,
    ]) {
      assert.match(run.stdout, said);
    }
  });

  test('leaves files alone that the old daemon has not, and says how to make a checkpoint', async (t) => {
    const one = await scene(t, { 'config/email.yml': null });
    await rm(join(one.old, 'data'), { recursive: true });
    const before = await readFile(join(one.installation.config, 'email.yml'));
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /email\.yml: stays, the old daemon has no such file/);
    assert.match(run.stdout, /checkpoint: none, the old daemon has none either/);
    assert.match(run.stdout, /^2\. .*order-monit checkpoint init/m);
    assert.deepEqual(await readFile(join(one.installation.config, 'email.yml')), before);
    await assert.rejects(stat(join(one.installation.state, 'checkpoint')));
  });

  test('takes a checkpoint with a torn end, and says so', async (t) => {
    const one = await scene(t, { 'data/checkpoint': `${OLD_SAMPLE}20 26/09/20` });
    const run = await one.run();
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /the last 11 bytes of the checkpoint, from line 21 on/);
    await assertImported(one);
  });
});

describe('order-monit import writes nothing and ends with 78', () => {
  const BAD = OLD_SAMPLE.replace('624 FAILED 1', '624 FAILED one').replace('640 FAILED 1', '640');
  const cases: [what: string, arrange: (one: Scene) => Promise<void>, says: RegExp[]][] = [
    [
      'at bad lines of the checkpoint, all of which it names',
      ({ old }) => writeFile(join(old, 'data/checkpoint'), BAD),
      [/data\/checkpoint line 4: /, /data\/checkpoint line 15: /, /Nothing was imported/],
    ],
    [
      'when the checkpoint has no head',
      ({ old }) => writeFile(join(old, 'data/checkpoint'), OLD_SAMPLE.replace('^HEAD', '19')),
      [/no \^HEAD line/],
    ],
    [
      'when a configuration file can not be read',
      async ({ old }) => {
        await rm(join(old, 'config/abacos.yml'));
        await mkdir(join(old, 'config/abacos.yml'));
      },
      [/config\/abacos\.yml can not be read/],
    ],
    [
      'when the checkpoint can not be read',
      async ({ old }) => {
        await rm(join(old, 'data/checkpoint'));
        await mkdir(join(old, 'data/checkpoint'));
      },
      [/data\/checkpoint/, /NOT_A_FILE/],
    ],
    [
      'when there is another checkpoint',
      ({ installation }) => writeFile(join(installation.state, 'checkpoint'), OLD_SAMPLE.replace('647', '648')),
      [/There is a checkpoint at .* already, and it was left as it is/],
    ],
    [
      'when a file would be kept where another one is, each of which it names',
      async ({ installation: { config } }) => {
        for (const name of ['database.yml', 'abacos.yml']) {
          await writeFile(join(config, name), 'mine: 2\n');
          await writeFile(join(config, `${name}.before-import`), 'mine: 1\n');
        }
      },
      [/database\.yml\.before-import, where there is another file/, /abacos\.yml\.before-import/],
    ],
    [
      'without the folders that the package makes',
      ({ installation }) => rm(installation.state, { recursive: true }),
      [/There is no folder .*state/],
    ],
  ];
  for (const [what, arrange, says] of cases) {
    test(what, async (t) => {
      const one = await scene(t);
      await arrange(one);
      const before = await all(one);
      for (const options of [['--dry-run'], []]) {
        const run = await one.run(...options);
        assert.equal(run.status, 78, run.stdout);
        assert.equal(run.stdout, '');
        for (const pattern of says) assert.match(run.stderr, pattern);
        assert.deepEqual(await all(one), before);
      }
    });
  }
});

test('order-monit import does not wait for a pipe in the place of a file', async (t) => {
  const one = await scene(t);
  const path = join(one.installation.config, 'database.yml');
  await rm(path, { force: true });
  execFileSync('mkfifo', [path]);
  const run = await one.run();
  assert.equal(run.status, 78, run.stdout);
  assert.match(run.stderr, /database\.yml can not be read \(NOT_A_FILE\)/);
});

test('order-monit import without a config folder says what to name', async (t) => {
  const one = await scene(t);
  await rm(join(one.old, 'config'), { recursive: true });
  const run = await one.run();
  assert.equal(run.status, 2);
  assert.match(run.stderr, /old has no folder config .*Name the folder of the old daemon/);
});

test('order-monit import does nothing while another order-monit works on the state folder', async (t) => {
  const one = await scene(t);
  const lock = await acquireLock(one.installation.state);
  t.after(() => {
    lock.release();
  });
  const before = await all(one);
  const run = await one.run();
  assert.equal(run.status, 1);
  assert.match(run.stderr, /Another order-monit/);
  assert.deepEqual(await all(one), before);
});

test(
  'what root imports belongs to root and the group of the folder; the checkpoint to the service',
  { skip: !isRoot },
  async (t) => {
    const one = await scene(t);
    const { config, state } = one.installation;
    await chown(config, 0, 1235);
    await chown(state, 1234, 1235);
    for (const folder of [join(one.old, '..'), join(state, '..')]) await chmod(folder, 0o755);
    for (const name of await readdir(join(one.old, 'config'))) await chmod(join(one.old, 'config', name), 0o666);
    // Whoever does the part in the state folder may not be able to read this clone.
    const program = await programForAll(join(one.old, '../program'));
    const run = await call({ ...one.installation, program }, 'import', one.old);
    assert.equal(run.status, 0, run.stderr);
    await assertImported(one);
    for (const name of Object.keys(OLD)) {
      const { uid, gid } = await stat(join(config, name));
      assert.deepEqual([uid, gid], [0, 1235], name);
    }
    for (const name of ['checkpoint', 'lock']) {
      const { uid, gid } = await stat(join(state, name));
      assert.deepEqual([uid, gid], [1234, 1235], name);
    }
  },
);
