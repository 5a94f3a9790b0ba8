/** Commands of the shop's own in place of rake's tasks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from './folder.ts';

test('other commands than rake are words with the number of the order in them, and need no Rails application', (t) => {
  const server = 'host: shop.example.com\nusername: deploy\n';
  const own = 'insert: php bin/console push {number}\nconfirm: [bin/pay, "order {number}"]\n';
  const { integrationServer } = load(t, { 'integration_server.yml': server + own }).config;
  assert.deepEqual(integrationServer.ownCommands, {
    insert: ['php', 'bin/console', 'push', '{number}'],
    confirm: ['bin/pay', 'order {number}'],
  });
  assert.equal(integrationServer.railsRoot, '.');
  for (const [content, fault] of [
    [server, /rails_root: is missing\. .*; or insert and confirm/],
    ['insert: bin/push {number}\n', /confirm: is missing, and insert is there\. Write both/],
    ['insert: bin/push\nconfirm: bin/pay {number}\n', /line 3: insert: has no \{number\} among its arguments/],
    ['insert: "{number}"\nconfirm: bin/pay {number}\n', /line 3: insert: has no \{number\} among its arguments/],
  ] as const)
    assert.throws(
      () => load(t, { 'integration_server.yml': content.startsWith('host') ? content : server + content }),
      fault,
    );
});
