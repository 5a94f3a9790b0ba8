/** Tells people what they need to know, once. */
import { join } from 'node:path';

import type { Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { KnownDowntime } from '../core/outage.ts';
import type { OrderRecord } from '../core/record.ts';
import { messageOf, stackOf } from '../text/error.ts';
import type { Alert } from './decide/alert.ts';
import { reconcile } from './decide/cases.ts';
import type { Clock } from './clock.ts';
import { takeFault, takeGood } from './decide/configuration.ts';
import { decide } from './decide/decide.ts';
import type { Settings } from './decide/decision.ts';
import type { Disk } from './deliver/disk.ts';
import { heldBack } from './decide/held.ts';
import {
  createSenders,
  describeUnsent,
  heldReport,
  messagesFor,
  type AlertReport,
  type Senders,
  type Delivering,
  type Log,
} from './deliver/outbox.ts';
import { Spool } from './deliver/spool.ts';
import { stateFile, type StateFile } from './state-file.ts';
import { newState, type AlertState } from './decide/state.ts';
import { takeEvent } from './decide/take.ts';

export interface AlertSettings extends Settings, Delivering {}

export interface AlertsOptions {
  readonly settings: AlertSettings;
  /** Where the state and the spool are kept; `undefined` in a dry run, which sends nothing and says what it would. */
  readonly directory: string | undefined;
  readonly disk: Disk;
  readonly clock: Clock;
  /** The name of this host. */
  readonly host: string;
  /** Gives an id that no other call gives, of letters and digits. */
  readonly newId: () => string;
  /** The open orders by the checkpoint; `undefined` when there is none to look at. */
  readonly open: (() => ReadonlyMap<OrderId, OrderRecord>) | undefined;
  readonly log: Log;
  /** Told of each alert that went out or was held back. Must not throw. */
  readonly sent?: (report: AlertReport) => void;
}

export interface Alerts {
  /** Takes note of what happened. Returns at once and never throws: sending happens aside. */
  take(event: Event): void;
  /** Decides what time alone brings: reminders, escalation, the daily report. Called by itself as well. */
  tick(): void;
  configurationFault(text: string): void;
  configurationGood(): void;
  /** New settings, from now on. */
  reconfigure(settings: AlertSettings): void;
  /** What was down when the state was last written, for the monitor to go on from. */
  downtimes(): readonly KnownDowntime[];
  /** Resolves once what was decided is on the disk and every message whose time has come has been tried. */
  flush(): Promise<void>;
  /** Writes what is to be kept, and sends what can be sent within the time. The rest stays in the spool. */
  close(deadlineMs: number): Promise<void>;
}

const TICK_MS = 10_000;
/** Counts may be this old on the disk; what was said never is. */
const SAVE_EVERY_MS = 5_000;
const MAX_MESSAGES = 1000;
const MAX_BYTES = 50 * 1024 * 1024;

/** Begins where an earlier process ended. Never throws: what is wrong with the files is logged, and orders go on. */
export async function createAlerts(options: AlertsOptions): Promise<Alerts> {
  const { clock, directory, disk, log, newId, open, settings } = options;
  const warn = (text: string): void => {
    log('warn', text);
  };
  const file = directory === undefined ? undefined : stateFile(join(directory, 'alerts.json'), disk, warn);
  const stored = await file?.load();
  const now = clock.now();
  const begun = stored ?? newState(newId(), now);
  const state = open === undefined ? begun : reconcile(begun, open(), { now, maxAttempts: settings.maxAttempts });
  const spool = directory === undefined ? undefined : await openSpool(join(directory, 'spool'), disk, log);
  return new RunningAlerts({ ...options, state, file, spool });
}

async function openSpool(directory: string, disk: Disk, log: Log): Promise<Spool | undefined> {
  const warn = (text: string): void => {
    log('warn', text);
  };
  try {
    return await Spool.open({ directory, disk, maxMessages: MAX_MESSAGES, maxBytes: MAX_BYTES, warn });
  } catch (error) {
    log('error', `No alert can be sent: the folder ${directory} can not be used (${messageOf(error)})`);
    return undefined;
  }
}

interface Parts extends AlertsOptions {
  readonly state: AlertState;
  readonly file: StateFile | undefined;
  readonly spool: Spool | undefined;
}

class RunningAlerts implements Alerts {
  readonly #parts: Parts;
  readonly #senders: Senders | undefined;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  #settings: AlertSettings;
  #state: AlertState;
  /** Decided, and not in the spool yet. */
  readonly #unspooled: Alert[] = [];
  /** What has been reported as held back. */
  #held: ReadonlySet<string> = new Set();
  #saved: AlertState | undefined;
  #savedAt = -Infinity;
  #writing: Promise<void> = Promise.resolve();
  #diskFails = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#state = parts.state;
    const { clock, host, log, spool } = parts;
    if (spool === undefined) {
      this.#running = this.#ticking();
      return;
    }
    this.#senders = createSenders({
      spool,
      clock,
      host,
      log,
      delivering: () => this.#settings,
      sent: (report) => {
        this.#guarded(() => parts.sent?.(report));
      },
    });
    const { mail, webhook } = this.#senders;
    this.#running = Promise.all([this.#ticking(), mail.run(this.#stop.signal), webhook.run(this.#stop.signal)]);
  }

  take(event: Event): void {
    this.#guarded(() => {
      this.#state = takeEvent(this.#state, event, this.#parts.clock.now());
      if (event.kind === 'cycle') this.#decide();
    });
  }

  tick(): void {
    this.#guarded(() => {
      this.#decide();
    });
  }

  configurationFault(text: string): void {
    this.#guarded(() => {
      this.#state = takeFault(this.#state, text, this.#parts.clock.now());
      this.#decide();
    });
  }

  configurationGood(): void {
    this.#guarded(() => {
      this.#state = takeGood(this.#state);
      this.#decide();
    });
  }

  reconfigure(settings: AlertSettings): void {
    this.#settings = settings;
    this.#senders?.mail.poke({ startAfresh: true });
    this.#senders?.webhook.poke({ startAfresh: true });
  }

  downtimes(): readonly KnownDowntime[] {
    return this.#state.downtimes.flatMap(({ dependency, outage }) =>
      outage?.until !== null
        ? []
        : [{ dependency, since: outage.since, reason: outage.reason, hint: outage.hint ?? undefined }],
    );
  }

  async flush(): Promise<void> {
    await this.#writing;
    await Promise.all([
      this.#senders?.mail.deliverDue(this.#stop.signal),
      this.#senders?.webhook.deliverDue(this.#stop.signal),
    ]);
  }

  async close(deadlineMs: number): Promise<void> {
    const { clock } = this.#parts;
    this.tick();
    this.#write({ now: true });
    const late = new AbortController();
    const deadline = clock.wait(deadlineMs, late.signal).then(() => {
      this.#stop.abort();
    });
    await this.flush();
    this.#stop.abort();
    late.abort();
    await deadline;
    await this.#running;
  }

  async #ticking(): Promise<void> {
    const { clock } = this.#parts;
    for (;;) {
      await clock.wait(TICK_MS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      this.tick();
    }
  }

  #decide(): void {
    const { clock, host, log, open, spool } = this.#parts;
    const { state, alerts } = decide(this.#state, {
      now: clock.now(),
      settings: this.#settings,
      open: open?.() ?? new Map<OrderId, OrderRecord>(),
    });
    this.#state = state;
    this.#reportHeld();
    if (this.#parts.directory === undefined) {
      for (const alert of alerts) log('info', describeUnsent(alert, this.#settings, host));
      return;
    }
    if (spool !== undefined) this.#unspooled.push(...alerts);
    this.#write({ now: alerts.length > 0 });
  }

  #reportHeld(): void {
    const { clock, sent } = this.#parts;
    if (sent === undefined) return;
    const now = clock.now();
    const { contents, known } = heldBack(this.#state, { now, settings: this.#settings, known: this.#held });
    this.#held = known;
    for (const content of contents) sent(heldReport(content, this.#settings, now));
  }

  /** Spools first and saves the state afterwards: a crash in between decides the same alerts again, under the same ids. */
  #write({ now }: { readonly now: boolean }): void {
    const { clock, file } = this.#parts;
    const state = this.#state;
    const isDue = now || this.#unspooled.length > 0 || clock.monotonic() - this.#savedAt >= SAVE_EVERY_MS;
    if (file === undefined || state === this.#saved || !isDue) return;
    this.#saved = state;
    this.#savedAt = clock.monotonic();
    this.#writing = this.#writing.then(async () => this.#spoolAndSave(file, state));
  }

  async #spoolAndSave(file: StateFile, state: AlertState): Promise<void> {
    try {
      await this.#spoolAll();
      await file.save(state);
      this.#diskFails = false;
    } catch (error) {
      // What was not written is tried again with the next tick.
      this.#saved = undefined;
      if (!this.#diskFails) this.#parts.log('error', `Alerts can not be kept on the disk: ${messageOf(error)}`);
      this.#diskFails = true;
    }
  }

  async #spoolAll(): Promise<void> {
    const { host, spool } = this.#parts;
    for (let alert = this.#unspooled[0]; alert !== undefined; alert = this.#unspooled[0]) {
      for (const message of messagesFor(alert, this.#settings, host)) await spool?.put(message);
      this.#unspooled.shift();
      this.#senders?.mail.poke();
      this.#senders?.webhook.poke();
    }
  }

  /** Whatever goes wrong in telling people must not reach the orders. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#parts.log('error', `An alert could not be decided: ${stackOf(error)}`);
    }
  }
}
