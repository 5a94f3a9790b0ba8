/** Answers as proxies, filters and old servers put them on the wire: read where Abacos' own words come, named otherwise. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test, type TestContext } from 'node:test';

import { assertDocumented } from '../docs/causes.ts';
import { listen } from '../sandbox/ports.ts';
import { openSite, orderNumbers, type CallOutcome } from './fixtures.ts';
import { answer, rowElement } from './wire.ts';

const SUCCESS = { code: 200, type: 'tdreSucesso' };
const XML = answer(
  SUCCESS,
  rowElement({ number: '1', exists: true, status: 'tspeeFaturado', result: { code: 200, type: 'tdreSucesso' } }),
);
const XML_TYPE = 'Content-Type: text/xml; charset=utf-8';
const HTML_TYPE = 'Content-Type: text/html';

/** An HTTP answer whose length is told by the end of the connection, unless a header tells it. */
function wire(status: number, headers: readonly string[], body: string): string {
  return [`HTTP/1.1 ${status} X`, ...headers, '', body].join('\r\n');
}

/** What order-monit makes of these bytes in place of an answer. */
async function madeOf(t: TestContext, bytes: string): Promise<CallOutcome> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(bytes));
  });
  const port = await listen(server);
  t.after(() => server.close());
  const { call } = await openSite(t, { erp: { endpoint: `http://127.0.0.1:${port}/a.asmx` } });
  return call(orderNumbers('1'));
}

describe('An answer of Abacos is read', () => {
  for (const [how, bytes] of [
    ['behind blank lines, which a page of a proxy may put before it', wire(200, [XML_TYPE], `\r\n \r\n${XML}`)],
    ['behind a byte order mark and a blank line', wire(200, [XML_TYPE], `\uFEFF\r\n${XML}`)],
    ['where nobody says of what type it is', wire(200, [], XML)],
    ['where a proxy says that it has passed it on in another form (203)', wire(203, [XML_TYPE], XML)],
    [
      'in chunks with trailers',
      wire(
        200,
        [XML_TYPE, 'Transfer-Encoding: chunked', 'Trailer: X-A'],
        `${Buffer.byteLength(XML).toString(16)}\r\n${XML}\r\n0\r\nX-A: 1\r\n\r\n`,
      ),
    ],
    ['of HTTP/1.0, without a length', wire(200, [XML_TYPE], XML).replace('HTTP/1.1', 'HTTP/1.0')],
    ['behind a first answer that promises it', `HTTP/1.1 100 Continue\r\n\r\n${wire(200, [XML_TYPE], XML)}`],
  ] as const) {
    test(how, async (t) => {
      const { byNumber, outage } = await madeOf(t, bytes);
      assert.equal(outage?.message, undefined);
      assert.deepEqual([...byNumber.values()], [{ kind: 'exists', status: 'invoiced' }]);
    });
  }
});

const FAULT_12 =
  '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><soap:Fault><soap:Reason>' +
  '<soap:Text xml:lang="en">Server cannot handle request</soap:Text></soap:Reason></soap:Fault></soap:Body></soap:Envelope>';
const PARTS = 'multipart/related; type="application/xop+xml"; boundary="uuid:1"; start-info="text/xml"';

