import type { OrderNumber } from '../core/order.ts';
import { isOrderNumber } from '../core/order.ts';
import { classify } from './classify.ts';
import { abacosOutage } from './failure.ts';
import type { Verdict } from './verdict.ts';

/** One thing that was tried, for `order-monit check`. */
export interface Finding {
  readonly result: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

export interface Examination {
  readonly ask: (number: OrderNumber) => Promise<Verdict>;
  /** `host:port` of the service. */
  readonly place: string;
  /** Milliseconds since the examination began. */
  readonly elapsedMs: () => number;
  readonly clean: (text: string) => string;
}

/** No shop gives an order this number. */
const CHECK_NUMBER = 'order-monit-check';

/** Asks Abacos about one number, which changes nothing there. @throws Outage */
export async function examine({ ask, place, elapsedMs, clean }: Examination): Promise<Finding[]> {
  if (!isOrderNumber(CHECK_NUMBER)) throw new TypeError(`${CHECK_NUMBER} is no order number`);
  const verdict = await ask(CHECK_NUMBER);
  if (verdict.kind === 'refused') throw abacosOutage({ reason: verdict.why });
  const version = verdict.version === undefined ? 'no version given' : `version ${clean(verdict.version)}`;
  const findings: Finding[] = [
    { result: 'ok', text: `the web service at ${place} answered in ${Math.round(elapsedMs())} ms, ${version}` },
    {
      result: 'ok',
      text:
        'the key is accepted; Abacos may know orders per key only, so it must be the key that the shop ' +
        'inserts its orders with',
    },
  ];
  const answer = classify([CHECK_NUMBER], verdict.rows, clean).byNumber.get(CHECK_NUMBER);
  if (answer?.kind !== 'missing') {
    const instead = answer?.kind === 'unknown' ? answer.why : 'Abacos says that it exists';
    findings.push({
      result: 'warning',
      text: `asked about ${CHECK_NUMBER}, which no shop has, it should say that it is missing; instead: ${instead}`,
    });
  }
  return findings;
}
