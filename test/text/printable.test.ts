/** Texts from outside lose what would steer a terminal, and keep what people write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { oneLine, printable, printableJson, withoutControls } from '../../src/text/printable.ts';

/** Control characters of both sets, format characters, separators, and halves of characters. */
const HARMFUL = [
  ...['\u0000', '\u0007', '\u0008', '\r', '\u001b[2J', '\u001b]0;title\u0007', '\u007f', '\u009b2J', '\u0085'],
  ...['\u00ad', '\u061c', '\u200b', '\u200d', '\u200e', '\u202e', '\u2028', '\u2029', '\u2060', '\u2066', '\ufeff'],
  ...['\u{e0041}', '\ud800', '\udc00'],
];
const LEFT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

for (const harmful of HARMFUL) {
  test(`Nothing is left of ${JSON.stringify(harmful)}`, () => {
    const text = `before${harmful}after`;
    for (const clean of [oneLine(text, 100), withoutControls(text), printable(text), printableJson({ text })]) {
      assert.doesNotMatch(clean, LEFT);
      assert.match(clean, /before.*after/);
    }
    assert.deepEqual(JSON.parse(printableJson({ text }, 2)), { text });
  });
}

test('Line ends and tabs are left to what is printed in lines, and fold where there is one line', () => {
  assert.equal(printable('a\tb\nc\r\n'), 'a\tb\nc�\n');
  assert.equal(oneLine('a\tb\nc\r\n', 100), 'a b c');
  assert.equal(printableJson({ a: ['\n'] }, 2), '{\n  "a": [\n    "\\n"\n  ]\n}');
});

test('What people write stays as it is', () => {
  const text = 'Integração não concluída: “São Paulo” – R$ 10,00 ✓ 注文 😀';
  for (const clean of [oneLine(text, 100), withoutControls(text), printable(text)]) assert.equal(clean, text);
});
