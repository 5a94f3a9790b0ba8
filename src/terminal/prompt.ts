/** Asks the person at the terminal before something is done. */
import { createInterface } from 'node:readline/promises';

import { UsageError } from './errors.ts';

/**
 * Whether the answer is yes.
 *
 * @param otherwise what to call where nobody can be asked
 * @throws UsageError without a terminal
 */
export async function agreed(question: string, otherwise: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(otherwise);
  const dialogue = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await dialogue.question(`${question} (yes/no) `)).trim().toLowerCase() === 'yes';
  } finally {
    dialogue.close();
  }
}
