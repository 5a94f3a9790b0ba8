import { lastWords, type CommandOutcome, type Task } from '../core/command.ts';
import { isInDoubt } from '../core/effects.ts';
import type { OrderId, OrderNumber } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import { oldThrough, type CycleContext } from './context.ts';
import type { IntegrationServer } from './ports.ts';
import type { Recorded } from './verify.ts';

/** An order that Abacos lacks, or whose payment it lacks, by a verdict that is on record. */
export interface Job {
  readonly orderId: OrderId;
  readonly number: OrderNumber;
  readonly task: Task;
  /** Counted so far, without this one. */
  readonly attempts: number;
  /** The orders of the day come before it. */
  readonly inBackground: boolean;
}

/** A command that ran and ended: Abacos is asked what came of it. */
export interface Ended extends Job {
  readonly outcome: CommandOutcome;
}

export interface Repairs {
  readonly ended: readonly Ended[];
  /** Some repairs did not fit into this cycle; the integration server is fine. */
  readonly postponed: boolean;
  /** Some repairs wait for the integration server to be well again. */
  readonly held: boolean;
}

const NO_REPAIRS: Repairs = { ended: [], postponed: false, held: false };

/**
 * Runs the commands that the verdicts call for. They share one cycle's time:
 * what does not begin within it is asked about afresh before it is run, so that
 * no insert rests on an old answer.
 */
