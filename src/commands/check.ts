/** `order-monit check`: tries everything that the service needs, and changes nothing. */
import { hostname } from 'node:os';

import { erpOf, ordersOf, serverOf } from '../adapters/adapters.ts';
import { alertSettingsOf, newAlertId, toldBy } from '../adapters/alerts.ts';
import { checkElection } from '../adapters/election.ts';
import { explain } from '../adapters/problems.ts';
import { loadSettings } from '../adapters/settings.ts';
import { checkMailServer, sendTest, SmtpFailure } from '../alerts/index.ts';
import { checkpointPath } from '../config/directories.ts';
import { ConfigurationError, describeFault, type Config } from '../config/index.ts';
import type { CheckFinding } from '../core/check-finding.ts';
import { DEPENDENCY_NAMES, Outage, withHint } from '../core/outage.ts';
import type { ServerFinding } from '../integration/index.ts';
import { knownOrder } from '../lookup/known-order.ts';
import { checkpointTotals } from '../lookup/totals.ts';
import { assertOpen } from '../privileges/visitor.ts';
import { checkOrders, checkStates } from '../shop/index.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';
import type { Colour, Output } from '../terminal/output.ts';
import { counted } from '../words/sentence.ts';
import { hiddenFiles, stateFaults } from './check-host.ts';
import { notExecutable } from './check-program.ts';

interface Line extends CheckFinding {
  readonly subject: string;
}

/** Each check has its own deadlines; this is for all of one together. */
const CHECK_DEADLINE_MS = 120_000;

/**
 * Gives a line for each thing that is tried, all of them even when the first fails.
 *
 * @param options `sendsMail`: send a test message to those who get the alerts
 * @throws NotAllowed
 */
export async function check(context: CommandContext, { sendsMail }: { readonly sendsMail: boolean }): Promise<number> {
  const { directories, json, output } = context;
  assertOpen(directories, 'config', 'state');
  const lines: Line[] = [];
  const say = (line: Line): void => {
    lines.push(line);
    if (!json) print(output, line);
  };
  const config = checkConfiguration(context, say);
  for (const fault of stateFaults(directories)) say({ ...fault, result: 'fault' });
  await checkCheckpoint(context, say);
  if (config !== undefined) {
    await checkShop(config, say);
    await checkErp(context, config, say);
    await checkServer(config, say);
    await checkMail(config, say, sendsMail);
  }
  if (json) output.json(lines);
  const faults = lines.filter(({ result }) => result === 'fault');
  if (faults.length === 0) return EXIT.fine;
  const ours = faults.some(({ subject }) => subject === 'configuration' || subject === 'checkpoint');
  return ours ? EXIT.misconfigured : EXIT.failure;
}

type Say = (line: Line) => void;

const LABELS = {
  ok: ['green', 'ok'],
  warning: ['yellow', 'warning'],
  fault: ['red', 'FAILED'],
} as const satisfies Record<Line['result'], readonly [Colour, string]>;

function print(output: Output, { subject, result, text }: Line): void {
  const [colour, label] = LABELS[result];
  output.line(`${output.paint(colour, label.padEnd(8))} ${subject}: ${text}`);
}

function checkConfiguration({ directories }: CommandContext, say: Say): Config | undefined {
  const subject = 'configuration';
  try {
    const { config, warnings } = loadSettings(directories);
    for (const finding of warnings) {
      say({ subject, result: finding.severity === 'notice' ? 'ok' : 'warning', text: describeFault(finding) });
    }
    const faults = [
      ...(directories.rootsView?.faults ?? []).map(describeFault),
      ...hiddenFiles(config, directories),
      ...notExecutable(config, directories),
    ];
    for (const text of faults) say({ subject, result: 'fault', text });
    if (faults.length === 0) say({ subject, result: 'ok', text: `the files in ${directories.config} are good` });
    return config;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const fault of error.faults) say({ subject, result: 'fault', text: describeFault(fault) });
    return undefined;
  }
}

async function checkCheckpoint({ directories }: CommandContext, say: Say): Promise<void> {
  await attempt('checkpoint', say, async () => {
    const { head, open } = await checkpointTotals(directories);
    return [{ result: 'ok', text: `${checkpointPath(directories)}: head ${head}, ${counted(open, 'open order')}` }];
  });
}

async function checkShop(config: Config, say: Say): Promise<void> {
  const orders = ordersOf(config);
  await attempt(DEPENDENCY_NAMES.shop, say, async (signal) => [
    ...(await checkOrders(orders, signal)),
    ...(await checkStates(orders, config.database, signal)),
  ]);
  await orders.close();
  await attempt('election', say, async (signal) => checkElection(config, signal));
}

async function checkErp({ directories }: CommandContext, config: Config, say: Say): Promise<void> {
  const subject = DEPENDENCY_NAMES.abacos;
  const erp = erpOf(config);
  await attempt(subject, say, async (signal) => {
    if (config.erp.kind === 'abacos') return erp.check(signal);
    // What is wrong with the checkpoint or the shop has been said.
    const known = await knownOrder({ config, directories }, signal).catch(() => undefined);
    const findings = await erp.check(signal, known);
    const text = 'no order is on record as SUCCESS and in the shop yet, so it was not asked about one that it has';
    return known === undefined ? [...findings, { result: 'warning', text }] : findings;
  });
  erp.close();
}

async function checkServer(config: Config, say: Say): Promise<void> {
  const subject = DEPENDENCY_NAMES['integration-server'];
  await attempt(subject, say, async (signal) => {
    const server = serverOf(config, (text) => {
      say({ subject, result: 'warning', text });
    });
    const findings = await server.check(signal);
    await server.close();
    return findings.map(asLine);
  });
}

function asLine(finding: ServerFinding): CheckFinding {
  switch (finding.state) {
    case 'good':
      return { result: 'ok', text: `${finding.name}: ${finding.detail}` };
    case 'bad':
      return { result: 'fault', text: withHint(`${finding.name}: ${finding.detail}`, finding.hint) };
    case 'skipped':
      return { result: 'warning', text: `${finding.name}: not tried, because of the fault before it` };
  }
}

/** The webhook has no way to be tried without posting something. */
async function checkMail(config: Config, say: Say, sends: boolean): Promise<void> {
  const settings = alertSettingsOf(toldBy(config));
  await attempt('mail', say, async (signal) =>
    sends
      ? sendTest(settings, { host: hostname(), id: newAlertId(), now: Date.now() }, signal)
      : checkMailServer(settings.mail, hostname(), signal),
  );
}

async function attempt(
  subject: string,
  say: Say,
  run: (signal: AbortSignal) => Promise<readonly CheckFinding[]>,
): Promise<void> {
  try {
    const findings = await run(AbortSignal.timeout(CHECK_DEADLINE_MS));
    for (const finding of findings) say({ subject, ...finding });
  } catch (error) {
    const text = describe(error);
    say({ subject, result: 'fault', text });
  }
}

function describe(error: unknown): string {
  if (error instanceof Outage) return withHint(error.reason, error.hint);
  return error instanceof SmtpFailure ? error.message : explain(error).text;
}
