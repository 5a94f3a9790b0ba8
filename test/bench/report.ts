/** What the benchmark writes. */
export interface Table {
  readonly title: string;
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function report(tables: readonly Table[], machine: string): string {
  return [
    '# Performance',
    '',
    'Written by `npm run bench`, which measures whole processes on a throw-away MariaDB, sshd and Abacos stand-in, each beside',
    'its references in the same run. Figures of another machine are other figures; the ratios are what counts.',
    '',
    `Measured on ${machine}.`,
    ...tables.map(({ title, about, head, rows }) =>
      ['', `## ${title}`, '', about, '', ...table(head, rows)].join('\n'),
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
