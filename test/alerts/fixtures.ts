/** Alerts as the service has them, on a clock that the test holds, with a folder of their own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { alertDisk } from '../../src/adapters/alert-disk.ts';
import { createAlerts, type Alerts, type AlertReport, type AlertSettings } from '../../src/alerts/index.ts';
import type { SmtpServer } from '../../src/alerts/index.ts';
import type { OrderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { HOUR, MINUTE, type ManualClock } from './manual-clock.ts';

export const HOST = 'monitor.example.com';

export function settingsFor(server: SmtpServer, changes: Partial<AlertSettings> = {}): AlertSettings {
  return {
    minIntervalMs: 5 * MINUTE,
    remindAfterMs: 24 * HOUR,
    escalateAfterMs: 4 * HOUR,
    escalates: false,
    dailyReportAtMinute: undefined,
    runningCycleMs: 120_000,
    maxAttempts: 4,
    language: 'en',
    webhook: undefined,
    mail: {
      server,
      from: 'order-monit@example.com',
      subscribers: ['ops@example.com'],
      ordersTo: [],
      faultsTo: [],
      escalateTo: [],
    },
    ...changes,
  };
}

export interface AlertFixture {
  readonly alerts: Alerts;
  readonly reports: AlertReport[];
  readonly log: string[];
}

export interface AlertFixtureOptions {
  readonly directory: string;
  readonly clock: ManualClock;
  readonly settings: AlertSettings;
  readonly open?: () => ReadonlyMap<OrderId, OrderRecord>;
}

export async function openAlerts({ open, ...options }: AlertFixtureOptions): Promise<AlertFixture> {
  const reports: AlertReport[] = [];
  const log: string[] = [];
  const alerts = await createAlerts({
    ...options,
    disk: alertDisk(),
    host: HOST,
    newId: () => 'a1',
    open,
    log: (level, text) => log.push(`${level}: ${text}`),
    sent: (report) => reports.push(report),
  });
  return { alerts, reports, log };
}

export function folderFor(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'alerts-'));
  t.after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

export function spooled(directory: string): string[] {
  return readdirSync(join(directory, 'spool')).sort();
}

/** Lets time pass as the running service sees it: its own ticks come with it. */
export async function pass(fixture: AlertFixture, clock: ManualClock, ms: number): Promise<void> {
  const end = clock.now() + ms;
  while (clock.now() < end) {
    clock.advance(Math.min(10_000, end - clock.now()));
    fixture.alerts.tick();
    await fixture.alerts.flush();
  }
}
