/** Mail servers that refuse: what they said, and what to do about it; and those that only want it another way. */
import assert from 'node:assert/strict';
import { createServer as createWeb } from 'node:http';
import { createServer } from 'node:net';
import { after, describe, test, type TestContext } from 'node:test';

import type { SMTPServerOptions } from 'smtp-server';

import { sendMail, type MailSettings } from '../../src/alerts/deliver/mailer.ts';
import type { SmtpServer } from '../../src/alerts/deliver/smtp.ts';
import { checkMailServer, sendTest } from '../../src/alerts/index.ts';
import { MAIL_REFUSALS } from '../refusals/mail.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { listen, serve as serveWeb } from '../sandbox/ports.ts';
import { selfSigned } from '../shop/certificate.ts';
import { openMailServer, openSilentServer, plainServer, type MailServer } from './mail-server.ts';
import { MAIL } from './smtp-mail.ts';

const HOST = 'monitor.example.com';
const PASSWORD = 'geheim-4711';
const LONG = AbortSignal.timeout(60_000);
const OWN = selfSigned('mail.example.com');
const TLS = { cert: OWN.certificate, key: OWN.key };

// Nothing listens at the first of the two.
const names = withTwoAddresses();
after(() => {
  names.restore();
});

function settings(server: SmtpServer, subscribers = ['one@example.com']): MailSettings {
  return { server, from: 'order-monit@example.com', subscribers, ordersTo: [], faultsTo: [], escalateTo: [] };
}

const login = { userName: 'monitor', password: () => PASSWORD, method: 'PLAIN' } as const;

async function serve(t: TestContext, options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await openMailServer({ options });
  t.after(() => server.close());
  return server;
}

function refusal({ code, text }: { code: number; text: string }): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

describe('What a mail server says is quoted, and leads to what to do', () => {
  for (const one of MAIL_REFUSALS) {
    test(`${one.from}: ${one.code} ${one.text}`, async (t) => {
      const server = await serve(t, {
        authOptional: true,
        allowInsecureAuth: true,
        onAuth: (_, __, done) => {
          done(one.at === 'login' ? refusal(one) : null, { user: 'monitor' });
        },
        onMailFrom: (_, __, done) => {
          done(one.at === 'sender' ? refusal(one) : null);
        },
        onRcptTo: (_, __, done) => {
          done(one.at === 'recipient' ? refusal(one) : null);
        },
      });
      const wanted = server.settings(one.at === 'login' ? { login } : {});
      const delivery = await sendMail(MAIL, { settings: settings(wanted), host: HOST }, LONG);
      assert.ok(delivery.kind === 'failed');
      assert.ok(delivery.why.includes(`${one.code} ${one.text}`.replace(/\.$/, '')), delivery.why);
      assert.match(delivery.why, one.hint);
      if (one.at !== 'login') return;
      await assert.rejects(checkMailServer(settings(wanted), HOST, LONG), ({ message }: Error) => {
        assert.match(message, one.hint);
        return true;
      });
    });
  }
});

describe('The login', () => {
  const accept: SMTPServerOptions = {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ method, password }, _, done) => {
      done(password === PASSWORD ? null : new Error(`wrong for ${method}`), { user: 'monitor' });
    },
  };

  for (const [method, offered] of [
    ['PLAIN', 'LOGIN'],
    ['LOGIN', 'PLAIN'],
  ] as const) {
    test(`is done by ${offered} where ${method} is configured and not offered, as by Exchange`, async (t) => {
      const server = await serve(t, { ...accept, authMethods: [offered] });
      const wanted = server.settings({ login: { ...login, method } });
      assert.equal((await sendMail(MAIL, { settings: settings(wanted), host: HOST }, LONG)).kind, 'delivered');
      assert.equal(server.mails[0]?.user, 'monitor');
    });
  }

  for (const [method, offered] of [
    ['CRAM-MD5', 'LOGIN'],
    ['PLAIN', 'XOAUTH2'],
  ] as const) {
    test(`is not done where ${offered} alone is offered for ${method}, and the password stays here`, async (t) => {
      const asked: string[] = [];
      const server = await serve(t, {
        ...accept,
        authMethods: [offered],
        onAuth: ({ password }, _, done) => {
          asked.push(password ?? '');
          done(null, { user: 'monitor' });
        },
      });
      const wanted = server.settings({ login: { ...login, method } });
      const delivery = await sendMail(MAIL, { settings: settings(wanted), host: HOST }, LONG);
      assert.ok(delivery.kind === 'failed');
      assert.match(
        delivery.why,
        new RegExp(`it offers ${offered}\\), so the password was not sent.*smtp: authentication`),
      );
      assert.deepEqual(asked, []);
    });
  }
});

