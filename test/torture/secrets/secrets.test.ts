/**
 * Everything that the service depends on repeats the secrets that it was sent,
 * in its errors; and nothing that the service prints, mails, shows or keeps
 * holds one. Besides this test, every run of the program and every mail of the
 * whole suite is searched (`test/sandbox/secrets.ts`).
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';

import type { SMTPServerOptions } from 'smtp-server';

import { openMailServer } from '../../alerts/mail-server.ts';
import { freePort, serve } from '../../sandbox/ports.ts';
import { call, install, Run } from '../../sandbox/program.ts';
import { KEY, openSandbox, START, type Sandbox } from '../../sandbox/sandbox.ts';
import { assertNoSecret, plant } from '../../sandbox/secrets.ts';
import { READER } from '../../sandbox/shop.ts';
import { until } from '../../sandbox/until.ts';

const MAIL_PASSWORD = plant('m4il-Secret-77');
const PAGE_PASSWORD = plant('p4ge-Secret-78-long');
const PASSPHRASE = plant('k3y-Passphrase-79');
const WEBHOOK_TOKEN = plant('w3bhook-Token-80');
const HEARTBEAT_TOKEN = plant('h3artbeat-Token-81');
/** What a library prints that repeats what it sent: three lines, the second of which is cut by their bound. */
const REPEATED = [
  `Abacos::Error: Chave enviada "${KEY}" <ChaveIdentificacao>${KEY.toLowerCase()}</ChaveIdentificacao>`,
  `${'x'.repeat(480)} ${KEY} ${READER.password}`,
  `Mysql2::Error: mysql2://order_monit:${READER.password}@db/shop (${MAIL_PASSWORD})`,
];

/** A web server that refuses everything and repeats what it was asked. */
async function openEcho(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(500, `No ${String(request.url)}`, { 'Content-Type': 'text/plain' });
    response.end(`No ${String(request.url)} here`);
  });
  return `http://127.0.0.1:${await serve(t, server)}`;
}

/** A mail server that repeats a password that it does not like. */
function askingFor(wanted: string): SMTPServerOptions {
  return {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ password }, _, done) => {
      if (password === wanted) done(null, { user: 'monit' });
      else done(Object.assign(new Error(`"${String(password)}" is wrong`), { responseCode: 535 }));
    },
  };
}

/** A key that wants a passphrase, and a task that prints all that it should not. */
async function spoil({ folder, shop, sshd }: Sandbox): Promise<{ readonly privateKey: string }> {
  const privateKey = join(folder, 'locked_key');
  await copyFile(sshd.keys.ed25519, privateKey);
  await chmod(privateKey, 0o600);
  await promisify(execFile)('ssh-keygen', ['-q', '-p', '-P', '', '-N', PASSPHRASE, '-f', privateKey]);
  const lines = REPEATED.map((line) => `echo '${line.replaceAll("'", '')}'`).join('\n');
  await writeFile(join(sshd.folder, 'bin', 'bundle'), `#!/bin/sh\n${lines}\nexit 1\n`);
  await shop.place({ number: '1', ageS: 60 });
  await shop.connection.query('UPDATE orders SET erp_integrate_error = ?', [REPEATED.join('\n')]);
  return { privateKey };
}

test('nothing that is printed, mailed, shown or kept holds a secret, whoever repeats it', async (t) => {
  const sandbox = await openSandbox();
  t.after(async () => sandbox.close());
  const echo = await openEcho(t);
  const mailServer = await openMailServer({ options: askingFor(MAIL_PASSWORD) });
  t.after(async () => mailServer.close());
  const refusing = await openMailServer({ options: askingFor('another one') });
  t.after(async () => refusing.close());
  const { privateKey } = await spoil(sandbox);
  const secretFile = async (name: string, secret: string): Promise<string> => {
    const path = join(sandbox.folder, name);
    await writeFile(path, `${secret}\n`, { mode: 0o600 });
    return path;
  };
  const pagePort = await freePort();
  const files = {
    ...sandbox.files,
    service: {
      ...sandbox.files['service'],
      max_attempts: 1,
      heartbeat_url: `${echo}/${HEARTBEAT_TOKEN}`,
      listen: `127.0.0.1:${pagePort}`,
      page_password_file: await secretFile('page', PAGE_PASSWORD),
    },
    integration_server: {
      ...sandbox.files['integration_server'],
      private_key: privateKey,
      passphrase_file: await secretFile('passphrase', PASSPHRASE),
    },
    email: {
      smtp: { address: '127.0.0.1', port: mailServer.port, user_name: 'monit', password: MAIL_PASSWORD, tls: 'off' },
      subscribers: ['ops@example.com'],
      webhook: `${echo}/${WEBHOOK_TOKEN}`,
      min_interval: 1,
    },
  };
  const installation = await install(join(sandbox.folder, 'spoilt'), files, START);
  const run = new Run(installation, ['run']);
  t.after(async () => run.stop());
  await until('the order is given up', () => run.output.includes('"event":"given-up"'));
  assert.match(run.output, /\[hidden\]/, 'what the task printed is there, without its secrets');

  const story = await call(installation, 'order', '1', '--json');
  assert.match(story.stdout, /erp_integrate_error/);
  for (const words of [
    ['status', '--json'],
    ['metrics'],
    ['checkpoint', 'failed', '--json'],
    ['order', '1'],
    ['check'],
  ]) {
    await call(installation, ...words);
  }
  const authorization = `Basic ${Buffer.from(`x:${PAGE_PASSWORD}`).toString('base64')}`;
  for (const path of ['/', '/order/1', '/?order=1']) {
    const page = await fetch(`http://127.0.0.1:${pagePort}${path}`, { headers: { authorization } });
    assertNoSecret(`The page ${path}`, JSON.stringify([...page.headers]) + (await page.text()));
  }

  sandbox.abacos.fail({ raw: `<html>key ${KEY}</html>`, status: 500, contentType: 'text/html' });
  await sandbox.shop.place({ number: '2', ageS: 60 });
  await until('Abacos is down', () => run.output.includes('Abacos is down'));
  await sandbox.shop.connection.query(`ALTER USER '${READER.username}'@'%' IDENTIFIED BY 'another one'`);
  await sandbox.shop.connection.query(`KILL USER '${READER.username}'`);
  await until('the database is down', () => run.output.includes('Shop database is down'));
  await until('a mail has come', () => mailServer.mails.length > 0);
  await run.stop();

  const refused = await install(join(sandbox.folder, 'refused'), {
    ...files,
    email: { ...files.email, smtp: { ...files.email.smtp, port: refusing.port } },
  });
  const { stdout, stderr } = await call(refused, 'check', '--mail');
  assert.match(stdout + stderr, /refuses the login as monit/);
});
