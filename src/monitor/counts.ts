/** What is told of a cycle's verdicts. */
import type { CycleReport } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { Recorded } from './candidate.ts';

/** What a cycle's verdicts come to, in counts. */
export function countVerdicts(recorded: readonly Recorded[]): Pick<CycleReport, 'judged' | 'settled' | 'failing'> {
  const judged = { fresh: 0, due: 0, late: 0 };
  let settled = 0;
  let failing = 0;
  for (const { next, origin } of recorded) {
    if (origin === 'rewound' || origin === 'watched') continue;
    judged[origin] += 1;
    if (origin === 'due') continue;
    if (next.kind === 'settle') settled += 1;
    else failing += 1;
  }
  return { judged, settled, failing };
}

/** What became of the orders of a rewind. */
export function verdictsOf(recorded: readonly Recorded[]): ReadonlyMap<OrderId, 'settled' | 'failing'> {
  return new Map(recorded.map(({ next, order }) => [order.id, next.kind === 'settle' ? 'settled' : 'failing']));
}
