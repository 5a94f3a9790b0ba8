/** Puts a trial together and plays the script in it. */
import { createCheckpoint } from '../../../src/checkpoint/index.ts';
import { isOrderNumber, orderId } from '../../../src/core/order.ts';
import type { Policy } from '../../../src/core/policy.ts';
import { stampOf } from '../../../src/core/stamp.ts';
import { SUCCESS } from '../../../src/core/verdict.ts';
import type { Adapters } from '../../../src/monitor/context.ts';
import { SimulatedDisk } from '../../checkpoint/disk.ts';
import { POLICY, VirtualClock } from '../../monitor/harness.ts';
import { Abacos } from './abacos.ts';
import { objectionInCalm } from './calm.ts';
import type { Caller } from './caller.ts';
import { Customers } from './customers.ts';
import { CHECKPOINT, Host } from './host.ts';
import { judgeInsert } from './inserts.ts';
import { StandInServer } from './integration-server.ts';
import { Operator } from './operator.ts';
import { Payments } from './payments.ts';
import { ShopQueue } from './queue.ts';
import type { Truth } from './repair-witness.ts';
import {
  HOUR,
  LATE_WINDOW_MS,
  MINUTE,
  REPAIR_WAIT_MS,
  SECOND,
  SETTLE_MS,
  TROUBLE_MS,
  type Happening,
  type Poison,
  type Script,
} from './script.ts';
import { Shop, type Row } from './shop.ts';
import { ACTIVE, STANDBY, UNKNOWN } from './roles.ts';

const FIRST_ID = 100;
/** Whatever was committed last is seen, and whoever was down is up. */
const CALM_FROM_MS = TROUBLE_MS + 1.5 * HOUR;
const RECHECK_MS = 30 * MINUTE;
/** Nothing to read. */
const IDLE = ': 0 new orders checked, 0 of them in Abacos';

export class Trial {
  readonly clock = new VirtualClock();
  readonly trace: string[] = [];
  readonly #script: Script;
  readonly #isTraced: boolean;
  readonly #shop: Shop;
  readonly #abacos: Abacos;
  readonly #queue: ShopQueue;
  readonly #customers: Customers;
  readonly #payments: Payments;
  readonly #server: StandInServer;
  readonly #operator: Operator;
  readonly #truth: Truth;
  readonly #hosts: Host[] = [];
  /** Orders that Abacos had under their number, and has no longer, and since when. */
  readonly #lost = new Map<Row, number>();
  #policies: Policy[];
  /** The first thing that must never be. */
  #objection: string | undefined;
  #isOver: () => void = () => undefined;

