/** What others said stays as they said it, however much it looks like a sentence of order-monit's own. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { decide } from '../../src/alerts/decide/decide.ts';
import { newState } from '../../src/alerts/decide/state.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import { compose } from '../../src/alerts/deliver/compose.ts';
import { renderText } from '../../src/alerts/deliver/render.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import { openCsv } from '../../src/page/csv.ts';
import { openRow } from '../../src/page/open-rows.ts';
import { orderPage } from '../../src/page/order-page.ts';
import type { View } from '../../src/page/layout.ts';
import { storyEntries } from '../../src/service/page-lookup.ts';
import { PageStatistics } from '../../src/service/page-statistics.ts';
import { wordsOf } from '../../src/words/catalogue.ts';
import { Format } from '../../src/page/format.ts';
import { PART } from '../../src/words/phrases.ts';
import { PHRASES, translated } from '../../src/words/pt-br/phrases.ts';
import { commandRan, CYCLE, found, givenUp, numberOf, recordOf } from '../alerts/events.ts';
import { HOUR, MINUTE, NINE } from '../alerts/manual-clock.ts';
import { SETTINGS } from '../alerts/play.ts';
import { NOW, openOrder, STORY } from '../page/fixtures.ts';

const XYZ = 'srv.example.com:22';

/** Each of our own sentences, as a program might write it, and lines that our patterns without much text of their own fit. */
const STRANGERS = [
  ...PHRASES.map(([english]) =>
    english
      .split(PART)
      .map((piece, index) => (index % 2 === 1 ? 'x' : piece))
      .join(''),
  ),
  'RuntimeError: line 3: unexpected end',
  'config.yml line 3: the login did not end',
  'RuntimeError: gateway answered with HTTP 403 (forbidden)',
  'the last one said: nothing',
  'Faraday::Error: api, and said: nothing',
].filter((line) => translated(line) !== line);

describe('The words of others stay as they are', () => {
  const quoting = PHRASES.filter(([english]) => /: "?\{\d\}"?$/.test(english));

  test('behind each sentence of ours that ends with a quote', () => {
    const altered: string[] = [];
    for (const [english] of quoting) {
      const [begin = ''] = /^(.*)\{\d\}"?$/.exec(english)?.slice(1) ?? [];
      const ours = begin
        .split(PART)
        .map((piece, index) => (index % 2 === 1 ? XYZ : piece))
        .join('');
      for (const line of STRANGERS) {
        const text = `${ours}${line}${english.endsWith('"') ? '"' : ''}`;
        const other = translated(text);
        if (!other.includes(line) || other === text) altered.push(`${text} => ${other}`);
      }
    }
    assert.ok(quoting.length > 10);
    assert.deepEqual(altered.slice(0, 20), []);
  });

  /** Each of them is a sentence that order-monit says as well. */
  const LINES = ['the login did not end', 'a signal', 'api answered with HTTP 403', 'config.yml line 3: nothing'];
  const RECORD = recordOf(1, 'NOT_FOUND');

  test('in a mail about the command that said it', () => {
    for (const line of LINES) {
      assert.notEqual(translated(line), line);
      const events = [found(1), ...commandRan(1, [line]), givenUp(1), CYCLE];
      const state = events.reduce((before, event) => takeEvent(before, event, NINE), newState('s', NINE));
      const [alert] = decide(state, { now: NINE + MINUTE, settings: SETTINGS, open: new Map() }).alerts;
      assert.ok(alert);
      const body = compose(alert, { words: wordsOf('pt-BR').mail, maxAttempts: 4, escalateAfterMs: HOUR });
      assert.ok(renderText(body, '').replaceAll(/\s+/g, ' ').includes(line), line);
    }
  });

  const view: View = {
    language: 'pt-BR',
    words: wordsOf('pt-BR').page,
    format: new Format('pt-BR', 'America/Sao_Paulo'),
    now: NOW,
    allowRetry: true,
  };

  test('on the page of an order, whoever said it: the command, what gave it up, who dismissed it', () => {
    const name = { orderId: orderId(1), orderNumber: numberOf(1), record: RECORD };
    for (const line of LINES) {
      const events: readonly Event[] = [
        ...commandRan(1, [line]),
        { kind: 'given-up', ...name, why: `trying again is no use: ${line}`, permanentError: line },
        { kind: 'dismissed', ...name, by: 'maria', why: line },
      ];
      const entries = storyEntries(events.map((event) => ({ ...event, at: NOW })));
      const shown = String(orderPage(view, { ...STORY, entries }));
      assert.equal(shown.split(line).length - 1, events.length - 1, line);
    }
  });

  test('among the open orders and in their spreadsheet; and what order-monit says there itself is translated', () => {
    const statistics = new PageStatistics(() => NOW);
    for (const [line, shown] of [
      ...LINES.map((one) => [{ quote: one }, one] as const),
      ['Abacos gave no answer for it', 'o Abacos não deu resposta sobre ele'] as const,
    ]) {
      const told: Event =
        typeof line === 'string'
          ? { ...found(1, 'UNKNOWN', line) }
          : {
              kind: 'given-up',
              orderId: orderId(1),
              orderNumber: null,
              record: RECORD,
              why: '',
              permanentError: line.quote,
            };
      statistics.take(told);
      const why = statistics.saidOf(orderId(1));
      assert.ok(why !== undefined);
      const order = openOrder(1, { why });
      assert.ok(String(openRow(view, order)).includes(shown), shown);
      assert.ok(openCsv(view, { matching: 1, orders: [order] }).includes(shown), shown);
    }
  });
});
