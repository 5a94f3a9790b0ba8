/** Whether anybody has configured anything yet, and what to do if not. */
import { join } from 'node:path';

import type { Directories } from './directories.ts';
import { readFromDisk } from './files.ts';

/** The files that the service can't do without. As shipped, each has placeholders. */
const REQUIRED = ['database.yml', 'abacos.yml', 'integration_server.yml'];
/** A placeholder in a line that counts. */
const PLACEHOLDER = /^[^#\n]*CHANGE_ME/m;

/**
 * What to do where nothing is configured yet: lines for people, none where something is. As
 * soon as one of the files has been edited, or is missing, the service starts and names what is
 * wrong: a configuration that got lost must not end in silence.
 */
export function firstSteps({ config }: Directories): readonly string[] {
  if (!REQUIRED.every((name) => isUntouched(join(config, name)))) return [];
  return [
    'order-monit is not configured yet, so it is not started. What to do:',
    `1. Edit ${REQUIRED.join(', ')} in ${config}: replace every CHANGE_ME.`,
    `2. Make the SSH key: ssh-keygen -t ed25519 -N '' -C order-monit -f ${config}/credentials/ssh_key; put ssh_key.pub`,
    '   into authorized_keys on the integration server, then: order-monit trust-host',
    '3. order-monit checkpoint init --latest, order-monit check, then: systemctl start order-monit',
  ];
}

/** Whether a configuration file has a placeholder in a line that counts. */
export function holdsPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

function isUntouched(path: string): boolean {
  try {
    return holdsPlaceholder(Buffer.from(readFromDisk(path).content).toString());
  } catch {
    return false;
  }
}
