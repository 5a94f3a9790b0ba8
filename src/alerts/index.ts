/** Alerts by mail and webhook. */
export { createAlerts, type Alerts, type AlertSettings } from './alerts.ts';
export type { Disk } from './disk.ts';
export { examineMail, sendTest } from './examination.ts';
export type { AlertReport, Log as AlertLog } from './outbox.ts';
export { SmtpFailure, type SmtpServer } from './smtp.ts';
