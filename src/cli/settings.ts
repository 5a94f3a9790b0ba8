import { resolve } from 'node:path';

import { loadConfig, type Config, type LoadedConfig } from '../config/index.ts';
import type { Policy } from '../core/policy.ts';
import { COMMAND_GRACE_MS } from '../integration/index.ts';
import type { Directories } from './directories.ts';

/** Reads the configuration from where this call looks for it. @throws ConfigurationError */
export function loadSettings({ config, credentials }: Directories): LoadedConfig {
  return loadConfig({
    directory: resolve(config),
    credentialsDirectory: credentials,
    agentSocket: process.env['SSH_AUTH_SOCK'],
  });
}

/** How much longer than the deadline of its calls a step may take before it counts as hung. */
const MARGIN_MS = 30_000;
/** A step that reads orders makes a handful of queries, each with its own deadline. */
const SHOP_STEP_MS = 10 * 60_000;

/** The numbers of the configuration that decisions depend on. */
export function policyOf({ service, integrationServer, abacos }: Config): Policy {
  return {
    maxAttempts: service.maxAttempts,
    pageSize: service.maxOrdersPerRequest,
    rewindRate: service.rewindRate,
    runningCycleMs: service.runningCycleMs,
    downtimeWaitMs: service.downtimeWaitMs,
    settleMs: service.settleTimeMs,
    lateWindowMs: service.lateWindowMs,
    recheckGivenUpMs: service.recheckGivenUpMs,
    repairWaitMs: service.repairWaitMs,
    maxNumbersPerCall: service.maxNumbersPerCall,
    maxParallelRepairs: service.maxParallelRepairs,
    permanentErrors: integrationServer.permanentErrors,
    shopDeadlineMs: SHOP_STEP_MS,
    // A connection may be proved dead first and then be made anew; a command may have to do that too.
    connectDeadlineMs: 2 * integrationServer.connectTimeoutMs + MARGIN_MS,
    commandDeadlineMs:
      integrationServer.commandTimeoutMs + COMMAND_GRACE_MS + 2 * integrationServer.connectTimeoutMs + MARGIN_MS,
    callDeadlineMs: abacos.timeoutMs + MARGIN_MS,
  };
}
