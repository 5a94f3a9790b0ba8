/** What the webhooks of chat systems answer when they refuse. */
import type { WebhookFormat } from '../../src/alerts/deliver/chat.ts';

export interface ChatRefusal {
  readonly from: string;
  readonly format: WebhookFormat;
  readonly status: number;
  readonly body: string;
  readonly why: RegExp;
}

export const CHAT_REFUSALS: readonly ChatRefusal[] = [
  {
    from: 'Google Chat, a field that it does not know',
    format: 'json',
    status: 400,
    body: JSON.stringify({
      error: {
        code: 400,
        message: 'Invalid JSON payload received. Unknown name "order_monit": Cannot find field.',
        status: 'INVALID_ARGUMENT',
      },
    }),
    why: /Unknown name \\"order_monit\\": Cannot find field.*no messages of this form \(json\): check webhook_format/,
  },
  {
    from: 'Slack, a webhook that was deleted',
    format: 'slack',
    status: 404,
    body: 'no_service',
    why: /HTTP status 404, no_service\. What to do: check webhook in email\.yml/,
  },
  {
    from: 'Slack, a form that it does not take',
    format: 'slack',
    status: 400,
    body: 'invalid_payload',
    why: /HTTP status 400, invalid_payload.*webhook_format/,
  },
  {
    from: 'Discord, a message without content',
    format: 'json',
    status: 400,
    body: '{"message": "Cannot send an empty message", "code": 50006}',
    why: /Cannot send an empty message.*webhook_format/,
  },
  {
    from: 'Discord, a webhook that was deleted',
    format: 'discord',
    status: 404,
    body: '{"message": "Unknown Webhook", "code": 10015}',
    why: /Unknown Webhook.*check webhook in email\.yml/,
  },
  {
    from: 'Teams, a connector that is given no card',
    format: 'json',
    status: 400,
    body: 'Summary or Text is required.',
    why: /Summary or Text is required.*webhook_format/,
  },
  {
    from: 'Teams, a connector that says yes and means no',
    format: 'teams',
    status: 200,
    body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x.',
    why: /Microsoft Teams endpoint returned HTTP error 413/,
  },
  {
    from: "Slack's methods, which say no with status 200",
    format: 'slack',
    status: 200,
    body: '{"ok":false,"error":"not_authed"}',
    why: /HTTP status 200, .*not_authed.*webhook_format/,
  },
  {
    from: 'Rocket.Chat, which says no',
    format: 'slack',
    status: 200,
    body: '{"success":false,"error":"Invalid integration id or token provided."}',
    why: /HTTP status 200, .*Invalid integration id or token provided.*webhook_format/,
  },
  {
    from: 'a login page in place of a program, with status 200',
    format: 'json',
    status: 200,
    body: '<!DOCTYPE html><title>Sign in</title><form><input name="u"><input type="password" name="p"></form>',
    why: /HTTP status 200, Sign in\. What to do: a web page answered: check webhook in email\.yml, and what is between/,
  },
  {
    from: 'a page of a network that wants its terms accepted, in place of a chat',
    format: 'slack',
    status: 200,
    body: '<html><head><meta http-equiv="refresh" content="0;url=/terms"></head><body>Accept the terms</body></html>',
    why: /HTTP status 200, Accept the terms\. What to do: a web page answered: check webhook in email\.yml/,
  },
];

/** What they, and others, answer when they have taken a message: it is not to be posted again. */
export const CHAT_ACCEPTANCES: readonly Omit<ChatRefusal, 'why'>[] = [
  { from: 'Slack and Mattermost', format: 'slack', status: 200, body: 'ok' },
  { from: 'Discord', format: 'discord', status: 204, body: '' },
  { from: 'Teams, a workflow', format: 'teams', status: 202, body: '' },
  { from: 'Teams, a connector', format: 'teams', status: 200, body: '1' },
  { from: 'Google Chat', format: 'google_chat', status: 200, body: '{"name":"spaces/A/messages/B","text":"error"}' },
  { from: 'a program that counts what it has', format: 'json', status: 200, body: '{"code":1,"msg":"queued"}' },
  { from: 'a program that could not pass it on', format: 'json', status: 202, body: '{"ok":false,"queued":true}' },
  { from: 'a program with codes', format: 'json', status: 200, body: '{"errcode":7,"errmsg":"","success":false}' },
  { from: 'a program that repeats the status', format: 'json', status: 200, body: '{"code":200,"msg":"received"}' },
  { from: 'Rocket.Chat', format: 'slack', status: 200, body: '{"success":true}' },
  { from: 'a program that writes a page', format: 'json', status: 200, body: '<html><body>Thank you</body></html>' },
];
