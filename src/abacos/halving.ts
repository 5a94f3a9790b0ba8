import type { Answer } from '../core/answer.ts';
import type { OrderNumber } from '../core/order.ts';
import { abacosOutage } from './failure.ts';

/** What one call said: the answers, or why the service refused the list as a whole. */
export type CallResult =
  | { readonly kind: 'answered'; readonly byNumber: ReadonlyMap<OrderNumber, Answer> }
  /** `why` is fit for people and holds no secret. */
  | { readonly kind: 'refused'; readonly why: string };

/** After so many single numbers refused in a row, and none answered, it is not the numbers. */
const REFUSALS_TO_GIVE_UP = 3;

/**
 * Asks about a list, and halves it as long as the service refuses it, until
 * the number that it stumbles over stands alone. That number is `unknown`, and
 * the others get their answers.
 *
 * `record` is given answers as they come.
 *
 * @throws Outage when `call` does, and when the service refuses everything
 */
export async function askByHalves(
  numbers: readonly OrderNumber[],
  call: (numbers: readonly OrderNumber[]) => Promise<CallResult>,
  record: (byNumber: ReadonlyMap<OrderNumber, Answer>) => void,
): Promise<void> {
  const lists = [numbers];
  const refused = new Map<OrderNumber, Answer>();
  let anyAnswered = false;
  for (let list = lists.pop(); list !== undefined; list = lists.pop()) {
    const result = await call(list);
    const [first, ...others] = list;
    if (result.kind === 'answered') {
      anyAnswered = true;
      record(result.byNumber);
    } else if (first !== undefined && others.length === 0) {
      refused.set(first, { kind: 'unknown', why: result.why });
      if (!anyAnswered && refused.size === REFUSALS_TO_GIVE_UP) {
        throw abacosOutage({ reason: `every call fails, also for single orders: ${result.why}` });
      }
    } else {
      const middle = Math.ceil(list.length / 2);
      lists.push(list.slice(middle), list.slice(0, middle));
    }
  }
  record(refused);
}
