import { performance } from 'node:perf_hooks';

import type { Answer } from '../core/answer.ts';
import type { OrderNumber } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import { classify } from './classify.ts';
import { examine, type Finding } from './examination.ts';
import { askByHalves, type CallResult } from './halving.ts';
import { redact } from './redact.ts';
import type { Reply } from './reply.ts';
import { requestFor } from './request.ts';
import { Slots } from './slots.ts';
import { Transport } from './transport.ts';
import { verdictOn } from './verdict.ts';

export interface ErpOptions {
  /** The address of the web service, without `?wsdl`. */
  readonly endpoint: string;
  /** Reveals the key. Called for each request, so that it is not kept here. */
  readonly key: () => string;
  /** For one call, in milliseconds. */
  readonly timeoutMs: number;
  /** `order-monit` when left out. */
  readonly userAgent?: string | undefined;
  readonly maxNumbersPerCall: number;
  /** Of all calls together, whoever asks. */
  readonly maxParallelCalls: number;
  /** Told when Abacos contradicts itself, in one sentence without secrets. */
  readonly report?: (message: string) => void;
}

/** The order service of Abacos. It is asked and never told anything. */
export interface AbacosErp {
  /**
   * Asks about each of these numbers once, in as few calls as allowed. An Outage is in the
   * answers, beside what was answered before it; after it no further call is started.
   */
  ask(
    numbers: readonly OrderNumber[],
    signal: AbortSignal,
  ): Promise<{ readonly byNumber: ReadonlyMap<OrderNumber, Answer>; readonly outage?: Outage }>;
  /** Asks about a number that no shop has. @throws Outage */
  examine(signal: AbortSignal): Promise<Finding[]>;
  /** Closes the idle connections. */
  close(): void;
}

/** Connects to nothing: the first call does. */
export function createErp(options: ErpOptions): AbacosErp {
  const transport = new Transport({
    endpoint: options.endpoint,
    timeoutMs: options.timeoutMs,
    userAgent: options.userAgent ?? 'order-monit',
    maxConnections: options.maxParallelCalls,
  });
  const slots = new Slots(options.maxParallelCalls);
  const clean = (text: string): string => redact(text, options.key());

  const call = async (numbers: readonly string[], signal: AbortSignal): Promise<Reply> =>
    transport.post(requestFor(options.key(), numbers), signal);

  const askOnce = async (numbers: readonly OrderNumber[], signal: AbortSignal): Promise<CallResult> => {
    const verdict = verdictOn(await call(numbers, signal), clean);
    if (verdict.kind === 'refused') return verdict;
    const { byNumber, contradictions } = classify(numbers, verdict.rows, clean);
    for (const { number, why } of contradictions) options.report?.(`Order ${number}: ${why}`);
    return { kind: 'answered', byNumber };
  };

  return {
    async ask(numbers, signal) {
      const chunks = chunked([...new Set(numbers)], options.maxNumbersPerCall);
      const byNumber = new Map<OrderNumber, Answer>();
      let outage: Outage | undefined;
      const callUnlessDown = async (list: readonly OrderNumber[]): Promise<CallResult> =>
        slots.use(async () => {
          if (outage !== undefined) throw outage;
          return askOnce(list, signal);
        });
      const record = (answers: ReadonlyMap<OrderNumber, Answer>): void => {
        for (const [number, answer] of answers) byNumber.set(number, answer);
      };
      const work = async (): Promise<void> => {
        for (let chunk = chunks.shift(); chunk !== undefined && outage === undefined; chunk = chunks.shift()) {
          try {
            await askByHalves(chunk, callUnlessDown, record);
          } catch (error) {
            if (!(error instanceof Outage)) throw error;
            outage ??= error;
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(options.maxParallelCalls, chunks.length) }, work));
      return outage === undefined ? { byNumber } : { byNumber, outage };
    },
    async examine(signal) {
      const startedMs = performance.now();
      return examine({
        ask: async (number) => verdictOn(await call([number], signal), clean),
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

function chunked(numbers: readonly OrderNumber[], size: number): OrderNumber[][] {
  const chunks: OrderNumber[][] = [];
  for (let start = 0; start < numbers.length; start += size) chunks.push(numbers.slice(start, start + size));
  return chunks;
}
