/** What the page says in which situation: the sentence at the top, and why an order is where it is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { answerTo, type PlainAnswer } from '../../src/page/answer.ts';
import { Format } from '../../src/page/format.ts';
import { announcementOf, headlineOf, type Headline, type Situation } from '../../src/page/headline.ts';
import type { View } from '../../src/page/layout.ts';
import { orderPage } from '../../src/page/order-page.ts';
import { overviewPage } from '../../src/page/overview.ts';
import type { OrderStory, PageStatus } from '../../src/page/ports.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { CHART, HOUR, MINUTE, NOTHING_OPEN, NOW, openOrder, openOrders, SOME_OPEN, STATUS, STORY } from './fixtures.ts';

function view(language: Language = 'en'): View {
  const format = new Format(language, 'America/Sao_Paulo');
  return { language, words: wordsOf(language).page, format, now: NOW, allowRetry: true };
}

const NOT_YET = { state: 'not-yet', since: NOW - MINUTE } as const;
const BLIND = { state: 'blind', since: NOW - 12 * MINUTE } as const;

const QUIET: Situation = { status: STATUS, open: NOTHING_OPEN, chart: CHART };

function down(dependency: keyof PageStatus['dependencies'], minutes: number): PageStatus {
  const state = { state: 'down', since: NOW - minutes * MINUTE, reason: 'connection refused' } as const;
  return { ...STATUS, dependencies: { ...STATUS.dependencies, [dependency]: state } };
}

describe('The sentence at the top', () => {
  const today = CHART.hours.filter(({ startsAt }) => startsAt >= Date.parse('2026-11-23T03:00:00Z'));
  const count = today.reduce((sum, { orders }) => sum + orders, 0);
  const CASES: (readonly [string, Situation, Headline['tone'], string])[] = [
    ['all is well', QUIET, 'good', `All ${count} orders of today are in Abacos. There is nothing to do.`],
    [
      'all is well since a start of today',
      { ...QUIET, chart: { ...CHART, since: NOW - HOUR } },
      'good',
      `All ${count} orders since 09:30 are in Abacos. There is nothing to do.`,
    ],
    [
      'there were no orders',
      { ...QUIET, chart: { ...CHART, hours: [] } },
      'good',
      'No order is missing. There has been no new one to check. There is nothing to do.',
    ],
    [
      'one order is being integrated',
      { ...QUIET, open: openOrders(openOrder(1)) },
      'wait',
      '1 order is not in Abacos. order-monit is repairing it.',
    ],
    [
      'several kinds are open',
      { ...QUIET, open: SOME_OPEN },
      'bad',
      '2 orders are not in Abacos, 1 order is in Abacos without its payment, Abacos gives no clear answer about 1 order, 1 order has an unusable number and 1 order has no date. ' +
        '2 of them need action: order-monit can not repair them. order-monit is repairing the other 3.',
    ],
    [
      'carts are all that is open',
      { ...QUIET, open: openOrders(openOrder(1, { reason: 'NO_DATE' }), openOrder(2, { reason: 'NO_DATE' })) },
      'wait',
      '2 orders have no date.',
    ],
    [
      'one order is given up',
      { ...QUIET, open: openOrders(openOrder(1, { givenUp: true })) },
      'bad',
      '1 order is not in Abacos. It needs action: order-monit can not repair it.',
    ],
    [
      'Abacos is down',
      { ...QUIET, status: down('abacos', 12), open: openOrders(openOrder(1)) },
      'bad',
      'Abacos has been unavailable for 12 min. No order can be checked or repaired. Nothing is lost, and no order loses an attempt: order-monit keeps trying, and goes on where it stopped. 1 order is not in Abacos.',
    ],
    [
      'the integration server is down and an order waits for it',
      { ...QUIET, status: down('integration-server', 130), open: openOrders(openOrder(1)) },
      'bad',
      '1 order is not in Abacos. The integration server has been unavailable for 2 h 10 min. Orders are still checked, but missing ones can not be repaired. order-monit keeps trying, one order at a time where the server can be reached. No order loses an attempt, and all go on by themselves once it works.',
    ],
    [
      'repairs are held',
      { ...QUIET, status: down('repairs', 12), open: openOrders(openOrder(1)) },
      'bad',
      '1 order is not in Abacos. Repairs have been held for 12 min: Abacos denies orders that it had before. Orders are still checked, and none is inserted, so that nothing is inserted twice. order-monit keeps asking Abacos; when it has those orders again, repairs go on by themselves.',
    ],
    [
      'the shop gets its own time first',
      {
        ...QUIET,
        status: { ...STATUS, repairsWait: { why: 'settling', orders: 1, until: NOW + 20 * MINUTE } },
        open: openOrders(openOrder(1)),
      },
      'wait',
      '1 order is not in Abacos. The shop gets its own time to send such orders first: until 10:50 or longer. What it does not send, order-monit does, by itself.',
    ],
    [
      'the shop is still sending',
      {
        ...QUIET,
        status: { ...STATUS, repairsWait: { why: 'draining', orders: 1, until: NOW + 20 * MINUTE } },
        open: openOrders(openOrder(1)),
      },
      'wait',
      '1 order is not in Abacos. Missing orders turn up by themselves, so the shop is still sending. order-monit waits until 10:50 or longer, then sends what is left, by itself.',
    ],
    [
      'so many are open that new ones wait',
      {
        ...QUIET,
        status: { ...STATUS, isFull: true },
        open: {
          ...NOTHING_OPEN,
          total: 250_000,
          needHelp: 250_000,
          byReason: { ...NOTHING_OPEN.byReason, BAD_NUMBER: 250_000 },
        },
      },
      'bad',
      '250,000 orders have an unusable number. They need action: order-monit can not repair them. So many are open that new orders wait: they are checked as soon as some of these are settled.',
    ],
    [
      'there is a backlog',
      { ...QUIET, status: { ...STATUS, backlog: { ordersLeft: 1200, timeLeftMs: 3 * MINUTE } } },
      'wait',
      'Catching up: 1,200 orders still to be checked, which takes about 3 min.',
    ],
    [
      'another one is active',
      { ...QUIET, status: { ...STATUS, standsBy: { leader: '192.0.2.7' } }, open: openOrders(openOrder(1)) },
      'wait',
      'Another order-monit looks after the orders. This one stands by, and what it shows of the orders may be old. The active one is at 192.0.2.7.',
    ],
    [
      'it has just started',
      { ...QUIET, status: { ...STATUS, checking: NOT_YET } },
      'wait',
      'order-monit has just started. The first check of the orders is under way.',
    ],
  ];
  CASES.push(
    [
      'nothing was checked for a while',
      { ...QUIET, status: { ...STATUS, checking: BLIND } },
      'bad',
      'No order has been checked since 10:18. What is shown here of the orders may be old. Whoever runs order-monit sees with order-monit status what it is doing.',
    ],
    [
      'nothing was checked for a while, and an order was missing before',
      { ...QUIET, status: { ...STATUS, checking: BLIND }, open: openOrders(openOrder(1)) },
      'bad',
      'No order has been checked since 10:18. What is shown here of the orders may be old. Whoever runs order-monit sees with order-monit status what it is doing. 1 order is not in Abacos.',
    ],
    [
      'nothing was checked for a while, because Abacos is down',
      { ...QUIET, status: { ...down('abacos', 12), checking: BLIND } },
      'bad',
      'Abacos has been unavailable for 12 min. No order can be checked or repaired. Nothing is lost, and no order loses an attempt: order-monit keeps trying, and goes on where it stopped. No order has been checked since 10:18.',
    ],
    [
      'a dependency was never asked',
      { ...QUIET, status: { ...STATUS, dependencies: { ...STATUS.dependencies, abacos: { state: 'not-asked' } } } },
      'wait',
      'Not all systems were asked yet.',
    ],
    [
      'a configuration was refused',
      { ...QUIET, status: { ...STATUS, configurationRefused: true } },
      'wait',
      'The changed configuration was refused: the old one is in force. Whoever runs order-monit finds out why with: order-monit check',
    ],
    [
      'a configuration was refused while an order is missing',
      { ...QUIET, status: { ...STATUS, configurationRefused: true }, open: openOrders(openOrder(1)) },
      'wait',
      '1 order is not in Abacos. order-monit is repairing it. The changed configuration was refused: the old one is in force. Whoever runs order-monit finds out why with: order-monit check',
    ],
  );
  for (const [when, situation, tone, expected] of CASES) {
    test(`when ${when}`, () => {
      const { lead, more, tone: found } = headlineOf(view(), situation);
      assert.equal([lead, ...more].join(' '), expected);
      assert.equal(found, tone);
    });
  }

  test('is said in Portuguese as well', () => {
    const { lead } = headlineOf(view('pt-BR'), { ...QUIET, status: down('abacos', 12) });
    assert.equal(lead, 'O Abacos está indisponível há 12 min.');
    const held = headlineOf(view('pt-BR'), { ...QUIET, status: down('repairs', 12) });
    assert.equal(held.lead, 'Os reparos estão suspensos há 12 min: o Abacos nega pedidos que já tinha.');
    assert.match(held.more.join(' '), /nenhum é inserido/);
    const repairsWait = { why: 'settling', orders: 1, until: NOW + 20 * MINUTE } as const;
    const waiting = headlineOf(view('pt-BR'), {
      ...QUIET,
      status: { ...STATUS, repairsWait },
      open: openOrders(openOrder(1)),
    });
    assert.match(
      waiting.more.join(' '),
      /A loja tem primeiro o seu próprio tempo para enviar esses pedidos: até as 10:50/,
    );
  });
});

describe('The overview of a monitor that can not know how the orders are', () => {
  const notAsked = { ...STATUS.dependencies, shop: { state: 'not-asked' } } as const;
  const STATES: Readonly<Record<string, PageStatus>> = {
    'has checked nothing for a while': { ...STATUS, checking: BLIND },
    'has checked nothing yet': { ...STATUS, checking: NOT_YET },
    'has a dependency that was never asked': { ...STATUS, dependencies: notAsked },
    'refused a configuration': { ...STATUS, configurationRefused: true },
  };
  for (const [state, status] of Object.entries(STATES)) {
    test(`that ${state} never says that all orders are in Abacos, or that there is nothing to do`, () => {
      for (const language of ['en', 'pt-BR'] as const) {
        const page = overviewPage(view(language), { ...QUIET, status }).toString();
        assert.doesNotMatch(page, /is in Abacos|are in Abacos|nothing to do/i);
        assert.doesNotMatch(page, /estão no Abacos|está no Abacos|nada a fazer/i);
        assert.doesNotMatch(page, /headline good/);
      }
    });
  }

  test('says in both languages since when', () => {
    const status: PageStatus = { ...STATUS, checking: BLIND };
    assert.match(overviewPage(view(), { ...QUIET, status }).toString(), /No order has been checked since 10:18\./);
    const { lead } = headlineOf(view('pt-BR'), { ...QUIET, status });
    assert.equal(lead, 'Nenhum pedido é verificado desde as 10:18.');
  });

  test('tells a screen reader', () => {
    const status: PageStatus = { ...STATUS, checking: BLIND };
    const told = announcementOf(view(), { ...QUIET, status });
    assert.equal(told, 'No order has been checked since 10:18. None is known.');
  });
});

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
