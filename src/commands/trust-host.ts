/** `order-monit trust-host`: shows the host keys of the integration server and, on yes, records them. */
import { dirname } from 'node:path';

import { hiderOf } from '../adapters/adapters.ts';
import { loadSettings } from '../adapters/settings.ts';
import { fetchHostKeys, trustHost as record } from '../integration/index.ts';
import { ownerOf, performAs } from '../privileges/leave-root.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { agreed } from '../terminal/prompt.ts';

const DEADLINE_MS = 120_000;

const NOBODY_THERE = 'Not a terminal: once the fingerprints have been compared, use --yes';

/**
 * What arrives over the network may come from anybody: it is the comparison of
 * the fingerprints that makes it safe.
 */
export async function trustHost(context: CommandContext, { yes }: { yes: boolean }): Promise<number> {
  const { directories, output } = context;
  const { config } = loadSettings(directories);
  const { host, port, allowsSha1, connectTimeoutMs, knownHosts } = config.integrationServer;
  const [file] = knownHosts;
  if (file === undefined) throw new UsageError('integration_server.yml names no known_hosts file');
  // The file is appended to: a link in a folder of another user's could name any other.
  const owner = ownerOf([dirname(file)]);
  if (owner !== undefined) return performAs(owner, context);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const keys = await fetchHostKeys({ host, port, allowsSha1, connectTimeoutMs, signal, hide: hiderOf(config) });
  output.line(`${host} port ${port} presents these host keys:`);
  for (const { bits, fingerprint, kind } of keys) output.line(`  ${bits ?? ''} ${fingerprint} (${kind})`);
  output.line(
    'Compare them with what the server itself says, on its own console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  );
  if (!yes && !(await agreed(`Are they the same, and shall they be recorded in ${file}?`, NOBODY_THERE))) {
    output.line('Nothing was recorded.');
    return EXIT.failure;
  }
  const added = await record(file, { host, port, keys });
  output.line(
    added.length === 0
      ? `${file} has them already.`
      : `${added.length} keys were recorded in ${file}. Next: order-monit check`,
  );
  return EXIT.fine;
}
