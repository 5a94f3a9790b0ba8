/** The commands of the real program: what they print, what they leave alone, and their exit statuses. */
import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { acquireLock } from '../../src/checkpoint/index.ts';
import { handOver, NEEDS_ROOT, SERVICE } from '../privileges/service-user.ts';
import { call, checkpointOf, configure, install, type Installation } from '../sandbox/program.ts';
import { KEY, openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { READER } from '../sandbox/shop.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await openSandbox({ service: { settle_time: 1800 } });
  for (const [id, ageS] of [
    [9, 300_000],
    [10, 90_000],
    [11, 7200],
    [12, 60],
  ] as const)
    await sandbox.shop.place({ id, number: String(7_000_000 + id), ageS });
});
after(async () => {
  await sandbox.close();
});

let count = 0;
async function fresh(checkpoint?: string): Promise<Installation> {
  count += 1;
  return install(join(sandbox.folder, `commands${count}`), sandbox.files, checkpoint);
}

const SAMPLE = [
  '0 01/10/2012-03:34:15 01/10/2012-03:45:22 72025 SUCCESS OK 0',
  '1 01/10/2012-11:18:48 01/10/2012-11:25:03 72026 FAILED PAYMENT_PENDING 5',
  '2 26/09/2012-01:24:56 26/09/2012-01:41:12 621 FAILED 1',
  '^HEAD 26/09/2012-01:42:13 26/09/2012-01:42:13 72066 FAILED 1',
  '',
].join('\n');

describe('order-monit checkpoint init', () => {
  const cases: [string[], number][] = [
    [['--latest'], 9],
    [['--from-id', '11'], 10],
    [['--since', new Date(Date.now() - 86_400_000).toISOString()], 10],
  ];
  for (const [options, head] of cases) {
    test(`${options[0]} starts after order id ${head}`, async () => {
      const installation = await fresh();
      const run = await call(installation, 'checkpoint', 'init', ...options);
      assert.equal(run.status, 0, run.stderr);
      assert.match(await checkpointOf(installation), new RegExp(`^\\^HEAD \\S+ \\S+ ${head} SUCCESS OK 0\\n$`));
      assert.match(run.stdout, /Next: order-monit once --dry-run/);
    });
  }

  test('never replaces a checkpoint', async () => {
    const installation = await fresh(SAMPLE);
    const run = await call(installation, 'checkpoint', 'init', '--from-id', '1');
    assert.equal(run.status, 78);
    assert.match(run.stderr, /already, and it was left as it is/);
    assert.equal(await checkpointOf(installation), SAMPLE);
  });

  test('says that there is one also while the service runs', async (t) => {
    const installation = await fresh(SAMPLE);
    const lock = await acquireLock(installation.state);
    t.after(() => {
      lock.release();
    });
    const run = await call(installation, 'checkpoint', 'init', '--latest');
    assert.equal(run.status, 78);
    assert.match(run.stderr, /already, and it was left as it is/);
  });

  test('without a start says what there is to choose from', async () => {
    const run = await call(await fresh(), 'checkpoint', 'init');
    assert.equal(run.status, 2);
    assert.match(run.stderr, /--latest, --from-id 72066 or --since/);
  });
});

