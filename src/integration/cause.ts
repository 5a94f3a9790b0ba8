/** From what a server's programs say to why a command did not begin, and what to do about it. `check` and the log read it. */
import { oneLine } from '../text/printable.ts';
import type { CommandWords } from './command.ts';

/** What was said of a failure. */
export interface Said {
  /** One line, bounded. Empty where nothing was said. */
  readonly quote: string;
  /** What to do, where the words tell. */
  readonly hint: string | undefined;
}

type HintFor = (words: CommandWords) => string;

const accountOf = ({ username, runAs }: CommandWords): string => runAs ?? username;

const SUDOERS: HintFor = ({ username, runAs = 'USER' }) =>
  `add to the server's sudoers (visudo): ${username} ALL=(${runAs}) NOPASSWD: ALL`;

const PATH: HintFor = (words) =>
  'a command over SSH gets the PATH of a shell that is not interactive, without what .bashrc and .profile add: set PATH under ' +
  `environment in integration_server.yml to what "echo $PATH" says there after a login as ${accountOf(words)}`;

const ROOM: HintFor = ({ lockDirectory }) =>
  `free space on the server, or inodes, on the disk that holds ${lockDirectory}: df -h, df -i, quota`;

/** sshd's own words go to its log in most places: then nothing comes of them but the status. */
export const CHROOT: HintFor = ({ username }) =>
  `where its sshd_config keeps ${username} in a ChrootDirectory, that folder must be there, belong to root alone, and hold the ` +
  `login shell with all that it needs: mend it, or take ${username} out of that block (Match), and reload sshd`;

type Causes = readonly (readonly [said: RegExp, hint: HintFor])[];

