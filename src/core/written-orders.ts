/**
 * Reads how people write orders: `1226301`, `#1226301`, `nº 1226301`, `pedido 1.226.301 do cliente`, or a list out of a
 * spreadsheet. The one way to do that, for the page and the command line. What is read wrongly finds nothing, or another
 * order that is then shown with its number: it changes nothing by itself.
 */
import { isOrderId, isOrderNumber, type OrderReference } from './order.ts';

/** One order as somebody wrote it. */
export interface WrittenOrder {
  /** What is taken for its name, to be shown. */
  readonly text: string;
  /** What may be meant, the likeliest first: numbers, then the id of a row. Never empty. */
  readonly meant: readonly OrderReference[];
  /** Where the shop has nothing of it, it may be several orders with blanks between them: `1001 1002`. */
  readonly otherwise?: readonly WrittenOrder[];
}

/** What is no more than this long may be a number, however it is written. */
const LONGEST_NUMBER = 50;
/** So much of a text is read. */
const LONGEST_TEXT = 6000;

/** `#`, the numero sign, ordinals and the degree sign, by their codes: the bundle has no other letters in its patterns. */
const NUMBER_SIGNS = /[#\u2116\u00ba\u00b0\u00aa]/g;
const APOSTROPHES = /[\u2018\u2019\u00b4`]/g;
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
/** `1.226.301`, `1 226 301`: groups of three, with one kind of mark between them. */
const GROUPED = /(?<![\w.,/'-])\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*(?![\w]|[.,/'-]\d)/;
const TOKEN = /[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?/;
const DATE = /^(?:\d{1,2}\/\d{1,2}(?:\/\d{2,4})?|\d{4}-\d\d-\d\d)$/;
/** As people write the id of a row, which the page and the command line call so. */
const BY_ID = /(?<![A-Za-z0-9])id\s*[:=#]?\s*(\d{1,16})(?![\w])/gi;
/** A short number in pieces, as it is read out: `122 63 01`. Or short numbers, which only the shop can tell. */
const IN_PIECES = /^\d{1,4}(?: \d{1,4})+$/;
const LONGEST_IN_PIECES = 12;
/** What is shorter than this is no number of an order that somebody lists, and too many orders have such ids. */
const SHORTEST_IN_LIST = 3;

/** The orders in a text, each once. None where nothing in it can be an order. */
export function writtenOrders(text: string): readonly WrittenOrder[] {
  const lines = text.slice(0, LONGEST_TEXT).split(/[\n\r;\t|]+/);
  const found = new Map<string, WrittenOrder>();
  for (const written of lines.flatMap((line) => inLine(line.trim()))) {
    const key = JSON.stringify(written.meant[0]);
    if (!found.has(key)) found.set(key, written);
  }
  return [...found.values()];
}

/** The numbers that may be meant: for what changes something, a number that is not there is no id. */
export function numbersIn({ meant }: WrittenOrder): readonly string[] {
  return meant.flatMap((reference) => ('number' in reference ? [reference.number] : []));
}

function inLine(line: string): WrittenOrder[] {
  // As it stands it may be a number, and then it is that one, whatever else could be read in it.
  const exact = isOrderNumber(line) || (/\d/.test(line) && line.length <= LONGEST_NUMBER) ? [line] : [];
  const plain = line
    .replace(NUMBER_SIGNS, ' ')
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(DASHES, '-')
    .replace(APOSTROPHES, "'")
    .replace(/\s+/g, ' ')
    .trim();
  if (isOrderNumber(plain)) return [made(line, [...exact, plain])];
  if (IN_PIECES.test(plain) && plain.replaceAll(' ', '').length <= LONGEST_IN_PIECES) {
    const whole = made(line, [...exact, plain.replaceAll(' ', '')]);
    const pieces = plain.split(' ');
    if (pieces.some((piece) => piece.length < SHORTEST_IN_LIST)) return [whole];
    const otherwise = pieces.map((piece) => ({ text: piece, meant: [{ number: piece }] }));
    const looksLikeList = pieces.every((piece) => piece.length > SHORTEST_IN_LIST);
    // A row that has all of it for its id is then some other order.
    const meant = looksLikeList ? numbersIn(whole).map((number) => ({ number })) : whole.meant;
    return [{ ...whole, meant, otherwise }];
  }
  const pieces = piecesOf(plain);
  const [only] = pieces;
  if (only === undefined) return exact.length === 0 ? [] : [made(line, exact)];
  if (pieces.length > 1) return pieces;
  const asItStands = exact.map((number) => ({ number }));
  const isId = only.meant.some((reference, index) => index === 0 && 'id' in reference);
  return [{ text: only.text, meant: unique(isId ? only.meant : [...asItStands, ...only.meant]) }];
}

/** What may be orders among words. */
function piecesOf(plain: string): WrittenOrder[] {
  const ids = [...plain.matchAll(BY_ID)].flatMap(([text, digits = '']) => {
    const id = Number(digits);
    return isOrderId(id) ? [{ text, meant: [{ id }, { number: digits }] }] : [];
  });
  const words = plain.replace(BY_ID, ' ');
  const tokens = [...words.matchAll(new RegExp(`${GROUPED.source}|${TOKEN.source}`, 'g'))]
    .map(([token]) => token)
    .filter((token) => /\d/.test(token) && token.length <= LONGEST_NUMBER);
  const undated = tokens.filter((token) => !DATE.test(token));
  return [...ids, ...(undated.length + ids.length === 0 ? tokens : undated).map((token) => made(token, [token]))];
}

/** All that one name may mean. */
function made(text: string, names: readonly string[]): WrittenOrder {
  const numbers = names.flatMap((name) => [name, ...otherForms(name)]);
  const ids = numbers.flatMap((number) => {
    const id = Number(number);
    return /^\d{1,16}$/.test(number) && isOrderId(id) ? [{ id }] : [];
  });
  return { text, meant: unique([...numbers.map((number) => ({ number })), ...ids]) };
}

/** The forms that a number may have in the shop when somebody writes it like this. */
function otherForms(name: string): string[] {
  const bare = name.replace(/^(?:n|no|nr|num|pedido|order)[.:_-]?(?=\d)/i, '').replace(/^[._/-]+|[._/-]+$/g, '');
  const digits = /^[\d.,' /_-]+$/.test(bare) ? bare.replace(/\D/g, '') : '';
  return [bare, digits, digits.replace(/^0+(?=\d)/, ''), bare.toUpperCase(), bare.toLowerCase()].filter(
    (form) => isOrderNumber(form) && form !== name,
  );
}

function unique(references: readonly OrderReference[]): readonly OrderReference[] {
  const keys = references.map((reference) => JSON.stringify(reference));
  return references.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}
