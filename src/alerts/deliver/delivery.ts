/** What became of an attempt to deliver a message. */
import { oneLine } from '../../text/printable.ts';

export type Delivery =
  | {
      readonly kind: 'delivered';
      /** Addresses that the server would not take, when it took others. */
      readonly refused: readonly Refusal[];
    }
  /** Nobody got it. */
  | {
      readonly kind: 'failed';
      /** In words for people, with the secrets taken out. No full stop. */
      readonly why: string;
      /** `server`: the other messages need not be tried now either. */
      readonly scope: 'server' | 'message';
    };

export interface Refusal {
  readonly address: string;
  readonly why: string;
  /** Asking again is no use. */
  readonly permanent: boolean;
}

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
