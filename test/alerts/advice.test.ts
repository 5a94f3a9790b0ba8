/** What a mail says that people are to do about orders that were given up: who, and what. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { decide } from '../../src/alerts/decide/decide.ts';
import { newState } from '../../src/alerts/decide/state.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import { compose, type Context } from '../../src/alerts/deliver/compose.ts';
import { renderText } from '../../src/alerts/deliver/render.ts';
import type { Event } from '../../src/core/event.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { commandRan, CYCLE, found, givenUp } from './events.ts';
import { HOUR, NINE } from './manual-clock.ts';
import { SETTINGS } from './play.ts';

const gaveUp = (id: number, said: string): Event[] => [found(id), ...commandRan(id, [said]), givenUp(id)];
const NO_PAYMENT = "RuntimeError: Order doesn't have an associated payment";

/** What to do, as the mail about these events says it. */
function toDo(events: readonly Event[], changes: Partial<Context> = {}, language: Language = 'en'): string {
  const state = [...events, CYCLE].reduce((before, event) => takeEvent(before, event, NINE), newState('s', NINE));
  const alert = decide(state, { now: NINE, settings: SETTINGS, open: new Map() }).alerts.at(-1);
  assert.ok(alert);
  const words = wordsOf(language).mail;
  const body = compose(alert, { words, maxAttempts: 4, escalateAfterMs: 4 * HOUR, ...changes });
  return renderText({ ...body, sections: body.sections.slice(-1) }, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('A mail', () => {
  test('says of each order that was given up who does what, by what was said of it', () => {
    const text = toDo([...gaveUp(1, 'CPF inválido'), ...gaveUp(2, 'CPF inválido'), ...gaveUp(3, 'CEP inválido')]);
    assert.match(text, /1226001, 1226002 – Customer service: ask the customer for the right CPF or CNPJ/);
    assert.match(text, /1226003 – Customer service: check the delivery address/);
    assert.match(text, /Then retry: order-monit retry 1226001 1226002 1226003/);
    assert.doesNotMatch(text, /Find out why/);
  });

  test('says so in Portuguese, and leads there', () => {
    const page = { url: 'https://orders.example.com', allowsRetry: true };
    const text = toDo(gaveUp(1, 'Produto não cadastrado: 1234'), { page }, 'pt-BR');
    assert.match(text, /1226001 – Quem cuida do cadastro de produtos: cadastre o produto no Abacos/);
    assert.match(text, /Depois clique em "Tentar este pedido de novo" na página do pedido\./);
  });

  test('names no retry for an order that Abacos is said to have', () => {
    const text = toDo(gaveUp(1, 'Order number 1226001 already exist on Abacos'));
    assert.match(text, /1226001 – Whoever looks after Abacos: look the order up in Abacos/);
    assert.doesNotMatch(text, /retry/);
    const page = { url: 'https://orders.example.com', allowsRetry: true };
    assert.doesNotMatch(toDo(gaveUp(1, 'Order 1 already exist on Abacos'), { page }), /retry/i);
  });

  test('says what it always said where nobody knows', () => {
    const text = toDo([...gaveUp(1, 'boom'), ...gaveUp(2, NO_PAYMENT)]);
    assert.match(text, /1226002 – Whoever looks after payments: see whether the customer has paid/);
    assert.match(text, /Find out why \(the reason is above\)/);
    assert.match(text, /order-monit retry 1226001 1226002/);
  });

  test('goes by the rules of the shop first', () => {
    const advice = [{ test: (said: string) => said.includes('CPF'), who: 'Ana', todo: 'ligue para o cliente' }];
    assert.match(toDo(gaveUp(1, 'CPF inválido'), { advice }), /1226001 – Ana: ligue para o cliente\. Then retry/);
  });

  test('names twenty orders of an advice, and how many more there are', () => {
    const events = Array.from({ length: 25 }, (_, index) => gaveUp(index + 1, 'CEP inválido')).flat();
    assert.match(toDo(events), /1226019, 1226020 \(\+5\) – Customer service/);
  });
});