  constructor(script: Script, { traced }: { readonly traced: boolean }) {
    this.#script = script;
    this.#isTraced = traced;
    const { clock } = this;
    const { maxAttempts, maxNumbersPerCall, pageSize } = script;
    const policy: Policy = {
      ...POLICY,
      maxAttempts,
      maxNumbersPerCall,
      pageSize,
      settleMs: SETTLE_MS,
      lateWindowMs: LATE_WINDOW_MS,
      recheckGivenUpMs: RECHECK_MS,
      repairWaitMs: REPAIR_WAIT_MS,
    };
    this.#policies = [policy, policy];
    const { queue, tracksSending } = script;
    this.#shop = new Shop({
      settleMs: SETTLE_MS,
      tracksSending,
      lastId: FIRST_ID,
      idStep: script.idStep,
      now: () => clock.now(),
    });
    const saying = (who: string) => (text: string) => {
      this.#say(`${who}${text}`);
    };
    this.#abacos = new Abacos({
      clock,
      poison: (number) => this.#poison(number),
      object: this.#object,
      inserted: (number, insert, before) => {
        const rules = { shopHadMs: (one: string, until: number) => this.#shopHadMs(one, until), object: this.#object };
        if (before.length > 0) judgeInsert(number, { before, insert, rules });
      },
    });
    this.#queue = new ShopQueue({
      clock,
      abacos: this.#abacos,
      plan: queue,
      say: saying("the shop's queue "),
    });
    this.#payments = new Payments({ clock, abacos: this.#abacos, say: saying('') });
    this.#customers = new Customers({
      clock,
      shop: this.#shop,
      queue: this.#queue,
      payments: this.#payments,
      tracksPayment: script.tracksPayment,
      say: saying(''),
    });
    this.#operator = new Operator({
      maxAttempts: script.maxAttempts,
      rows: this.#shop.rows,
      hosts: this.#hosts,
      clock,
      say: saying(''),
    });
    const retries = (number: string): number => {
      const row = this.#shop.byNumber(number);
      return row === undefined ? 0 : this.#operator.retries(row.id);
    };
    this.#server = new StandInServer({
      clock,
      shop: this.#shop,
      abacos: this.#abacos,
      retries,
      say: saying('integration server: '),
    });
    this.#truth = {
      now: () => clock.monotonic(),
      shopNow: () => clock.now(),
      shopHadMs: (number) => this.#shopHadMs(number, clock.monotonic()),
      paidForMs: (number) => {
        const paidAt = this.#shop.byNumber(number)?.paidAt ?? Infinity;
        return this.#abacos.upMs(paidAt, clock.monotonic());
      },
      wasCommanded: (number) => this.#server.hasCommanded(number),
      retries,
      inserts: (number) => this.#abacos.inserts(number),
      isSick: () => this.#server.sick !== undefined,
      canVouch: (id) =>
        this.#shop.rows.some((row) => row.id === id && this.#shop.isVisible(row) && isOrderNumber(row.number ?? '')),
      newestLeft: (head) => this.#shop.newestLeft(head),
    };
  }

  /** Plays the script to its end, or to the first objection, which it gives. */
  async play(): Promise<string | undefined> {
    const { clock } = this;
    const over = new Promise<void>((resolve) => (this.#isOver = resolve));
    for (const name of ['first', 'second'].slice(0, this.#script.hosts)) this.#hosts.push(await this.#host(name));
    this.#lead('first');
    for (const host of this.#hosts) host.start();
    this.#customers.plan(this.#script.orders);
    for (const happening of this.#script.happenings) {
      clock.after(happening.at * MINUTE, () => {
        this.#happen(happening);
      });
    }
    clock.after(CALM_FROM_MS, () => {
      this.#calmDown();
      void this.#await();
    });
    await over;
    for (const host of this.#hosts) host.end();
    return this.#objection;
  }

  async #host(name: string): Promise<Host> {
    const { clock } = this;
    const disk = new SimulatedDisk({ '/state/lock': '' });
    const at = stampOf(clock.now());
    const start = { orderId: orderId(FIRST_ID), verdict: SUCCESS, attempts: 0, createdAt: at, updatedAt: at };
    await createCheckpoint({ path: CHECKPOINT, files: disk, head: start });
    const index = this.#hosts.length;
    return new Host({
      name,
      clock,
      maxAttempts: this.#script.maxAttempts,
      start,
      disk,
      truth: this.#truth,
      isPermanent: ({ output }) => output.some((line) => POLICY.permanentErrors.some((error) => error.test(line))),
      adapters: (caller) => this.#adapters(index, caller),
      object: this.#object,
      say: (text) => {
        this.#say(text);
      },
    });
  }

  #adapters(index: number, caller: Caller): Adapters {
    const policy = this.#policies[index];
    if (policy === undefined) throw new Error(`There is no host ${index}`);
    return {
      orders: this.#shop.seenBy(caller),
      erp: this.#abacos.askedBy(caller),
      server: this.#server.reachedBy(caller),
      policy,
    };
  }

  #poison(number: string): Poison['how'] | undefined {
    const poison = this.#shop.byNumber(number)?.plan.poison;
    return poison === undefined || this.clock.monotonic() >= poison.until * MINUTE ? undefined : poison.how;
  }

  /** How long the shop had until a moment to send an order, with Abacos up. */
  #shopHadMs(number: string, until: number): number {
    const createdAt = this.#shop.byNumber(number)?.createdAt ?? 0;
    const placedAt = createdAt - (this.clock.now() - this.clock.monotonic());
    return this.#abacos.upMs(Math.max(0, placedAt), until);
  }

  #happen(happening: Happening): void {
    this.#say(`script: ${JSON.stringify(happening)}`);
    if ('host' in happening) {
      const host = this.#hosts[happening.host % this.#hosts.length];
      if (host !== undefined) this.#befall(host, happening);
      return;
    }
    switch (happening.kind) {
      case 'outage':
        this.#outage(happening);
        return;
      case 'Abacos is down':
        this.#abacos.goDown(happening.minutes * MINUTE, happening);
        return;
      case 'Abacos denies all':
        this.#abacos.denyAll(happening.minutes * MINUTE);
        return;
      case 'Abacos goes back':
        this.#goBack(happening);
        return;
      case 'shop goes back':
        this.#shopGoesBack(happening);
        return;
      case 'queue stands still':
        this.#queue.standStill(happening.minutes * MINUTE);
        return;
      case 'sick server':
        this.#server.sick = happening.how;
        this.clock.after(happening.minutes * MINUTE, () => {
          this.#server.sick = undefined;
        });
        return;
      case 'leader':
        this.#lead(happening.who);
        return;
      case 'row deleted':
      case 'payment received':
      case 'number changed':
      case 'lost by Abacos':
        this.#change(happening.kind, this.#shop.rows[happening.order % this.#shop.rows.length]);
    }
  }

  #outage({ of, minutes, hangs }: Extract<Happening, { kind: 'outage' }>): void {
    for (const { faults } of this.#hosts) {
      faults.beginOutage(of, hangs ? 'hung' : 'refused');
      this.clock.after(minutes * MINUTE, () => {
        faults.endOutage(of);
      });
    }
  }

  #shopGoesBack({ againAfter, by }: Extract<Happening, { kind: 'shop goes back' }>): void {
    const now = this.clock.monotonic();
    const lost = this.#shop.goBack(now - by * MINUTE, now);
    this.#say(`shop: orders ${lost.map(({ id }) => id).join(' ')} are lost`);
    for (const row of lost) this.#vanished(row);
    // The shop's queue goes back as well, and sends none of them.
    this.#customers.plan(lost.map(({ plan }) => ({ ...plan, placedAt: againAfter, commitAfter: 0, push: undefined })));
  }

  #goBack({ by, downMinutes, rewindAfter }: Extract<Happening, { kind: 'Abacos goes back' }>): void {
    if (downMinutes > 0) this.#abacos.goDown(downMinutes * MINUTE, { hangs: false });
    for (const number of this.#abacos.goBack(by * MINUTE)) {
      const row = this.#shop.byNumber(number);
      if (row !== undefined) this.#lost.set(row, this.clock.monotonic());
    }
    this.clock.after(rewindAfter * MINUTE, () => {
      this.#operator.mendLoss();
    });
  }

  #befall(host: Host, happening: Extract<Happening, { host: 0 | 1 }>): void {
    switch (happening.kind) {
      case 'strike':
        host.faults.arm(happening.strike, happening);
        return;
      case 'crash':
        host.crash(happening.after, { downMs: happening.downMinutes * MINUTE, power: happening.power });
        return;
      case 'freeze':
        host.life?.freezeAfter(happening.after, happening.minutes * MINUTE);
        return;
      case 'stop':
        host.stop({ graceMs: happening.graceSeconds * SECOND, downMs: happening.downMinutes * MINUTE });
        return;
      case 'reload':
        this.#policies = this.#policies.map((policy, index) =>
          this.#hosts[index] === host
            ? { ...policy, pageSize: happening.pageSize, maxParallelRepairs: happening.parallel }
            : policy,
        );
        host.monitor?.wakeUp();
        return;
      case 'clock step':
        host.stepClock(happening.minutes * MINUTE);
        return;
      case 'retry':
      case 'dismiss':
      case 'rewind':
      case 'cancel rewind':
      case 'run now':
        this.#operator.operate(host, happening);
    }
  }

  #change(kind: 'row deleted' | 'payment received' | 'number changed' | 'lost by Abacos', row: Row | undefined): void {
    if (row === undefined || !this.#shop.isVisible(row)) return;
    switch (kind) {
      case 'row deleted':
        row.deleted = true;
        this.#vanished(row);
        return;
      case 'payment received':
        if (row.state !== 'authorized') this.#payments.receive(row);
        return;
      case 'number changed':
        this.#lost.set(row, this.clock.monotonic());
        this.#customers.number(row, `${row.firstNumber}-${row.numbers.size + 1}`);
        return;
      case 'lost by Abacos':
        this.#lost.set(row, this.clock.monotonic());
        for (const number of row.numbers) this.#abacos.lose(number);
    }
  }

  /** That it is gone is news each time. */
  #vanished({ id }: Row): void {
    for (const { reader } of this.#hosts) reader.mayTellAgain(id);
  }

  #lead(who: 'first' | 'second' | 'both' | 'nobody'): void {
    this.#hosts.forEach((host, index) => {
      if (who === 'nobody') host.stand(UNKNOWN);
      else
        host.stand(
          this.#hosts.length === 1 || who === 'both' || (who === 'first') === (index === 0) ? ACTIVE : STANDBY,
        );
    });
  }

  #calmDown(): void {
    this.#say('nothing goes wrong any more');
    this.#server.sick = undefined;
    this.#abacos.recover();
    this.#queue.recover();
    for (const host of this.#hosts) host.spare();
  }

  async #await(): Promise<void> {
    const objection = await objectionInCalm({
      clock: this.clock,
      hosts: this.#hosts,
      shop: this.#shop,
      abacos: this.#abacos,
      operator: this.#operator,
      maxAttempts: this.#script.maxAttempts,
      recheckMs: RECHECK_MS,
      poison: (number) => this.#poison(number),
      lostAt: (row) => this.#lost.get(row),
      lead: (host) => {
        this.#lead(host === this.#hosts[0] ? 'first' : 'second');
      },
      isOver: () => this.#objection !== undefined,
    });
    if (objection !== undefined) this.#object(objection);
    this.#isOver();
  }

  readonly #object = (what: string): void => {
    this.#say(`MUST NOT BE: ${what}`);
    this.#objection ??= what;
    this.#isOver();
  };

  #say(text: string): void {
    if (!this.#isTraced || text.endsWith(IDLE)) return;
    const at = new Date(this.clock.monotonic()).toISOString().slice(11, 23);
    const day = Math.floor(this.clock.monotonic() / (24 * HOUR));
    this.trace.push(`${day > 0 ? `${day}d ` : ''}${at} ${text}`);
  }
}
