/** The native part that speaks to systemd, and what is said where this Node can't use it. */
import { messageOf } from '../text/error.ts';
import { loadNativePart } from './native-part.ts';

/** The one function of sd-notify's native part that is used: libsystemd's `sd_notify(0, state)`. */
export interface NativeNotify {
  sendState(state: string): void;
}

/** The versions of Node that the native parts were built for; a source tree has those of the Node that built it. */
const SUPPORTED = process.env['ORDER_MONIT_NODES'];

/** Thrown where systemd listens, and this Node can't use the native part that speaks to it. */
export class UnusableNode extends Error {
  override readonly name = 'UnusableNode';

  constructor(cause: unknown) {
    const mend =
      SUPPORTED === undefined
        ? 'Run: npm run build'
        : `There are native parts for Node ${SUPPORTED}: install one of these, or order-monit again if it is one`;
    super(
      `Node ${process.version} (ABI ${process.versions.modules}) can not use the native part of order-monit ` +
        `that speaks to systemd: ${messageOf(cause)}. ${mend}`,
      { cause },
    );
  }
}

/**
 * Loads sd-notify's native part.
 *
 * @throws UnusableNode when there is none or it does not load
 */
export function loadNativeNotify(): NativeNotify {
  try {
    return parseNativeNotify(loadNativePart('notify'));
  } catch (error) {
    throw new UnusableNode(error);
  }
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
