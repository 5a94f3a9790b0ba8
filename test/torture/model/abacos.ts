/** Abacos in the model: what it has, when it shows it, and how often each order was inserted. */
import type { Answer, ErpStatus } from '../../../src/core/answer.ts';
import type { OrderNumber } from '../../../src/core/order.ts';
import { Outage } from '../../../src/core/outage.ts';
import type { Erp } from '../../../src/monitor/ports.ts';
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Caller } from './caller.ts';
import type { Insert } from './inserts.ts';
import type { Poison } from './script.ts';

interface Held {
  readonly status: ErpStatus;
  /** It has the order, and says so only from then on: monotonic milliseconds. */
  readonly shownFrom: number;
  /** All of them: two are an order that is there twice. */
  readonly inserts: readonly Insert[];
}

interface Downtime {
  readonly from: number;
  until: number;
  readonly hangs: boolean;
}

export const CALL_TIMEOUT_MS = 60_000;
const CALL_MS = 300;
const SLOW_MS = 20_000;
/**
 * A monitor asks at least once in two minutes, and takes what lies between two answers for up: nobody can blame it for
 * an outage that fits in there.
 */
const UNSEEN_MS = 5 * 60_000;

export interface AbacosOptions {
  readonly clock: VirtualClock;
  /** What all calls do that have this number in them. */
  readonly poison: (number: string) => Poison['how'] | undefined;
  /** Told of each insert, and of those that were made of the same order before and are there still. */
  readonly inserted: (number: string, insert: Insert, before: readonly Insert[]) => void;
  readonly object: (what: string) => void;
}

/** So often in a row a call about a number alone has to fail before everybody must know that it is the number's fault. */
const KNOWN_AFTER = 3;

/** A call that hung because of a number. */
export interface HungCall {
  readonly at: number;
  readonly numbers: readonly string[];
}

export class Abacos {
  readonly hungCalls: HungCall[] = [];
  readonly #held = new Map<string, Held>();
  readonly #downtimes: Downtime[] = [];
  readonly #options: AbacosOptions;
  #deniesUntil = -Infinity;

  constructor(options: AbacosOptions) {
    this.#options = options;
  }

  get isDown(): boolean {
    return this.#downtime !== undefined;
  }

  /** What it says to monitors is what another company's database says. */
  get deniesAll(): boolean {
    return this.#now < this.#deniesUntil;
  }

  /** Nobody reaches it for so long. */
  goDown(ms: number, { hangs }: { readonly hangs: boolean }): void {
    this.#downtimes.push({ from: this.#now, until: this.#now + ms, hangs });
  }

  denyAll(ms: number): void {
    this.#deniesUntil = Math.max(this.#deniesUntil, this.#now + ms);
  }

