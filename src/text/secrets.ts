/** Takes what nobody may read out of what others say. */
import { oneLine } from './printable.ts';

/** Takes secrets out of a text from outside, and makes it one bounded line. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = oneLine(text, text.length);
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      if (form.length >= 3) clean = clean.replaceAll(form, '[hidden]');
    }
  }
  return oneLine(clean, 300);
}

/** What of a URL may be what authorizes whoever knows it. */
export function secretsIn(url: URL): string[] {
  return [url.href, url.pathname + url.search, ...url.pathname.split('/'), ...url.searchParams.values()].filter(
    (part) => part.length >= 6,
  );
}

/** What was said, as it is quoted beside what to do, which is of more use than all of it. */
export function quoted(said: string, secrets: readonly string[]): string {
  // Secrets first: a cut would leave a piece of one that nobody finds any more.
  return oneLine(withoutSecrets(said, secrets), LONGEST_QUOTE);
}

const LONGEST_QUOTE = 150;
