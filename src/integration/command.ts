/**
 * The command that integrates one order: what is sent to the server's shell.
 *
 * All data are quoted words behind a constant script; the script hands them on
 * as `"$@"`, so nothing that the shop, the files or an order number hold is
 * ever read by a shell.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Task, TaskCommand } from '../core/command.ts';
import type { OrderNumber } from '../core/order.ts';
import { commandLine, inOneLine, UnusableSetting, usableWord } from './shell.ts';

/** How the server is to run commands; the same for every order. */
export interface CommandSettings {
  /** The user that logs in. */
  readonly username: string;
  /** The user to become with sudo; the login user when left out. */
  readonly runAs?: string | undefined;
  /** The folder of the shop's code on the server. */
  readonly railsRoot: string;
  /** A line that is split at blanks, or its words. */
  readonly rakeCommand: string | readonly string[];
  /** What is run in place of a rake task: words, of which `{number}` stands for the order's number. */
  readonly ownCommands?: Readonly<Record<Task, readonly string[]>> | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the orders' lock files are kept; in the user's home unless absolute. */
  readonly lockDirectory: string;
  readonly commandTimeoutMs: number;
}

/** The settings as words that are fit for a command line. */
export interface CommandWords {
  /** What runs a program on the server as the right user with the right environment. */
  readonly launcher: readonly string[];
  /** The user that logs in. */
  readonly username: string;
  readonly runAs: string | undefined;
  readonly railsRoot: string;
  readonly rake: readonly string[];
  /** What each task is, with `{number}` for the order's number. */
  readonly tasks: Readonly<Record<Task, readonly string[]>>;
  /** Whether the tasks are rake's. */
  readonly usesRake: boolean;
  readonly lockDirectory: string;
  readonly limitSeconds: number;
}

/** The script prints this line right before the task starts: what ends without it has started nothing. */
export const START_MARK = 'order-monit: started';

/** How the script ends when it does not start the task. They mean this only without the {@link START_MARK}. */
export const REFUSED = {
  railsRoot: 72,
  lockDirectory: 73,
  busy: 75,
  tooSoon: 76,
  programMissing: 127,
} as const;

/** What shows that the server runs commands as they are sent, and what they say and how they end comes back. */
export interface Proof {
  readonly command: string;
  /** The line that it prints. */
  readonly mark: string;
  /** What of the command is another each time: whoever refuses it may repeat it. */
  readonly sum: string;
  /** How it ends: as nothing ends that ran something else. */
  readonly status: number;
}

const LARGEST_TERM = 1_000_000;

/** A sum that nobody has sent: only a shell can print it. A command that the account is forced to run prints something else. */
export function proof(): Proof {
  const [one, other] = [randomInt(LARGEST_TERM), randomInt(LARGEST_TERM)];
  const status = 42;
  const sum = `${one} + ${other}`;
  const script = `echo; echo "order-monit: $((${sum}))"; exit ${status}`;
  return { command: commandLine(['sh', '-c', script]), mark: `order-monit: ${one + other}`, sum, status };
}

/** What `timeout` gives a task to end by itself before it is killed. */
export const KILL_GRACE_SECONDS = 10;

/** Sets `d` to the lock folder, whose path is the script's first word, and makes it. */
const LOCK_FOLDER = `case $1 in /*) d=$1;; *) d=$HOME/$1;; esac; mkdir -p -m 700 -- "$d"`;

/** Enters the folder that a word names; CDPATH would lead a relative path elsewhere. */
const ENTER = 'CDPATH= cd --';

/** {@link REFUSED}, {@link START_MARK} and {@link KILL_GRACE_SECONDS} say what it does, and a test holds them to it. */
const RUN_TASK = inOneLine(readFileSync(new URL('run-task.sh', import.meta.url), 'utf8'));

/** Words: rails_root. */
const FIND_RAKEFILE = [
  `${ENTER} "$1" || exit ${REFUSED.railsRoot};`,
  `for f in Rakefile rakefile Rakefile.rb rakefile.rb; do [ -f "$f" ] && exit 0; done;`,
  `echo "no Rakefile in $1" >&2; exit 1`,
].join(' ');

/** No words. Those of others (BusyBox) may not know what is asked of them. */
const FIND_PROGRAMS = [
  `m=; for p in flock timeout mkdir date cat readlink grep; do command -v "$p" >/dev/null || m="$m $p"; done;`,
  `[ -z "$m" ] || { echo "not found:$m" >&2; exit ${REFUSED.programMissing}; };`,
  `timeout -k 1 60 true && flock -s -n -E ${REFUSED.busy} / true`,
].join(' ');

/**
 * Words: lock folder. Locks the folder itself, and writes a file as a task does: on a full disk that is what fails. cat says
 * why, a shell need not.
 */