/** A mail server of the old kind: nothing but what every one has, and no bytes above 127 in its commands. */
async function openPlainServer(t: TestContext): Promise<{ port: number; heard: () => string }> {
  let heard = '';
  const server = createServer((socket) => {
    let inMail = false;
    socket.on('error', () => undefined).write('220 old.example.com\r\n');
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      heard += text;
      if (inMail) inMail = !text.endsWith('\r\n.\r\n');
      else if (text.startsWith('DATA')) inMail = true;
      if (inMail && !text.startsWith('DATA')) return;
      socket.write(inMail ? '354 go on\r\n' : /[\x80-\xff]/.test(text) ? '553 not ASCII\r\n' : '250 ok\r\n');
    });
  });
  t.after(() => server.close());
  return { port: await listen(server), heard: () => heard };
}

describe('A subscriber at a domain with letters of its own', () => {
  test('gets mail from a server that knows no such letters', async (t) => {
    const { heard, port } = await openPlainServer(t);
    const to = settings(plainServer(port), ['ops@Pão-de-Queijo.com.br']);
    const delivery = await sendMail(MAIL, { settings: to, host: HOST }, LONG);
    assert.deepEqual(delivery, { kind: 'delivered', refused: [] });
    assert.match(heard(), /^RCPT TO:<ops@xn--po-de-queijo-2bb\.com\.br>\r$/m);
    assert.match(heard(), /^To: ops@xn--po-de-queijo-2bb\.com\.br\r$/m);
  });

  test('is named as it is configured where the server refuses it', async (t) => {
    const server = await serve(t, {
      onRcptTo: ({ address }, _, done) => {
        done(address.includes('ação') ? refusal({ code: 550, text: '5.1.1 User unknown' }) : null);
      },
    });
    const to = ['one@example.com', 'ops@ação.example'];
    const delivery = await sendMail(MAIL, { settings: settings(server.settings(), to), host: HOST }, LONG);
    assert.ok(delivery.kind === 'delivered');
    assert.deepEqual(
      delivery.refused.map(({ address }) => address),
      ['ops@ação.example'],
    );
  });
});

describe('TLS to a mail server', () => {
  const at = (port: number, changes: Partial<SmtpServer>): MailSettings =>
    settings({ ...plainServer(port), host: 'mail.example.com', ...changes });

  test('with a certificate that nobody vouches for is told of with its cause and key', async (t) => {
    const server = await serve(t, { ...TLS, disabledCommands: [] });
    for (const encryption of ['required', 'offered'] as const) {
      const delivery = await sendMail(MAIL, { settings: at(server.port, { encryption }), host: HOST }, LONG);
      assert.ok(delivery.kind === 'failed');
      assert.match(
        delivery.why,
        /mail\.example\.com port \d+ is not trusted: it has signed itself.*smtp: ca in email\.yml/,
      );
    }
  });

  test('from the first byte at a port without it is told of', async (t) => {
    const server = await serve(t);
    const delivery = await sendMail(MAIL, { settings: at(server.port, { encryption: 'implicit' }), host: HOST }, LONG);
    assert.ok(delivery.kind === 'failed');
    assert.match(delivery.why, /what answers there speaks no TLS.*smtp: tls/);
  });

  test('that is required and not offered is told of with what to do', async (t) => {
    const server = await serve(t);
    const delivery = await sendMail(MAIL, { settings: at(server.port, { encryption: 'required' }), host: HOST }, LONG);
    assert.ok(delivery.kind === 'failed');
    assert.match(delivery.why, /no encrypted connection to mail\.example\.com/);
  });
});

