/**
 * How the texts of a YAML file are read: one function for each kind of value.
 * Each gives a valibot schema from the text to what the program uses, with
 * what is expected in words, which is the remedy when it does not fit.
 * Defaults are given as the text that somebody would write.
 */
import { RE2JS } from 're2js';
import * as v from 'valibot';

import { IDENTIFIER } from '../text/identifier.ts';
import { escapeOdd, nameCharacter, oddAtEnds } from './characters.ts';
import { Secret } from './secret.ts';
import { explainTemplate } from './template.ts';

/** What the shipped files hold where only the operator knows the value. */
export const PLACEHOLDER = 'CHANGE_ME';

export type Reading<T> = { readonly value: T } | { readonly problem: string };

export function readAs<T>(expected: string, read: (text: string) => Reading<T>) {
  return v.pipe(
    v.string('holds several values where one is expected.'),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const reading = refuseUnedited(dataset.value) ?? read(dataset.value);
      if ('value' in reading) return reading.value;
      addIssue({ message: reading.problem });
      return NEVER;
    }),
    v.metadata({ expected }),
  );
}

function refuseUnedited(text: string): { readonly problem: string } | undefined {
  if (text.includes(PLACEHOLDER)) return { problem: `still holds the placeholder ${PLACEHOLDER}.` };
  const template = explainTemplate(text);
  return template && { problem: template[0] };
}

const MAX_SHOWN = 60;

/** A value as it is shown in a fault: in quotes, bounded and printable. */
export function show(value: string): string {
  return escapeOdd(JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value));
}

/** A value that is read as it stands, if it matches a pattern. Control characters never do. */
export function text(expected: string, pattern = /./) {
  return readAs(expected, (written) => {
    if (written.trim() === '') return { problem: 'is empty.' };
    const control = /\p{Cc}/u.exec(written)?.[0];
    if (control !== undefined) return { problem: `holds ${nameCharacter(control)}.` };
    const odd = oddAtEnds(written);
    if (odd !== undefined) return { problem: `begins or ends with ${nameCharacter(odd)}.` };
    if (!pattern.test(written)) return { problem: `${show(written)} does not fit.` };
    return { value: written };
  });
}

/** The words of a command: one text has blanks between them, and in a list a word may hold blanks. */
export function commandWords(written: readonly string[]): readonly string[] {
  const [only = '', ...others] = written;
  return others.length > 0 ? written : only.split(/\s+/).filter((word) => word !== '');
}

/** A value that is never shown. */
export function secret(expected: string) {
  return v.pipe(
    readAs(expected, (written) => ({ value: new Secret(written) })),
    v.metadata({ secret: true }),
  );
}

/** Says what is wrong with the form of a GUID, without showing it; `undefined` when nothing is. */
export function misfitOfGuid(guid: string): string | undefined {
  if (/^[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}$/.test(guid)) return undefined;
  return guid.length === 36 ? 'has 36 characters, but not the form of a GUID.' : `has ${guid.length} characters.`;
}

