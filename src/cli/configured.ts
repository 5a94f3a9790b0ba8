import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EXIT } from './exit.ts';
import type { Surroundings } from './surroundings.ts';

/** The files that the service can't do without. As shipped, each has placeholders. */
const REQUIRED = ['database.yml', 'abacos.yml', 'integration_server.yml'];
/** A placeholder in a line that counts. */
const PLACEHOLDER = /^[^#\n]*CHANGE_ME/m;

/**
 * `order-monit configured`, the unit's ExecCondition=: skips the start after an
 * installation, and nothing else. As soon as one of the files has been edited,
 * or is missing, the service starts and names what is wrong: a configuration
 * that got lost must not end in silence.
 */
export async function configured({ directories, output }: Surroundings): Promise<number> {
  const untouched = await Promise.all(REQUIRED.map(async (name) => isUntouched(join(directories.config, name))));
  if (!untouched.every(Boolean)) return EXIT.fine;
  const steps = [
    'order-monit is not configured yet, so it is not started. What to do:',
    `1. Edit ${REQUIRED.join(', ')} in ${directories.config}: replace every CHANGE_ME.`,
    `2. Make the SSH key: ssh-keygen -t ed25519 -N '' -C order-monit -f ${directories.config}/credentials/ssh_key; put ssh_key.pub`,
    '   into authorized_keys on the integration server, then: order-monit trust-host',
    '3. order-monit checkpoint init --latest, order-monit check, then: systemctl start order-monit',
  ];
  for (const step of steps) output.line(step);
  return EXIT.failure;
}

/** Whether a configuration file has a placeholder in a line that counts. */
export function holdsPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

async function isUntouched(path: string): Promise<boolean> {
  try {
    return holdsPlaceholder(await readFile(path, 'utf8'));
  } catch {
    return false;
  }
}
