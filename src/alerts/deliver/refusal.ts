/** Answers of a webhook that mean no although their status says yes. */
import * as v from 'valibot';

import type { WebhookFormat } from './chat.ts';

/** What came in place of a receipt: words that refuse the message, or a page for people to look at. */
export type Refusal = 'words' | 'page';

/**
 * Finds a refusal in the answer; `undefined` where it is a receipt, or may be one: what was taken is not to be posted again. What
 * a program of one's own says beside its status (`json`) is its own affair, unless it asks for a password: that is another one.
 */
export function refusalIn(text: string, format: WebhookFormat): Refusal | undefined {
  const isPage = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b/i.test(text);
  if (format === 'json') return isPage && /<input[^<>]*\btype\s*=\s*["']?password/i.test(text) ? 'page' : undefined;
  // The connectors of Office 365 answer with 200 what Teams itself has refused.
  if (format === 'teams' && /^\s*webhook message delivery failed/i.test(text)) return 'words';
  if (v.is(SAYS_NO, parsed(text))) return 'words';
  // No chat answers with a page.
  return isPage ? 'page' : undefined;
}

/** Slack's methods; Rocket.Chat, which takes Slack's form. */
const SAYS_NO = v.union([v.object({ ok: v.literal(false) }), v.object({ success: v.literal(false) })]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
