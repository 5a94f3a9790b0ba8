/** What `order-monit order` says comes next, as far as other orders' fate decides it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseStatus, type Status } from '../../src/control/status.ts';
import { orderId, type OrderAge } from '../../src/core/order.ts';
import type { RepairMemory } from '../../src/core/repair-memory.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { AWAITING_PAYMENT, failed, SUCCESS, type FailureReason } from '../../src/core/verdict.ts';
import type { HistoryEntry } from '../../src/history/index.ts';
import { whatIsNext, type Situation } from '../../src/lookup/order-next.ts';
import { localTime } from '../../src/words/moment.ts';
import { commandRan, recordOf } from '../alerts/events.ts';

const NOW = Date.parse('2026-11-23T13:30:00Z');
const MINUTE = 60_000;
const ID = orderId(7);
const CONFIG: Situation['config'] = {
  keepSettledMs: 90 * 86_400_000,
  maxAttempts: 4,
  recheckGivenUpMs: 60 * MINUTE,
  repairWaitMs: 2 * MINUTE,
  runningCycleMs: 2 * MINUTE,
  settleTimeMs: 30 * MINUTE,
};
const UP = { state: 'up' };

function statusWith(changes: object): Status {
  return parseStatus({
    version: '1',
    pid: 1,
    startedAt: new Date(NOW).toISOString(),
    dryRun: false,
    head: 9,
    failing: 1,
    givenUp: 0,
    dependencies: { shop: UP, abacos: UP, 'integration-server': UP, repairs: UP },
    ...changes,
  });
}

function next({
  attempts = 1,
  entries = [],
  memory,
  number = '1007',
  reason = 'NOT_FOUND',
  status = {},
}: {
  attempts?: number;
  number?: string;
  reason?: FailureReason;
  entries?: readonly HistoryEntry[];
  memory?: RepairMemory;
  status?: object;
} = {}): string {
  const situation: Situation = {
    id: ID,
    number,
    shop: { kind: 'silent', why: 'not asked' },
    checkpoint: { kind: 'told', told: { record: recordOf(7, reason, attempts), head: 9 } },
    entries,
    memory,
    service: { kind: 'running', status: statusWith(status) },
    config: CONFIG,
    now: NOW,
  };
  return whatIsNext(situation);
}

function pendingSince(endedAt: number, commands = 1, lags = {}): RepairMemory {
  const one = { task: 'insert_order', commands, startedAt: endedAt, endedAt, running: false, denied: true } as const;
  return { up: [], pending: [[ID, one]], lags, paid: [], out: false, turnedUpAt: null };
}

const at = (epochMs: number): string => localTime(epochMs).slice(11, 16);
const down = (dependency: string, reason: string): object => ({
  dependencies: {
    ...{ shop: UP, abacos: UP, 'integration-server': UP, repairs: UP },
    [dependency]: { state: 'down', since: new Date(NOW - MINUTE).toISOString(), reason },
  },
});

test('An order without a date is asked about when that is said, and is never said to be repaired', () => {
  const said = (age: OrderAge, isOnRecord: boolean, head = 9): string =>
    whatIsNext({
      id: ID,
      number: '1007',
      shop: {
        kind: 'told',
        told: { row: { id: ID, number: '1007', state: 'cart', payment: 'none', age }, evidence: undefined },
      },
      checkpoint: { kind: 'told', told: { record: isOnRecord ? recordOf(7, 'NO_DATE') : undefined, head } },
      entries: [],
      memory: undefined,
      service: { kind: 'running', status: statusWith({}) },
      config: CONFIG,
      now: NOW,
    });
  const never = 'as it has no usable date, and may be a cart, it is never repaired by itself';
  assert.equal(said('undated', true), `Abacos is asked about it every 1 h; ${never}`);
  assert.equal(said('undated', false, 3), `Abacos is asked about it once the service has seen it for 30 min; ${never}`);
  assert.match(
    said('undated', false),
    /seen it for 30 min, if it is not older than the checkpoint; as it has no usable/,
  );
  assert.equal(said('young', true), 'it has a date now, and is looked at once it is 30 min old');
  assert.equal(said('due', true), 'it has a date now, and is looked at within 1 h, as any other order');
});

test('While the effect of the last command may still show, the next one has its time', () => {
  const ended = NOW - MINUTE;
  assert.match(
    next({ memory: pendingSince(ended) }),
    new RegExp(
      `^attempt 2 of 4, not before ${at(ended + 8 * MINUTE)}: the effect of the last command may still show; looked`,
    ),
  );
  assert.match(next({ memory: pendingSince(ended, 2) }), new RegExp(`not before ${at(ended + 32 * MINUTE)}:`));
  const lags = { insert_order: 45 * MINUTE };
  assert.match(next({ memory: pendingSince(ended, 1, lags) }), new RegExp(`not before ${at(ended + 45 * MINUTE)}:`));
  assert.match(next({ memory: pendingSince(NOW - 9 * MINUTE) }), /^attempt 2 of 4; looked at again in the next cycle$/);
});

test('An order that a command may have sent is to be looked up in Abacos before its retry, given up or dismissed', () => {
  const [begun, finished] = commandRan(7).map((event): HistoryEntry => ({ ...event, at: NOW - 9 * MINUTE }));
  assert.ok(begun !== undefined && finished !== undefined);
  const [, refused] = commandRan(7, ['no payment']).map((event): HistoryEntry => ({ ...event, at: NOW }));
  assert.ok(refused !== undefined);
  // Whoever watched the second one was killed before its end.
  for (const entries of [[begun, finished], [begun], [begun, refused, begun]]) {
    const lookUp = 'a command may have done its work, so look it up in Abacos first; if it is not there, order-monit';
    assert.match(next({ attempts: 5, entries }), new RegExp(`^given up; .*; ${lookUp} retry 1007 gives it`));
    assert.match(
      next({ reason: 'DISMISSED', entries }),
      new RegExp(`^nothing: .*; ${lookUp} retry 1007 opens it again`),
    );
  }
  for (const reason of ['NOT_FOUND', 'DISMISSED'] as const)
    assert.doesNotMatch(next({ attempts: 5, reason, entries: [begun, finished, begun, refused] }), /look it up/);
});

test('While repairs are held, or the integration server is down, the next command waits for that, and Abacos is asked', () => {
  const held = next({ status: down('repairs', 'Abacos denies 2 of 3 orders') });
  assert.match(
    held,
    /^attempt 2 of 4 when repairs go on, which are held since .* \(Abacos denies 2 of 3 orders\); looked at again in/,
  );
  const out = next({ status: down('integration-server', 'five orders in a row') });
  assert.match(
    out,
    /^attempt 2 of 4 when the integration server is back, which is down since .* \(five orders in a row\); looked/,
  );
  assert.match(next({ status: down('abacos', 'refused') }), /looked at again when Abacos is back, which is down since/);
});

test('While the shop gets its own time it says until when and why', () => {
  const repairsWait = { why: 'settling', orders: 12, until: new Date(NOW + 20 * MINUTE).toISOString() };
  assert.match(
    next({ attempts: 0, status: { repairsWait } }),
    new RegExp(
      `^attempt 1 of 4; looked at again in the next cycle; 12 orders wait until ${at(NOW + 20 * MINUTE)} or longer: the shop gets`,
    ),
  );
});

test('An order that was given up although a command may have done its work is to be looked up first', () => {
  const entries = commandRan(7).map((event) => ({ ...event, at: NOW }));
  assert.match(
    next({ attempts: 5, entries }),
    /^given up; .*; a command may have done its work, so look it up in Abacos first;/,
  );
  const failed = commandRan(7, ['no payment']).map((event) => ({ ...event, at: NOW }));
  assert.doesNotMatch(next({ attempts: 5, entries: failed }), /look it up/);
});

test('A number that would be more than a word to a shell is not put into a command', () => {
  assert.match(next({ attempts: 5 }), /order-monit retry 1007 gives/);
  for (const number of [
    '$(reboot)',
    '`reboot`',
    '1;reboot',
    '--all',
    '-1',
    '1 2',
    "1'",
    '1\n2',
    '1\u001b[2J',
    '~root',
    '!!',
    '',
  ]) {
    assert.match(next({ attempts: 5, number }), /order-monit retry --id 7 gives/, number);
  }
});

test('An order that is on record as settled, and would be judged otherwise now, is looked at by nobody by itself', () => {
  const settled = { record: recordOf(7, 'OK', 1), head: 9 };
  const situation: Situation = {
    id: ID,
    number: '1007',
    shop: { kind: 'silent', why: 'not asked' },
    checkpoint: { kind: 'told', told: settled },
    entries: [],
    memory: undefined,
    service: { kind: 'running', status: statusWith({}) },
    config: CONFIG,
    now: NOW,
  };
  assert.equal(whatIsNext(situation), 'nothing: Abacos has it');
  assert.equal(whatIsNext({ ...situation, verdict: SUCCESS }), 'nothing: Abacos has it');
  for (const verdict of [AWAITING_PAYMENT, failed('PAYMENT_PENDING'), failed('NOT_FOUND')]) {
    assert.equal(
      whatIsNext({ ...situation, verdict }),
      'nothing by itself: it is on record as settled; order-monit rewind --to-id 7 has it, and the orders after it, asked about again',
    );
  }
});

test('What becomes of a watched order is said as its payment stands, and that the service does not run', () => {
  const at = stampOf(NOW);
  const record = { orderId: ID, verdict: AWAITING_PAYMENT, attempts: 1, createdAt: at, updatedAt: at };
  const situation: Situation = {
    id: ID,
    number: '1007',
    shop: { kind: 'told', told: { row: undefined, evidence: undefined } },
    checkpoint: { kind: 'told', told: { record, head: 9 } },
    entries: [],
    memory: undefined,
    outlook: 'paid: it is looked after',
    service: { kind: 'stopped' },
    config: CONFIG,
    now: NOW,
  };
  assert.equal(
    whatIsNext(situation),
    'paid: it is looked after. But the service is not running: systemctl start order-monit',
  );
  const missing = whatIsNext({ ...situation, verdict: failed('NOT_FOUND') });
  assert.match(missing, /^nothing until it is paid: Abacos had it .* rewind --to-id 7 /);
});
