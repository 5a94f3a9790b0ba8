/** What people are to do about an order that was not integrated, by what the shop, Abacos or the task said of it. Pure. */

/** What order-monit knows by itself; `words` says it in each language. */
export type AdviceTopic =
  | 'awaiting-payment'
  | 'no-payment'
  | 'already-there'
  | 'tax-id'
  | 'address'
  | 'product'
  | 'passing'
  | 'lasting'
  | 'shop-code';

/** A rule of the shop's own. */
export interface AdviceRule {
  /** Whether it is about what was said. */
  test(said: string): boolean;
  readonly who: string;
  readonly todo: string;
}

export type Advice =
  | { readonly kind: 'known'; readonly topic: AdviceTopic }
  /** In the words of whoever wrote the rule. */
  | { readonly kind: 'own'; readonly who: string; readonly todo: string };

export interface Symptoms {
  /** What others said of it, the weightiest first. */
  readonly said: readonly string[];
  /** Whether the shop itself waits for the payment, where that is known. */
  readonly isUnpaid?: boolean;
  readonly openMs: number;
}

/**
 * The first that fits counts. Taken from recorded answers of Abacos ("o campo CPF/CNPJ (…) tem que conter apenas numeros")
 * and from what the shop's task raises ("Order number 1226050 doesn't have an associated payment").
 */
const TABLE: readonly (readonly [said: RegExp, topic: AdviceTopic])[] = [
  [/already exists? on abacos|pedido j[aá] (?:existe|cadastrado|inclu[ií]do|inserido)/i, 'already-there'],
  [/n['o]t have an associated payment|\bno payment\b|without (?:a )?payment|sem (?:o )?pagamento/i, 'no-payment'],
  [/\bCPF\b|\bCNPJ\b/i, 'tax-id'],
  [/\bCEP\b|\blogradouro\b|\bmunic[ií]pio\b|\bbairro\b|endere[cç]o de entrega|zip ?code|post(?:al )?code/i, 'address'],
  [/produto n[aã]o (?:cadastrado|encontrado|existe)|product (?:is )?not (?:registered|found)/i, 'product'],
  [
    /deadlock|lock request time ?out|tim(?:ed|e) ?out|connection (?:refused|reset)|ECONN|service unavailable/i,
    'passing',
  ],
  [
    /could not find gem|bundler|LoadError|NameError|NoMethodError|SyntaxError|don't know how to build task/i,
    'shop-code',
  ],
];

/** What passes by itself has passed by then, or does not. */
const PASSES_WITHIN_MS = 2 * 3_600_000;

/** What to do about an order. The shop's own rules come first. `undefined` where nobody knows. */
export function adviceFor({ isUnpaid, openMs, said }: Symptoms, own: readonly AdviceRule[]): Advice | undefined {
  for (const text of said) {
    const rule = own.find((one) => one.test(text));
    if (rule !== undefined) return { kind: 'own', who: rule.who, todo: rule.todo };
  }
  for (const text of said) {
    const topic = TABLE.find(([pattern]) => pattern.test(text))?.[1];
    if (topic === undefined) continue;
    if (topic === 'no-payment' && isUnpaid === true) return { kind: 'known', topic: 'awaiting-payment' };
    if (topic === 'passing' && openMs > PASSES_WITHIN_MS) return { kind: 'known', topic: 'lasting' };
    return { kind: 'known', topic };
  }
  return undefined;
}

/** Whether the order is to be tried again once this was done. One that Abacos has, or that is not paid, is not. */
export function isRetryOfUse(advice: Advice | undefined): boolean {
  return !(advice?.kind === 'known' && (advice.topic === 'awaiting-payment' || advice.topic === 'already-there'));
}
