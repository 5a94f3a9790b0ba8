/** How files of other programs encrypt the connection to the database is read, and never weaker than it is written. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import type { LoadedConfig } from '../../src/config/index.ts';
import { selfSigned } from '../shop/certificate.ts';
import { LEAST, load, warningsOf } from './folder.ts';

const CERTIFICATE = selfSigned('db').certificate;

const DATABASE = LEAST['database.yml'] ?? '';

function database(t: TestContext, text: string, others: Readonly<Record<string, string>> = {}): LoadedConfig {
  return load(t, { 'database.yml': text, ...others });
}

describe('TLS keys of MySQL drivers', () => {
  const FILES = { 'ca.pem': CERTIFICATE, 'cert.pem': 'CERT\n', 'key.pem': 'KEY\n' };
  const READ = 'read as TLS settings: ';
  const cases: readonly (readonly [written: string, mode: string, warnings: readonly string[]])[] = [
    ['sslca: ca.pem', 'verify_ca', [`line 3: ${READ}sslca as ssl.ca, sslca as ssl.mode: verify_ca.`]],
    [
      'sslca: ca.pem\nsslverify: true',
      'verify_identity',
      [`line 3: ${READ}sslca as ssl.ca, sslca and sslverify as ssl.mode: verify_identity.`],
    ],
    [
      'ssl_ca: ca.pem\nssl_mode: :verify_identity',
      'verify_identity',
      [`line 3: ${READ}ssl_ca as ssl.ca, ssl_mode as ssl.mode: verify_identity.`],
    ],
    ['ssl_mode: SSL_MODE_VERIFY_CA', 'verify_ca', [`line 3: ${READ}ssl_mode as ssl.mode: verify_ca.`]],
    ['ssl_mode: preferred', 'required', [`line 3: ${READ}ssl_mode as ssl.mode: required.`]],
    // The constants of mysql2, and those of Trilogy.
    ['ssl_mode: 1', 'disabled', [`line 3: ${READ}ssl_mode as ssl.mode: disabled.`]],
    ['ssl_mode: 2', 'required', [`line 3: ${READ}ssl_mode as ssl.mode: required.`]],
    ['ssl_mode: 3', 'required', [`line 3: ${READ}ssl_mode as ssl.mode: required.`]],
    ['ssl_mode: 4', 'verify_ca', [`line 3: ${READ}ssl_mode as ssl.mode: verify_ca.`]],
    ['ssl_mode: 5', 'verify_identity', [`line 3: ${READ}ssl_mode as ssl.mode: verify_identity.`]],
    ['ssl_mode: 1\nadapter: trilogy', 'verify_identity', [`line 3: ${READ}ssl_mode as ssl.mode: verify_identity.`]],
    ['ssl_mode: 4\nadapter: trilogy', 'required', [`line 3: ${READ}ssl_mode as ssl.mode: required.`]],
    ['ssl_mode: 0\nadapter: trilogy', 'disabled', [`line 3: ${READ}ssl_mode as ssl.mode: disabled.`]],
    // A section as the drivers of Node.js have it encrypts.
    [
      'ssl: {rejectUnauthorized: true}',
      'verify_identity',
      [`line 3: ${READ}ssl.rejectUnauthorized as ssl.mode: verify_identity.`],
    ],
    [
      'ssl: {rejectUnauthorized: false}',
      'required',
      [
        'line 3: ssl.rejectUnauthorized: is not followed; ssl.mode takes its place.',
        `line 3: ${READ}ssl.rejectUnauthorized as ssl.mode: required.`,
      ],
    ],
    ['ssl_mode: disabled', 'disabled', [`line 3: ${READ}ssl_mode as ssl.mode: disabled.`]],
    ['ssl: true', 'required', [`line 3: ${READ}ssl as ssl.mode: required.`]],
    [
      'sslcapath: /etc/ssl/certs',
      'verify_ca',
      [
        'line 3: sslcapath: is not followed; ssl.ca takes its place.',
        `line 3: ${READ}sslcapath as ssl.mode: verify_ca.`,
      ],
    ],
    [
      'sslcipher: AES256-SHA',
      'required',
      [
        'line 3: sslcipher: is not followed; ssl.mode takes its place.',
        `line 3: ${READ}sslcipher as ssl.mode: required.`,
      ],
    ],
    [
      'sslcert: cert.pem\nsslkey: key.pem',
      'required',
      [`line 3: ${READ}sslcert as ssl.cert, sslkey as ssl.key, sslcert and sslkey as ssl.mode: required.`],
    ],
    // What gives the check up is never followed.
    ['sslverify: false', 'disabled', ['line 3: sslverify: is not followed; ssl.mode takes its place.']],
    [
      'sslca: ca.pem\nsslverify: false',
      'verify_ca',
      [
        `line 3: ${READ}sslca as ssl.ca, sslca as ssl.mode: verify_ca.`,
        'line 4: sslverify: is not followed; ssl.mode takes its place.',
      ],
    ],
    [
      'ssl: {mode: required}\nsslverify: true',
      'required',
      ['line 4: sslverify: is not followed; ssl.mode takes its place.'],
    ],
    ['ssl: {mode: verify_identity}\nsslverify: true', 'verify_identity', []],
    [
      'enable_cleartext_plugin: true',
      'disabled',
      ['line 3: enable_cleartext_plugin: is not followed; allow_cleartext_password takes its place.'],
    ],
  ];
  for (const [written, mode, warnings] of cases) {
    test(written.replaceAll('\n', ' ⏎ '), (t) => {
      const loaded = database(t, `${DATABASE}${written}\n`, FILES);
      assert.deepEqual([loaded.config.database.tls.mode, warningsOf(loaded)], [mode, warnings]);
    });
  }
});
