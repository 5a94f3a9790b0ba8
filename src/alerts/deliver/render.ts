/** A mail body as the text and the HTML of a mail. */
import type { Block, MailBody } from './mail-body.ts';

/** What every subject begins with, so that mail programs can sort by it. */
export const SUBJECT_PREFIX = '[order-monit] ';

/** Longer lines would be broken by mail programs, at worse places. */
const WIDTH = 78;

export function renderText({ sections }: MailBody, footer: string): string {
  const parts = sections.map(({ heading, blocks }) => [heading, ...blocks.flatMap(blockText)].join('\n'));
  return `${parts.join('\n\n')}\n\n-- \n${footer}\n`;
}

function blockText(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return wrap(block.text, '  ');
    case 'group':
      return [
        ...(block.title === '' ? [] : wrap(block.title, '  ')),
        ...block.notes.flatMap((note) => wrap(note, '    ')),
        ...block.items.flatMap((item) => wrap(item, '    - ')),
      ];
    case 'commands':
      // A command stays in one piece, however long it is.
      return block.lines.map((line) => `      ${line}`);
  }
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
    'margin:6px 0 10px;padding:8px 10px;background:#f3f3f3;border-radius:4px;font:13px/1.5 Consolas,Menlo,monospace;white-space:pre-wrap',
  footer: 'margin-top:24px;padding-top:8px;border-top:1px solid #ddd;color:#666;font-size:12px',
} as const satisfies Record<string, string>;

export function renderHtml(body: MailBody, { footer, language }: { footer: string; language: string }): string {
  const sections = body.sections.map(
    ({ heading, blocks }) =>
      `<h2 style="${STYLE.heading}">${escape(heading)}</h2>\n${blocks.map(blockHtml).join('\n')}`,
  );
  return [
    '<!DOCTYPE html>',
    `<html lang="${escape(language)}"><head><meta charset="utf-8"><title>${escape(body.subject)}</title></head>`,
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
      return `<p style="${STYLE.paragraph}">${escape(block.text)}</p>`;
    case 'group': {
      const title =
        block.title === '' ? '' : `<p style="${STYLE.paragraph}"><strong>${escape(block.title)}</strong></p>\n`;
      const notes = block.notes.map((note) => `<p style="${STYLE.note}">${escape(note)}</p>\n`).join('');
      const items = block.items.map((item) => `<li>${escape(item)}</li>`).join('\n');
      return `${title}${notes}<ul style="${STYLE.list}">\n${items}\n</ul>`;
    }
    case 'commands':
      return `<pre style="${STYLE.commands}">${block.lines.map(escape).join('\n')}</pre>`;
  }
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
