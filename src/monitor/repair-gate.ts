/** Which repairs may begin. */
import { Effects, type PendingEffect } from '../core/effects.ts';
import type { Ledger } from '../core/ledger.ts';
import { taskFor } from '../core/next.ts';
import type { OrderId } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import { sameWait, type RepairWait } from '../core/repair-wait.ts';
import { OURSELVES } from '../core/rewind.ts';
import { epochOf } from '../core/stamp.ts';
import { Uptime } from '../core/uptime.ts';
import { countRepairs, using, type CycleContext } from './context.ts';
import type { Job } from './job.ts';
import { PaidOrders } from './paid-orders.ts';
import type { Clock, OrderAges, RepairStore } from './ports.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Rewinding } from './rewinding.ts';
import { askWitnesses, type Testimony } from './witnesses.ts';

/** More orders than this that are missing at once are a mass repair: before it, witnesses are asked. */
const MASS = 5;
/** What is kept is written at once before a command, and otherwise no more often. */
const KEEP_EVERY_MS = 30_000;
const NO_AGES: ReadonlyMap<OrderId, OrderAges> = new Map();

export interface GateOptions {
  readonly health: CircuitBreaker;
  readonly ledger: Ledger;
  readonly rewinding: Pick<Rewinding, 'current'>;
  readonly store: RepairStore;
}

/**
 * Decides which repairs may begin, so that no order is inserted twice. The lock
 * of an order on the integration server keeps two commands of monitors apart;
 * this is about what takes no such lock, and about answers that are not what
 * they seem:
 *
 * - the shop's own queue, which needs time in which Abacos is up (`settle_time`),
 *   and which is still at work while missing orders turn up without a command;
 * - effects of earlier commands that may show yet;
 * - an Abacos that denies what it had.
 */
export class RepairGate {
  readonly effects: Effects;
  readonly uptime: Uptime;
  readonly paid: PaidOrders;
  readonly #clock: Clock;
  readonly #store: RepairStore;
  readonly #ledger: Ledger;
  readonly #health: CircuitBreaker;
  readonly #rewinding: Pick<Rewinding, 'current'>;
  /** Monotonic milliseconds. */
  #turnedUpAt: number | undefined;
  #wait: RepairWait | undefined;
  /** What witnesses said last before a command. */
  #heard: { readonly kind: Testimony['kind']; readonly at: number } | undefined;
  /** Of answers until then it was learned later that they may not be what they seem. Monotonic milliseconds. */
  #outdatedThrough = -Infinity;
  #keptAt = -Infinity;
  /** Between two answers that are further apart nobody knows whether Abacos was up. Milliseconds. */
  #longestGapMs = 0;

