/** Answers of a webhook that mean no although their status says yes. */
import * as v from 'valibot';

import type { WebhookFormat } from './chat.ts';

/** What came in place of a receipt: words that refuse the message, or a page for people to look at. */
export type Refusal = 'words' | 'page';

/** Finds a refusal in the answer; `undefined` where it is a receipt, or may be one: what was taken is not to be posted again. */
export function refusalIn(text: string, format: WebhookFormat): Refusal | undefined {
  // The connectors of Office 365 answer with 200 what Teams itself has refused.
  if (format === 'teams' && /^\s*webhook message delivery failed/i.test(text)) return 'words';
  if (v.is(SAYS_NO, parsed(text))) return 'words';
  const isPage = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b/i.test(text);
  // No chat answers with a page. Other programs may; one that asks for a password has taken nothing.
  return isPage && (format !== 'json' || /<input[^<>]*\btype\s*=\s*["']?password/i.test(text)) ? 'page' : undefined;
}

const refusingCode = (isGood: (code: number) => boolean) =>
  v.pipe(
    v.number(),
    v.check((code) => !isGood(code)),
  );

/** Slack's methods and Telegram; Rocket.Chat; DingTalk and WeCom; Lark. Programs of one's own repeat the status as `code`. */
const SAYS_NO = v.union([
  v.object({ ok: v.literal(false) }),
  v.object({ success: v.literal(false) }),
  v.object({ errcode: refusingCode((code) => code === 0), errmsg: v.string() }),
  v.object({ code: refusingCode((code) => code === 0 || (code >= 200 && code < 300)), msg: v.string() }),
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
