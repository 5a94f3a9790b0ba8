/** The loop, one cycle of it, and what it remembers between two of them. */
import type { Dismissal } from '../core/dismissal.ts';
import type { Lags } from '../core/effects.ts';
import type { CycleReport, Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { Dependency, KnownDowntime } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import type { RetryResult } from '../core/retry.ts';
import type { Rewind, RewindRequest } from '../core/rewind.ts';
import { retry } from './retry.ts';
import { RetrySchedule } from './retry-schedule.ts';
import { Prefetch } from './prefetch.ts';
import { Asker } from './asking.ts';
import { BacklogMeter } from './backlog.ts';
import { countRepairs, type Adapters, type Signals } from './context.ts';
import { countVerdicts, verdictsOf } from './counts.ts';
import { Dependencies, type DependencyState } from './dependencies.ts';
import { dismiss } from './dismiss.ts';
import { countOpen, gather, type Sources } from './gather.ts';
import { HeadLagMeter } from './head-lag.ts';
import { PaymentWatch } from './payment-watch.ts';
import type { Checkpoint, Clock, Election, Progress, RepairStore, RewindStore } from './ports.ts';
import { Recorder } from './recorder.ts';
import { tryUnneeded, watchAbacos } from './recovery.ts';
import type { RepairContext } from './repair-context.ts';
import { RepairGate } from './repair-gate.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { Repairs } from './repairs.ts';
import { Rewinding } from './rewinding.ts';
import { WentBack } from './went-back.ts';
import { Sweep } from './sweep.ts';
import { UnusualRows } from './unusual-rows.ts';
import { ask, recordVerdicts, type Asked } from './verify.ts';

const COMPACTION_DEADLINE_MS = 5 * 60_000;

/** A pause is hung only well past its end. */
const WAIT_MARGIN_MS = 30_000;

/** While another monitor works, this one is woken up when that changes, and looks for itself now and then. */
const STANDBY_LOOK_MS = 30_000;

/** A single cycle does not end while repairs wait for less than this. */
const SHORT_WAIT_MS = 30_000;

/** A single cycle asks so often again about orders whose repair had no turn in time. */
const MOST_NEWER_ANSWERS = 3;

const NOTHING_ASKED: Asked = { judged: [], interrupted: false };

export interface MonitorOptions {
  readonly checkpoint: Checkpoint;
  readonly clock: Clock;
  readonly election: Election;
  readonly progress: Progress;
  readonly rewinds: RewindStore;
  readonly repairs: RepairStore;
  /** Told of everything that happens, after it is on record. Must not throw. */
  readonly report: (event: Event) => void;
  /** What was down when an earlier process ended. */
  readonly downtimes?: readonly KnownDowntime[];
}

/** What stays for as long as the monitor lives; a reload may exchange the rest of the context. */
type Parts = Omit<RepairContext, keyof Adapters | keyof Signals>;

/** Makes sure that every order arrives: the loop, and what it remembers between two cycles. */
export class Monitor {
  readonly #parts: Parts;
  readonly #sources: Sources;
  readonly #backlog: BacklogMeter;
  readonly #headLag = new HeadLagMeter();
  readonly #prefetch = new Prefetch();
  readonly #repairs = new Repairs({
    wake: () => {
      this.wakeUp();
    },
  });
  #serverWasDown: boolean;
  #wake = new AbortController();
  #pausedUntil: number | undefined;

  constructor({ checkpoint, clock, election, progress, rewinds, repairs, report, downtimes = [] }: MonitorOptions) {
    const breaker = new CircuitBreaker();
    const rewinding = new Rewinding({ checkpoint, clock, store: rewinds, report });
    const gate = new RepairGate(clock, { health: breaker, ledger: checkpoint.ledger, rewinding, store: repairs });
    const unusualRows = new UnusualRows(clock);
    this.#parts = {
      schedule: new RetrySchedule(),
      asker: new Asker(clock),
      checkpoint,
      clock,
      dependencies: new Dependencies({
        clock,
        report,
        known: downtimes,
        observed: (dependency, how) => {
          if (dependency === 'abacos') gate.observed(how);
        },
      }),
      election,
      gate,
      progress,
      recorder: new Recorder(checkpoint, clock),
      breaker,
      report,
    };
    const sweep = new Sweep(clock, unusualRows);
    const { effects, paid } = gate;
    this.#sources = {
      breaker,
      payments: new PaymentWatch(paid),
      rewinding,
      sweep,
      unusualRows,
      wentBack: new WentBack({ breaker, effects, paid, repairs: this.#repairs, rewinding, sweep }),
    };
    this.#backlog = new BacklogMeter(clock, report);
    this.#serverWasDown = downtimes.some(({ dependency }) => dependency === 'integration-server');
  }

  /**
   * Runs one cycle after another until it is stopped, as long as no other monitor
   * works. The adapters are asked for before each one, so that a reload takes
   * effect between two cycles.
   *
   * @param release told once what was in use and is not any more: commands go on with what they began with
   * @throws when the checkpoint can't be written: nothing may be acted on then
   */
  async run(
    adapters: () => Adapters,
    signals: Signals,
    release: (unused: Adapters) => void = () => undefined,
  ): Promise<void> {
    const { stop } = signals;
    // Not AbortSignal.any: what it makes of a signal that lives as long as the service adds up.
    const onStop = (): void => {
      this.wakeUp();
    };
    stop.addEventListener('abort', onStop);
    let inUse: Adapters | undefined;
    let context: RepairContext | undefined;
    const undo = this.#linkAbandon(signals);
    try {
      while (!stop.aborted) {
        this.#wake = new AbortController();
        const wanted = adapters();
        // Once for each, and not for each cycle: small pages take a millisecond each.
        if (context === undefined || wanted !== inUse) {
          context = { ...wanted, ...signals, ...this.#parts };
          this.#repairs.use(context);
          const unused = inUse;
          if (unused !== undefined) {
            void this.#repairs.released().then(() => {
              release(unused);
            });
          }
          inUse = wanted;
        }
        await this.#turn(context);
      }
      await this.#repairs.idle();
    } finally {
      stop.removeEventListener('abort', onStop);
      this.#prefetch.drop();
      // Where all went well none runs any more.
      this.#repairs.abandon();
      undo();
      await this.#parts.gate.keep({ now: true });
    }
  }

  /** A cycle and the pause after it, or a pause while another monitor works. */
  async #turn(context: RepairContext): Promise<void> {
    const { checkpoint, election, policy, progress } = context;
    if (!election.leads()) {
      this.#prefetch.drop();
      this.#repairs.withdrawAll();
      await this.#standBy(context);
      return;
    }
    this.#repairs.throwIfFailed();
    const { hasBacklog } = await this.#cycle(context, { isOnly: false });
    progress.step('tidying the checkpoint', COMPACTION_DEADLINE_MS);
    await checkpoint.compactIfWorthwhile(this.#sources.sweep.windowFromMs(policy));
    await this.#pause(hasBacklog ? 0 : this.#pauseMs(context));
  }

  /** One cycle, and no work for a next one; and another one where repairs wait only for moments, or for a newer answer. */
  async cycle(adapters: Adapters, signals: Signals): Promise<CycleReport> {
    const context = { ...adapters, ...signals, ...this.#parts };
    const { clock, gate, progress } = context;
    this.#repairs.use(context);
    const undo = this.#linkAbandon(signals);
    let { report } = await this.#cycle(context, { isOnly: true });
    for (let again = 0; again < MOST_NEWER_ANSWERS && this.#repairs.hasStale && !signals.stop.aborted; again += 1) {
      ({ report } = await this.#cycle(context, { isOnly: true }));
    }
    // None is left where it was over before the cycle ended, and what waited has still to be looked at.
    const waitMs = Math.max(0, (gate.wait?.until ?? Infinity) - clock.now());
    if (waitMs <= SHORT_WAIT_MS) {
      progress.step('waiting for the time that the shop has itself', waitMs + WAIT_MARGIN_MS);
      await clock.wait(waitMs, signals.stop);
      ({ report } = await this.#cycle(context, { isOnly: true }));
    }
    undo();
    await gate.keep({ now: true });
    return report;
  }

  /**
   * Due, new and late orders are asked about and recorded, and what they lack is left to the repairs.
   *
   * @param isOnly no other one follows: it waits for the repairs
   */
  async #cycle(
    context: RepairContext,
    { isOnly }: { readonly isOnly: boolean },
  ): Promise<{ readonly report: CycleReport; readonly hasBacklog: boolean }> {
    const { checkpoint, clock, gate, policy } = context;
    this.#recallDoubt(policy);
    gate.begin(policy);
    const startedAt = clock.monotonic();

    const gathered = await gather(context, this.#sources, isOnly ? undefined : this.#prefetch);
    const asked = gathered === undefined ? NOTHING_ASKED : await ask(context, gathered);
    const answeredAt = clock.monotonic();
    if (asked.interrupted) this.#prefetch.drop();
    const recorded = await recordVerdicts(context, asked.judged, (id) => this.#repairs.isTouched(id, startedAt));
    if (gathered?.rewound !== undefined) {
      await this.#sources.rewinding.advance(gathered.rewound, verdictsOf(recorded));
    }
    await this.#repairs.offer(context, recorded, { askedAt: startedAt, answeredAt });
    if (isOnly) await this.#repairs.idle();
    await gate.review(context);
    await tryUnneeded(context, this.#repairs);
    this.#sources.unusualRows.countUndated(context);
    await gate.keep({ now: false });

    const durationMs = clock.monotonic() - startedAt;
    const headLag = await this.#headLag.measure(context, gathered, recorded);

    const hasBacklog = gathered?.backlog === true && !asked.interrupted;
    const whole = gathered !== undefined && !asked.interrupted;
    const report: CycleReport = {
      durationMs,
      ...countVerdicts(recorded),
      ...this.#repairs.takeCounts(),
      workLeft: hasBacklog,
      ...(this.#repairs.areUnderWay ? { repairing: true } : {}),
      interrupted: !whole || this.#repairs.areHeld || gathered.isFull,
      whole,
      ...(gathered?.isFull === true ? { openOrders: countOpen(checkpoint.ledger, policy) } : {}),
      ...(headLag === undefined ? {} : { headLag }),
    };
    context.report({ kind: 'cycle', report });
    if (gathered?.backlog === true) {
      this.#backlog.note({ fresh: report.judged.fresh, durationMs, ordersLeft: headLag?.orders });
    } else this.#backlog.cleared();
    return { report, hasBacklog };
  }

  /**
   * Gives open orders their attempts again, all in one write, and looks at them
   * at once; if they are many, after the orders of the day.
   *
   * @param by who asked for it, as the command reported it
   * @returns for each whether it was open, so that it is retried
   * @throws when the checkpoint can't be written
   */
  async retry(orderIds: readonly OrderId[], by: string): Promise<readonly RetryResult[]> {
    const results = await retry({ ...this.#parts, repairs: this.#repairs }, orderIds, by);
    if (results.some(({ accepted }) => accepted)) this.wakeUp();
    return results;
  }

  /**
   * Has nothing more done about open orders on a person's word, all in one write. Abacos is still asked about them, and
   * a command that runs is left to its end.
   *
   * @returns for each whether it was open and not dismissed yet
   * @throws when the checkpoint can't be written
   */
  async dismiss(
    orderIds: readonly OrderId[],
    dismissal: Dismissal & { readonly maxAttempts: number },
  ): Promise<readonly RetryResult[]> {
    return dismiss({ ...this.#parts, repairs: this.#repairs }, orderIds, dismissal);
  }

  /** The rewind that runs, as far as it has come. */
  get rewind(): Rewind | undefined {
    return this.#sources.rewinding.current;
  }

  /** Has the orders from an id up to the head asked about again; the head stays. Extends a rewind that runs. */
  async beginRewind(request: RewindRequest): Promise<Rewind> {
    const rewind = await this.#sources.rewinding.begin(request);
    this.wakeUp();
    return rewind;
  }

  /** @returns the rewind that ran, `undefined` when none did */
  async cancelRewind(by: string): Promise<Rewind | undefined> {
    return this.#sources.rewinding.cancel(by);
  }

  /** Has the next cycle begin at once, after the one that may be running, and try what is down. */
  runNow(by: string): void {
    this.#parts.dependencies.retryNow();
    this.#parts.report({ kind: 'run-now', by });
    this.wakeUp();
  }

  /** Ends the pause between two cycles. */
  wakeUp(): void {
    this.#wake.abort();
  }

  /** What repairs wait for although everything works, if they do. */
  get repairWait(): RepairWait | undefined {
    return this.#parts.gate.wait;
  }

  /** How long effects took to show that Abacos had denied at first, by task. Milliseconds. */
  get lags(): Lags {
    return this.#parts.gate.effects.lags;
  }

  /** When the pause between two cycles ends, while there is one: milliseconds since 1970. */
  get pausedUntil(): number | undefined {
    return this.#pausedUntil;
  }

  dependency(dependency: Dependency): DependencyState {
    return this.#parts.dependencies.state(dependency);
  }

  /** An earlier process may have found the server sick: if there is work to tell by, a connection alone is no recovery. */
  #recallDoubt(policy: Policy): void {
    if (!this.#serverWasDown) return;
    this.#serverWasDown = false;
    const { checkpoint, breaker } = this.#parts;
    if (countRepairs({ checkpoint, policy }) > 0) breaker.refused();
  }

  /** Waits for a while. A database that can not tell who works is down for this monitor too, and people get to know. */
  async #standBy(context: RepairContext): Promise<void> {
    const { dependencies, election, gate, policy } = context;
    const { role } = election;
    if (role?.kind === 'unknown') dependencies.failed(role.outage, policy);
    else if (role !== undefined) dependencies.worked('shop');
    gate.begin(policy);
    await watchAbacos(context);
    await this.#pause(STANDBY_LOOK_MS);
  }

  /** Nothing can be done without the shop and Abacos; without the integration server orders are still checked. */
  #pauseMs({ dependencies, policy }: RepairContext): number {
    const essential = dependencies.retryMs('shop', 'abacos');
    return essential ?? Math.min(policy.runningCycleMs, dependencies.retryMs('integration-server') ?? Infinity);
  }

  /** Commands are no longer waited for once the caller gives up. @returns what ends that */
  #linkAbandon({ abandon }: Signals): () => void {
    const giveUp = (): void => {
      this.#repairs.abandon();
    };
    if (abandon.aborted) giveUp();
    abandon.addEventListener('abort', giveUp);
    return () => {
      abandon.removeEventListener('abort', giveUp);
    };
  }

  /** A stop ends it too. */
  async #pause(pauseMs: number): Promise<void> {
    const { clock, progress } = this.#parts;
    progress.step('waiting for the next cycle', pauseMs + WAIT_MARGIN_MS);
    this.#pausedUntil = clock.now() + pauseMs;
    await clock.wait(pauseMs, this.#wake.signal);
    this.#pausedUntil = undefined;
  }
}
