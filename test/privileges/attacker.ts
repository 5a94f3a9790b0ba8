/** The user of the service, taken over: a process that does one thing to a folder, over and over, until it is ended. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { SERVICE } from './service-user.ts';

const execute = promisify(execFile);

const EXCHANGE = fileURLToPath(new URL('exchange.c', import.meta.url));

/** What a round has at hand. What fails is tried again in the next one. */
const TOOLS = `
const { lstatSync, renameSync, symlinkSync } = require('node:fs');
const attempt = (act) => { try { act(); } catch {} };
`;

export class Attacker {
  readonly #process: ChildProcess;

  /** @param round the JavaScript of one round */
  static async repeating(round: string): Promise<Attacker> {
    return new Attacker([process.execPath, '-e', `${TOOLS} console.log('begun'); for (;;) { ${round} }`]).#begun();
  }

  /** @param folder where the program is made that does it */
  static async exchanging(folder: string, [one, other]: readonly [string, string]): Promise<Attacker> {
    const program = join(folder, 'exchange');
    await execute('gcc', ['-O2', '-o', program, EXCHANGE]);
    return new Attacker([program, one, other]).#begun();
  }

  private constructor(command: readonly string[]) {
    const { uid, gid } = SERVICE;
    const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--pdeathsig=KILL'];
    this.#process = spawn('setpriv', [...identity, ...command], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  }

  async #begun(): Promise<this> {
    if (this.#process.stdout !== null) await once(this.#process.stdout, 'data');
    return this;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
