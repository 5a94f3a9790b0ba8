/** What a command wrote, as far as it is kept: its last lines, fit for a log, a mail and a terminal. */
import { withoutControls } from '../text/printable.ts';

const MAX_LINES = 20;
const MAX_LINE_LENGTH = 500;
/** Escape sequences may take up room before they are taken out; what a line has beyond this is dropped. */
const MAX_RAW_LENGTH = 4 * MAX_LINE_LENGTH;

const LINE_END = /\r\n|\n|\r/;

/** The escape sequences of terminals: control sequences (colours), operating system commands (titles), short ones. */
const ESCAPE_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** A line as people would see it. */
function plain(line: string): string {
  return withoutControls(line.replace(ESCAPE_SEQUENCE, '').replaceAll('\t', ' ')).trimEnd();
}

/** Hides in a plain line what nobody may read, and cuts it to at most 500 characters. */
function presentable(line: string, hide: (text: string) => string): string {
  const text = hide(line);
  // The cut must not leave half a character behind.
  return text.length <= MAX_LINE_LENGTH ? text : `${text.slice(0, MAX_LINE_LENGTH - 1).replace(/\p{Cs}$/u, '')}…`;
}

export interface OutputTailOptions {
  /**
   * The line that says that the command proper begins; nothing from before it is kept. What runs commands may put something
   * before each line, such as a time or a name: then the line ends with this, and what stood before it is left out later.
   */
  readonly startMark?: string;
  /** Takes out what a command may repeat and nobody may read. */
  readonly hide?: ((text: string) => string) | undefined;
}

/**
 * The tail of what the streams of one command write, in the order in which it
 * comes. Its memory does not grow with what is written.
 */
export class OutputTail {
  #lines: string[] = [];
  readonly #startMark: string | undefined;
  readonly #hide: (text: string) => string;
  #started = false;
  #prefix = '';
  #bytes = 0;
  readonly #pending: StreamLines[] = [];

  constructor({ startMark, hide = (text) => text }: OutputTailOptions = {}) {
    this.#startMark = startMark;
    this.#hide = hide;
  }

  /** Whether the line that says so has come. */
  get started(): boolean {
    return this.#started;
  }

  /** How much has been written, whatever is kept of it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The last lines so far, unfinished ones at the end. Empty ones are left out. */
  lines(): readonly string[] {
    const unfinished = this.#pending.map((stream) => this.shown(stream.unfinished));
    return [...this.#lines, ...unfinished].filter((line) => line !== '').slice(-MAX_LINES);
  }

  /** Takes in one stream's bytes. Each stream has its own writer: their characters and lines may interleave. */
  writer(): (bytes: Uint8Array) => void {
    const stream = new StreamLines();
    this.#pending.push(stream);
    return (bytes) => {
      this.#bytes += bytes.length;
      for (const line of stream.complete(bytes)) this.#add(line);
    };
  }

  #add(line: string): void {
    const content = plain(line);
    if (!this.#started && this.#startMark !== undefined && content.endsWith(this.#startMark)) {
      this.#started = true;
      this.#prefix = content.slice(0, -this.#startMark.length);
      this.#lines = [];
      return;
    }
    const text = this.shown(line);
    if (text === '') return;
    this.#lines.push(text);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }

  /** A line of the server's as those of the command are shown. */
  shown(line: string): string {
    const content = plain(line);
    return presentable(content.startsWith(this.#prefix) ? content.slice(this.#prefix.length) : content, this.#hide);
  }
}

/** The first line of what a server said that is not blank: bounded, printable, without secrets. */
export function firstLine(text: string | Uint8Array, hide: ((text: string) => string) | undefined): string | undefined {
  const tail = new OutputTail({ hide });
  tail.writer()(typeof text === 'string' ? Buffer.from(text) : text);
  return tail.lines().find((line) => line.trim() !== '');
}

/** Cuts a stream of bytes into lines. */
class StreamLines {
  readonly #decoder = new TextDecoder();
  unfinished = '';

  /** The lines that these bytes complete. */
  complete(bytes: Uint8Array): string[] {
    const parts = this.#decoder.decode(bytes, { stream: true }).split(LINE_END);
    const lines = [this.unfinished + (parts[0] ?? ''), ...parts.slice(1)].map((line) => line.slice(0, MAX_RAW_LENGTH));
    this.unfinished = lines.pop() ?? '';
    return lines;
  }
}
