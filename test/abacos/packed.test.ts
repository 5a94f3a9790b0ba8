/** Answers that come packed, though order-monit never asks for it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, open, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { brotliCompressSync, constants as zlib, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { until } from '../sandbox/until.ts';
import { manyNumbers, openSite, orderNumbers } from './fixtures.ts';
import { answer, rowElement } from './wire.ts';

const HTML = 'text/html; charset=utf-8';
const OK = { code: 200002, type: 'tdreSucesso', text: 'Situação: OK.' };
const ROW = rowElement({ number: '7', exists: true, status: 'tspeeFaturado', result: OK });
const XML = answer({ code: 0, type: 'tdreIndefinido' }, ROW);
const MIB = 1024 * 1024;

describe('a packed answer', () => {
  const cases: readonly (readonly [encoding: string, raw: string | Uint8Array])[] = [
    ['gzip', gzipSync(XML)],
    ['x-gzip', gzipSync(XML)],
    ['GZip', gzipSync(XML)],
    ['gzip, identity', gzipSync(XML)],
    ['identity , gzip,', gzipSync(XML)],
    ['gzip', Buffer.concat([gzipSync(XML.slice(0, 300)), gzipSync(XML.slice(300))])],
    ['deflate', deflateSync(XML)],
    ['deflate', deflateRawSync(XML)],
    ['Deflate', deflateRawSync(XML, { level: 0 })],
    ['br', brotliCompressSync(XML)],
    ['BR', brotliCompressSync(XML)],
    ['gzip, gzip', gzipSync(gzipSync(XML))],
    ['gzip,br', brotliCompressSync(gzipSync(XML))],
    ['br, Identity, deflate', deflateSync(brotliCompressSync(XML))],
    // A proxy packs what is packed, or drops the header.
    ['gzip', gzipSync(gzipSync(XML))],
    ['', gzipSync(XML)],
    ['Identity', gzipSync(XML)],
    ['IDENTITY', XML],
    ['identity', XML],
    ['', XML],
  ];
  for (const [encoding, raw] of cases) {
    test(`is read: ${encoding}, ${raw.length} bytes`, async (t) => {
      const { standIn, words } = await openSite(t);
      standIn.fail({ raw, encoding });
      assert.equal(await words('7'), '7 invoiced');
    });
  }

  for (const encoding of ['gzip', 'deflate', 'br', 'none', 'utf-8']) {
    test(`is read as it comes where it only says so: ${encoding}`, async (t) => {
      const { standIn, words } = await openSite(t);
      for (const raw of [XML, `\ufeff${XML}`]) {
        standIn.fail({ raw, encoding });
        assert.equal(await words('7'), '7 invoiced');
      }
    });
  }

  test('is read in its character set', async (t) => {
    const { standIn, call } = await openSite(t);
    const text = answer({ code: 300002, type: 'tdreErroDataBase', text: 'Sem conexão' });
    const raw = gzipSync(Buffer.from(text.replace('utf-8', 'iso-8859-1'), 'latin1'));
    standIn.fail({ raw, encoding: 'gzip', contentType: 'text/xml; charset=ISO-8859-1' });
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', /Sem conexão$/);
  });

  test('that is a SOAP fault with HTTP 500 is that fault', async (t) => {
    const { standIn, call } = await openSite(t);
    const fault =
      '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>' +
      '<faultstring>Invalid cast.</faultstring></soap:Fault></soap:Body></soap:Envelope>';
    standIn.fail({ raw: gzipSync(fault), status: 500, encoding: 'gzip' });
    const { outage } = await call(manyNumbers(1));
    assert.equal(outage?.reason, 'SOAP fault: Invalid cast');
  });

  test('leaves its connection to the next call, also when it can not be unpacked', async (t) => {
    const { standIn, words } = await openSite(t);
    const whole = gzipSync(XML);
    for (const [raw, expected] of [
      [whole, '7 invoiced'],
      [whole.subarray(0, -9), 'outage'],
      [gzipSync(Buffer.alloc(9 * MIB)), 'outage'],
      [whole, '7 invoiced'],
    ] as const) {
      standIn.fail({ raw, encoding: 'gzip' });
      assert.equal(await words('7'), expected);
    }
    assert.equal(standIn.calls.length, 4);
    assert.equal(standIn.connections, 1);
  });
});

/** Packed so many times. */
function layers(count: number): Buffer {
  let bytes: Buffer = Buffer.from(XML);
  for (let done = 0; done < count; done += 1) bytes = gzipSync(bytes);
  return bytes;
}

