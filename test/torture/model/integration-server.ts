/** The integration server of the model: the shop's tasks, and the lock that keeps two commands of an order apart. */
import type { CommandOutcome, Task, TaskCommand } from '../../../src/core/command.ts';
import { Outage } from '../../../src/core/outage.ts';
import type { IntegrationServer } from '../../../src/monitor/ports.ts';
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Abacos } from './abacos.ts';
import type { Caller } from './caller.ts';
import type { Command } from './inserts.ts';
import { COMMAND_TIMEOUT_MS, REPAIR_WAIT_MS, SECOND, type SickManner, type TaskManner } from './script.ts';
import type { Row, Shop } from './shop.ts';

const LATENCY_MS = 50;
const CONNECT_MS = 500;
const SLOW_CONNECT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 20_000;
/** How much longer than the task's own limit a monitor waits for it. */
const GRACE_MS = 30 * SECOND;
const SAYS_NO_MS = 5 * SECOND;
const TIMES_OUT_MS = 60 * SECOND;
const SOON_SECONDS = REPAIR_WAIT_MS / SECOND - 2;

const NO_MORE = 'produto não cadastrado: 17';

/** The file of one order in the lock folder. */
interface LockFile {
  locked: boolean;
  /** Its time, in whole seconds. */
  touchedAt: number;
}

type End = { readonly kind: 'exited'; readonly status: number } | { readonly kind: 'killed'; readonly why: string };

type Started =
  | { readonly kind: 'busy' | 'too-soon' }
  | { readonly kind: 'started'; readonly end: Promise<End & { readonly output: readonly string[] }> };

interface Done {
  /** When it is done what the task is for, and when the task ends: milliseconds after its start. */
  readonly worksAt: number | undefined;
  readonly endsAt: number;
  readonly end: End;
  readonly output: readonly string[];
}

export interface ServerOptions {
  readonly clock: VirtualClock;
  readonly shop: Shop;
  readonly abacos: Abacos;
  /** How often a person had the order of this number tried again. */
  readonly retries: (number: string) => number;
  readonly say: (text: string) => void;
}

/**
 * Two commands of one order are kept apart as by the command line that the real
 * adapter sends: a lock for as long as the task lives, and a pause after its end.
 */
export class StandInServer {
  sick: SickManner | undefined;
  readonly #options: ServerOptions;
  readonly #files = new Map<string, LockFile>();
  readonly #commanded = new Set<string>();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Whether a command was ever begun for it. */
  hasCommanded(number: string): boolean {
    return this.#commanded.has(number);
  }

  /** The server as one host reaches it. */
  reachedBy(caller: Caller): IntegrationServer {
    return {
      connect: (signal) =>
        caller.life.through(async () => {
          const fault = caller.faults.ofConnect();
          const ms = fault === 'slow' ? SLOW_CONNECT_MS : fault === 'hung' ? CONNECT_TIMEOUT_MS : CONNECT_MS;
          await caller.pause(ms, signal);
          if (signal.aborted) throw signal.reason;
          const failed = fault === 'refused' || fault === 'hung';
          caller.note('integration-server', failed ? 'failed' : 'worked');
          if (failed) throw new Outage({ dependency: 'integration-server', reason: `the connection was ${fault}` });
        }),
      run: (command, signal) => {
        const { number, task } = command;
        const notStarted = caller.witness.ran(task, number);
        return caller.life.through(async () => {
          const beganAt = this.#options.clock.monotonic();
          const { output = [], ...end } = await this.#run(caller, { command, signal, notStarted });
          const outcome: CommandOutcome = { ...end, output, durationMs: this.#options.clock.monotonic() - beganAt };
          caller.witness.heard(number, task, outcome);
          return outcome;
        });
      },
    };
  }

  async #run(
    caller: Caller,
    { command, signal, notStarted }: { command: TaskCommand; signal: AbortSignal; notStarted: () => void },
  ): Promise<Omitted> {
    const fault = caller.faults.ofRun();
    if (fault === 'unsent') {
      notStarted();
      return { kind: 'not-started', why: 'the connection was gone before the command was sent' };
    }
    await caller.pause(LATENCY_MS, signal);
    if (fault === 'lost on the way') return { kind: 'lost', why: 'the connection broke' };
    const started = this.#begin(caller, command);
    this.#options.say(`${command.task} for ${command.number}: ${started.kind}`);
    if (started.kind !== 'started') {
      notStarted();
      return { kind: started.kind };
    }
    const given = new AbortController();
    const limitMs = fault === 'lost' ? 3 * SECOND : COMMAND_TIMEOUT_MS + GRACE_MS;
    const ended = started.end.then((end) => {
      given.abort();
      return end;
    });
    const late = caller.pause(limitMs, AbortSignal.any([signal, given.signal])).then(() => undefined);
    const end = await Promise.race([ended, late]);
    if (end === undefined) return { kind: 'lost', why: 'the connection broke, or nobody waited for its end' };
    if (fault === 'lost at the end') return { kind: 'lost', why: 'the connection broke at its very end' };
    return end;
  }

