/** A recording of a terminal as an SVG that plays by itself, wherever pictures are shown. */

/** What a program has printed, and when. */
export interface Printed {
  readonly atMs: number;
  readonly text: string;
}

const COLUMNS = 116;
const ROWS = 26;
const ROW_PX = 17;
const COLUMN_PX = 7.3;
const MARGIN_PX = 12;
/** Nobody wants to look at a terminal in which nothing moves. */
const LONGEST_PAUSE_MS = 1500;
const SPEED = 2;
/** The end is read, not watched. */
const END_MS = 8000;

/** Without motion, for those who want none, it is the end that is shown. */
export function recordingOf(printed: readonly Printed[]): string {
  const lines: { readonly text: string; readonly isTold: boolean; readonly atMs: number }[] = [];
  let now = 0;
  let before = printed[0]?.atMs ?? 0;
  let rest = '';
  for (const { atMs, text } of printed) {
    now += Math.min(atMs - before, LONGEST_PAUSE_MS) / SPEED;
    before = atMs;
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) {
      for (const row of rowsOf(line)) lines.push({ text: row, isTold: line.startsWith('>>'), atMs: now });
    }
  }
  const lastsMs = now + END_MS;
  const upTo = (count: number): string => `transform:translateY(${(ROWS - count) * ROW_PX}px)`;
  const frames = lines.flatMap(({ atMs }, index) => {
    // Those of one moment are shown together.
    const isLast = lines[index + 1]?.atMs !== atMs;
    return isLast ? [`${((atMs / lastsMs) * 100).toFixed(2)}%{${upTo(index + 1)}}`] : [];
  });
  const width = Math.ceil(COLUMNS * COLUMN_PX) + 2 * MARGIN_PX;
  const height = ROWS * ROW_PX + 2 * MARGIN_PX;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>What npm run demo prints, at twice its speed</title>',
    '<style>',
    'text{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d4d4d4;white-space:pre}',
    '.t{fill:#ffd75f;font-weight:bold}',
    `g{${upTo(lines.length)};animation:p ${(lastsMs / 1000).toFixed(1)}s step-end infinite}`,
    `@keyframes p{0%{${upTo(0)}}${frames.join('')}}`,
    '@media(prefers-reduced-motion:reduce){g{animation:none}}',
    '</style>',
    '<rect width="100%" height="100%" rx="6" fill="#1e1e1e"/>',
    `<svg x="${MARGIN_PX}" y="${MARGIN_PX}" width="${width - 2 * MARGIN_PX}" height="${ROWS * ROW_PX}"><g>`,
    ...lines.map(({ text, isTold }, index) =>
      text === '' ? '' : `<text${isTold ? ' class="t"' : ''} y="${(index + 1) * ROW_PX - 5}">${escaped(text)}</text>`,
    ),
    '</g></svg>',
    '</svg>',
    '',
  ].join('\n');
}

/** A line as a terminal breaks it. */
function rowsOf(line: string): readonly string[] {
  const characters = Array.from(line);
  const count = Math.max(1, Math.ceil(characters.length / COLUMNS));
  return Array.from({ length: count }, (_, row) => characters.slice(row * COLUMNS, (row + 1) * COLUMNS).join(''));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
