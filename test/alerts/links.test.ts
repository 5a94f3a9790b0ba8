/** From a mail or a chat to the page of an order, for those who have one; and who is told of what. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { decide } from '../../src/alerts/decide/decide.ts';
import { newState } from '../../src/alerts/decide/state.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import type { Alert } from '../../src/alerts/decide/alert.ts';
import { chatBody } from '../../src/alerts/deliver/chat.ts';
import { recipientsOf } from '../../src/alerts/deliver/mailer.ts';
import { parseMessage, type Mail, type Post } from '../../src/alerts/deliver/message.ts';
import { messagesFor, type Delivering } from '../../src/alerts/deliver/outbox.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId, type OrderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { wordsOf } from '../../src/words/catalogue.ts';
import { commandRan, CYCLE, found, givenUp, numberOf, recordOf, settled } from './events.ts';
import { HOST, settingsFor } from './fixtures.ts';
import { HOUR, MINUTE, NINE } from './manual-clock.ts';
import { SETTINGS } from './play.ts';

// The texts hold local times.
process.env.TZ = 'UTC';

const SERVER = {
  host: 'mail.example.com',
  port: 25,
  encryption: 'offered',
  verifyCertificate: false,
  ca: undefined,
  allowCleartextPassword: false,
  login: undefined,
} as const;
const URL = 'https://orders.example.com';
const PAGE = { url: URL, allowsRetry: true };
const READ_ONLY = { url: URL, allowsRetry: false };

interface Played {
  readonly afterMs?: number;
  readonly reportAt?: number;
  readonly open?: readonly OrderRecord[];
}

/** The last alert that follows from these events. */
function alertOf(events: readonly Event[], { afterMs = 0, reportAt, open = [] }: Played = {}): Alert {
  let state = newState('s', NINE);
  for (const event of events) state = takeEvent(state, event, NINE);
  const settings = { ...SETTINGS, dailyReportAtMinute: reportAt };
  const records = new Map<OrderId, OrderRecord>(open.map((record) => [record.orderId, record]));
  const alert = decide(state, { now: NINE + afterMs, settings, open: records }).alerts.at(-1);
  assert.ok(alert);
  return alert;
}

interface Sent {
  readonly html: string;
  readonly text: string;
  readonly post: Post;
}

function sent(alert: Alert, changes: Partial<Delivering> = {}): Sent {
  const webhook = { url: () => 'https://chat.example.com/hook', format: undefined, ca: undefined };
  const messages = messagesFor(alert, { ...settingsFor(SERVER), page: PAGE, webhook, ...changes }, HOST);
  const mail = messages.find((one): one is Mail => one.channel === 'mail');
  const post = messages.find((one): one is Post => one.channel === 'webhook');
  assert.ok(mail !== undefined && post !== undefined);
  return { html: mail.html, text: mail.text, post };
}

const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const gaveUp = (id: number): Event[] => [found(id), ...commandRan(id, ['RuntimeError: boom']), givenUp(id)];
const linksIn = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(([, to = '']) => to);
const orderUrl = (id: number): string => `${URL}/orders/${numberOf(id)}`;

