/** The alerts of a process in the model: the real decisions, on files that outlast the process. */
import type { Alert, Content } from '../../../src/alerts/decide/alert.ts';
import { reconcile } from '../../../src/alerts/decide/cases.ts';
import { decide } from '../../../src/alerts/decide/decide.ts';
import type { Settings } from '../../../src/alerts/decide/decision.ts';
import { newState, parseState, printState, type AlertState } from '../../../src/alerts/decide/state.ts';
import { takeEvent } from '../../../src/alerts/decide/take.ts';
import type { Event } from '../../../src/core/event.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { KnownDowntime } from '../../../src/core/outage.ts';
import type { Life } from './life.ts';
import { HOUR, MINUTE } from './script.ts';

const TICK_MS = MINUTE;
/** As `alerts.ts` has it: what was said is kept at once, anything else within this time. */
const SAVE_EVERY_MS = 5000;

/** What of the alerts a host has on its disk. */
export interface AlertFiles {
  state: AlertState | undefined;
  /** Messages by their ids: those that were sent, and those that wait. */
  readonly spool: Map<string, Content>;
}

export interface ModelAlertsOptions {
  readonly files: AlertFiles;
  readonly life: Life;
  readonly ledger: Ledger;
  readonly maxAttempts: number;
  readonly clock: { now(): number; monotonic(): number; wait(ms: number, signal: AbortSignal): Promise<void> };
  /** Something is to be said; what it says has to be true now. */
  readonly decided: (alert: Alert) => void;
  /** It is in the spool: people will read it. */
  readonly told: (alert: Alert) => void;
}

/** State and spool are written in the order in which `alerts.ts` does it. */
export class ModelAlerts {
  readonly #options: ModelAlertsOptions;
  readonly #settings: Settings;
  readonly #unspooled: Alert[] = [];
  readonly #closed = new AbortController();
  #state: AlertState;
  #saved: AlertState | undefined;
  #savedAt = -Infinity;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ModelAlertsOptions) {
    const { clock, files, ledger, maxAttempts } = options;
    this.#options = options;
    this.#settings = {
      minIntervalMs: 5 * MINUTE,
      remindAfterMs: 24 * HOUR,
      escalateAfterMs: 4 * HOUR,
      escalates: true,
      dailyReportAtMinute: undefined,
      runningCycleMs: 120_000,
      maxAttempts,
    };
    const now = clock.now();
    const begun = files.state === undefined ? newState('alerts', now) : parseState(printState(files.state));
    this.#state = reconcile(begun, ledger.open, { now, maxAttempts });
    void this.#ticking();
  }

  /** What is remembered, for those who compare it with what has happened. */
  get state(): AlertState {
    return this.#state;
  }

  downtimes(): KnownDowntime[] {
    return this.#state.downtimes.flatMap(({ dependency, outage }) =>
      outage?.until !== null
        ? []
        : [{ dependency, since: outage.since, reason: outage.reason, hint: outage.hint ?? undefined }],
    );
  }

  take(event: Event): void {
    this.#state = takeEvent(this.#state, event, this.#options.clock.now());
    if (event.kind === 'cycle') this.#decide();
  }

  async close(): Promise<void> {
    this.#decide();
    this.#write({ now: true });
    await this.#writing;
    this.#closed.abort();
  }

  async #ticking(): Promise<void> {
    const { clock, life } = this.#options;
    for (;;) {
      await life.through(() => clock.wait(TICK_MS, this.#closed.signal));
      if (this.#closed.signal.aborted) return;
      this.#decide();
    }
  }

  #decide(): void {
    const { clock, decided, ledger } = this.#options;
    const now = clock.now();
    const { state, alerts } = decide(this.#state, { now, settings: this.#settings, open: ledger.open });
    this.#state = state;
    for (const alert of alerts) decided(alert);
    this.#unspooled.push(...alerts);
    this.#write({ now: alerts.length > 0 });
  }

  /** The spool first, and then the state that knows of it. */
  #write({ now }: { readonly now: boolean }): void {
    const { clock, files, life } = this.#options;
    const state = this.#state;
    const isDue = now || clock.monotonic() - this.#savedAt >= SAVE_EVERY_MS;
    if (state === this.#saved || !isDue) return;
    this.#saved = state;
    this.#savedAt = clock.monotonic();
    this.#writing = this.#writing.then(async () => {
      while (this.#unspooled.length > 0) {
        await life.through(() => this.#spool(this.#unspooled[0]));
        this.#unspooled.shift();
      }
      await life.through(async () => {
        await Promise.resolve();
        files.state = state;
      });
    });
  }

  async #spool(alert: Alert | undefined): Promise<void> {
    await Promise.resolve();
    if (alert === undefined) return;
    this.#options.files.spool.set(alert.id, alert.content);
    this.#options.told(alert);
  }
}
