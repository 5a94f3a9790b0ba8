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
];
