/** What the configuration says of the monitor's decisions. */
import type { Config } from '../config/index.ts';
import { paymentPolicy, type PaymentPolicy } from '../core/payments.ts';
import type { Policy } from '../core/policy.ts';
import { COMMAND_GRACE_MS } from '../integration/index.ts';

/** How much longer than the deadline of its calls a step may take before it counts as hung. */
const MARGIN_MS = 30_000;
/** A step that reads orders makes a handful of queries, each with its own deadline. */
const SHOP_STEP_MS = 10 * 60_000;

/** Some 500 bytes each. With a unit that may take 1 GiB, Node takes half of that for its objects. */
const MAX_OPEN_ORDERS = 250_000;

/** What the configuration says of payments. */
export function paymentsOf({ database, service }: Pick<Config, 'database' | 'service'>): PaymentPolicy {
  const { paidStates, unpaidStates } = database;
  return paymentPolicy({ paidStates, unpaidStates, lookMs: service.paymentLookMs, windowMs: service.paymentWindowMs });
}

/** The numbers of the configuration that decisions depend on. */
export function policyOf({ database, erp, integrationServer, service }: Config): Policy {
  return {
    maxAttempts: service.maxAttempts,
    pageSize: service.maxOrdersPerRequest,
    maxOpenOrders: MAX_OPEN_ORDERS,
    rewindRate: service.rewindRate,
    runningCycleMs: service.runningCycleMs,
    downtimeWaitMs: service.downtimeWaitMs,
    settleMs: service.settleTimeMs,
    lateWindowMs: service.lateWindowMs,
    recheckGivenUpMs: service.recheckGivenUpMs,
    payments: paymentsOf({ database, service }),
    repairWaitMs: service.repairWaitMs,
    maxNumbersPerCall: service.maxNumbersPerCall,
    maxParallelCalls: service.maxParallelCalls,
    maxParallelRepairs: service.maxParallelRepairs,
    permanentErrors: integrationServer.permanentErrors,
    shopDeadlineMs: SHOP_STEP_MS,
    // A connection may be proved dead first and then be made anew; a command may have to do that too.
    connectDeadlineMs: 2 * integrationServer.connectTimeoutMs + MARGIN_MS,
    commandDeadlineMs:
      integrationServer.commandTimeoutMs + COMMAND_GRACE_MS + 2 * integrationServer.connectTimeoutMs + MARGIN_MS,
    callDeadlineMs: erp.timeoutMs + MARGIN_MS,
  };
}
