/**
 * The command line: what there is to call, and with what. Each command is a
 * module of its own that is loaded when it is called, so that `--version` and
 * `--help` cost next to nothing.
 */
import { Argument, Command, CommanderError, Option } from 'commander';

import type { Part } from '../migration/checkpoint.ts';
import { EXIT } from '../terminal/exit.ts';
import { isPlugin, PLUGIN_EXIT, pluginLine } from '../terminal/plugin.ts';
import { standardOutput } from '../terminal/output.ts';
import { VERSION } from '../terminal/version.ts';
import { endOf, moment, rate, wholeNumber, wholeNumbers } from './arguments.ts';
import type { AuditArguments } from './audit.ts';
import { EXAMPLES } from './examples.ts';
import { perform, type Touched } from './perform.ts';
import type { RewindArguments } from './rewind.ts';

interface CheckOptions {
  readonly mail?: boolean;
}

interface StatusOptions {
  readonly check?: boolean;
  readonly watch?: boolean;
}

interface RetryOptions {
  readonly id?: number[];
  readonly all?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface DismissOptions {
  readonly id?: number[];
  readonly why?: string;
}

const STATE: Touched = ['state'];
const RUNTIME: Touched = ['runtime'];
const BOTH: Touched = ['state', 'runtime'];
/** The command finds what the service will: it has that user's rights wherever the folders are root's, or not there. */
const AS_SERVICE: Touched = ['state', 'service'];
/** The command sees to it itself, or needs none of them. */
const NEITHER: Touched = [];

function program(): Command {
  const root = new Command('order-monit')
    .description('Makes sure that every order a shop takes arrives in its ERP.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .option('--config-dir <dir>', 'where the configuration files are (default: /etc/order-monit)')
    .option(
      '--state-dir <dir>',
      'where checkpoint and history are (default: $STATE_DIRECTORY, else /var/lib/order-monit)',
    )
    .option('--runtime-dir <dir>', 'where the control sockets are (default: $RUNTIME_DIRECTORY, else /run/order-monit)')
    .addHelpText('after', '\nExit status: 0 fine, 1 failure (run: 75), 2 usage, 78 configuration or checkpoint.')
    .showSuggestionAfterError()
    .exitOverride();
  addServiceCommands(root);
  addQuestions(root);
  addOperations(root);
  addCheckpointCommands(root);
  addImport(root);
  addImportCheckpoint(root);
  for (const command of root.commands) {
    addExamples(command, command.name());
    for (const below of command.commands) addExamples(below, `${command.name()} ${below.name()}`);
  }
  return root;
}

function addExamples(command: Command, name: string): void {
  const examples = EXAMPLES[name];
  if (examples !== undefined)
    command.addHelpText('after', `\nExamples:\n${examples.map((one) => `  ${one}`).join('\n')}`);
}

function addServiceCommands(root: Command): void {
  const dryRun = new Option('--dry-run', 'judge and report, but record nothing and run nothing');
  root
    .command('run')
    .description('Run until stopped: this is what systemd starts')
    .addOption(dryRun)
    .action(async (options: { dryRun?: boolean }, command: Command) => {
      // Not within `perform`: a module that can't be read is for main.ts to tell systemd of.
      const { run } = await import('./run.ts');
      await perform(command, BOTH, async (context) => run(context, { dryRun: options.dryRun === true, once: false }));
    });
  root
    .command('once')
    .description('Run one cycle, then exit')
    .addOption(dryRun)
    .action(async (options: { dryRun?: boolean }, command: Command) =>
      perform(command, STATE, async (context) =>
        (await import('./run.ts')).run(context, { dryRun: options.dryRun === true, once: true }),
      ),
    );
}

function addQuestions(root: Command): void {
  root
    .command('configured')
    .description('Used by the package: exit 1 while unconfigured, with what to do')
    .action(async (_: unknown, command: Command) =>
      perform(command, NEITHER, async (context) => (await import('./configured.ts')).configured(context)),
    );
  const json = new Option('--json', 'print JSON');
  root
    .command('check')
    .description('Try everything that order-monit needs, change nothing, and say what is wrong')
    .addOption(json)
    .option('--mail', 'send a test message to the subscribers and the webhook too')
    .action(async ({ mail = false }: CheckOptions, command: Command) =>
      perform(command, AS_SERVICE, async (context) => (await import('./check.ts')).check(context, { sendsMail: mail })),
    );
  root
    .command('status')
    .description('Show service status')
    .addOption(new Option('--json', 'print JSON').conflicts('check'))
    .option('--check', 'print one line for a monitoring plug-in; exit status 0 OK, 1 warning, 2 critical, 3 unknown')
    .addOption(new Option('--watch', 'show it every 2 seconds until Ctrl-C').conflicts(['json', 'check']))
    .action(async ({ check, watch }: StatusOptions, command: Command) => {
      if (check === true)
        await perform(command, RUNTIME, async (context) => (await import('./status-check.ts')).statusCheck(context));
      else if (watch === true)
        await perform(command, BOTH, async (context) => (await import('./status-watch.ts')).statusWatch(context));
      else await perform(command, BOTH, async (context) => (await import('./status.ts')).status(context));
    });
  root
    .command('metrics')
    .description("Print the running service's metrics, as Prometheus reads them")
    .action(async (_: unknown, command: Command) =>
      perform(command, RUNTIME, async (context) => (await import('./metrics.ts')).metrics(context)),
    );
  root
    .command('open')
    .description('List the open orders, and which need action')
    .addOption(json)
    .action(async (_: unknown, command: Command) =>
      perform(command, BOTH, async (context) => (await import('./open.ts')).open(context)),
    );
  root
    .command('order')
    .description(
      "Show one order's state and history: what the shop, the ERP and the checkpoint say, what happened, what comes next",
    )
    .argument('[number]', 'its number')
    .addOption(new Option('--id <id>', 'the id of its row instead of its number').argParser(wholeNumber))
    .addOption(json)
    .action(async (number: string | undefined, options: { id?: number }, command: Command) =>
      perform(command, BOTH, async (context) =>
        (await import('./order.ts')).order(context, { number, id: options.id }),
      ),
    );
  root
    .command('audit')
    .description('Hold the orders of some days in the shop against the ERP, and change nothing')
    .addOption(new Option('--since <time>', 'those placed since then').argParser(moment).makeOptionMandatory())
    .addOption(new Option('--until <time>', 'those placed until then, or until the end of that day').argParser(endOf))
    .addOption(new Option('--csv', 'print what was found as a table for a spreadsheet').conflicts('json'))
    .addOption(json)
    .action(async (options: AuditArguments, command: Command) =>
      perform(command, AS_SERVICE, async (context) => (await import('./audit.ts')).audit(context, options)),
    );
}

/** What people do about orders, and about the host that they are integrated on. */
function addOperations(root: Command): void {
  const json = new Option('--json', 'print JSON');
  const rehearsal = new Option('--dry-run', 'say what would be done, and change nothing');
  root
    .command('retry')
    .description('Retry open orders')
    .argument('[numbers...]', 'their numbers')
    .addOption(new Option('--id <ids...>', 'the ids of their rows instead of their numbers').argParser(wholeNumbers))
    .addOption(new Option('--all', 'every order that was given up').conflicts('reason'))
    .option('--reason <pattern>', 'those given up whose reason matches, such as NOT_FOUND (a regular expression)')
    .option('--yes', 'do not ask whether to retry many')
    .addOption(rehearsal)
    .addOption(json)
    .action(async (numbers: string[], options: RetryOptions, command: Command) =>
      perform(command, BOTH, async (context) => {
        const { id = [], all = false, reason, dryRun = false, yes = false } = options;
        return (await import('./retry.ts')).retry(context, { numbers, ids: id, all, reason, dryRun, yes });
      }),
    );
  root
    .command('dismiss')
    .description('Dismiss open orders: nobody need do anything about them')
    .argument('[numbers...]', 'their numbers')
    .addOption(new Option('--id <ids...>', 'the ids of their rows instead of their numbers').argParser(wholeNumbers))
    .option('--why <text>', 'why nothing needs to be done: it is kept in the history (required)')
    .addOption(json)
    .action(async (numbers: string[], { id = [], why }: DismissOptions, command: Command) =>
      perform(command, BOTH, async (context) =>
        (await import('./dismiss.ts')).dismiss(context, { numbers, ids: id, why }),
      ),
    );
  root
    .command('rewind')
    .description('Re-check orders that were in the ERP, up to the head (after it lost some, say)')
    .addOption(new Option('--since <time>', 'those placed since then').argParser(moment).conflicts('toId'))
    .addOption(new Option('--to-id <id>', 'from the order that has this id on').argParser(wholeNumber))
    .addOption(new Option('--rate <orders>', 'orders a cycle (default: rewind_rate)').argParser(rate))
    .addOption(rehearsal)
    .addOption(new Option('--status', 'how far it has come').conflicts(['since', 'toId', 'cancel']))
    .addOption(new Option('--cancel', 'end it where it is').conflicts(['since', 'toId']))
    .addOption(json)
    .action(async (options: RewindArguments, command: Command) =>
      perform(command, BOTH, async (context) => (await import('./rewind.ts')).rewind(context, options)),
    );
  root
    .command('run-now')
    .description('Start the next cycle now')
    .action(async (_: unknown, command: Command) =>
      perform(command, RUNTIME, async (context) => (await import('./run-now.ts')).runNow(context)),
    );
  root
    .command('reload')
    .description('Reload the configuration of the running service')
    .action(async (_: unknown, command: Command) =>
      perform(command, RUNTIME, async (context) => (await import('./reload.ts')).reload(context)),
    );
  root
    .command('trust-host')
    .description("Show the integration server's host key and, on yes, trust it from now on")
    .option('--yes', 'do not ask: the fingerprint has been compared already')
    .action(async (options: { yes?: boolean }, command: Command) =>
      perform(command, NEITHER, async (context) =>
        (await import('./trust-host.ts')).trustHost(context, { yes: options.yes === true }),
      ),
    );
}

function addCheckpointCommands(root: Command): void {
  const json = new Option('--json', 'print JSON');
  const checkpoint = root.command('checkpoint').description('Make and read the checkpoint');
  checkpoint
    .command('init')
    .description('Make the checkpoint: which orders are checked from now on')
    .addOption(
      new Option(
        '--latest',
        'start with the orders of the last days (late_window), so that none under way is lost',
      ).conflicts(['fromId', 'since']),
    )
    .addOption(
      new Option('--from-id <id>', 'start with the order that has this id').argParser(wholeNumber).conflicts(['since']),
    )
    .addOption(
      new Option(
        '--since <time>',
        'start with the orders placed since then: 2026-11-20 (local time) or 2026-11-20T08:00:00Z',
      ).argParser(moment),
    )
    .action(async (options: { latest?: boolean; fromId?: number; since?: number }, command: Command) =>
      perform(command, STATE, async (context) => (await import('./checkpoint.ts')).init(context, options)),
    );
  checkpoint
    .command('tidy')
    .description('Compact the checkpoint of a stopped service, into the form that the old program reads')
    .action(async (_: unknown, command: Command) =>
      perform(command, STATE, async (context) => (await import('./checkpoint.ts')).tidy(context)),
    );
  const readers = [
    ['head', 'Print the last order taken', STATE],
    ['failed', 'List the open orders: another name for order-monit open', BOTH],
    ['list', 'List every order on record', STATE],
    ['verify', 'Read every line and report the bad ones', STATE],
  ] as const;
  for (const [name, description, touched] of readers) {
    checkpoint
      .command(name)
      .description(description)
      .addOption(json)
      .action(async (_: unknown, command: Command) =>
        perform(command, touched, async (context) => (await import('./checkpoint.ts'))[name](context)),
      );
  }
}

function addImport(root: Command): void {
  root
    .command('import')
    .description('Import configuration and checkpoint of the old Ruby daemon')
    .argument('<old-dir>', 'its folder, which holds config and data')
    .option('--dry-run', 'say what it would do, and change nothing')
    .action(async (folder: string, options: { dryRun?: boolean }, command: Command) =>
      perform(command, NEITHER, async (context) =>
        (await import('./import.ts')).importOld(context, { folder, dryRun: options.dryRun === true }),
      ),
    );
}

/** What `import` calls as the owner of the state folder. */
function addImportCheckpoint(root: Command): void {
  root
    .command('import-checkpoint', { hidden: true })
    .addArgument(new Argument('<part>').choices(['look', 'lock', 'write']))
    .action(async (part: Part, _: unknown, command: Command) =>
      perform(command, STATE, async (context) =>
        (await import('../migration/checkpoint.ts')).importCheckpoint(context, part),
      ),
    );
}

/** Does what the command line asks for, and sets the exit status. @throws when the program's own files can't be read */
export async function main(): Promise<void> {
  // `order-monit checkpoint list | head` closes the pipe early: no fault of anybody's.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A monitoring plug-in that nobody has heard has not said that all is well.
    if (error.code === 'EPIPE') process.exit(isPlugin(process.argv) ? PLUGIN_EXIT.UNKNOWN : EXIT.fine);
    throw error;
  });
  try {
    await program().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has said what is wrong; help and version that were asked for are no faults.
    process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (error.exitCode !== 0 && isPlugin(process.argv))
      process.exitCode = pluginLine(standardOutput(process.env), { severity: 'UNKNOWN', text: error.message });
  }
}