  constructor(clock: Clock, { health, ledger, rewinding, store }: GateOptions) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#health = health;
    this.#rewinding = rewinding;
    if (store.found?.out === true) health.recallOut();
    this.#store = store;
    const { effects, paid, turnedUpAt, uptime } =
      store.found === undefined ? withoutMemory(ledger, clock) : recalled(store.found, clock);
    this.effects = effects;
    this.uptime = uptime;
    this.paid = new PaidOrders(clock, uptime, paid);
    this.#turnedUpAt = turnedUpAt;
  }

  /** A cycle begins. */
  begin({ callDeadlineMs, runningCycleMs }: Policy): void {
    this.#longestGapMs = 2 * runningCycleMs + callDeadlineMs;
  }

  /** Abacos has answered, or could not be asked. */
  observed(how: 'worked' | 'failed'): void {
    if (how === 'worked') this.uptime.answered(this.#clock.monotonic(), this.#longestGapMs);
    else this.uptime.failed(this.#clock.monotonic());
  }

  /** What repairs wait for at the moment, if they do. */
  get wait(): RepairWait | undefined {
    return this.#wait;
  }

  /** An order that had been found missing is there, and no command was run for it. */
  turnedUp(): void {
    this.#turnedUpAt = this.#clock.monotonic();
    this.keepSoon();
  }

  /** Whether Abacos gave an answer within the last running cycle. */
  sawAbacosLately(runningCycleMs: number): boolean {
    const { lastSeenAt } = this.uptime;
    return lastSeenAt !== undefined && this.#clock.monotonic() - lastSeenAt < runningCycleMs;
  }

  /** Which of these repairs nothing keeps waiting but a free slot, the integration side and the witnesses. */
  async ready(context: CycleContext, jobs: readonly Job[]): Promise<readonly Job[]> {
    if (jobs.length > 0) return this.#whatIsReady(context, jobs);
    this.#waitNoMore(context, jobs);
    return [];
  }

  /** Whether a command may begin now, beside so many that run. Asks the witnesses where that is needed. */
  async mayBegin(context: CycleContext, job: Job, running: number): Promise<boolean> {
    const { policy } = context;
    const now = this.#clock.monotonic();
    if (this.#drainedAt(policy) > now || this.#health.capacity(policy, now) <= running) return false;
    if (!this.#needsWitnesses(job, running)) return true;
    const proof = await this.#proofSince(context, job.answeredAt);
    if (proof === 'denied' || proof === 'unanswered') return false;
    // Nothing tells yet that what a command does is what Abacos shows: one at a time.
    return proof === 'affirmed' || this.#health.isProven || (this.#health.isIdle && running === 0);
  }

  /** Whether no command may rest on an answer of this moment any more: its order is asked about again first. */
  isOutdated(answeredAt: number): boolean {
    return answeredAt <= this.#outdatedThrough;
  }

  /** Effects show later than was known. What was found missing until now is held against that anew. */
  lagLearned(): void {
    this.#outdatedThrough = this.#clock.monotonic();
    this.keepSoon();
  }

  /** Looks whether what holds repairs is over, where nothing else asks. */
  async review(context: CycleContext): Promise<void> {
    if (context.stop.aborted || context.dependencies.state('repairs').kind === 'up') return;
    if (context.dependencies.mayTry('repairs')) await this.proof(context);
  }

  /** What was learned just now is to be on the disk at the end of the cycle. */
  keepSoon(): void {
    this.#keptAt = -Infinity;
  }

  /** Keeps what has to outlast this process. @param now whether it has to be on the disk when this resolves */
  async keep({ now }: { readonly now: boolean }): Promise<void> {
    const at = this.#clock.monotonic();
    if (!now && at - this.#keptAt < KEEP_EVERY_MS) return;
    this.#keptAt = at;
    await this.#store.keep(this.#memory());
  }

  /** The jobs that nothing but the integration side and the witnesses can keep waiting. */
  async #whatIsReady(context: CycleContext, jobs: readonly Job[]): Promise<readonly Job[]> {
    const { orders, policy, stop } = context;
    const ages = await using(context, 'shop', () =>
      orders.agesOf(
        jobs.map(({ orderId }) => orderId),
        stop,
      ),
    );
    if (ages === undefined) return [];
    // Of one whose row is gone by now nothing is known any more: its next look says so.
    const waits = jobs
      .filter(({ orderId }) => ages.has(orderId))
      .map((job) => ({ job, ms: this.#msToWait(policy, job, ages) }));
    const now = this.#clock.monotonic();
    const drained = this.#drainedAt(policy);
    const isDraining = drained > now;
    const waiting = isDraining ? waits : waits.filter(({ ms }) => ms > 0);
    const longest = Math.max(isDraining ? drained - now : 0, ...waiting.map(({ ms }) => ms));
    if (waiting.length === 0) this.#waitNoMore(context, jobs);
    else {
      const why = isDraining ? 'draining' : 'settling';
      this.#waitFor(context, { why, orders: countRepairs(context), until: this.#clock.now() + longest });
    }
    for (const { job, ms } of waiting) this.#lookAgain(context, job, isDraining ? Math.max(ms, drained - now) : ms);
    return isDraining ? [] : waits.filter(({ ms }) => ms <= 0).map(({ job }) => job);
  }

  /** When the shop's queue has been seen still for long enough. Monotonic milliseconds. */
  #drainedAt({ settleMs }: Policy): number {
    return this.#turnedUpAt === undefined ? -Infinity : this.#turnedUpAt + settleMs;
  }

  /** How long the shop's own push of an order may still be on its way. Milliseconds, none where it is over. */
  #msToWait(policy: Policy, { orderId, task }: Job, ages = NO_AGES): number {
    const now = this.#clock.monotonic();
    const known = ages.get(orderId);
    const record = this.#ledger.open.get(orderId);
    // Without a time of its own, an order is as old as its record.
    const recordedMs = record === undefined ? 0 : Math.max(0, this.#clock.now() - epochOf(record.createdAt));
    const placedMs = known?.placedMs ?? recordedMs;
    // Where nobody knows since when an order is paid: perhaps since just before an outage ended.
    const eventMs = task === 'confirm_payment' ? Math.min(placedMs, policy.settleMs) : placedMs;
    const isSeenPaid = task === 'confirm_payment' && this.paid.has(orderId);
    const hadMs = isSeenPaid ? this.paid.forMs(orderId) : this.uptime.between(now - eventMs, now);
    const settling = policy.settleMs - hadMs;
    const sentMs = task === 'insert_order' ? known?.sentMs : undefined;
    const arriving = sentMs === undefined ? 0 : this.effects.waitMs(task, 1, policy) - sentMs;
    return Math.max(0, settling, arriving);
  }

  /** An order whose time is over before its next look is looked at right then. */
  #lookAgain({ schedule, policy }: CycleContext, { orderId }: Job, ms: number): void {
    if (ms < policy.runningCycleMs) schedule.amend(orderId, { nextLookAt: this.#clock.monotonic() + ms });
  }

  /**
   * Many orders are missing, or commands came to nothing, one for this order
   * among them: it may be the fault of an Abacos that is not what it was. Commands
   * that run may come to nothing as well.
   */
  #needsWitnesses({ attempts, orderId }: Job, running: number): boolean {
    if (this.#isLossReal) return false;
    if (this.#health.trust <= running || attempts > 0 || this.effects.pending.has(orderId)) return true;
    let missing = 0;
    for (const { verdict } of this.#ledger.open.values()) {
      if (verdict.reason !== 'NOT_FOUND') continue;
      missing += 1;
      if (missing > MASS) return true;
    }
    return false;
  }

  /** A person says so, who has begun a rewind. */
  get #isLossReal(): boolean {
    const { current } = this.#rewinding;
    return current !== undefined && current.by !== OURSELVES;
  }

  /** Whether orders that Abacos had before speak for it. Repairs are held from when it denies them until it has them. */
  async proof(context: CycleContext): Promise<Testimony['kind']> {
    const { dependencies, policy } = context;
    const testimony: Testimony = this.#isLossReal ? { kind: 'affirmed' } : await askWitnesses(context);
    if (testimony.kind === 'denied') dependencies.failed(denial(testimony), policy);
    else if (testimony.kind !== 'unanswered') {
      const isBack = dependencies.state('repairs').kind === 'down' && !this.#isLossReal;
      // What it answered before may still be its denial of all.
      if (isBack) this.#outdatedThrough = this.#clock.monotonic();
      dependencies.worked('repairs');
    }
    return testimony.kind;
  }

  /** What the witnesses said, if they were asked since a moment; else they are. */
  async #proofSince(context: CycleContext, moment: number): Promise<Testimony['kind']> {
    const known = this.#heard;
    if (known !== undefined && known.at >= moment) return known.kind;
    const at = this.#clock.monotonic();
    const kind = await this.proof(context);
    this.#heard = { kind, at };
    return kind;
  }

  /** None of these jobs waits; others may, which are not looked at in every cycle. */
  #waitNoMore(context: CycleContext, jobs: readonly Job[]): void {
    const isOver = this.#clock.now() >= (this.#wait?.until ?? 0) || jobs.length >= countRepairs(context);
    if (isOver) this.#waitFor(context, undefined);
  }

  #waitFor({ report }: CycleContext, wait: RepairWait | undefined): void {
    const before = this.#wait;
    this.#wait = wait;
    if (!sameWait(before, wait)) report({ kind: 'repairs-wait', wait });
  }

  #memory(): RepairMemory {
    const toEpoch = this.#clock.now() - this.#clock.monotonic();
    return {
      up: this.uptime.spans.map(({ from, to }) => ({ from: from + toEpoch, to: to + toEpoch })),
      pending: [...this.effects.pending]
        .filter(([id]) => this.#ledger.open.has(id))
        .map(([id, one]) => [id, { ...one, startedAt: one.startedAt + toEpoch, endedAt: one.endedAt + toEpoch }]),
      lags: this.effects.lags,
      paid: this.paid.memory(this.#ledger, toEpoch),
      out: this.#health.isOpen,
      turnedUpAt: this.#turnedUpAt === undefined ? null : this.#turnedUpAt + toEpoch,
    };
  }
}

interface Recalled {
  readonly effects: Effects;
  readonly uptime: Uptime;
  readonly paid: RepairMemory['paid'];
  readonly turnedUpAt: number | undefined;
}

/** Nothing was kept: whatever commands have been counted may have ended just now. */
function withoutMemory(ledger: Ledger, clock: Clock): Recalled {
  const at = clock.monotonic();
  const commanded = [...ledger.open.values()].flatMap((record): (readonly [OrderId, PendingEffect])[] => {
    if (record.attempts === 0) return [];
    // An unclear answer or a dismissal does not say which it was. Whatever is waited for is so by id.
    const task = taskFor(record.verdict) ?? 'insert_order';
    return [[record.orderId, { task, commands: 1, startedAt: at, endedAt: at, running: false, denied: false }]];
  });
  return {
    effects: new Effects({ pending: commanded, lags: {} }),
    uptime: new Uptime(),
    paid: [],
    turnedUpAt: undefined,
  };
}

/** What an earlier process kept, on this one's clock. */
function recalled(found: RepairMemory, clock: Clock): Recalled {
  const now = clock.monotonic();
  const toMonotonic = now - clock.now();
  // A clock that was set back would have things happen in the future: they may be of this very moment.
  const at = (epochMs: number): number => Math.min(now, epochMs + toMonotonic);
  const isKnown = found.up.every(({ to }) => to + toMonotonic <= now);
  const pending = found.pending.map(([id, one]): readonly [OrderId, PendingEffect] => [
    id,
    // Nobody saw the end of a command that was running.
    one.running
      ? { ...one, startedAt: at(one.startedAt), endedAt: now, commands: one.commands + 1, running: false }
      : { ...one, startedAt: at(one.startedAt), endedAt: at(one.endedAt) },
  ]);
  return {
    effects: new Effects({ pending, lags: found.lags }),
    uptime: new Uptime(isKnown ? found.up.map(({ from, to }) => ({ from: at(from), to: at(to) })) : []),
    paid: found.paid.map(([id, epochMs]) => [id, at(epochMs)]),
    turnedUpAt: found.turnedUpAt === null ? undefined : at(found.turnedUpAt),
  };
}

/** Abacos denies orders that it had before. */
export function denial({ asked, numbers }: { readonly asked: number; readonly numbers: readonly string[] }): Outage {
  return new Outage({
    dependency: 'repairs',
    reason:
      `Abacos denies ${numbers.length} of ${asked} orders that it had before (${numbers.join(', ')}), ` +
      'so what it says is missing may not be',
    hint:
      'see whether Abacos was restored, or whether address and key in abacos.yml lead to another company or interface; ' +
      'if it has really lost orders: order-monit rewind --since the moment to which it went back, which lets repairs go on',
  });
}
