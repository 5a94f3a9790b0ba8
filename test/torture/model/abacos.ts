import { askByHalves, type CallResult } from '../../../src/abacos/halving.ts';
import type { Answer, ErpStatus } from '../../../src/core/answer.ts';
import type { OrderNumber } from '../../../src/core/order.ts';
import { Outage } from '../../../src/core/outage.ts';
import type { Answers, Erp } from '../../../src/monitor/ports.ts';
import type { Colleague } from './colleague.ts';

interface Held {
  readonly status: ErpStatus;
  /** It has the order, and says so only from then on: monotonic milliseconds. */
  readonly shownFrom: number;
}

/** One that fails leaves the answers of the others: they need not be those of the first numbers. */
const PARALLEL_CALLS = 2;
const CALL_MS = 300;
const SLOW_MS = 20_000;
const CALL_TIMEOUT_MS = 60_000;

export interface AbacosOptions {
  readonly now: () => number;
  readonly maxNumbersPerCall: number;
  /** Whether a call with this number in it is refused as a whole. */
  readonly isRefused: (number: string) => boolean;
  /** Told of an insert of what it has already. */
  readonly twice: (number: string) => void;
}

/** The ERP: what it has, when it shows it, and how often each order was inserted. */
export class Abacos {
  readonly inserts = new Map<string, number>();
  readonly #held = new Map<string, Held>();
  readonly #options: AbacosOptions;

  constructor(options: AbacosOptions) {
    this.#options = options;
  }

  has(number: string): boolean {
    return this.#held.has(number);
  }

  shows(number: string): ErpStatus | undefined {
    const held = this.#held.get(number);
    return held !== undefined && held.shownFrom <= this.#options.now() ? held.status : undefined;
  }

  /** The shop's own push. */
  push(number: string, status: ErpStatus): void {
    this.#held.set(number, { status, shownFrom: this.#options.now() });
  }

  /** What the shop's task does. Abacos itself refuses nothing. */
  insert(number: string, shownAfterMs: number): void {
    this.inserts.set(number, (this.inserts.get(number) ?? 0) + 1);
    if (this.has(number)) this.#options.twice(number);
    this.#held.set(number, { status: 'in-progress', shownFrom: this.#options.now() + shownAfterMs });
  }

  lose(number: string): void {
    this.#held.delete(number);
  }

  /** The service as one host asks it. The lists and their halving are those of the real adapter. */
  askedBy(colleague: Colleague): Erp {
    const call = async (numbers: readonly OrderNumber[], signal: AbortSignal): Promise<CallResult> => {
      const fault = colleague.faults.ofAbacos();
      await colleague.pause(fault === 'slow' ? SLOW_MS : fault === 'hung' ? CALL_TIMEOUT_MS : CALL_MS, signal);
      if (signal.aborted) throw new Outage({ dependency: 'abacos', reason: 'the call was given up on request' });
      const failed = fault === 'refused' || fault === 'hung';
      if (failed) throw new Outage({ dependency: 'abacos', reason: `the call was ${fault}` });
      if (fault === 'list refused' || numbers.some(this.#options.isRefused)) {
        return { kind: 'refused', why: 'soap:Server: Object reference not set' };
      }
      const answers = numbers.map((number, index): [OrderNumber, Answer] => [
        number,
        fault === 'unknown rows' && index % 2 === 0 ? { kind: 'unknown', why: 'no row' } : this.#answer(number),
      ]);
      return { kind: 'answered', byNumber: new Map(answers) };
    };
    const ask = async (numbers: readonly OrderNumber[], signal: AbortSignal): Promise<Answers> => {
      const byNumber = new Map<OrderNumber, Answer>();
      const record = (answers: ReadonlyMap<OrderNumber, Answer>): void => {
        for (const [number, answer] of answers) byNumber.set(number, answer);
      };
      const size = this.#options.maxNumbersPerCall;
      const lists = Array.from({ length: Math.ceil(numbers.length / size) }, (_, index) =>
        numbers.slice(index * size, (index + 1) * size),
      );
      let outage: Outage | undefined;
      const work = async (): Promise<void> => {
        try {
          for (let list = lists.shift(); list !== undefined && outage === undefined; list = lists.shift()) {
            await askByHalves(list, (some) => call(some, signal), record);
          }
        } catch (error) {
          if (!(error instanceof Outage)) throw error;
          outage ??= error;
        }
      };
      await Promise.all(Array.from({ length: PARALLEL_CALLS }, work));
      return outage === undefined ? { byNumber } : { byNumber, outage };
    };
    return {
      ask: async (numbers, signal) => {
        const answers = await colleague.life.through(() => ask(numbers, signal));
        colleague.note('abacos', answers.outage === undefined ? 'worked' : 'failed');
        colleague.witness.toldByAbacos(answers.byNumber);
        return answers;
      },
      examine: async (signal) => {
        try {
          await colleague.life.through(() => call([], signal));
          colleague.note('abacos', 'worked');
        } catch (error) {
          if (error instanceof Outage) colleague.note('abacos', 'failed');
          throw error;
        }
      },
    };
  }

  #answer(number: string): Answer {
    const status = this.shows(number);
    return status === undefined ? { kind: 'missing' } : { kind: 'exists', status };
  }
}
