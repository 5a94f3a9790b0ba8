/** Alerts by mail and webhook. */
export { createAlerts, type Alerts, type AlertSettings } from './alerts.ts';
export type { Disk } from './deliver/disk.ts';
export { checkMailServer, sendTest } from './deliver/check.ts';
export type { AlertReport, Log as AlertLog } from './deliver/outbox.ts';
export { SmtpFailure, type SmtpServer } from './deliver/smtp.ts';
