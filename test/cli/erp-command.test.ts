/** The whole program with an ERP that is asked by a program: repairs, faults of the program, check, reload, dry run. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, test } from 'node:test';

import { openMailServer } from '../alerts/mail-server.ts';
import { freePort } from '../sandbox/ports.ts';
import { checkpointOf, configure, type Finished } from '../sandbox/program.ts';
import { assertNoSecret, assertNoSecretBelow } from '../sandbox/secrets.ts';
import { until } from '../sandbox/until.ts';
import { behave, credentials, useProgram } from './command-erp.ts';
import { installation, launch, onRecord, place, recorded, sandbox } from './operated.ts';

beforeEach(async () => {
  await useProgram();
});

async function ended(...words: readonly string[]): Promise<Finished> {
  return launch(words, credentials()).finished;
}

async function started(): Promise<ReturnType<typeof launch>> {
  const service = launch(['run'], credentials());
  await until('the service has started', () => service.output.includes('starts after'));
  return service;
}

async function commandsFor(number: string): Promise<string[]> {
  const commands = await sandbox.commands();
  return commands.filter((each) => each.number === number && each.event === 'started').map(({ task }) => task);
}

describe('An ERP that is asked by a program', () => {
  test('has what it lacks inserted, and is asked again; Abacos is asked nothing', async () => {
    const calls = sandbox.abacos.calls.length;
    const service = await started();
    const [present, missing, unconfirmed] = [await place(), await place(false), await place(true, false)];
    await recorded(present.id, 'SUCCESS OK 1');
    await recorded(missing.id, 'SUCCESS OK 2');
    // In progress, and the shop shows no acknowledgement of the payment.
    await recorded(unconfirmed.id, 'SUCCESS OK 2');
    assert.deepEqual(await commandsFor(missing.number), ['insert_order']);
    assert.deepEqual(await commandsFor(unconfirmed.number), ['confirm_payment']);
    assert.equal(sandbox.abacos.insertsOf(missing.number), 1);
    assert.equal(sandbox.abacos.calls.length, calls);
    const told = await Promise.all([ended('status'), ended('status', '--json'), ended('order', missing.number)]);
    const { status, stderr, stdout } = await service.stop();
    assert.equal(status, 0);
    const texts = [stderr, stdout, ...told.map((run) => `${run.stdout}${run.stderr}`)].join('\n');
    assert.match(texts, /is in Odoo now/);
    assert.doesNotMatch(texts, /\bAbacos\b/, 'people read the name of their ERP');
  });

  test('that goes on denying what was inserted is not believed to have it', async () => {
    await behave({ mode: 'denies' });
    await configure(installation, { service: { ...sandbox.files['service'], settle_time: 0 } });
    const missing = await place(false);
    assert.equal((await ended('once')).status, 0);
    assert.equal(await onRecord(missing.id), 'FAILED NOT_FOUND 1');
    assert.equal(sandbox.abacos.insertsOf(missing.number), 1);
  });

  test('--dry-run says what it would do, and runs nothing', async () => {
    const missing = await place(false);
    const before = await checkpointOf(installation);
    const run = await ended('once', '--dry-run');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, new RegExp(`Order ${missing.number} .*is not in `));
    assert.equal(await checkpointOf(installation), before);
    assert.deepEqual(await commandsFor(missing.number), []);
  });
});

describe('A program', () => {
  for (const [what, behaviour, said] of [
    ['that says the ERP is down', { mode: 'down' }, /is down.*closed until 6, says the server to \[hidden\]/],
    ['that hangs', { mode: 'hangs' }, /is down.*did not end within 1 s; it said: asking with \[hidden\]/],
  ] as const) {
    test(`${what} keeps no order from being checked afterwards`, async () => {
      await useProgram({ timeout: 1 });
      await behave(behaviour);
      const service = await started();
      const { id } = await place();
      await until('it is said to be down', () => said.test(service.output));
      assert.match((await ended('status')).stdout, /^PROBLEM: .* down/);
      assert.equal(await onRecord(id), undefined);
      await useProgram();
      assert.equal((await ended('reload')).status, 0);
      await recorded(id, 'SUCCESS OK 1');
      assert.equal((await service.stop()).status, 0);
    });
  }

  test('that prints something else leaves every order unknown, and repairs none', async () => {
    await behave({ mode: 'garbage' });
    const missing = await place(false);
    const run = await ended('once');
    assert.match(run.stdout, new RegExp(`Order ${missing.number} .*no answer came for it`));
    assert.equal(await onRecord(missing.id), 'FAILED UNKNOWN 0');
    assert.deepEqual(await commandsFor(missing.number), []);
  });

  test('that fails by one number costs that order alone', async () => {
    const good = await place();
    assert.equal((await ended('once')).status, 0);
    const orders = [await place(), await place(), await place(), await place()];
    const poison = orders[2];
    assert.ok(poison !== undefined);
    await behave({ poison: [poison.number] });
    const service = await started();
    for (const { id } of [good, ...orders.filter((order) => order !== poison)]) await recorded(id, 'SUCCESS OK 1');
    await recorded(poison.id, 'FAILED UNKNOWN 0');
    const story = await ended('order', poison.number);
    assert.match(story.stdout, /exit status 1; it said: Traceback: Authorization: \[hidden\]/);
    await behave({});
    await recorded(poison.id, 'SUCCESS OK 1');
    assert.equal((await service.stop()).status, 0);
  });
});

describe('order-monit check', () => {
  test('has the program asked about a number that no shop has, and about one that is on record', async () => {
    const first = await ended('check');
    assert.match(first.stdout, /warning +\S+: no order is on record as SUCCESS and in the shop yet/);
    const { number } = await place();
    await ended('once');
    const { stdout } = await ended('check');
    assert.match(stdout, /ok +\S+: asked about order-monit-check, which no shop has, it says missing/);
    assert.match(stdout, new RegExp(`ok +\\S+: asked about ${number}, it says exists \\(in-progress\\)`));
    await behave({ mode: 'denies' });
    const denied = await ended('check');
    assert.match(denied.stdout, new RegExp(`FAILED +\\S+: asked about ${number}, which it had, it should say exists`));
    assert.equal(denied.status, 1);
    await behave({ mode: 'down' });
    assert.match((await ended('check')).stdout, /FAILED +\S+: closed until 6/);
    await useProgram({ command: join(installation.config, 'nowhere') });
    assert.match(
      (await ended('check')).stdout,
      /FAILED +\S+: \S+nowhere could not be started \(ENOENT\)\. What to do: /,
    );
  });

  test('names what is wrong in erp.yml', async () => {
    await useProgram({ secrets: ['ERP_TOKEN', 'OTHER_TOKEN'] });
    const { status, stdout } = await ended('check');
    assert.equal(status, 78);
    assert.match(stdout, /erp\.yml line \d+: secrets: there is no credential other_token\./);
  });
});

test('A reload to a faulty erp.yml is refused, and the program in force goes on', async () => {
  const service = await started();
  await configure(installation, { erp: { kind: 'command', timeout: 'soon' } });
  const refused = await ended('reload');
  assert.notEqual(refused.status, 0);
  assert.match(refused.stdout + refused.stderr, /erp\.yml line \d+: timeout/);
  assert.match((await ended('status')).stdout, /refused.*erp\.yml/);
  const missing = await place(false);
  await recorded(missing.id, 'SUCCESS OK 2');
  await useProgram();
  assert.equal((await ended('reload')).status, 0);
  assert.equal((await service.stop()).status, 0);
});

test('A secret that the program repeats is in no log, status, page, mail, history, or answer of a command', async (t) => {
  const mail = await openMailServer();
  t.after(async () => mail.close());
  const port = await freePort();
  await configure(installation, {
    service: { ...sandbox.files['service'], settle_time: 0, listen: `127.0.0.1:${port}` },
    email: { smtp: { address: '127.0.0.1', port: mail.port }, subscribers: ['ops@example.com'], min_interval: 1 },
  });
  const page = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  await behave({ mode: 'unsure' });
  const service = await started();
  const order = await place(false);
  await until('it is told as unclear', async () =>
    (await page(`/orders/${order.number}`)).includes('refused for [hidden]'),
  );
  await behave({ mode: 'down' });
  await until('the ERP is down', async () => (await page('/')).includes('[hidden]'));
  const texts = [service.output, await page('/'), await page(`/orders/${order.number}`), await page('/open')];
  for (const words of [['status'], ['status', '--json'], ['order', order.number], ['open'], ['check']]) {
    const { stdout, stderr } = await ended(...words);
    texts.push(stdout + stderr);
  }
  await until('a mail has come', () => mail.mails.some(({ text }) => text.includes('[hidden]')));
  for (const text of [...texts, ...mail.mails.map(({ raw }) => raw)]) assertNoSecret('What people see', text);
  await assertNoSecretBelow(installation.state);
  // The search finds it where it is.
  const kept = await readFile(join(installation.config, 'credentials', 'order-monit_erp_token'), 'utf8');
  assert.throws(() => {
    assertNoSecret('The credential', kept);
  });
  assert.equal((await service.stop()).status, 0);
});
