/** Nothing says that all is well when nobody has looked for a while: `order-monit status`, its exit status, systemd's line. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { parseStatus, type Status } from '../../src/control/status.ts';
import type { CycleReport } from '../../src/core/event.ts';
import { Outage } from '../../src/core/outage.ts';
import type { Role } from '../../src/core/role.ts';
import type { StatusBoard, StatusBoardOptions } from '../../src/service/status-board.ts';
import { localTime } from '../../src/words/moment.ts';
import { statusLine } from '../../src/words/status.ts';
import { boardWith, printedStatus, WHOLE_CYCLE } from './printed-status.ts';

const MINUTE = 60_000;
/** A service with a running cycle of two minutes, on a clock of its own. */
class Scene {
  readonly startedAt = Date.now();
  passedMs = 0;
  /** How far the host's clock was set. */
  offMs = 0;
  step: { name: string; startedMs: number } | undefined;
  role: Role = { kind: 'active' };
  readonly board: StatusBoard;

  constructor(options: Partial<StatusBoardOptions> = {}) {
    this.board = boardWith({
      now: () => this.startedAt + this.passedMs + this.offMs,
      monotonic: () => 5000 + this.passedMs,
      step: () => this.step,
      role: () => this.role,
      ...options,
    });
  }

  cycle(changes: Partial<CycleReport> = {}): void {
    this.board.take({ kind: 'cycle', report: { ...WHOLE_CYCLE, ...changes } });
  }

  stand(role: Role): void {
    this.role = role;
    this.board.take({ kind: 'standing', standing: role });
  }

  get checking(): Status['checking'] {
    return this.board.status().checking;
  }

  async printed(t: TestContext): Promise<{ text: string; exit: number; line: string }> {
    const { text, exit } = await printedStatus(t, this.board);
    return { text, exit, line: statusLine(this.board.status()) };
  }
}

/** As this host's clocks show it. */
function clock(epochMs: number): string {
  return localTime(epochMs).slice(11, 19);
}

describe('Before the first whole cycle', () => {
  test('nothing was asked yet, which is neither well nor a fault', async (t) => {
    const scene = new Scene();
    scene.passedMs = MINUTE;
    scene.cycle({ whole: false, interrupted: true });
    const { text, exit, line } = await scene.printed(t);
    assert.equal(exit, 0);
    assert.match(text, new RegExp(`^checking +not asked yet: no whole cycle since ${clock(scene.startedAt)}$`, 'm'));
    assert.match(line, new RegExp(`^not asked yet: no whole cycle since ${clock(scene.startedAt)}, head 10`));
    assert.deepEqual([scene.checking?.state, scene.checking?.lastWholeCycleAt], ['not-yet', undefined]);
  });

  test('three running cycles are the most that it may take', async (t) => {
    const scene = new Scene();
    scene.passedMs = 6 * MINUTE + 1;
    const { text, exit } = await scene.printed(t);
    assert.equal(exit, 1);
    assert.match(text, new RegExp(`^checking +nothing was checked since ${clock(scene.startedAt)}, for 6 min$`, 'm'));
  });
});

