/**
 * HTML that escapes by default: what is put into an `html` template is text,
 * unless it is {@link Html} itself. Attribute values stand in double quotes.
 */

/** Markup that is safe to send. Only `html` makes it. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What a template takes: `undefined` and `false` leave nothing, a list is put down item by item. */
export type Part = Html | string | number | undefined | false | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The tag of a template: `` html`<p>${anything}</p>` ``. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.reduce((markup, literal, index) => markup + markupOf(parts[index - 1]) + literal));
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.toString();
  if (part === undefined || part === false) return '';
  if (typeof part === 'object') return part.map(markupOf).join('');
  return printable(String(part)).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** Control characters have no place in a page, and those that turn the direction of writing could disguise a text. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
