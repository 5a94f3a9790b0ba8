/** What the system's errors say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isOutOfFiles, OUT_OF_FILES } from '../../src/text/error.ts';

test('An error that says that no more files may be opened is known, whether by this process or by the host', () => {
  const withCode = (code: string): Error => Object.assign(new Error('no'), { code });
  const cases = [withCode('EMFILE'), withCode('ENFILE'), withCode('ENOENT'), new Error('EMFILE'), 'EMFILE', undefined];
  assert.deepEqual(cases.map(isOutOfFiles), [true, true, false, false, false, false]);
  assert.match(OUT_OF_FILES.problem, /too many files are open on this host/);
  assert.match(OUT_OF_FILES.hint, /LimitNOFILE/);
});
