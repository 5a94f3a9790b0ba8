import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { oneLine } from './one-line.ts';

/** The one function of sd-notify's native part that is used: libsystemd's `sd_notify(0, state)`. */
export interface NativeNotify {
  sendState(state: string): void;
}

/**
 * Loads sd-notify's native part, for this Node's ABI: from beside the bundle,
 * or from `build` when the program runs from its sources. sd-notify's own
 * loader finds its folder by the call stack, which does not survive bundling.
 *
 * @throws Error when there is none or it does not load, with what to do
 */
export function loadNativeNotify(): NativeNotify {
  const places = [
    new URL(`node-v${process.versions.modules}/notify.node`, import.meta.url),
    new URL(`../../build/node-v${process.versions.modules}/notify.node`, import.meta.url),
  ].map((place) => fileURLToPath(place));
  const place = places.find((file) => existsSync(file));
  if (place === undefined) throw unusable(`there is no ${places.join(' and no ')}`);
  try {
    return parseNativeNotify(createRequire(import.meta.url)(place));
  } catch (error) {
    throw unusable(oneLine(error instanceof Error ? error.message : String(error), 500), error);
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
