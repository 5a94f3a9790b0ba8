/** Mails over a real mail server: to everyone, and the password only where nobody else can read it. */
import assert from 'node:assert/strict';
import { after, describe, test, type TestContext } from 'node:test';

import type { SMTPServerOptions } from 'smtp-server';

import { sendMail, type MailSettings } from '../../src/alerts/deliver/mailer.ts';
import type { Mail } from '../../src/alerts/deliver/message.ts';
import type { SmtpServer } from '../../src/alerts/deliver/smtp.ts';
import { checkMailServer } from '../../src/alerts/index.ts';
import { openFlood } from '../sandbox/flood.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { freePort } from '../sandbox/ports.ts';
import { selfSigned } from '../shop/certificate.ts';
import { openMailServer, openSilentServer, type MailServer } from './mail-server.ts';
import { MAIL } from './smtp-mail.ts';

const HOST = 'monitor.example.com';
const PASSWORD = 'geheim-4711';
const SERVER = 'mail.example.com';
const CERTIFICATE = selfSigned(SERVER);
const TLS = { cert: CERTIFICATE.certificate, key: CERTIFICATE.key };
const LONG = AbortSignal.timeout(60_000);

function settingsFor(port: number, server: Partial<SmtpServer> = {}): MailSettings {
  return {
    server: {
      host: SERVER,
      port,
      encryption: 'offered',
      verifyCertificate: false,
      ca: undefined,
      allowCleartextPassword: false,
      login: undefined,
      ...server,
    },
    from: 'order-monit@example.com',
    subscribers: ['one@example.com', 'two@example.com', 'three@example.com'],
    ordersTo: [],
    faultsTo: [],
    escalateTo: ['boss@example.com'],
  };
}

// Nothing listens at the first.
const names = withTwoAddresses();
after(() => {
  names.restore();
});

async function serve(t: TestContext, options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await openMailServer({ options });
  t.after(() => server.close());
  return server;
}

const send = async (mail: Mail, settings: MailSettings, signal: AbortSignal = LONG) =>
  sendMail(mail, { settings, host: HOST }, signal);

/** For order-monit, unlike {@link SERVER}, it is this host. */
const LOCAL = '127.0.0.1';

const login = { userName: 'monitor', password: () => PASSWORD, method: 'PLAIN' } as const;

const withLogin: SMTPServerOptions = {
  authOptional: false,
  allowInsecureAuth: true,
  authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
  onAuth: (auth, _, done) => {
    const { username, password } = auth;
    // CRAM-MD5 shows no password.
    const right = password === undefined ? auth.validatePassword(PASSWORD) : password === PASSWORD;
    if (right && username === 'monitor') done(null, { user: username });
    else done(new Error(`Authentication failed for ${password ?? ''}`));
  },
};

describe('A mail', () => {
  test('goes to all subscribers in one message, with what mail programs and filters go by', async (t) => {
    const server = await serve(t);
    assert.deepEqual(await send(MAIL, settingsFor(server.port)), { kind: 'delivered', refused: [] });
    assert.equal(server.mails.length, 1);
    const [mail] = server.mails;
    assert.deepEqual(mail?.to, ['one@example.com', 'two@example.com', 'three@example.com']);
    const text = mail.raw.replaceAll('\r\n', '\n');
    assert.match(text, /^From: "order-monit" <order-monit@example\.com>$/m);
    assert.match(text, /^To: one@example\.com, two@example\.com, three@example\.com$/m);
    assert.match(text, /^Subject: =\?UTF-8\?Q\?=5Border-monit=5D_Pedido_1226207/m);
    assert.match(text, /^Message-ID: <order-monit\.abc\.1@monitor\.example\.com>$/m);
    assert.match(text, /^Date: Fri, 20 Nov 2026 12:00:05 \+0000$/m);
    assert.match(text, /^Auto-Submitted: auto-generated$/m);
    assert.match(text, /^X-Order-Monit: orders news$/m);
    assert.match(text, /^List-Id: order-monit <order-monit\.monitor\.example\.com>$/im);
    assert.match(text, /^Content-Type: multipart\/alternative/m);
    assert.doesNotMatch(text, /^(References|In-Reply-To):/m);
    assert.doesNotMatch(text, /boss@example\.com/);
  });

  test('that belongs to an earlier one refers to it, and one that was escalated goes to everyone', async (t) => {
    const server = await serve(t);
    await send({ ...MAIL, id: 'abc.2', audience: 'everyone' }, settingsFor(server.port));
    const text = server.mails[0]?.raw ?? '';
    assert.match(text, /^References: <order-monit\.abc\.1@monitor\.example\.com>\r$/m);
    assert.match(text, /^In-Reply-To: <order-monit\.abc\.1@monitor\.example\.com>\r$/m);
    assert.equal(server.mails[0]?.to.at(-1), 'boss@example.com');
  });

  test('reaches the others when the server refuses one recipient', async (t) => {
    const server = await serve(t, {
      onRcptTo: ({ address }, _, done) => {
        if (address !== 'two@example.com') done();
        else done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      },
    });
    const delivery = await send(MAIL, settingsFor(server.port));
    assert.ok(delivery.kind === 'delivered');
    assert.deepEqual(
      delivery.refused.map(({ address, permanent }) => [address, permanent]),
      [['two@example.com', true]],
    );
    assert.match(delivery.refused[0]?.why ?? '', /no such user/);
    assert.deepEqual(server.mails[0]?.to, ['one@example.com', 'three@example.com']);
  });

  test('that the server takes for nobody has failed, and the others may be tried', async (t) => {
    const server = await serve(t, {
      onRcptTo: (_, __, done) => {
        done(Object.assign(new Error('relaying denied'), { responseCode: 554 }));
      },
    });
    const delivery = await send(MAIL, settingsFor(server.port));
    assert.ok(delivery.kind === 'failed');
    assert.equal(delivery.scope, 'message');
    assert.match(delivery.why, /relaying denied/);
  });
});

