/** The settings of ActionMailer, the mail gem and Pony are read, and never followed where they weaken a connection. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import type { LoadedConfig } from '../../src/config/index.ts';
import { selfSigned } from '../shop/certificate.ts';
import { faultsOf, load, warningsOf } from './folder.ts';

function email(t: TestContext, text: string, others: Readonly<Record<string, string>> = {}): LoadedConfig {
  return load(t, { 'email.yml': text, ...others });
}

describe('email.yml of ActionMailer, the mail gem and Pony', () => {
  test('the section of the environment holds smtp_settings', (t) => {
    const loaded = email(
      t,
      `production:
  delivery_method: :smtp
  smtp_settings:
    address: mail.example.com
    port: 25
    domain: example.com
    authentication: :login
    user_name: u
    password: p
`,
    );
    const { host, login } = loaded.config.email.smtp;
    assert.deepEqual([host, login?.authentication], ['mail.example.com', 'login']);
    assert.deepEqual(warningsOf(loaded), ['line 6: keys without effect on order-monit: smtp.domain.']);
  });

  test('the settings of the mail server may be the whole file, or lie deeper', (t) => {
    for (const text of [
      'address: mail.example.com\nport: 587\nusername: u\npassword: p\n',
      'development:\n  address: x\nproduction:\n  address: mail.example.com\n  port: 587\n  user_name: u\n  password: p\n',
      'default:\n  email_delivery:\n    smtp_settings: {address: mail.example.com, port: 587, user: u, pass: p}\n',
      'smtp: !ruby/object:OpenStruct\n  table:\n    :address: mail.example.com\n    :port: 587\n    :user_name: u\n    :password: p\n  modifiable: true\n',
    ]) {
      const { host, port, login } = email(t, text).config.email.smtp;
      assert.deepEqual(
        [host, port, login?.userName, login?.password.reveal()],
        ['mail.example.com', 587, 'u', 'p'],
        text,
      );
    }
  });

  test('symbols are words, and a certificate that nobody wants checked is said', (t) => {
    const loaded = email(
      t,
      `---
:subscribers:
- ops@example.com
:smtp:
  :address: mail.example.com
  :port: 25
  :authentication: :plain
  :enable_starttls_auto: true
  :openssl_verify_mode: 'none'
  :domain: 'example.com'
  :user_name: u
  :password: p
`,
    );
    assert.deepEqual(loaded.config.email.subscribers, ['ops@example.com']);
    assert.equal(loaded.config.email.smtp.verifyCertificate, true);
    assert.deepEqual(warningsOf(loaded), [
      'line 9: smtp.openssl_verify_mode: is not followed; smtp.verify_certificate takes its place.',
      'line 10: keys without effect on order-monit: smtp.domain.',
    ]);
    assert.deepEqual(email(t, 'smtp: {openssl_verify_mode: peer}\n').warnings, []);
  });

  test('tags of Ruby make nothing, and addresses may have commas between them', (t) => {
    const loaded = email(
      t,
      `subscribers: ops@example.com, second@example.com
smtp: !ruby/object:OpenStruct
  address: mail.example.com
  tls: true
  authentication: !ruby/sym plain
`,
    );
    assert.deepEqual(loaded.config.email.subscribers, ['ops@example.com', 'second@example.com']);
    assert.equal(loaded.config.email.smtp.encryption, 'required');
    assert.deepEqual(warningsOf(loaded), ['line 4: read as TLS settings: smtp.tls as smtp.tls: required.']);
  });

  test('the mail server is encrypted as the keys say, and never less', (t) => {
    const cases: readonly (readonly [smtp: string, encryption: string])[] = [
      ['{port: 465, tls: true}', 'implicit'],
      ['{port: 465, ssl: yes}', 'implicit'],
      ['{port: 587, ssl: true}', 'required'],
      ['{port: 9465, tls: true}', 'implicit'],
      ['{tls: false}', 'offered'],
      ['{enable_starttls: true}', 'required'],
      ['{enable_starttls: :always}', 'required'],
      ['{enable_starttls: :auto}', 'offered'],
    ];
    for (const [smtp, encryption] of cases) {
      assert.equal(email(t, `smtp_settings: ${smtp}\n`).config.email.smtp.encryption, encryption, smtp);
    }
    const ca = selfSigned('mail').certificate;
    assert.equal(email(t, 'smtp: {ca_file: ca.pem}\n', { 'ca.pem': ca }).config.email.smtp.ca, ca);
  });

  test('ways to log in are known by all their spellings', (t) => {
    const cases = { 'CRAM-MD5': 'cram_md5', cram_md5: 'cram_md5', ':login': 'login', PLAIN: 'plain', none: 'plain' };
    for (const [written, authentication] of Object.entries(cases)) {
      const { login } = email(t, `smtp: {user_name: u, password: p, authentication: '${written}'}\n`).config.email.smtp;
      assert.equal(login?.authentication, authentication, written);
    }
  });

  test('whom Pony sends to becomes the subscribers', (t) => {
    const loaded = email(
      t,
      `:to: 'Ops <ops@example.com>, "B, C" <b@example.com>'
:cc: [c@example.com]
:bcc: d@example.com
:from: "Order Monit <monit@example.com>"
:subject: Orders
:via: :smtp
:via_options:
  :address: mail.example.com
  :user_name: u
  :password: p
  :authentication: :plain
  :domain: example.com
`,
    );
    const { subscribers, from, smtp } = loaded.config.email;
    assert.deepEqual(subscribers, ['ops@example.com', 'b@example.com', 'c@example.com', 'd@example.com']);
    assert.deepEqual([from, smtp.host, smtp.login?.userName], ['monit@example.com', 'mail.example.com', 'u']);
    assert.deepEqual(warningsOf(loaded), ['line 5: keys without effect on order-monit: subject, smtp.domain.']);
    assert.deepEqual(faultsOf(t, { 'email.yml': 'to: a@example.com, nobody\n' }), [
      'email.yml line 1: subscribers: "nobody" does not fit. Write a mail address, such as ops@example.com.',
    ]);
  });

  test('another way of delivery than SMTP is said', (t) => {
    assert.deepEqual(warningsOf(email(t, 'delivery_method: :sendmail\nsubscribers: a@example.com\n')), [
      'line 1: delivery_method: is not followed; smtp.address takes its place.',
    ]);
  });

  test('the settings of Nodemailer are read, where they are grouped too', (t) => {
    const loaded = email(
      t,
      `to: ops@example.com
host: mail.example.com
port: 465
secure: true
auth:
  type: LOGIN
  user: u
  pass: p
tls:
  rejectUnauthorized: false
  servername: mail.example.com
pool: true
connectionTimeout: 1000
`,
    );
    const { host, port, encryption, verifyCertificate, login } = loaded.config.email.smtp;
    assert.deepEqual([host, port, encryption, verifyCertificate], ['mail.example.com', 465, 'implicit', true]);
    assert.deepEqual([login?.userName, login?.password.reveal(), login?.authentication], ['u', 'p', 'login']);
    assert.deepEqual(warningsOf(loaded), [
      'line 4: read as TLS settings: secure as smtp.tls: implicit.',
      'line 10: smtp.rejectUnauthorized: is not followed; smtp.verify_certificate takes its place.',
      'line 11: keys without effect on order-monit: smtp.servername, pool, connectionTimeout.',
    ]);
    for (const [smtp, encryption] of [
      ['{port: 587, secure: false, requireTLS: true}', 'required'],
      ['{port: 587, secure: true}', 'required'],
      ['{port: 587, secure: false}', 'offered'],
      ['{ignoreTLS: true}', 'off'],
    ] as const) {
      assert.equal(email(t, `smtp: ${smtp}\n`).config.email.smtp.encryption, encryption, smtp);
    }
  });

  test('a URL of a mail server, and the name of a service, are faults, not mails to somewhere else', (t) => {
    for (const [text, key] of [
      ['smtp: smtps://u:geheim@mail.example.com', 'smtp'],
      ['smtp: {url: "smtp://u:geheim@mail.example.com:587"}', 'smtp.url'],
      ['SMTP_URL: smtps://u:geheim@mail.example.com', 'SMTP_URL'],
      ['MAILER_DSN: smtp://u:geheim@mail.example.com:587', 'MAILER_DSN'],
      ['smtp: {service: gmail, user: u, pass: geheim}', 'smtp.service'],
    ] as const) {
      const faults = faultsOf(t, { 'email.yml': `to: a@example.com\n${text}\n` });
      const beginning = `email.yml line 2: ${key}: is not followed; smtp.address takes its place. Write`;
      assert.deepEqual(
        faults.map((fault) => fault.slice(0, beginning.length)),
        [beginning],
      );
      assert.ok(!faults.join().includes('geheim'));
    }
  });

  test('addresses may have a line each', (t) => {
    const loaded = email(t, 'subscribers: |\n  a@example.com\n  "B, C" <b@example.com>,\n  c@example.com\n');
    assert.deepEqual(loaded.config.email.subscribers, ['a@example.com', 'b@example.com', 'c@example.com']);
  });

  test('a section for all environments, with keys beside it, is not to be removed', (t) => {
    const text =
      'default:\n  email_delivery:\n    smtp_settings: {address: mail.example.com}\nsubscribers: a@example.com\n';
    assert.deepEqual(faultsOf(t, { 'email.yml': text }), [
      'email.yml line 1: default: is a section, and there are keys beside it. Move its keys to the margin, or the others into it.',
    ]);
  });
});
