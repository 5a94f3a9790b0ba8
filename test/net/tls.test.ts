/** What people are told when TLS can not be agreed on: by servers that are played here, and by what OpenSSL says of others. */
import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { createServer as createTcp, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';

import { exchange } from '../../src/net/exchange.ts';
import type { Failure } from '../../src/net/destination.ts';
import { connectionFailure } from '../../src/net/failure.ts';
import { assertDocumented } from '../docs/causes.ts';
import { TLS_REFUSALS } from '../refusals/tls.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { freePort, listen, serve } from '../sandbox/ports.ts';
import { selfSigned, signedBy } from '../shop/certificate.ts';

const TO = { place: 'server:443', setting: 'THE SETTING', ca: 'THE CA', tls: 'http or https' };
const NAME = 'server.example.com';
const AUTHORITY = selfSigned('An authority', { isAuthority: true });
const SIGNED = signedBy(AUTHORITY, 'An authority', NAME);
const OWN = selfSigned(NAME);

// Nothing listens at the first of the two.
const names = withTwoAddresses();
after(() => {
  names.restore();
});

describe('What OpenSSL says leads to its cause', () => {
  for (const { code, message, reason, hint } of TLS_REFUSALS) {
    test(`${code}: ${message.trim()}`, () => {
      const failure = connectionFailure(Object.assign(new Error(message), { code }), TO);
      assert.match(failure?.reason ?? '', reason);
      assertDocumented(failure?.reason ?? '');
      assert.match(failure?.hint ?? '', hint);
    });
  }

  test('also where it is not known, by its own words', () => {
    const failure = connectionFailure(
      Object.assign(new Error('error:0A:SSL routines::odd\nthing'), { code: 'ERR_SSL_ODD' }),
      TO,
    );
    assert.equal(failure?.reason, 'no TLS connection with server:443 could be agreed on (odd thing)');
  });

  test('and nothing else is taken for it', () => {
    assert.equal(connectionFailure(new Error('the answer was cut off'), TO), undefined);
  });
});

/** What an exchange with a URL fails by, or its status. */
async function outcome(url: string, ca?: string): Promise<Failure | number> {
  try {
    const signal = AbortSignal.timeout(60_000);
    return (await exchange({ url: new URL(url), ca, signal, reads: 1000 })).status;
  } catch (error) {
    const failure = connectionFailure(error, TO);
    assert.ok(failure, String(error));
    return failure;
  }
}

const pem = ({ certificate, key }: typeof OWN, more = ''): ServerOptions => ({ cert: certificate + more, key });

describe('A server over TLS', () => {
  const cases: readonly (readonly [what: string, options: ServerOptions, ca: string | undefined, reason: RegExp])[] = [
    ['that has signed itself', pem(OWN), undefined, /it has signed itself/],
    ['whose authority is not known', pem(SIGNED, AUTHORITY.certificate), undefined, /its authority is not known here/],
    ['that leaves its authority out', pem(SIGNED), undefined, /the one that signed it did not come along/],
    ['that another one signs for', pem(SIGNED), OWN.certificate, /is not trusted/],
    ['whose time is over', pem(selfSigned(NAME, { expired: true })), undefined, /signed itself|has expired/],
    [
      'with no version that is taken',
      { ...pem(OWN), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      OWN.certificate,
      /no TLS version that is taken here/,
    ],
    [
      'with no cipher in common',
      { ...pem(OWN), maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0' },
      OWN.certificate,
      /no TLS version, cipher and signature in common \(/,
    ],
    [
      'that wants a certificate',
      { ...pem(OWN), requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' },
      OWN.certificate,
      /wants a certificate of the client, and refuses what it got/,
    ],
  ];
  for (const [what, options, ca, reason] of cases) {
    test(`${what} is told of as such, with the addresses of its name`, async (t) => {
      const port = await serve(
        t,
        createServer(options, (_, response) => response.end()),
      );
      const failure = await outcome(`https://${NAME}:${port}/`, ca);
      assert.ok(typeof failure === 'object');
      assert.match(failure.reason, reason);
      assert.match(failure.reason, /server:443 \(::1, 127\.0\.0\.1\)/);
    });
  }

  for (const [what, options, ca] of [
    ['itself', pem(OWN), OWN.certificate],
    ['its authority', pem(SIGNED), AUTHORITY.certificate],
  ] as const) {
    test(`is taken where ca names ${what}`, async (t) => {
      const port = await serve(
        t,
        createServer(options, (_, response) => response.end()),
      );
      assert.equal(await outcome(`https://${NAME}:${port}/`, ca), 200);
    });
  }

  for (const [what, certificate, reason] of [
    ['has expired', selfSigned(NAME, { expired: true }), /has expired$/],
    ['is not valid yet', selfSigned(NAME, { notYet: true }), /is not valid yet$/],
    ['is for another name', selfSigned('other.example.com'), /is for another name: .*other\.example\.com/],
  ] as const) {
    test(`with a certificate that is known and ${what} is told of as such`, async (t) => {
      const port = await serve(
        t,
        createServer(pem(certificate), (_, response) => response.end()),
      );
      const failure = await outcome(`https://${NAME}:${port}/`, certificate.certificate);
      assert.ok(typeof failure === 'object');
      assert.match(failure.reason, reason);
    });
  }
});

test('A certificate without an address, where one was asked for, is told of with the names that it has', async (t) => {
  for (const [certificate, names] of [
    [selfSigned(NAME), `DNS:${NAME}`],
    [selfSigned(NAME, { hasNoAlternative: true }), NAME],
  ] as const) {
    const port = await serve(
      t,
      createServer(pem(certificate), (_, response) => response.end()),
    );
    const failure = await outcome(`https://127.0.0.1:${port}/`, certificate.certificate);
    assert.ok(typeof failure === 'object');
    assert.ok(
      failure.reason.endsWith(`is for another name: it names ${names}, and no address; 127.0.0.1 was asked for`),
      failure.reason,
    );
    assert.match(failure.hint ?? '', /an address counts there alone/);
  }
});

describe('A server that speaks no TLS', () => {
  test('is told of as such', async (t) => {
    const port = await serve(t, createHttp());
    const failure = await outcome(`https://${NAME}:${port}/`);
    assert.ok(typeof failure === 'object');
    assert.match(failure.reason, /what answers there speaks no TLS/);
    assert.match(failure.hint ?? '', /http or https/);
  });

  for (const [how, hangUp] of [
    ['', (socket: Socket) => socket.end()],
    [' with a reset, as Windows does that has nothing in common', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    test(`and hangs up${how} is told of as well`, async (t) => {
      const server = createTcp((socket) => {
        socket.once('data', () => hangUp(socket));
      });
      t.after(() => server.close());
      const failure = await outcome(`https://${NAME}:${await listen(server)}/`);
      assert.ok(typeof failure === 'object');
      assert.match(failure.reason, /it hung up$/);
      assert.match(failure.hint ?? '', /nothing but what is no longer taken \(TLS 1\.1, signatures with SHA-1/);
    });
  }
});

describe('A name with two addresses', () => {
  test('is reached at the second where nothing listens at the first', async (t) => {
    const asked: (string | undefined)[] = [];
    const server = createHttp(({ headers }, response) => {
      asked.push(headers.host);
      response.end();
    });
    const port = await serve(t, server);
    assert.equal(await outcome(`http://${NAME}:${port}/`), 200);
    assert.deepEqual(asked, [`${NAME}:${port}`]);
  });

  test('is told of with both, where nothing listens at either', async () => {
    const failure = await outcome(`http://${NAME}:${await freePort()}/`);
    assert.ok(typeof failure === 'object');
    assert.equal(failure.reason, 'nothing listens at server:443 (::1, 127.0.0.1) (connection refused)');
  });

  test('may be given up at any moment', async (t) => {
    const port = await serve(
      t,
      createHttp((_, response) => response.end()),
    );
    for (let turns = 0; turns < 12; turns++) {
      const stop = new AbortController();
      const asked = exchange({ url: new URL(`http://${NAME}:${port}/`), signal: stop.signal, reads: 0 });
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      stop.abort();
      await asked.catch(() => undefined);
    }
  });
});
