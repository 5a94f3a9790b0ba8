/** The real program's mails, over a real mail server: each matter once, through restarts and failed starts. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';

import { headerOf, openMailServer, type MailServer } from '../alerts/mail-server.ts';
import { call, configure, install, Run, type Installation } from '../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

let sandbox: Sandbox;
let server: MailServer;
let installation: Installation;
let count = 0;

before(async () => {
  sandbox = await openSandbox({ service: { settle_time: 0 } });
  server = await openMailServer();
});
after(async () => {
  await server.close();
  await sandbox.close();
});

const email = () => ({ smtp: { address: '127.0.0.1', port: server.port }, subscribers: ['ops@example.com'] });

beforeEach(async () => {
  count += 1;
  await sandbox.shop.connection.query('DELETE FROM orders');
  await sandbox.standIn({});
  server.mails.splice(0);
  installation = await install(join(sandbox.folder, `test${count}`), { ...sandbox.files, email: email() }, START);
});

async function placeMissing(): Promise<string> {
  const number = String(7_000_000 + count);
  await sandbox.shop.place({ number, ageS: 60 });
  return number;
}

const subjects = (): string[] => server.mails.map(({ subject }) => subject);

const spooled = (): string[] => readdirSync(join(installation.state, 'spool'));

/** Makes what the alerts have on the disk as old as if so much time had passed since. */
function age(ms: number): void {
  const path = join(installation.state, 'alerts.json');
  const aged = readFileSync(path, 'utf8').replaceAll(
    /"(since|lastAt|until|at)":(\d{13})/g,
    (_, key: string, at: string) => `"${key}":${Number(at) - ms}`,
  );
  writeFileSync(path, aged);
}

