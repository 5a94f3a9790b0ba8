/** Words for a shell that nobody chose: the login shell of the account may be sh, bash, zsh, csh or fish. */

/** A setting that the integration server can't be used with. Made when the adapter is made, before anything runs. */
export class UnusableSetting extends Error {
  override readonly name = 'UnusableSetting';
  /** The key in integration_server.yml. */
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`integration_server.yml: ${setting} ${problem}`);
    this.setting = setting;
  }
}

/** Between single quotes these three still mean something to some shell, so they stand outside, behind a backslash. */
const SPECIAL_IN_QUOTES = /['\\!]/g;

/** Turns a text into one word that reads as itself in every common shell. It must hold no control characters. */
export function quoteWord(text: string): string {
  return `'${text.replace(SPECIAL_IN_QUOTES, "'\\$&'")}'`;
}

/** Turns a list of words into a command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Returns the value when it can be a word of a command.
 *
 * @throws UnusableSetting when it is empty or holds control characters: no
 * quoting keeps a newline whole in csh, and none keeps a NUL in any shell
 */
export function usableWord(setting: string, value: string): string {
  if (value === '') throw new UnusableSetting(setting, 'is empty');
  if (CONTROL_CHARACTER.test(value)) {
    throw new UnusableSetting(setting, `holds a control character (${JSON.stringify(value)}); take it out`);
  }
  return value;
}

/** What a line of a script may end with although the command goes on. */
const GOES_ON = /(?:^|[\s;(])(?:then|do|else|in|\{|\||&&|\|\||;;)$/;

/** A script without its comments and newlines: no quoting keeps a newline whole in csh. */
export function inOneLine(script: string): string {
  return script
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .reduce((text, line) => `${text}${GOES_ON.test(text) ? '' : ';'} ${line}`);
}