describe('an outage', () => {
  const packed = gzipSync(XML);
  const spoilt = Buffer.from(packed);
  spoilt.fill(0x55, 40, 60);
  const wrongSum = Buffer.from(packed);
  wrongSum.fill(0x55, wrongSum.length - 8);
  const damaged = /^the answer of 127\.0\.0\.1:\d+ can not be unpacked: its (gzip|deflate|br) is damaged or cut short$/;
  const long = /^the answer of 127\.0\.0\.1:\d+ is longer than 8 MiB$/;
  const refused = (names: string): RegExp =>
    new RegExp(`^127\\.0\\.0\\.1:\\d+ packs its answers .* can not read \\(Content-Encoding: ${names}\\)$`);
  const zeros = Buffer.alloc(64 * MIB);
  const cases: readonly (readonly [what: string, encoding: string, raw: string | Uint8Array, reason: RegExp])[] = [
    ['a damaged gzip', 'gzip', spoilt, damaged],
    ['a gzip with a wrong sum', 'gzip', wrongSum, damaged],
    ['a gzip cut in its midst', 'gzip', packed.subarray(0, 100), damaged],
    ['a gzip without its last byte', 'gzip', packed.subarray(0, -1), damaged],
    ['an empty gzip', 'gzip', '', damaged],
    ['a gzip that is none', 'gzip', 'abc', damaged],
    ['a damaged deflate', 'deflate', Buffer.concat([deflateSync(XML).subarray(0, 50), spoilt]), damaged],
    ['a deflate cut in its midst', 'deflate', deflateRawSync(XML).subarray(0, 50), damaged],
    ['a damaged br', 'br', spoilt, damaged],
    ['a br cut in its midst', 'br', brotliCompressSync(XML).subarray(0, 50), damaged],
    ['a gzip of what is no XML', 'gzip', gzipSync('x'), /is not well-formed XML: it says "x"$/],
    ['a gzip of 64 MiB', 'gzip', gzipSync(zeros), long],
    ['a deflate of 64 MiB', 'deflate', deflateSync(zeros), long],
    ['a br of 64 MiB', 'br', brotliCompressSync(zeros, { params: { [zlib.BROTLI_PARAM_QUALITY]: 3 } }), long],
    ['a gzip of 9 MiB', 'gzip', gzipSync(Buffer.alloc(9 * MIB), { level: 0 }), long],
    ['an encoding that is not known', 'zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0), refused('zstd')],
    ['a layer that is not known', 'gzip, zstd', packed, refused('gzip, zstd')],
    ['more layers than anybody means', 'gzip,gzip,gzip,gzip,gzip', layers(5), refused('gzip, gzip, gzip, gzip, gzip')],
    ['more layers than anybody means, unsaid', '', layers(5), refused('\\[unreadable\\]')],
    ['a bomb within a gzip', 'gzip', gzipSync(gzipSync(zeros)), long],
    ['one that has no proper name', `x"${'y'.repeat(99)}`, packed, refused('\\[unreadable\\]')],
  ];
  for (const [what, encoding, raw, reason] of cases) {
    test(`is what ${what} leads to`, async (t) => {
      const { standIn, call } = await openSite(t);
      standIn.fail({ raw, encoding });
      const { byNumber, outage } = await call(orderNumbers('7'));
      assert.equal(byNumber.size, 0);
      assert.match(outage?.reason ?? '', reason);
      assert.match(outage?.hint ?? '', /proxy/);
    });
  }

  test('is what a packed error page leads to, and what it is packed with says nothing', async (t) => {
    const { standIn, call } = await openSite(t);
    for (const encoding of ['gzip', 'zstd']) {
      standIn.fail({ raw: gzipSync('<p>Unavailable'), status: 503, contentType: HTML, encoding });
      const { outage } = await call(orderNumbers('7'));
      const quoted = encoding === 'gzip' ? ': it says "Unavailable"' : '';
      assert.equal(outage?.reason.replace(/^.* answered/, 'answered'), `answered with HTTP 503${quoted}`);
    }
  });

  test('is what a bomb of 2 GiB leads to, in little memory', async (t) => {
    const { standIn, call } = await openSite(t);
    const part = gzipSync(Buffer.alloc(16 * MIB));
    standIn.fail({ raw: Buffer.concat(Array.from({ length: 128 }, () => part)), encoding: 'gzip' });
    const before = process.resourceUsage().maxRSS;
    const { outage } = await call(orderNumbers('7'));
    assert.match(outage?.reason ?? '', long);
    const grownMib = (process.resourceUsage().maxRSS - before) / 1024;
    assert.ok(grownMib < 200, `${grownMib} MiB`);
  });
});

/** Keeps every thread busy that Node unpacks on until the test is over, as a file system does that a backup has frozen. */
function holdThreads(t: TestContext): void {
  const folder = mkdtempSync(join(tmpdir(), 'order-monit-packed-'));
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const opened: number[] = [];
  let waiting = threads;
  const done = new Promise<void>((resolve) => {
    for (let each = 0; each < threads; each += 1) {
      open(pipe, constants.O_RDONLY, (error, descriptor) => {
        if (error === null) opened.push(descriptor);
        waiting -= 1;
        if (waiting === 0) resolve();
      });
    }
  });
  t.after(async () => {
    // Whoever opens the other end lets all of them go on.
    const end = openSync(pipe, constants.O_RDWR);
    await done;
    for (const descriptor of [end, ...opened]) closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
}

describe('while an answer is unpacked', () => {
  test('the deadline holds', async (t) => {
    const { standIn, call } = await openSite(t, { erp: { timeoutMs: 300 } });
    holdThreads(t);
    standIn.fail({ raw: gzipSync(XML), encoding: 'gzip' });
    const { byNumber, outage } = await call(orderNumbers('7'));
    assert.equal(byNumber.size, 0);
    assert.match(outage?.reason ?? '', /did not answer within 0\.3 s$/);
  });

  test('an abort holds', async (t) => {
    const { standIn, call, words } = await openSite(t);
    holdThreads(t);
    standIn.fail({ raw: gzipSync(XML), encoding: 'gzip' });
    const stop = new AbortController();
    const asked = call(orderNumbers('7'), stop.signal);
    await until('the call has arrived', () => standIn.calls.length === 1);
    // When a later call is answered, the answer of this one has come.
    standIn.fail(undefined);
    assert.equal(await words('8'), '8 missing');
    stop.abort();
    assert.match((await asked).outage?.reason ?? '', /was given up/);
  });
});

describe('while a packed answer comes in', () => {
  test('the deadline holds', async (t) => {
    const { standIn, call } = await openSite(t, { erp: { timeoutMs: 300 } });
    standIn.fail({ raw: gzipSync(XML).subarray(0, 60), encoding: 'gzip', endless: true });
    const { outage } = await call(orderNumbers('7'));
    assert.match(outage?.reason ?? '', /did not answer within 0\.3 s$/);
    await until('the connection is closed', () => standIn.openConnections === 0);
  });

  test('an abort holds', async (t) => {
    const { standIn, call } = await openSite(t);
    standIn.fail({ raw: gzipSync(XML).subarray(0, 60), encoding: 'gzip', endless: true });
    const stop = new AbortController();
    const asked = call(orderNumbers('7'), stop.signal);
    await until('the call has arrived', () => standIn.calls.length === 1);
    stop.abort();
    assert.match((await asked).outage?.reason ?? '', /was given up/);
    await until('the connection is closed', () => standIn.openConnections === 0);
  });
});