describe('What comes in place of an answer is named for what it is', () => {
  for (const [what, bytes, reason, hint] of [
    [
      'a fault of SOAP 1.2',
      wire(500, ['Content-Type: application/soap+xml'], FAULT_12),
      /is no answer to PedidoExiste: it says "Server cannot handle request"$/,
      /check wsdl_order_api/,
    ],
    [
      'a web page that is sent as XML',
      wire(200, [XML_TYPE], '<!DOCTYPE html><html><head><title>Entrar</title></head><body>Senha</body></html>'),
      /it says "Entrar: Senha"$/,
      /check wsdl_order_api/,
    ],
    [
      'a web page that is sent as nothing',
      wire(200, [], '<html><title>Manutenção</title><p>Voltamos logo<br></html>'),
      /it says "Manutenção: Voltamos logo"$/,
      /check wsdl_order_api/,
    ],
    ['blanks', wire(200, [XML_TYPE], '\r\n \r\n'), /HTTP 200 and nothing else/, /load balancer/],
    [
      'an answer in several parts (MTOM)',
      wire(
        200,
        [`Content-Type: ${PARTS}`],
        `--uuid:1\r\nContent-Type: application/xop+xml\r\n\r\n${XML}\r\n--uuid:1--`,
      ),
      /sends its answers in several parts \(multipart\/related, as MTOM does\)/,
      /MTOM switched off/,
    ],
    [
      'an answer that ends before its length',
      wire(200, [XML_TYPE, `Content-Length: ${XML.length + 100}`], XML),
      /^the answer of \S+ was cut off before its end$/,
      /^if it lasts, ask whoever runs Abacos, or the proxy in front of it/,
    ],
    [
      'an answer that ends within a chunk',
      wire(200, [XML_TYPE, 'Transfer-Encoding: chunked'], `${XML.length.toString(16)}\r\n${XML.slice(0, 99)}`),
      /was cut off before its end$/,
      /proxy in front of it/,
    ],
    [
      'a part of an answer',
      wire(206, [XML_TYPE, 'Content-Range: bytes 0-99/200'], XML.slice(0, 100)),
      /answered with HTTP 206/,
      /what is between/,
    ],
    [
      'the page of a filter (F5)',
      wire(
        200,
        [HTML_TYPE],
        '<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>Your support ID is: 123</body></html>',
      ),
      /it says "Request Rejected: The requested URL was rejected/,
      /a filter in front of Abacos.*let this machine through/,
    ],
    [
      'the page of a filter (ModSecurity)',
      wire(406, [HTML_TYPE], '<h1>Not Acceptable!</h1><p>This error was generated by Mod_Security.</p>'),
      /HTTP 406: it says "Not Acceptable! This error/,
      /a filter in front of Abacos/,
    ],
    [
      'the page of a filter (Incapsula)',
      wire(200, [HTML_TYPE], '<iframe>Request unsuccessful. Incapsula incident ID: 1-2</iframe>'),
      /Incapsula incident ID: 1-2"$/,
      /a filter in front of Abacos/,
    ],
    [
      'the page that a browser would pass on from',
      wire(200, [HTML_TYPE], '<meta http-equiv="refresh" content="0; url=http://1.1.1.1/login">'),
      /not SOAP, such as a web page$/,
      /a proxy or a network that wants people to log in/,
    ],
  ] as const) {
    test(what, async (t) => {
      const { outage } = await madeOf(t, bytes);
      assert.match(outage?.reason ?? '', reason);
      assertDocumented(outage?.reason ?? '');
      assert.match(outage?.hint ?? '', hint);
    });
  }

  for (const status of [402, 408, 409, 410, 411, 414, 417, 418, 421, 422, 426, 428, 431, 451, 494, 999]) {
    test(`HTTP ${status}, of which no more is known than who to ask`, async (t) => {
      const { outage } = await madeOf(t, wire(status, [HTML_TYPE], `<h1>${status} Nope</h1>`));
      assert.match(outage?.reason ?? '', new RegExp(`HTTP ${status}: it says "${status} Nope"$`));
      assert.match(outage?.hint ?? '', /wsdl_order_api in abacos\.yml/);
      assertDocumented(outage?.reason ?? '');
    });
  }

  for (const status of [501, 505, 507, 509, 520, 521, 522, 523, 524, 525, 526, 530]) {
    test(`HTTP ${status}, which is nothing that can be mended here`, async (t) => {
      const { outage } = await madeOf(t, wire(status, [HTML_TYPE], `<h1>error code: ${status}</h1>`));
      assert.match(outage?.hint ?? '', status < 520 ? /ask whoever runs Abacos/ : /does not reach it: ask those/);
    });
  }
});

describe('A server that says when it may be asked again', () => {
  const DATE = 'Date: Tue, 01 Dec 2026 12:00:00 GMT';
  for (const [status, headers, seconds, said] of [
    [429, ['Retry-After: 120'], 120, / \(it asks to be left alone for 120 s\)/],
    [503, [DATE, 'Retry-After: Tue, 01 Dec 2026 12:01:30 GMT'], 90, /left alone for 90 s/],
    // A slip there must not keep orders waiting for a day.
    [429, ['Retry-After: 86400'], 600, /left alone for 86400 s/],
    [429, ['Retry-After: soon'], 0, /HTTP 429: it says/],
    [503, [DATE, 'Retry-After: Tue, 01 Dec 2026 11:59:00 GMT'], 0, /HTTP 503: it says/],
    [404, ['Retry-After: 120'], 0, /not found\): it says/],
  ] as const) {
    test(`is left alone for so long: HTTP ${status}, ${headers.join(', ')}`, async (t) => {
      const { outage } = await madeOf(t, wire(status, [HTML_TYPE, ...headers], 'Slow down'));
      assert.match(outage?.reason ?? '', said);
      assert.equal(outage?.retryAfterMs, seconds * 1000);
    });
  }
});
