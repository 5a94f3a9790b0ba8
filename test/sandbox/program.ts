/** The real program, as it is installed, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { assertNoSecret, assertNoSecretBelow } from './secrets.ts';

export const PROGRAM = fileURLToPath(new URL('../../dist/order-monit.mjs', import.meta.url));

/** What the unit and /usr/sbin/order-monit set for it: see docs/decisions, 0016. */
export const INSTALLED: NodeJS.ProcessEnv = { UV_USE_IO_URING: '0' };

/** The option of Node that the same two set. */
export const NO_CODE_FROM_STRINGS = '--disallow-code-generation-from-strings';

/** The folders of one installation. */
export interface Installation {
  readonly config: string;
  readonly state: string;
  readonly runtime: string;
  /** Whom the program runs as, user and group; as this process does when left out. */
  readonly user?: number;
  /** A command that runs the program: `unshare`, `strace` or `ip netns exec` with their options, say. */
  readonly through?: readonly string[];
  /** Where the program is, when it is not where the build has put it. */
  readonly program?: string;
}

/** Files by name, without `.yml`; the values of their keys as YAML takes JSON. */
export type ConfigFiles = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export async function install(folder: string, files: ConfigFiles, checkpoint?: string): Promise<Installation> {
  const installation = { config: join(folder, 'config'), state: join(folder, 'state'), runtime: join(folder, 'run') };
  for (const directory of Object.values(installation)) await mkdir(directory, { recursive: true });
  await configure(installation, files);
  if (checkpoint !== undefined) await writeFile(join(installation.state, 'checkpoint'), checkpoint);
  return installation;
}

/** Writes configuration files, readable by their owner alone. */
export async function configure({ config }: Installation, files: ConfigFiles): Promise<void> {
  for (const [name, keys] of Object.entries(files)) {
    const lines = Object.entries(keys).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    await writeFile(join(config, `${name}.yml`), `${lines.join('\n')}\n`, { mode: 0o600 });
  }
}

export async function checkpointOf({ state }: Installation): Promise<string> {
  return readFile(join(state, 'checkpoint'), 'utf8');
}

export function argumentsFor({ config, state, runtime }: Installation): string[] {
  return ['--config-dir', config, '--state-dir', state, '--runtime-dir', runtime];
}

/** Options of setpriv. */
function identity({ user }: Installation): string[] {
  return user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
}

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the program: what it printed so far, and its end. */
export class Run {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';

  constructor(installation: Installation, command: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(
      'setpriv',
      [
        ...identity(installation),
        '--pdeathsig=KILL',
        ...(installation.through ?? []),
        process.execPath,
        NO_CODE_FROM_STRINGS,
        installation.program ?? PROGRAM,
        ...argumentsFor(installation),
        ...command,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...INSTALLED, TZ: 'UTC', ...environment } },
    );
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.finished = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (status, signal) => {
        const finished = { status, signal, stdout: this.#stdout, stderr: this.#stderr };
        tellsNoSecret(installation, finished).then(resolve, reject);
      });
    });
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }
}

/** Runs one command to its end. */
export async function call(installation: Installation, ...command: readonly string[]): Promise<Finished> {
  return new Run(installation, command).finished;
}

/** Neither what a run printed nor what it left behind may hold a secret, whatever the test is about. */
async function tellsNoSecret({ state, runtime }: Installation, finished: Finished): Promise<Finished> {
  assertNoSecret('What the program printed', finished.stdout + finished.stderr);
  for (const folder of [state, runtime]) await assertNoSecretBelow(folder);
  return finished;
}