describe('Encryption', () => {
  test('is taken where it is offered, whatever the certificate', async (t) => {
    const server = await serve(t, { ...TLS, disabledCommands: [] });
    assert.equal((await send(MAIL, settingsFor(server.port))).kind, 'delivered');
    assert.equal(server.mails[0]?.encrypted, true);
  });

  test('that is required and not offered keeps the mail here', async (t) => {
    const server = await serve(t);
    const delivery = await send(MAIL, settingsFor(server.port, { encryption: 'required', verifyCertificate: true }));
    assert.ok(delivery.kind === 'failed');
    assert.match(delivery.why, /no encrypted connection to mail\.example\.com/);
    assert.equal(server.mails.length, 0);
  });

  test('with a certificate that nobody vouches for is refused where it is to be checked', async (t) => {
    const server = await serve(t, { ...TLS, disabledCommands: [] });
    const settings = { encryption: 'required', verifyCertificate: true } as const;
    const delivery = await send(MAIL, settingsFor(server.port, settings));
    assert.ok(delivery.kind === 'failed');
    assert.match(delivery.why, /self.signed/);
    const trusting = settingsFor(server.port, { ...settings, ca: CERTIFICATE.certificate });
    assert.equal((await send(MAIL, trusting)).kind, 'delivered');
  });

  test('from the first byte, as on port 465', async (t) => {
    const server = await serve(t, { ...TLS, secure: true });
    const settings = { encryption: 'implicit', verifyCertificate: true, ca: CERTIFICATE.certificate } as const;
    assert.equal((await send(MAIL, settingsFor(server.port, settings))).kind, 'delivered');
    assert.equal(server.mails[0]?.encrypted, true);
  });
});

describe('The login', () => {
  for (const method of ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const) {
    test(`works with ${method}`, async (t) => {
      const server = await serve(t, withLogin);
      const delivery = await send(MAIL, settingsFor(server.port, { host: LOCAL, login: { ...login, method } }));
      assert.equal(delivery.kind, 'delivered');
    });
  }

  test('that is refused is said without the password, even when the server repeats it', async (t) => {
    const server = await serve(t, withLogin);
    const wrong = 'falsch-0815';
    const delivery = await send(
      MAIL,
      settingsFor(server.port, { host: LOCAL, login: { ...login, password: () => wrong } }),
    );
    assert.ok(delivery.kind === 'failed');
    assert.equal(delivery.scope, 'server');
    assert.match(delivery.why, /refuses the login as monitor/);
    assert.ok(!delivery.why.includes(wrong), delivery.why);
  });
});

