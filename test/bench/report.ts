/** What the benchmark writes. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface Table {
  readonly title: string;
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const DOCUMENT = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
/** What stands between them is the benchmark's; the rest of the document is written by hand. */
const BEGIN = '<!-- From here to the end mark, npm run bench writes. -->';
const END = '<!-- The end of what npm run bench writes. -->';

/** A section of the document. */
export function print({ title, about, head, rows }: Table, machine: string): string {
  return [`## ${title}`, '', about, '', ...lines(head, rows), '', `Measured on ${machine}.`].join('\n');
}

function lines(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** Puts a section into the document, in the place of the one with its title. @throws Error when there is no place for it */
export async function publish(section: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${DOCUMENT} has no ${BEGIN} before ${END}`);
  const [title] = section.split('\n');
  const sections = text
    .slice(begin + BEGIN.length, end)
    .split(/^(?=## )/m)
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const isThere = sections.some((one) => one.split('\n')[0] === title);
  const written = isThere
    ? sections.map((one) => (one.split('\n')[0] === title ? section : one))
    : [...sections, section];
  await writeFile(DOCUMENT, [text.slice(0, begin) + BEGIN, ...written, text.slice(end)].join('\n\n'));
}
