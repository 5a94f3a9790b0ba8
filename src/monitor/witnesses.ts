/** Orders that Abacos had, asked about again. */
import type { OrderNumber } from '../core/order.ts';
import { answersTo, knownGood } from './answers.ts';
import type { CycleContext } from './context.ts';

/** What the ERP says of orders that it had before. */
export type Testimony =
  | { readonly kind: 'affirmed' }
  /** It denies some of them: it, or what is asked in its name, is not what it was. */
  | { readonly kind: 'denied'; readonly numbers: readonly OrderNumber[]; readonly asked: number }
  /** There are none: a new installation. */
  | { readonly kind: 'none' }
  /** They could not be asked about. */
  | { readonly kind: 'unanswered' };

/** Asks the ERP about the newest settled orders, which it had when it was last asked about them. */
export async function askWitnesses(context: CycleContext): Promise<Testimony> {
  const numbers = await knownGood(context);
  if (numbers === undefined) return { kind: 'unanswered' };
  if (numbers.length === 0) return { kind: 'none' };
  const { byNumber } = await answersTo(context, numbers);
  const denied = numbers.filter((number) => byNumber.get(number)?.kind === 'missing');
  if (denied.length > 0) return { kind: 'denied', numbers: denied, asked: numbers.length };
  const isAffirmed = numbers.some((number) => byNumber.get(number)?.kind === 'exists');
  return { kind: isAffirmed ? 'affirmed' : 'unanswered' };
}
