/**
 * The one way by which a text from outside becomes fit for a terminal, a log, a mail or the journal.
 *
 * What is taken out is what a reader takes for something else than text: control characters (an escape steers the
 * terminal, a line break begins a new entry), format characters (they hide text, or turn its direction around), line and
 * paragraph separators, and halves of characters.
 */
const NOT_TEXT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const RUNS = new RegExp(`${NOT_TEXT.source}+`, 'gu');
/** The same without what ends lines and fields. */
const NOT_LINES = new RegExp(`(?![\\n\\t])${NOT_TEXT.source}`, 'gu');

/** Folds a text to one line of nothing but text, and cuts it to at most `maxLength` UTF-16 units. */
export function oneLine(text: string, maxLength: number): string {
  const line = text.replaceAll(RUNS, ' ').trim();
  if (line.length <= maxLength) return line;
  // Half a surrogate pair would be no valid UTF-8.
  return `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Takes out of a text whatever is no text; nothing is left in its place. */
export function withoutControls(text: string): string {
  return text.replaceAll(NOT_TEXT, '');
}

/** Text in lines and fields that somebody else may have had a hand in: what is no text shows as `�`. */
export function printable(text: string): string {
  return text.replaceAll(NOT_LINES, '�');
}

/** A value as JSON that holds nothing but text, and says the same. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(NOT_LINES, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
