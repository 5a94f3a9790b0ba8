/** Notifications to systemd (sd_notify(3)): ready, status line, watchdog, reload and stop. */
import { oneLine } from '../text/printable.ts';
import { loadNativeNotify, type NativeNotify } from './native-notify.ts';
import { withErpName } from '../text/erp-name.ts';

/** Does nothing where systemd does not listen. */
export interface Notifier {
  /** The service is up, or a reload has ended. */
  ready(): void;
  /** One line for people, shown by `systemctl status`. Line breaks and control characters are folded. */
  status(text: string): void;
  /** The service has begun to stop. */
  stopping(): void;
  /** The service has begun to read its configuration again; {@link ready} ends it. */
  reloading(): void;
  /** A sign of life, due within {@link watchdogMs} of the one before. */
  watchdog(): void;
  /** Asks for this much more time to start, reload or stop, from now. */
  extendTimeout(durationMs: number): void;
  /** Within how many milliseconds systemd wants signs of life; `undefined` when it wants none. */
  readonly watchdogMs: number | undefined;
}

export interface NotifierOptions {
  /** `process.env`; libsystemd reads NOTIFY_SOCKET from there by itself. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly load?: () => NativeNotify;
}

/** systemd reads at most 4096 bytes of a notification; a UTF-16 unit takes up to 3 in UTF-8. */
const MAX_STATUS_LENGTH = 1000;

/**
 * @throws UnusableNode when systemd listens (NOTIFY_SOCKET is set) and the native part can't be loaded
 */
export function createNotifier({ environment, pid, load = loadNativeNotify }: NotifierOptions): Notifier {
  const native = isSet(environment['NOTIFY_SOCKET']) ? load() : undefined;
  // Only `sendState` is used: sd-notify's journalPrint takes its text for a printf format.
  const send = (...assignments: readonly string[]): void => native?.sendState(assignments.join('\n'));
  return {
    ready() {
      send('READY=1');
    },
    status(text) {
      send(`STATUS=${oneLine(withErpName(text), MAX_STATUS_LENGTH)}`);
    },
    stopping() {
      send('STOPPING=1');
    },
    reloading() {
      // systemd compares the time with its own CLOCK_MONOTONIC, which is what hrtime reads.
      send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
    },
    watchdog() {
      send('WATCHDOG=1');
    },
    extendTimeout(durationMs) {
      send(`EXTEND_TIMEOUT_USEC=${Math.ceil(durationMs) * 1000}`);
    },
    watchdogMs: native === undefined ? undefined : watchdogMs(environment, pid),
  };
}

/** The rules of sd_watchdog_enabled(3): a WATCHDOG_PID of another process means that the watchdog is not for us. */
function watchdogMs(environment: NotifierOptions['environment'], pid: number): number | undefined {
  const wantedPid = environment['WATCHDOG_PID'];
  if (isSet(wantedPid) && wantedPid !== String(pid)) return undefined;
  const microseconds = Number(environment['WATCHDOG_USEC']);
  return Number.isSafeInteger(microseconds) && microseconds > 0 ? microseconds / 1000 : undefined;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
