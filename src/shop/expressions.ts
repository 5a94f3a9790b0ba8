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

/**
 * A number as text. The server writes 1226301 of a DECIMAL(12,2) as `1226301.00`, of a DOUBLE perhaps as `1.226301e6`,
 * and rounds that of a FLOAT to six digits: whole ones are written as the whole numbers that they are.
 *
 * @param type the column's, as SHOW COLUMNS has it
 */
export function numberText(number: string, type: string): string {
  const text = `CAST(${number} AS CHAR)`;
  if (!/^(?:double|float|decimal\(\d+,[1-9])/.test(type)) return text;
  // Beyond 2^53 a double has lost digits, and what it is written as is no more an order's number than any other.
  const isExact = type.startsWith('decimal') ? 'TRUE' : `ABS(${number}) <= ${MAX_ID}`;
  return `CASE WHEN ${number} = FLOOR(${number}) AND ${isExact} THEN CAST(CAST(${number} AS DECIMAL(65,0)) AS CHAR) ELSE ${text} END`;
}
