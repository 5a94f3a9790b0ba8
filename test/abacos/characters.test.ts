/** Characters that XML 1.0 forbids, and ASP.NET writes all the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { Row } from '../../src/abacos/reply.ts';
import { readFully, readReply } from '../../src/abacos/xml.ts';
import { manyNumbers, openSite } from './fixtures.ts';
import { answer, rowElement, type AnswerRow } from './wire.ts';

const HEALTHY = { code: 0, type: 'tdreIndefinido' };
const OK = { code: 200002, type: 'tdreSucesso', text: 'OK.' };
const MISSING: AnswerRow = { number: '7', exists: false, status: 'tspeeNaoEncontrado', result: OK };
const INVOICED: AnswerRow = { ...MISSING, exists: true, status: 'tspeeFaturado' };

/** Ways to write a character that is forbidden. */
const FORBIDDEN: readonly (readonly [what: string, text: string | Uint8Array])[] = [
  ['a reference to a vertical tab', '&#x0B;'],
  ['a reference to a vertical tab, in decimal', '&#11;'],
  ['a reference with zeros in front', '&#x0000000000000000000000000000000B;'],
  ['a reference to the character 1F, in capitals', '&#x1F;'],
  ['a reference to the character 1F, in small letters', '&#x1f;'],
  ['a reference to the character 0', '&#0;'],
  ['a reference to the character 0, in hexadecimal', '&#x0;'],
  ['a reference to FFFE', '&#xFFFE;'],
  ['a reference to FFFF, in decimal', '&#65535;'],
  ['a reference to half a surrogate pair', '&#xD83D;'],
  ['references to both halves of a surrogate pair', '&#xD83D;&#xDE00;'],
  ['a reference beyond all characters', '&#x110000;'],
  ['a reference to a number without an end', `&#${'9'.repeat(400)};`],
  ['a vertical tab', '\u000b'],
  ['a form feed', '\f'],
  ['the character 0', '\0'],
  ['the character 1F', '\u001f'],
  ['the character FFFE', '\ufffe'],
  ['half a surrogate pair, as UTF-8 would have it', Uint8Array.of(0xed, 0xa0, 0xbd)],
  ['a byte that is no UTF-8', Uint8Array.of(0xe3)],
  ['a character that is cut off', Uint8Array.of(0xe2, 0x82)],
];

/** The answer with this in the place of `@`. */
function bytesWith(xml: string, odd: string | Uint8Array): Buffer {
  const [before = '', after = ''] = xml.split('@');
  return Buffer.concat([Buffer.from(before), Buffer.from(odd), Buffer.from(after)]);
}

function rowOf(xml: string): Row | undefined {
  const reply = readReply(xml);
  return reply.kind === 'result' ? reply.rows[0] : undefined;
}

describe('a forbidden character in a text', () => {
  for (const [what, odd] of FORBIDDEN) {
    test(`costs no order its verdict: ${what}`, async (t) => {
      const { standIn, call } = await openSite(t);
      const numbers = manyNumbers(50);
      const rows = numbers.map((number) => {
        const row = rowElement({ ...INVOICED, number });
        return number === '20' ? row.replace('OK.', 'Cliente@novo') : row;
      });
      standIn.fail({ raw: bytesWith(answer(HEALTHY, rows.join('')), odd) });
      const { byNumber, outage } = await call(numbers);
      assert.equal(outage, undefined);
      assert.deepEqual(
        [...byNumber],
        numbers.map((number) => [number, { kind: 'exists', status: 'invoiced' }]),
      );
      assert.equal(standIn.calls.length, 1);
    });
  }

  test('is shown as such where the text is shown', async (t) => {
    const { standIn, call } = await openSite(t);
    const failed = { code: 300005, type: 'tdreErroDataBase', text: 'Cliente@novo' };
    standIn.fail({ raw: bytesWith(answer(HEALTHY, rowElement({ ...MISSING, result: failed })), '&#x0B;') });
    const { byNumber } = await call(manyNumbers(7));
    const said = [...byNumber].find(([number]) => number === '7')?.[1];
    const why = 'Abacos failed on it with 300005 tdreErroDataBase: Cliente\ufffdnovo';
    assert.deepEqual(said, { kind: 'unknown', why });
  });

  test('of a SOAP fault leaves the fault what it is', async (t) => {
    const { standIn, call } = await openSite(t);
    const fault =
      '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>' +
      '<faultstring>Invalid cast&#x0;</faultstring></soap:Fault></soap:Body></soap:Envelope>';
    standIn.fail({ raw: fault, status: 500 });
    const { outage } = await call(manyNumbers(1));
    assert.equal(outage?.reason, 'SOAP fault: Invalid cast\ufffd');
  });

  for (const [what, xml] of [
    ['an attribute', '<Novo a="@"/>'],
    ['an element that is not known', '<Novo>@</Novo>'],
    ['a comment', '<!-- @ -->'],
    ['a processing instruction', '<?novo @?>'],
    ['a section of character data', '<Novo><![CDATA[@]]></Novo>'],
  ] as const) {
    test(`is read past in ${what} too`, async (t) => {
      const { standIn, words } = await openSite(t);
      const row = rowElement(MISSING).replace('<Existente>', `${xml}<Existente>`);
      for (const odd of ['&#x0B;', '\u000b', '\0', '\ufffe']) {
        standIn.fail({ raw: bytesWith(answer(HEALTHY, row), odd) });
        assert.equal(await words('7'), '7 missing');
      }
    });
  }
});

