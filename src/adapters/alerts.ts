/** Alerts as the configuration wants them. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

import { createAlerts, type AlertLog, type AlertReport, type Alerts, type AlertSettings } from '../alerts/index.ts';
import { acquireLock, AlreadyRunning } from '../checkpoint/index.ts';
import type { Directories } from '../config/directories.ts';
import { pageLinkOf, type Config, type ToldBy } from '../config/index.ts';
import type { OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { alertDisk } from './alert-disk.ts';
import { systemClock } from './clock.ts';
import { explain } from './problems.ts';
import { loadToldSettings } from './settings.ts';

export function toldBy({ email, service }: Config): ToldBy {
  return {
    email,
    language: service.language,
    maxAttempts: service.maxAttempts,
    runningCycleMs: service.runningCycleMs,
    page: pageLinkOf(service),
    advice: service.advice,
  };
}

export function alertSettingsOf({ advice, email, language, maxAttempts, page, runningCycleMs }: ToldBy): AlertSettings {
  const { smtp, webhook } = email;
  const { login } = smtp;
  return {
    minIntervalMs: email.minIntervalMs,
    remindAfterMs: email.remindAfterMs,
    escalateAfterMs: email.escalateAfterMs,
    escalates: email.escalateTo.length > 0,
    dailyReportAtMinute: email.dailyReportAtMinute,
    runningCycleMs,
    maxAttempts,
    language,
    page,
    advice,
    webhook: webhook && { url: () => webhook.reveal(), format: email.webhookFormat, ca: email.webhookCa },
    mail: {
      from: email.from ?? `order-monit@${hostname()}`,
      subscribers: email.subscribers,
      ordersTo: email.ordersTo,
      faultsTo: email.faultsTo,
      escalateTo: email.escalateTo,
      server: {
        ...smtp,
        login: login && {
          userName: login.userName,
          password: () => login.password.reveal(),
          method: METHODS[login.authentication],
        },
      },
    },
  };
}

const METHODS = { plain: 'PLAIN', login: 'LOGIN', cram_md5: 'CRAM-MD5' } as const;

/** An id for alerts that no other host or call gives. */
export function newAlertId(): string {
  return randomBytes(6).toString('hex');
}

export interface AlertingOptions {
  readonly directories: Directories;
  readonly settings: AlertSettings;
  readonly dryRun: boolean;
  /** The open orders by the checkpoint; left out where there is none to look at. */
  readonly open?: () => ReadonlyMap<OrderId, OrderRecord>;
  readonly log: AlertLog;
  /** Told of each alert that went out or was held back. */
  readonly sent?: (report: AlertReport) => void;
}

/** Alerts that keep what they need in the state directory; those of a dry run keep and send nothing. */
export async function openAlerts({ directories, dryRun, open, ...options }: AlertingOptions): Promise<Alerts> {
  return createAlerts({
    ...options,
    open,
    directory: dryRun ? undefined : directories.state,
    disk: alertDisk(),
    clock: systemClock,
    host: hostname(),
    newId: newAlertId,
  });
}

/** Extra time to send alerts when the start failed. */
const LAST_WORDS_MS = 5000;

/**
 * Tells people why the service did not start, where email.yml at least is good.
 * Never throws: what keeps the service from starting matters more. Where
 * another service runs, the alerts are its own, and nobody is told.
 */
export async function tellOfFailedStart(directories: Directories, fault: string, log: AlertLog): Promise<void> {
  try {
    const told = loadToldSettings(directories);
    if (told === undefined) return;
    const lock = await acquireLock(directories.state);
    try {
      // Without the checkpoint nobody knows what is open: a report would say that nothing is.
      const settings = { ...alertSettingsOf(told), dailyReportAtMinute: undefined };
      const alerts = await openAlerts({ directories, settings, dryRun: false, log });
      alerts.configurationFault(fault);
      await alerts.close(LAST_WORDS_MS);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) log('warn', `Nobody could be told of this: ${explain(error).text}`);
  }
}
