/** What `order-monit status` and systemd's status line say. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { parseStatus, type Status } from '../../src/control/status.ts';
import type { Lags } from '../../src/core/effects.ts';
import { orderId } from '../../src/core/order.ts';
import type { RepairWait } from '../../src/core/repair-wait.ts';
import { StatusBoard } from '../../src/service/status-board.ts';
import { WorkingLedger } from '../../src/core/ledger.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed, type FailureReason } from '../../src/core/verdict.ts';
import { localTime } from '../../src/words/moment.ts';
import { serviceVerdict } from '../../src/words/service-verdict.ts';
import { statusLine } from '../../src/words/status.ts';
import { boardWith, printedStatus, WHOLE_CYCLE } from './printed-status.ts';

const NOW = Date.now();
const UNTIL = NOW + 20 * 60_000;
const TIME = localTime(UNTIL).slice(11, 16);

interface Repairs {
  readonly wait?: RepairWait;
  readonly lags?: Lags;
  readonly held?: true;
}

function statusOf(repairs: Repairs): Status {
  return boardOf(repairs).status();
}

function boardOf({ wait, lags = {}, held }: Repairs): StatusBoard {
  const board = boardWith({
    dependency: (dependency) =>
      held === true && dependency === 'repairs'
        ? { kind: 'down', since: NOW - 240_000, reason: 'Abacos denies 2 of 3 orders', hint: 'look into Abacos' }
        : { kind: 'up' },
    repairWait: () => wait,
    lags: () => lags,
    now: () => NOW,
  });
  board.take({ kind: 'cycle', report: WHOLE_CYCLE });
  return board;
}

async function printed(t: TestContext, repairs: Repairs | StatusBoard, json = false): Promise<string> {
  const board = repairs instanceof StatusBoard ? repairs : boardOf(repairs);
  return (await printedStatus(t, board, { json })).text;
}

const NOTHING_WRONG = statusOf({});

test('The verdict is said first', async (t) => {
  assert.match(await printed(t, {}), /^OK: every order that was checked is in Abacos$/m);
  assert.match((await printed(t, { held: true })).split('\n')[0] ?? '', /^PROBLEM: repairs held 4 min(?: \d+ s)?$/);
});

const ABACOS_DOWN = {
  ...NOTHING_WRONG.dependencies,
  abacos: { state: 'down', since: new Date(NOW - 180_000).toISOString(), reason: 'connection refused' },
} as const;

const VERDICTS: readonly (readonly [string, Partial<Status>, string, RegExp])[] = [
  ['all is well', {}, 'OK', /^every order that was checked is in Abacos$/],
  ['orders are at work', { failing: 3 }, 'OK', /^3 open orders, none needs action$/],
  ['one was dismissed', { dismissed: 1 }, 'OK', /^every order that was checked is in Abacos, but for 1 dismissed$/],
  ['orders need action', { needAction: 4 }, 'WARNING', /^4 orders need action$/],
  ['an older service tells of those given up', { givenUp: 4 }, 'WARNING', /^4 orders need action$/],
  [
    'Abacos is down besides',
    { needAction: 4, dependencies: ABACOS_DOWN },
    'CRITICAL',
    /^Abacos down 3 min; 4 orders need action$/,
  ],
  ['the configuration is refused', { configurationRefused: 'x' }, 'WARNING', /^the configuration on disk is refused$/],
  [
    'nothing was checked lately',
    { checking: { state: 'blind', since: new Date(NOW).toISOString(), ageMs: 600_000 } },
    'CRITICAL',
    /^nothing was checked since .*, for 10 min$/,
  ],
  [
    'it has just started',
    { checking: { state: 'not-yet', since: new Date(NOW).toISOString(), ageMs: 10 } },
    'WARNING',
    /^not asked yet: no whole cycle since/,
  ],
  [
    'Abacos was not asked',
    { dependencies: { ...NOTHING_WRONG.dependencies, abacos: { state: 'not-asked' } } },
    'WARNING',
    /^Abacos not asked yet$/,
  ],
  ['another monitor works', { standing: { kind: 'standby', leader: 'host2' } }, 'OK', /^stands by: .* host2$/],
];
for (const [what, changes, severity, text] of VERDICTS) {
  test(`The verdict where ${what}`, () => {
    // An older service does not say how many need action.
    const older = parseStatus(JSON.parse(JSON.stringify({ ...NOTHING_WRONG, needAction: undefined })));
    const verdict = serviceVerdict({ ...older, ...changes }, NOW);
    assert.equal(verdict.severity, severity);
    assert.match(verdict.text, text);
  });
}

test('Whoever has to act on an order is counted once: given up, with a number that only people can correct, or without a row', async (t) => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  const at = stampOf(NOW);
  const reasons: readonly FailureReason[] = ['NOT_FOUND', 'NOT_FOUND', 'BAD_NUMBER', 'NO_DATE', 'DISMISSED', 'UNKNOWN'];
  for (const [index, reason] of reasons.entries()) {
    const attempts = index === 0 ? 5 : 1;
    ledger.note({ orderId: orderId(index + 1), verdict: failed(reason), attempts, createdAt: at, updatedAt: at });
  }
  // Of these the first is given up besides, the fifth dismissed, and the last not open any more.
  const board = boardWith({ ledger, goneRows: () => [1, 2, 5, 99].map(orderId) });
  board.take({ kind: 'cycle', report: WHOLE_CYCLE });
  assert.equal(board.status().needAction, 3);
  assert.match(await printed(t, board), /^PROBLEM: 3 orders need action$/m);
});

test('Repairs that wait are said with how many, until when and why, and nothing else is said of them', async (t) => {
  const wait = { why: 'settling', orders: 12, until: UNTIL } as const;
  const text = await printed(t, { wait });
  assert.match(
    text,
    new RegExp(`^repairs +12 orders wait until ${TIME} or longer: the shop gets its own time \\(settle_time\\)`, 'm'),
  );
  assert.doesNotMatch(text, /late effects/);
  const one = await printed(t, { wait: { ...wait, orders: 1, why: 'draining' } });
  assert.match(one, /^repairs +1 order waits until .*: missing orders turn up without a command/m);
});

test('Repairs that are held are never called down, and what to do is said', async (t) => {
  const text = await printed(t, { held: true, wait: { why: 'settling', orders: 12, until: UNTIL } });
  assert.match(
    text,
    /^repairs +held for 4 min(?: \d+ s)?: Abacos denies 2 of 3 orders\. What to do: look into Abacos$/m,
  );
  assert.doesNotMatch(text, /down|orders wait/);
});

test('Late effects are said where there are any, to programs as well', async (t) => {
  const lags = { insert_order: 720_000 };
  assert.match(
    await printed(t, { lags }),
    /^late effects +insert_order may take 12 min to show; a second one for an order waits that long$/m,
  );
  assert.deepEqual(parseStatus(JSON.parse(await printed(t, { lags }, true))).lags, lags);
  assert.doesNotMatch(await printed(t, {}, true), /lags|repairsWait/);
});

test('A service of a version that held no repairs is understood', () => {
  const { shop, abacos, 'integration-server': server } = statusOf({}).dependencies;
  const older = { ...statusOf({}), dependencies: { shop, abacos, 'integration-server': server } };
  assert.deepEqual(parseStatus(older).dependencies.repairs, { state: 'up' });
});

test("systemd's line says that repairs are held, or how many wait until when", () => {
  const wait = { why: 'draining', orders: 3, until: UNTIL } as const;
  assert.match(statusLine(statusOf({ held: true, wait })), /, repairs held since \d\d:\d\d:\d\d$/);
  assert.match(statusLine(statusOf({ wait })), new RegExp(`, repairs: 3 orders wait until ${TIME} or longer$`));
  assert.doesNotMatch(statusLine(statusOf({})), /repairs/);
});

test('Commands that run are named, and a stop that waits for them says so', async (t) => {
  const board = boardOf({});
  const started = (id: number): void => {
    board.take({
      kind: 'command-started',
      orderId: orderId(id),
      orderNumber: String(1_000_000 + id),
      task: 'insert_order',
      attempt: 1,
    });
  };
  started(11);
  started(12);
  const since = localTime(NOW).slice(11, 19);
  const running = `insert_order of order 1000011 since ${since}, and 1 more`;
  assert.match(await printed(t, board), new RegExp(`^running +${running}$`, 'm'));
  assert.doesNotMatch(statusLine(board.status()), /stopping/);
  board.stopping(UNTIL);
  const until = localTime(UNTIL).slice(11, 19);
  assert.match(statusLine(board.status()), new RegExp(`^stopping: waits until ${until} for ${running}, head 10`));
  for (const id of [11, 12]) {
    const outcome = { kind: 'exited', status: 0, durationMs: 9000, output: [] } as const;
    board.take({ kind: 'command-ended', orderId: orderId(id), orderNumber: '1', task: 'insert_order', outcome });
  }
  assert.match(statusLine(board.status()), /^stopping, head 10/);
  assert.doesNotMatch(await printed(t, board), /^running/m);
});

test('A configuration that a reload refused is named until it is mended', async (t) => {
  const board = boardOf({});
  board.configurationRefused('service.yml: running_cycle has to be a number');
  const refused = 'on disk is refused: service.yml: running_cycle has to be a number';
  assert.match(await printed(t, board), new RegExp(`^configuration +${refused}$`, 'm'));
  assert.match(statusLine(board.status()), new RegExp(`^the configuration ${refused}, head 10`));
  board.configurationRefused(undefined);
  assert.doesNotMatch(statusLine(board.status()), /configuration/);
});

test('What nobody has asked yet is not said to be up', async (t) => {
  const board = boardWith({
    dependency: () => ({ kind: 'not-asked' }),
    role: () => ({ kind: 'standby', leader: 'a' }),
  });
  assert.match(await printed(t, board), /^Abacos +not asked yet$/m);
});
