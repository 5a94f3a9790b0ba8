/** The column of the order's number, in SQL: how it is read as text, and which rows may go by a number. */
import { MAX_ID } from './expressions.ts';

/** A condition, and the values that it takes. */
export interface Condition {
  readonly where: string;
  readonly values: readonly string[];
}

/** A column as SHOW FULL COLUMNS has it, its name quoted. */
export interface NumberColumn {
  readonly name: string;
  readonly type: string;
  /** Empty for bytes, and for what is no text. */
  readonly collation: string;
}

/**
 * A number as text. The server writes 1226301 of a DECIMAL(12,2) as `1226301.00`, of a DOUBLE perhaps as `1.226301e6`,
 * and rounds that of a FLOAT to six digits: whole ones are written as the whole numbers that they are.
 */
export function numberText({ name, type }: NumberColumn): string {
  const text = `CAST(${name} AS CHAR)`;
  if (!/^(?:double|float|decimal\(\d+,[1-9])/.test(type)) return text;
  // Beyond 2^53 a double has lost digits, and what it is written as is no more an order's number than any other.
  const isExact = type.startsWith('decimal') ? 'TRUE' : `ABS(${name}) <= ${MAX_ID}`;
  return `CASE WHEN ${name} = FLOOR(${name}) AND ${isExact} THEN CAST(CAST(${name} AS DECIMAL(65,0)) AS CHAR) ELSE ${text} END`;
}

const TEXT = /^(?:(?:var)?(?:char|binary)|(?:tiny|medium|long)?(?:text|blob))\b/;

/** To the collations of Unicode it is nothing: looking for what begins with it would read all of the index. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * All else that `trim` takes off. CRLF is one of them, because the servers do not find a control character that follows
 * another one by an index of a `_bin` collation that pads with blanks.
 */
const BLANKS = Array.from(
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
).concat('\r\n');

/**
 * True for the rows whose number, without the blanks around it, is this one, and for some more: who asks compares. Servers
 * compare loosely, and by their collations with or without regard to blanks at the end. No function is applied to the
 * column, so that its index is used.
 */
export function mayGoBy(column: NumberColumn, number: string): Condition {
  const { name, type } = column;
  if (!TEXT.test(type)) return { where: `${name} = ?`, values: [number] };
  const literal = number.replace(/[\\%_]/g, String.raw`\$&`);
  const bare = [number, `${BYTE_ORDER_MARK}${number}`, `${number}${BYTE_ORDER_MARK}`];
  const patterns = BLANKS.flatMap((blank) => [`${literal}${blank}%`, `${blank}%`]);
  const value = placeholder(column);
  const equal = bare.map(() => `${name} = ${value}`);
  const like = patterns.map(() => `${name} LIKE ${value}`);
  return {
    // The first comparison spares most rows the others where there is no index.
    where: `${name} LIKE ${value} AND (${[...equal, ...like].join(' OR ')})`,
    values: [`%${literal}%`, ...bare, ...patterns],
  };
}

/** Without the conversion, what the column's character set has not would be an error; with it, it is another character. */
function placeholder({ collation }: NumberColumn): string {
  const [, characterSet] = /^([a-z0-9]+)_\w+$/.exec(collation) ?? [];
  return characterSet === undefined ? '?' : `CONVERT(? USING ${characterSet}) COLLATE ${collation}`;
}