test('A mail server that says nothing is told of with its addresses, and with what may be the cause', async (t) => {
  const silent = await openSilentServer();
  t.after(() => silent.close());
  const deadline = new AbortController();
  const server = { ...plainServer(silent.port), host: 'mail.example.com' };
  const sending = sendMail(MAIL, { settings: settings(server), host: HOST }, deadline.signal);
  await Promise.race([silent.connected, sending]);
  deadline.abort();
  const delivery = await sending;
  assert.ok(delivery.kind === 'failed');
  assert.match(delivery.why, /port \d+ \(::1, 127\.0\.0\.1\) did not answer in time.*set smtp: tls: implicit/);
});

test('A mail server that never greets, as one that waits for TLS, is not taken for one that can not be reached', async (t) => {
  const silent = await openSilentServer();
  t.after(() => silent.close());
  const wait = globalThis.setTimeout;
  // The 30 s that the greeting may take.
  t.mock.method(globalThis, 'setTimeout', (work: () => void, ms: number) => wait(work, ms === 30_000 ? 1 : ms));
  const delivery = await sendMail(MAIL, { settings: settings(plainServer(silent.port)), host: HOST }, LONG);
  assert.ok(delivery.kind === 'failed');
  assert.match(delivery.why, /^127\.0\.0\.1 port \d+ did not answer in time.*set smtp: tls: implicit/);
});

for (const [what, words, name] of [
  [
    'mailboxes',
    '* OK IMAP4rev1 ready\r\n',
    'a mailbox server (IMAP), and no mail server: it says "* OK IMAP4rev1 ready"',
  ],
  ['files', '220 (vsFTPd 3.0.5)\r\n', 'an FTP server, and no mail server: it says "220 (vsFTPd 3.0.5)"'],
  ['logins', 'SSH-2.0-OpenSSH_9.2p1\r\n', 'an SSH server, and no mail server: it says "SSH-2.0-OpenSSH_9.2p1"'],
  ['pages', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'a web server, and no mail server: it says "HTTP/1.1 400 Bad Request"'],
  [
    'databases',
    'Z\0\0\0\n10.11.6-MariaDB\0x',
    'a MySQL or MariaDB server, and no mail server: it says "10.11.6-MariaDB"',
  ],
] as const) {
  test(`A server for ${what} in the place of the mail server is named for that`, async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).write(Buffer.from(words, 'latin1'));
      // The server for files waits for a command, and wants another login than this one.
      if (what === 'files') socket.once('data', () => socket.end('530 Please login with USER and PASS.\r\n'));
      else socket.end();
    });
    t.after(() => server.close());
    const port = await listen(server);
    const delivery = await sendMail(MAIL, { settings: settings(plainServer(port)), host: HOST }, LONG);
    assert.ok(delivery.kind === 'failed');
    assert.ok(delivery.why.includes(`is ${name}. What to do: check smtp: address and port`), delivery.why);
  });
}

test('What is no server of any known kind is named for what it says', async (t) => {
  const server = createServer((socket) => socket.on('error', () => undefined).end('hello\r\n'));
  t.after(() => server.close());
  const port = await listen(server);
  const delivery = await sendMail(MAIL, { settings: settings(plainServer(port)), host: HOST }, LONG);
  assert.ok(delivery.kind === 'failed');
  assert.match(delivery.why, /is no mail server: it says "hello"\. What to do: check smtp: address and port/);
});

test('A test of what stays silent ends for each of them while people wait, and says what it waited for', async (t) => {
  const silent = await openSilentServer();
  const web = createWeb(() => undefined);
  const port = await serveWeb(t, web);
  t.after(() => silent.close());
  const url = `http://127.0.0.1:${port}/hook`;
  const delivering = {
    mail: settings(plainServer(silent.port)),
    webhook: { url: () => url, format: undefined, ca: undefined },
    language: 'en',
    maxAttempts: 4,
    escalateAfterMs: 0,
  } as const;
  const findings = await sendTest(delivering, { host: HOST, id: 'a.1', now: 0, limitMs: 700 }, LONG);
  const texts = findings.map(({ text }) => text);
  assert.match(
    texts[0] ?? '',
    /the test mail was not taken within 0\.7 s: 127\.0\.0\.1 port \d+ .*did not answer in time/,
  );
  assert.match(
    texts[1] ?? '',
    /the webhook has not taken a test alert within 0\.7 s: 127\.0\.0\.1:\d+: it took the message, and did not answer in time/,
  );
});
