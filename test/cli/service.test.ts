/** `run` and `once` with a real shop, Abacos' stand-in and a real sshd: repairs, crashes, outages, reloads, stops. */
import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';

import { call, checkpointOf, configure, install, PROGRAM, Run, type Installation } from '../sandbox/program.ts';
import { KEY, openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { READER } from '../sandbox/shop.ts';
import { until } from '../sandbox/until.ts';

let sandbox: Sandbox;
let installation: Installation;
let number = 5_000_000;
let count = 0;

before(async () => {
  sandbox = await openSandbox();
});
after(async () => {
  await sandbox.close();
});

/** A checkpoint of its own for each test, which starts after the orders of the tests before. */
beforeEach(async () => {
  count += 1;
  await sandbox.shop.connection.query('DELETE FROM orders');
  await sandbox.standIn({});
  installation = await install(join(sandbox.folder, `test${count}`), sandbox.files, START);
});

async function place(
  order: { inAbacos?: boolean; paid?: boolean; state?: string; ageS?: number } = {},
): Promise<{ id: number; number: string }> {
  number += 1;
  if (order.inAbacos !== false) sandbox.abacos.place(String(number));
  return { id: await sandbox.shop.place({ number: String(number), ageS: 60, ...order }), number: String(number) };
}

/** The shop needs no time of its own: then a single cycle repairs too. */
async function repairsAtOnce(): Promise<void> {
  await configure(installation, { service: { ...sandbox.files['service'], settle_time: 0 } });
}

async function onRecord(id: number): Promise<string | undefined> {
  const lines = (await checkpointOf(installation)).split('\n').map((line) => line.split(' '));
  return lines
    .filter((fields) => fields[3] === String(id))
    .at(-1)
    ?.slice(4)
    .join(' ');
}

async function recorded(id: number, expected: string): Promise<void> {
  await until(`order id ${id} is on record as ${expected}`, async () => (await onRecord(id)) === expected);
}

async function commandsFor(order: string): Promise<string[]> {
  return (await sandbox.commands())
    .filter((entry) => entry.number === order && entry.event === 'started')
    .map(({ task }) => task);
}

function assertNoSecret(text: string): void {
  assert.ok(!text.toLowerCase().includes(KEY.toLowerCase()), 'the key of Abacos was printed');
  assert.ok(!text.includes(READER.password), 'the password of the database was printed');
}

describe('order-monit once', () => {
  test('records what Abacos has, has the missing inserted and the pending payment confirmed', async () => {
    await repairsAtOnce();
    const present = await place();
    const missing = await place({ inAbacos: false });
    const unconfirmed = await place({ paid: false });
    const run = await call(installation, 'once');
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.equal(await onRecord(present.id), 'SUCCESS OK 1');
    assert.equal(await onRecord(missing.id), 'SUCCESS OK 2');
    assert.equal(await onRecord(unconfirmed.id), 'SUCCESS OK 2');
    assert.deepEqual(await commandsFor(missing.number), ['insert_order']);
    assert.deepEqual(await commandsFor(unconfirmed.number), ['confirm_payment']);
    assert.equal(sandbox.abacos.insertsOf(missing.number), 1);
    assertNoSecret(run.stdout + run.stderr);
  });

  test('leaves the missing to the shop until Abacos was seen up for settle_time, and waits for moments itself', async () => {
    const missing = await place({ inAbacos: false });
    await configure(installation, { service: { ...sandbox.files['service'], settle_time: 50 } });
    const first = await call(installation, 'once');
    assert.equal(first.status, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /Repairs of 1 order wait/);
    assert.equal(await onRecord(missing.id), 'FAILED NOT_FOUND 0');
    assert.deepEqual(await commandsFor(missing.number), []);
    await configure(installation, { service: { ...sandbox.files['service'], settle_time: 5 } });
    const second = await call(installation, 'once');
    assert.match(second.stdout, /in Abacos now/);
    assert.equal(await onRecord(missing.id), 'SUCCESS OK 2');
    assert.equal(sandbox.abacos.insertsOf(missing.number), 1);
  });

  test('leaves a canonical file behind, with the head last', async () => {
    const { id } = await place();
    await call(installation, 'once');
    assert.match(
      await checkpointOf(installation),
      new RegExp(`^0 .* 0 SUCCESS OK 0\\n\\^HEAD .* ${id} SUCCESS OK 1\\n$`),
    );
  });

  test('--dry-run says what it would do, and records and runs nothing', async () => {
    const missing = await place({ inAbacos: false });
    const before = await checkpointOf(installation);
    const run = await call(installation, 'once', '--dry-run');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, new RegExp(`Order ${missing.number} .*is not in Abacos`));
    assert.equal(await checkpointOf(installation), before);
    assert.deepEqual(await commandsFor(missing.number), []);
  });

  test('ends with 1 and says why when Abacos is down; nothing is recorded', async () => {
    const { id } = await place();
    await sandbox.abacos.down();
    const run = await call(installation, 'once');
    await sandbox.abacos.up();
    assert.equal(run.status, 1);
    assert.match(run.stdout, /Abacos is down/);
    assert.equal(await onRecord(id), undefined);
  });

  test('ends with 1 when the integration server is down and an order waits for it', async () => {
    await repairsAtOnce();
    await place({ inAbacos: false });
    await sandbox.sshd.stop();
    const run = await call(installation, 'once');
    await sandbox.sshd.start();
    assert.equal(run.status, 1);
  });

  test('ends with 78 without a checkpoint, and names the command that makes one', async () => {
    const empty = await install(join(sandbox.folder, `empty${count}`), sandbox.files);
    const run = await call(empty, 'once');
    assert.equal(run.status, 78);
    assert.match(run.stdout + run.stderr, /order-monit checkpoint init/);
  });

  test('is kept out while another order-monit works on the checkpoint', async () => {
    const service = new Run(installation, ['run']);
    await until('the service has started', () => service.output.includes('starts after'));
    const second = await call(installation, 'once');
    assert.equal(second.status, 1);
    assert.match(second.stdout + second.stderr, new RegExp(`Another order-monit \\(pid ${service.child.pid}\\)`));
    assert.equal((await service.stop()).status, 0);
  });
});

