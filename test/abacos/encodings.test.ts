/** Character sets in which answers come, by what the bytes, the header and the XML declaration say. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { openSite, orderNumbers } from './fixtures.ts';
import { answer } from './wire.ts';

const XML = answer({ code: 300002, type: 'tdreErroDataBase', text: 'Sem conexão' });
const declaring = (encoding: string): string => XML.replace('utf-8', encoding);
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const bigEndian = (text: string): Buffer => utf16(text).swap16();
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

const CASES: readonly (readonly [what: string, raw: string | Buffer, contentType: string])[] = [
  ['UTF-8 with a byte order mark', `\ufeff${XML}`, 'text/xml; charset=utf-8'],
  ['UTF-16 with a mark', utf16(`\ufeff${declaring('utf-16')}`), 'text/xml; charset=utf-16'],
  ['UTF-16 with a mark, from the other end', bigEndian(`\ufeff${declaring('utf-16')}`), 'text/xml'],
  ['UTF-16 without a mark', utf16(declaring('utf-16')), 'text/xml; charset=utf-16'],
  ['UTF-16 that the header takes for UTF-8', utf16(declaring('utf-16')), 'text/xml; charset=utf-8'],
  ['UTF-16 from the other end, without a mark', bigEndian(XML), 'text/xml; charset=utf-16be'],
  ['UTF-8 that says it is UTF-16, as .NET writes', declaring('utf-16'), 'text/xml'],
  ['UTF-8 that the header takes for UTF-16', declaring('utf-16'), 'text/xml; charset=utf-16'],
  ['Latin-1, declared in the XML alone', latin1(declaring('iso-8859-1')), 'text/xml'],
  ['Latin-1, declared in single quotes', latin1(declaring('ISO-8859-1').replaceAll('"', "'")), 'text/xml'],
  ['Windows-1252, by the header', latin1(declaring('windows-1252')), 'text/xml; charset="Windows-1252"'],
  ['Latin-9, by the header', latin1(XML), 'text/xml; charset=iso-8859-15'],
  ['UTF-8 that the header has as utf8', XML, 'text/xml;charset=UTF8'],
];

describe('an answer is read', () => {
  for (const [what, raw, contentType] of CASES) {
    test(`in ${what}`, async (t) => {
      const { standIn, call } = await openSite(t);
      standIn.fail({ raw, contentType });
      const { outage } = await call(orderNumbers('1'));
      assert.match(outage?.reason ?? '', /Sem conexão$/);
    });
  }
});