/** Of an account that runs no commands at all. */
export const OF_ACCOUNT: Causes = [
  [
    /log ?in as (?:the )?(?:user )?\S/i,
    () => 'set username in integration_server.yml to the user that the server names',
  ],
  [
    /account is (?:currently )?not available|account has (?:expired|been (?:locked|disabled))|login (?:is )?(?:disabled|not allowed)/i,
    ({ username }) =>
      `give the account a login shell there, as root: chsh -s /bin/sh ${username}; and see that it has not expired: chage -l ${username}`,
  ],
  [
    /sftp connections only/i,
    ({ username }) =>
      `take ${username} out of the block of its sshd_config that has ForceCommand internal-sftp, and reload sshd`,
  ],
  [
    /safely_chroot|chroot(?: path| directory|\()|^Changed root directory to|^\/\S*sh: No such file or directory$/,
    CHROOT,
  ],
  [
    /\/etc\/nologin exists/,
    () =>
      'the server lets nobody but root in while it has a file /etc/nologin, as at maintenance: wait, or remove it there',
  ],
  [
    /password change required|password has expired|required to change your password|you must change your password/i,
    ({ username }) =>
      `log in there as ${username} and change the password; chage -M -1 ${username} keeps it from expiring`,
  ],
];

/** Each with the words that tell, most particular first. Held to what real programs say by test/integration/refusals.test.ts. */
export const OF_COMMAND: Causes = [
  // sudo, in English and Portuguese, and sudo-rs.
  [
    /must have a tty to run sudo|deve ter um tty/i,
    ({ username }) => `write in the server's sudoers (visudo): Defaults:${username} !requiretty`,
  ],
  [
    /^sudo(?:-rs)?: (?:unknown user|unknown uid|user ['\u2018`].* not found)/i,
    ({ runAs = '' }) => `set run_as in integration_server.yml to a user that the server has: it knows no ${runAs}`,
  ],
  [
    /^sudo(?:-rs)?: .*(?:account validation failure|account.*(?:expired|locked)|Account or password is expired)/i,
    ({ username }) =>
      `unlock the account ${username} there, or give it a later end (chage -l ${username}): sudo asks for it too`,
  ],
  [
    /^sudo(?:-rs)?: .*(?:password is required|senha é necessária|authentication is required|terminal is required|no tty present)/i,
    SUDOERS,
  ],
  [
    /is not in the sudoers file|is not allowed to run sudo|may not run sudo|not allowed to execute|não está no arquivo sudoers|I'm afraid I can't do that/i,
    SUDOERS,
  ],
  [
    /^sudo(?:-rs)?: .*(?:no new privileges|setuid bit set|effective uid is not 0|sudo must be setuid)/i,
    () =>
      'sudo cannot become anybody there: its file system is mounted nosuid, or sshd runs in a container that forbids it; log in as the user itself, and remove run_as',
  ],
  [
    /^sudo(?:-rs)?: .*(?:no valid sudoers sources|unable to (?:open|stat) .*sudoers|is world writable|is owned by [ug]id|parse error|syntax error)/i,
    () => "mend the server's sudoers: visudo -c names the fault",
  ],
  [
    /(?:^|[\s:'"\u2018`])sudo['"\u2019]?: (?:command )?not found|command not found: sudo|unknown command:? '?sudo/i,
    () => 'install sudo on the server; or log in as the user that runs the tasks, and remove run_as',
  ],
  // What holds the locks.
  [/no space left on device|disk quota exceeded|não há espaço disponível/i, ROOM],
  [
    /read-only file system|sistema de arquivos somente leitura/i,
    () =>
      'look into the kernel log there for why its file system is read-only, and mend that; or set lock_dir to a folder on another one',
  ],
  [
    /flock: .*(?:no locks available|bad file descriptor|not supported|function not implemented|input\/output)/i,
    () =>
      'set lock_dir in integration_server.yml to a folder on a disk of the server itself: a network file system may have no locks',
  ],
  [
    /(?:flock|timeout): (?:unrecognized|invalid|unknown) option|usage: (?:flock|timeout)|BusyBox v/i,
    () => 'install util-linux and coreutils on the server: its flock or timeout is another one',
  ],
  // Ruby, and what chooses one of several.
  [
    /^rbenv: (?:\S+: command not found|version .* is not installed)/,
    ({ railsRoot }) =>
      `choose a Ruby that has it: rbenv local VERSION in ${railsRoot} there, or RBENV_VERSION under environment in integration_server.yml`,
  ],
  [
    /^(?:No (?:preset )?version (?:is )?(?:set|installed) for command|mise (?:ERROR|WARN))|^unknown command: .*reshim/i,
    ({ railsRoot }) =>
      `choose a Ruby: .tool-versions in ${railsRoot} there, or ASDF_RUBY_VERSION (mise: MISE_RUBY_VERSION) under environment in integration_server.yml`,
  ],
  [
    /RVM is not a function|Required ruby-\S+ is not installed|rvm: (?:command )?not found/i,
    (words) =>
      `set rake in integration_server.yml to rvm's wrapper, with its whole path: ~${accountOf(words)}/.rvm/wrappers/VERSION/bundle exec rake`,
  ],
  [
    /^Your Ruby version is \S+, but your Gemfile specified/,
    (words) => `another Ruby comes first in PATH. ${PATH(words)}`,
  ],
  [
    /invalid (?:byte sequence in|multibyte char \() ?US-ASCII|from ASCII-8BIT to UTF-8|" (?:on|from) US-ASCII/,
    () =>
      'set LANG to C.UTF-8 under environment in integration_server.yml: Ruby gets none over SSH, and reads its files as US-ASCII',
  ],
  [
    /bundler: command not found|can't find executable/i,
    () =>
      'see that rake is in the Gemfile there, and bundle install has been run; or set rake in integration_server.yml',
  ],
  [
    /You must use Bundler \d|can't find gem bundler|cannot load such file -- \S*bundler/,
    (words) =>
      `the Bundler of ${words.railsRoot}/Gemfile.lock is not in the Ruby that was found: gem install bundler -v VERSION there, or another Ruby must come first in PATH. ${PATH(words)}`,
  ],
  [
    /cannot open shared object file|incompatible library version|because its extensions are not built/,
    (words) =>
      `a gem or Ruby was built for another system than that server is now: as ${accountOf(words)}, run bundle pristine in ${words.railsRoot} there, or install what is missing`,
  ],
  [/Could not locate Gemfile/, () => 'set rails_root in integration_server.yml to the folder of the Gemfile'],
  [
    /Could not find \S+.* in (?:any of the sources|locally installed gems|cached gems)|Could not find ['"`]?bundler|run `?bundle install|Bundler::GemNotFound/i,
    ({ railsRoot, ...words }) =>
      `run bundle install in ${railsRoot} there as ${accountOf({ railsRoot, ...words })}; and see that GEM_HOME, BUNDLE_PATH and PATH are the same under environment in integration_server.yml`,
  ],
  [
    /^timeout: (?:failed to (?:run|execute)|can't execute) .*(?:No such file|not found)|(?:^|: )(?:command )?not found(?:: |$)|command not found|^(?:\S*\/)?env: .*(?:No such file or directory|not found)|^unknown command|Comando não encontrado/i,
    PATH,
  ],
];

/** A program often says more in the lines that follow, and sudo adds one. */
const QUOTED_LINES = 3;
const LONGEST_QUOTE = 400;

/** What the lines of a command that did not begin tell, and what to do about it. */
export function readCause(lines: readonly string[], words: CommandWords): Said {
  return read(lines, words, [...OF_ACCOUNT, ...OF_COMMAND]);
}

/** What the lines tell that an account answers every command with. */
export function readAccountCause(lines: readonly string[], words: CommandWords): Said {
  return read(lines, words, OF_ACCOUNT);
}

function read(lines: readonly string[], words: CommandWords, causes: Causes): Said {
  for (const [said, hint] of causes) {
    const at = lines.findIndex((line) => said.test(line));
    if (at !== -1) return { quote: quoteOf(lines.slice(at, at + QUOTED_LINES)), hint: hint(words) };
  }
  return { quote: quoteOf(lines.slice(-QUOTED_LINES)), hint: undefined };
}

function quoteOf(lines: readonly string[]): string {
  return oneLine(lines.map((line) => line.trim()).join('; '), LONGEST_QUOTE);
}

/** What to do about a thing that a task needs and the server lacks, where its words do not tell. */
export const HINTS = {
  user: ({ runAs, ...words }: CommandWords) =>
    runAs === undefined ? 'look at the login shell and PATH of the user on the server' : SUDOERS({ runAs, ...words }),
  railsRoot: () => 'set rails_root in integration_server.yml to the folder that rake is run in',
  programs: () => 'install util-linux and coreutils on the server; environment in integration_server.yml sets PATH',
  lockDirectory: (words: CommandWords) =>
    `${accountOf(words)}, who runs the tasks, must be able to make ${words.lockDirectory} and to write in it`,
  rake: (words: CommandWords) =>
    `run it by hand there as ${accountOf(words)}; set rake and environment (PATH) in integration_server.yml`,
  task: (words: CommandWords) =>
    `see that ${accountOf(words)} finds it there; insert, confirm and environment (PATH) in integration_server.yml say what is run`,
} satisfies Record<string, HintFor>;
