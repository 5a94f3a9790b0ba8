/** Nothing that Abacos says brings a key or a database's credentials into a log or a mail. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { redact } from '../../src/abacos/index.ts';
import { KEY } from './fixtures.ts';

describe('redact', () => {
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    ['the key', `a ${KEY} b`, 'a [hidden] b'],
    ['the key in capitals', `a {${KEY.toUpperCase()}} b`, 'a {[hidden]} b'],
    ['another GUID', 'Chave enviada 00000000-0000-0000-0000-000000000000.', 'Chave enviada [hidden].'],
    ['a quoted key of any form', 'Chave enviada "wrong key". Fim', 'Chave enviada "[hidden]". Fim'],
    [
      'a connection string',
      'x Data Source=sql01;Initial Catalog=ABACOS;User ID=sa;Pooling=True;Password=h0rse staple',
      'x Data Source=[hidden];Initial Catalog=[hidden];User ID=[hidden];Pooling=True;Password=[hidden]',
    ],
    [
      'its short and quoted forms',
      'SERVER = sql01,1433; uid=sa; Pwd="a;""b;c"; App=x',
      'SERVER = [hidden]; uid=[hidden]; Pwd=[hidden]; App=x',
    ],
    ['a quoted value that does not end', `Password='a;b`, 'Password=[hidden]'],
    ['a value with a newline', 'Password=a\nb', 'Password=[hidden]'],
    ['line ends, tabs and terminal escapes', 'a\r\n\tb\u001b[31mc\u2028d\u202ee', 'a b [31mc d e'],
    ['nothing in a plain text', 'Erro ao cadastrar pedido: Msg = CPF', 'Erro ao cadastrar pedido: Msg = CPF'],
  ];
  for (const [what, text, expected] of cases) {
    test(`hides or blanks ${what}`, () => {
      assert.equal(redact(text, KEY), expected);
    });
  }

  test('takes a key with special characters literally, and an empty key as none', () => {
    assert.equal(redact('x a.b(c) aXb(c)', 'a.b(c)'), 'x [hidden] aXb(c)');
    assert.equal(redact('abc', ''), 'abc');
  });

  test('never shows the key, more than 300 characters or a control character', () => {
    const text = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(KEY, KEY.toUpperCase(), '😀')));
    fc.assert(
      fc.property(text, (pieces) => {
        const shown = redact(pieces.join(''), KEY);
        assert.ok(shown.length <= 300);
        assert.ok(!shown.toLowerCase().includes(KEY));
        assert.doesNotMatch(shown, /\p{Cc}/u);
      }),
    );
  });

  test('hides a key that stands where the text is cut', () => {
    const shown = redact(`${'x'.repeat(290)} ${KEY}`, KEY);
    assert.ok(!shown.includes(KEY.slice(0, 6)));
  });
});
