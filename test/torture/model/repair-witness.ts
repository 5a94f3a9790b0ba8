/**
 * What must hold of the commands that one host runs, beyond the verdicts that
 * they rest on: for whom they wait, and whose fault it is when they come to
 * nothing. It is part of the witness.
 */
import type { CommandOutcome, Task } from '../../../src/core/command.ts';
import type { Event } from '../../../src/core/event.ts';
import type { OrderId } from '../../../src/core/order.ts';
import type { OrderRecord } from '../../../src/core/record.ts';
import { OURSELVES } from '../../../src/core/rewind.ts';
import { FIRST_WAIT_MS, type Insert } from './inserts.ts';
import { SECOND, SETTLE_MS } from './script.ts';
import type { Row } from './shop.ts';

/** What is so, whatever a host has seen of it. */
export interface Truth {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** By the shop's clock: milliseconds since 1970. */
  readonly shopNow: () => number;
  /** How long the shop has had to send the order by now, with Abacos up. */
  readonly shopHadMs: (number: string) => number;
  /** For how long the shop has had its money, with Abacos up. */
  readonly paidForMs: (number: string) => number;
  /** Whether a command for it was ever begun on the integration server. */
  readonly wasCommanded: (number: string) => boolean;
  /** How often a person had the order tried again. */
  readonly retries: (number: string) => number;
  /** Inserts of it that are in Abacos. */
  readonly inserts: (number: string) => readonly Insert[];
  /** The integration side does nothing for anybody. */
  readonly isSick: () => boolean;
  /** Abacos has, or had, this order under the number that the shop has now. */
  readonly canVouch: (id: OrderId) => boolean;
  /** The newest settled order that the shop has, where it has none as new as this one. */
  readonly newestLeft: (head: OrderId) => OrderId | undefined;
}

/** So many commands may be run before it is noticed that they come to nothing; and then probes, at growing pauses. */
const MOST_DENIED = 5;
const MOST_SICK = 25;
const OUT_AFTER = 5;
/** Of answers that were under way while Abacos went down, and of what rounding takes. */
const MARGIN_MS = 60_000;

export interface RepairWitnessOptions {
  readonly host: string;
  readonly truth: Truth;
  readonly object: (what: string) => void;
}

/** A command that is about to be run. */
export interface Wanted {
  readonly id: OrderId;
  readonly number: string;
  readonly task: Task;
  /** Abacos denied the order while it denied all. */
  readonly onDenial: boolean;
  /** An order is on record as settled for which Abacos could vouch. */
  readonly hasSettled: boolean;
}

/** Orders that are to be asked about again, or were by a rewind. */
export interface Again {
  readonly from: OrderId;
  readonly through: OrderId;
  /** Since this moment: monotonic milliseconds. */
  readonly since: number;
}

export class RepairWitness {
  readonly rewound: Again[] = [];
  #rewindSince = Infinity;
  #rewindFrom: OrderId | undefined;
  readonly #options: RepairWitnessOptions;
  #knownLagMs = FIRST_WAIT_MS;
  /** Seen in the cycle that runs. */
  #lagMs = 0;
  #turnedUpAt = -Infinity;
  /** Commands of orders since one was last brought in, which an outage of the integration side is to give back. */
  readonly #suspects = new Map<OrderId, number>();
  /** All orders that a command was run for since one was last brought in, but those that fail on their own account. */
  readonly #missed = new Set<OrderId>();
  #saysOut = false;
  /** Whether all commands of an order were run while the integration side did nothing for anybody, in this process. */
  readonly #onlyWhileSick = new Map<OrderId, boolean>();
  /** Orders that are not to be given up for those commands, because it was said to be out. */
  readonly #excused = new Set<OrderId>();
  #personRewinds = false;
  /** When the first command of an order began that gave nothing back yet. */
  readonly #ranAt = new Map<OrderId, number>();
  #abacosFailedAt = -Infinity;
  /** In this process. */
  readonly #sentAt = new Map<OrderId, number>();
  readonly #ended = new Map<string, number>();
  readonly #deniedSince = new Set<string>();
  #onDenial = 0;
  /** Commands of each order since one was last brought in, in this process, which the integration side did nothing for. */
  readonly #whileSick = new Map<OrderId, number>();

  constructor(options: RepairWitnessOptions) {
    this.#options = options;
  }