describe('order-monit run', () => {
  test('runs four commands for an order that they do not help, and gives it up as FAILED … 5', async () => {
    const { id, number: hopeless } = await place({ inAbacos: false });
    await sandbox.standIn({ behaviour: { [hopeless]: 'refuse' } });
    const service = new Run(installation, ['run']);
    await recorded(id, 'FAILED NOT_FOUND 5');
    await until('it is said', () => service.output.includes(`${hopeless} (id ${id}) is given up`));
    await service.stop();
    assert.deepEqual(
      await commandsFor(hopeless),
      Array.from({ length: 4 }, () => 'insert_order'),
    );
  });

  test('runs two commands for an order if they end well and nothing shows, and then asks a person', async () => {
    const { id, number: silent } = await place({ inAbacos: false });
    await sandbox.standIn({ behaviour: { [silent]: 'nothing' } });
    const service = new Run(installation, ['run']);
    await recorded(id, 'FAILED NOT_FOUND 5');
    await until('it is said', () => service.output.includes(`${silent} (id ${id}) is given up: two commands ended`));
    await service.stop();
    assert.deepEqual(await commandsFor(silent), ['insert_order', 'insert_order']);
  });

  test('goes on where it was after kill -9 in the middle of a command, and inserts once', async () => {
    const { id, number: slow } = await place({ inAbacos: false });
    await sandbox.standIn({ startMs: 1500 });
    const first = new Run(installation, ['run']);
    await until('the command runs', async () => (await commandsFor(slow)).length === 1);
    await first.stop('SIGKILL');
    const second = new Run(installation, ['run']);
    await until('the order is settled', async () => (await onRecord(id))?.startsWith('SUCCESS') === true);
    assert.equal((await second.stop()).status, 0);
    assert.equal(sandbox.abacos.insertsOf(slow), 1);
  });

  test('takes an order that commits after the head has passed its id', async () => {
    const slow = await sandbox.shop.session(sandbox.db);
    await slow.beginTransaction();
    const lateNumber = String((number += 1));
    const late = await sandbox.shop.place({ number: lateNumber, ageS: 60 }, slow);
    const { id } = await place();
    const service = new Run(installation, ['run']);
    await recorded(id, 'SUCCESS OK 1');
    await slow.commit();
    await slow.end();
    await recorded(late, 'SUCCESS OK 2');
    await service.stop();
    assert.equal(sandbox.abacos.insertsOf(lateNumber), 1);
  });

  test('waits out an integration server that is down, without an attempt', async () => {
    const { id } = await place({ inAbacos: false });
    await sandbox.sshd.stop();
    const service = new Run(installation, ['run']);
    await until('it is said', () => /Integration server is down: .*refused/.test(service.output));
    assert.equal(await onRecord(id), 'FAILED NOT_FOUND 0');
    await sandbox.sshd.start();
    await recorded(id, 'SUCCESS OK 2');
    await until('it is said', () => service.output.includes('Integration server is back'));
    await service.stop();
  });

  test('does not talk to a server whose host key has changed', async () => {
    const { id } = await place({ inAbacos: false });
    await sandbox.sshd.changeHostKeys();
    const service = new Run(installation, ['run']);
    await until('it is said', () => /Integration server is down: .*host key/i.test(service.output));
    assert.equal(await onRecord(id), 'FAILED NOT_FOUND 0');
    await sandbox.sshd.writeKnownHosts();
    await recorded(id, 'SUCCESS OK 2');
    await service.stop();
  });

  test('loses its connection in mid-command and still inserts once', async () => {
    const { id, number: slow } = await place({ inAbacos: false });
    await sandbox.standIn({ startMs: 1500 });
    const service = new Run(installation, ['run']);
    await until('the command runs', async () => (await commandsFor(slow)).length === 1);
    await sandbox.sshd.killSessions();
    await until('the order is settled', async () => (await onRecord(id))?.startsWith('SUCCESS') === true);
    await service.stop();
    assert.equal(sandbox.abacos.insertsOf(slow), 1);
    assert.match(service.output, /lost sight of/);
  });

  test('waits out a database that is restarted', async () => {
    const service = new Run(installation, ['run']);
    await until('the service has started', () => service.output.includes('starts after'));
    sandbox.shop.connection.on('error', () => undefined);
    await sandbox.db.kill();
    await until('it is said', () => service.output.includes('Shop database is down'));
    await sandbox.db.start();
    await sandbox.shop.reconnect(sandbox.db);
    const { id } = await place();
    await recorded(id, 'SUCCESS OK 1');
    await service.stop();
  });

  test('reloads: a good file takes effect, a bad one leaves the old in force and says so', async () => {
    const service = new Run(installation, ['run']);
    await until('the service has started', () => service.output.includes('starts after'));
    await configure(installation, { service: { ...sandbox.files['service'], runing_cycle: 1 } });
    service.child.kill('SIGHUP');
    await until('the fault is said', () => service.output.includes('Did you mean running_cycle'));
    const byHand = await call(installation, 'reload');
    assert.equal(byHand.status, 1);
    assert.match(byHand.stderr, /Did you mean running_cycle/);
    // As the unit's ExecReload=, whose output comes into the journal beside the service's.
    const byTheUnit = await new Run(installation, ['reload'], { MAINPID: '4711' }).finished;
    assert.deepEqual(byTheUnit, { ...byHand, stderr: '' });
    await configure(installation, { service: { ...sandbox.files['service'], max_attempts: 1 } });
    service.child.kill('SIGHUP');
    await until('the reload is said', () => service.output.includes('read again'));
    assert.equal((await new Run(installation, ['reload'], { MAINPID: '4711' }).finished).stdout, '');
    const { id, number: hopeless } = await place({ inAbacos: false });
    await sandbox.standIn({ behaviour: { [hopeless]: 'nothing' } });
    await recorded(id, 'FAILED NOT_FOUND 2');
    assert.equal((await service.stop()).status, 0);
    assert.equal((await commandsFor(hopeless)).length, 1);
  });

  test('goes on to its end while an upgrade takes its files away', async () => {
    const old = join(sandbox.folder, `program${count}`);
    await cp(dirname(PROGRAM), old, { recursive: true });
    const run = new Run({ ...installation, program: join(old, basename(PROGRAM)) }, ['run']);
    await until('it runs', () => run.output.includes('starts after'));
    await rm(old, { recursive: true });
    const missing = await place({ inAbacos: false });
    await recorded(missing.id, 'SUCCESS OK 2');
    await sandbox.abacos.down();
    await place();
    await until('the outage is logged', () => run.output.includes('Abacos is down'));
    await sandbox.abacos.up();
    assert.match((await call(installation, 'metrics')).stdout, /^order_monit_head_order_id/m);
    const { status, stderr } = await run.stop();
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
  });

  test('ends within its stop time while a command hangs', async () => {
    const { number: hanging } = await place({ inAbacos: false });
    await configure(installation, { service: { ...sandbox.files['service'], stop_timeout: 1 } });
    await sandbox.standIn({ behaviour: { [hanging]: 'hang' } });
    const service = new Run(installation, ['run']);
    await until('the command runs', async () => (await commandsFor(hanging)).length === 1);
    assert.equal((await service.stop()).status, 0);
    assert.match(service.output, /order-monit has stopped/);
  });
});

