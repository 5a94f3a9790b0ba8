/** Whatever a call to Abacos fails by is an outage with a reason in words, within its deadline. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';

import fc from 'fast-check';

import { networkOutage } from '../../src/abacos/failure.ts';
import { httpOutage } from '../../src/abacos/http-failure.ts';
import { errorCode } from '../../src/text/error.ts';
import type { FailureMode } from '../sandbox/abacos.ts';
import { freePort, listen } from '../sandbox/ports.ts';
import { until } from '../sandbox/until.ts';
import { KEY, manyNumbers, openSite, orderNumbers } from './fixtures.ts';
import { answer, rowElement } from './wire.ts';

const HTML = 'text/html; charset=utf-8';

test('Where a redirect leads is said without what may be secret in it', () => {
  for (const location of ['https://user:geheim@erp.example.com/login?geheim', '//user:geheim@erp.example.com/login']) {
    const { reason } = httpOutage({
      status: 302,
      headers: { location },
      place: 'erp:80',
      words: '',
      said: '',
      isEmpty: false,
    });
    assert.match(reason, /\(redirected to (?:https:)?\/\/erp\.example\.com\/login\)/);
  }
});

for (const head of ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade', 'HTTP/1.1 101 x']) {
  test(
    `A server that goes over to another protocol is an outage at once, and nothing hangs: ${head}`,
    { timeout: 30_000 },
    async (t) => {
      const server = createTcpServer((socket) => {
        socket.on('error', () => undefined).once('data', () => socket.write(`${head}\r\n\r\n`));
      });
      const port = await listen(server);
      t.after(() => server.close());
      const { call } = await openSite(t, { erp: { endpoint: `http://127.0.0.1:${port}/`, timeoutMs: 2000 } });
      const { outage } = await call(manyNumbers(1), AbortSignal.timeout(10_000));
      assert.match(
        outage?.reason ?? '',
        /^the connection to .* was lost$|answered with HTTP 101( and nothing else.*)?$/,
      );
    },
  );
}

const REFUSAL = { headers: {}, place: 'erp:80', words: '', said: '', isEmpty: false };

test('A login page in place of Abacos is no new address of it', () => {
  for (const location of [
    'https://sso.example.com/adfs/ls?wa=1',
    '/Login.aspx?ReturnUrl=x',
    '//u:p@portal.example.com/sign-in',
  ]) {
    const { hint } = httpOutage({ ...REFUSAL, status: 302, headers: { location } });
    assert.match(hint ?? '', /^it leads to a login page: ask whoever runs the server in front of Abacos/);
  }
  const { hint } = httpOutage({ ...REFUSAL, status: 511 });
  assert.match(hint ?? '', /let order-monit through/);
});

test('A web server that breaks the rules of HTTP is not taken for none', () => {
  for (const code of ['HPE_HEADER_OVERFLOW', 'HPE_INVALID_HEADER_TOKEN', 'HPE_UNEXPECTED_CONTENT_LENGTH']) {
    const { reason, hint } = networkOutage(Object.assign(new Error('Parse Error'), { code }), 'erp:80', (text) => text);
    assert.equal(reason, `erp:80 answers with headers that HTTP does not allow (${code})`);
    assert.match(hint ?? '', /^if it lasts, ask whoever runs that server, or a proxy in front of it/);
  }
});

describe('an outage', () => {
  const cases: readonly (readonly [what: string, mode: FailureMode, message: RegExp, hint?: RegExp])[] = [
    ['a connection reset', 'reset', /the connection to 127\.0\.0\.1:\d+ was lost$/],
    ['HTTP 403 with a page', 'html-403', /answered with HTTP 403 \(forbidden\): it says "Forbidden"$/, /user_agent/],
    ['HTTP 503 with a page', 'html-503', /answered with HTTP 503: it says "Unavailable"$/],
    [
      'HTTP 404',
      { raw: 'x', status: 404, contentType: HTML },
      /HTTP 404 \(not found\): it says "x"$/,
      /wsdl_order_api/,
    ],
    ['HTTP 401', { raw: 'x', status: 401, contentType: HTML }, /HTTP 401 \(it asks for/, /in front of Abacos/],
    ['a redirect', { raw: 'x', status: 302, contentType: HTML }, /HTTP 302 \(redirected\)/, /wsdl_order_api/],
    ['HTTP 500 with a page', { raw: 'x', status: 500, contentType: HTML }, /answered with HTTP 500: it says "x"$/],
    ['HTTP 200 with a page', { raw: '<html/>', contentType: HTML }, /something that is not SOAP/, /wsdl_order_api/],
    ['HTTP 500 with an answer', { raw: answer({ code: 0, type: 'x' }), status: 500 }, /answered with HTTP 500$/],
    ['what is no XML', 'garbage', /is not well-formed XML: it says "PK .*"$/],
    ['an empty answer', { raw: '' }, /answered with HTTP 200 and nothing else/, /check the path of wsdl_order_api/],
    ['an empty page', { raw: '', contentType: HTML }, /HTTP 200 and nothing else/, /load balancer/],
    ['HTTP 202', { raw: '', status: 202, contentType: HTML }, /HTTP 202 and nothing else/, /check the path/],
    ['HTTP 204', { raw: '', status: 204, contentType: HTML }, /HTTP 204 and nothing else/, /check the path/],
    ['HTTP 205', { raw: '', status: 205, contentType: HTML }, /HTTP 205 and nothing else/, /check the path/],
    ['HTTP 304', { raw: '', status: 304, contentType: HTML }, /HTTP 304 and nothing else/, /a cache or proxy in front/],
    ['an answer cut in the middle', 'truncated', /was cut off before its end$|^the connection to .* was lost$/],
    ['half an answer', { raw: answer({ code: 0, type: 'x' }).slice(0, 200) }, /is not well-formed XML$/],
    ['an answer without an end', 'huge', /is longer than 8 MiB$/],
    ['XML that is not SOAP', { raw: '<PedidoExisteResult/>' }, /is no answer to PedidoExiste$/],
    ['two answers', { raw: answer({ code: 0, type: 'x' }).replace('</soap:Body>', twice()) }, /more than one answer$/],
    ['a value given twice', { raw: doubled('Existente') }, /gives a value twice$/],
    ['deep nesting', { raw: '<a>'.repeat(100_000) }, /is nested too deeply$/],
    ['a DTD', { raw: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' }, /document type declaration/],
    ['a character set that nobody knows', { raw: '<a/>', contentType: 'text/xml; charset=x-9' }, /in a character set/],
    ['a refused key', 'wrong-key', /the key is refused with 300015 .*Chave enviada "\[hidden\]"$/, /key in abacos/],
    ['its database down', 'database-error', /its own database fails with 300007 .*Password=\[hidden\]$/],
    ['a SOAP fault', 'soap-fault', /^SOAP fault: .*Timeout expired$/],
    [
      'a list that is refused',
      { raw: answer({ code: 300012, type: 'tdreErroDados', text: 'Lista.' }) },
      /with 300012 .*Lista$/,
    ],
  ];
  for (const [what, mode, message, hint] of cases) {
    test(`is what ${what} leads to`, async (t) => {
      const { standIn, call, erp } = await openSite(t);
      standIn.fail(mode);
      const { byNumber, outage } = await call(manyNumbers(5));
      assert.equal(byNumber.size, 0);
      assert.ok(outage);
      assert.equal(outage.dependency, 'abacos');
      assert.match(outage.reason, message);
      assert.match(outage.hint ?? '', hint ?? /^/);
      const shown = inspect(outage, { depth: 10 });
      assert.doesNotMatch(shown, new RegExp(`${KEY}|h0rse|sql01`, 'i'));
      erp.close();
      await until('every connection is closed', () => standIn.openConnections === 0);
    });
  }

  test('is over when Abacos is up again', async (t) => {
    const { standIn, call, words } = await openSite(t);
    standIn.place('1');
    await standIn.down();
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', /^nothing listens at 127\.0\.0\.1:\d+ \(connection refused\)$/);
    await standIn.up();
    assert.equal(await words('1'), '1 in-progress');
  });

  test('is what https at a plain port leads to, with a hint', async (t) => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    t.after(() => server.close());
    const { call } = await openSite(t, { erp: { endpoint: `https://127.0.0.1:${port}/a.asmx` } });
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', /no TLS connection with 127\.0\.0\.1:\d+ could be agreed on/);
    assert.match(outage?.hint ?? '', /http or https/);
  });

  const codes: readonly (readonly [code: string, reason: RegExp])[] = [
    ['ENOTFOUND', /the host of erp:80 is not known/],
    ['EAI_AGAIN', /could not be looked up/],
    ['ETIMEDOUT', /erp:80 can not be reached \(connection timed out\)/],
    ['EHOSTUNREACH', /no network leads to erp:80/],
    ['CERT_HAS_EXPIRED', /the certificate of erp:80 has expired/],
    ['CERT_UNTRUSTED', /the certificate of erp:80 is not trusted \(CERT_UNTRUSTED: /],
    ['HPE_INVALID_CONSTANT', /does not answer as a web server does/],
    ['EWHATEVER', /the call to erp:80 failed \(EWHATEVER\)/],
  ];
  for (const [code, reason] of codes) {
    test(`puts ${code} into words`, () => {
      const error = Object.assign(new Error('secret'), { code });
      assert.equal(errorCode(error), code);
      assert.match(networkOutage(error, 'erp:80', (text) => text).message, reason);
    });
  }
});

function twice(): string {
  const again = '<PedidoExisteResult/>';
  return `<PedidoExisteResponse xmlns="http://www.kplsolucoes.com.br/ABACOSWebService">${again}</PedidoExisteResponse></soap:Body>`;
}

function doubled(element: string): string {
  const result = { code: 200002, type: 'tdreSucesso' };
  const row = rowElement({ number: '1', exists: false, status: 'tspeeNaoEncontrado', result });
  return answer({ code: 0, type: 'tdreIndefinido' }, row.replace(`<${element}>`, `<${element}>true</${element}>$&`));
}

describe('the deadline', () => {
  for (const mode of ['black-hole', 'slow-drip'] as const) {
    test(`ends a call that meets a ${mode}, and its connection`, async (t) => {
      const { standIn, call } = await openSite(t, { erp: { timeoutMs: 300 } });
      standIn.fail(mode);
      const { outage } = await call(orderNumbers('1'));
      assert.match(outage?.reason ?? '', /did not answer within 0\.3 s$/);
      assert.match(outage?.hint ?? '', /timeout in abacos\.yml/);
      await until('the connection is closed', () => standIn.openConnections === 0);
    });
  }
});

describe('aborting', () => {
  for (const mode of ['black-hole', 'slow-drip'] as const) {
    test(`ends a call that meets a ${mode}, and its connection`, async (t) => {
      const { standIn, call } = await openSite(t);
      standIn.fail(mode);
      const stop = new AbortController();
      const asked = call(orderNumbers('1'), stop.signal);
      await until('the call has arrived', () => standIn.calls.length === 1);
      stop.abort();
      assert.match((await asked).outage?.reason ?? '', /was given up/);
      await until('the connection is closed', () => standIn.openConnections === 0);
    });
  }

  test('before the call starts none', async (t) => {
    const { standIn, call } = await openSite(t);
    const { outage } = await call(orderNumbers('1'), AbortSignal.abort());
    assert.match(outage?.reason ?? '', /was given up/);
    assert.equal(standIn.connections, 0);
  });
});

test('arbitrary bytes lead to an outage, whatever they are said to be', async (t) => {
  const { standIn, call } = await openSite(t);
  const type = fc.constantFrom('text/xml; charset=utf-8', 'text/xml; charset=iso-8859-1', 'application/soap+xml', HTML);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', '=', '&', '!', '[', ']', '-', '?', ' ') }),
  );
  await fc.assert(
    fc.asyncProperty(type, fc.constantFrom(200, 500), bytes, async (contentType, status, raw) => {
      standIn.fail({ raw, status, contentType });
      const { byNumber, outage } = await call(manyNumbers(2));
      assert.equal(byNumber.size, 0);
      assert.equal(outage?.name, 'Outage');
    }),
    { numRuns: 300 },
  );
});

test('an answer in ISO 8859-1 is read by its header', async (t) => {
  const { standIn, call } = await openSite(t);
  const text = answer({ code: 300002, type: 'tdreErroDataBase', text: 'Sem conexão' }).replace('utf-8', 'iso-8859-1');
  standIn.fail({ raw: Buffer.from(text, 'latin1'), contentType: 'text/xml; charset=ISO-8859-1' });
  const { outage } = await call(orderNumbers('1'));
  assert.match(outage?.reason ?? '', /Sem conexão$/);
});
