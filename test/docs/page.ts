/** Manual pages in scdoc's form, read for what they say. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A term and what is said of it; both plain, without marks for bold and underlined. */
export interface Entry {
  readonly term: string;
  readonly text: string;
}

export function pagePath(name: string): string {
  return fileURLToPath(new URL(`../../man/${name}.scd`, import.meta.url));
}

export function readPage(name: string): string {
  return readFileSync(pagePath(name), 'utf8');
}

/** A chapter of a page, without its title; empty when there is none. */
export function chapterOf(page: string, title: string): string {
  return page.split(`\n# ${title}\n`)[1]?.split('\n# ')[0] ?? '';
}

/** The terms of a chapter: what stands in bold or underlined at the margin, with indented lines below it. */
export function entriesOf(chapter: string): readonly Entry[] {
  const entries = chapter.matchAll(/(?<=\n\n|^\n)((?:[*_].*\n)+)((?:\t.*\n|\n(?=\t))+)/g);
  return Array.from(entries, ([, term = '', text = '']) => ({ term: plain(term), text: plain(text) }));
}

/** Takes scdoc's marks out, and joins the lines. */
function plain(text: string): string {
  return text
    .replace(/\+\+\n/g, '\n')
    .replace(/\\(.)|\*|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (_, escaped: string | undefined) => escaped ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
