/**
 * What commands print: tables for people on a terminal, plain lines in a pipe, JSON where it is asked for. Whatever a text
 * holds, and wherever it comes from, nothing leaves here that could steer a terminal but the colours of `paint`.
 */
import { randomUUID } from 'node:crypto';

import { printable, printableJson } from '../text/printable.ts';
import { withErpName } from '../text/erp-name.ts';

export interface Output {
  /** Writes a line, or several, to standard output. */
  line(text: string): void;
  /** Writes a value as JSON to standard output. */
  json(value: unknown): void;
  /** Writes one line to standard error. */
  error(text: string): void;
  readonly isTerminal: boolean;
  /** How many characters a line of the terminal has, where that is known. */
  readonly columns?: number | undefined;
  /** Shows these lines in place of all that the terminal shows, as many as it has room for; there where it can. */
  readonly redraw?: ((lines: readonly string[]) => void) | undefined;
  /** Shows a line on standard error until another one, or anything else, is written; '' takes it away. There where it can. */
  readonly passing?: ((text: string) => void) | undefined;
  paint(colour: Colour, text: string): string;
}

export type Colour = 'red' | 'yellow' | 'green' | 'grey' | 'bold';

const CODES: Readonly<Record<Colour, number>> = { red: 31, yellow: 33, green: 32, grey: 90, bold: 1 };

/** Stands for the beginning of a colour until it is written. Nobody outside knows it, so no text holds one. */
const COLOUR = randomUUID();
const COLOURS = new RegExp(`${COLOUR}(\\d+)m`, 'g');

/** The line is emptied, and the cursor at its begin. */
const EMPTY_LINE = '\r\u001b[K';
/** The cursor to the top, and all below it away. */
const FROM_THE_TOP = '\u001b[H\u001b[J';

function safe(text: string): string {
  return withErpName(printable(text)).replaceAll(COLOURS, '\u001b[$1m');
}

/** The process' own standard streams. Colours only on a terminal that has them, and never with NO_COLOR. */
export function standardOutput(environment: Readonly<Record<string, string | undefined>>): Output {
  const isTerminal = process.stdout.isTTY;
  const noColour = environment['NO_COLOR'];
  const isDumb = environment['TERM'] === 'dumb';
  const takesCodes = isTerminal && !isDumb;
  const coloured = takesCodes && (noColour === undefined || noColour === '');
  let isPassing = false;
  const passing = (text: string): void => {
    if (isPassing || text !== '') process.stderr.write(`${EMPTY_LINE}${onOneLine(safe(text), process.stderr.columns)}`);
    isPassing = text !== '';
  };
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    passing('');
    stream.write(`${text}\n`);
  };
  return {
    line: (text) => {
      write(process.stdout, safe(text));
    },
    json: (value) => {
      write(process.stdout, withErpName(printableJson(value, 2)));
    },
    error: (text) => {
      write(process.stderr, safe(text));
    },
    passing: process.stderr.isTTY && !isDumb ? passing : undefined,
    isTerminal,
    columns: isTerminal ? process.stdout.columns : undefined,
    redraw: takesCodes
      ? (lines) => void process.stdout.write(`${FROM_THE_TOP}${safe(fitting(lines, process.stdout).join('\n'))}\n`)
      : undefined,
    paint: (colour, text) => (coloured ? `${COLOUR}${CODES[colour]}m${text}${COLOUR}0m` : text),
  };
}

/** A line that is broken can not be taken away again. */
function onOneLine(text: string, columns: number): string {
  return columns > 0 ? text.slice(0, columns - 1) : text;
}

/** The first lines, the last of them `…` where there are more than fit. A terminal that knows no size of its own takes all. */
function fitting(
  lines: readonly string[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): readonly string[] {
  // The cursor stands below.
  let left = rows > 0 ? rows - 1 : Infinity;
  const shown: string[] = [];
  for (const line of lines) {
    const width = line.replaceAll(COLOURS, '').length;
    left -= columns > 0 ? Math.max(1, Math.ceil(width / columns)) : 1;
    if (left < 0) return [...shown.slice(0, -1), '…'];
    shown.push(line);
  }
  return shown;
}

/** A column that is shortened to less says nothing: then the terminal breaks the line. */
const LEAST_WIDTH = 20;

/**
 * Prints rows in columns below a header, the last one shortened to what the terminal has room for; in a pipe, the
 * fields of a row with tabs between them, whole, and no header.
 */
export function printTable(output: Output, header: readonly string[], rows: readonly (readonly string[])[]): void {
  if (!output.isTerminal) {
    for (const row of rows) output.line(row.join('\t'));
    return;
  }
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const last = header.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(LEAST_WIDTH, (output.columns ?? Infinity) - before);
  const print = (row: readonly string[]): string =>
    row
      .map((field, column) => (column === last ? shortened(field, room) : field.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  output.line(output.paint('bold', print(header)));
  for (const row of rows) output.line(print(row));
}

function shortened(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
