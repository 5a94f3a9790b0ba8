/** Runs a program for one question: what it may say, how long it may take, and what it leaves behind are bounded. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

import { Deadline } from '../net/deadline.ts';
import { errorCode } from '../text/error.ts';

export interface Run {
  /** The program and its arguments. No shell reads them. */
  readonly words: readonly [string, ...string[]];
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Given on standard input. */
  readonly input: string;
  readonly timeoutMs: number;
  /** Of standard output. */
  readonly maxOutputBytes: number;
}

export type End =
  | { readonly kind: 'exited'; readonly status: number; readonly output: string; readonly lastLine: string }
  | { readonly kind: 'killed'; readonly signal: string; readonly lastLine: string }
  /** It took longer than allowed. */
  | { readonly kind: 'hung'; readonly lastLine: string }
  /** Whoever asked did not wait for it. */
  | { readonly kind: 'given-up' }
  /** It said more than allowed. */
  | { readonly kind: 'flooded'; readonly lastLine: string }
  /** `code`: as `errno` names it. */
  | { readonly kind: 'not-started'; readonly code: string };

/** Of standard error: what it said last. */
const KEPT_BYTES = 4096;
/** A child that has left the program's process group may hold its output open for ever. */
const CLOSE_MS = 1000;

/** Starts a program, and waits until it has ended, as have the processes that it started. Never throws. */
export async function run(options: Run, signal: AbortSignal): Promise<End> {
  if (signal.aborted) return { kind: 'given-up' };
  const deadline = new Deadline(options.timeoutMs, signal);
  try {
    return await new Running(options, deadline).end();
  } finally {
    deadline.end();
  }
}

class Running {
  readonly #child: ChildProcess;
  readonly #options: Run;
  readonly #deadline: Deadline;
  #output: Buffer[] = [];
  #outputBytes = 0;
  #errors = Buffer.alloc(0);
  #errorBytes = 0;
  #isFlooded = false;
  #isOver = false;

  constructor(options: Run, deadline: Deadline) {
    const [program, ...words] = options.words;
    // A process group of its own, so that none of its children outlives it.
    this.#child = spawn(program, words, { cwd: '/', detached: true, env: options.environment, stdio: 'pipe' });
    this.#options = options;
    this.#deadline = deadline;
  }

  async end(): Promise<End> {
    const child = this.#child;
    const ended = new Promise<End>((resolve) => {
      child.on('error', (error) => {
        resolve({ kind: 'not-started', code: errorCode(error) ?? error.name });
      });
      child.on('close', (status, signal) => {
        resolve(this.#endOf(status, signal));
      });
    });
    child.on('exit', () => {
      this.#killAll();
      // From now on the number of the group may become another's.
      this.#isOver = true;
      setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      }, CLOSE_MS).unref();
    });
    this.#listen(child.stdout, (bytes) => {
      this.#take(bytes);
    });
    this.#listen(child.stderr, (bytes) => {
      this.#errorBytes += bytes.length;
      this.#errors = Buffer.concat([this.#errors, bytes]).subarray(-KEPT_BYTES);
    });
    // A program that has ended, or asks for nothing, does not read all of it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(this.#options.input);
    const kill = (): void => {
      this.#killAll();
    };
    this.#deadline.signal.addEventListener('abort', kill, { once: true });
    const end = await ended;
    return this.#deadline.signal.aborted && !this.#deadline.expired ? { kind: 'given-up' } : end;
  }

  #listen(stream: Readable | null, take: (bytes: Buffer) => void): void {
    stream?.on('data', take);
    stream?.on('error', () => undefined);
  }

  #take(bytes: Buffer): void {
    this.#outputBytes += bytes.length;
    if (this.#outputBytes <= this.#options.maxOutputBytes) {
      this.#output.push(bytes);
      return;
    }
    this.#isFlooded = true;
    this.#output = [];
    this.#killAll();
  }

  #killAll(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#isOver) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // None of them is left.
    }
  }

  #endOf(status: number | null, signal: string | null): End {
    const lastLine = lastLineOf(this.#errors.toString('utf8'), this.#errorBytes > KEPT_BYTES);
    if (this.#isFlooded) return { kind: 'flooded', lastLine };
    if (this.#deadline.expired) return { kind: 'hung', lastLine };
    if (status === null) return { kind: 'killed', signal: signal ?? 'a signal', lastLine };
    return { kind: 'exited', status, output: Buffer.concat(this.#output).toString('utf8'), lastLine };
  }
}

/** A line whose beginning was cut off may hold the end of a secret, which nobody would know again: it is not repeated. */
function lastLineOf(text: string, isCut: boolean): string {
  const lines = text.trimEnd().split('\n');
  return isCut && lines.length === 1 ? 'a line that is too long to be repeated' : (lines.at(-1)?.trim() ?? '');
}
