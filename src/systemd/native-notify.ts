import { loadNativePart } from './native-part.ts';

/** The one function of sd-notify's native part that is used: libsystemd's `sd_notify(0, state)`. */
export interface NativeNotify {
  sendState(state: string): void;
}

/**
 * Loads sd-notify's native part.
 *
 * @throws Error when there is none or it does not load, with what to do
 */
export function loadNativeNotify(): NativeNotify {
  try {
    return parseNativeNotify(loadNativePart('notify'));
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error), error);
  }
}

function unusable(why: string, cause?: unknown): Error {
  return new Error(
    `systemd waits for notifications (NOTIFY_SOCKET is set), but the native part that sends them can not be used by ` +
      `Node ${process.version} (ABI ${process.versions.modules}): ${why}. Install order-monit again, or a Node ` +
      `that it supports; in a source tree run \`npm run build\``,
    { cause },
  );
}

/** @throws TypeError when the loaded module is not sd-notify's native part */
export function parseNativeNotify(loaded: unknown): NativeNotify {
  if (!isNativeNotify(loaded)) throw new TypeError('the loaded module has no sendState function');
  return loaded;
}

function isNativeNotify(loaded: unknown): loaded is NativeNotify {
  return (
    typeof loaded === 'object' && loaded !== null && 'sendState' in loaded && typeof loaded.sendState === 'function'
  );
}
