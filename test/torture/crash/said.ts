/** What the program has said of orders, against what is on record of them. */
import assert from 'node:assert/strict';

export interface OnRecord {
  readonly status: string;
  readonly attempts: number;
}

/** The newest whole line of each order. What a kill has torn stands behind the last newline. */
export function recordsIn(checkpoint: string): ReadonlyMap<number, OnRecord> {
  const lines = checkpoint.split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const [, , , id, status = '', , attempts] = line.split(' ');
      return [Number(id), { status, attempts: Number(attempts) }];
    }),
  );
}

/** What a line of the log says of an order: it must be on record by then, this or more. */
interface Said {
  readonly orderId: number;
  readonly settled: boolean;
  readonly attempts: number;
}

/** Nothing was started, so the attempt is taken back: such as while a command from before a kill still runs. */
const REFUSED: ReadonlySet<unknown> = new Set(['busy', 'too-soon', 'not-started']);

function saidIn(output: string): Said[] {
  /** The attempt that a command has begun of each order. */
  const begun = new Map<number, number>();
  return output.split('\n').flatMap((line) => {
    // A kill may leave half a line.
    if (!line.startsWith('{') || !line.endsWith('}')) return [];
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('event' in entry) || !('orderId' in entry)) return [];
    const { event } = entry;
    const orderId = Number(entry.orderId);
    const settled = event === 'repaired' || ('verdict' in entry && String(entry.verdict).startsWith('SUCCESS'));
    switch (event) {
      case 'verdict':
      case 'repaired':
        return [{ orderId, settled, attempts: 'attempts' in entry ? Number(entry.attempts) : 0 }];
      case 'command-started': {
        const attempt = 'attempt' in entry ? Number(entry.attempt) : 0;
        begun.set(orderId, attempt);
        return [{ orderId, settled, attempts: attempt - 1 }];
      }
      case 'command-ended': {
        const isRefused = 'outcome' in entry && REFUSED.has(entry.outcome);
        return isRefused ? [] : [{ orderId, settled, attempts: begun.get(orderId) ?? 0 }];
      }
      default:
        return [];
    }
  });
}

/** What was said must be on record, for it is said after that: the verdict or a later one, and no fewer attempts. */
export function assertOnRecord(output: string, checkpoint: string): void {
  const records = recordsIn(checkpoint);
  for (const { orderId, settled, attempts } of saidIn(output)) {
    const found = records.get(orderId);
    assert.ok(found !== undefined, `order id ${orderId} was judged, and is not on record`);
    assert.ok(!settled || found.status === 'SUCCESS', `order id ${orderId} was settled, and is on record as failing`);
    assert.ok(found.attempts >= attempts, `order id ${orderId} had ${attempts} attempts, and has ${found.attempts}`);
  }
}
