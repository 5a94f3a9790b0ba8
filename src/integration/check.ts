/** What `check` says of the integration server: each thing that a task needs, in the order in which it needs it. */
import { Outage } from '../core/outage.ts';
import { Deadline } from '../net/deadline.ts';
import { checks, type CommandWords } from './command.ts';
import type { Connection } from './connection.ts';
import { addressOf, type Stage, type Target } from './failure.ts';
import { OutputTail } from './output.ts';
import { runRemote } from './remote-command.ts';

/** One thing that was tried on the server, by its name, for `order-monit check`. */
export type ServerFinding = { readonly name: string } & (
  | { readonly state: 'good'; readonly detail: string }
  | { readonly state: 'bad'; readonly detail: string; readonly hint?: string }
  /** Something before it is bad. */
  | { readonly state: 'skipped' }
);

export interface CheckOptions {
  readonly target: Target;
  readonly words: CommandWords;
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Takes the secrets out of what commands write. */
  readonly hide: ((text: string) => string) | undefined;
  readonly connect: (onStage: (stage: Stage) => void) => Promise<Connection>;
}

/** Rails need not be loaded for it, but Bundler looks at every gem. */
const RAKE_VERSION_LIMIT_S = 60;

/** How long a command may take beyond its own limit before it is given up. */
const COMMAND_SLACK_MS = 15_000;

/**
 * Looks at everything that a task needs on the server, without running a task.
 *
 * @throws the signal's reason when it is aborted
 */
export async function checkServer(options: CheckOptions): Promise<readonly ServerFinding[]> {
  const { findings, connection } = await checkConnection(options);
  if (connection === undefined) {
    return [...findings, ...COMMANDS.map(({ name }): ServerFinding => ({ name, state: 'skipped' }))];
  }
  return [...findings, ...(await checkCommands(options, connection))];
}

const STAGES: readonly { stage: Stage; name: string; good: (target: Target) => string }[] = [
  { stage: 'connecting', name: 'server', good: (target) => `${addressOf(target)} answers` },
  { stage: 'handshake', name: 'host key', good: () => 'it is the one on record' },
  { stage: 'login', name: 'login', good: ({ username }) => `as ${username}` },
  { stage: 'proof', name: 'commands', good: () => 'the login shell runs them' },
];

async function checkConnection({
  target,
  connect,
  signal,
}: CheckOptions): Promise<{ findings: ServerFinding[]; connection?: Connection }> {
  let reached = 0;
  const goodUntil = (count: number): ServerFinding[] =>
    STAGES.slice(0, count).map(({ name, good }) => ({ name, state: 'good', detail: good(target) }));
  try {
    const connection = await connect((stage) => {
      reached = STAGES.findIndex((each) => each.stage === stage);
    });
    return { findings: goodUntil(STAGES.length), connection };
  } catch (error) {
    if (signal.aborted || !(error instanceof Outage)) throw error;
    const [failed, ...rest] = STAGES.slice(reached);
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    const bad: ServerFinding = { name: failed?.name ?? 'server', state: 'bad', detail: error.reason, ...hint };
    return {
      findings: [...goodUntil(reached), bad, ...rest.map(({ name }): ServerFinding => ({ name, state: 'skipped' }))],
    };
  }
}

interface CommandCheck {
  readonly name: string;
  readonly command: (words: CommandWords) => string;
  readonly limitMs: (connectTimeoutMs: number) => number;
  readonly good: (words: CommandWords, lastLine: string) => string;
  readonly bad: (words: CommandWords) => string;
  readonly hint: (words: CommandWords) => string;
}

const ordinaryLimit = (connectTimeoutMs: number): number => connectTimeoutMs;

const COMMANDS: readonly CommandCheck[] = [
  {
    name: 'user',
    command: checks.user,
    limitMs: ordinaryLimit,
    good: (_, user) => `tasks run as ${user}`,
    bad: ({ runAs }) => (runAs === undefined ? 'no command could be run' : `sudo does not become ${runAs}`),
    hint: ({ runAs }) =>
      runAs === undefined
        ? 'look at the login shell and PATH of the user on the server'
        : `allow it in the server's sudoers: (${runAs}) NOPASSWD`,
  },
  {
    name: 'rails_root',
    command: checks.rakefile,
    limitMs: ordinaryLimit,
    good: ({ railsRoot }) => `${railsRoot} holds a Rakefile`,
    bad: ({ railsRoot }) => `${railsRoot} is not the folder of a Rails application`,
    hint: () => 'set rails_root in integration_server.yml to the folder that rake is run in',
  },
  {
    name: 'programs',
    command: checks.programs,
    limitMs: ordinaryLimit,
    good: () => 'flock and timeout are there',
    bad: () => 'programs are missing',
    hint: () => 'install util-linux and coreutils on the server',
  },
  {
    name: 'lock folder',
    command: checks.lockFolder,
    limitMs: ordinaryLimit,
    good: ({ lockDirectory }) => `${lockDirectory} takes locks`,
    bad: ({ lockDirectory }) => `no locks can be taken in ${lockDirectory}`,
    hint: () => 'the user that runs the tasks must be able to make and write it',
  },
  {
    name: 'rake',
    command: (words) => checks.rakeVersion(words, RAKE_VERSION_LIMIT_S),
    limitMs: () => RAKE_VERSION_LIMIT_S * 1000 + COMMAND_SLACK_MS,
    good: (_, version) => version,
    bad: ({ rake }) => `${rake.join(' ')} --version fails`,
    hint: () => 'run it by hand there as the same user; set rake and environment (PATH) in integration_server.yml',
  },
];

/** Each is looked at even when one before it is bad, but for the user, without whom none can be. */
async function checkCommands(options: CheckOptions, connection: Connection): Promise<ServerFinding[]> {
  const findings: ServerFinding[] = [];
  for (const command of COMMANDS) {
    const [user] = findings;
    findings.push(
      user?.state === 'bad'
        ? { name: command.name, state: 'skipped' }
        : await checkCommand(command, options, connection),
    );
  }
  return findings;
}

async function checkCommand(
  { name, command, limitMs, good, bad, hint }: CommandCheck,
  { words, signal, connectTimeoutMs, hide }: CheckOptions,
  connection: Connection,
): Promise<ServerFinding> {
  const tail = new OutputTail({ hide });
  const deadline = new Deadline(limitMs(connectTimeoutMs), signal);
  const result = await runRemote({ connection, command: command(words), tail, signal: deadline.signal });
  deadline.end();
  signal.throwIfAborted();
  const lastLine = tail.lines().at(-1) ?? '';
  if (result.kind === 'ended' && result.status === 0) return { name, state: 'good', detail: good(words, lastLine) };
  const said = deadline.expired ? 'it did not end in time' : lastLine;
  return { name, state: 'bad', detail: said === '' ? bad(words) : `${bad(words)}: ${said}`, hint: hint(words) };
}
