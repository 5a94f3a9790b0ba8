/** The shop's orders held against the ERP, for a day, a month, or the first time. */
export { audit, type Audit, type AuditOptions, type Progress } from './audit.ts';
export { FINDINGS, type AuditedOrder, type Finding } from './finding.ts';
