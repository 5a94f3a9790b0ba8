/** Who said what people read about an order: order-monit, whose words are translated, or others, whose are not. */

/** What others said, such as a line of the shop's task. It is shown as it came. */
export interface Quote {
  readonly quote: string;
}

/** Words of order-monit's own as a text, or a quote. */
export type Said = string | Quote;

/** The words, whoever said them. */
export function textOf(said: Said): string {
  return typeof said === 'string' ? said : said.quote;
}
