/** A host of the model: disk and clock outlast the process, and the service is started again whenever it ends. */
import {
  openCheckpoint,
  readCheckpoint,
  RepairFile,
  RewindFile,
  type CheckpointLog,
} from '../../../src/checkpoint/index.ts';
import type { CommandOutcome } from '../../../src/core/command.ts';
import type { Event } from '../../../src/core/event.ts';
import { Outage } from '../../../src/core/outage.ts';
import type { OrderRecord } from '../../../src/core/record.ts';
import type { Role } from '../../../src/core/role.ts';
import type { Files, OpenFile } from '../../../src/files/files.ts';
import type { Adapters } from '../../../src/monitor/context.ts';
import { Monitor } from '../../../src/monitor/monitor.ts';
import type { Checkpoint, Clock, Election } from '../../../src/monitor/ports.ts';
import { errorCode } from '../../../src/text/error.ts';
import { sentenceFor } from '../../../src/words/events.ts';
import { systemError, type SimulatedDisk } from '../../checkpoint/disk.ts';
import { UNWATCHED, type VirtualClock } from '../../monitor/harness.ts';
import type { Caller } from './caller.ts';
import { Faults } from './faults.ts';
import { Life } from './life.ts';
import { ModelAlerts, type AlertFiles } from './alerts.ts';
import { Reader } from './reader.ts';
import type { Truth } from './repair-witness.ts';
import { HOUR, LATE_WINDOW_MS, SECOND } from './script.ts';
import { Witness } from './witness.ts';

export const CHECKPOINT = '/state/checkpoint';
const REWIND = '/state/rewind.json';
const REPAIRS = '/state/repairs.json';
const KEEP_SETTLED_MS = HOUR;
const RESTART_MS = 5 * SECOND;
/** What a disk takes of the write that finds it full. */
const LAST_BYTES = 17;

const INJECTED: ReadonlySet<string | undefined> = new Set(['EIO', 'ENOSPC', 'EROFS']);

export interface HostOptions {
  readonly name: string;
  readonly clock: VirtualClock;
  readonly maxAttempts: number;
  readonly start: OrderRecord;
  readonly truth: Truth;
  readonly isPermanent: (outcome: CommandOutcome) => boolean;
  readonly disk: SimulatedDisk;
  /** The service's connections and settings, for a process that asks. */
  readonly adapters: (caller: Caller) => Adapters;
  readonly object: (what: string) => void;
  readonly say: (text: string) => void;
}

/** What runs on a host while it runs. */
interface Running {
  readonly life: Life;
  monitor?: Monitor;
  alerts?: ModelAlerts;
  report?: (event: Event) => void;
}

/** Runs the real monitor on the model's shop, Abacos, server and disk. */
export class Host {
  readonly faults = new Faults();
  readonly witness: Witness;
  readonly reader: Reader;
  readonly alertFiles: AlertFiles = { state: undefined, spool: new Map() };
  role: Role | undefined;
  readonly #options: HostOptions;
  readonly #clock: Clock;
  #disk: SimulatedDisk;
  #wallOffsetMs = 0;
  #running: Running | undefined;
  /** When the next process begins, if another time than after the usual pause was said. */
  #downMs: number | undefined;
  /** What is drawn of the disk when the process dies of a power loss. */
  #power: readonly number[] | undefined;
  #over = false;

