/** How the page writes times. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Format } from '../../src/page/format.ts';
import type { Language } from '../../src/words/catalogue.ts';
import { HOUR, NOW } from './fixtures.ts';

function format(language: Language = 'en'): Format {
  return new Format(language, 'America/Sao_Paulo');
}

describe('Times are written', () => {
  const DURATIONS: readonly (readonly [number, string])[] = [
    [30_000, '30 s'],
    [1000, '1 s'],
    [90_000, '1 min'],
    [3_600_000, '1 h'],
    [12_000_000, '3 h 20 min'],
    [270_000_000, '3 d 3 h'],
  ];
  for (const [ms, text] of DURATIONS) {
    test(`${ms} ms as ${text}`, () => {
      assert.equal(format().duration(ms), text);
      assert.equal(format('pt-BR').duration(ms), text);
    });
  }

  test('with the moment and its offset for programs, and the date only on another day', () => {
    assert.match(String(format().moment(NOW, NOW)), /<time datetime="2026-11-23T10:30:00-03:00"[^>]*>10:30<\/time\s*>/);
    assert.match(String(format().moment(NOW - 24 * HOUR, NOW)), />2026-11-22 10:30<\/time\s*>/);
    assert.match(String(format('pt-BR').moment(NOW - 24 * HOUR, NOW)), />22\/11 às 10:30<\/time\s*>/);
  });
});
