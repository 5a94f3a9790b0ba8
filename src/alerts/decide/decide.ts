/** What is to be said now. Pure: what is remembered, the time and the settings decide. */
import { decideConfiguration } from './configuration.ts';
import type { Circumstances, Decision } from './decision.ts';
import { decideOrders } from './orders.ts';
import { dailyReport } from './report.ts';
import type { AlertState } from './state.ts';
import { decideDowntimes } from './told-downtimes.ts';
import { decideUndated } from './undated.ts';

type Step = (state: AlertState, circumstances: Circumstances) => Decision;

/** A monitor that stands by tells of itself alone: of the orders it knows nothing new. */
const OF_ITSELF: readonly Step[] = [decideDowntimes, decideConfiguration];
const OF_ALL: readonly Step[] = [decideDowntimes, decideOrders, decideUndated, decideConfiguration, dailyReport];

/** Decides everything that is due, one matter after another. */
export function decide(state: AlertState, circumstances: Circumstances): Decision {
  return (state.standsBy ? OF_ITSELF : OF_ALL).reduce<Decision>(
    (decision, step) => {
      const { state: next, alerts } = step(decision.state, circumstances);
      return { state: next, alerts: [...decision.alerts, ...alerts] };
    },
    { state, alerts: [] },
  );
}
