/** The messages that docs/faults.md has with their cause and what to do: what a table of causes says has to be among them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const HEADER = /^\| message \| cause \| what to do \|$/m;

/** Of each row the messages, each as its pieces: what stands between them differs. */
export const DOCUMENTED: readonly (readonly string[])[] = readFileSync('docs/faults.md', 'utf8')
  .split('\n\n')
  .filter((table) => HEADER.test(table))
  .flatMap((table) => table.trim().split('\n').slice(2))
  .flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)])
  .map(([, message = '']) => message.split('…').map((piece) => piece.trim()));

/** Fails for a message that no row has. */
export function assertDocumented(message: string): void {
  assert.ok(
    DOCUMENTED.some((pieces) => holdsInTurn(message, pieces)),
    `docs/faults.md has no row for: ${message}`,
  );
}

function holdsInTurn(message: string, pieces: readonly string[]): boolean {
  let at = 0;
  for (const piece of pieces) {
    const found = message.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return pieces.join('').length > 8;
}
