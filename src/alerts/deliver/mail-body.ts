/** A message to people before it is text or HTML: what happened, to which orders, what was done, what to do. */
import type { AdviceRule } from '../../core/advice.ts';
import type { OrderId } from '../../core/order.ts';
import { orderPath } from '../../core/page-paths.ts';
import { oneLine } from '../../text/printable.ts';
import type { MailWords } from '../../words/catalogue.ts';

/** A text, or one that leads to the page. */
export type Span = string | Link;

export interface Link {
  readonly text: string;
  readonly url: string;
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: readonly Span[] }
  /** A sentence on top and what belongs to it below. */
  | {
      readonly kind: 'group';
      readonly title: string;
      readonly notes: readonly string[];
      readonly items: readonly (readonly Span[])[];
    }
  /** What the reader is to press. */
  | { readonly kind: 'button'; readonly link: Link }
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
  readonly page?: PageLink | undefined;
  /** The shop's own rules for what to do. */
  readonly advice?: readonly AdviceRule[];
}

/** The page, for those who read a mail: then it names links in place of commands. */
export interface PageLink {
  /** Where it begins, without a slash at the end. */
  readonly url: string;
  readonly allowsRetry: boolean;
}

export function paragraph(...text: readonly Span[]): Block {
  return { kind: 'paragraph', text };
}

/** The name of an order, which leads to its page where there is one. */
export function orderLink(text: string, order: Named, page: PageLink | undefined): Span {
  return page === undefined ? text : { text, url: orderUrl(order, page) };
}

export function orderUrl({ orderId, orderNumber }: Named, page: PageLink): string {
  return page.url + orderPath({ orderId, number: orderNumber });
}

/** `a, b, c`. */
export function listedLinks(names: readonly Span[]): Span[] {
  return names.flatMap((name, index) => (index === 0 ? [name] : [', ', name]));
}

/** An order as it is called. */
export interface Named {
  readonly orderId: OrderId;
  readonly orderNumber: string | null;
}

export function commands(...lines: readonly string[]): Block {
  return { kind: 'commands', lines };
}

/** A text from outside as one bounded line. */
export function plain(text: string, longest = 500): string {
  return oneLine(text, longest);
}
