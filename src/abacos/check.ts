/** Checks Abacos for `order-monit check`: that it answers, takes the key, and denies a number that no shop has. */
import type { CheckFinding } from '../core/check-finding.ts';
import { NO_ORDER, type OrderNumber } from '../core/order.ts';
import { isLoopback } from '../net/socket.ts';
import { classify } from './classify.ts';
import type { ResultReply } from './reply.ts';

export interface CheckOptions {
  readonly ask: (number: OrderNumber) => Promise<ResultReply>;
  readonly endpoint: string;
  /** `host:port` of the service. */
  readonly place: string;
  /** Milliseconds since the check began. */
  readonly elapsedMs: () => number;
  readonly clean: (text: string) => string;
}

/** Asks Abacos about one number, which changes nothing there. @throws Outage */
export async function checkErp({ ask, endpoint, place, elapsedMs, clean }: CheckOptions): Promise<CheckFinding[]> {
  const reply = await ask(NO_ORDER);
  const version = reply.version === undefined ? 'no version given' : `version ${clean(reply.version)}`;
  const findings: CheckFinding[] = [
    { result: 'ok', text: `the web service at ${place} answered in ${Math.round(elapsedMs())} ms, ${version}` },
    {
      result: 'ok',
      text:
        'the key is accepted; Abacos may know orders per key only, so it must be the key that the shop ' +
        'inserts its orders with',
    },
  ];
  if (isReadOnTheWay(endpoint)) {
    findings.push({
      result: 'warning',
      text: `the key goes to ${place} over plain HTTP: who listens on the way can read it, and who answers in its place can say that orders are in Abacos. If the service has HTTPS, or a tunnel leads to it, better give that address in wsdl_order_api`,
    });
  }
  const answer = classify([NO_ORDER], reply.rows, clean).byNumber.get(NO_ORDER);
  if (answer?.kind !== 'missing') {
    const instead = answer?.kind === 'unknown' ? answer.why : 'Abacos says that it exists';
    findings.push({
      result: 'warning',
      text: `asked about ${NO_ORDER}, which no shop has, it should say that it is missing; instead: ${instead}`,
    });
  }
  return findings;
}

function isReadOnTheWay(endpoint: string): boolean {
  const { hostname, protocol } = new URL(endpoint);
  return protocol === 'http:' && !isLoopback(hostname.replace(/^\[|\]$/g, ''));
}
