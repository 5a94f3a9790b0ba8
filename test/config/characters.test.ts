/** Files of other encodings are read, and characters that nobody sees are named, with line and column. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { faultsOf, load } from './folder.ts';

const SERVER = 'host: integration.example.com\nport: 13630\nusername: deploy\nrails_root: /srv/shop/current';
const BLANK = 'Type an ordinary blank in its place; if it belongs to the value, put the whole value in single quotes.';
const REMOVE = 'Remove it, or type the line anew; if it belongs to the value, put the whole value in single quotes.';
const RETYPE = 'Remove it, or type the line anew.';
const instead = (sign: string): string =>
  `Write ${sign} in its place; if it belongs to the value, put the whole value in single quotes.`;

const CASES: readonly (readonly [title: string, text: string, fault: string])[] = [
  [
    'a no-break space at the end of a value',
    `${SERVER}\u00a0\n`,
    `line 4: column 30 has a no-break space (U+00A0). ${BLANK}`,
  ],
  [
    'a no-break space before a key',
    SERVER.replace('port', '\u00a0port'),
    `line 2: column 1 has a no-break space (U+00A0). ${BLANK}`,
  ],
  [
    'a no-break space after a colon',
    SERVER.replace('port: ', 'port:\u00a0'),
    `line 2: column 6 has a no-break space (U+00A0). ${BLANK}`,
  ],
  [
    'a no-break space before a comment',
    SERVER.replace('13630', '13630\u00a0# the port'),
    `line 2: column 12 has a no-break space (U+00A0). ${BLANK}`,
  ],
  [
    'no-break spaces in many lines',
    SERVER.replaceAll(/^/gm, '\u00a0\u00a0'),
    `line 1: column 1 has a no-break space (U+00A0). ${BLANK} Such characters are on lines 2, 3, 4 too.`,
  ],
  [
    'an ideographic space',
    SERVER.replace('port: ', 'port:\u3000'),
    `line 2: column 6 has an ideographic space (U+3000). ${BLANK}`,
  ],
  [
    'a narrow space',
    SERVER.replace('port: ', 'port:\u2009'),
    `line 2: column 6 has a blank of another width (U+2009). ${BLANK}`,
  ],
  [
    'a zero-width space',
    SERVER.replace('deploy', 'dep\u200bloy'),
    `line 3: column 14 has a zero-width space (U+200B). ${REMOVE}`,
  ],
  [
    'a soft hyphen',
    SERVER.replace('deploy', 'dep\u00adloy'),
    `line 3: column 14 has a soft hyphen (U+00AD). ${REMOVE}`,
  ],
  [
    'a mark of direction',
    SERVER.replace('deploy', 'deploy\u202c'),
    `line 3: column 17 has a character that is not seen (U+202C). ${REMOVE}`,
  ],
  [
    'a byte order mark in the middle',
    SERVER.replace('port', '\ufeffport'),
    `line 2: column 1 has a byte order mark (U+FEFF). ${RETYPE}`,
  ],
  [
    'a line separator',
    SERVER.replace('deploy', 'deploy\u2028'),
    `line 3: column 17 has a line separator (U+2028). ${REMOVE}`,
  ],
  ['a NUL', SERVER.replace('deploy', 'dep\0loy'), `line 3: column 14 has a NUL (U+0000). ${RETYPE}`],
  [
    'an escape, in quotes too',
    SERVER.replace('deploy', "'\u001b[1m'"),
    `line 3: column 12 has an escape (U+001B). ${RETYPE}`,
  ],
  ["DOS's end of a file", `${SERVER}\n\u001a`, `line 5: column 1 has DOS's end of a file (U+001A). ${RETYPE}`],
  ['a control character in a comment', `# \u0008\n${SERVER}`, `line 1: column 3 has a backspace (U+0008). ${RETYPE}`],
  [
    'typographic quotes',
    SERVER.replace('deploy', '“deploy”'),
    `line 3: column 11 has “ (U+201C), which is no ". ${instead('"')}`,
  ],
  [
    'a quote that a typographic one closes',
    SERVER.replace('deploy', '"deploy”'),
    `line 3: column 18 has ” (U+201D), which is no ". ${instead('"')}`,
  ],
  [
    'a single quote of an office program',
    SERVER.replace('deploy', '‘deploy’'),
    `line 3: column 11 has ‘ (U+2018), which is no '. ${instead("'")}`,
  ],
  [
    'a wide colon',
    SERVER.replace('port:', 'port：'),
    `line 2: column 5 has ： (U+FF1A), which is no :. ${instead(':')}`,
  ],
  [
    'a dash before an item',
    `${SERVER}\npermanent_errors:\n– never\n`,
    `line 6: column 1 has – (U+2013), which is no -. ${instead('-')}`,
  ],
];

describe('a character that nobody sees is named with line and column', () => {
  for (const [title, text, fault] of CASES) {
    test(title, (t) => {
      assert.deepEqual(faultsOf(t, { 'integration_server.yml': text }), [`integration_server.yml ${fault}`]);
    });
  }
});

test('what stands between quotes is meant, but no blank at the end of a name', (t) => {
  const { config } = load(t, {
    'database.yml': "database: olook\nusername: monitor\npassword: '\u00a0“se\u200bcret”'\n",
    'integration_server.yml': `${SERVER.replace('/srv/shop', "'/srv/Loja\u00a01")}'\n`,
  });
  assert.equal(config.database.password?.reveal(), '\u00a0“se\u200bcret”');
  assert.equal(config.integrationServer.railsRoot, '/srv/Loja\u00a01/current');
  assert.deepEqual(faultsOf(t, { 'integration_server.yml': `${SERVER.replace('deploy', "'deploy\u00a0'")}\n` }), [
    'integration_server.yml line 3: username: begins or ends with a no-break space (U+00A0). Write the name of the user to log in as.',
  ]);
  assert.deepEqual(faultsOf(t, { 'database.yml': "database: a\nusername: b\nhost: 'x\u200b'\n" }), [
    'database.yml line 3: host: "x\\u200b" is not a host name. Write a host name or an IP address; the default is localhost.',
  ]);
});

test('letters of all languages, and what holds them together, are letters', (t) => {
  const path = '/srv/पेड\u094d\u200dका/متن\u200cها/cafe\u0301';
  const { config } = load(t, { 'integration_server.yml': SERVER.replace('/srv/shop/current', path) });
  assert.equal(config.integrationServer.railsRoot, path);
});

describe('encodings', () => {
  const text = `${SERVER.replaceAll('\n', '\r\n')}\r\n# não\r\n`;
  const utf16 = (content: string): Buffer => Buffer.from(content, 'utf16le');
  const READ: Readonly<Record<string, Buffer>> = {
    'UTF-8 with a byte order mark': Buffer.from(`\ufeff${text}`),
    'UTF-16 of Windows': utf16(`\ufeff${text}`),
    'UTF-16, the other way round': utf16(`\ufeff${text}`).swap16(),
    'UTF-16 without a byte order mark': utf16(text),
    'line ends of old Macs': Buffer.from(text.replaceAll('\r\n', '\r')),
  };
  for (const [title, content] of Object.entries(READ)) {
    test(`${title} is read`, (t) => {
      const { config } = load(t, { 'integration_server.yml': content });
      assert.equal(config.integrationServer.railsRoot, '/srv/shop/current');
    });
  }

  const utf32 = Buffer.concat(
    Array.from(`\ufeff${text}`, (letter) => Buffer.from([letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8, 0, 0])),
  );
  const NAMED: readonly (readonly [title: string, content: Buffer, fault: RegExp])[] = [
    [
      'Latin-1',
      Buffer.from(text, 'latin1'),
      /line 5: is not UTF-8 text: column 4 has a byte of another encoding\. .*iconv/,
    ],
    ['UTF-8 that is cut off', Buffer.from(`${SERVER}ã`).subarray(0, -1), /line 4: is not UTF-8 text: column 30 has/],
    ['UTF-32', utf32, /line 1: is UTF-32 text\. .*iconv -f UTF-32/],
    [
      'UTF-16 that is cut off',
      utf16(`\ufeff${text}`).subarray(0, -1),
      /yml: is UTF-16 text that breaks off or is damaged\./,
    ],
  ];
  for (const [title, content, fault] of NAMED) {
    test(`${title} is named`, (t) => {
      const [found = '', ...more] = faultsOf(t, { 'integration_server.yml': content });
      assert.match(found, fault);
      assert.deepEqual(more, []);
    });
  }

  test('a password that PowerShell has written into a file is read', (t) => {
    const { config } = load(t, {
      'database.yml': 'database: olook\nusername: monitor\npassword_file: password\n',
      password: utf16('\ufeffsesame\r\n'),
    });
    assert.equal(config.database.password?.reveal(), 'sesame');
  });
});

describe('tags', () => {
  test('of Ruby and YAML give the plain value, and make nothing', (t) => {
    const { config } = load(t, {
      'integration_server.yml': `--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess
host: !str shop.example.com
username: !ruby/symbol deploy
rails_root: !binary |-
  L3Nydi9sb2phL3BhZ2luYcOnw6Nv
environment: !map:HashWithIndifferentAccess
  RAILS_ENV: !ruby/string production
permanent_errors:
- !ruby/regexp /n[aã]o h[aá]/i
- !ruby/object:Proc nothing
`,
    });
    const { railsRoot, username, permanentErrors } = config.integrationServer;
    assert.deepEqual([railsRoot, username], ['/srv/loja/paginação', 'deploy']);
    assert.deepEqual(
      permanentErrors.map(({ source }) => source),
      ['n[aã]o h[aá]', 'nothing'],
    );
  });

  test('that nobody knows may be a password, and so may one without a value', (t) => {
    for (const password of ['!hunter2', '!str', '!ruby/sym']) {
      assert.deepEqual(faultsOf(t, { 'database.yml': `database: a\nusername: b\npassword: ${password}\n` }), [
        'database.yml line 3: the value begins with !, which is a tag in YAML. If that is part of the value, put the whole value in single quotes.',
      ]);
    }
  });
});
