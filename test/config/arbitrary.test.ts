/** Arbitrary texts and passwords: the loader never fails in a way of its own, and changes no password. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';

import { ConfigurationError, describeForeignKeys, describeKeys, loadConfig } from '../../src/config/index.ts';
import { createFolder } from './folder.ts';

const KEYS = describeKeys();
const FILES = [...new Set(KEYS.map(({ file }) => file))];
const NAMES = [
  ...KEYS.map(({ key }) => key.replace(/^.*\./, '')),
  ...describeForeignKeys().flatMap(({ keys }) => Object.keys(keys).map((key) => key.replace(/^.*\./, ''))),
  ...['smtp', 'orders', 'ssl', 'production', 'primary', 'default', 'connections', 'role', '<<'],
];

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ': ',
      '\n',
      '\n  ',
      '- ',
      ' ',
      '"',
      "'",
      '&a ',
      '*a',
      '[',
      ']',
      '{',
      '}',
      '!!str ',
      '|\n ',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '---\n',
      '? ',
      '# ',
      '\t',
      '%',
      '@',
      '<%=',
      '%>',
      'yes',
      '120',
      '~',
      '\r',
      '\0',
      '\u00a0',
      '“',
      '!ruby/sym ',
      'mysql2://a:b@c/d?e=f',
      'true',
      'a@b, c@d',
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 8, unit: 'binary' }) },
);

const yamlLike = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

test('no text makes anything but a configuration or a ConfigurationError', (t) => {
  const directory = createFolder(t);
  const content = fc.oneof(
    yamlLike.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...FILES), content, (file, bytes) => {
      const path = join(directory, file);
      try {
        loadConfig({
          directory,
          home: '/home/monitor',
          readFile: (name) => {
            if (name === path) return { content: bytes, mode: 0o600 };
            throw Object.assign(new Error('absent'), { code: 'ENOENT' });
          },
        });
        assert.fail('The other files are missing.');
      } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        for (const fault of error.faults) {
          assert.ok(fault.problem !== '' && fault.remedy !== '');
          assert.ok(fault.line === undefined || fault.line <= bytes.length + 1);
          // A line of the message is a fault.
          assert.ok(!/[\n\r]/.test(`${fault.problem}${fault.remedy}${fault.key ?? ''}`));
        }
      }
    }),
    { numRuns: 3000 },
  );
});

test('a password that is quoted as YAML wants it comes out as it went in', (t) => {
  const directory = createFolder(t);
  const password = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => !/CHANGE_ME|<%.*%>/.test(text));
  fc.assert(
    fc.property(password, (text) => {
      writeFileSync(
        join(directory, 'database.yml'),
        `database: olook\nusername: monitor\npassword: '${text.replaceAll("'", "''")}'\n`,
        { mode: 0o600 },
      );
      assert.equal(loadConfig({ directory }).config.database.password?.reveal(), text);
    }),
    { numRuns: 300 },
  );
});