describe('A mail, where the page has an address,', () => {
  test('leads from each number to its order, and has one button', () => {
    const { html, text } = sent(alertOf([...gaveUp(1), ...gaveUp(2), CYCLE]));
    assert.deepEqual(linksIn(html), [orderUrl(1), orderUrl(2), `${URL}/`]);
    assert.match(html, new RegExp(`<a [^>]*href="${orderUrl(1)}">1226001 \\(id 1\\)</a>: not in Abacos`));
    assert.match(html, />See \/ retry<\/a>/);
    assert.ok(text.includes(`\n      ${orderUrl(1)}\n`), text);
    assert.ok(text.includes(`  See / retry:\n      ${URL}/\n`), text);
  });

  test('has no commands to copy, and leads from a single order to that order', () => {
    const { html, text } = sent(alertOf([...gaveUp(1), CYCLE]), { language: 'pt-BR' });
    assert.deepEqual(linksIn(html), [orderUrl(1), orderUrl(1)]);
    assert.doesNotMatch(html + text, /<pre|order-monit (?:retry|order|checkpoint)/);
    assert.match(html, />Ver \/ tentar de novo<\/a>/);
  });

  test('offers no retry where there is nothing to retry, or the page does not allow it', () => {
    assert.match(sent(alertOf([found(1), CYCLE])).html, />See on the page<\/a>/);
    const { html, text } = sent(alertOf([...gaveUp(1), CYCLE]), { page: READ_ONLY });
    assert.match(html, />See on the page<\/a>/);
    assert.match(text, /Then retry:\n\s+order-monit retry 1226001\n/);
  });

  test('has no button when there is nothing left to do', () => {
    const state = [...gaveUp(1), CYCLE].reduce((before, event) => takeEvent(before, event, NINE), newState('s', NINE));
    const open = new Map<OrderId, OrderRecord>();
    const told = decide(state, { now: NINE, settings: SETTINGS, open }).state;
    const later = [settled(1), CYCLE].reduce((before, event) => takeEvent(before, event, NINE + HOUR), told);
    const [alert] = decide(later, { now: NINE + HOUR, settings: SETTINGS, open }).alerts;
    assert.ok(alert);
    assert.deepEqual(linksIn(sent(alert).html), [orderUrl(1)]);
  });

  test('names the button of the page as the page does', () => {
    for (const language of ['en', 'pt-BR'] as const) {
      const { mail, page } = wordsOf(language);
      assert.ok(mail.toDo.thenOnPage.includes(`"${page.order.retry}"`), language);
      assert.ok(page.overview.retryOne('').startsWith(/"(.*)"/.exec(mail.report.retryOnPage)?.[1] ?? '?'), language);
    }
  });

  test('leads to each of a hundred orders, and its text to the first twenty', () => {
    const { html, text, post } = sent(alertOf([...many(100).map((id) => found(id)), CYCLE]));
    assert.deepEqual(linksIn(html), [...many(100).map(orderUrl), `${URL}/`]);
    const addresses = (written: string): number => written.split('/orders/').length - 1;
    assert.equal(addresses(text), 20);
    // What to do would be cut off.
    assert.equal(addresses(post.chat?.text ?? ''), 5);
    assert.ok(Buffer.byteLength(html) < 102_000, 'a large mail is shown in part only by some mail programs');
  });

  test('leads by its id to an order whose number could be anything', () => {
    const hostile = { ...found(7), orderNumber: '1"><script>alert(1)</script>' };
    const { html } = sent(alertOf([hostile, CYCLE]));
    assert.deepEqual(linksIn(html), [`${URL}/orders?id=7`, `${URL}/orders?id=7`]);
    assert.doesNotMatch(html, /<script/);
  });

  test('of carts, and the daily report, lead there as well', () => {
    const content = { kind: 'undated', since: NINE, count: 1, ids: [orderId(3)] } as const;
    const undated = sent({ id: 's.1', at: NINE, thread: 's.1', audience: 'subscribers', content });
    assert.deepEqual(linksIn(undated.html), [`${URL}/orders?id=3`, `${URL}/`]);
    const report = alertOf([CYCLE], { afterMs: HOUR, reportAt: 10 * 60, open: [recordOf(3, 'NOT_FOUND', 5)] });
    const { html, text } = sent(report);
    assert.deepEqual(linksIn(html), [`${URL}/orders?id=3`, `${URL}/`]);
    assert.doesNotMatch(text, /order-monit retry/);
  });

  test('is as wide as a phone', () => {
    assert.match(sent(alertOf([found(1), CYCLE])).html, /<meta name="viewport" content="width=device-width/);
  });
});

test('A mail without a page has the commands, and no link', () => {
  const { html, text, post } = sent(alertOf([...gaveUp(1), CYCLE]), { page: undefined });
  assert.deepEqual(linksIn(html), []);
  assert.match(text, /Then retry:\n\s+order-monit retry 1226001\n[\s\S]*order-monit order 1226001\n/);
  assert.doesNotMatch(post.body, /https:/);
});

describe('A webhook, where the page has an address,', () => {
  const alert = alertOf([...gaveUp(1), CYCLE]);

  test('gets the address of each order, in the text and in fields of their own', () => {
    const body: unknown = JSON.parse(sent(alert).post.body);
    assert.ok(typeof body === 'object' && body !== null && 'text' in body && 'order_monit' in body);
    assert.ok(String(body.text).includes(orderUrl(1)));
    const { page, orders } = Object.assign({ page: '', orders: [{ url: '' }] }, body.order_monit);
    assert.deepEqual([page, orders[0]?.url], [`${URL}/`, orderUrl(1)]);
  });

  test('of a chat gets it as a link in the form of that chat', () => {
    const { chat } = sent(alert).post;
    assert.ok(chat);
    assert.ok(chatBody('slack', chat).includes(orderUrl(1)));
    assert.ok(chatBody('google_chat', chat).includes(orderUrl(1)));
    assert.ok(chatBody('discord', chat).includes(`<${orderUrl(1)}>`), 'it shows no preview of it');
    assert.ok(chatBody('teams', chat).includes(`"selectAction":{"type":"Action.OpenUrl","url":"${orderUrl(1)}"}`));
  });

  test('makes no link of an address that a task has printed, or that only begins like ours', () => {
    for (const url of ['https://evil.example/x', `${URL}.evil.example/x`, `${URL}@evil.example/x`]) {
      const chat = { title: 't', text: `a\n      ${url}\n`, page: URL };
      assert.doesNotMatch(chatBody('teams', chat), /selectAction/, url);
      assert.doesNotMatch(chatBody('discord', chat), /<http/, url);
    }
  });
});

describe('Who is told', () => {
  const subscribers = ['all@example.com'];
  const ordersTo = ['ops@example.com'];
  const faultsTo = ['root@example.com'];
  const down = (dependency: 'abacos' | 'repairs'): Event => ({
    kind: 'down',
    dependency,
    reason: 'x',
    hint: undefined,
  });
  const KINDS: readonly [what: string, alert: Alert, orders: boolean, faults: boolean][] = [
    ['orders at work', alertOf([found(1), CYCLE]), true, false],
    ['orders that need action', alertOf([...gaveUp(1), CYCLE]), true, false],
    ['what is down', alertOf([down('abacos')], { afterMs: MINUTE }), false, true],
    ['repairs that are held', alertOf([down('repairs')], { afterMs: MINUTE }), true, true],
    ['the daily report', alertOf([CYCLE], { afterMs: HOUR, reportAt: 10 * 60 }), true, true],
  ];
  const whom = (alert: Alert, changes: object): string[] => {
    const settings = settingsFor(SERVER);
    const mail = { ...settings.mail, subscribers: [], escalateTo: ['boss@example.com'], ...changes };
    const [message] = messagesFor(alert, { ...settings, mail }, HOST);
    return message?.channel === 'mail' ? recipientsOf(message, mail) : [];
  };

  for (const [what, alert, orders, faults] of KINDS) {
    test(`of ${what}`, () => {
      const own = [...(orders ? ordersTo : []), ...(faults ? faultsTo : [])];
      assert.deepEqual(whom(alert, { ordersTo, faultsTo }), own);
      assert.deepEqual(whom(alert, { subscribers, ordersTo, faultsTo }), [...subscribers, ...own]);
      assert.deepEqual(whom(alert, { subscribers }), subscribers);
      // Nothing is told to nobody.
      assert.deepEqual(whom(alert, { ordersTo }), ordersTo);
      assert.deepEqual(whom(alert, { faultsTo }), faultsTo);
    });
  }

  test('of a matter that was escalated, besides', () => {
    const alert: Alert = { ...alertOf([found(1), CYCLE]), audience: 'everyone' };
    assert.deepEqual(whom(alert, { ordersTo, faultsTo }), [...ordersTo, 'boss@example.com']);
  });

  test('of a message that an earlier version has left in the spool: all', () => {
    const [message] = messagesFor(alertOf([found(1), CYCLE]), settingsFor(SERVER), HOST);
    const { concern, ...old } = Object.assign({ concern: '' }, message);
    assert.equal(concern, 'orders');
    const read = parseMessage(JSON.stringify(old));
    assert.equal(read.channel === 'mail' && read.concern, 'all');
  });
});