  constructor(options: HostOptions) {
    const { clock, isPermanent, maxAttempts, name, object, start, truth } = options;
    this.#options = options;
    this.#disk = options.disk;
    this.#clock = {
      now: () => clock.now() + this.#wallOffsetMs,
      monotonic: () => clock.monotonic(),
      wait: (ms, signal) => clock.wait(ms, signal),
    };
    this.witness = new Witness({ host: name, maxAttempts, start, truth, isPermanent, object });
    this.reader = new Reader({ host: name, maxAttempts, durable: this.witness.durable, object });
  }

  get name(): string {
    return this.#options.name;
  }

  get monitor(): Monitor | undefined {
    return this.#running?.monitor;
  }

  get alerts(): ModelAlerts | undefined {
    return this.#running?.alerts;
  }

  get life(): Life | undefined {
    return this.#running?.life;
  }

  /** The service is started, as systemd does it: again whenever it ends. */
  start(): void {
    if (this.#over || this.#running !== undefined) return;
    this.#say('starts');
    const life = new Life({
      clock: this.#options.clock,
      died: () => {
        this.#ended();
      },
    });
    const running: Running = { life };
    this.#running = running;
    this.#serve(running).then(
      () => {
        this.#say('has stopped');
        this.#ended();
      },
      (error: unknown) => {
        this.#say(`ends: ${String(error)}`);
        if (!isInjected(error)) this.#options.object(`${this.#options.name} ends: ${stackOf(error)}`);
        this.#ended();
      },
    );
  }

  stepClock(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  stand(role: Role): void {
    this.role = role;
    if (role.kind !== 'active') this.witness.called('shop', role.kind === 'unknown' ? 'failed' : 'worked');
    this.#running?.report?.({ kind: 'standing', standing: role });
    this.monitor?.wakeUp();
  }

  crash(after: number, { downMs, power }: { downMs: number; power: readonly number[] | undefined }): void {
    const life = this.life;
    if (life === undefined) return;
    life.dieAfter(after);
    this.#downMs = downMs;
    this.#power = power;
  }

  stop({ graceMs, downMs }: { graceMs: number; downMs: number }): void {
    const life = this.life;
    if (life === undefined) return;
    this.#say('is told to stop');
    this.#downMs = downMs;
    life.stop.abort();
    this.#options.clock.after(graceMs, () => {
      life.abandon.abort();
    });
  }

  /** Nothing that was to befall it does so any more. */
  spare(): void {
    this.faults.clear();
    this.life?.spare();
    this.#power = undefined;
  }

  /** The trial is over. */
  end(): void {
    this.#over = true;
    this.life?.end();
  }

  #ended(): void {
    const running = this.#running;
    if (running === undefined) return;
    running.life.end();
    this.#running = undefined;
    const power = this.#power;
    this.#power = undefined;
    if (power !== undefined) {
      this.#say('has lost its power');
      let next = 0;
      this.#disk = this.#disk.afterPowerLoss((below) => (power[next++ % power.length] ?? 0) % below);
    }
    const downMs = this.#downMs ?? RESTART_MS;
    this.#downMs = undefined;
    this.#options.clock.after(downMs, () => {
      this.start();
    });
  }

  async #serve(running: Running): Promise<void> {
    const { life } = running;
    const { name, maxAttempts } = this.#options;
    const files = this.#filesOf(life);
    const say = (text: string): void => {
      this.#say(text);
    };
    const log = await openCheckpoint({
      path: CHECKPOINT,
      files,
      clock: this.#clock,
      keepSettledMs: KEEP_SETTLED_MS,
      lateWindowMs: LATE_WINDOW_MS,
      report: say,
    });
    try {
      await this.#compare(log);
      const rewinds = await RewindFile.open({ path: REWIND, files, clock: this.#clock, report: say });
      const repairs = await RepairFile.open({ path: REPAIRS, files, clock: this.#clock, report: say });
      const alerts = this.#open(running, log);
      const report = (event: Event): void => {
        if (life.isDead) return;
        say(sentenceFor(event, maxAttempts).text);
        // The election asks the shop's database every second, and its answers count, whatever became of the last query.
        const isHeard = this.role?.kind === 'standby' && event.kind === 'up' && event.dependency === 'shop';
        if (!isHeard && this.role?.kind !== 'unknown') this.witness.reported(event);
        this.witness.repairs.reported(event);
        this.reader.reported(event);
        alerts.take(event);
      };
      const monitor = new Monitor({
        checkpoint: this.#witnessed(log),
        clock: { ...this.#clock, wait: (ms, signal) => life.through(() => this.#clock.wait(ms, signal)) },
        election: this.#election(),
        progress: UNWATCHED,
        rewinds,
        repairs,
        downtimes: alerts.downtimes(),
        report,
      });
      running.monitor = monitor;
      running.report = report;
      if (this.role !== undefined) report({ kind: 'standing', standing: this.role });
      const caller: Caller = {
        life,
        faults: this.faults,
        witness: this.witness,
        pause: (ms, signal) => this.#clock.wait(ms, signal),
        note: (dependency, what) => {
          this.witness.called(dependency, what);
        },
      };
      await monitor.run(() => this.#options.adapters(caller), {
        stop: life.stop.signal,
        abandon: life.abandon.signal,
      });
      say(`${name} closes its files`);
      await alerts.close();
      await log.close().catch(() => log.abandon());
    } catch (error) {
      await log.abandon();
      throw error;
    }
  }

  /** What the disk shows to a new process, against all that an earlier one relied on. */
  async #compare(log: CheckpointLog): Promise<void> {
    const found: OrderRecord[] = [];
    await readCheckpoint({
      path: CHECKPOINT,
      files: this.#disk,
      onRecords: (records) => {
        found.push(...records.map(({ record }) => record));
      },
    });
    this.witness.opened(log.ledger, found);
  }

  #open(running: Running, { ledger }: CheckpointLog): ModelAlerts {
    const alerts = new ModelAlerts({
      files: this.alertFiles,
      life: running.life,
      ledger,
      maxAttempts: this.#options.maxAttempts,
      clock: this.#clock,
      decided: (alert) => {
        this.reader.decided(alert, (dependency) => running.monitor?.dependency(dependency).kind === 'down');
      },
      told: (alert) => {
        const { content } = alert;
        const names = 'orders' in content ? content.orders.map(({ orderId }) => orderId).join(' ') : '';
        this.#say(`tells people: ${content.kind} ${names}`);
        this.reader.told(alert);
      },
    });
    running.alerts = alerts;
    return alerts;
  }

  #witnessed(log: CheckpointLog): Checkpoint {
    return {
      ledger: log.ledger,
      record: async (entries) => {
        this.witness.recording(entries);
        await log.record(entries);
        this.witness.recorded(entries, log.ledger);
      },
      compactIfWorthwhile: (neededFromMs) => log.compactIfWorthwhile(neededFromMs),
    };
  }

  #election(): Election {
    const role = (): Role | undefined => this.role;
    return {
      leads: () => role()?.kind === 'active',
      get role() {
        return role();
      },
    };
  }

  /** The disk as a process reaches it. */
  #filesOf(life: Life): Files {
    const disk = this.#disk;
    const changing = <T>(what: string, change: () => Promise<T>, atMost?: () => Promise<unknown>): Promise<T> =>
      life.through(async () => {
        const fault = this.faults.ofDisk();
        if (fault === undefined) return change();
        this.#say(`its disk says ${fault} to ${what}`);
        if (fault === 'ENOSPC') await atMost?.();
        throw systemError(fault);
      });
    disk.withinWrite = () => changing('a sync', () => Promise.resolve());
    const opened = (file: OpenFile): OpenFile => ({
      facts: () => life.through(() => file.facts()),
      read: (into, position) => file.read(into, position),
      append: (bytes) =>
        changing(
          'a write',
          () => file.append(bytes),
          () => file.append(bytes.subarray(0, LAST_BYTES)),
        ),
      truncate: (size) => changing('truncate', () => file.truncate(size)),
      sync: () => changing('a sync', () => file.sync()),
      setMode: (mode) => file.setMode(mode),
      setOwner: (uid, gid) => file.setOwner(uid, gid),
      close: () => file.close(),
    });
    return {
      open: (path, purpose) => changing(`open ${path}`, async () => opened(await disk.open(path, purpose))),
      facts: (path) => life.through(() => disk.facts(path)),
      rename: (from, to) => changing('rename', () => disk.rename(from, to)),
      link: (from, to) => changing('link', () => disk.link(from, to)),
      remove: (path) => changing('remove', () => disk.remove(path)),
      syncDirectory: (path) => changing('a sync of the folder', () => disk.syncDirectory(path)),
    };
  }

  #say(text: string): void {
    this.#options.say(`${this.#options.name}: ${text}`);
  }
}

/** Whether an error goes back to what the script wants. */
function isInjected(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (INJECTED.has(errorCode(cause)) || cause instanceof Outage) return true;
  }
  return false;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
