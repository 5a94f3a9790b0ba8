/** Puts a trial's world together and plays the script in it. */
import { SUCCESS } from '../../../src/core/verdict.ts';
import { orderId } from '../../../src/core/order.ts';
import { Outage } from '../../../src/core/outage.ts';
import type { Policy } from '../../../src/core/policy.ts';
import { stampOf } from '../../../src/core/stamp.ts';
import type { Standing } from '../../../src/core/standing.ts';
import { createCheckpoint } from '../../../src/checkpoint/index.ts';
import type { Equipment } from '../../../src/monitor/context.ts';
import { SimulatedDisk } from '../../checkpoint/disk.ts';
import { POLICY, VirtualClock } from '../../monitor/world.ts';
import { Abacos } from './abacos.ts';
import type { Colleague } from './colleague.ts';
import { CHECKPOINT, Host } from './host.ts';
import { StandInServer } from './integration-server.ts';
import { faultsOf } from './outcome.ts';
import {
  HOUR,
  LATE_WINDOW_MS,
  MINUTE,
  REPAIR_WAIT_MS,
  SECOND,
  TROUBLE_MS,
  type Happening,
  type OrderPlan,
  type Script,
} from './script.ts';
import { Shop, type Row } from './shop.ts';

const SETTLE_MS = 10 * MINUTE;
const FIRST_ID = 100;
/** Whatever was committed last is seen, and whoever was down is up. */
const CALM_FROM_MS = TROUBLE_MS + 1.5 * HOUR;
/** Within this time every order has to be settled or given up: an order without a number takes longest. */
const CALM_MS = 8 * HOUR;
/** How often it is looked whether that is so. */
const LOOK_MS = 30 * MINUTE;

/** Nothing to read. */
const IDLE = ': 0 new orders checked, 0 of them in Abacos';

const ACTIVE: Standing = { kind: 'active' };
const STANDBY: Standing = { kind: 'standby', leader: 'the other one' };
const UNKNOWN: Standing = {
  kind: 'unknown',
  outage: new Outage({ dependency: 'shop', reason: 'nobody can tell who works' }),
};