describe('order-monit checkpoint', () => {
  test('head prints the last order taken', async () => {
    assert.equal((await call(await fresh(SAMPLE), 'checkpoint', 'head')).stdout, '72066\n');
  });

  test('failed lists the open orders with what is given up, in a pipe as plain fields', async () => {
    const { stdout } = await call(await fresh(SAMPLE), 'checkpoint', 'failed');
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').slice(0, 6));
    assert.deepEqual(rows, [
      ['621', '-', 'NOT_FOUND', '1', 'open', '26/09/2012-01:24:56'],
      ['72066', '-', 'NOT_FOUND', '1', 'open', '26/09/2012-01:42:13'],
      ['72026', '-', 'PAYMENT_PENDING', '-', 'given up', '01/10/2012-11:18:48'],
    ]);
  });

  test('failed --json says the same to programs', async () => {
    const parsed: unknown = JSON.parse((await call(await fresh(SAMPLE), 'checkpoint', 'failed', '--json')).stdout);
    assert.ok(Array.isArray(parsed) && parsed.length === 3);
    assert.match(JSON.stringify(parsed[0]), /"orderId":621,"status":"FAILED","reason":"NOT_FOUND","attempts":1/);
    assert.match(
      JSON.stringify(parsed[2]),
      /"orderId":72026,"status":"FAILED","reason":"PAYMENT_PENDING","attempts":null/,
    );
  });

  test('list prints every order on record', async () => {
    const { stdout } = await call(await fresh(SAMPLE), 'checkpoint', 'list');
    assert.equal(stdout.trimEnd().split('\n').length, 4);
  });

  test('verify names every bad line and changes nothing', async () => {
    const bad = SAMPLE.replace('72026 FAILED PAYMENT_PENDING 5', '72026 FAILED').replace(
      '621 FAILED 1',
      '621 FAILED one',
    );
    const installation = await fresh(bad);
    const run = await call(installation, 'checkpoint', 'verify');
    assert.equal(run.status, 78);
    assert.match(run.stdout, /line 2: /);
    assert.match(run.stdout, /line 3: /);
    assert.match(run.stdout, /2 bad lines, head 72066/);
    assert.equal(await checkpointOf(installation), bad);
    assert.equal((await call(await fresh(SAMPLE), 'checkpoint', 'verify')).status, 0);
  });

  test('tidy brings a long log into the old form, drops no order, and leaves that of a running service alone', async () => {
    const day = '01/10/2012-03:34:15 01/10/2012-03:45:22';
    const lines = Array.from(
      { length: 1200 },
      (_, id) => `${id % 5 === 4 ? '^HEAD' : id} ${day} ${id + 1} SUCCESS OK 0\n`,
    );
    const log = `${lines.join('')}7 ${day} 8 FAILED NOT_FOUND 1\n`;
    const installation = await fresh(log);
    const lock = await acquireLock(installation.state);
    const refused = await call(installation, 'checkpoint', 'tidy');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /Stop it first/);
    assert.equal(await checkpointOf(installation), log);
    lock.release();

    const run = await call(installation, 'checkpoint', 'tidy');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /one line an order, 1200 of them/);
    const tidied = (await checkpointOf(installation)).trimEnd().split('\n');
    assert.deepEqual(
      tidied.map((line) => line.split(' ')[0]),
      [...Array.from({ length: 1199 }, (_, index) => String(index)), '^HEAD'],
    );
    assert.equal(tidied[1198], `1198 ${day} 8 FAILED NOT_FOUND 1`);
    assert.equal(tidied[1199], `^HEAD ${day} 1200 SUCCESS OK 0`);
  });
});

describe('order-monit check', () => {
  test('tries everything, and changes nothing', async () => {
    const installation = await fresh(SAMPLE);
    const run = await call(installation, 'check');
    assert.equal(run.status, 0, run.stdout);
    for (const subject of ['configuration', 'checkpoint', 'shop database', 'Abacos', 'integration server', 'mail']) {
      assert.match(run.stdout, new RegExp(`^ok +${subject}: `, 'm'));
    }
    assert.equal(await checkpointOf(installation), SAMPLE);
    assert.ok(!run.stdout.includes(KEY) && !run.stdout.includes(READER.password));
  });

  test('says everything that is wrong, not only the first', async () => {
    const installation = await fresh();
    const { database, abacos, integration_server: server } = sandbox.files;
    await configure(installation, {
      database: { ...database, password: 'not this one' },
      abacos: { ...abacos, key: '00000000-0000-0000-0000-00000000dead' },
      integration_server: { ...server, rails_root: '/nowhere' },
    });
    const run = await call(installation, 'check');
    assert.equal(run.status, 78);
    assert.match(run.stdout, /^FAILED +checkpoint: .*checkpoint init/m);
    assert.match(run.stdout, /^FAILED +shop database: .*refuses the user.*database\.yml/m);
    assert.match(run.stdout, /^FAILED +Abacos: .*abacos\.yml/m);
    assert.match(run.stdout, /^FAILED +integration server: .*\/nowhere/m);
    assert.ok(!run.stdout.includes('not this one') && !run.stdout.includes('00000000dead'));
  });

  test('names every fault of every file', async () => {
    const installation = await fresh(SAMPLE);
    await writeFile(
      join(installation.config, 'integration_server.yml'),
      'host: "h"\nport: 13630\nusername: "root"\nrails_root: "/srv/olook/current\n',
    );
    await configure(installation, { service: { runing_cycle: 120 } });
    await rm(join(installation.config, 'abacos.yml'));
    const run = await call(installation, 'check');
    assert.equal(run.status, 78);
    assert.match(run.stdout, /integration_server\.yml line 4: /);
    assert.match(run.stdout, /Did you mean running_cycle/);
    assert.match(run.stdout, /abacos\.yml/);
  });
});

