/** `order-monit order` shows an order's state and history, whichever of those that it asks is down. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';

import { call, checkpointOf, configure, install, Run, type Finished, type Installation } from '../sandbox/program.ts';
import { KEY, openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { READER } from '../sandbox/shop.ts';
import { until } from '../sandbox/until.ts';

let sandbox: Sandbox;
let installation: Installation;
let number = 6_000_000;
let count = 0;

before(async () => {
  sandbox = await openSandbox({ service: { settle_time: 0, recheck_given_up: 3600, max_attempts: 2, repair_wait: 0 } });
});
after(async () => {
  await sandbox.close();
});

beforeEach(async () => {
  count += 1;
  await sandbox.shop.connection.query('DELETE FROM orders');
  await sandbox.standIn({});
  installation = await install(join(sandbox.folder, `order${count}`), sandbox.files, START);
});

interface Placed {
  readonly id: number;
  readonly number: string;
}

async function placeMissing(): Promise<Placed> {
  number += 1;
  return { id: await sandbox.shop.place({ number: String(number), ageS: 60 }), number: String(number) };
}

/** An order that the shop's task never inserts, after so many cycles. */
async function placeHopeless(cycles: number): Promise<Placed> {
  const placed = await placeMissing();
  await sandbox.standIn({ behaviour: { [placed.number]: 'refuse' } });
  for (let cycle = 0; cycle < cycles; cycle += 1) await call(installation, 'once');
  return placed;
}

function assertTold(run: Finished, ...patterns: readonly RegExp[]): void {
  for (const pattern of patterns) assert.match(run.stdout, pattern);
  const printed = run.stdout + run.stderr;
  assert.ok(!printed.toLowerCase().includes(KEY.toLowerCase()) && !printed.includes(READER.password));
}

/** The times are those of the moment. */
function storyIn({ stdout }: Finished): string[] {
  return stdout.split('\n').flatMap((line) => /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}(.*)$/.exec(line)?.[1] ?? []);
}

