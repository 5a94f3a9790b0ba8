/** Explains a YAML syntax error as the author of the file would see it, with the line of its cause and the mend. */
import { findOddInLine, mendCharacter, nameCharacter } from './characters.ts';
import type { Remark } from './fault.ts';
import { explainTemplate, TEMPLATE, type Explanation } from './template.ts';

/** A line of a YAML file, taken apart as far as a broken one allows. */
interface Line {
  readonly number: number;
  readonly indentation: string;
  readonly key: string | undefined;
  /** What follows the key or the dash, or the whole line without its indentation. */
  readonly value: string;
}

/**
 * The parser stops where it can not go on, which for a quote that is never
 * closed is a later line; so the cause is looked for from there upwards.
 * Nothing of the text but a key is ever repeated: it may be a secret.
 *
 * @param reason the parser's own words
 * @param stoppedAt the line at which the parser stopped, counted from 0
 */
export function explainSyntaxFault(text: string, reason: string, stoppedAt: number): Remark {
  const texts = text.split(/\r\n|\r|\n/);
  const lines = texts.map(takeApart);
  const reached = lines.slice(0, stoppedAt + 1).filter(({ value }) => value !== '' && !value.startsWith('#'));
  return (
    findOddLine(texts.slice(0, stoppedAt + 1)) ??
    first(reached, explainOpening) ??
    findTemplate(lines) ??
    explainLine(reached, reason) ?? {
      line: Math.min(stoppedAt + 1, lines.length),
      problem: 'is not YAML from here on.',
      remedy:
        'Compare this line, and the one before it, with the examples of /usr/share/doc/order-monit/configuration.md.',
    }
  );
}

function findOddLine(texts: readonly string[]): Remark | undefined {
  for (const [index, text] of texts.entries()) {
    const odd = findOddInLine(index === 0 ? text.replace(/^\uFEFF/, '') : text);
    if (odd !== undefined) return explainOdd(odd.character, index + 1, odd.index + 1);
  }
  return undefined;
}

/** An odd character by its place. */
export function explainOdd(character: string, line: number, column: number): Remark {
  return {
    line,
    problem: `column ${column} has ${nameCharacter(character)}.`,
    remedy: mendCharacter(character),
  };
}

function takeApart(text: string, index: number): Line {
  const parts = /^([^\S\r\n]*)(?:-[ \t]+)*(?:([A-Za-z_][\w.-]{0,39})[ \t]*:(?=[ \t]|$))?[ \t]*(.*)$/s.exec(text);
  return { number: index + 1, indentation: parts?.[1] ?? '', key: parts?.[2], value: parts?.[3] ?? '' };
}

function first(lines: readonly Line[], explain: (line: Line) => Explanation | undefined): Remark | undefined {
  for (const line of lines) {
    const explanation = explain(line);
    if (explanation !== undefined) return remark(line, explanation);
  }
  return undefined;
}

function remark({ number, key }: Line, [problem, remedy]: Explanation): Remark {
  return { line: number, ...(key !== undefined && { key }), problem, remedy };
}

function findTemplate(lines: readonly Line[]): Remark | undefined {
  return first(lines, ({ value }) =>
    !value.startsWith('#') && value.includes('<%') ? (explainTemplate(value) ?? TEMPLATE) : undefined,
  );
}

function explainOpening({ value }: Line): Explanation | undefined {
  const quote = value[0];
  if (quote === '"' || quote === "'") {
    return afterQuotes(value) === undefined
      ? [
          `the value begins with ${quote} and has no closing ${quote}.`,
          `Add ${quote} at the end of this line, or remove the first one.`,
        ]
      : undefined;
  }
  const closing = quote === '[' ? ']' : quote === '{' ? '}' : undefined;
  return closing !== undefined && !value.includes(closing)
    ? [`${quote ?? ''} is opened and not closed on this line.`, `Add ${closing} at the end of this line.`]
    : undefined;
}

/** What stands after a quoted value's closing quote; `undefined` when there is none. */
function afterQuotes(value: string): string | undefined {
  const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(value)?.[0];
  return quoted === undefined ? undefined : value.slice(quoted.length);
}

const QUOTE_THE_VALUE = "Put the whole value in single quotes, like 'this'.";

/** Looks at the line at which the parser stopped, and for what only shows later, at the one before. */
function explainLine(reached: readonly Line[], reason: string): Remark | undefined {
  const last = reached.at(-1);
  if (last === undefined) return undefined;
  if (last.indentation.includes('\t')) {
    return remark(last, ['the line is indented with a tab.', 'Indent with blanks; YAML takes no tabs.']);
  }
  if (/escape sequence|hexadecimal/.test(reason)) {
    return remark(last, [
      'a backslash has a meaning between double quotes, and not this one.',
      'Use single quotes, between which a backslash is just itself.',
    ]);
  }
  const ofValue = explainValue(last);
  if (ofValue !== undefined) return remark(last, ofValue);
  return first(reached.slice(-2), explainKeyless) ?? explainIndentation(last, reason);
}

function explainValue({ key, value }: Line): Explanation | undefined {
  if (key === undefined) return undefined;
  if (/^[@`%!&*|>}\],?-]/.test(value)) {
    return [`the value begins with ${value.charAt(0)}, which has a meaning of its own in YAML.`, QUOTE_THE_VALUE];
  }
  const rest = afterQuotes(value);
  if (rest !== undefined && !/^\s*(?:#|$)/.test(rest)) {
    return [
      'text follows the closing quote.',
      'Put the whole value in one pair of quotes; write a single quote in it twice.',
    ];
  }
  return /:(?:\s|$)/.test(value) ? ['the value holds a colon and a blank.', QUOTE_THE_VALUE] : undefined;
}

function explainKeyless({ key, value }: Line): Explanation | undefined {
  if (key !== undefined || /:(?:\s|$)/.test(value)) return undefined;
  return /^[\w.-]+:/.test(value)
    ? ['a blank is missing after the colon.', 'Write key: value, with a blank after the colon.']
    : ['this is not of the form key: value.', 'Write a key, a colon, a blank and the value; begin a comment with #.'];
}

function explainIndentation(line: Line, reason: string): Remark | undefined {
  if (!/indentation|end of the stream/.test(reason)) return undefined;
  return remark(line, [
    'the indentation does not fit the lines before it.',
    'Begin the keys of one section all in the same column.',
  ]);
}
