/** What monitoring plug-ins (Nagios, Icinga and others) end with: one line, and an exit status of their own. */
import { oneLine } from '../text/printable.ts';
import type { Output } from './output.ts';

/** The statuses of `status --check` alone. */
export const PLUGIN_EXIT = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;

const LONGEST_LINE = 1000;

/** Whether the program was called as a plug-in: then whatever keeps it from an answer is UNKNOWN, and said in its line. */
export function isPlugin(argv: readonly string[]): boolean {
  return argv.includes('status') && argv.includes('--check');
}

export interface PluginAnswer {
  readonly severity: keyof typeof PLUGIN_EXIT;
  readonly text: string;
  /** Performance data. */
  readonly figures?: string;
}

/** Prints the line. @returns the exit status */
export function pluginLine(output: Pick<Output, 'line'>, { figures, severity, text }: PluginAnswer): number {
  // What follows the bar are figures.
  const plain = oneLine(text, LONGEST_LINE).replaceAll('|', '/');
  output.line(`${severity}: ${plain}${figures === undefined ? '' : `|${figures}`}`);
  return PLUGIN_EXIT[severity];
}
