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
  const DURATIONS: readonly (readonly [number, string, string])[] = [
    [30_000, '30 seconds', '30 segundos'],
    [1000, '1 second', '1 segundo'],
    [90_000, '1 minute', '1 minuto'],
    [3_600_000, '1 hour', '1 hora'],
    [12_000_000, '3 hours and 20 minutes', '3 horas e 20 minutos'],
    [270_000_000, '3 days and 3 hours', '3 dias e 3 horas'],
  ];
  for (const [ms, english, portuguese] of DURATIONS) {
    test(`${ms} ms as ${english}, ${portuguese}`, () => {
      assert.equal(format().duration(ms), english);
      assert.equal(format('pt-BR').duration(ms), portuguese);
    });
  }

  test('with the moment in UTC for programs, and the date only on another day', () => {
    assert.match(String(format().moment(NOW, NOW)), /<time datetime="2026-11-23T13:30:00.000Z"[^>]*>10:30<\/time\s*>/);
    assert.match(String(format().moment(NOW - 24 * HOUR, NOW)), />Sun, Nov 22, 10:30<\/time\s*>/);
  });
});
