/** A mail body as the text and the HTML of a mail. */
import type { Block, Link, MailBody, Span } from './mail-body.ts';

/** What every subject begins with, so that mail programs can sort by it. */
export const SUBJECT_PREFIX = '[order-monit] ';

/** Longer lines would be broken by mail programs, at worse places. */
const WIDTH = 78;

/** So many orders of a group have their address in a text, where it takes a line of its own. */
const WITH_ADDRESS = 20;

export function renderText({ sections }: MailBody, footer: string, addresses = WITH_ADDRESS): string {
  const parts = sections.map(({ heading, blocks }) =>
    [heading, ...blocks.flatMap((block) => blockText(block, addresses))].join('\n'),
  );
  return `${parts.join('\n\n')}\n\n-- \n${footer}\n`;
}

function blockText(block: Block, addresses: number): string[] {
  switch (block.kind) {
    case 'paragraph':
      return wrap(textOf(block.text), '  ');
    case 'group':
      return [
        ...(block.title === '' ? [] : wrap(block.title, '  ')),
        ...block.notes.flatMap((note) => wrap(note, '    ')),
        ...block.items.flatMap((item, index) => [
          ...wrap(textOf(item), '    - '),
          ...(index < addresses ? addressOf(item) : []),
        ]),
      ];
    case 'button':
      return [...wrap(`${block.link.text}:`, '  '), `      ${block.link.url}`];
    case 'commands':
      // A command stays in one piece, however long it is.
      return block.lines.map((line) => `      ${line}`);
  }
}

function textOf(spans: readonly Span[]): string {
  return spans.map((span) => (typeof span === 'string' ? span : span.text)).join('');
}

/** Mail programs and chats make a link of an address by themselves, where it stays in one piece. */
function addressOf(item: readonly Span[]): string[] {
  const links = item.filter((span): span is Link => typeof span !== 'string');
  return links.length === 1 ? links.map(({ url }) => `      ${url}`) : [];
}

/** A blank at which a line may end: not between a number and its unit, nor between the parts of `(8 min 36 s)`. */
const BREAK = / (?!(?:ms|s|min|h|d)\b|\d+ (?:s|min|h)\))/;

/** Breaks a text into lines that begin with an indent, of which the first may hold a mark. */
function wrap(text: string, mark: string): string[] {
  const indent = ' '.repeat(mark.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK)) {
    if (line !== '' && mark.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? mark : indent) + each);
}

const STYLE = {
  body: 'margin:0;padding:16px;font:14px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#1a1a1a;background:#fff',
  heading: 'margin:20px 0 6px;font-size:15px;font-weight:600',
  paragraph: 'margin:0 0 6px',
  note: 'margin:0 0 2px;color:#555',
  list: 'margin:2px 0 10px;padding-left:20px',
  commands:
    'margin:6px 0 10px;padding:8px 10px;background:#f3f3f3;border-radius:4px;color:#555;font:12px/1.5 Consolas,Menlo,monospace;white-space:pre-wrap',
  link: 'color:#1a5fb4',
  button:
    'display:inline-block;margin:8px 0;padding:10px 18px;border-radius:4px;background:#1a5fb4;color:#fff;font-weight:600;text-decoration:none',
  footer: 'margin-top:24px;padding-top:8px;border-top:1px solid #ddd;color:#666;font-size:12px',
} as const satisfies Record<string, string>;

/** A phone would show it as wide as a desk, and the letters too small to read. */
const VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">';

export function renderHtml(body: MailBody, { footer, language }: { footer: string; language: string }): string {
  const sections = body.sections.map(
    ({ heading, blocks }) =>
      `<h2 style="${STYLE.heading}">${escape(heading)}</h2>\n${blocks.map(blockHtml).join('\n')}`,
  );
  return [
    '<!DOCTYPE html>',
    `<html lang="${escape(language)}"><head><meta charset="utf-8">${VIEWPORT}<title>${escape(body.subject)}</title></head>`,
    `<body style="${STYLE.body}">`,
    ...sections,
    `<div style="${STYLE.footer}">${escape(footer)}</div>`,
    '</body></html>',
    '',
  ].join('\n');
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p style="${STYLE.paragraph}">${spansHtml(block.text)}</p>`;
    case 'group': {
      const title =
        block.title === '' ? '' : `<p style="${STYLE.paragraph}"><strong>${escape(block.title)}</strong></p>\n`;
      const notes = block.notes.map((note) => `<p style="${STYLE.note}">${escape(note)}</p>\n`).join('');
      const items = block.items.map((item) => `<li>${spansHtml(item)}</li>`).join('\n');
      return `${title}${notes}<ul style="${STYLE.list}">\n${items}\n</ul>`;
    }
    case 'button':
      return `<p style="${STYLE.paragraph}">${linkHtml(block.link, STYLE.button)}</p>`;
    case 'commands':
      return `<pre style="${STYLE.commands}">${block.lines.map(escape).join('\n')}</pre>`;
  }
}

function spansHtml(spans: readonly Span[]): string {
  return spans.map((span) => (typeof span === 'string' ? escape(span) : linkHtml(span, STYLE.link))).join('');
}

function linkHtml({ text, url }: Link, style: string): string {
  return `<a style="${style}" href="${escape(url)}">${escape(text)}</a>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