describe('order-monit order', () => {
  test('tells what happened to an order that was repaired, oldest first', async () => {
    const { id, number: missing } = await placeMissing();
    await call(installation, 'once');
    const run = await call(installation, 'order', missing);
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assertTold(run, new RegExp(`^Order ${missing} \\(id ${id}\\)\n`), /^next +nothing: Abacos has it$/m);
    assertTold(run, /^checkpoint +SUCCESS OK, 1 attempt, first recorded/m);
    assertTold(run, /^ +created_at: \d{4}-\d\d-\d\d [\d:]{8} \(UTC\)$/m);
    const [found, started, ended, recorded, ...rest] = storyIn(run);
    assert.equal(found, 'found FAILED NOT_FOUND; no attempt so far');
    assert.equal(started, 'insert_order is run on the integration server (attempt 1 of 2)');
    assert.match(ended ?? '', /^insert_order ended with exit status 0 after /);
    assert.match(recorded ?? '', /^is in Abacos now, .* after it was found failing$/);
    assert.deepEqual(rest, []);
  });

  test('finds an order however its number is written, and then by the id of its row', async () => {
    const { id, number: missing } = await placeMissing();
    const grouped = missing.replace(/(\d)(\d{3})(\d{3})$/, '$1.$2.$3');
    for (const written of [`#${missing}`, `nº ${missing}`, grouped, `pedido ${grouped} do cliente`, String(id)]) {
      assertTold(await call(installation, 'order', written), new RegExp(`^Order ${missing} \\(id ${id}\\)\n`));
    }
    const retried = await call(installation, 'retry', '--dry-run', `#${missing}`);
    assert.match(retried.stdout, new RegExp(`^order ${missing} \\(id ${id}\\): is not open`));
    const none = await call(installation, 'retry', '--dry-run', String(id));
    assert.match(none.stderr, /The shop has no order/, 'an id was guessed where something is done');
    for (const command of [
      ['retry', '--dry-run'],
      ['dismiss', '--why', 'x'],
    ]) {
      const another = await call(installation, ...command, `${missing.slice(0, 3)}-${missing.slice(3)}`);
      assert.equal(another.status, 1);
      assert.match(another.stderr, new RegExp(`has no order \\S+ \\(it has ${missing}\\)\\. Nothing was changed`));
    }
    assert.equal((await call(installation, 'order', `${missing} ${missing}1`)).status, 2);
  });

  test('names the next attempt, and then that the order is given up and what gives it its attempts again', async () => {
    const { number: hopeless } = await placeHopeless(1);
    assertTold(
      await call(installation, 'order', hopeless),
      /^checkpoint +FAILED NOT_FOUND, 1 attempt,/m,
      /^next +attempt 2 of 2; looked at again .*\. But the service is not running: systemctl start order-monit$/m,
    );
    await call(installation, 'once');
    assertTold(await call(installation, 'order', hopeless), /^next +the last check, as all 2 attempts are used up/m);
    await call(installation, 'once');
    const run = await call(installation, 'order', hopeless);
    assertTold(
      run,
      new RegExp(
        `^next +given up; Abacos is asked about it every 1 h; order-monit retry ${hopeless} gives it its attempts again`,
        'm',
      ),
    );
    assertTold(run, /^checkpoint +FAILED NOT_FOUND, given up, first recorded/m);
    const story = storyIn(run);
    assert.ok(story.includes('given up: its attempts are used up'));
    assert.ok(story.includes('found FAILED NOT_FOUND, FAILED NOT_FOUND before'), story.join('\n'));
  });

  test('shows what the shop noted itself, on one line, and what the command wrote', async () => {
    const { id, number: refused } = await placeMissing();
    await sandbox.shop.connection.query('UPDATE orders SET erp_integrate_error = ? WHERE id = ?', [
      'Produto \u001b[31mnão\r\ncadastrado',
      id,
    ]);
    await sandbox.standIn({ behaviour: { [refused]: 'fail' } });
    await call(installation, 'once');
    const run = await call(installation, 'order', '--id', String(id));
    assertTold(
      run,
      /^ +erp_integrate_error: Produto \[31mnão cadastrado$/m,
      /insert_order ended with exit status 1/,
      /^ +\| rake aborted!$/m,
      /given up: trying again is no use/,
      /^what to do +Whoever looks after the product catalogue: enter the product in Abacos/m,
    );
    assert.ok(!run.stdout.includes('\u001b'));
  });

  test('says for a retry who asked for it, also when no service runs', async () => {
    const { id, number: hopeless } = await placeHopeless(1);
    const offline = new Run(installation, ['retry', hopeless], { SUDO_USER: 'ana' });
    assert.equal((await offline.finished).status, 0);
    const run = await call(installation, 'order', '--id', String(id));
    assert.ok(storyIn(run).includes('gets its 2 attempts again, asked for by ana'), run.stdout);
  });

  test('tells what runs while the service does', async () => {
    const { number: slow } = await placeMissing();
    await sandbox.standIn({ startMs: 60_000 });
    const service = new Run(installation, ['run']);
    await until('the command is known to run', async () =>
      /^next +insert_order is running since .* \(attempt 1 of 2\)$/m.test(
        (await call(installation, 'order', slow)).stdout,
      ),
    );
    await service.stop('SIGKILL');
    await sandbox.sshd.killSessions();
  });

  test('--json has each side, and the entries as they are in the file', async () => {
    const { id, number: missing } = await placeMissing();
    await call(installation, 'once');
    const run = await call(installation, 'order', missing, '--json');
    const told: unknown = JSON.parse(run.stdout);
    const lines = (await readFile(join(installation.state, 'history'), 'utf8')).split('\n');
    const text = JSON.stringify(told);
    assert.ok(text.startsWith(`{"orderId":${id},"orderNumber":"${missing}","shop":{"row":{"id":${id},`), text);
    assert.match(text, /"abacos":\{"kind":"exists","status":"in-progress"\}/);
    assert.match(text, /"service":"stopped","next":"nothing: Abacos has it"/);
    assert.match(text, /"evidence":\{"created_at":"\d{4}-\d\d-\d\dT[\d:.]+Z"/);
    assert.match(text, /"record":\{"orderId":\d+,[^}]*\}[^}]*"createdAt":"\d{4}-\d\d-\d\dT[\d:.]+Z"/);
    const started = lines.find((line) => line.includes('command-started')) ?? 'none';
    assert.ok(text.includes(started), `${text} has not ${started}`);
  });
});

describe('order-monit order, when one of those it asks is down,', () => {
  test('knows the order by its history when that is the database, and still asks the others', async () => {
    const { id, number: hopeless } = await placeHopeless(1);
    await configure(installation, { database: { ...sandbox.files['database'], port: 1 } });
    for (const words of [[hopeless], ['--id', String(id)]]) {
      const run = await call(installation, 'order', ...words);
      assert.equal(run.status, 1);
      assertTold(
        run,
        new RegExp(`^Order ${hopeless} \\(id ${id}\\)`),
        /^shop +can not say: shop database: .*refused/m,
        /^Abacos +does not have it/m,
        /^checkpoint +FAILED NOT_FOUND, 1 attempt,/m,
        /attempt 1 of 2/,
        /^next +attempt 2 of 2/m,
      );
    }
  });

  test('says what it can of an order that nobody else knows', async () => {
    await configure(installation, { database: { ...sandbox.files['database'], port: 1 } });
    const run = await call(installation, 'order', '6999999');
    assert.equal(run.status, 1);
    assertTold(
      run,
      /^Order 6999999 \(id not known\)/,
      /^Abacos +does not have it/m,
      /^checkpoint +can not say: the id of its row is not known$/m,
      /^next +can not be told/m,
    );
  });

  test('shows the rest when that is Abacos', async () => {
    const { number: hopeless } = await placeHopeless(1);
    await sandbox.abacos.down();
    const run = await call(installation, 'order', hopeless);
    await sandbox.abacos.up();
    assert.equal(run.status, 1);
    assertTold(run, /^shop +authorized$/m, /^Abacos +can not say: Abacos: .*refused/m, /^checkpoint +FAILED/m);
    assert.equal(storyIn(run).length, 4);
  });

  test('shows the rest when that is the checkpoint', async () => {
    const { number: hopeless } = await placeHopeless(1);
    await rm(join(installation.state, 'checkpoint'));
    const run = await call(installation, 'order', hopeless);
    assert.equal(run.status, 1);
    assertTold(
      run,
      /^shop +authorized$/m,
      /^checkpoint +can not say: .*checkpoint init/m,
      /^next +can not be told without the checkpoint$/m,
    );
    assert.equal(storyIn(run).length, 4);
  });

  test('shows the rest when the history can not be read', async () => {
    const { number: missing } = await placeMissing();
    await mkdir(join(installation.state, 'history'));
    const run = await call(installation, 'order', missing);
    assert.equal(run.status, 1);
    assertTold(run, /^shop +authorized$/m, /^history +can not say: .* is a folder, and no file\./m);
  });
});

