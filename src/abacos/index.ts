/** Abacos, the ERP: its web service, asked whether orders exist. */
export { createErp, type AbacosErp, type ErpOptions } from './erp.ts';
export { hideSecrets, redact } from './redact.ts';
