/** Tables for a spreadsheet. */

/** What a spreadsheet takes for the beginning of a formula, whatever stands before it that nobody sees. */
const FORMULA = /^[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** The cells of a line, without its end: each is quoted, and nothing that others wrote is a formula. */
export function csvLine(cells: readonly string[], separator = ','): string {
  return cells.map(cell).join(separator);
}

function cell(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  const harmless = FORMULA.test(plain) ? `'${plain}` : plain;
  return `"${harmless.replaceAll('"', '""')}"`;
}
