/** A process that tries mutants (worker.mjs), and what bounds it. */
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
const LOOK_MS = 250;
/** In the units of /proc/PID/stat, of which Linux has a hundred a second on every architecture that Debian has. */
const TICK_MS = 10;
/** A test that takes so many times as long as with the sources, and some, does not come to its end. */
const MOST_TIMES_AS_LONG = 5;
const MORE_CPU_MS = 3000;
/** It sleeps, and has nothing to do: it waits for something that never comes. */
const MOST_ASLEEP_MS = 30_000;

/** What a process has had of the processor, and whether it wants more: that does not depend on what else the machine does. */
function stateOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, sleeps: fields[0] === 'S' };
}

export class Trial {
  #child;
  #messages;
  #took;
  /** The bounds of the test that runs. */
  #running;
  #last = { cpuMs: 0, asleepMs: 0 };
  #tooLong = false;
  #ended;

  /**
   * @param bundles pairs of a test file and its bundle
   * @param took what each test takes, by its number
   * @param id the mutant that is there from the beginning: for those that matter while the sources are loaded
   */
  constructor(bundles, { took = [], id } = {}) {
    this.#took = took;
    this.#child = fork(WORKER, [JSON.stringify(bundles)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--max-old-space-size=2048'],
      env: { ...process.env, ...(id === undefined ? {} : { __STRYKER_ACTIVE_MUTANT__: id }) },
    });
    this.#messages = on(this.#child, 'message');
    this.#begin(undefined);
    const timer = setInterval(() => this.#look(), LOOK_MS);
    this.#ended = once(this.#child, 'exit').then(([status, signal]) => {
      clearInterval(timer);
      return this.#tooLong ? { tooLong: true } : { noticed: 'the process', why: `It ended: ${signal ?? status}.` };
    });
  }

  /** @returns what it says when all is loaded: `undefined`, or that the mutant was noticed by then */
  async loaded() {
    const said = await this.#said();
    return said.loaded === true ? undefined : said;
  }

  /** @returns `{ survey }` */
  async survey() {
    this.#running = undefined;
    this.#child.send('survey');
    return this.#said();
  }

  /** Has tests run with a mutant. @returns `{ lives }`, `{ noticed, why }` or `{ tooLong }`; of further use only if it is `over` */
  async try(id, chosen) {
    this.#begin(undefined);
    // Whoever works on the machine comes first.
    setPriority(this.#child.pid, constants.priority.PRIORITY_LOW);
    this.#child.send({ id, chosen });
    for (;;) {
      const said = await this.#said();
      if (said.begins === undefined) {
        this.#running = undefined;
        return said;
      }
      this.#begin(said.begins);
    }
  }

  async end() {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** The next that it says, or how it ended. */
  async #said() {
    return Promise.race([this.#messages.next().then(({ value: [said] }) => said), this.#ended]);
  }

  #begin(number) {
    const took = this.#took[number] ?? { cpuMs: 0, ms: 0 };
    this.#running = { mostCpuMs: this.#last.cpuMs + MOST_TIMES_AS_LONG * took.cpuMs + MORE_CPU_MS, took };
  }

  #look() {
    const { cpuMs, sleeps } = stateOf(this.#child.pid);
    const isAsleep = sleeps && cpuMs === this.#last.cpuMs;
    this.#last = { cpuMs, asleepMs: isAsleep ? this.#last.asleepMs + LOOK_MS : 0 };
    if (this.#running === undefined) return;
    const { mostCpuMs, took } = this.#running;
    if (cpuMs < mostCpuMs && this.#last.asleepMs < took.ms + MOST_ASLEEP_MS) return;
    this.#tooLong = true;
    this.#child.kill('SIGKILL');
  }
}