export async function repair(context: CycleContext, recorded: readonly Recorded[]): Promise<Repairs> {
  const { gate, policy, server } = context;
  if (server === undefined) return NO_REPAIRS;
  const { held, jobs, limit } = await gate.admit(context, jobsFrom(context, recorded));
  if (limit === 0) return { ...NO_REPAIRS, held };
  const run = new RepairRun(context, server, { jobs: startable(context, jobs), limit });
  if (run.isIdle) return NO_REPAIRS;

  if (await run.connected()) {
    const workers = Math.min(limit, policy.maxParallelRepairs);
    // One that fails makes the others begin nothing more; all have ended before the failure goes on its way.
    const ends = await Promise.allSettled(Array.from({ length: workers }, () => run.work()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
  return { ended: run.ended, postponed: run.handBack(), held: run.isHeld };
}

/**
 * While one order at a time is tried, each has its turn: one that is hopeless must not be the only one that ever is.
 * Of several those come first that have no command in doubt.
 */
function startable({ gate, repairHealth }: CycleContext, jobs: readonly Job[]): readonly Job[] {
  if (!repairHealth.isInDoubt) return jobs;
  const commands = ({ orderId }: Job): number => gate.effects.pending.get(orderId)?.commands ?? 0;
  return [...jobs].sort((a, b) => repairHealth.turn(a.orderId, b.orderId) || commands(a) - commands(b));
}

/**
 * What is to be run, in the order in which it is run. The orders of the day
 * come before those that were retried in bulk or that a rewind found; their
 * attempts are few, so the others' turn comes. Among them hopeless orders do
 * not keep hopeful ones waiting: those with the fewest attempts come first.
 */
function jobsFrom(context: CycleContext, recorded: readonly Recorded[]): Job[] {
  const { agenda } = context;
  const old = oldThrough(context);
  const jobs = recorded.flatMap(({ candidate, next }): Job[] => {
    if (next.kind !== 'repair' || !('number' in candidate)) return [];
    const { task, attempts } = next;
    const { order, origin, number } = candidate;
    const isOfToday = origin === 'fresh' || origin === 'late';
    const inBackground = !isOfToday && agenda.isInBackground(order.id, old);
    return [{ orderId: order.id, number, task, attempts, inBackground }];
  });
  return jobs.sort(
    (a, b) => Number(a.inBackground) - Number(b.inBackground) || a.attempts - b.attempts || a.orderId - b.orderId,
  );
}

/** The repairs of one cycle. */
class RepairRun {
  readonly ended: Ended[] = [];
  readonly #context: CycleContext;
  readonly #server: IntegrationServer;
  readonly #waiting: Job[];
  readonly #endsAt: number;
  /** So many commands may begin. */
  readonly #limit: number;
  /** While the integration side is out, or back from an outage, one order tells whether it works again. */
  readonly #probeOnly: boolean;
  #begun = 0;
  #connecting: Promise<boolean> | undefined;
  #halted: boolean;

  constructor(
    context: CycleContext,
    server: IntegrationServer,
    { jobs, limit }: { readonly jobs: readonly Job[]; readonly limit: number },
  ) {
    this.#context = context;
    this.#server = server;
    this.#waiting = [...jobs];
    this.#limit = limit;
    this.#probeOnly = context.repairHealth.isInDoubt;
    this.#endsAt = context.clock.monotonic() + context.policy.runningCycleMs;
    this.#halted = !context.dependencies.mayTry('integration-server');
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /** Repairs wait, and not for want of time. */
  get isHeld(): boolean {
    return this.#waiting.length > 0 && this.#serverIsUnwell;
  }

  get #serverIsUnwell(): boolean {
    return this.#halted || this.#probeOnly || this.#context.repairHealth.isInDoubt;
  }

  /** Repairs one order after another; several workers may do so at once. */
  async work(): Promise<void> {
    try {
      for (let job = this.#take(); job !== undefined; job = this.#take()) {
        if (!(await this.connected()) || !this.#context.election.leads()) this.#waiting.unshift(job);
        else if (await this.#count(job, 1)) await this.#run(job);
      }
    } catch (error) {
      this.#halted = true;
      throw error;
    }
  }

  /**
   * Leaves the orders that had no turn to the next cycle, and tells whether
   * that may follow at once. While the server is down or sick it follows when
   * the server is tried again.
   */
  handBack(): boolean {
    const { agenda, clock, dependencies, policy, stop } = this.#context;
    const { runningCycleMs } = policy;
    const pauseMs = this.#serverIsUnwell
      ? Math.min(runningCycleMs, dependencies.retryMs('integration-server') ?? runningCycleMs)
      : 0;
    for (const { orderId } of this.#waiting) agenda.amend(orderId, { nextLookAt: clock.monotonic() + pauseMs });
    return this.#begun > 0 && this.#waiting.length > 0 && !this.#serverIsUnwell && !stop.aborted;
  }

  #take(): Job | undefined {
    const { clock, election, stop } = this.#context;
    // Another monitor may be at it by now.
    if (!election.leads()) return undefined;
    const over = this.#begun >= this.#limit || (this.#begun > 0 && clock.monotonic() >= this.#endsAt);
    if (this.#halted || over || stop.aborted) return undefined;
    const job = this.#waiting.shift();
    if (job !== undefined) this.#begun += 1;
    return job;
  }

  /** Makes sure of the connection before an attempt is counted: a server that is down costs no order an attempt. */
  async connected(): Promise<boolean> {
    if (this.#halted) return false;
    // Workers that need it at the same time wait for one and the same.
    this.#connecting ??= this.#connect();
    try {
      return await this.#connecting;
    } finally {
      this.#connecting = undefined;
    }
  }

  async #connect(): Promise<boolean> {
    const { dependencies, policy, progress, repairHealth, stop } = this.#context;
    progress.step('connecting to the integration server', policy.connectDeadlineMs);
    try {
      await this.#server.connect(stop);
      if (!repairHealth.isInDoubt) dependencies.worked('integration-server');
      return true;
    } catch (error) {
      this.#halted = true;
      if (stop.aborted) return false;
      if (!(error instanceof Outage)) throw error;
      dependencies.failed(error, policy);
      return false;
    }
  }

  /**
   * Counts an attempt durably before its command starts, so that no crash can
   * make an order's commands more than its attempts; or takes it back when
   * nothing was started. `false` when the order was settled meanwhile.
   */
  async #count(job: Job, change: 1 | -1): Promise<boolean> {
    const { recorder } = this.#context;
    const { records } = await recorder.change((ledger) => {
      const current = ledger.open.get(job.orderId);
      if (current === undefined) return { findings: [] };
      const attempts = Math.max(0, current.attempts + change);
      return { findings: [{ orderId: job.orderId, verdict: current.verdict, attempts }] };
    });
    return records.length > 0;
  }

  async #run(job: Job): Promise<void> {
    const { abandon, agenda, checkpoint, clock, gate, policy, progress, report } = this.#context;
    const { orderId, number, task } = job;
    const name = { orderId, orderNumber: number };
    const attempt = checkpoint.ledger.open.get(orderId)?.attempts ?? 0;
    const waitMs = this.#waitOnServer(job, attempt);
    // On the disk first: whoever is killed from here on must not take a command that it never saw the end of for none.
    gate.effects.begin(orderId, task, clock.monotonic());
    await gate.keep({ now: true });
    progress.step(`running ${task} for order ${number}`, policy.commandDeadlineMs);
    report({ kind: 'command-started', ...name, task, attempt });
    const outcome = await this.#server.run({ task, number, waitMs }, abandon);
    report({ kind: 'command-ended', ...name, task, outcome });
    agenda.amend(orderId, { nextLookAt: clock.monotonic() + policy.repairWaitMs });
    await this.#conclude(job, outcome);
  }

  /**
   * How long before a command no other one for its order may have ended on the server. One that this monitor knows
   * nothing of, because another monitor ran it, may have left its effect in doubt.
   */
  #waitOnServer({ orderId, task }: Job, attempt: number): number {
    const { gate, policy } = this.#context;
    const { effects } = gate;
    const inDoubt = effects.pending.get(orderId)?.commands ?? 0;
    // A command of our own that left nothing in doubt was counted before this one.
    return effects.waitMs(task, inDoubt === 0 && attempt > 1 ? 0 : Math.max(1, inDoubt), policy);
  }

  async #conclude(job: Job, outcome: CommandOutcome): Promise<void> {
    const { agenda, clock, dependencies, policy, repairHealth } = this.#context;
    repairHealth.tried(job.orderId, clock.monotonic());
    this.#noteEffect(job, outcome);
    switch (outcome.kind) {
      case 'exited':
      case 'killed':
        this.ended.push({ ...job, outcome });
        if (outcome.kind === 'exited' && outcome.status === 0 && job.task === 'confirm_payment')
          agenda.amend(job.orderId, { paymentCommandSucceeded: true });
        return;
      case 'busy':
      case 'too-soon':
        await this.#count(job, -1);
        return;
      case 'not-started':
        await this.#count(job, -1);
        this.#halted = true;
        repairHealth.refused();
        dependencies.failed(new Outage({ dependency: 'integration-server', reason: outcome.why }), policy);
        return;
      case 'lost':
        // It may be running still: the attempt stays counted, and the order's lock on the server decides.
        return;
    }
  }

  /** What Abacos is asked to show from now on, if a command was run. */
  #noteEffect({ orderId, task }: Job, outcome: CommandOutcome): void {
    const { clock, gate, repairHealth } = this.#context;
    const now = clock.monotonic();
    const startedAt = now - outcome.durationMs;
    const inDoubt = isInDoubt(outcome);
    if (inDoubt) gate.effects.endInDoubt(orderId, task, { startedAt, now });
    else gate.effects.endWithout(orderId);
    const ran = inDoubt || outcome.kind === 'exited';
    if (ran) repairHealth.ended(orderId, { startedAt, endedAt: now, saidNo: !inDoubt, lastWords: lastWords(outcome) });
  }
}
