/** Characters that nobody sees, or takes for others: what they are called, and what to do about them. */

/** Blanks and breaks that YAML takes for letters, marks without a width, control characters, and what could not be decoded. */
const ODD =
  /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\xA0\u00AD\u061C\u1680\u180E\u2000-\u200B\u200E\u200F\u2028-\u202F\u205F-\u2064\u2066-\u206F\u3000\uFEFF\uFFF9-\uFFFD]|(?<![^\0-\x7F])[\u200C\u200D]|[\u200C\u200D](?![^\0-\x7F])/;

/** What no YAML may hold, wherever it stands. */
const FORBIDDEN = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]/;

const DOUBLE_QUOTES = '“”„‟«»＂';
const SINGLE_QUOTES = '‘’‚‛´＇';
const DASHES = '‐‑‒–—−•';
const COLONS = '：∶';
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ...Array.from(DOUBLE_QUOTES, (quote) => [quote, '"'] as const),
  ...Array.from(SINGLE_QUOTES, (quote) => [quote, "'"] as const),
  ...Array.from(DASHES, (dash) => [dash, '-'] as const),
  ...Array.from(COLONS, (colon) => [colon, ':'] as const),
]);

const QUOTE = `([${DOUBLE_QUOTES}${SINGLE_QUOTES}])`;
/** Where a sign that is taken for another stands at the beginning of a value or an item. */
const OPENING = [new RegExp(`^${QUOTE}`), new RegExp(`^([${DASHES}])(?=\\s)`)];
/** Where it stands in a line, whose quoted parts are left out. */
const WITHIN_LINE = [
  new RegExp(`(?:^|[:\\-,[{])[ \\t]*${QUOTE}`),
  new RegExp(`["'][^"']*${QUOTE}[ \\t]*$`),
  new RegExp(`^[ \\t]*([${DASHES}])(?=\\s)`),
  new RegExp(`^[ \\t]*[\\w.-]+[ \\t]*([${COLONS}])`),
];

const NAMES: Readonly<Record<string, string>> = {
  '\0': 'a NUL',
  '\x07': 'a bell',
  '\x08': 'a backspace',
  '\t': 'a tab',
  '\n': 'a line break',
  '\x0B': 'a vertical tab',
  '\x0C': 'a form feed',
  '\r': 'a carriage return',
  '\x1A': "DOS's end of a file",
  '\x1B': 'an escape',
  '\x7F': 'a delete character',
  '\x85': 'a next-line character',
  '\xA0': 'a no-break space',
  '\xAD': 'a soft hyphen',
  '\u200B': 'a zero-width space',
  '\u200C': 'a zero-width non-joiner',
  '\u200D': 'a zero-width joiner',
  '\u200E': 'a left-to-right mark',
  '\u200F': 'a right-to-left mark',
  '\u2028': 'a line separator',
  '\u2029': 'a paragraph separator',
  '\u202F': 'a narrow no-break space',
  '\u2060': 'a word joiner',
  '\u3000': 'an ideographic space',
  '\uFEFF': 'a byte order mark',
  '\uFFFD': 'a sign for what could not be decoded',
};

/** A character in words, with its number. */
export function nameCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const like = LOOKALIKES.get(character);
  if (like !== undefined) return `${character} (U+${code}), which is no ${like}`;
  const name =
    NAMES[character] ??
    (/\p{Zs}/u.test(character) ? 'a blank of another width' : undefined) ??
    (/\p{Cc}/u.test(character) ? 'a control character' : 'a character that is not seen');
  return `${name} (U+${code})`;
}

/** What to do about an odd character outside of quotes. */
export function mendCharacter(character: string): string {
  const like = LOOKALIKES.get(character);
  if (like !== undefined)
    return `Write ${like} in its place; if it belongs to the value, put the whole value in single quotes.`;
  const mend = /\p{Zs}/u.test(character) ? 'Type an ordinary blank in its place' : 'Remove it, or type the line anew';
  return FORBIDDEN.test(character) || character === '\uFEFF'
    ? `${mend}.`
    : `${mend}; if it belongs to the value, put the whole value in single quotes.`;
}

export interface OddCharacter {
  readonly character: string;
  readonly index: number;
}

/** What the first pattern that matches has found: its group, or all of it. */
function firstOf(patterns: readonly RegExp[], text: string): OddCharacter | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const character = match[1] ?? match[0];
    return { character, index: match.index + match[0].lastIndexOf(character) };
  }
  return undefined;
}

/** The first character that YAML forbids, wherever it stands. */
export function findForbidden(text: string): OddCharacter | undefined {
  return firstOf([FORBIDDEN], text);
}

/** The first odd character of a text that has no quotes around it. */
export function findOdd(plain: string): OddCharacter | undefined {
  return firstOf([ODD, ...OPENING], plain);
}

/** The first odd character in a line of YAML that could not be read: outside of quotes and comments. */
export function findOddInLine(line: string): OddCharacter | undefined {
  const bare = line
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, (quoted) => 'x'.repeat(quoted.length))
    .replace(/(?<=^|[ \t])#.*$/, '');
  return firstOf([ODD, ...WITHIN_LINE], bare);
}

/** An odd character at the beginning or the end of a value, where nobody sees it and quotes keep it. */
export function oddAtEnds(value: string): string | undefined {
  return [value.at(0), value.at(-1)].find((character) => character !== undefined && ODD.test(character));
}

/** Shows odd characters by their numbers. */
export function escapeOdd(text: string): string {
  return text.replace(
    new RegExp(ODD, 'g'),
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
