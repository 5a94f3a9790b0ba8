/** Questions to the ERP about many numbers, of which some may be bad. */
import type { Answer } from '../core/answer.ts';
import { NO_ORDER, type OrderNumber } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import type { Clock, Erp } from './ports.ts';

/** Answers as far as they came: an outage in the middle keeps what was answered before it. */
export interface Answers {
  readonly byNumber: ReadonlyMap<OrderNumber, Answer>;
  readonly outage?: Outage;
  /** Numbers whose calls failed before, and whose turn comes in a later cycle. */
  readonly postponed: ReadonlySet<OrderNumber>;
}

export interface AskOptions {
  readonly erp: Pick<Erp, 'call'>;
  readonly policy: Policy;
  readonly signal: AbortSignal;
  /** Numbers that the ERP had when it was last asked: at least one of them is answered unless it is down. */
  readonly knownGood: () => Promise<readonly OrderNumber[]>;
  /** Numbers that had no usable answer before, in an earlier process perhaps: they share no call with the others. */
  readonly unclear: ReadonlySet<OrderNumber>;
  /** Told before each call. */
  readonly onCall: () => void;
}

/**
 * Asks the ERP about many numbers, in as few calls as allowed, so that one bad
 * number costs one order.
 *
 * Whatever a call fails by, a number that is known to be good tells whether the
 * ERP is down. Where it is not, the list is bisected until the bad number
 * stands alone: that one is `unknown`, and all others get their answers. From
 * then on it is asked about alone, after all others and at growing pauses; and
 * once one of these has failed slowly, the rest of them wait for the next turn,
 * so that many that hang cost the others no more than one does.
 */
export class Asker {
  /** How often in a row the call about a number has failed, alone. */
  readonly #failures = new Map<OrderNumber, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Never throws an Outage: it is in the answers. */
  async ask(numbers: readonly OrderNumber[], options: AskOptions): Promise<Answers> {
    const round = new Round(options, this.#clock, (number) => {
      this.#failures.set(number, (this.#failures.get(number) ?? 0) + 1);
    });
    const distinct = [...new Set(numbers)];
    const others = this.#withoutSuspects(distinct);
    const { maxNumbersPerCall, maxParallelCalls } = options.policy;
    const unclear = others.filter((number) => options.unclear.has(number));
    const clear = unclear.length === 0 ? others : others.filter((number) => !options.unclear.has(number));
    await inTurn(chunked(clear, maxNumbersPerCall), maxParallelCalls, async (list) => {
      await round.resolve(list);
      return round.goesOn;
    });
    // Any of them may be bad: one call for all, and no search for the bad ones where it fails.
    await inTurn(chunked(unclear, maxNumbersPerCall), 1, async (list) => {
      if (!(await round.answers(list))) for (const number of list) this.#failures.set(number, 1);
      return round.mayFailAgain;
    });
    const suspects = this.#suspectsAmong(distinct);
    for (let [suspect] = suspects; suspect !== undefined && round.mayFailAgain; [suspect] = suspects) {
      suspects.shift();
      if (await round.settles(suspect)) this.#failures.delete(suspect);
    }
    const { byNumber, outage } = round;
    const postponed = new Set(outage === undefined && !options.signal.aborted ? suspects : []);
    return outage === undefined ? { byNumber, postponed } : { byNumber, outage, postponed };
  }

  /** Ends with the first call that fails: what has no answer is asked about in its turn, and so is what failed before. */
  async askOnce(numbers: readonly OrderNumber[], { erp, policy, signal }: AskOnce): Promise<Answers['byNumber']> {
    const byNumber = new Map<OrderNumber, Answer>();
    await inTurn(
      chunked(this.#withoutSuspects(numbers), policy.maxNumbersPerCall),
      policy.maxParallelCalls,
      async (list) => {
        const answers = await erp.call(list, signal).catch(unlessOutage);
        for (const [number, answer] of answers ?? []) byNumber.set(number, answer);
        return answers !== undefined;
      },
    );
    return byNumber;
  }

  /** How long a number whose call failed is left alone; `undefined` for any other. Milliseconds. */
  pauseMs(number: OrderNumber, { recheckGivenUpMs, runningCycleMs }: Policy): number | undefined {
    const failures = this.#failures.get(number);
    if (failures === undefined) return undefined;
    return Math.max(runningCycleMs, Math.min(recheckGivenUpMs, runningCycleMs * 2 ** Math.min(failures, 30)));
  }

  #withoutSuspects(numbers: readonly OrderNumber[]): readonly OrderNumber[] {
    return this.#failures.size === 0 ? numbers : numbers.filter((number) => !this.#failures.has(number));
  }

  /** Those whose calls failed; first those that failed least, so that a new one never waits for many old ones. */
  #suspectsAmong(numbers: readonly OrderNumber[]): OrderNumber[] {
    if (this.#failures.size === 0) return [];
    const failures = (number: OrderNumber): number => this.#failures.get(number) ?? 0;
    return numbers.filter((number) => failures(number) > 0).sort((a, b) => failures(a) - failures(b));
  }
}

type AskOnce = Pick<AskOptions, 'erp' | 'policy' | 'signal'>;

function unlessOutage(error: unknown): undefined {
  if (!(error instanceof Outage)) throw error;
}

/** One turn of asking: what was answered, and what went wrong. */
class Round {
  readonly byNumber = new Map<OrderNumber, Answer>();
  outage: Outage | undefined;
  /** A number has failed alone. */
  hasFailed = false;
  readonly #options: AskOptions;
  readonly #noteFailure: (number: OrderNumber) => void;
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** It was answered in this round, after a call about others had failed. */
  #witness: OrderNumber | undefined;
  #looked: Promise<void> = Promise.resolve();

