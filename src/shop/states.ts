/** Checks for `order-monit check` that the paid and unpaid states of the configuration occur in the shop. */
import type { CheckFinding } from '../core/check-finding.ts';
import { oneLine } from '../text/printable.ts';
import { oneOfStates } from '../text/state.ts';
import type { Orders } from './orders.ts';

/** The states that the configuration names, as people wrote them. */
export interface NamedStates {
  readonly paidStates: readonly string[];
  readonly unpaidStates: readonly string[];
}

const MOST_SHOWN = 10;

/**
 * Where the shop has other words for the states, or the numbers of an enum, no
 * payment would ever be looked after.
 *
 * @throws Outage when the orders can not be read
 */
export async function checkStates(
  orders: Orders,
  { paidStates, unpaidStates }: NamedStates,
  signal: AbortSignal,
): Promise<CheckFinding[]> {
  const found = await orders.recentStates(signal);
  const named = [...paidStates, ...unpaidStates];
  if (found.length === 0 || found.some(oneOfStates(named))) return [];
  const shown = found.slice(0, MOST_SHOWN).map((state) => (state === '' ? 'none at all' : oneLine(state, 60)));
  const more = found.length > MOST_SHOWN ? ', and others' : '';
  return [
    {
      result: 'warning',
      text:
        `no order of the last week is in a state that database.yml names as paid or unpaid (${named.join(', ')}), ` +
        `so no payment is looked after. The states that are there: ${shown.join(', ')}${more}. ` +
        'What to do: name those that mean paid, and those that mean not paid yet, in orders: paid_states and unpaid_states',
    },
  ];
}