describe('A history that is damaged', () => {
  test('stops neither the service nor the story', async () => {
    const { id, number: hopeless } = await placeHopeless(1);
    const path = join(installation.state, 'history');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `\0\0\xff\n${text.replace('"kind":"command-started"', '"kind":"comm')}`);
    await appendFile(path, `{"at":17954,"kind":"verdict","orderId":${id}`);
    const cycle = await call(installation, 'once');
    assert.equal(cycle.status, 0, cycle.stdout);
    const run = await call(installation, 'order', hopeless);
    assert.equal(run.status, 0);
    assertTold(
      run,
      /^history +oldest first, in this host's time \(UTC(?:[+-]\d\d:\d\d)?\); 2 damaged lines about it are passed over$/m,
    );
    // Of the first cycle one entry less, and all of the second, whose verdict is no news.
    assert.deepEqual(
      storyIn(run).map((line) => line.split(' ')[0]),
      ['found', 'insert_order', 'still', 'insert_order', 'insert_order', 'still'],
    );
  });

  test('that can not be written is in the log, and the orders are looked after', async () => {
    const { id } = await placeMissing();
    await mkdir(join(installation.state, 'history'));
    const run = await call(installation, 'once');
    assert.equal(run.status, 0, run.stdout);
    assert.match(run.stdout, /history can not be written: \S+ is a folder, and no file\./);
    assert.match(await checkpointOf(installation), new RegExp(` ${id} SUCCESS OK 2\n`));
  });
});

test('An order that had no trouble leaves no entry, and its story says so', async () => {
  number += 1;
  sandbox.abacos.place(String(number));
  const id = await sandbox.shop.place({ number: String(number), ageS: 60 });
  await call(installation, 'once');
  const run = await call(installation, 'order', '--id', String(id));
  assert.equal(run.status, 0);
  assertTold(run, /^history +has nothing of it/m);
  assert.doesNotMatch(await readFile(join(installation.state, 'history'), 'utf8'), /orderId/);
});

test('An order that was never seen is said to be none, and one that is too young to wait', async () => {
  assert.match((await call(installation, 'order', '999')).stderr, /The shop has no order 999\./);
  const none = await call(installation, 'order', '--id', '999');
  assert.equal(none.status, 1);
  assertTold(none, /^shop +has no row with this id$/m, /^next +nothing: the shop has no such row/m);
  await configure(installation, { service: { ...sandbox.files['service'], settle_time: 1800, late_window: 172_800 } });
  const { number: young } = await placeMissing();
  assertTold(await call(installation, 'order', young), /^next +it is looked at once it is 30 min old/m);
});

test('An order that waits for its payment is said to be watched, and one that is paid since to be confirmed by the shop', async () => {
  const id = await sandbox.shop.place({ number: '8800001', state: 'waiting_payment', paid: false, ageS: 60 });
  sandbox.abacos.place('8800001');
  await call(installation, 'once');
  assertTold(
    await call(installation, 'order', '8800001'),
    /^checkpoint +SUCCESS AWAITING_PAYMENT, 0 attempts,/m,
    /^verdict now +SUCCESS AWAITING_PAYMENT$/m,
    /^next +nothing to do: the shop waits for the customer's payment; looked at every 10 min until \d{4}-\d\d-\d\d \d\d:\d\d\. But the service is not running/m,
  );
  await sandbox.shop.connection.query("UPDATE orders SET state = 'authorized' WHERE id = ?", [id]);
  assertTold(
    await call(installation, 'order', '8800001'),
    /^next +paid: that is noticed within 10 min, and from then on the shop's own confirmation has /m,
  );
  // Here settle_time is 0: the look of this run finds it paid, and so it is asked about and confirmed.
  await call(installation, 'once');
  assertTold(
    await call(installation, 'order', '8800001'),
    /^checkpoint +SUCCESS OK,/m,
    /^next +nothing: Abacos has it$/m,
  );
  assert.equal(sandbox.abacos.paymentsOf('8800001'), 1);
});

test('A dry run leaves the history alone', async () => {
  await placeMissing();
  await call(installation, 'once', '--dry-run');
  await assert.rejects(readFile(join(installation.state, 'history')), /ENOENT/);
});