/** A GUID that is never shown. */
export function secretGuid(expected: string) {
  return v.pipe(
    readAs(expected, (written) => {
      const problem = misfitOfGuid(written);
      return problem === undefined ? { value: new Secret(written) } : { problem };
    }),
    v.metadata({ secret: true }),
  );
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Ruby allowed `13_630`; it took `010` for octal, which nobody means, so that is refused. */
function readNumber(written: string, { min, max }: Range): Reading<number> {
  if (!/^\d[\d_]*(?:\.\d+)?$/.test(written)) return { problem: `${show(written)} is not a number.` };
  if (/^0[\d_]/.test(written)) return { problem: `${written} begins with a 0.` };
  const value = Number(written.replaceAll('_', ''));
  if (value < min) return { problem: `${written} is less than ${min}.` };
  if (value > max) return { problem: `${written} is more than ${max}.` };
  return { value };
}

export function wholeNumber(range: Range) {
  const expected = `a whole number from ${range.min} to ${range.max}`;
  return readAs(expected, (written) => {
    const reading = readNumber(written.trim(), range);
    return 'value' in reading && !Number.isInteger(reading.value)
      ? { problem: `${written.trim()} is not a whole number.` }
      : reading;
  });
}

/** A duration: written in seconds, used in milliseconds. */
export function seconds(range: Range) {
  return readAs(`a number of seconds from ${range.min} to ${range.max}`, (written) => {
    const reading = readNumber(written.trim(), range);
    return 'value' in reading ? { value: Math.round(reading.value * 1000) } : reading;
  });
}

/** The words of YAML 1.1 that Ruby knew. */
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

export function readFlag(written: string): boolean | undefined {
  return FLAGS.get(written.trim().toLowerCase());
}

export function flag() {
  return readAs('true or false', (written) => {
    const value = readFlag(written);
    return value === undefined ? { problem: `${show(written)} is neither true nor false.` } : { value };
  });
}

/** One of a few words, in any case and with either dash; Ruby's symbols (`:plain`) are taken for the words. */
export function oneOf<const Word extends string>(words: readonly Word[]) {
  return readAs<Word>(`one of ${words.join(', ')}`, (written) => {
    const comparable = (word: string): string => word.toLowerCase().replaceAll('-', '_');
    const wanted = comparable(written.trim().replace(/^:/, ''));
    const value = words.find((word) => comparable(word) === wanted);
    return value === undefined ? { problem: `${show(written)} is not known.` } : { value };
  });
}

/** A regular expression that ignores case. */
export interface Pattern {
  readonly source: string;
  /** Whether it matches somewhere in a text, in a time that grows with the text's length and no faster. */
  test(text: string): boolean;
}

export function pattern() {
  return readAs<Pattern>('a list of regular expressions', compilePattern);
}

/**
 * Patterns are matched without going back (re2js): with Node's own, `(a+)+$` would keep the service from all else for
 * longer than anybody lives, and what it is matched with comes from outside.
 */
export function compilePattern(written: string): Reading<Pattern> {
  try {
    const compiled = RE2JS.compile(written, RE2JS.CASE_INSENSITIVE);
    // What the library keeps for itself changes as it matches, and the configuration is frozen.
    return { value: { source: written, test: (text) => compiled.matcher(text).find() } };
  } catch {
    return {
      problem: isRegExp(written)
        ? `${show(written)} holds what order-monit does not take in a regular expression (a look-ahead, say, or \\1).`
        : `${show(written)} is not a regular expression.`,
    };
  }
}

function isRegExp(written: string): boolean {
  try {
    return new RegExp(written, 'iu') instanceof RegExp;
  } catch {
    return false;
  }
}

/** An absolute URL over HTTP. Never shown in a fault, as it may hold what it must not: a password, a token. */
export function url(expected: string) {
  return readAs(expected, (written) => {
    const parsed = parseUrl(written);
    if (parsed === undefined) return { problem: 'is not a URL.' };
    if (!/^https?:$/.test(parsed.protocol)) return { problem: 'does not begin with http:// or https://.' };
    if (parsed.username !== '' || parsed.password !== '') return { problem: 'holds a user name or a password.' };
    return { value: parsed };
  });
}

/** A URL that is itself what authorizes whoever knows it. */
export function secretUrl(expected: string) {
  return v.pipe(
    url(expected),
    v.transform(({ href }) => new Secret(href)),
    v.metadata({ secret: true }),
  );
}

function parseUrl(written: string): URL | undefined {
  try {
    return new URL(written);
  } catch {
    return undefined;
  }
}

export function hostName() {
  return readAs('a host name or an IP address', (written) => {
    if (/^[^:]+:\d+$/.test(written)) return { problem: `${show(written)} holds a port, which is a key of its own.` };
    return /^[\w:][\w.:%-]*$/.test(written) ? { value: written } : { problem: `${show(written)} is not a host name.` };
  });
}

export function port() {
  return wholeNumber({ min: 1, max: 65_535 });
}

/** A path on this host; `place.ts` says how it is resolved. */
export function path(of: string) {
  return text(`the path of ${of}`);
}

/** An address alone, or as mail programs show it: `Name <address>`, of which the address is used. */
export function mailAddress() {
  const bare = String.raw`[^\s@<>,;:"]+@[^\s@<>,;:"]+`;
  return v.pipe(
    text('a mail address, such as ops@example.com', new RegExp(`^(?:${bare}|[^<>]*<${bare}>)$`)),
    v.transform((written) => /<(.*)>$/.exec(written)?.[1] ?? written),
    v.metadata({ expected: 'a mail address, such as ops@example.com' }),
  );
}

/** The mail addresses of a text that has commas, semicolons or line breaks between them. */
export function splitAddresses(written: string): readonly string[] {
  const parts = written.match(/(?:"[^"]*"|[^,;\n"])+/g)?.map((part) => part.trim()) ?? [];
  const some = parts.filter((part) => part !== '');
  return some.length > 1 ? some : [written.replace(/[\s,;]+$/, '')];
}

/** A name in the database. Without quotes, dots and blanks, as Rails makes them. */
export function identifier() {
  return text('a name of letters, digits and underscores', IDENTIFIER);
}

/** A state of an order in the shop's table: a word (a Ruby symbol is taken for one), or the number of a Rails enum. */
export function orderState() {
  return v.pipe(
    text('a list of states as the shop stores them: words, or whole numbers', /^:?\s*[^\s:]/),
    v.maxLength(200, 'is longer than any state.'),
    v.transform((state) => state.replace(/^:/, '').trim()),
    v.metadata({ expected: 'a list of states as the shop stores them: words, or whole numbers' }),
  );
}

/** `UTC`, an offset such as `-03:00`, or a name of the IANA database. */
export function timeZone() {
  return readAs('UTC, an offset such as -03:00, or a name such as America/Sao_Paulo', (written) => {
    if (/^utc$/i.test(written)) return { value: 'UTC' };
    if (/^[+-](?:0\d|1[0-3]):[0-5]\d$|^\+14:00$/.test(written)) return { value: written };
    try {
      if (!/^[A-Za-z]/.test(written)) throw new RangeError(written);
      return { value: new Intl.DateTimeFormat('en', { timeZone: written }).resolvedOptions().timeZone };
    } catch {
      return { problem: `${show(written)} is not a known time zone.` };
    }
  });
}

/** A time of day, given as minutes after midnight. */
export function timeOfDay() {
  return readAs('a time of day such as 08:00', (written) => {
    const parts = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(written);
    if (parts === null) return { problem: `${show(written)} is not a time of day.` };
    return { value: Number(parts[1]) * 60 + Number(parts[2]) };
  });
}
