import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';

import { greetSmtp, sendOverSmtp, type SmtpServer } from '../../src/alerts/smtp.ts';
import { selfSigned } from '../shop/certificate.ts';
import { openMailServer, openSilentServer, plainServer, type Difficulty, type MailServer } from './mail-server.ts';

const PASSWORD = 'a-very-secret-word';
const { certificate, key } = selfSigned('localhost');
const CERTIFICATE = { cert: certificate, key };
const MESSAGE = Buffer.from('Subject: hello\r\n\r\nhello\r\n');
const ENVELOPE = { from: 'order-monit@example.com', to: ['ops@example.com', 'boss@example.com'] };
const login = (password = PASSWORD): SmtpServer['login'] => ({
  userName: 'me',
  password: () => password,
  method: 'PLAIN',
});

let server: MailServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function opened(difficulty?: Difficulty): Promise<MailServer> {
  server = await openMailServer(difficulty);
  return server;
}

/** Knows one user, as the mail server of the tests does. */
const LOGIN: Difficulty['options'] = {
  authOptional: false,
  allowInsecureAuth: true,
  authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
  onAuth: (auth, _, callback) => {
    const isGood =
      auth.username === 'me' &&
      (auth.password === undefined ? auth.validatePassword(PASSWORD) : auth.password === PASSWORD);
    if (isGood) callback(null, { user: 'me' });
    else callback(new Error(`bad credentials: ${String(auth.password)}`));
  },
};

async function send(settings: SmtpServer, deadlineMs = 20_000) {
  const options = { server: settings, clientName: 'monitor.example.com' };
  return sendOverSmtp(options, { envelope: ENVELOPE, message: MESSAGE }, AbortSignal.timeout(deadlineMs));
}

describe('sendOverSmtp', () => {
  test('hands a message to a plain server', async () => {
    const { mails, settings } = await opened();
    assert.deepEqual(await send(settings()), { kind: 'delivered', refused: [] });
    assert.deepEqual(
      mails.map(({ from, to, encrypted }) => ({ from, to, encrypted })),
      [{ from: 'order-monit@example.com', to: ENVELOPE.to, encrypted: false }],
    );
  });

  test('encrypts where the server offers it, whatever its certificate, when nothing asks for more', async () => {
    const { mails, settings } = await opened({ options: { disabledCommands: [], ...CERTIFICATE } });
    const delivery = await send(settings({ encryption: 'offered', verifyCertificate: false }));
    assert.equal(delivery.kind, 'delivered');
    assert.equal(mails[0]?.encrypted, true);
  });

  test('speaks TLS from the first byte where that is asked for', async () => {
    const { mails, settings } = await opened({ options: { secure: true, ...CERTIFICATE } });
    const delivery = await send(settings({ encryption: 'implicit', verifyCertificate: false }));
    assert.equal(delivery.kind, 'delivered');
    assert.equal(mails[0]?.encrypted, true);
  });

  test('sends nothing without encryption where that is required', async () => {
    const { mails, settings } = await opened();
    const delivery = await send(settings({ encryption: 'required' }));
    assert.match(delivery.kind === 'failed' ? delivery.why : '', /no encrypted connection to 127\.0\.0\.1 port \d+/);
    assert.deepEqual(mails, []);
  });

  test('sends nothing to a server whose certificate nobody vouches for', async () => {
    const { mails, settings } = await opened({ options: { disabledCommands: [], ...CERTIFICATE } });
    const delivery = await send(settings({ encryption: 'required' }));
    assert.match(delivery.kind === 'failed' ? delivery.why : '', /certificate/);
    assert.deepEqual(mails, []);
  });

  test('takes the certificate of a CA of our own', async () => {
    const { mails, settings } = await opened({ options: { disabledCommands: [], ...CERTIFICATE } });
    const delivery = await send(settings({ host: 'localhost', encryption: 'required', ca: certificate }));
    assert.deepEqual(delivery, { kind: 'delivered', refused: [] });
    assert.equal(mails[0]?.encrypted, true);
  });

  for (const method of ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const) {
    test(`logs in with ${method}`, async () => {
      const { mails, settings } = await opened({ options: LOGIN });
      const delivery = await send(settings({ login: { userName: 'me', password: () => PASSWORD, method } }));
      assert.equal(delivery.kind, 'delivered');
      assert.equal(mails[0]?.user, 'me');
    });
  }

  test('says that the login was refused, and not with what', async () => {
    const { settings } = await opened({ options: LOGIN });
    const delivery = await send(settings({ login: login('another-secret-word') }));
    assert.equal(delivery.kind === 'failed' && delivery.scope, 'server');
    const why = delivery.kind === 'failed' ? delivery.why : '';
    assert.match(why, /refuses the login as me/);
    assert.ok(!why.includes('another-secret-word'), why);
  });

  test('does not let one refused recipient keep the message from the other', async () => {
    const refuse = (address: string) => (address.startsWith('boss') ? { code: 550, text: 'no such user' } : undefined);
    const { mails, settings } = await opened({ refuse });
    const delivery = await send(settings());
    assert.deepEqual(delivery, {
      kind: 'delivered',
      refused: [{ address: 'boss@example.com', why: '550 no such user', permanent: true }],
    });
    assert.deepEqual(mails[0]?.to, ['ops@example.com']);
  });

  test('tells a recipient that is put off from one that is refused', async () => {
    const { settings } = await opened({
      refuse: (address) => (address.startsWith('boss') ? { code: 451, text: 'later' } : undefined),
    });
    const delivery = await send(settings());
    assert.equal(delivery.kind === 'delivered' && delivery.refused[0]?.permanent, false);
  });

  test('fails for the message alone when nobody of it is taken', async () => {
    const { settings } = await opened({ refuse: () => ({ code: 550, text: 'no such user' }) });
    const delivery = await send(settings());
    assert.equal(delivery.kind === 'failed' && delivery.scope, 'message');
  });

  test('says that nothing listens', async () => {
    const { port, close } = await openMailServer();
    await close();
    const delivery = await send(plainServer(port));
    assert.deepEqual(delivery, {
      kind: 'failed',
      scope: 'server',
      why: `127.0.0.1 port ${port} can not be reached (nothing listens there)`,
    });
  });

  test('leaves a server that says nothing when the time is up', async () => {
    const { port, close } = await openSilentServer();
    const delivery = await send(plainServer(port), 300);
    await close();
    assert.deepEqual(delivery, {
      kind: 'failed',
      scope: 'server',
      why: `127.0.0.1 port ${port} did not answer in time`,
    });
  });

  test('never rejects for a server that hangs up in the midst', async () => {
    const { settings } = await opened({
      options: {
        onData: (stream) => {
          stream.once('data', () => stream.destroy(new Error('gone')));
        },
        onMailFrom: (_address, _session, callback) => {
          callback(Object.assign(new Error('closing'), { responseCode: 421 }));
        },
      },
    });
    const delivery = await send(settings(), 5000);
    assert.equal(delivery.kind, 'failed');
  });
});

test('greetSmtp connects and logs in, and sends nothing', async () => {
  const { mails, settings } = await opened({ options: LOGIN });
  const options = { server: settings({ login: login() }), clientName: 'monitor.example.com' };
  assert.deepEqual(await greetSmtp(options, AbortSignal.timeout(20_000)), { encrypted: false, loggedIn: true });
  assert.deepEqual(mails, []);
});
