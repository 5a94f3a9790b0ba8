/** Pages that come in place of what was asked for, however they are packed, encoded, or sent. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { describe, test, type TestContext } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { exchange, type HttpAnswer } from '../../src/net/exchange.ts';
import { serve } from '../sandbox/ports.ts';

const HTML = '<html><title>Manutenção</title>até às 9h</html>';
const TEXT = 'Não há serviço';
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

async function read(t: TestContext, answer: (response: ServerResponse) => void): Promise<HttpAnswer> {
  const port = await serve(
    t,
    createServer((_, response) => {
      answer(response);
    }),
  );
  return exchange({ url: new URL(`http://127.0.0.1:${port}/`), reads: 'page', signal: AbortSignal.timeout(60_000) });
}

const CASES: readonly (readonly [
  what: string,
  body: string | Buffer,
  headers: Record<string, string>,
  text?: string,
])[] = [
  ['gzip', gzipSync(HTML), { 'content-encoding': 'gzip' }],
  ['deflate', deflateSync(HTML), { 'content-encoding': 'deflate' }],
  ['deflate without its header', deflateRawSync(HTML), { 'content-encoding': 'deflate' }],
  ['br', brotliCompressSync(HTML), { 'content-encoding': 'br' }],
  ['gzip that is not told of', gzipSync(HTML), {}],
  ['no gzip, though it is told of', HTML, { 'content-encoding': 'gzip' }],
  ['Latin-1, by the header', latin1(TEXT), { 'content-type': 'text/plain; charset=ISO-8859-1' }, TEXT],
  ['Latin-1, untold', latin1(TEXT), { 'content-type': 'text/plain' }, TEXT],
  ['Latin-1 that is told to be UTF-8', latin1(TEXT), { 'content-type': 'text/plain; charset=utf-8' }, TEXT],
  ['a character set that nobody knows', TEXT, { 'content-type': 'text/html; charset=x-9' }, TEXT],
  ['UTF-16 with a mark', utf16(`\ufeff${TEXT}`), { 'content-type': 'text/plain' }, TEXT],
  ['UTF-16 without one', utf16(TEXT), { 'content-type': 'text/plain; charset=utf-16' }, TEXT],
  ['UTF-16 from the other end', utf16(TEXT).swap16(), {}, TEXT],
  [
    'a set that the page itself names',
    Buffer.concat([
      latin1('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-5">'),
      Buffer.of(0xbf),
    ]),
    { 'content-type': 'text/html' },
    '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-5">П',
  ],
  ['Latin-1 in a gzip', gzipSync(latin1(TEXT)), { 'content-encoding': 'gzip', 'content-type': 'text/plain' }, TEXT],
  ['an encoding that is not known', gzipSync(HTML), { 'content-encoding': 'zstd' }, ''],
  ['a gzip that is damaged', gzipSync(HTML).fill(0x55, 10), { 'content-encoding': 'gzip' }, ''],
  ['nothing', '', { 'content-encoding': 'gzip' }, ''],
];

describe('A page is read', () => {
  for (const [what, body, headers, text = HTML] of CASES) {
    test(`in ${what}`, async (t) => {
      assert.equal((await read(t, (response) => response.writeHead(404, headers).end(body))).text, text);
    });
  }

  for (const [what, body, encoding] of [
    ['as it is', Buffer.from(HTML), 'identity'],
    ['in gzip', gzipSync(HTML), 'gzip'],
    ['in deflate', deflateSync(HTML), 'deflate'],
    ['in br', brotliCompressSync(HTML), 'br'],
  ] as const) {
    test(`as far as it came, ${what}, where no more of it comes`, async (t) => {
      const answer = await read(t, (response) => {
        response.writeHead(503, { 'content-encoding': encoding }).write(body);
      });
      assert.deepEqual([answer.text, answer.isWhole], [HTML, false]);
    });

    test(`as far as it came, ${what}, where it is cut off`, async (t) => {
      const answer = await read(t, (response) => {
        response.writeHead(503, { 'content-encoding': encoding, 'content-length': body.length + 9 });
        response.write(body, () => response.destroy());
      });
      assert.deepEqual([answer.text, answer.isWhole], [HTML, false]);
    });
  }

  test('up to a mebibyte once it is unpacked, and not at all beyond', async (t) => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const { text } = await read(t, (response) => response.writeHead(404, { 'content-encoding': 'gzip' }).end(bomb));
    assert.equal(text, '');
  });
});
