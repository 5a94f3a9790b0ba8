/** A machine that can be made to fail, and what starts order-monit on it again, as systemd does. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Run, type Installation } from '../../sandbox/program.ts';
import { until } from '../../sandbox/until.ts';

const execute = promisify(execFile);
const SOURCE = fileURLToPath(new URL('faults.c', import.meta.url));

/** `dsync` is the part of a write that makes it durable: when it fails, the bytes are in the file. */
export type SystemCall = 'write' | 'dsync' | 'fsync' | 'ftruncate' | 'rename' | 'link';

export interface Fault {
  readonly call: SystemCall;
  /** Calls on paths that contain this fail. */
  readonly path: string;
  /** With `HANG` they don't fail: they wait until there is no such fault any more. */
  readonly error: 'EIO' | 'ENOSPC' | 'EROFS' | 'HANG';
  /** So many go well before. */
  readonly skip?: number;
  /** How many fail; all of them when left out. */
  readonly times?: number;
}

/** Makes the system calls of programs fail that are started with its environment. */
export class Faults {
  readonly environment: NodeJS.ProcessEnv;
  readonly #path: string;

  private constructor(library: string, path: string) {
    this.environment = { LD_PRELOAD: library, FAULTS: path };
    this.#path = path;
  }

  static async make(folder: string): Promise<Faults> {
    const library = join(folder, 'faults.so');
    await execute('gcc', ['-O2', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl']);
    const faults = new Faults(library, join(folder, 'faults'));
    await faults.set([]);
    return faults;
  }

  /** From now on these, and no others; what was noted of the ones before is forgotten. */
  async set(faults: readonly Fault[], { clockOffSeconds = 0 } = {}): Promise<void> {
    const lines = faults.map(
      ({ call, path, error, skip = 0, times = 1_000_000 }) =>
        `${call} ${path} ${error === 'HANG' ? -1 : constants.errno[error]} ${skip} ${times}\n`,
    );
    await rm(`${this.#path}.hits`, { force: true });
    // Each file has an inode of its own while the one before is open, so that a new one is noticed.
    await writeFile(`${this.#path}.new`, `${lines.join('')}clock ${clockOffSeconds}\n`);
    await rename(`${this.#path}.new`, this.#path);
  }

  /** The calls that were made to fail, as `CALL PATH`. */
  async hits(): Promise<readonly string[]> {
    const text = await readFile(`${this.#path}.hits`, 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }
}

/** What systemd does with the unit: it starts order-monit again, unless the exit status says that this would not help. */
export class Supervised {
  /** Of all processes so far. */
  readonly statuses: (number | null)[] = [];
  readonly #installation: Installation;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #over: Promise<void>;
  #said = '';
  #run: Run;
  #stopping = false;

  constructor(installation: Installation, environment: NodeJS.ProcessEnv = {}) {
    this.#installation = installation;
    this.#environment = environment;
    this.#run = this.#start();
    this.#over = this.#supervise();
  }

  /** All that it has said, in this and in earlier processes. */
  get output(): string {
    return this.#said + this.#run.output;
  }

  get pid(): number {
    return this.#run.child.pid ?? -1;
  }

  kill(signal: NodeJS.Signals): void {
    this.#run.child.kill(signal);
  }

  async says(what: string | RegExp, deadlineMs = 60_000): Promise<void> {
    try {
      await until(`it says ${String(what)}`, () => this.output.search(what) >= 0, deadlineMs);
    } catch (error) {
      throw new Error(`What it said was:\n${this.output}`, { cause: error });
    }
  }

  /** Whether it has ended for good, because its exit status was 78. */
  async over(): Promise<void> {
    await this.#over;
  }

  async stop(): Promise<number | null> {
    this.#stopping = true;
    const { status } = await this.#run.stop();
    await this.#over;
    return status;
  }

  #start(): Run {
    return new Run(this.#installation, ['run'], this.#environment);
  }

  async #supervise(): Promise<void> {
    for (;;) {
      const { status } = await this.#run.finished;
      this.statuses.push(status);
      if (this.#stopping || status === MISCONFIGURED || status === 0) return;
      await delay(RESTART_MS);
      if (this.#isStopping()) return;
      this.#said += this.#run.output;
      this.#run = this.#start();
    }
  }

  #isStopping(): boolean {
    return this.#stopping;
  }
}

const MISCONFIGURED = 78;
/** systemd waits for five seconds (RestartSec). */
const RESTART_MS = 100;

/** A file system of its own, which has so little room. */
export async function mountTmpfs(folder: string, kilobytes: number): Promise<{ unmount(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  await execute('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0755`, 'tmpfs', folder]);
  return {
    unmount: async () => {
      await execute('umount', ['--lazy', folder]);
    },
  };
}

export async function remount(folder: string, how: 'ro' | 'rw'): Promise<void> {
  await execute('mount', ['-o', `remount,${how}`, folder]);
}
