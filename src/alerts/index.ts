/** Alerts by mail and webhook, and what the log says of each event. */
export { createAlerts, type Alerts, type AlertSettings } from './alerts.ts';
export type { Disk } from './disk.ts';
export { examineMail, sendTest } from './examination.ts';
export type { AlertReport, Log as AlertLog } from './outbox.ts';
export { SmtpFailure, type SmtpServer } from './smtp.ts';
