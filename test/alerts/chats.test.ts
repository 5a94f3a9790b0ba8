/** Alerts in the forms of chat systems: taken by each, and no text from outside steers any. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { after, describe, test, type TestContext } from 'node:test';

import type { Alert, Content } from '../../src/alerts/decide/alert.ts';
import { chatBody, formatOf, type WebhookFormat } from '../../src/alerts/deliver/chat.ts';
import type { Post } from '../../src/alerts/deliver/message.ts';
import { messagesFor, type Delivering } from '../../src/alerts/deliver/outbox.ts';
import { post, type Webhook } from '../../src/alerts/deliver/webhook.ts';
import { CHAT_ACCEPTANCES, CHAT_REFUSALS } from '../refusals/chat.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { serve } from '../sandbox/ports.ts';
import { selfSigned } from '../shop/certificate.ts';
import { settingsFor } from './fixtures.ts';
import { plainServer } from './mail-server.ts';

const LONG = AbortSignal.timeout(60_000);
const CHATS = ['slack', 'teams', 'discord', 'google_chat'] as const;

// Nothing listens at the first of the two.
const names = withTwoAddresses();
after(() => {
  names.restore();
});

/** The message that a webhook gets of an alert in which somebody else wrote this. */
function messageWith(written: string): Post {
  const content: Content = {
    kind: 'down',
    stage: 'news',
    dependency: 'abacos',
    since: 0,
    reason: written,
    hint: null,
    blips: 0,
  };
  const alert: Alert = { id: 'abc.1', at: 60_000, thread: 'abc.1', audience: 'subscribers', content };
  const webhook: Webhook = { url: () => 'http://x', format: undefined, ca: undefined };
  const delivering: Delivering = { ...settingsFor(plainServer(1)), webhook };
  const message = messagesFor(alert, delivering, 'monitor.example.com').find(({ channel }) => channel === 'webhook');
  assert.ok(message?.channel === 'webhook');
  return message;
}

/** What the chat gets of it. */
function sent(format: (typeof CHATS)[number], written: string): string {
  const { chat } = messageWith(written);
  assert.ok(chat);
  return chatBody(format, chat);
}

/** All values of an object that a chat reads, under their names. */
function textsIn(value: unknown, name = ''): (readonly [name: string, text: string])[] {
  if (typeof value === 'string') return [[name, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    textsIn(inner, Array.isArray(value) ? name : key),
  );
}

describe('The form', () => {
  const hosts: readonly (readonly [url: string, format: WebhookFormat])[] = [
    ['https://hooks.slack.com/services/T0/B0/x', 'slack'],
    ['https://discord.com/api/webhooks/1/x', 'discord'],
    ['https://canary.discord.com/api/webhooks/1/x', 'discord'],
    ['https://discord.com/api/webhooks/1/x/slack', 'slack'],
    ['https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t', 'google_chat'],
    ['https://prod-12.brazilsouth.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke', 'teams'],
    ['https://default1.2.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/x', 'teams'],
    ['https://example.webhook.office.com/webhookb2/x', 'teams'],
    ['https://mattermost.example.com/hooks/x', 'json'],
    ['https://slack.com.example.com/x', 'json'],
    ['https://notdiscord.com/x', 'json'],
  ];
  for (const [url, format] of hosts) {
    test(`is told by the host: ${url}`, () => {
      assert.equal(formatOf(new URL(url)), format);
    });
  }

  test('of Google Chat has a text, and nothing else that it would refuse', () => {
    const body: unknown = JSON.parse(sent('google_chat', 'x'));
    assert.deepEqual(
      textsIn(body).map(([name]) => name),
      ['text'],
    );
  });

  test('of Slack has a text, with what it takes for marks as entities', () => {
    const body: unknown = JSON.parse(sent('slack', 'AT&T <!channel> <https://evil.example/|ok>'));
    assert.deepEqual(
      textsIn(body).map(([name]) => name),
      ['text'],
    );
    const [[, text] = ['', '']] = textsIn(body);
    assert.match(text, /^\*\[order-monit\] Abacos is down\*\n/);
    assert.match(text, /AT&amp;T &lt;!channel&gt; &lt;https:\/\/evil\.example\/\|ok&gt;/);
  });

  test('of Discord has a content of 2000 characters at most, and mentions nobody', () => {
    const body: unknown = JSON.parse(sent('discord', '@everyone <@1> [ok](https://evil.example) **'));
    assert.ok(typeof body === 'object' && body !== null && 'content' in body && 'allowed_mentions' in body);
    assert.deepEqual(body.allowed_mentions, { parse: [] });
    const content = String(body.content);
    assert.match(content, /^\*\*\\\[order-monit\\\] Abacos is down\*\*\n/);
    assert.match(content, /\\@everyone \\<\\@1\\> \\\[ok\\\]\(https.*\) \\\*\\\*/);
    const long: unknown = JSON.parse(chatBody('discord', { title: 'x', text: '*_~|'.repeat(1000) }));
    assert.ok(typeof long === 'object' && long !== null && 'content' in long);
    assert.ok(String(long.content).length <= 2000);
    assert.match(String(long.content), /[^\\]\n…$/);
  });

  test('of Discord shows what would begin a list as it came', () => {
    const body: unknown = JSON.parse(chatBody('discord', { title: 'x', text: '1. one\n  - two' }));
    assert.ok(typeof body === 'object' && body !== null && 'content' in body);
    assert.equal(body.content, '**x**\n1\\. one\n  \\- two');
  });

  test('of Slack is cut before an entity, and not within one', () => {
    for (const filling of ['', '.', '..', '...']) {
      const body: unknown = JSON.parse(chatBody('slack', { title: 'x', text: `${filling}${'<'.repeat(3000)}` }));
      assert.ok(typeof body === 'object' && body !== null && 'text' in body);
      assert.match(String(body.text), /(?:&lt;)\n…$/);
    }
  });

  test('of Teams is an Adaptive Card of runs of text, which know no marks, of 28 KB at most', () => {
    const text = sent('teams', `<at>everyone</at> [ok](https://evil.example) ${'ção '.repeat(3000)}`);
    assert.ok(Buffer.byteLength(text) < 28 * 1024, String(Buffer.byteLength(text)));
    const body: unknown = JSON.parse(text);
    assert.ok(typeof body === 'object' && body !== null && 'type' in body && 'attachments' in body);
    assert.equal(body.type, 'message');
    const kinds = textsIn(body.attachments).filter(([name]) => name === 'type' || name === 'contentType');
    assert.deepEqual(
      [...new Set(kinds.map(([, kind]) => kind))],
      ['application/vnd.microsoft.card.adaptive', 'AdaptiveCard', 'RichTextBlock', 'TextRun'],
    );
    assert.match(
      textsIn(body.attachments)
        .map(([, said]) => said)
        .join('\n'),
      /<at>everyone<\/at> \[ok\]\(https/,
    );
    assert.doesNotMatch(text, /"entities"/);
  });
});

const INJECTIONS = [
  '<!channel>',
  '<users/all>',
  '@everyone',
  '@here',
  '[x](https://evil.example/)',
  '<https://evil.example/|x>',
];

for (const written of INJECTIONS) {
  test(`A text from outside steers no chat that reads marks: ${written}`, () => {
    const unquoted = (text: string): string => text.replaceAll(/\\[^]/g, '');
    for (const format of ['slack', 'discord', 'google_chat'] as const) {
      for (const [name, text] of textsIn(JSON.parse(sent(format, written)))) {
        if (name === 'parse') continue;
        assert.doesNotMatch(unquoted(text), /<|>(?!$)|@[a-z]|\]\(/, format);
      }
    }
  });
}

async function openHook(t: TestContext, status = 200, answer = 'ok'): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end(answer);
    });
  });
  return { url: `http://127.0.0.1:${await serve(t, server)}/hook`, bodies };
}