  #begin({ witness }: Caller, { number, task, waitMs }: TaskCommand): Started {
    const { clock, retries } = this.#options;
    const seconds = (): number => Math.floor(clock.now() / SECOND);
    const file = this.#files.get(number);
    if (file?.locked === true) return { kind: 'busy' };
    if (file !== undefined && seconds() - file.touchedAt < waitMs / SECOND) return { kind: 'too-soon' };
    const held: LockFile = { locked: true, touchedAt: seconds() };
    this.#files.set(number, held);
    this.#commanded.add(number);
    const { worksAt, endsAt, end, output } = this.#whatItDoes(task, number);
    if (worksAt !== undefined) {
      const command: Command = {
        host: witness.host,
        task,
        endsAt: clock.monotonic() + endsAt,
        knownLagMs: witness.repairs.knownLagMs,
        retries: retries(number),
      };
      clock.after(worksAt, () => {
        this.#work(task, number, command);
      });
    }
    return {
      kind: 'started',
      end: new Promise((resolve) => {
        clock.after(endsAt, () => {
          held.locked = false;
          held.touchedAt = seconds();
          this.#options.say(`${task} for ${number} ${end.kind} ${end.kind === 'exited' ? end.status : end.why}`);
          resolve({ ...end, output });
        });
      }),
    };
  }

  #whatItDoes(task: Task, number: string): Done {
    const { abacos, shop } = this.#options;
    const row = shop.byNumber(number);
    const manner: TaskManner = this.sick ?? row?.plan.task ?? 'fails';
    const ms = (row?.plan.taskSeconds ?? 9) * SECOND;
    const landsAfterMs = (row?.plan.landsAfter ?? 0) * SECOND;
    const exits = (status: number): End => ({ kind: 'exited', status });
    const failed = { worksAt: undefined, endsAt: SAYS_NO_MS, end: exits(1) };
    if (abacos.isDown) return { ...failed, output: ['rake aborted!', 'Errno::ECONNREFUSED: Connection refused'] };
    if (task === 'insert_order' && abacos.shows(number) !== undefined) {
      return { ...failed, output: ['rake aborted!', 'the order exists in Abacos'] };
    }
    const timedOut = { endsAt: TIMES_OUT_MS, end: exits(1), output: ['rake aborted!', 'Timeout::Error'] };
    const killed = {
      endsAt: COMMAND_TIMEOUT_MS,
      end: { kind: 'killed', why: 'ended by its time limit' },
      output: [],
    } as const;
    switch (manner) {
      case 'works':
        return { worksAt: ms * 0.7, endsAt: ms, end: exits(0), output: [] };
      case 'works and says no':
        return { worksAt: ms * 0.7, endsAt: ms, end: exits(1), output: ['rake aborted!', 'undefined method'] };
      case 'pretends':
        return { worksAt: undefined, endsAt: SAYS_NO_MS, end: exits(0), output: [] };
      case 'fails':
        return { ...failed, output: ['rake aborted!', 'SocketError: getaddrinfo'] };
      case 'times out':
        return { ...timedOut, worksAt: undefined };
      case 'times out and lands':
        return { ...timedOut, worksAt: TIMES_OUT_MS + landsAfterMs };
      case 'fails for good':
        return { ...failed, output: ['rake aborted!', NO_MORE] };
      case 'hangs':
        return { ...killed, worksAt: undefined };
      case 'works and hangs':
        return { ...killed, worksAt: ms * 0.7 };
      case 'hangs and lands':
        return { ...killed, worksAt: COMMAND_TIMEOUT_MS + landsAfterMs };
    }
  }

  #work(task: Task, number: string, command: Command): void {
    const { abacos, clock, shop } = this.#options;
    const row = shop.byNumber(number);
    if (task === 'insert_order' || abacos.shows(number) === undefined) {
      const at = clock.monotonic();
      this.#options.say(`${number} is inserted`);
      abacos.insert(number, 'in-progress', { at, shownFrom: at + shownAfterMs(row), by: command });
      if (row !== undefined) row.sentAt = clock.now();
    }
    if (task === 'confirm_payment' && row?.payment === 'none') row.payment = 'acknowledged';
  }
}

type Omitted = CommandOutcome extends infer Outcome
  ? Outcome extends unknown
    ? Omit<Outcome, 'durationMs' | 'output'> & { readonly output?: readonly string[] }
    : never
  : never;

/**
 * A task that says that it failed, and does not say that it gave up waiting, is believed as far as `repair_wait` goes:
 * what it has done all the same shows within that time.
 */
function shownAfterMs(row: Row | undefined): number {
  if (row === undefined) return 0;
  const { shownAfter, task } = row.plan;
  return (task === 'works and says no' ? Math.min(shownAfter, SOON_SECONDS) : shownAfter) * SECOND;
}