describe('order-monit run', () => {
  test('tells in one mail of an order that was missing and is repaired', async () => {
    const number = await placeMissing();
    const service = new Run(installation, ['run']);
    await until('a mail has come', () => server.mails.length > 0);
    const { status, stdout } = await service.stop();
    assert.equal(status, 0, stdout);
    assert.deepEqual(subjects(), [`[order-monit] Order ${number} was missing, repaired`]);
    assert.match(server.mails[0]?.text ?? '', /Was missing, was repaired, is in Abacos now:/);
  });

  test('tells once of an order that is given up, with the reason and the command, and never again', async () => {
    const number = await placeMissing();
    await sandbox.standIn({ behaviour: { [number]: 'fail' } });
    const first = new Run(installation, ['run']);
    await until('the mail has come', () => subjects().some((subject) => subject.endsWith('needs action')));
    assert.equal((await first.stop()).status, 0);
    assert.deepEqual(subjects(), [`[order-monit] Order ${number} needs action`]);
    assert.match(server.mails[0]?.text.replaceAll(/\s+/g, ' ') ?? '', /it said: .*não cadastrado/i);
    assert.match(server.mails[0]?.text ?? '', new RegExp(`^ {6}order-monit retry ${number}$`, 'm'));
    const second = new Run(installation, ['run']);
    // Looked at again after the restart, found as it was, and not told again.
    await until('it has asked again', () => second.output.includes('looked at again'));
    await second.stop();
    assert.equal(server.mails.length, 1);
  });

  test('tells once of Abacos that is down, through restarts, and once that it is back', async () => {
    await sandbox.shop.place({ number: String(7_100_000 + count), ageS: 60 });
    sandbox.abacos.place(String(7_100_000 + count));
    const isDown = 'Abacos is down: ';
    await sandbox.abacos.down();
    const first = new Run(installation, ['run']);
    await until('it has noticed', () => first.output.includes(isDown));
    await first.stop();
    assert.deepEqual(subjects(), [], 'what may be over in a moment is not worth a mail');
    age(120_000);
    const second = new Run(installation, ['run']);
    await until('a mail has come', () => server.mails.length > 0);
    await second.stop();
    const third = new Run(installation, ['run']);
    await until('it has started', () => third.output.includes('starts after order id'));
    await third.stop('SIGKILL');
    await sandbox.abacos.up();
    const fourth = new Run(installation, ['run']);
    await until('a second mail has come', () => server.mails.length > 1);
    await fourth.stop();
    assert.equal(subjects()[0], '[order-monit] Abacos is down');
    assert.match(subjects()[1] ?? '', /^\[order-monit\] Abacos is back after 2 min/);
    assert.equal(server.mails.length, 2);
    assert.match(
      server.mails[1]?.text.replaceAll(/\s+/g, ' ') ?? '',
      /1 order had waited and has been checked; nothing/,
    );
    const [down, back] = server.mails.map(({ raw }) => raw);
    assert.equal(headerOf(back ?? '', 'in-reply-to'), headerOf(down ?? '', 'message-id'));
  });

  test('tells why it did not start, and that the configuration is good again when it does', async () => {
    await configure(installation, { service: { running_cycle: 'often' } });
    assert.equal((await call(installation, 'run')).status, 78);
    assert.equal((await call(installation, 'run')).status, 78);
    assert.deepEqual(subjects(), ['[order-monit] Configuration fault']);
    const text = server.mails[0]?.text.replaceAll(/\s+/g, ' ') ?? '';
    assert.match(text, /service\.yml line 1: running_cycle: "often" is not a number/);
    await configure(installation, { service: { ...sandbox.files['service'] } });
    const service = new Run(installation, ['run']);
    await until('a second mail has come', () => server.mails.length > 1);
    await service.stop();
    assert.deepEqual(subjects().slice(1), ['[order-monit] Configuration corrected']);
  });

  test('tells of a checkpoint that keeps it from starting, and that it is good again', async () => {
    const checkpoint = join(installation.state, 'checkpoint');
    writeFileSync(checkpoint, `${START}this is no line of it\n${START}`);
    assert.equal((await call(installation, 'run')).status, 78);
    assert.equal((await call(installation, 'run')).status, 78);
    assert.deepEqual(subjects(), ['[order-monit] Configuration fault']);
    assert.match(server.mails[0]?.text.replaceAll(/\s+/g, ' ') ?? '', /checkpoint is damaged at line 2/);
    writeFileSync(checkpoint, START);
    const service = new Run(installation, ['run']);
    await until('a second mail has come', () => server.mails.length > 1);
    await service.stop();
    assert.deepEqual(subjects().slice(1), ['[order-monit] Configuration corrected']);
  });

  test('sends the daily report late and once, and not from a start that failed and knows no orders', async () => {
    await configure(installation, { email: { ...email(), daily_report_at: '00:00' } });
    assert.equal((await call(installation, 'once')).status, 0);
    age(25 * 3_600_000);
    await configure(installation, { service: { running_cycle: 'often' } });
    assert.equal((await call(installation, 'run')).status, 78);
    assert.deepEqual(subjects(), ['[order-monit] Configuration fault']);
    await configure(installation, { service: { ...sandbox.files['service'] } });
    assert.equal((await call(installation, 'once')).status, 0);
    assert.equal((await call(installation, 'once')).status, 0);
    const [corrected, report, ...more] = subjects().slice(1).sort();
    assert.equal(corrected, '[order-monit] Configuration corrected');
    assert.match(report ?? '', /^\[order-monit\] Daily report of [\d-]{10}: 0 orders, 0 in Abacos, none open$/);
    assert.deepEqual(more, []);
  });

  test('tells of a fault at a reload, and goes on', async () => {
    const service = new Run(installation, ['run']);
    await until('it has started', () => service.output.includes('starts after order id'));
    await configure(installation, { service: { running_cycle: 'often' } });
    service.child.kill('SIGHUP');
    await until('a mail has come', () => server.mails.length > 0);
    assert.equal((await service.stop()).status, 0);
    assert.deepEqual(subjects(), ['[order-monit] Configuration fault']);
  });

  test('keeps the mail while the mail server is down, and sends it after a restart', async () => {
    const { port } = server;
    await server.close();
    const number = await placeMissing();
    const first = new Run(installation, ['run']);
    await until('the mail could not be sent', () => first.output.includes('The mail server takes no alerts'));
    assert.equal((await first.stop()).status, 0);
    assert.equal(spooled().length, 1);
    server = await openMailServer({ port });
    const second = new Run(installation, ['run']);
    await until('the mail has come', () => server.mails.length > 0);
    await second.stop();
    assert.deepEqual(subjects(), [`[order-monit] Order ${number} was missing, repaired`]);
    assert.deepEqual(spooled(), []);
  });
});

test('order-monit once --dry-run sends nothing', async () => {
  await placeMissing();
  const { stdout } = await call(installation, 'once', '--dry-run');
  assert.match(stdout, /Dry run: .*missing/);
  assert.deepEqual(subjects(), []);
});

describe('order-monit check', () => {
  test('tries the mail server and sends nothing', async () => {
    const { stdout } = await call(installation, 'check');
    assert.match(stdout, /ok +mail: 127\.0\.0\.1 port \d+ answers \(not encrypted, without a login\)/);
    assert.deepEqual(subjects(), []);
  });

  test('says that the mail server can not be reached', async () => {
    await configure(installation, { email: { ...email(), smtp: { address: '127.0.0.1', port: 1 } } });
    const { status, stdout } = await call(installation, 'check');
    assert.match(stdout, /FAILED +mail: nothing listens at 127\.0\.0\.1 port 1 \(connection refused\)/);
    assert.equal(status, 1);
  });

  test('--mail sends a test', async () => {
    const { stdout } = await call(installation, 'check', '--mail');
    assert.match(stdout, /ok +mail: the mail server has taken a test mail for ops@example\.com/);
    assert.deepEqual(subjects(), ['[order-monit] Test']);
  });
});
