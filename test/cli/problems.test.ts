/** Which faults of the configuration may pass by themselves, so that systemd starts the service again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { explain } from '../../src/adapters/problems.ts';
import { loadConfig } from '../../src/config/index.ts';

/** What becomes of a start for which the configuration files can not be read, for this reason. */
function startWith(code: string): ReturnType<typeof explain> {
  const readFile = (): never => {
    throw Object.assign(new Error(code), { code });
  };
  try {
    loadConfig({ directory: '/etc/order-monit', home: '/root', readFile });
  } catch (error) {
    return explain(error);
  }
  assert.fail('it was loaded');
}

describe('A configuration file that can not be read', () => {
  for (const code of ['EMFILE', 'ENFILE', 'EIO', 'ENOMEM']) {
    test(`because the machine fails (${code}) is a failure, which may pass`, () => {
      const { exitCode, text } = startWith(code);
      assert.equal(exitCode, 1);
      assert.match(text, new RegExp(`service.yml: can not be read: error ${code}`));
    });
  }

  test('because too many files are open names the limit', () => {
    assert.match(startWith('EMFILE').text, /raise LimitNOFILE/);
  });

  for (const code of ['EACCES', 'ENOENT']) {
    test(`because of ${code} ends with 78: starting again would not help`, () => {
      assert.equal(startWith(code).exitCode, 78);
    });
  }
});