  /** All that was wrong with it as a whole is over. */
  recover(): void {
    for (const one of this.#downtimes) one.until = Math.min(one.until, this.#now);
    this.#deniesUntil = -Infinity;
  }

  /** How long the shop could reach it between two moments, by what a monitor may have seen of it. */
  upMs(from: number, to: number): number {
    const downtimes = [...this.#downtimes].sort((a, b) => a.from - b.from);
    let upMs = Math.max(0, to - from);
    for (let begin = downtimes.shift(); begin !== undefined; begin = downtimes.shift()) {
      let { until } = begin;
      while (downtimes[0] !== undefined && downtimes[0].from <= until) {
        until = Math.max(until, downtimes.shift()?.until ?? until);
      }
      if (until - begin.from > UNSEEN_MS) upMs -= Math.max(0, Math.min(until, to) - Math.max(begin.from, from));
    }
    return upMs;
  }

  inserts(number: string): readonly Insert[] {
    return this.#held.get(number)?.inserts ?? [];
  }

  shows(number: string): ErpStatus | undefined {
    const held = this.#held.get(number);
    return held !== undefined && held.shownFrom <= this.#now ? held.status : undefined;
  }

  /** Somebody's insert. Abacos itself refuses nothing. */
  insert(number: string, status: ErpStatus, insert: Insert): void {
    const held = this.#held.get(number);
    const before = held?.inserts ?? [];
    this.#options.inserted(number, insert, before);
    const shownFrom = Math.min(insert.shownFrom, held?.shownFrom ?? Infinity);
    this.#held.set(number, { status: held?.status ?? status, shownFrom, inserts: [...before, insert] });
  }

  /** An order goes on that it has in progress. */
  invoice(number: string): void {
    const held = this.#held.get(number);
    if (held?.status === 'in-progress') this.#held.set(number, { ...held, status: 'invoiced' });
  }

  lose(number: string): void {
    this.#held.delete(number);
  }

  /** Is as it was so long ago. @returns the numbers that it has lost */
  goBack(ms: number): readonly string[] {
    const since = this.#now - ms;
    const lost = [...this.#held].filter(([, { inserts }]) => inserts.every(({ at }) => at >= since));
    for (const [number] of lost) this.lose(number);
    return lost.map(([number]) => number);
  }

  /** The service as one host asks it. */
  askedBy(caller: Caller): Erp {
    const failedAlone = new Map<string, number>();
    const call = (numbers: readonly OrderNumber[], signal: AbortSignal): Promise<ReadonlyMap<OrderNumber, Answer>> =>
      caller.life.through(async () => {
        const known = numbers.find((number) => (failedAlone.get(number) ?? 0) >= KNOWN_AFTER);
        if (known !== undefined && numbers.length > 1) {
          this.#options.object(`a call about ${numbers.length} numbers has ${known} in it, which fails alone`);
        }
        const [alone] = numbers.length === 1 ? numbers : [];
        const answers = await this.#call(numbers, { caller, signal }).catch((error: unknown) => {
          const isItsFault = alone !== undefined && this.#options.poison(alone) !== undefined;
          if (isItsFault) failedAlone.set(alone, (failedAlone.get(alone) ?? 0) + 1);
          throw error;
        });
        for (const number of numbers) failedAlone.delete(number);
        caller.witness.toldByAbacos(answers, { denies: this.deniesAll });
        return answers;
      });
    return { call, check: (signal) => call([], signal) };
  }

  async #call(
    numbers: readonly OrderNumber[],
    { caller, signal }: { readonly caller: Caller; readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<OrderNumber, Answer>> {
    const downtime = this.#downtime;
    const fault = downtime === undefined ? caller.faults.ofAbacos() : downtime.hangs ? 'hung' : 'refused';
    const poisons = numbers.flatMap((number) => this.#options.poison(number) ?? []);
    const isPoisoned = poisons.length > 0;
    const hangs = poisons.includes('hangs');
    if (fault === undefined && hangs) this.hungCalls.push({ at: this.#now, numbers });
    await caller.pause(fault === 'slow' ? SLOW_MS : fault === 'hung' || hangs ? CALL_TIMEOUT_MS : CALL_MS, signal);
    if (signal.aborted) throw new Outage({ dependency: 'abacos', reason: 'the call was given up on request' });
    if (fault === 'refused' || fault === 'hung') {
      caller.note('abacos', 'failed');
      throw new Outage({ dependency: 'abacos', reason: `the call was ${fault}` });
    }
    // Its fault is the order's: it says nothing of Abacos.
    if (isPoisoned) throw new Outage({ dependency: 'abacos', reason: `the call fails: ${poisons.join(', ')}` });
    caller.note('abacos', 'worked');
    return new Map(
      numbers.map((number, index): [OrderNumber, Answer] => [
        number,
        fault === 'unknown rows' && index % 2 === 0 ? { kind: 'unknown', why: 'no row' } : this.#answer(number),
      ]),
    );
  }

  #answer(number: string): Answer {
    const status = this.deniesAll ? undefined : this.shows(number);
    return status === undefined ? { kind: 'missing' } : { kind: 'exists', status };
  }

  get #now(): number {
    return this.#options.clock.monotonic();
  }

  get #downtime(): Downtime | undefined {
    const now = this.#now;
    return this.#downtimes.find(({ from, until }) => from <= now && now < until);
  }
}
