/** Runs the commands that verdicts call for, beside the cycles: checking never waits for a command. */
import type { OrderId } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { Recorded } from './candidate.ts';
import { confirm } from './confirm.ts';
import { oldThrough } from './context.ts';
import type { Ended, Job } from './job.ts';
import type { RepairContext } from './repair-context.ts';
import { countAttempt, runCommand } from './run-command.ts';

/** What has been done since it was last asked. */
export interface RepairCounts {
  /** Commands that ran and ended. */
  readonly commands: number;
  /** Orders that Abacos has by now. */
  readonly repaired: number;
}

export interface RepairsOptions {
  /** A cycle is wanted: verdicts have become too old, or something went wrong. */
  readonly wake: () => void;
}

/**
 * The repairs that wait, run and are confirmed. A cycle offers those that its
 * verdicts call for; a free slot takes the next one at once, whatever the cycle
 * is at. What has waited for longer than a running cycle is not run, nor what
 * the gate has learned better of since: Abacos is asked about it again, so that
 * no command rests on an old answer. Once a
 * command has ended, Abacos is asked about its order, and its answer decides.
 */
export class Repairs {
  readonly #wake: () => void;
  readonly #waiting = new Map<OrderId, Job>();
  readonly #running = new Set<OrderId>();
  /** Of those that run, the ones whose row was lost: the id may be another order's by the end of the command. */
  readonly #lost = new Set<OrderId>();
  #toConfirm: Ended[] = [];
  #confirming: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  /** When something was last done about an order, here. Monotonic milliseconds. */
  readonly #touched = new Map<OrderId, number>();
  /** Nothing begins before the next cycle. */
  #isHalted = false;
  readonly #giveUp = new AbortController();
  /** What is under way, each with the context that it began with. */
  readonly #activities = new Set<Promise<unknown>>();
  #failure: { readonly error: unknown } | undefined;
  #context: RepairContext | undefined;
  /** The verdicts of some became too old before they had a turn. */
  #hasStale = false;
  #counts: RepairCounts = { commands: 0, repaired: 0 };
  readonly #whenIdle: (() => void)[] = [];

  constructor({ wake }: RepairsOptions) {
    this.#wake = wake;
  }

  /** What begins from now on uses this. */
  use(context: RepairContext): void {
    this.#context = context;
  }

