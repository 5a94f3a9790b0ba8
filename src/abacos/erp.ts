/** The client of Abacos' web service, put together: request, limit of parallel calls, transport, rows read. */
import { performance } from 'node:perf_hooks';

import type { Answer } from '../core/answer.ts';
import type { CheckFinding } from '../core/check-finding.ts';
import type { OrderNumber } from '../core/order.ts';
import { classify } from './classify.ts';
import { checkErp } from './check.ts';
import { redact } from './redact.ts';
import type { ResultReply } from './reply.ts';
import { requestFor } from './request.ts';
import { succeeded } from './result.ts';
import { Semaphore } from '../net/semaphore.ts';
import { Transport } from './transport.ts';

export interface ErpOptions {
  /** The address of the web service, without `?wsdl`. */
  readonly endpoint: string;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca?: string | undefined;
  /** Reveals the key. Called for each request, so that it is not kept here. */
  readonly key: () => string;
  /** For one call, in milliseconds. */
  readonly timeoutMs: number;
  /** `order-monit` when left out. */
  readonly userAgent?: string | undefined;
  /** Of all calls together, whoever asks. */
  readonly maxParallelCalls: number;
  /** Told when Abacos contradicts itself, in one sentence without secrets. */
  readonly report?: (message: string) => void;
}

/** The order service of Abacos. It is asked and never told anything. */
export interface AbacosErp {
  /**
   * One call about these numbers, with an answer for each. It waits while as many calls as allowed are under way.
   *
   * @throws Outage whatever it fails by; also on abort
   */
  call(numbers: readonly OrderNumber[], signal: AbortSignal): Promise<ReadonlyMap<OrderNumber, Answer>>;
  /** Asks about a number that no shop has. @throws Outage */
  check(signal: AbortSignal): Promise<CheckFinding[]>;
  /** Closes the idle connections. */
  close(): void;
}

/** Connects to nothing: the first call does. */
export function createErp(options: ErpOptions): AbacosErp {
  const clean = (text: string): string => redact(text, options.key());
  const transport = new Transport({
    endpoint: options.endpoint,
    ca: options.ca,
    timeoutMs: options.timeoutMs,
    userAgent: options.userAgent ?? 'order-monit',
    maxConnections: options.maxParallelCalls,
    clean,
  });
  const semaphore = new Semaphore(options.maxParallelCalls);

  const post = async (numbers: readonly string[], signal: AbortSignal): Promise<ResultReply> =>
    succeeded(await transport.post(requestFor(options.key(), numbers), signal), clean);

  return {
    async call(numbers, signal) {
      const { rows } = await semaphore.use(async () => post(numbers, signal));
      const { byNumber, contradictions } = classify(numbers, rows, clean);
      for (const { number, why } of contradictions) options.report?.(`Order ${number}: ${why}`);
      return byNumber;
    },
    async check(signal) {
      const startedMs = performance.now();
      return checkErp({
        ask: async (number) => post([number], signal),
        endpoint: options.endpoint,
        place: transport.place,
        elapsedMs: () => performance.now() - startedMs,
        clean,
      });
    },
    close() {
      transport.close();
    },
  };
}
