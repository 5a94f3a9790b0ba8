/**
 * What order-monit itself says in English, in another language. Reasons and hints are made in many places, where things go
 * wrong, and are kept as text in the history, in what alerts remember and in the log, which stays English. So they are not
 * made anew for each language, but known again: by the English sentence, with `{0}` for each part that is not ours or
 * differs. What is not known, such as the words of other programs, stays as it is.
 */

/** An English sentence and what it is in the other language, each with `{0}`, `{1}`, … for its parts. */
export type Phrase = readonly [english: string, other: string];

interface Known {
  /** What stands before, between and behind the parts. */
  readonly literals: readonly string[];
  readonly parts: readonly string[];
  readonly other: string;
}

const PART = /\{(\d)\}/;
/** A part may be a phrase itself, and one of its parts as well. */
const DEEPEST = 5;

/** A translator by these phrases. It takes a time that grows with the text and no faster, as texts come from outside. */
export function translatorBy(phrases: readonly Phrase[]): (text: string) => string {
  // The one that says most comes first: `{0} ({1})` would take all.
  const known = phrases.map(knownBy).sort((a, b) => weightOf(b) - weightOf(a));
  const translate = (text: string, depth: number): string => {
    for (const phrase of known) {
      const parts = partsOf(text, phrase);
      if (parts === undefined) continue;
      return phrase.other.replaceAll(/\{(\d)\}/g, (_, part: string) => {
        const found = parts.get(part) ?? '';
        return depth < DEEPEST ? translate(found, depth + 1) : found;
      });
    }
    return text;
  };
  return (text) => translate(text, 0);
}

function knownBy([english, other]: Phrase): Known {
  const pieces = english.split(PART);
  return {
    literals: pieces.filter((_, index) => index % 2 === 0),
    parts: pieces.filter((_, index) => index % 2 === 1),
    other,
  };
}

function weightOf({ literals }: Known): number {
  return literals.join('').length;
}

/** The parts of a text by their names; `undefined` where it is another sentence. Each literal is taken where it comes first. */
function partsOf(text: string, { literals, parts }: Known): ReadonlyMap<string, string> | undefined {
  const [begin = '', ...rest] = literals;
  const end = rest.pop();
  if (end === undefined) return text === begin ? new Map() : undefined;
  if (!text.startsWith(begin) || !text.endsWith(end) || text.length < begin.length + end.length) return undefined;
  const found = new Map<string, string>();
  let from = begin.length;
  const last = text.length - end.length;
  for (const [index, literal] of rest.entries()) {
    const at = text.indexOf(literal, from);
    if (at === -1 || at + literal.length > last) return undefined;
    found.set(parts[index] ?? '', text.slice(from, at));
    from = at + literal.length;
  }
  found.set(parts.at(-1) ?? '', text.slice(from, last));
  return found;
}
