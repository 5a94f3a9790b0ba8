/** The fast path reads what it reads exactly as the full parser does, and leaves it everything else. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { readPlainly } from '../../src/abacos/plain-xml.ts';
import { UnreadableReply, type Reply } from '../../src/abacos/reply.ts';
import { readFully } from '../../src/abacos/xml.ts';
import { material, NO_MATERIAL } from './fixtures.ts';
import { answer, rowElement } from './wire.ts';

const ROW = {
  number: '1226207',
  exists: true,
  status: 'tspeeEmAndamento',
  result: { code: 200002, type: 'tdreSucesso', text: 'OK.' },
};
const HEALTHY = answer({ code: 0, type: 'tdreIndefinido' }, rowElement(ROW) + rowElement(ROW, { plataforma: true }));
const UNUSUAL = rowElement(ROW).replace('<Tipo>', '<Novo/><Tipo>');
const INDENTED = HEALTHY.replaceAll('><', '>\n  <');

describe('the reader for answers in the usual form', () => {
  for (const [name, xml] of [
    ['an answer with rows', HEALTHY],
    ['one that is indented', INDENTED],
    ['one with elements that are not known', HEALTHY.replaceAll('<Existente>', '<Novo><A/>x</Novo><Existente>')],
    [
      'one with unusual rows among usual ones',
      HEALTHY.replace('<Rows>', `<Rows>${UNUSUAL}`).replace('</Rows>', `${UNUSUAL}${rowElement(ROW)}$&`),
    ],
    ['one with blanks around its values', HEALTHY.replaceAll(/>([^<>]+)</g, '> \n\u00a0$1 <')],
    ['one with rows that have no description', HEALTHY.replaceAll('<Descricao>OK.</Descricao>', '')],
    ['one with rows in another place', HEALTHY.replaceAll('Rows>', 'Linhas>')],
    ['one without rows', answer({ code: 300012, type: 'tdreErroDados', text: 'A lista está vazia.' })],
    ['one with another prefix', HEALTHY.replaceAll('soap:', 's:').replace('xmlns:soap', 'xmlns:s')],
  ] as const) {
    test(`reads ${name}, as the full one does`, () => {
      const read = readPlainly(xml);
      assert.notEqual(read, undefined);
      assert.deepEqual(read, readFully(xml));
    });
  }

  test('reads the recorded answer', { skip: NO_MATERIAL }, () => {
    const xml = material('recorded/pedido-existe-two-absent.xml');
    assert.notEqual(readPlainly(xml), undefined);
    assert.deepEqual(readPlainly(xml), readFully(xml));
  });

  const SOAP = 'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"';
  const leftAlone: readonly (readonly [what: string, from: string | RegExp, to: string])[] = [
    ['a reference', 'OK.', 'O&#75;.'],
    ['a section of character data', 'OK.', '<![CDATA[OK.]]>'],
    ['a comment', 'OK.', 'OK<!-- . -->.'],
    ['a processing instruction', 'OK.', 'OK<?a b?>.'],
    ['an attribute', '<Existente>', '<Existente a="b">'],
    ['a namespace of its own', '<Existente>', '<Existente xmlns="urn:x">'],
    ['a prefix', /(<\/?)Existente/g, '$1soap:Existente'],
    ['the end of such a section without its beginning', 'OK.', 'OK.]]>'],
    ['a control character', 'OK.', 'OK\u0001.'],
    ['a return', 'OK.', 'OK.\r\n'],
    ['half a surrogate pair', 'OK.', 'OK\ud83d.'],
    ['tags that cross each other', '</Existente><StatusAtual>', '<StatusAtual></Existente>'],
    ['an element that is not closed', '</Existente>', ''],
    ['another case at the end', '</Existente>', '</existente>'],
    ['something after the end', /$/, 'x'],
    ['a document type', '<soap:Envelope', '<!DOCTYPE x><soap:Envelope'],
    ['another namespace of the envelope', 'schemas.xmlsoap.org', 'www.w3.org'],
    ['a namespace in another case', 'www.kplsolucoes', 'WWW.kplsolucoes'],
    ['a name in another case', 'PedidoExisteResponse ', 'pedidoExisteResponse '],
    ['a declaration twice', SOAP, `${SOAP} ${SOAP}`],
    ['a prefix that is reserved', SOAP, `${SOAP} xmlns:xmlns="http://www.w3.org/2001/XMLSchema"`],
    ['a prefix that is not declared', SOAP, 'xmlns:a="http://schemas.xmlsoap.org/soap/envelope/"'],
    ['no declaration of XML', /^<\?.*?\?>/, ''],
  ];
  for (const [what, from, to] of leftAlone) {
    test(`leaves ${what} to the full one`, () => {
      const xml = HEALTHY.replace(from, to);
      assert.notEqual(xml, HEALTHY);
      assert.equal(readPlainly(xml), undefined);
    });
  }

  test('reads whatever it reads as the full one does', () => {
    const pieces = [
      '<',
      '>',
      '/',
      '&',
      ' ',
      '\n',
      '\u00a0',
      '"',
      "'",
      '=',
      ':',
      '!',
      '?',
      '-',
      ']]>',
      'a',
      '0',
      '.',
      '\ufffd',
      '\u000b',
      '&#11;',
    ];
    const tags = ['<Existente>', '</Existente>', '<a>', '</a>', '<a/>', '<a />', '<-a>', '<Rows>', '</Rows>', 'xml'];
    const ends = ['</PedidoExisteResult>', '</soap:Body>', '<DadosPedidosExistentes>', '</DadosPedidosExistentes>'];
    const change = fc.record({
      at: fc.nat(HEALTHY.length),
      drop: fc.constantFrom(0, 0, 1, 2, 11),
      put: fc.constantFrom('', ...pieces, ...tags, ...ends),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(change, { maxLength: 3 }), (indented, changes) => {
        let xml = indented ? INDENTED : HEALTHY;
        for (const { at, drop, put } of changes) xml = xml.slice(0, at) + put + xml.slice(at + drop);
        const plainly = outcome(() => readPlainly(xml));
        if (plainly !== undefined)
          assert.deepEqual(
            plainly,
            outcome(() => readFully(xml)),
          );
      }),
      { numRuns: 5000 },
    );
  });
});

function outcome(read: () => Reply | undefined): Reply | 'unreadable' | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableReply) return 'unreadable';
    throw error;
  }
}