describe('what looks like a reference to a forbidden character and is none', () => {
  const texts: readonly (readonly [written: string, read: string])[] = [
    ['&amp;#x0B;', '&#x0B;'],
    ['&amp;#11;', '&#11;'],
    ['<![CDATA[&#x0B;]]>', '&#x0B;'],
    ['<![CDATA[a]]>&#x0B;<![CDATA[&#x0B;]]>', 'a\ufffd&#x0B;'],
    ['<!-- <![CDATA[ -->a<![CDATA[&#x0B;]]>&#x0B;', 'a&#x0B;\ufffd'],
    ['a&#x41;&#66;&#x9;&#10;&#xD;&#x20;&#xe9;&#xFFFD;&#x1F600;b', 'aAB\t\n\r é\ufffd\u{1f600}b'],
  ];
  for (const [written, read] of texts) {
    test(`stays what it is: ${written}`, () => {
      const xml = answer(HEALTHY, rowElement(MISSING).replace('OK.', written));
      assert.equal(rowOf(xml)?.result?.text, read);
    });
  }

  for (const broken of ['&#;', '&#x;', '&#X0B;', '&#xG;', '&#x0B', '&# 11;', '&#-1;', '&nbsp;', '&']) {
    test(`stays unreadable: ${broken}`, () => {
      const xml = answer(HEALTHY, rowElement(MISSING).replace('OK.', broken));
      assert.throws(() => readReply(xml), { name: 'UnreadableReply', message: 'is not well-formed XML' });
    });
  }
});

describe('a number or a status that holds a forbidden character', () => {
  const values = ['<NumeroDoPedido>7', '<Existente>false', '<StatusAtual>tspeeNaoEncontrado', '<Codigo>200002'];
  for (const value of [...values, '<Tipo>tdreSucesso']) {
    for (const [what, odd] of FORBIDDEN) {
      test(`is not that: ${value}, ${what}`, async (t) => {
        const { standIn, words } = await openSite(t);
        const start = value.indexOf('>') + 1;
        for (const at of [start, start + 1, value.length]) {
          const row = rowElement(MISSING).replace(value, `${value.slice(0, at)}@${value.slice(at)}`);
          standIn.fail({ raw: bytesWith(answer(HEALTHY, row), odd) });
          assert.equal(await words('7'), '7 unknown');
        }
      });
    }
  }

  test('is none of an order that exists either', async (t) => {
    const { standIn, words } = await openSite(t);
    for (const value of ['<Existente>true', '<StatusAtual>tspeeFaturado', '<Codigo>200002', '<Tipo>tdreSucesso']) {
      standIn.fail({ raw: answer(HEALTHY, rowElement(INVOICED).replace(value, `${value}&#x0B;`)) });
      assert.equal(await words('7'), '7 unknown');
    }
  });

  test('is none at the top either, which is an outage', async (t) => {
    const { standIn, words } = await openSite(t);
    for (const value of ['<Codigo>0', '<Tipo>tdreIndefinido']) {
      standIn.fail({ raw: answer(HEALTHY, rowElement(MISSING)).replace(value, `${value}&#x0B;`) });
      assert.equal(await words('7'), 'outage');
    }
  });
});

test('forbidden characters anywhere make no value of another one', () => {
  const xml = answer(HEALTHY, rowElement({ ...INVOICED, number: '1226207' }));
  const odd = fc.constantFrom('\u000b', '\0', '\ud83d', '\ufffe', '&#x0B;', '&#0;', '&#xD83D;', '&#xFFFE;');
  const change = fc.record({ at: fc.nat(xml.length), odd });
  const good = rowOf(xml);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let changed = xml;
      for (const { at, odd: put } of changes) changed = changed.slice(0, at) + put + changed.slice(at);
      let row: Row | undefined;
      try {
        row = rowOf(changed);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'UnreadableReply');
      }
      for (const name of ['number', 'status'] as const) {
        assert.ok(row?.[name] === undefined || row[name] === good?.[name] || row[name].includes('\ufffd'));
      }
      assert.ok(row?.exists === undefined || row.exists === good?.exists);
      const result = row?.result;
      assert.ok(result === undefined || (result.code === good?.result?.code && result.type === good.result.type));
    }),
    { numRuns: 3000 },
  );
});

test('an answer with many beginnings of character data is read in a time that grows with its length only', () => {
  const start = '<![CDATA[';
  const xml = answer(HEALTHY, rowElement(MISSING).replace('OK.', start.repeat(900_000)));
  // Looked through anew from each of them, this would take hours.
  assert.throws(() => readFully(xml), { name: 'UnreadableReply' });
});