export class World {
  readonly clock = new VirtualClock();
  readonly trace: string[] = [];
  readonly #script: Script;
  readonly #isTraced: boolean;
  readonly #shop: Shop;
  readonly #abacos: Abacos;
  readonly #server: StandInServer;
  readonly #hosts: Host[] = [];
  readonly #rows: Row[] = [];
  readonly #lost = new Set<Row>();
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
      recheckGivenUpMs: 30 * MINUTE,
      repairWaitMs: REPAIR_WAIT_MS,
    };
    this.#policies = [policy, policy];
    this.#shop = new Shop({ settleMs: SETTLE_MS, now: () => clock.now() });
    this.#abacos = new Abacos({
      now: () => clock.monotonic(),
      maxNumbersPerCall,
      isRefused: (number) => this.#isRefused(number),
      twice: (number) => {
        this.#object(`order ${number} is inserted twice`);
      },
    });
    this.#server = new StandInServer({
      clock,
      shop: this.#shop,
      abacos: this.#abacos,
      say: (text) => {
        this.#say(`integration server: ${text}`);
      },
    });
  }

  /** Plays the script to its end, or to the first objection, which it gives. */
  async play(): Promise<string | undefined> {
    const { clock } = this;
    const over = new Promise<void>((resolve) => (this.#isOver = resolve));
    for (const name of ['first', 'second'].slice(0, this.#script.hosts)) this.#hosts.push(await this.#host(name));
    this.#lead('first');
    for (const host of this.#hosts) host.start();
    this.#planOrders();
    for (const happening of this.#script.happenings) {
      clock.after(happening.at * MINUTE, () => {
        this.#happen(happening);
      });
    }
    clock.after(CALM_FROM_MS, () => {
      this.#calmDown();
      void this.#await([...this.#hosts]);
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
      equipment: (colleague) => this.#equipment(index, colleague),
      object: (what) => {
        this.#object(what);
      },
      say: (text) => {
        this.#say(text);
      },
    });
  }

  #equipment(index: number, colleague: Colleague): Equipment {
    const policy = this.#policies[index];
    if (policy === undefined) throw new Error(`There is no host ${index}`);
    return {
      orders: this.#shop.seenBy(colleague),
      erp: this.#abacos.askedBy(colleague),
      server: this.#server.reachedBy(colleague),
      policy,
    };
  }

  #planOrders(): void {
    const { idStep, orders, tracksPayment } = this.#script;
    const inOrder = [...orders].sort((a, b) => a.placedAt - b.placedAt);
    inOrder.forEach((plan, index) => {
      const { ageOff, commitAfter, paymentAcknowledged, placedAt } = plan;
      const payment = !tracksPayment ? 'untracked' : paymentAcknowledged ? 'acknowledged' : 'none';
      const createdAt = this.clock.now() + (placedAt + ageOff) * MINUTE;
      const row = this.#shop.insert(FIRST_ID + (index + 1) * idStep, plan, { createdAt, payment });
      this.#rows.push(row);
      this.clock.after((placedAt + commitAfter) * MINUTE, () => {
        this.#commit(row, plan);
      });
    });
  }

  #commit(row: Row, { number }: OrderPlan): void {
    this.#say(`shop: order ${row.id} is seen, its number: ${number}`);
    row.committed = true;
    if (number === 'bad') row.number = `no number ${row.id}`;
    else if (number === 'at once') this.#number(row, String(1_000_000 + row.id));
    else if (number !== 'never') {
      this.clock.after(number * MINUTE, () => {
        if (row.number === null) this.#number(row, String(1_000_000 + row.id));
      });
    }
  }

  #number(row: Row, number: string): void {
    row.number = number;
    row.numbers.add(number);
    const { inAbacos } = row.plan;
    if (inAbacos !== undefined) this.#abacos.push(number, inAbacos);
  }

  /** Three refused numbers alone are an outage of Abacos to the adapter: no more than two are refused for ever. */
  #isRefused(number: string): boolean {
    const row = this.#shop.byNumber(number);
    if (row === undefined) return false;
    const { refusedUntil } = row.plan;
    const forEver = this.#rows.filter(({ plan }) => plan.refusedUntil === Infinity).slice(0, 2);
    const until = refusedUntil === Infinity && !forEver.includes(row) ? 0 : refusedUntil;
    return this.clock.monotonic() < until * MINUTE;
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
        this.#change(happening.kind, this.#rows[happening.order % this.#rows.length]);
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
      case 'rewind':
      case 'cancel rewind':
      case 'run now':
        this.#operate(host, happening);
    }
  }

  /** An operator's command, which a monitor that stands by refuses. */
  #operate(
    host: Host,
    happening: Extract<Happening, { kind: 'retry' | 'rewind' | 'cancel rewind' | 'run now' }>,
  ): void {
    const { monitor } = host;
    if (monitor === undefined || host.standing?.kind !== 'active') return;
    const row = (order: number): Row | undefined => this.#rows[order % this.#rows.length];
    const failed = (error: unknown): void => {
      this.#say(`an operator's command failed: ${String(error)}`);
    };
    switch (happening.kind) {
      case 'retry': {
        const ids = happening.orders.flatMap((order) => row(order)?.id ?? []);
        for (const id of ids) host.reader.mayTellAgain(id);
        monitor.retry(ids, 'ana').catch(failed);
        return;
      }
      case 'rewind': {
        const from = row(happening.order)?.id;
        if (from !== undefined) monitor.beginRewind({ from, rate: happening.rate, by: 'ana' }).catch(failed);
        return;
      }
      case 'cancel rewind':
        monitor.cancelRewind('ana').catch(failed);
        return;
      case 'run now':
        monitor.runNow('ana');
    }
  }

  #change(kind: 'row deleted' | 'payment received' | 'number changed' | 'lost by Abacos', row: Row | undefined): void {
    if (row?.committed !== true || row.deleted) return;
    switch (kind) {
      case 'row deleted':
        row.deleted = true;
        return;
      case 'payment received':
        row.state = 'authorized';
        return;
      case 'number changed':
        this.#lost.add(row);
        this.#number(row, `${1_000_000 + row.id}-${row.numbers.size + 1}`);
        return;
      case 'lost by Abacos':
        this.#lost.add(row);
        for (const number of row.numbers) this.#abacos.lose(number);
    }
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
    for (const host of this.#hosts) host.spare();
  }

  /** One host after another has to bring all orders to their end, once nothing goes wrong any more. */
  async #await(hosts: Host[]): Promise<void> {
    const never = new AbortController().signal;
    for (const host of hosts) {
      this.#lead(host === this.#hosts[0] ? 'first' : 'second');
      const until = this.clock.monotonic() + CALM_MS;
      let fault: string | undefined;
      do {
        await this.clock.wait(LOOK_MS, never);
        fault = this.#faultOf(host);
      } while (fault !== undefined && this.clock.monotonic() < until && this.#objection === undefined);
      if (fault !== undefined)
        this.#object(`after hours without a fault, with the ${host.name} host at work, ${fault}`);
    }
    this.#isOver();
  }

  #faultOf(host: Host): string | undefined {
    const [fault] = faultsOf({
      host,
      shop: this.#shop,
      abacos: this.#abacos,
      maxAttempts: this.#script.maxAttempts,
      isRefused: (number) => this.#isRefused(number),
      wasLost: (row) => this.#lost.has(row),
    });
    return fault;
  }

  #object(what: string): void {
    this.#say(`MUST NOT BE: ${what}`);
    this.#objection ??= what;
    this.#isOver();
  }

  #say(text: string): void {
    if (!this.#isTraced || text.endsWith(IDLE)) return;
    const at = new Date(this.clock.monotonic()).toISOString().slice(11, 23);
    const day = Math.floor(this.clock.monotonic() / (24 * HOUR));
    this.trace.push(`${day > 0 ? `${day}d ` : ''}${at} ${text}`);
  }
}
