/**
 * The command that integrates one order: what is sent to the server's shell.
 *
 * All data are quoted words behind a constant script; the script hands them on
 * as `"$@"`, so nothing that the shop, the files or an order number hold is
 * ever read by a shell.
 */
import type { TaskCommand } from '../core/command.ts';
import type { OrderNumber } from '../core/order.ts';
import { commandLine, UnusableSetting, usableWord } from './shell.ts';

/** How the server is to run commands; the same for every order. */
export interface CommandSettings {
  /** The user to become with sudo; the login user when left out. */
  readonly runAs?: string | undefined;
  /** The folder of the shop's code on the server. */
  readonly railsRoot: string;
  /** A line that is split at blanks, or its words. */
  readonly rakeCommand: string | readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where the orders' lock files are kept; in the user's home unless absolute. */
  readonly lockDirectory: string;
  readonly commandTimeoutMs: number;
}

/** The settings as words that are fit for a command line. */
export interface CommandWords {
  /** What runs a program on the server as the right user with the right environment. */
  readonly launcher: readonly string[];
  readonly runAs: string | undefined;
  readonly railsRoot: string;
  readonly rake: readonly string[];
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

/** What `timeout` gives a task to end by itself before it is killed. */
export const KILL_GRACE_SECONDS = 10;

/** Sets `d` to the lock folder, whose path is the script's first word, and makes it. */
const LOCK_FOLDER = `case $1 in /*) d=$1;; *) d=$HOME/$1;; esac; mkdir -p -m 700 -- "$d"`;

/** Enters the folder that a word names; CDPATH would lead a relative path elsewhere. */
const ENTER = 'CDPATH= cd --';

/**
 * Words: lock folder, lock name, rails_root, limit in seconds, wait in
 * seconds, and the task's own words. POSIX sh, coreutils and util-linux only.
 *
 * The lock belongs to the open file 9, which the task and its children inherit:
 * it lasts while any of them lives, whatever becomes of the SSH session, and
 * of this shell. The file is empty until a first command starts. From then on
 * its first line is the exit status of the last command, or `running`, or
 * `lost` when nobody saw its end; the second one says when that was. It keeps
 * the next one away for a while: Abacos does not show an insert at once, and a
 * monitor that was killed and restarted meanwhile hears "missing" and would
 * insert again.
 */
const RUN_TASK = [
  `${LOCK_FOLDER} && true >>"$d/$2" || exit ${REFUSED.lockDirectory};`,
  `f=$d/$2 l=$4 w=$5;`,
  `${ENTER} "$3" || exit ${REFUSED.railsRoot};`,
  `shift 5;`,
  `command -v "$1" >/dev/null || { echo "$1: not found" >&2; exit ${REFUSED.programMissing}; };`,
  `exec 9>>"$f";`,
  `flock -n -E ${REFUSED.busy} 9 || exit;`,
  // Whoever empties the folder does not end the command that holds the lock of a file in it.
  `o=$(readlink /proc/self/fd/9);`,
  `if readlink /proc/[0-9]*/fd/9 2>/dev/null | grep -qxF "\${o% (deleted)} (deleted)"; then exit ${REFUSED.busy}; fi;`,
  // Hundredths of a second since this machine was started: no change of the clock moves them.
  `u=; b=; read -r b </proc/sys/kernel/random/boot_id; now() { read -r u z </proc/uptime; u=\${u%.*}\${u#*.}; };`,
  `note() { now; printf '%s\\n%s %s\\n' "$1" "$b" "$u"; };`,
  `if [ -s "$f" ] && [ "$w" -gt 0 ]; then`,
  `{ read -r s; read -r q v; } <"$f";`,
  `now;`,
  `if [ -n "$u" ] && [ "$q" = "$b" ] && [ "$v" -le "$u" ]; then a=$((u - v));`,
  // It ended before this machine was started, or its lock file is an older version's. Then only the clock can tell.
  `else a=$((($(date +%s) - $(date -r "$f" +%s)) * 100)); fi;`,
  // Killed with all that ran it, or the clock was set back: how long ago it ended is unknown, so the wait begins now.
  `if [ "$s" = running ] || [ "$a" -lt 0 ]; then note lost 1<>"$f"; exit ${REFUSED.tooSoon}; fi;`,
  `[ "$a" -ge $((w * 100)) ] || exit ${REFUSED.tooSoon};`,
  `fi;`,
  `note running 1<>"$f" || exit ${REFUSED.lockDirectory};`,
  // What the login shell wrote before may lack its newline.
  `echo; echo ${START_MARK};`,
  // Notes are written over the old text without emptying the file: on a full disk nothing is lost by that, and the end
  // finds its place, for it is no longer than the beginning. What is left of a longer text is in lines that nobody reads.
  // When the SSH session is gone the first cat dies of it; the second one keeps the task from dying of its own output.
  `{ timeout -k ${KILL_GRACE_SECONDS} "$l" "$@" </dev/null 2>&1; note "$?" 1<>"$f"; } | { cat; cat >/dev/null; };`,
  `read -r s <"$f"; exit "$s"`,
].join(' ');

/** Words: rails_root. */
const FIND_RAKEFILE = [
  `${ENTER} "$1" || exit ${REFUSED.railsRoot};`,
  `for f in Rakefile rakefile Rakefile.rb rakefile.rb; do [ -f "$f" ] && exit 0; done;`,
  `echo "no Rakefile in $1" >&2; exit 1`,
].join(' ');

/** No words. */
const FIND_PROGRAMS = [
  `m=; for p in flock timeout mkdir date cat readlink grep; do command -v "$p" >/dev/null || m="$m $p"; done;`,
  `[ -z "$m" ] || { echo "not found:$m" >&2; exit 1; }`,
].join(' ');

/** Words: lock folder. Locks the folder itself, which leaves no file behind. */
const TRY_LOCK_FOLDER = `${LOCK_FOLDER} && [ -w "$d" ] && flock -n -E ${REFUSED.busy} "$d" true`;

/** Words: rails_root, limit in seconds, and the rake command's own words. */
const ASK_RAKE_VERSION = [
  `${ENTER} "$1" || exit ${REFUSED.railsRoot};`,
  `l=$2; shift 2; timeout -k ${KILL_GRACE_SECONDS} "$l" "$@" --version </dev/null`,
].join(' ');

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
    ...words.rake,
    `order_integration_service:${task}[${number}]`,
  ]);
}

/** The command lines of the examination. None of them changes anything but for making the lock folder. */
export const examinations = {
  user: (words: CommandWords) => scriptLine(words, 'id -un', []),
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
  const { runAs, railsRoot, lockDirectory } = settings;
  return {
    launcher: [...sudoWords(runAs), ...environmentWords(settings.environment)],
    runAs,
    railsRoot: usableWord('rails_root', railsRoot),
    rake: rakeWords(settings.rakeCommand),
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
