/** What `check` says of the integration server: each thing that a task needs, in the order in which it needs it. */
import { TASKS } from '../core/command.ts';
import { Outage } from '../core/outage.ts';
import { Deadline } from '../net/deadline.ts';
import { HINTS, readCause } from './cause.ts';
import { checks, type CommandWords } from './command.ts';
import type { Connection } from './connection.ts';
import { addressOf, type Stage, type Target } from './failure.ts';
import { OutputTail } from './output.ts';
import type { RemoteCommand, RemoteResult } from './remote-command.ts';

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
  readonly run: (command: RemoteCommand) => Promise<RemoteResult>;
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
    return [...findings, ...commandsFor(options.words).map(({ name }): ServerFinding => ({ name, state: 'skipped' }))];
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
  /** Whether it is looked at: always, where nothing is said. */
  readonly applies?: (words: CommandWords) => boolean;
  readonly command: (words: CommandWords) => string;
  readonly limitMs: (connectTimeoutMs: number) => number;
  readonly good: (words: CommandWords, lastLine: string) => string;
  readonly bad: (words: CommandWords) => string;
  /** What to do, where the server's words do not tell. */
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
    hint: HINTS.user,
  },
  {
    name: 'rails_root',
    applies: ({ usesRake }) => usesRake,
    command: checks.rakefile,
    limitMs: ordinaryLimit,
    good: ({ railsRoot }) => `${railsRoot} holds a Rakefile`,
    bad: ({ railsRoot }) => `${railsRoot} is not the folder of a Rails application`,
    hint: HINTS.railsRoot,
  },
  {
    name: 'programs',
    command: checks.programs,
    limitMs: ordinaryLimit,
    good: () => 'flock and timeout are there',
    bad: () => 'programs are missing, or are others than order-monit needs',
    hint: HINTS.programs,
  },
  {
    name: 'lock folder',
    command: checks.lockFolder,
    limitMs: ordinaryLimit,
    good: ({ lockDirectory }) => `${lockDirectory} takes locks`,
    bad: ({ lockDirectory }) => `no locks can be taken in ${lockDirectory}`,
    hint: HINTS.lockDirectory,
  },
  {
    name: 'rake',
    applies: ({ usesRake }) => usesRake,
    command: (words) => checks.rakeVersion(words, RAKE_VERSION_LIMIT_S),
    limitMs: () => RAKE_VERSION_LIMIT_S * 1000 + COMMAND_SLACK_MS,
    good: (_, version) => version,
    bad: ({ rake }) => `${rake.join(' ')} --version fails`,
    hint: HINTS.rake,
  },
  ...TASKS.map((task): CommandCheck => ({
    name: task,
    applies: ({ usesRake }) => !usesRake,
    command: (words) => checks.task(words, task),
    limitMs: ordinaryLimit,
    good: (_, path) => `${path} is there`,
    bad: ({ tasks }) => `${tasks[task][0] ?? ''} is not there`,
    hint: HINTS.task,
  })),
];

function commandsFor(words: CommandWords): readonly CommandCheck[] {
  return COMMANDS.filter(({ applies }) => applies?.(words) ?? true);
}

/** Each is looked at even when one before it is bad, but for the user, without whom none can be. */
async function checkCommands(options: CheckOptions, connection: Connection): Promise<ServerFinding[]> {
  const findings: ServerFinding[] = [];
  for (const command of commandsFor(options.words)) {
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
  { words, signal, connectTimeoutMs, hide, run }: CheckOptions,
  connection: Connection,
): Promise<ServerFinding> {
  const tail = new OutputTail({ hide });
  const deadline = new Deadline(limitMs(connectTimeoutMs), signal);
  const result = await run({ connection, command: command(words), tail, signal: deadline.signal });
  deadline.end();
  signal.throwIfAborted();
  const lines = tail.lines();
  if (result.kind === 'ended' && result.status === 0) {
    return { name, state: 'good', detail: good(words, lines.at(-1) ?? '') };
  }
  if (result.kind === 'refused') return { name, state: 'bad', detail: result.why, hint: result.hint ?? hint(words) };
  const said = readCause(lines, words);
  const quote = deadline.expired ? 'it did not end in time' : said.quote;
  const detail = quote === '' ? bad(words) : `${bad(words)}: ${quote}`;
  return { name, state: 'bad', detail, hint: said.hint ?? hint(words) };
}
