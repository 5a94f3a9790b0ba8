/** What an import leaves to people, made from what was found. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { checkSettings } from '../adapters/settings.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';
import { describeFault, readFromDisk, type Fault, type FileOnDisk, type Sections } from '../config/index.ts';
import { CONFIG_MODE } from './plan.ts';
import { fileIfThere, type OldInstallation } from './source.ts';

/** The page size that the old daemon came with: it pays a call to Abacos for every few orders. */
const OLD_PAGE_SIZE = 5;

/** The steps that are left, in the order in which they are best done. */
export function remainder(old: OldInstallation, directories: Directories, hasCheckpoint: boolean): readonly string[] {
  const { sections, findings } = checkSettings(directories, asImported(old, directories));
  const { config } = directories;
  const texts = (...severities: Fault['severity'][]): string[] =>
    findings.filter(({ severity }) => severities.includes(severity)).map(describeFault);
  return [
    stopOld(old, directories),
    ...(hasCheckpoint ? [] : [NO_CHECKPOINT]),
    ...tornTail(old, directories),
    ...texts('error').map((text) => `Mend: ${text}`),
    ...texts('warning').map((text) => `Look at: ${text}`),
    ...serverSteps(sections, config),
    ...(sections.service?.maxOrdersPerRequest === OLD_PAGE_SIZE
      ? [
          `Consider max_orders_per_request: 200 in ${join(config, 'service.yml')}, the default of new installations. ` +
            'The old 5 works as well, in more calls.',
        ]
      : []),
    ...texts('notice').map((text) => `Nothing to do, but good to know: ${text}`),
    'order-monit check tries everything and changes nothing. Mend what it names.',
    'order-monit once --dry-run shows what one cycle would do.',
    'systemctl start order-monit, and look on: journalctl -u order-monit -f',
  ];
}

const NO_CHECKPOINT =
  'There is no checkpoint to go on from. If the old daemon had one, find it: without it, orders may be skipped. ' +
  'Otherwise make one: order-monit checkpoint init --latest (or --since, --from-id).';

/** The configuration as it is after the import, whether it has been carried out or not. */
function asImported(old: OldInstallation, directories: Directories): (path: string) => FileOnDisk {
  const files = new Map(old.files.map(({ name, content }) => [resolve(directories.config, name), content]));
  return (path) => {
    const content = files.get(path);
    if (content === undefined) return readFromDisk(path);
    const there = fileIfThere(path);
    // One that is there already keeps its mode; a copy gets ours.
    const same = there !== undefined && content.equals(there.content);
    return { content, mode: same ? there.mode : CONFIG_MODE };
  };
}

function stopOld({ checkpoint }: OldInstallation, directories: Directories): string {
  const stop = 'Stop the old daemon for good, and whatever starts it again (init script, cron, a watcher).';
  if (checkpoint === undefined) return stop;
  return (
    `${stop} If it ran until now, what it has recorded since is missing here: move ` +
    `${checkpointPath(directories)} away and import again.`
  );
}

function tornTail({ checkpoint }: OldInstallation, directories: Directories): readonly string[] {
  const torn = checkpoint?.found.torn;
  if (torn === undefined) return [];
  return [
    `Nothing to do, but good to know: the last ${torn.bytes} bytes of the checkpoint, from line ${torn.line} on, are ` +
      `what a crash has torn. The first start cuts them off and saves them beside ${checkpointPath(directories)}.`,
  ];
}

function serverSteps({ integrationServer }: Sections, config: string): readonly string[] {
  const file = join(config, 'integration_server.yml');
  const steps = [];
  if (
    integrationServer?.agentSocket === undefined &&
    !keysOf(integrationServer, config).some((path) => existsSync(path))
  ) {
    const copy = join(config, 'credentials', 'ssh_key');
    steps.push(
      `Give order-monit the SSH key. The old daemon used ~/.ssh/id_rsa of the user that ran it: copy it to ${copy} ` +
        `(install -m 0600 ~USER/.ssh/id_rsa ${copy}), or name another file as private_key in ${file}.`,
    );
  }
  // The first is the one that trust-host writes.
  const [knownHosts] = integrationServer?.knownHosts ?? [join(config, 'known_hosts')];
  if (knownHosts !== undefined && !existsSync(knownHosts)) {
    steps.push(
      'Host keys are checked now. order-monit trust-host shows those of the integration server and records them.',
    );
  }
  if (integrationServer?.runAs === undefined) {
    steps.push(`If the task ran through sudo (sudo -u deploy), write run_as: deploy into ${file}.`);
  }
  return steps;
}

/** Where the service looks for its key. It does not see the home of the user that imports. */
function keysOf(server: Sections['integrationServer'], config: string): readonly string[] {
  const [named, ...others] = server?.privateKeys ?? [];
  if (named !== undefined && others.length === 0) return [named];
  return ['credentials/ssh_key', 'id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(config, name));
}
