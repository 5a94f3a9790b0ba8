/**
 * What order-monit itself says in English, in another language. Reasons and hints are made in many places, where things go
 * wrong, and are kept as text in the history, in what alerts remember and in the log, which stays English. So they are not
 * made anew for each language, but known again by the English sentence. Its parts are `{0}` for a name or the words of
 * others, which stay as they are, and `<0>` for what order-monit says itself, which is translated in turn.
 */

/** An English sentence and what it is in the other language, in which every part is `{0}`, `{1}`, …. */
export type Phrase = readonly [english: string, other: string];

/** Where a part stands in an English sentence: `{0}` or `<0>`. */
export const PART = /([{<]\d[}>])/;

interface Known {
  /** What stands before, between and behind the parts. */
  readonly literals: readonly string[];
  readonly parts: readonly Part[];
  readonly other: string;
}

interface Part {
  readonly name: string;
  readonly isOurs: boolean;
}

/** A sentence that a text is, and what its parts are there. */
interface Match {
  readonly phrase: Known;
  readonly found: readonly string[];
  /** Where the sentence's own words stand in the text, piece by piece. */
  readonly own: readonly { readonly at: number; readonly length: number }[];
}

/** Sentences within sentences go no deeper. */
const DEEPEST = 5;

/** A translator by these phrases. It takes a time that grows with the text and no faster, as texts come from outside. */
export function translatorBy(phrases: readonly Phrase[]): (text: string) => string {
  const known = phrases.map(knownBy);
  const translate = (text: string, depth: number): string => {
    const match = matchOf(text, known);
    if (match === undefined) return text;
    const { found, phrase } = match;
    return phrase.other.replaceAll(/\{(\d)\}/g, (_, name: string) => {
      const index = phrase.parts.findIndex((part) => part.name === name);
      const part = found[index] ?? '';
      return phrase.parts[index]?.isOurs === true && depth < DEEPEST ? translate(part, depth + 1) : part;
    });
  };
  return (text) => translate(text, 0);
}

function knownBy([english, other]: Phrase): Known {
  const pieces = english.split(PART);
  const parts = pieces.filter((_, index) => index % 2 === 1);
  return {
    literals: pieces.filter((_, index) => index % 2 === 0),
    parts: parts.map((part) => ({ name: part.charAt(1), isOurs: part.startsWith('<') })),
    other,
  };
}

/**
 * The sentence whose own words come first: what others said is quoted behind them, and may look like another sentence of ours.
 * Of those that begin alike it is the one that goes on first, or says more.
 */
function matchOf(text: string, known: readonly Known[]): Match | undefined {
  let first: Match | undefined;
  for (const phrase of known) {
    const match = matched(text, phrase);
    if (match !== undefined && (first === undefined || comesBefore(match, first))) first = match;
  }
  return first;
}

function comesBefore({ own }: Match, other: Match): boolean {
  for (const [index, mine] of own.entries()) {
    const theirs = other.own[index];
    if (theirs === undefined || mine.at < theirs.at) return true;
    if (mine.at > theirs.at) return false;
    if (mine.length !== theirs.length) return mine.length > theirs.length;
  }
  return false;
}

/** `undefined` where it is another sentence. Each literal is taken where it comes first. */
function matched(text: string, phrase: Known): Match | undefined {
  const { literals } = phrase;
  const last = literals.length - 1;
  const end = literals[last] ?? '';
  if (last === 0) return text === end ? { phrase, found: [], own: [{ at: 0, length: end.length }] } : undefined;
  if (!text.startsWith(literals[0] ?? '') || !text.endsWith(end)) return undefined;
  const found: string[] = [];
  const own: Match['own'][number][] = [];
  let from = 0;
  for (const [index, literal] of literals.entries()) {
    const at = index === 0 ? 0 : index === last ? text.length - end.length : text.indexOf(literal, from);
    if (at < from) return undefined;
    if (index > 0) found.push(text.slice(from, at));
    if (literal !== '') own.push({ at, length: literal.length });
    from = at + literal.length;
  }
  return { phrase, found, own };
}
