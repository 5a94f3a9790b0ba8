/** Tells apart that no service runs, where a command has another way, from a service that gives no answer. */
import { ControlError } from '../control/control-error.ts';

/**
 * Asks a running service for something.
 *
 * @returns undefined when none runs
 * @throws ControlError when one runs and gives no answer
 */
export async function ifRunning(call: () => Promise<unknown>): Promise<{ readonly value: unknown } | undefined> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof ControlError && error.failure.kind === 'not-running') return undefined;
    throw error;
  }
}