describe('The password', () => {
  /** A server on another host, as order-monit sees it, that would take the login of anybody. */
  const openThief = async (t: TestContext, options: SMTPServerOptions = {}) => {
    const passwords: string[] = [];
    const server = await serve(t, {
      authOptional: true,
      allowInsecureAuth: true,
      authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
      onAuth: ({ password }, _, done) => {
        passwords.push(password ?? 'an answer that it could be guessed from');
        done(null, { user: 'monitor' });
      },
      ...options,
    });
    return { ...server, passwords };
  };

  for (const method of ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const) {
    test(`does not go to another host that hides its STARTTLS (${method})`, async (t) => {
      const thief = await openThief(t);
      const delivery = await send(MAIL, settingsFor(thief.port, { login: { ...login, method } }));
      assert.ok(delivery.kind === 'failed');
      assert.equal(delivery.scope, 'server');
      assert.match(delivery.why, /mail\.example\.com port \d+ is not encrypted, so the password was not sent/);
      assert.match(delivery.why, /smtp: tls .*smtp: allow_cleartext_password: true/);
      assert.deepEqual(thief.passwords, []);
      assert.equal(thief.mails.length, 0);
    });
  }

  test('does not go to a server that offers no login, even over TLS', async (t) => {
    const server = await serve(t, { ...TLS, disabledCommands: ['AUTH'] });
    const delivery = await send(MAIL, settingsFor(server.port, { login }));
    assert.ok(delivery.kind === 'failed');
    assert.match(delivery.why, /offers no login, so the password was not sent.*smtp: user_name/);
  });

  test('goes without encryption where the configuration says so, and check warns of it', async (t) => {
    const server = await openThief(t);
    const settings = settingsFor(server.port, { login, allowCleartextPassword: true });
    assert.equal((await send(MAIL, settings)).kind, 'delivered');
    assert.deepEqual(server.passwords, [PASSWORD]);
    const [, warning] = await checkMailServer(settings, HOST, LONG);
    assert.equal(warning?.result, 'warning');
    assert.match(warning.text, /goes to mail\.example\.com without encryption.*smtp: tls: required/);
  });

  test('is missed by check just the same', async (t) => {
    const thief = await openThief(t);
    await assert.rejects(checkMailServer(settingsFor(thief.port, { login }), HOST, LONG), /allow_cleartext_password/);
    assert.deepEqual(thief.passwords, []);
  });

  test('goes over TLS', async (t) => {
    const server = await openThief(t, { ...TLS, disabledCommands: [] });
    assert.equal((await send(MAIL, settingsFor(server.port, { login }))).kind, 'delivered');
    assert.deepEqual(server.passwords, [PASSWORD]);
    assert.equal(server.mails[0]?.encrypted, true);
  });
});

describe('A mail server', () => {
  test('that does not listen is said to be unreachable', async () => {
    const port = await freePort();
    const delivery = await send(MAIL, settingsFor(port));
    assert.deepEqual(delivery, {
      kind: 'failed',
      scope: 'server',
      why: `nothing listens at ${SERVER} port ${port} (::1, 127.0.0.1) (connection refused)`,
    });
  });

  test('that never speaks is left when the time is up, and its connection with it', async (t) => {
    const silent = await openSilentServer();
    t.after(() => silent.close());
    const deadline = new AbortController();
    const sending = send(MAIL, settingsFor(silent.port), deadline.signal);
    const connection = await Promise.race([silent.connected, sending]);
    assert.ok('closed' in connection, 'it was given up before it was connected');
    deadline.abort();
    const delivery = await sending;
    assert.ok(delivery.kind === 'failed');
    assert.match(delivery.why, /did not answer in time/);
    await connection.closed;
  });

  for (const line of ['220 ' + 'x'.repeat(60_000), `220-${'x'.repeat(60)}\r\n`.repeat(1000)]) {
    test(`that greets without an end is left (${line.slice(0, 5)})`, async (t) => {
      const flood = await openFlood(t, Buffer.from(line));
      const delivery = await send(MAIL, settingsFor(flood.port));
      assert.ok(delivery.kind === 'failed');
      assert.match(delivery.why, /mail\.example\.com port \d+: it sends more than it was asked for, or without an end/);
      await flood.ended;
    });
  }

  test('is tried by check, which sends nothing', async (t) => {
    const server = await serve(t, withLogin);
    const [finding, ...more] = await checkMailServer(settingsFor(server.port, { host: LOCAL, login }), HOST, LONG);
    assert.equal(finding?.result, 'ok');
    assert.deepEqual(more, []);
    assert.match(finding.text, /not encrypted, logged in.*4 addresses/);
    assert.equal(server.mails.length, 0);
    await assert.rejects(
      checkMailServer(settingsFor(await freePort()), HOST, LONG),
      /nothing listens at mail\.example\.com port \d+ .*\(connection refused\)/,
    );
  });
});
