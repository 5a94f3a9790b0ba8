/** A message to people before it is text or HTML: what happened, to which orders, what was done, what to do. */
import { oneLine } from '../../text/printable.ts';
import type { MailWords } from '../../words/catalogue.ts';

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** A sentence on top and what belongs to it below. */
  | {
      readonly kind: 'group';
      readonly title: string;
      readonly notes: readonly string[];
      readonly items: readonly string[];
    }
  /** To be copied into a shell. */
  | { readonly kind: 'commands'; readonly lines: readonly string[] };

export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export interface MailBody {
  /** Without what all subjects begin with. */
  readonly subject: string;
  readonly sections: readonly Section[];
}

/** What words depend on besides the alert itself. */
export interface Wording {
  readonly words: MailWords;
  readonly maxAttempts: number;
}

export function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}

export function commands(...lines: readonly string[]): Block {
  return { kind: 'commands', lines };
}

/** A text from outside as one bounded line. */
export function plain(text: string, longest = 500): string {
  return oneLine(text, longest);
}
