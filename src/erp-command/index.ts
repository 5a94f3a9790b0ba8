/** An ERP that is asked by a program of the operator's. */
export { createCommandErp, type CommandErp, type CommandErpOptions } from './erp.ts';
