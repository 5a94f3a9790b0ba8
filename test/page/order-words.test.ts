/** Why an order is where it is, and what to do, in words. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { answerTo, type PlainAnswer } from '../../src/page/answer.ts';
import { Format } from '../../src/page/format.ts';
import type { View } from '../../src/page/layout.ts';
import { orderId } from '../../src/core/order.ts';
import { orderPage } from '../../src/page/order-page.ts';
import { confirmPage } from '../../src/page/retry-page.ts';
import type { OrderStory } from '../../src/page/ports.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { HOUR, MINUTE, NOW, STORY } from './fixtures.ts';

function view(language: Language = 'en'): View {
  const format = new Format(language, 'America/Sao_Paulo');
  return { language, words: wordsOf(language).page, format, now: NOW, allowRetry: true };
}

test('How often an order was tried is how many commands ran, and is not said where only its end is known', () => {
  const shown = (checkpoint: OrderStory['checkpoint'], language: Language = 'en'): string =>
    orderPage(view(language), { ...STORY, checkpoint }).toString();
  const open = STORY.checkpoint;
  assert.ok(open.kind === 'open');
  assert.doesNotMatch(shown(open), /\d attempts?\b/);
  assert.match(shown({ ...open, givenUp: false, attempts: 2 }), /<li>2 attempts<\/li>/);
  assert.match(shown({ ...open, givenUp: false, attempts: 0 }), /<li>no attempt so far<\/li>/);
  assert.match(shown({ ...open, givenUp: false, attempts: 0 }, 'pt-BR'), /<li>nenhuma tentativa até agora<\/li>/);
  const settled = { kind: 'settled', since: NOW, updatedAt: NOW } as const;
  assert.match(shown({ ...settled, attempts: 1 }), /<li>1 attempt<\/li>/);
  assert.doesNotMatch(shown({ ...settled, attempts: undefined }), /\d attempts?\b/);
});

test('Whoever is asked about a retry reads the number of each order, and which of them a command may have sent', () => {
  const orders = [
    { orderId: orderId(7), number: '1007', inDoubt: true },
    { orderId: orderId(8), number: '1008', inDoubt: false },
  ];
  for (const [language, said] of [
    ['en', /1007.*<strong>a command may have done its work.*look it up in Abacos first<\/strong>.*1008<\/a>\s*<\/li>/s],
    ['pt-BR', /1007.*<strong>um comando pode ter feito seu trabalho.*<\/strong>.*1008<\/a>\s*<\/li>/s],
  ] as const)
    assert.match(confirmPage(view(language), { orders, leftOut: 0, token: 'token' }).toString(), said);
});

describe('Why an order is where it is', () => {
  const open = STORY.checkpoint;
  assert.ok(open.kind === 'open');
  const shop = STORY.shop;
  assert.ok(shop.kind === 'row');
  const settled = { kind: 'settled', since: NOW - HOUR, updatedAt: NOW - HOUR, attempts: 1 } as const;
  const present = { kind: 'exists', status: 'in-progress' } as const;
  const away = { kind: 'not-asked', why: 'connection refused' } as const;
  const CASES: readonly (readonly [string, Partial<OrderStory>, PlainAnswer['tone'], RegExp, RegExp])[] = [
    ['given up', {}, 'bad', /is not in Abacos, and order-monit has stopped retrying/, /then retry this order/],
    [
      'dismissed',
      { checkpoint: { ...open, reason: 'DISMISSED', givenUp: false, attempts: undefined } },
      'wait',
      /was dismissed/,
      /^Nothing\..*once a day.*retry it/,
    ],
    [
      'dismissed although a command may have sent it',
      { checkpoint: { ...open, reason: 'DISMISSED', givenUp: false, inDoubt: true, attempts: undefined } },
      'wait',
      /was dismissed/,
      /^Nothing\..*A command may have done its work although Abacos does not show it: before you retry it, look it up/,
    ],
    [
      'in Abacos, on record without its payment, while the shop can not be asked',
      { abacos: present, shop: away, checkpoint: { ...open, reason: 'PAYMENT_PENDING' } },
      'bad',
      /does not know yet that it has been paid/,
      /./,
    ],
    [
      'dismissed, and in Abacos, while the shop can not be asked',
      {
        abacos: present,
        shop: away,
        checkpoint: { ...open, reason: 'DISMISSED', givenUp: false, attempts: undefined },
      },
      'wait',
      /was dismissed/,
      /^Nothing/,
    ],
    [
      'dismissed, and in Abacos without its payment',
      {
        abacos: present,
        shop: { ...shop, paymentPending: true },
        checkpoint: { ...open, reason: 'DISMISSED', givenUp: false, attempts: undefined },
      },
      'wait',
      /was dismissed/,
      /^Nothing/,
    ],
    [
      'still being tried',
      { checkpoint: { ...open, givenUp: false, attempts: 2, everyMs: 2 * MINUTE } },
      'wait',
      /2 of 4 attempts were made/,
      /checks it about every 2 min, and retries once that can not insert it twice/,
    ],
    [
      'in Abacos, and not paid for yet',
      { abacos: present, checkpoint: { ...settled, payment: { kind: 'unpaid', everyMs: 10 * MINUTE, until: NOW } } },
      'good',
      /^This order is in Abacos; the shop waits for the customer’s payment\.$/,
      /^Nothing\. The payment is checked every 10 min, until .*10:30\.$/,
    ],
    [
      'in Abacos and paid, and the shop has its time to confirm that',
      { abacos: present, checkpoint: { ...settled, payment: { kind: 'paid', until: NOW + 20 * MINUTE } } },
      'wait',
      /^This order is in Abacos and paid; the shop’s own confirmation has until .*10:50\.$/,
      /if the shop does not confirm the payment, order-monit does/,
    ],
    [
      'in Abacos and paid, and nobody has noticed yet',
      { abacos: present, checkpoint: { ...settled, payment: { kind: 'paid' } } },
      'wait',
      /^This order is in Abacos and paid; the shop confirms the payment by itself\.$/,
      /^Nothing for now/,
    ],
    [
      'missing while all repairs are held',
      { checkpoint: { ...open, givenUp: false, attempts: 0 }, repairs: { kind: 'held' } },
      'wait',
      /order-monit has run nothing for it yet/,
      /all repairs are held, and the overview says what to do/,
    ],
    [
      'missing while the integration server is down',
      { checkpoint: { ...open, givenUp: false, attempts: 1 }, repairs: { kind: 'out' } },
      'wait',
      /is not in Abacos/,
      /the integration server is unavailable.*goes on once that works/,
    ],
    [
      'missing while the shop may still send it',
      { checkpoint: { ...open, givenUp: false, attempts: 1 }, repairs: { kind: 'wait', until: NOW + HOUR } },
      'wait',
      /is not in Abacos/,
      /the shop may still send it by itself, until 11:30 or longer/,
    ],
    [
      'given up although a command may have sent it',
      { checkpoint: { ...open, inDoubt: true } },
      'bad',
      /although a command may have sent it.*another one might send it twice/,
      /^Look it up in Abacos by its number\..*then retry this order; or ignore it\.$/,
    ],
    [
      'given up, and not paid for',
      { shop: { ...shop, awaitsPayment: true } },
      'wait',
      /is not in Abacos, and the customer has not paid/,
      /^Nothing, as long as it is not paid/,
    ],
    ['in Abacos', { abacos: present }, 'good', /is in Abacos \(in progress\)/, /^Nothing\.$/],
    [
      'in Abacos without its payment',
      { abacos: present, shop: { ...shop, paymentPending: true }, checkpoint: { ...open, givenUp: false } },
      'wait',
      /does not know yet that it has been paid/,
      /order-monit confirms the payment and checks again/,
    ],
    [
      'too young',
      { checkpoint: { kind: 'not-yet' }, shop: { ...shop, age: 'young' } },
      'wait',
      /the shop gets 30 min to send it/,
      /^Nothing\./,
    ],
    [
      'without a date',
      { checkpoint: { ...open, reason: 'NO_DATE', givenUp: false }, shop: { ...shop, age: 'undated' } },
      'wait',
      /not in Abacos, and it has no usable date/,
      /^If it is a cart: nothing\. If it is an order, ask .* to set its date/,
    ],
    [
      'without a date, and in Abacos without its payment',
      {
        abacos: present,
        checkpoint: { ...open, reason: 'NO_DATE', givenUp: false },
        shop: { ...shop, age: 'undated', paymentPending: true },
      },
      'wait',
      /does not know yet that it has been paid/,
      /to set its date/,
    ],
    ['not looked at yet', { checkpoint: { kind: 'not-yet' } }, 'wait', /has not come to it yet/, /within minutes/],
    ['older than what is watched', { checkpoint: { kind: 'none' } }, 'bad', /does not watch it/, /by hand/],
    [
      'gone from Abacos',
      { checkpoint: { kind: 'settled', since: NOW, updatedAt: NOW, attempts: 1 } },
      'bad',
      /although it had it/,
      /who look after Abacos/,
    ],
    ['gone from the shop', { shop: { kind: 'no-row' } }, 'bad', /no longer has this order/, /deleted on purpose/],
    ['without a number', { number: null, abacos: away }, 'wait', /has not given this order a number/, /^Wait/],
    [
      'with a bad number',
      { abacos: away, checkpoint: { ...open, reason: 'BAD_NUMBER' } },
      'bad',
      /can not be an order number/,
      /^Correct the number in the shop/,
    ],
    ['asked about in vain', { abacos: away }, 'wait', /can not be asked right now/, /nothing is lost/],
    [
      'answered unclearly',
      { abacos: { kind: 'unknown', why: 'a contradiction' } },
      'wait',
      /It is not certain/,
      /asks again about every 1 h\./,
    ],
  ];
  for (const [what, changes, tone, why, todo] of CASES) {
    test(`an order that is ${what}`, () => {
      const answer = answerTo(view(), { ...STORY, ...changes });
      assert.match(answer.why, why);
      assert.match(answer.todo, todo);
      assert.equal(answer.tone, tone);
    });
  }
});
