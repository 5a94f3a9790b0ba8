/** What SIGTERM, SIGINT and SIGHUP do to the running service. */
import type { Signals } from '../monitor/context.ts';

export interface SignalOptions {
  /** How long running commands may take to end once a stop was asked for. */
  readonly stopTimeoutMs: () => number;
  readonly onStop: (signal: string) => void;
  readonly onReload: () => void;
}

export interface Shutdown {
  readonly signals: Signals;
  dispose(): void;
}

/**
 * Turns the process' signals into abort signals: the first SIGTERM or SIGINT
 * stops, a second one or the end of the stop time abandons what still runs.
 * SIGHUP reloads.
 */
export function listenForSignals({ stopTimeoutMs, onStop, onReload }: SignalOptions): Shutdown {
  const stop = new AbortController();
  const abandon = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onEnd = (signal: string): void => {
    if (stop.signal.aborted) {
      abandon.abort();
      return;
    }
    timer = setTimeout(() => {
      abandon.abort();
    }, stopTimeoutMs());
    onStop(signal);
    stop.abort();
  };
  process.on('SIGTERM', onEnd);
  process.on('SIGINT', onEnd);
  process.on('SIGHUP', onReload);
  return {
    signals: { stop: stop.signal, abandon: abandon.signal },
    dispose: () => {
      clearTimeout(timer);
      process.off('SIGTERM', onEnd);
      process.off('SIGINT', onEnd);
      process.off('SIGHUP', onReload);
    },
  };
}
