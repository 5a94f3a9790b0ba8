/** Programs that answer for an ERP, as an operator would write them. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { orderNumber, type OrderNumber } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { createCommandErp, type CommandErp, type CommandErpOptions } from '../../src/erp-command/index.ts';

/** A folder that ends with the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'erp-command-'));
  t.after(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** Writes a program of the shell. @returns its path */
export function program(t: TestContext, ...lines: readonly string[]): string {
  const path = join(folder(t), 'erp');
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

export function erp(path: string, changes: Partial<CommandErpOptions> = {}): CommandErp {
  return createCommandErp({
    words: [path],
    environment: () => ({ PATH: '/usr/bin:/bin' }),
    timeoutMs: 60_000,
    maxParallelCalls: 2,
    hide: (text) => text.replaceAll('swordfish', '[hidden]'),
    ...changes,
  });
}

export const NUMBERS: readonly OrderNumber[] = ['1001', '1002', '1003'].map(orderNumber);

/** What an outage is said to be. */
export async function outage(call: Promise<unknown>): Promise<{ reason: string; hint: string | undefined }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Outage) return { reason: error.reason, hint: error.hint };
    throw error;
  }
  throw new Error('It did not fail.');
}

export const never = new AbortController().signal;
