/** What the page says at the top in which situation. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Format } from '../../src/page/format.ts';
import { announcementOf, headlineOf, type Headline, type Situation } from '../../src/page/headline.ts';
import type { View } from '../../src/page/layout.ts';
import { overviewPage } from '../../src/page/overview.ts';
import type { PageStatus } from '../../src/page/ports.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { CHART, HOUR, MINUTE, NOTHING_OPEN, NOW, openOrder, openOrders, SOME_OPEN, STATUS } from './fixtures.ts';

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