  /** The longest time from a command's end until its effect showed that this host has seen. Milliseconds. */
  get knownLagMs(): number {
    return this.#knownLagMs;
  }

  /** A process begins. */
  opened(): void {
    this.#lagMs = 0;
    this.#sentAt.clear();
    this.#ended.clear();
    this.#deniedSince.clear();
    this.#onlyWhileSick.clear();
    this.#excused.clear();
    this.#onDenial = 0;
    this.#whileSick.clear();
  }

  /** Rows whose `erp_integrate_at` it has read. */
  toldOfSending(rows: readonly Row[]): void {
    for (const { id, sentAt } of rows) this.#sentAt.set(id, sentAt ?? -Infinity);
  }

  /** Abacos has answered as it is: what it denies from now on is another denial. */
  denialOver(): void {
    this.#onDenial = 0;
  }

  toldMissing(number: string): void {
    if (this.#ended.has(number)) this.#deniedSince.add(number);
  }

  /** A payment is found pending that was not. */
  pending(number: string): void {
    if (this.#options.truth.paidForMs(number) >= SETTLE_MS - MARGIN_MS) return;
    this.#object(`the payment of ${number} counts as pending before the shop has had its time to confirm it`);
  }

  /** A command is sent. @returns what takes it back, when nothing was started */
  ran({ hasSettled, id, number, onDenial, task }: Wanted): () => void {
    const { truth } = this.#options;
    const now = truth.now();
    if (task === 'insert_order') {
      if (truth.shopHadMs(number) < SETTLE_MS - MARGIN_MS) {
        this.#object(`insert_order is run for ${number} before the shop has had its time`);
      }
      if (now - this.#turnedUpAt < SETTLE_MS - SECOND) {
        this.#object(`insert_order is run for ${number} although the shop's queue is sending`);
      }
      if (truth.shopNow() - (this.#sentAt.get(id) ?? -Infinity) < this.#knownLagMs - SECOND) {
        this.#object(`insert_order is run for ${number}, which is on its way by the shop's own word`);
      }
    }
    if (task === 'confirm_payment' && truth.paidForMs(number) < SETTLE_MS - MARGIN_MS) {
      this.#object(`confirm_payment is run for ${number} before the shop has had its time for that`);
    }
    const isDenied = task === 'insert_order' && onDenial && hasSettled && !this.#personRewinds;
    if (isDenied) this.#onDenial += 1;
    if (this.#onDenial > MOST_DENIED) this.#object(`command ${this.#onDenial} is run while Abacos denies all`);
    const isSick = truth.isSick();
    if (isSick) this.#whileSick.set(id, (this.#whileSick.get(id) ?? 0) + 1);
    this.#onlyWhileSick.set(id, isSick && this.#onlyWhileSick.get(id) !== false);
    if (!this.#saysOut || !isSick) this.#excused.delete(id);
    const whileSick = [...this.#whileSick.values()].reduce((sum, commands) => sum + commands, 0);
    if (whileSick > MOST_SICK) this.#object(`command ${whileSick} is run while none does anything`);
    if (!this.#ranAt.has(id)) this.#ranAt.set(id, now);
    this.#count(id, 1);
    this.#ended.delete(number);
    this.#deniedSince.delete(number);
    return () => {
      if (isDenied) this.#onDenial -= 1;
      if (isSick) this.#whileSick.set(id, (this.#whileSick.get(id) ?? 1) - 1);
      this.#count(id, -1);
    };
  }

  heard(
    { id, number }: { readonly id: OrderId; readonly number: string },
    outcome: CommandOutcome,
    { isPermanent }: { readonly isPermanent: boolean },
  ): void {
    if (outcome.kind !== 'busy' && outcome.kind !== 'too-soon' && outcome.kind !== 'not-started') {
      this.#ended.set(number, this.#options.truth.now());
      // Another one may have brought its order in since this one began: then it is the first of a new row.
      this.#missed.add(id);
    }
    // It speaks for the order alone.
    if (isPermanent && this.#onDenial > 0) this.#onDenial -= 1;
    if (isPermanent) this.#missed.delete(id);
  }

  /** An order that was open is in Abacos, or further than it was. */
  progressed(before: OrderRecord, number: string): void {
    const { truth } = this.#options;
    const id = before.orderId;
    const isOurs = truth.wasCommanded(number) || this.#suspects.has(id);
    if (!isOurs && before.attempts === 0 && before.verdict.reason === 'NOT_FOUND') this.#turnedUpAt = truth.now();
    if (this.#suspects.has(id)) {
      this.#missed.clear();
      this.#suspects.clear();
      this.#onlyWhileSick.clear();
      this.#whileSick.clear();
    }
    if (!this.#deniedSince.has(number)) return;
    const [first] = [...truth.inserts(number)].sort((a, b) => a.shownFrom - b.shownFrom);
    if (first === undefined || first.by === 'queue' || first.by.host !== this.#options.host) return;
    // What is learned is learned of a task.
    if (first.by.task !== 'insert_order') return;
    // Nobody waits any more for what was run before a person had the order tried again.
    if (first.by.retries === truth.retries(number))
      this.#lagMs = Math.max(this.#lagMs, first.shownFrom - first.by.endsAt);
  }

  /** A call to Abacos has failed, and not because of the numbers in it. */
  abacosFailed(): void {
    this.#abacosFailedAt = this.#options.truth.now();
  }

  /** Orders get attempts back that were counted for commands. */
  gaveBack(ids: readonly OrderId[]): void {
    const isOut = this.#saysOut || this.#missed.size >= OUT_AFTER;
    const unfounded = ids.filter((id) => !isOut && this.#abacosFailedAt < (this.#ranAt.get(id) ?? Infinity));
    if (unfounded.length > 0) {
      this.#object(
        `orders ${unfounded.join(', ')} get attempts back, and neither Abacos nor the integration side was out`,
      );
    }
    for (const id of ids) {
      this.#suspects.delete(id);
      this.#ranAt.delete(id);
    }
  }

  /** A person has it tried again, or a command says that trying again is no use. */
  forget(id: OrderId, number: string): void {
    this.#suspects.delete(id);
    this.#onlyWhileSick.delete(id);
    this.#excused.delete(id);
    this.#ended.delete(number);
    this.#deniedSince.delete(number);
  }

  /** A person has an order left alone: Abacos is asked about it once a day, and what shows by then teaches nothing. */
  leave(number: string): void {
    this.#ended.delete(number);
    this.#deniedSince.delete(number);
  }

  reported(event: Event): void {
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- few events say something of repairs
    switch (event.kind) {
      case 'cycle':
        this.#knownLagMs = Math.max(this.#knownLagMs, this.#lagMs);
        return;
      case 'down':
        // Another reason, such as a connection that is lost, comes on top of it.
        if (event.dependency === 'integration-server') this.#saysOut ||= event.reason.includes('did not bring');
        if (this.#saysOut) for (const [id, isSo] of this.#onlyWhileSick) if (isSo) this.#excused.add(id);
        return;
      case 'up':
        if (event.dependency === 'integration-server') this.#saysOut = false;
        return;
      case 'given-up':
        if (event.permanentError === undefined && this.#saysOut && (this.#suspects.get(event.orderId) ?? 0) > 0) {
          this.#object(`order ${event.orderId} is given up while the integration side is out`);
        }
        if (event.permanentError === undefined && this.#excused.has(event.orderId)) {
          this.#object(`order ${event.orderId} is given up for an outage of the integration side`);
        }
        return;
      case 'rewind':
        this.#rewindReported(event);
        return;
      case 'went-back':
        // Their orders are lost: what became of the commands for them speaks of the integration side no more, as it would
        // be taken for that of the orders which get these ids.
        for (const id of this.#whileSick.keys()) if (id > event.newest) this.#whileSick.delete(id);
        return;
      default:
    }
  }

  #rewindReported({ rewind, step }: Extract<Event, { kind: 'rewind' }>): void {
    const isOn = step === 'begun' || step === 'resumed';
    if (rewind.by !== OURSELVES) this.#personRewinds = isOn;
    if (step === 'begun') {
      this.#rewindSince = this.#options.truth.now();
      this.#rewindFrom = rewind.next;
    }
    if (step !== 'ended' || this.#rewindFrom === undefined) return;
    this.rewound.push({ from: this.#rewindFrom, through: rewind.through, since: this.#rewindSince });
  }

  #count(id: OrderId, change: 1 | -1): void {
    if (change > 0) this.#missed.add(id);
    const count = (this.#suspects.get(id) ?? 0) + change;
    if (count > 0) this.#suspects.set(id, count);
    else this.#suspects.delete(id);
  }

  #object(what: string): void {
    this.#options.object(`${this.#options.host}: ${what}`);
  }
}
