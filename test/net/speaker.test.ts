/** Servers that are known by the first bytes that they send. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { errorCode } from '../../src/text/error.ts';
import { connectionFailure } from '../../src/net/failure.ts';
import { otherSpeaker, speakerOf, type Protocol } from '../../src/net/speaker.ts';

const TO = { place: 'server:80', setting: 'THE SETTING', ca: 'THE CA', tls: 'http or https' };
const mysql = (kind: number, rest: string): Buffer =>
  Buffer.from(`\u005a\0\0\0${String.fromCharCode(kind)}${rest}`, 'latin1');

const KNOWN: readonly (readonly [words: string | Buffer, protocol: Protocol | undefined, said?: string])[] = [
  ['SSH-2.0-OpenSSH_9.2p1 Debian\r\n', 'ssh', 'SSH-2.0-OpenSSH_9.2p1 Debian'],
  ['HTTP/1.1 400 Bad Request\r\nX: y\r\n', 'http', 'HTTP/1.1 400 Bad Request'],
  ['<html><body>no', 'http'],
  ['220 mail.example.com ESMTP Postfix\r\n', 'smtp', '220 mail.example.com ESMTP Postfix'],
  ['220 ftp.example.com ESMTP Exim 4.96\r\n', 'smtp'],
  ['554 5.7.1 not you\r\n', 'smtp'],
  ['220 ProFTPD Server (Debian) [::ffff:192.0.2.7]\r\n', 'ftp'],
  ['220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n', 'ftp'],
  ['220 example.com FTP server ready\r\n', 'ftp'],
  ['+OK Dovecot ready.\r\n', 'mailbox', '+OK Dovecot ready.'],
  ['* OK IMAP4 ready\r\n', 'mailbox'],
  [mysql(10, '8.0.36-0ubuntu0.22.04.1\0\u0008\0\0\0'), 'mysql', '8.0.36-0ubuntu0.22.04.1'],
  [mysql(10, '5.5.5-10.11.6-MariaDB\0x'), 'mysql', '5.5.5-10.11.6-MariaDB'],
  [mysql(255, '\u0010\u0004#08004Too many connections'), 'mysql', 'Too many connections'],
  [mysql(255, '\u0010\u0004Too many connections'), 'mysql', 'Too many connections'],
  [Buffer.of(0x15, 3, 1, 0, 2, 2, 0x46), 'tls', ''],
  [Buffer.of(0x16, 3, 3, 0, 80, 2), 'tls', ''],
  ['Not allowed at this time\r\n', undefined],
  ['', undefined],
  [Buffer.alloc(600), undefined],
  [mysql(10, '\0\0'), undefined],
];

describe('A server is known by its first bytes', () => {
  for (const [words, protocol, said] of KNOWN) {
    test(JSON.stringify(words.toString().slice(0, 40)), () => {
      const speaker = speakerOf(Buffer.from(words));
      assert.equal(speaker?.protocol, protocol);
      if (said !== undefined) assert.equal(speaker?.said, said);
    });
  }

  test('and quoted in one bounded line, without secrets', () => {
    const speaker = speakerOf(Buffer.from(`220 geheim FTP server\u001b[31m ${'x'.repeat(900)}\r\nmore`));
    assert.ok(speaker);
    const clean = (text: string): string => text.replaceAll('geheim', '[hidden]');
    const { reason, hint } = otherSpeaker(speaker, 'mail server', { ...TO, clean });
    assert.match(
      reason,
      /^what answers at server:80 is an FTP server, and no mail server: it says "220 \[hidden\] FTP server \[31m x+…"$/,
    );
    assert.ok(reason.length < 220);
    assert.equal(hint, 'check THE SETTING, the port above all');
  });
});

describe('What is no HTTP', () => {
  for (const [words, reason, hint] of [
    ['SSH-2.0-x\r\n', /is an SSH server, and no web server: it says "SSH-2\.0-x"$/, /THE SETTING, the port above all/],
    [mysql(10, '8.0.36\0'), /is a MySQL or MariaDB server, and no web server: it says "8\.0\.36"$/, /THE SETTING/],
    ['220 mail ESMTP\r\n', /is a mail server \(SMTP\), and no web server/, /THE SETTING/],
    [Buffer.of(0x15, 3, 1, 0, 2, 2, 0x46), /speaks TLS, and no plain HTTP$/, /http or https/],
    ['what?', /does not answer as a web server does \(HPE_INVALID_CONSTANT\)$/, /the port, and http or https/],
  ] as const) {
    test(`is named: ${String(reason)}`, () => {
      const error = Object.assign(new Error('Parse Error'), {
        code: 'HPE_INVALID_CONSTANT',
        rawPacket: Buffer.from(words),
      });
      const failure = connectionFailure(error, TO);
      assert.match(failure?.reason ?? '', reason);
      assert.match(failure?.hint ?? '', hint);
    });
  }
});

test('A host without a free file descriptor is named as the cause, whatever it was to connect to', () => {
  for (const code of ['EMFILE', 'ENFILE']) {
    const error = Object.assign(new Error('no'), { code });
    assert.equal(errorCode(error), code);
    assert.deepEqual(connectionFailure(error, TO), {
      reason: 'no connection to server:80 could be opened: too many files are open on this host',
      hint: 'raise LimitNOFILE in the unit of order-monit, or find out what holds them',
    });
  }
});