describe('A webhook', () => {
  for (const format of CHATS) {
    test(`gets the form that is configured: ${format}`, async (t) => {
      const { url, bodies } = await openHook(t);
      const message = messageWith('x');
      await post({ url: () => url, format, ca: undefined }, message, LONG);
      assert.deepEqual(bodies, [sent(format, 'x')]);
    });
  }

  test('gets JSON where nothing says what it is, and what an earlier version has kept as it is', async (t) => {
    const { url, bodies } = await openHook(t);
    const { body, ...message } = messageWith('x');
    await post({ url: () => url, format: undefined, ca: undefined }, { body, ...message }, LONG);
    await post({ url: () => url, format: 'slack', ca: undefined }, { body }, LONG);
    assert.deepEqual(bodies, [body, body]);
  });

  for (const { from, format, status, body, why } of CHAT_REFUSALS) {
    test(`that refuses says so, and what to do: ${from}`, async (t) => {
      const { url } = await openHook(t, status, body);
      const delivery = await post({ url: () => url, format, ca: undefined }, messageWith('x'), LONG);
      assert.ok(delivery.kind === 'failed');
      assert.equal(delivery.scope, 'message');
      assert.match(delivery.why, why);
    });
  }

  for (const { from, format, status, body } of CHAT_ACCEPTANCES) {
    test(`that has taken a message is asked no more: ${from}`, async (t) => {
      const { url } = await openHook(t, status, body);
      assert.equal((await post({ url: () => url, format, ca: undefined }, messageWith('x'), LONG)).kind, 'delivered');
    });
  }

  test('with an authority of its own is reached where webhook_ca names that, and at the second address', async (t) => {
    const own = selfSigned('chat.example.com');
    const server = createHttps({ cert: own.certificate, key: own.key }, (_, response) => response.end('ok'));
    const url = `https://chat.example.com:${await serve(t, server)}/hook`;
    const refused = await post({ url: () => url, format: 'json', ca: undefined }, messageWith('x'), LONG);
    assert.ok(refused.kind === 'failed');
    assert.match(refused.why, /chat\.example\.com:\d+ \(::1, 127\.0\.0\.1\) is not trusted.*webhook_ca in email\.yml/);
    const taken = await post({ url: () => url, format: 'json', ca: own.certificate }, messageWith('x'), LONG);
    assert.equal(taken.kind, 'delivered');
  });
});
