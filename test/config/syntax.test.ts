/** A file that is not YAML: the fault names the line of the cause and the mend, and never the value. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseYaml } from '../../src/config/yaml.ts';
import { faultsOf } from './folder.ts';

const NO_YAML_TAKES_TABS = 'the line is indented with a tab. Indent with blanks; YAML takes no tabs.';
const IN_SINGLE_QUOTES = "Put the whole value in single quotes, like 'this'.";
const IF_PART_OF_VALUE = 'If that is part of the value, put the whole value in single quotes.';
const KEY_VALUE = 'Write a key, a colon, a blank and the value; begin a comment with #.';

function openQuote(quote: string): string {
  return `the value begins with ${quote} and has no closing ${quote}. Add ${quote} at the end of this line, or remove the first one.`;
}

/** A file's text, and the first fault that follows. */
const CASES: readonly (readonly [title: string, text: string, fault: string])[] = [
  [
    'the unclosed quote of the old documentation, at the end of the file',
    'host: shop.example.com\nport: 13630\nusername: deploy\nrails_root: "/srv/olook/current\n',
    `line 4: rails_root: ${openQuote('"')}`,
  ],
  ['an unclosed quote without a line after it', 'rails_root: "/srv', `line 1: rails_root: ${openQuote('"')}`],
  [
    'an unclosed quote before other lines',
    'host: a\nrails_root: "/srv\nport: 1\nusername: "b"\n',
    `line 2: rails_root: ${openQuote('"')}`,
  ],
  ['an unclosed quote in a file with a template, too', 'a: <%= 1 %>\nb: "c\nd: 1\n', `line 2: b: ${openQuote('"')}`],
  ['an unclosed single quote', "host: 'a\nport: 1\n", `line 1: host: ${openQuote("'")}`],
  ['an unclosed quote in a list', 'a:\n  - "b\n  - "c"\n', `line 2: ${openQuote('"')}`],
  [
    'an unclosed quote in a section',
    'smtp:\n  user_name: "me\n  password: x\n',
    `line 2: user_name: ${openQuote('"')}`,
  ],
  [
    'an unclosed list',
    'a: [1, 2\nb: 3\n',
    'line 1: a: [ is opened and not closed on this line. Add ] at the end of this line.',
  ],
  ['a tab before a key', 'a:\n\tb: 1\n', `line 2: b: ${NO_YAML_TAKES_TABS}`],
  ['a tab at the start', '\ta: 1\n', `line 1: a: ${NO_YAML_TAKES_TABS}`],
  [
    'a key that stands twice',
    'a: 1\nb: 2\na: 3\n',
    'line 3: a: stands here for the second time; the first is on line 1. Remove one of the two.',
  ],
  [
    'a key that stands twice, once as a symbol of Ruby',
    'a: 1\n:a: 2\n',
    'line 2: a: stands here for the second time; the first is on line 1. Remove one of the two.',
  ],
  [
    'a missing blank after the colon',
    'password:hunter2\na: 1\n',
    'line 1: a blank is missing after the colon. Write key: value, with a blank after the colon.',
  ],
  ['a line without a colon', 'a: 1\nhunter2\nb: 1\n', `line 2: this is not of the form key: value. ${KEY_VALUE}`],
  ['a line without a colon at the end', 'a: 1\nhunter2\n', `line 2: this is not of the form key: value. ${KEY_VALUE}`],
  [
    'a value that begins with @',
    'password: @hunter2\n',
    `line 1: password: the value begins with @, which has a meaning of its own in YAML. ${IN_SINGLE_QUOTES}`,
  ],
  [
    'a value that begins with %',
    'password: %hunter2\n',
    `line 1: password: the value begins with %, which has a meaning of its own in YAML. ${IN_SINGLE_QUOTES}`,
  ],
  [
    'a value that begins with * and names nothing',
    'password: *hunter2\n',
    `line 1: the value begins with *, which stands for another place in YAML, and there is no such place. ${IF_PART_OF_VALUE}`,
  ],
  [
    'a value that begins with !',
    'password: !hunter2\n',
    `line 1: the value begins with !, which is a tag in YAML. ${IF_PART_OF_VALUE}`,
  ],
  [
    'a value that begins with ! and can not be a tag',
    'password: !hunter2<\n',
    `line 1: password: the value begins with !, which has a meaning of its own in YAML. ${IN_SINGLE_QUOTES}`,
  ],
  [
    'a value that is an anchor and nothing else',
    'password: &hunter2\n',
    `line 1: the value begins with &, which names a place in YAML, and nothing follows. ${IF_PART_OF_VALUE}`,
  ],
  [
    'a value with a colon and a blank',
    'password: hunter2: x\n',
    `line 1: password: the value holds a colon and a blank. ${IN_SINGLE_QUOTES}`,
  ],
  [
    'text after a closing quote',
    "password: 'hunter's 2'\n",
    'line 1: password: text follows the closing quote. Put the whole value in one pair of quotes; write a single quote in it twice.',
  ],
  [
    'a backslash between double quotes',
    'password: "hunter\\2"\n',
    'line 1: password: a backslash has a meaning between double quotes, and not this one. Use single quotes, between which a backslash is just itself.',
  ],
  [
    'an indentation that fits nothing',
    'smtp:\n  port: 1\n address: a\n',
    'line 3: address: the indentation does not fit the lines before it. Begin the keys of one section all in the same column.',
  ],
  ['a control character', 'a: \u0007\n', 'line 1: column 4 has a bell (U+0007). Remove it, or type the line anew.'],
  [
    'several documents',
    'a: 1\n---\nb: 1\n',
    'the file holds several documents. Remove the lines that hold nothing but ---.',
  ],
  ['a key that is a list', '? [a]\n: b\n', 'line 1: a key is expected here. Write lines of the form key: value.'],
  [
    'a merge of what is no section',
    'a: &x 1\n<<: *x\n',
    'line 1: << takes in a section, and this is none. Write << with the name of a section.',
  ],
];

describe('a fault of the YAML is named with its line, its cause and the mend, and without the value', () => {
  for (const [title, text, fault] of CASES) {
    test(title, () => {
      const [first] = parseYaml(text).faults;
      assert.ok(first);
      const { line, key, problem, remedy } = first;
      const where = line === undefined ? '' : `line ${line}: `;
      assert.equal(`${where}${key === undefined ? '' : `${key}: `}${problem} ${remedy}`, fault);
      assert.ok(!fault.includes('hunter'));
    });
  }
});

test('a faulty file does not hide the faults of the others', (t) => {
  assert.deepEqual(
    faultsOf(t, {
      'service.yml': 'max_attempts: "4\n',
      'integration_server.yml': 'host: a\nusername: b\nrails_root: "/srv/olook/current\n',
      'email.yml': 'subscribers: [nobody]\n',
    }),
    [
      `service.yml line 1: max_attempts: ${openQuote('"')}`,
      `integration_server.yml line 3: rails_root: ${openQuote('"')}`,
      'email.yml line 1: subscribers: "nobody" does not fit. Write a mail address, such as ops@example.com.',
    ],
  );
});

test('lines are counted alike with every kind of line end, and with a byte order mark', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const { root, faults } = parseYaml(['\ufeff# first', 'a: 1', '', 'b:', '  - x', '  - y', ''].join(end));
    assert.deepEqual(faults, []);
    assert.ok(root?.kind === 'map');
    assert.equal(root.entries.get('a')?.line, 2);
    const list = root.entries.get('b')?.value;
    assert.ok(list?.kind === 'list');
    assert.deepEqual(
      list.items.map(({ line }) => line),
      [5, 6],
    );
  }
});
