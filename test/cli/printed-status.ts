/** `order-monit status` as it prints how a board says that the service is, with the real socket between the two. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { status } from '../../src/commands/status.ts';
import { openControl, type Control } from '../../src/control/server.ts';
import type { CycleReport } from '../../src/core/event.ts';
import { WorkingLedger } from '../../src/core/ledger.ts';
import { orderId } from '../../src/core/order.ts';
import { StatusBoard, type StatusBoardOptions } from '../../src/service/status-board.ts';

/** A cycle after which everything is known. */
export const WHOLE_CYCLE: CycleReport = {
  durationMs: 2500,
  judged: { fresh: 7, due: 2, late: 1 },
  settled: 6,
  failing: 2,
  commands: 0,
  repaired: 0,
  workLeft: false,
  interrupted: false,
  whole: true,
};

/** A board of a service for which all is well, as much as is not said otherwise. */
export function boardWith(options: Partial<StatusBoardOptions> = {}): StatusBoard {
  return new StatusBoard({
    ledger: new WorkingLedger(orderId(10), -Infinity),
    dependency: () => ({ kind: 'up' }),
    rewind: () => undefined,
    repairWait: () => undefined,
    pausedUntil: () => undefined,
    lags: () => ({}),
    goneRows: () => [],
    role: () => ({ kind: 'active' }),
    maxAttempts: () => 4,
    runningCycleMs: () => 120_000,
    step: () => undefined,
    dryRun: false,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    ...options,
  });
}

/** Answers as the service of this board does, until it is closed. */
export async function openBoard(directory: string, board: StatusBoard): Promise<Control> {
  const nothing = async (): Promise<never> => Promise.reject(new Error('not asked for'));
  return openControl({
    directory,
    status: () => board.status(),
    reasons: () => [],
    metrics: nothing,
    retry: nothing,
    dismiss: nothing,
    beginRewind: nothing,
    cancelRewind: nothing,
    runNow: () => undefined,
    reload: () => undefined,
  });
}

export async function printedStatus(
  t: TestContext,
  board: StatusBoard,
  { json = false }: { readonly json?: boolean } = {},
): Promise<{ readonly text: string; readonly exit: number }> {
  const runtime = await mkdtemp(join(tmpdir(), 'order-monit-status-'));
  const control = await openBoard(runtime, board);
  t.after(async () => {
    await control.close();
    await rm(runtime, { recursive: true });
  });
  const lines: string[] = [];
  const line = (text: string): void => {
    lines.push(text);
  };
  const exit = await status({
    directories: { config: runtime, state: runtime, runtime, credentials: undefined },
    environment: {},
    operator: 'root',
    json,
    output: {
      isTerminal: false,
      line,
      json: (value) => {
        line(JSON.stringify(value));
      },
      error: line,
      paint: (_, text) => text,
    },
  });
  return { text: lines.join('\n'), exit };
}