  /** Resolves once all has ended that is under way by now: what begins later uses what {@link use} gave last. */
  async released(): Promise<void> {
    await Promise.allSettled(this.#activities);
  }

  /**
   * Takes in what a cycle has found out.
   *
   * @param times before its orders were read, and when Abacos had answered: monotonic milliseconds
   * @throws what an earlier command or its confirmation failed by, such as a checkpoint that can't be written
   */
  async offer(
    context: RepairContext,
    recorded: readonly Recorded[],
    { askedAt, answeredAt }: { readonly askedAt: number; readonly answeredAt: number },
  ): Promise<void> {
    this.throwIfFailed();
    for (const { order } of recorded) this.#waiting.delete(order.id);
    for (const [id, at] of this.#touched) if (at < askedAt && !this.#isBusy(id)) this.#touched.delete(id);
    const { gate, server } = context;
    if (server === undefined) return;
    const ready = await gate.ready(context, jobsFrom(context, recorded, answeredAt));
    for (const job of ready) if (!this.isTouched(job.orderId, askedAt)) this.#waiting.set(job.orderId, job);
    this.#isHalted = false;
    this.#hasStale = false;
    this.#start();
  }

  /** Whether a command for an order runs, is being confirmed, or has done either since a moment (monotonic milliseconds). */
  isTouched(id: OrderId, since: number): boolean {
    return this.#isBusy(id) || (this.#touched.get(id) ?? -Infinity) >= since;
  }

  /** An order's waiting repair rests on what is no longer so. */
  withdraw(id: OrderId): void {
    this.#waiting.delete(id);
  }

  /** An order's row is lost: no repair of it is begun, and the end of one that runs says nothing of what gets its id. */
  lose(id: OrderId): void {
    this.withdraw(id);
    if (this.#running.has(id)) this.#lost.add(id);
  }

  /** Another monitor may be at work from now on: nothing that waits is begun. */
  withdrawAll(): void {
    this.#waiting.clear();
  }

  /** Repairs wait, and not for a free slot. */
  get areHeld(): boolean {
    const context = this.#context;
    if (this.#waiting.size === 0 || context === undefined) return false;
    return this.#isHalted || context.breaker.isInDoubt || !context.dependencies.mayTry('integration-server');
  }

  /** Repairs run, are being confirmed, or wait for a free slot. */
  get areUnderWay(): boolean {
    return this.#running.size > 0 || this.#toConfirm.length > 0 || (this.#waiting.size > 0 && !this.areHeld);
  }

  /** Since the last offer the verdicts of some became too old before they had a turn: they wait for a newer one. */
  get hasStale(): boolean {
    return this.#hasStale;
  }

  /** Resolves once nothing runs any more, nothing is left to be confirmed, and nothing that waits may begin. */
  async idle(): Promise<void> {
    while (this.#starting !== undefined || this.#running.size > 0 || this.#confirming !== undefined) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    }
    this.throwIfFailed();
  }

  /** Commands that run are no longer waited for. */
  abandon(): void {
    this.#giveUp.abort();
  }

  /** What has been done since this was last asked. */
  takeCounts(): RepairCounts {
    const counts = this.#counts;
    this.#counts = { commands: 0, repaired: 0 };
    return counts;
  }

  /** @throws what a command or its confirmation failed by: then nothing may be acted on any more */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #isBusy(id: OrderId): boolean {
    return this.#running.has(id) || this.#toConfirm.some(({ orderId }) => orderId === id);
  }

  /** Begins what may begin, one after another, until something keeps the next one waiting. */
  #start(): void {
    if (this.#starting !== undefined) return;
    this.#starting = this.#beginAll()
      .catch((error: unknown) => {
        this.#failed(error);
      })
      .finally(() => {
        this.#starting = undefined;
        this.#tellIdle();
      });
  }

  async #beginAll(): Promise<void> {
    for (;;) {
      const context = this.#context;
      const job = context === undefined ? undefined : this.#next(context);
      if (context === undefined || job === undefined) return;
      if (!(await this.#track(this.#mayBegin(context, job)))) return;
      // Meanwhile a cycle may have learned better, or a stop may have come.
      if (this.#next(context) === job && this.#context === context) this.#begin(context, job);
    }
  }

  /** The repair whose turn it is, if one may begin at all. */
  #next(context: RepairContext): Job | undefined {
    const { schedule, clock, dependencies, election, gate, policy, breaker, stop } = context;
    if (this.#isHalted || this.#failure !== undefined || stop.aborted || !election.leads()) return undefined;
    if (!dependencies.mayTry('integration-server')) return undefined;
    const now = clock.monotonic();
    let isStale = false;
    for (const { answeredAt, orderId } of this.#waiting.values()) {
      const isOutdated = gate.isOutdated(answeredAt);
      if (!isOutdated && now - answeredAt <= policy.runningCycleMs) continue;
      this.#waiting.delete(orderId);
      // An answer of this very moment may be outdated as well.
      schedule.amend(orderId, { nextLookAt: isOutdated ? now + 1 : now });
      isStale = true;
    }
    if (isStale) {
      this.#hasStale = true;
      this.#wake();
    }
    if (this.#running.size >= policy.maxParallelRepairs) return undefined;
    const commands = ({ orderId }: Job): number => gate.effects.pending.get(orderId)?.commands ?? 0;
    // While one order at a time is tried, each has its turn: one that is hopeless must not be the only one that ever is.
    const order = breaker.isInDoubt
      ? (a: Job, b: Job) => breaker.turn(a.orderId, b.orderId) || commands(a) - commands(b)
      : inTurn;
    let first: Job | undefined;
    for (const job of this.#waiting.values()) if (first === undefined || order(job, first) < 0) first = job;
    return first;
  }

  async #mayBegin(context: RepairContext, job: Job): Promise<boolean> {
    const progress = context.progress.beside();
    const beside = { ...context, progress };
    try {
      return (await context.gate.mayBegin(beside, job, this.#running.size)) && (await this.#connect(beside));
    } finally {
      progress.end();
    }
  }

  /** Makes sure of the connection before an attempt is counted: a server that is down costs no order an attempt. */
  async #connect({ dependencies, policy, progress, breaker, server, stop }: RepairContext): Promise<boolean> {
    if (server === undefined) return false;
    progress.step('connecting to the integration server', policy.connectDeadlineMs);
    try {
      await server.connect(stop);
      if (!breaker.isInDoubt) dependencies.worked('integration-server');
      return true;
    } catch (error) {
      this.#isHalted = true;
      if (stop.aborted) return false;
      if (!(error instanceof Outage)) throw error;
      dependencies.failed(error, policy);
      return false;
    }
  }

  #begin(context: RepairContext, job: Job): void {
    const { orderId } = job;
    this.#waiting.delete(orderId);
    this.#lost.delete(orderId);
    this.#running.add(orderId);
    this.#touch(context, orderId);
    // Its end says when it is looked at next.
    context.schedule.amend(orderId, { nextLookAt: Infinity });
    this.#track(this.#run(context, job))
      .catch((error: unknown) => {
        this.#failed(error);
      })
      .finally(() => {
        this.#running.delete(orderId);
        this.#touch(context, orderId);
        this.#confirm();
        this.#start();
        this.#tellIdle();
      });
  }

  async #run(context: RepairContext, job: Job): Promise<void> {
    const { schedule, clock, policy } = context;
    if (!(await countAttempt(context, job, 1))) return;
    const result = await runCommand(context, job, this.#giveUp.signal);
    if (this.#lost.delete(job.orderId)) {
      context.gate.effects.forget(job.orderId);
      context.breaker.forget(job.orderId);
    }
    schedule.amend(job.orderId, { nextLookAt: clock.monotonic() + policy.repairWaitMs });
    if (result === 'refused') this.#isHalted = true;
    else if (result !== undefined) {
      this.#counts = { ...this.#counts, commands: this.#counts.commands + 1 };
      this.#toConfirm.push(result);
    }
  }

  /** One question about all that have ended meanwhile. */
  #confirm(): void {
    if (this.#confirming !== undefined || this.#toConfirm.length === 0) return;
    this.#confirming = this.#confirmAll()
      .catch((error: unknown) => {
        this.#failed(error);
      })
      .finally(() => {
        this.#confirming = undefined;
        this.#start();
        // What has become of all of them is told at the end of a cycle.
        if (this.#running.size === 0 && this.#waiting.size === 0) this.#wake();
        this.#tellIdle();
      });
  }

  async #confirmAll(): Promise<void> {
    while (this.#toConfirm.length > 0 && this.#failure === undefined && this.#context !== undefined) {
      const context = this.#context;
      const ended = [...this.#toConfirm];
      const progress = context.progress.beside();
      const repaired = await this.#track(confirm({ ...context, progress }, ended));
      progress.end();
      this.#counts = { ...this.#counts, repaired: this.#counts.repaired + repaired };
      this.#toConfirm = this.#toConfirm.filter((one) => !ended.includes(one));
      for (const { orderId } of ended) this.#touch(context, orderId);
      this.#start();
    }
  }

  async #track<T>(activity: Promise<T>): Promise<T> {
    this.#activities.add(activity);
    try {
      return await activity;
    } finally {
      this.#activities.delete(activity);
    }
  }

  #touch({ clock }: RepairContext, id: OrderId): void {
    this.#touched.set(id, clock.monotonic());
  }

  #failed(error: unknown): void {
    this.#failure ??= { error };
    this.#giveUp.abort();
    this.#wake();
  }

  #tellIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}

/**
 * The orders of the day come before those that were retried in bulk or that a
 * rewind found; their attempts are few, so the others' turn comes. Among them
 * hopeless orders do not keep hopeful ones waiting: those with the fewest
 * attempts come first.
 */
function inTurn(a: Job, b: Job): number {
  return Number(a.inBackground) - Number(b.inBackground) || a.attempts - b.attempts || a.orderId - b.orderId;
}

function jobsFrom(context: RepairContext, recorded: readonly Recorded[], answeredAt: number): Job[] {
  const { schedule } = context;
  const old = oldThrough(context);
  return recorded.flatMap(({ next, number, order, origin }): Job[] => {
    if (next.kind !== 'repair' || number === undefined) return [];
    const { task, attempts } = next;
    const isOfToday = origin === 'fresh' || origin === 'late';
    const inBackground = !isOfToday && schedule.isInBackground(order.id, old);
    return [{ orderId: order.id, number, task, attempts, inBackground, answeredAt }];
  });
}