const TRY_LOCK_FOLDER =
  `${LOCK_FOLDER} && f=$d/check && echo x | cat >"$f" && rm -f -- "$f" && ` +
  `flock -n -E ${REFUSED.busy} "$d" true || { rm -f -- "$d/check"; exit ${REFUSED.lockDirectory}; }`;

/** Words: rails_root, limit in seconds, and the rake command's own words. */
const ASK_RAKE_VERSION = [
  `${ENTER} "$1" || exit ${REFUSED.railsRoot};`,
  `l=$2; shift 2; timeout -k ${KILL_GRACE_SECONDS} "$l" "$@" --version </dev/null`,
].join(' ');

/** Words: rails_root, and a program as the tasks find it. */
const FIND_PROGRAM = `${ENTER} "$1" || exit ${REFUSED.railsRoot}; command -v "$2" || { echo "$2: not found" >&2; exit 1; }`;

/** A constant script and the words that it gets. */
function scriptLine(words: CommandWords, script: string, scriptWords: readonly string[]): string {
  return commandLine([...words.launcher, 'sh', '-c', script, 'order-monit', ...scriptWords]);
}

/** The command line that runs one task for one order under the order's lock. */
export function taskCommand(words: CommandWords, { task, number, waitMs }: TaskCommand): string {
  return scriptLine(words, RUN_TASK, [
    words.lockDirectory,
    lockName(number),
    words.railsRoot,
    String(words.limitSeconds),
    String(Math.ceil(waitMs / 1000)),
    ...words.tasks[task].map((word) => word.replaceAll('{number}', number)),
  ]);
}

/** The command lines of `check`. None of them changes anything but for making the lock folder. */
export const checks = {
  user: (words: CommandWords) => scriptLine(words, 'id -un', []),
  task: (words: CommandWords, task: Task) =>
    scriptLine(words, FIND_PROGRAM, [words.railsRoot, words.tasks[task][0] ?? '']),
  rakefile: (words: CommandWords) => scriptLine(words, FIND_RAKEFILE, [words.railsRoot]),
  programs: (words: CommandWords) => scriptLine(words, FIND_PROGRAMS, []),
  lockFolder: (words: CommandWords) => scriptLine(words, TRY_LOCK_FOLDER, [words.lockDirectory]),
  rakeVersion: (words: CommandWords, limitSeconds: number) =>
    scriptLine(words, ASK_RAKE_VERSION, [words.railsRoot, String(limitSeconds), ...words.rake]),
};

/** The name of an order's lock file. Different numbers have different names: `%` is in no order number. */
export function lockName(number: OrderNumber): string {
  return `order-${number.replaceAll('/', '%2F')}`;
}

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Makes the words of the settings.
 *
 * @throws UnusableSetting when one of them can't be a word of a command
 */
export function commandWords(settings: CommandSettings): CommandWords {
  const { ownCommands: own, runAs, railsRoot, lockDirectory } = settings;
  const rake = rakeWords(settings.rakeCommand);
  const wordsOf = (task: Task): readonly string[] =>
    own?.[task].map((word) => usableWord(task, word)) ?? [...rake, `order_integration_service:${task}[{number}]`];
  return {
    launcher: [...sudoWords(runAs), ...environmentWords(settings.environment)],
    username: settings.username,
    runAs,
    railsRoot: usableWord('rails_root', railsRoot),
    rake,
    tasks: { insert_order: wordsOf('insert_order'), confirm_payment: wordsOf('confirm_payment') },
    usesRake: own === undefined,
    lockDirectory: usableWord('lock_directory', lockDirectory),
    // To timeout, 0 means no limit at all.
    limitSeconds: Math.max(1, Math.ceil(settings.commandTimeoutMs / 1000)),
  };
}

function sudoWords(runAs: string | undefined): string[] {
  return runAs === undefined ? [] : ['sudo', '-n', '-H', '-u', usableWord('run_as', runAs), '--'];
}

function environmentWords(environment: Readonly<Record<string, string>>): string[] {
  const assignments = Object.entries(environment).map(([name, value]) => {
    if (!VARIABLE_NAME.test(name)) {
      throw new UnusableSetting('environment', `names ${JSON.stringify(name)}, which cannot be a variable's name`);
    }
    return usableWord(`environment: ${name}`, `${name}=${value}`);
  });
  return assignments.length === 0 ? [] : ['env', ...assignments];
}

function rakeWords(command: string | readonly string[]): string[] {
  const words = typeof command === 'string' ? command.split(/\s+/).filter((word) => word !== '') : [...command];
  const [program] = words;
  if (program === undefined) throw new UnusableSetting('rake', 'is empty; the usual command is bundle exec rake');
  if (program.startsWith('-')) throw new UnusableSetting('rake', `must begin with a program, not with ${program}`);
  return words.map((word) => usableWord('rake', word));
}
