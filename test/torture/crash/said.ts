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

function saidIn(output: string): Said[] {
  return output.split('\n').flatMap((line) => {
    // A kill may leave half a line.
    if (!line.startsWith('{') || !line.endsWith('}')) return [];
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('event' in entry) || !('orderId' in entry)) return [];
    const { event, orderId } = entry;
    // The attempt of a command is taken back where the server refuses it, such as while one from before a kill still runs.
    const attempts = 'attempts' in entry ? Number(entry.attempts) : 'attempt' in entry ? Number(entry.attempt) - 1 : 0;
    const settled = event === 'repaired' || ('verdict' in entry && String(entry.verdict).startsWith('SUCCESS'));
    return ['verdict', 'repaired', 'command-started'].includes(String(event))
      ? [{ orderId: Number(orderId), settled, attempts }]
      : [];
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
