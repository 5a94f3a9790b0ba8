/** Where the page may be opened, and that other hosts reach it only with a password. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { describeFault } from '../../src/config/index.ts';
import { createFolder, faultsOf, load, type Files } from './folder.ts';

const PASSWORD = 'correct horse battery';

function page(t: TestContext, service: string, files: Files = {}) {
  const { config, warnings } = load(t, { 'service.yml': service, ...files });
  return { page: config.service.page, warnings: warnings.map(describeFault) };
}

test('there is no page without listen', (t) => {
  assert.deepEqual(page(t, 'language: pt-BR\n'), { page: undefined, warnings: [] });
});

describe('listen takes', () => {
  const CASES: readonly (readonly [written: string, listen: object])[] = [
    ['127.0.0.1:8080', { kind: 'tcp', host: '127.0.0.1', port: 8080 }],
    ['8080', { kind: 'tcp', host: '127.0.0.1', port: 8080 }],
    ['localhost:8080', { kind: 'tcp', host: '127.0.0.1', port: 8080 }],
    ["'[::1]:8080'", { kind: 'tcp', host: '::1', port: 8080 }],
    ['/run/order-monit/page.sock', { kind: 'socket', path: '/run/order-monit/page.sock' }],
    ['unix:/run/order-monit/page.sock', { kind: 'socket', path: '/run/order-monit/page.sock' }],
  ];
  for (const [written, listen] of CASES) {
    test(written, (t) => {
      const { page: found, warnings } = page(t, `listen: ${written}\n`);
      assert.deepEqual(found?.listen, listen);
      assert.deepEqual(warnings, []);
    });
  }
});

describe('listen refuses', () => {
  const CASES: readonly (readonly [written: string, problem: RegExp])[] = [
    ['monitor.example.com:8080', /"monitor\.example\.com" is not an IP address\. Write an address and a port/],
    ['127.0.0.1', /"127\.0\.0\.1" does not fit\./],
    ["'::1:8080'", /has an IPv6 address without brackets/],
    ['127.0.0.1:0', /0 is not a port/],
    ['127.0.0.1:65536', /65536 is not a port/],
    ['page.sock', /"page\.sock" does not fit\./],
    [`/${'x'.repeat(107)}`, /a path of 108 bytes, and a Unix socket takes 107 at most/],
  ];
  for (const [written, problem] of CASES) {
    test(written, (t) => {
      const [fault = '', ...others] = faultsOf(t, { 'service.yml': `listen: ${written}\n` });
      assert.match(fault, /^service\.yml line 1: listen: /);
      assert.match(fault, problem);
      assert.deepEqual(others, []);
    });
  }
});

describe('An address that other hosts can reach', () => {
  for (const address of ['0.0.0.0:8080', "'[::]:8080'", '192.0.2.1:8080']) {
    test(`${address} is refused without a password`, (t) => {
      assert.deepEqual(faultsOf(t, { 'service.yml': `listen: ${address}\n` }), [
        'service.yml line 1: listen: other hosts can reach that address, and there is no password. ' +
          'Give one (page_password_file, or the credential page_password), or listen on 127.0.0.1.',
      ]);
    });
  }

  test('is taken with one, with a warning that it is not encrypted', (t) => {
    const service = 'listen: 0.0.0.0:8080\npage_password_file: password\n';
    const { page: found, warnings } = page(t, service, { password: `${PASSWORD}\n` });
    assert.equal(found?.password?.reveal(), PASSWORD);
    assert.equal(found.local, false);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /the password goes to it unencrypted\. .*reverse proxy that speaks TLS/);
  });
});

test('the password comes from a credential of systemd as well', (t) => {
  const credentials = { 'order-monit_page_password': PASSWORD };
  const { config } = load(t, { 'service.yml': 'listen: 8080\n' });
  assert.equal(config.service.page?.password, undefined);
  const directory = createFolder(t, credentials);
  const { config: secured } = load(t, { 'service.yml': 'listen: 8080\n' }, { credentialsDirectory: directory });
  assert.equal(secured.service.page?.password?.reveal(), PASSWORD);
});

test('a password of less than 12 characters is refused, and not shown', (t) => {
  const files = { 'service.yml': 'listen: 8080\npage_password_file: password\n', password: 'hunter2' };
  assert.deepEqual(faultsOf(t, files), [
    'service.yml line 2: page_password_file: the password is shorter than 12 characters. ' +
      'Make a longer one, for example with: openssl rand -base64 18',
  ]);
});

describe('Orders may be retried on the page', () => {
  const CASES: readonly (readonly [service: string, allowed: boolean])[] = [
    ['listen: 8080\n', false],
    ['listen: /run/order-monit/page.sock\n', true],
    ['listen: 8080\npage_password_file: password\n', true],
    ['listen: 8080\npage_allow_retry: true\n', true],
    ['listen: /run/order-monit/page.sock\npage_allow_retry: false\n', false],
  ];
  for (const [service, allowed] of CASES) {
    test(`${service.trim().replaceAll('\n', ', ')}: ${allowed ? 'yes' : 'no'}`, (t) => {
      assert.equal(page(t, service, { password: PASSWORD }).page?.allowRetry, allowed);
    });
  }
});

test('keys of the page that have no effect without listen are named', (t) => {
  const { warnings } = page(t, 'page_allow_retry: true\n');
  assert.match(warnings[0] ?? '', /page_allow_retry: has no effect without listen\./);
});

test('the address that mails lead to is a host, and a port if need be', (t) => {
  for (const written of ['https://orders.example.com/monit', 'https://orders.example.com/?a=1']) {
    assert.deepEqual(faultsOf(t, { 'service.yml': `page_url: ${written}\n` }), [
      'service.yml line 1: page_url: holds more than a host and a port: the page is at the top of its host. ' +
        'Write the address of the page as people type it, such as https://orders.example.com.',
    ]);
  }
});