describe('The last whole cycle', () => {
  test('is named while it is not old', async (t) => {
    const scene = new Scene();
    scene.passedMs = MINUTE;
    scene.cycle();
    scene.passedMs += 6 * MINUTE;
    const { text, exit, line } = await scene.printed(t);
    assert.equal(exit, 0);
    assert.match(text, /^checking +the last whole cycle ended 6 min ago$/m);
    assert.match(line, /^head 10, /);
  });

  test('is too old after three running cycles, whatever cycles that were cut short came after it', async (t) => {
    const scene = new Scene();
    scene.cycle();
    scene.passedMs = 5 * MINUTE;
    scene.cycle({ whole: false, interrupted: true });
    scene.step = { name: 'recording 3 verdicts', startedMs: 5000 + 5 * MINUTE };
    scene.passedMs = 6 * MINUTE + 1;
    const since = clock(scene.startedAt);
    const told = `nothing was checked since ${since}, for 6 min; for 1 min it has been recording 3 verdicts`;
    const { text, exit, line } = await scene.printed(t);
    assert.equal(exit, 1);
    assert.match(text, new RegExp(`^checking +${told}$`, 'm'));
    assert.match(line, new RegExp(`^${told}, head 10`));
    const json = await printedStatus(t, scene.board, { json: true });
    assert.equal(json.exit, 1);
    assert.deepEqual(parseStatus(JSON.parse(json.text)).checking, {
      state: 'blind',
      since: new Date(scene.startedAt).toISOString(),
      ageMs: 6 * MINUTE + 1,
      lastWholeCycleAt: new Date(scene.startedAt).toISOString(),
      step: { name: 'recording 3 verdicts', ms: MINUTE + 1 },
    });
    scene.cycle();
    assert.equal((await scene.printed(t)).exit, 0);
  });

  test('is as old as it is, whatever the clock of the host was set to', () => {
    const scene = new Scene();
    scene.cycle();
    scene.passedMs = 7 * MINUTE;
    scene.offMs = -3_600_000;
    assert.deepEqual([scene.checking?.state, scene.checking?.ageMs], ['blind', 7 * MINUTE]);
    scene.cycle();
    scene.offMs = 86_400_000;
    assert.deepEqual([scene.checking?.state, scene.checking?.ageMs], ['current', 0]);
  });

  test('may be older where a running cycle is longer', () => {
    const scene = new Scene({ runningCycleMs: () => 10 * MINUTE });
    scene.cycle();
    scene.passedMs = 29 * MINUTE;
    assert.equal(scene.checking?.state, 'current');
  });
});

describe('Several monitors', () => {
  test('The one that stands by checks nothing, and is not blamed for it', async (t) => {
    const scene = new Scene();
    scene.stand({ kind: 'standby', leader: 'shop1' });
    scene.passedMs = 60 * MINUTE;
    const { text, exit, line } = await scene.printed(t);
    assert.equal(exit, 0);
    assert.doesNotMatch(text, /^checking/m);
    assert.match(line, /^stands by: the active monitor is shop1, head 10/);
  });

  test('The one that takes over has three running cycles from then on', () => {
    const scene = new Scene();
    scene.cycle();
    scene.stand({ kind: 'standby', leader: 'shop1' });
    scene.passedMs = 60 * MINUTE;
    scene.stand({ kind: 'active' });
    assert.deepEqual([scene.checking?.state, scene.checking?.lastWholeCycleAt], ['not-yet', undefined]);
    scene.passedMs += 7 * MINUTE;
    assert.equal(scene.checking?.state, 'blind');
  });

  test('While nobody can tell which one is active, nobody is known to check', async (t) => {
    const scene = new Scene();
    scene.cycle();
    scene.stand({ kind: 'unknown', outage: new Outage({ dependency: 'shop', reason: 'connection refused' }) });
    scene.passedMs = 7 * MINUTE;
    scene.stand({ kind: 'active' });
    assert.equal((await scene.printed(t)).exit, 1);
  });
});

test('What was never asked is named in the line of systemd, except by what never asks it', () => {
  const notAsked: Partial<StatusBoardOptions> = {
    dependency: (which) => (which === 'integration-server' ? { kind: 'not-asked' } : { kind: 'up' }),
  };
  const scene = new Scene(notAsked);
  scene.cycle();
  assert.match(statusLine(scene.board.status()), /, integration server not asked yet$/);
  const dryRun = new Scene({ ...notAsked, dryRun: true });
  dryRun.cycle();
  assert.match(statusLine(dryRun.board.status()), /^dry run, head 10, 0 failing, 0 given up$/);
});

test('A configuration that was refused is a failure to whoever asks', async (t) => {
  const scene = new Scene();
  scene.cycle();
  scene.board.configurationRefused('service.yml: running_cycle has to be a number');
  assert.equal((await scene.printed(t)).exit, 1);
  scene.board.configurationRefused(undefined);
  assert.equal((await scene.printed(t)).exit, 0);
});

test('A service of a version that did not say when it checked is understood', () => {
  const { checking, ...older } = new Scene().board.status();
  assert.notEqual(checking, undefined);
  assert.equal(parseStatus(older).checking, undefined);
});
