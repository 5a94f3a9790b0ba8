/** Tables for a spreadsheet. */

/** Behind whatever blanks and in whatever width, this begins a formula in one spreadsheet or another. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** The cells of a line, without its end: each is quoted, and nothing that others wrote is a formula. */
export function csvLine(cells: readonly string[], separator = ','): string {
  return cells.map(cell).join(separator);
}

function cell(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  const harmless = FORMULA.test(plain) ? `'${plain}` : plain;
  return `"${harmless.replaceAll('"', '""')}"`;
}
