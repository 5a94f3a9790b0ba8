/**
 * What a reader of lines would take for something else than text: control
 * characters (a line break would begin a new notification or a new log entry,
 * an escape would steer the terminal) and the marks that turn the direction of
 * writing around.
 */
const NOT_TEXT = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g;

/** Folds a text to one line without control characters, and cuts it to at most `maxLength` UTF-16 units. */
export function oneLine(text: string, maxLength: number): string {
  const line = text.replaceAll(NOT_TEXT, ' ').trim();
  if (line.length <= maxLength) return line;
  // Half a surrogate pair would be no valid UTF-8.
  return `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
