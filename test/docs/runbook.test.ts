/** docs/runbook.md: whatever tells of a fault is in it, in the program's own words. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { CommandOutcome } from '../../src/core/command.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import { DEPENDENCIES, Outage } from '../../src/core/outage.ts';
import { FAILURE_REASONS, failed, SUCCESS } from '../../src/core/verdict.ts';
import { sentenceFor } from '../../src/words/events.ts';
import { missing, nameOf, recordOf, rowGone } from '../history/fixtures.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RUNBOOK = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
const ROWS = RUNBOOK.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(' | '));
const MAX_ATTEMPTS = 4;

/** The lines that a row is about: what stands for anything is an ellipsis. */
function linesOf(event: string): readonly RegExp[] {
  const cells = ROWS.filter(([, second]) => second === `\`${event}\``).map(([first = '']) => first);
  return cells.flatMap((cell) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, line = '']) => {
      const literal = line.split(/ *… */).map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
      return new RegExp(literal.join('.*'));
    }),
  );
}

const ENDS: Readonly<Record<CommandOutcome['kind'], CommandOutcome>> = {
  exited: { kind: 'exited', status: 1, durationMs: 5, output: ['rake aborted!', 'no payment'] },
  killed: { kind: 'killed', why: 'it took too long', durationMs: 5, output: [] },
  busy: { kind: 'busy', durationMs: 5, output: [] },
  'too-soon': { kind: 'too-soon', durationMs: 5, output: [] },
  'not-started': { kind: 'not-started', why: 'no such folder', durationMs: 5, output: [] },
  lost: { kind: 'lost', why: 'the connection was lost', durationMs: 5, output: [] },
};
const REWIND = {
  from: orderId(1),
  next: orderId(2),
  through: orderId(3),
  asked: 1,
  failing: 0,
  by: 'ana',
  startedAt: '2026-11-23T12:00:00Z',
};
const CYCLE: Extract<Event, { kind: 'cycle' }> = {
  kind: 'cycle',
  report: {
    durationMs: 100,
    judged: { fresh: 1, due: 0, late: 0 },
    settled: 0,
    failing: 1,
    commands: 0,
    repaired: 0,
    workLeft: false,
    interrupted: true,
    whole: false,
    openOrders: 5,
  },
};

/** Events of every kind, in each form that it may tell of a fault by. */
const EVENTS: { readonly [Kind in Event['kind']]: readonly Extract<Event, { kind: Kind }>[] } = {
  verdict: FAILURE_REASONS.map((reason) => ({ ...missing(7), record: recordOf(7, failed(reason)) })),
  'given-up': [{ kind: 'given-up', ...nameOf(7), record: recordOf(7), why: 'its attempts are used up' }],
  'command-started': [{ kind: 'command-started', ...nameOf(7), task: 'insert_order', attempt: 1 }],
  'command-ended': Object.values(ENDS).map((outcome) => ({
    kind: 'command-ended',
    ...nameOf(7),
    task: 'insert_order',
    outcome,
  })),
  repaired: [{ kind: 'repaired', ...nameOf(7), record: recordOf(7, SUCCESS), openMs: 60_000 }],
  'not-repaired': [
    {
      kind: 'not-repaired',
      ...nameOf(7),
      record: recordOf(7),
      task: 'insert_order',
      attempt: 1,
      found: failed('NOT_FOUND'),
    },
  ],
  'row-gone': [rowGone(7, '1226007')],
  'row-found': [{ kind: 'row-found', ...nameOf(7), record: recordOf(7), again: true }],
  retry: [{ kind: 'retry', ...nameOf(7), record: recordOf(7), by: 'ana' }],
  dismissed: [{ kind: 'dismissed', ...nameOf(7), record: recordOf(7), by: 'ana', why: 'cancelled' }],
  'retry-many': [{ kind: 'retry-many', count: 3, by: 'ana' }],
  rewind: [{ kind: 'rewind', step: 'begun', rewind: REWIND, by: 'ana' }],
  'went-back': [{ kind: 'went-back', head: orderId(9), newest: orderId(5), from: orderId(8) }],
  undated: [{ kind: 'undated', count: 3 }],
  'strange-ids': [{ kind: 'strange-ids', ids: ['-1', '99999999999999999999'] }],
  'repairs-wait': [{ kind: 'repairs-wait', wait: { orders: 3, until: 0, why: 'settling' } }],
  'lag-learned': [{ kind: 'lag-learned', ...nameOf(7), task: 'insert_order', lagMs: 60_000 }],
  standing: [
    {
      kind: 'standing',
      standing: { kind: 'unknown', outage: new Outage({ dependency: 'shop', reason: 'the database is away' }) },
    },
  ],
  'run-now': [{ kind: 'run-now', by: 'ana' }],
  down: DEPENDENCIES.map((dependency) => ({ kind: 'down', dependency, reason: 'refused', hint: undefined })),
  up: [{ kind: 'up', dependency: 'abacos', downMs: 4000 }],
  cycle: [CYCLE],
  backlog: [{ kind: 'backlog', ordersLeft: 5, ordersPerMinute: 1, timeLeftMs: 1 }],
};

describe('every event that tells of a fault is in the runbook, with the words of its line', () => {
  for (const [kind, events] of Object.entries(EVENTS)) {
    const told = events
      .map((event) => sentenceFor(event, MAX_ATTEMPTS))
      .filter(({ level }) => level === 'warn' || level === 'error');
    if (told.length === 0) continue;
    test(kind, () => {
      const lines = linesOf(kind);
      for (const { text } of told)
        assert.ok(
          lines.some((line) => line.test(text)),
          `nothing is there for: ${text}`,
        );
      for (const line of lines)
        assert.ok(
          told.some(({ text }) => line.test(text)),
          `nothing says: ${String(line)}`,
        );
    });
  }
});

test('so is everything else that the service logs as what is worth a look', () => {
  const routine = new Set(['started', 'stopping', 'stopped']);
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const events = sources.flatMap((name) =>
    Array.from(
      readFileSync(join(ROOT, 'src', name), 'utf8').matchAll(/\{\s*event: '([a-z-]+)'/g),
      ([, event = '']) => event,
    ),
  );
  assert.ok(events.includes('fatal'));
  const named = new Set(ROWS.map(([, second]) => second));
  assert.deepEqual(
    [...new Set(events)].filter((event) => !routine.has(event) && !named.has(`\`${event}\``)),
    [],
  );
});

test('every kind of mail is in the runbook', () => {
  const source = readFileSync(join(ROOT, 'docs/alerts.md'), 'utf8');
  const kinds: readonly string[] = /`kind` is (.*?);/.exec(source)?.[1]?.match(/[a-z]+(?=`)/g) ?? [];
  assert.ok(kinds.includes('down'));
  for (const kind of kinds) assert.ok(RUNBOOK.includes(`\n| \`${kind}\` | \``), kind);
});

test('every line of status is in the runbook, but those that never tell of anything', () => {
  const plain = new Set(['order-monit', 'head', 'last cycle']);
  const source = readFileSync(join(ROOT, 'src/commands/status.ts'), 'utf8');
  const names = Array.from(source.matchAll(/\bline\(\s*'([a-z -]+)'/g), ([, name = '']) => name);
  assert.ok(names.includes('checking'));
  const table = RUNBOOK.split('\n## What status says\n')[1] ?? '';
  for (const name of names.filter((each) => !plain.has(each))) assert.ok(table.includes(`\`${name}\``), name);
});