describe('A running service', () => {
  test('is asked by status, order and retry', async () => {
    const { id, number: hopeless } = await place({ inAbacos: false });
    await sandbox.standIn({ behaviour: { [hopeless]: 'refuse' } });
    const service = new Run(installation, ['run']);
    await recorded(id, 'FAILED NOT_FOUND 5');

    const status = await call(installation, 'status');
    assert.equal(status.status, 0, status.stderr);
    assert.match(status.stdout, /0 failing, 1 given up/);
    const json: unknown = JSON.parse((await call(installation, 'status', '--json')).stdout);
    assert.ok(typeof json === 'object' && json !== null && 'givenUp' in json && json.givenUp === 1);

    const told = (await call(installation, 'order', hopeless)).stdout;
    assert.match(told, /Abacos +does not have it/);
    assert.match(told, /FAILED NOT_FOUND, given up, first recorded/);

    await sandbox.standIn({});
    const retried = await call(installation, 'retry', hopeless);
    assert.equal(retried.status, 0, retried.stdout + retried.stderr);
    await recorded(id, 'SUCCESS OK 2');
    assert.equal((await call(installation, 'retry', hopeless)).status, 1);
    await service.stop();
    assertNoSecret(service.output + status.stdout + told);
  });

  test('need not run for a retry', async () => {
    await repairsAtOnce();
    const { id, number: hopeless } = await place({ inAbacos: false });
    await sandbox.standIn({ behaviour: { [hopeless]: 'nothing' } });
    await call(installation, 'once');
    assert.equal(await onRecord(id), 'FAILED NOT_FOUND 1');
    assert.equal((await call(installation, 'retry', hopeless)).status, 0);
    assert.equal(await onRecord(id), 'FAILED NOT_FOUND 0');
  });
});
