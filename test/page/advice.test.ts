/** What an order's page says that people are to do about it, where what was said of it tells. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Advice } from '../../src/core/advice.ts';
import { answerTo } from '../../src/page/answer.ts';
import { Format } from '../../src/page/format.ts';
import type { View } from '../../src/page/layout.ts';
import { orderPage } from '../../src/page/order-page.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { NOW, STORY } from './fixtures.ts';

function view(language: Language = 'en'): View {
  const format = new Format(language, 'America/Sao_Paulo');
  return { language, words: wordsOf(language).page, format, now: NOW, allowRetry: true };
}

const WAITING: Advice = { kind: 'known', topic: 'awaiting-payment' };
const TAX_ID: Advice = { kind: 'known', topic: 'tax-id' };

describe('The page of an order that was given up', () => {
  test('says who does what, and that it is retried after that', () => {
    const { todo, tone } = answerTo(view(), { ...STORY, advice: TAX_ID });
    assert.match(todo, /^Customer service: ask the customer for the right CPF or CNPJ.*\. Then retry this order\.$/);
    assert.equal(tone, 'bad');
    assert.match(
      answerTo(view('pt-BR'), { ...STORY, advice: TAX_ID }).todo,
      /^Atendimento ao cliente: confirme o CPF ou CNPJ.*\. Depois clique em "Tentar este pedido de novo"\.$/,
    );
  });

  test('says so in the words of the shop’s own rule', () => {
    const advice: Advice = { kind: 'own', who: 'Ana', todo: 'ligue para o cliente' };
    assert.equal(answerTo(view(), { ...STORY, advice }).todo, 'Ana: ligue para o cliente. Then retry this order.');
  });

  test('says that there is nothing to do while nobody has paid, and offers no retry', () => {
    const { todo, tone } = answerTo(view(), { ...STORY, advice: WAITING });
    assert.match(todo, /^Nothing, as long as it is not paid/);
    assert.equal(tone, 'wait');
    assert.match(orderPage(view(), STORY).toString(), /class="button" href="\/retry/);
    assert.doesNotMatch(orderPage(view(), { ...STORY, advice: WAITING }).toString(), /href="\/retry/);
  });

  test('asks for Abacos to be looked into first where a command may have sent it, whatever was said', () => {
    const { checkpoint } = STORY;
    assert.ok(checkpoint.kind === 'open');
    const inDoubt = { ...STORY, checkpoint: { ...checkpoint, inDoubt: true }, advice: TAX_ID };
    assert.match(answerTo(view(), inDoubt).todo, /^Look it up in Abacos by its number\./);
  });
});