  constructor(options: AskOptions, clock: Clock, noteFailure: (number: OrderNumber) => void) {
    this.#options = options;
    this.#noteFailure = noteFailure;
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Once one number has failed and much time has passed, the others wait for the next cycle, which knows that one. */
  get goesOn(): boolean {
    const isSpent = this.hasFailed && this.#deadlines >= MOST_DEADLINES;
    return this.outage === undefined && !isSpent && !this.#options.signal.aborted;
  }

  /** Whether a number that is likely to fail, and to take a deadline for it, may be asked about. */
  get mayFailAgain(): boolean {
    return this.goesOn && !(this.hasFailed && this.#deadlines >= 0.5);
  }

  get #deadlines(): number {
    return (this.#clock.monotonic() - this.#startedAt) / this.#options.policy.callDeadlineMs;
  }

  /** Gets an answer for each number of a list, unless the ERP is down. */
  async resolve(list: readonly OrderNumber[]): Promise<void> {
    if (!this.goesOn) return;
    const failure = await this.#failureOf(list);
    if (failure === undefined || this.outage !== undefined) return;
    const [first, ...others] = list;
    if (first !== undefined && others.length === 0) {
      await this.#resolveAlone(first);
      return;
    }
    const middle = Math.ceil(list.length / 2);
    await this.resolve(list.slice(0, middle));
    await this.resolve(list.slice(middle));
  }

  /** Makes one call about numbers of which some may be bad. @returns false when it failed, and the ERP is up */
  async answers(list: readonly OrderNumber[]): Promise<boolean> {
    if (!this.goesOn) return true;
    const failure = await this.#failureOf(list);
    if (failure === undefined || this.outage !== undefined) return true;
    this.hasFailed = true;
    return false;
  }

  /** Asks about a number whose call failed before. @returns whether it does so no more */
  async settles(suspect: OrderNumber): Promise<boolean> {
    const failure = await this.#failureOf([suspect]);
    if (failure === undefined) return true;
    if (this.outage === undefined) this.#blame(suspect, failure);
    return false;
  }

  /** One lost connection says nothing about a number: it has to fail twice, with an answer about another one in between. */
  async #resolveAlone(number: OrderNumber): Promise<void> {
    if (!this.goesOn) return;
    const failure = await this.#failureOf([number]);
    if (failure !== undefined && this.outage === undefined) this.#blame(number, failure);
  }

  #blame(number: OrderNumber, { reason }: Outage): void {
    this.hasFailed = true;
    this.#noteFailure(number);
    this.byNumber.set(number, { kind: 'unknown', why: `the call about it alone fails: ${reason}` });
  }

  /** Makes one call. @returns what it failed by, which is the round's outage unless the ERP is up */
  async #failureOf(list: readonly OrderNumber[]): Promise<Outage | undefined> {
    const failure = await this.#call(list);
    if (failure === undefined) return undefined;
    // One looks at a time. Where the ERP is down, the others need not.
    this.#looked = this.#looked.then(async () => {
      if (this.outage !== undefined) return;
      if (this.#options.signal.aborted || !(await this.#isUp(list))) this.outage = failure;
    });
    await this.#looked;
    return failure;
  }

  /** Takes in the answers of one call. @returns what it failed by */
  async #call(list: readonly OrderNumber[]): Promise<Outage | undefined> {
    const { erp, onCall, signal } = this.#options;
    onCall();
    try {
      const answers = await erp.call(list, signal);
      for (const [number, answer] of answers) if (number !== NO_ORDER) this.byNumber.set(number, answer);
      return undefined;
    } catch (error) {
      if (error instanceof Outage) return error;
      throw error;
    }
  }

  /** Whether the ERP answers about what is known to be good, after a call about a list has failed. */
  async #isUp(list: readonly OrderNumber[]): Promise<boolean> {
    const proven = this.#witness;
    if (proven !== undefined && !list.includes(proven) && (await this.#anyAnswered([proven]))) return true;
    const known = (await this.#options.knownGood()).filter((number) => !list.includes(number));
    if (await this.#anyAnswered(known.slice(0, WITNESSES))) return true;
    // Each of them may be bad itself. Then several numbers of the list speak for the ERP, and one that no shop has only
    // where none is known: what answers about that one need not be able to answer about orders.
    const samples = list.length > 2 ? [list[0], list.at(-1)].flatMap((number) => number ?? []) : [];
    return this.#anyAnswered(known.length > 0 ? samples : [...samples, NO_ORDER]);
  }

  async #anyAnswered(witnesses: readonly OrderNumber[]): Promise<boolean> {
    const failures = await Promise.all(witnesses.map(async (number) => this.#call([number])));
    const answered = witnesses[failures.indexOf(undefined)];
    this.#witness = answered ?? this.#witness;
    return answered !== undefined;
  }
}

/** So many known-good numbers are asked about at once. */
const WITNESSES = 2;

/** So many deadlines of a call may be spent in a turn in which a number fails. */
const MOST_DEADLINES = 3;

/**
 * Works through lists, as many of them side by side as allowed, until the work
 * on one says that it is not to go on.
 */
async function inTurn<T>(lists: readonly T[], atOnce: number, work: (list: T) => Promise<boolean>): Promise<void> {
  const left = [...lists];
  const worker = async (): Promise<void> => {
    for (let list = left.shift(); list !== undefined; list = left.shift()) {
      if (!(await work(list))) left.length = 0;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, lists.length) }, worker));
}

function chunked(numbers: readonly OrderNumber[], size: number): OrderNumber[][] {
  const chunks: OrderNumber[][] = [];
  for (let start = 0; start < numbers.length; start += size) chunks.push(numbers.slice(start, start + size));
  return chunks;
}
