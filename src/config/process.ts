/** Schema of `process.yml`: the key that still counts, and those of the old daemon that have no effect any more. */
import * as v from 'valibot';

import type { Source } from './config-file.ts';
import { PROCESS_KEYS } from './foreign-keys.ts';
import { flag, text } from './values.ts';

/** What the keys that have lost their effect did, and what does it now. */
const REPLACED = {
  app_name: 'SyslogIdentifier= in the unit names the service in the journal (app_name)',
  ontop: 'systemd keeps it in the foreground (ontop)',
  log_output: 'journalctl -u order-monit shows its output (log_output)',
} as const;

const anything = () => text('any value; it has no effect');

const SCHEMA = v.object({
  app_name: v.optional(anything()),
  ontop: v.optional(anything()),
  log_output: v.optional(anything()),
  backtrace: v.optional(flag(), 'false'),
});

/** `process.yml`: what is left of how the old program ran as a daemon. */
export interface ProcessConfig {
  /** Whether the log shows stack traces. */
  readonly backtrace: boolean;
}

function resolve({ values, report }: Source<typeof SCHEMA>): ProcessConfig {
  const replaced = [];
  if (values.app_name !== undefined) replaced.push(REPLACED.app_name);
  if (values.ontop !== undefined) replaced.push(REPLACED.ontop);
  if (values.log_output !== undefined) replaced.push(REPLACED.log_output);
  if (replaced.length > 0) {
    report.notice({
      problem: `keys without effect: ${replaced.join('; ')}.`,
      remedy: 'They can stay or be removed.',
    });
  }
  return { backtrace: values.backtrace };
}

export const PROCESS_FILE = { name: 'process.yml', schema: SCHEMA, foreignKeys: PROCESS_KEYS, resolve };
