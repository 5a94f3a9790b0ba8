/** What statements about orders have in common, as SQL. Columns come quoted. */

/** The greatest id that a number holds without loss, as `isOrderId` has it. */
export const MAX_ID = Number.MAX_SAFE_INTEGER;

/** True for an id that can be on record. A row with another one is left out: it must not cost the others anything. */
export function isUsableId(id: string): string {
  return `${id} BETWEEN 1 AND ${MAX_ID}`;
}

/**
 * True where a date is none: NULL, a zero or partial date, a text that is no date. A comparison would call some of these
 * old, others young; whether there is a difference to itself does not depend on the server's `sql_mode`.
 */
export function isUndated(createdAt: string): string {
  return `TIMESTAMPDIFF(SECOND, ${createdAt}, ${createdAt}) IS NULL`;
}

/** The opposite; a mode of the server has NOT bind tighter than IS. */
export function isDated(createdAt: string): string {
  return `TIMESTAMPDIFF(SECOND, ${createdAt}, ${createdAt}) IS NOT NULL`;
}

/** An order's age, as `OrderAge` has it; takes the datetime up to which orders are settled. */
export function ageOf(createdAt: string): string {
  return `CASE WHEN ${isUndated(createdAt)} THEN 'undated' WHEN ${createdAt} <= ? THEN 'due' ELSE 'young' END`;
}