describe('order-monit trust-host', () => {
  test('shows the fingerprints that ssh-keygen shows, and records the keys only when told to', async () => {
    const installation = await fresh(SAMPLE);
    const known = join(installation.config, 'known_hosts');
    const server = sandbox.files['integration_server'];
    await configure(installation, { integration_server: { ...server, known_hosts: known } });
    const asked = await call(installation, 'trust-host');
    assert.equal(asked.status, 2);
    assert.match(asked.stdout, /SHA256:/);
    await assert.rejects(readFile(known));
    const run = await call(installation, 'trust-host', '--yes');
    assert.equal(run.status, 0, run.stderr);
    assert.equal((await readFile(known, 'utf8')).trimEnd().split('\n').length, 3);
    assert.match((await call(installation, 'check')).stdout, /^ok +integration server: /m);
  });
});

describe('what root writes in the state folder belongs to the owner of the folder', () => {
  const cases: [words: string[], checkpoint: string | undefined, written: string[]][] = [
    [['checkpoint', 'init', '--from-id', '72066'], undefined, ['checkpoint', 'lock']],
    [['once'], SAMPLE, ['alerts.json', 'checkpoint', 'history', 'lock', 'repairs.json', 'spool']],
    [['retry', '--id', '621'], `${SAMPLE}3 26/09/2012-01:4`, ['checkpoint', 'checkpoint.torn-', 'history', 'lock']],
  ];
  for (const [words, checkpoint, written] of cases) {
    test(words.join(' '), NEEDS_ROOT, async () => {
      const installation = await handOver(await fresh(checkpoint));
      const { state } = installation;
      const run = await call(installation, ...words);
      assert.equal(run.status, 0, run.stdout + run.stderr);
      const names = await readdir(state);
      assert.deepEqual(names.map((name) => name.replace(/\d+T\d+Z$/, '')).sort(), written);
      for (const name of names) {
        const { uid, gid } = await stat(join(state, name));
        assert.deepEqual([uid, gid], [SERVICE.uid, SERVICE.gid], name);
      }
    });
  }
});

describe('The command line', () => {
  test('prints its version and its help, and ends with 0', async () => {
    const installation = await fresh();
    assert.match((await call(installation, '--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    const help = await call(installation, '--help');
    assert.equal(help.status, 0);
    for (const command of ['run', 'once', 'check', 'status', 'order', 'retry', 'checkpoint', 'trust-host', 'import']) {
      assert.match(help.stdout, new RegExp(`^  ${command}`, 'm'));
    }
  });

  const misuses = [
    ['frobnicate'],
    ['run', '--fast'],
    ['checkpoint', 'init', '--from-id', 'x'],
    ['order'],
    ['retry'],
    [],
  ];
  for (const words of misuses) {
    test(`"${words.join(' ')}" is a misuse: status 2, and the reason on standard error`, async () => {
      const run = await call(await fresh(SAMPLE), ...words);
      assert.equal(run.status, 2);
      assert.notEqual(run.stderr, '');
    });
  }

  test('says that no service runs, and what the checkpoint says', async () => {
    const run = await call(await fresh(SAMPLE), 'status');
    assert.equal(run.status, 1);
    assert.match(run.stdout, /not running\. Its checkpoint: head 72066, 3 open orders/);
  });

  test('knows an order by its number and by its id, and says when there is none', async () => {
    const installation = await fresh(SAMPLE);
    for (const words of [['7000011'], ['--id', '11']]) {
      const run = await call(installation, 'order', ...words);
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stdout, /Order 7000011 \(id 11\)/);
      assert.match(run.stdout, /Abacos +does not have it/);
      assert.match(run.stdout, /checkpoint +has no record of it/);
    }
    assert.match((await call(installation, 'order', '999')).stderr, /no order 999/);
  });
});
