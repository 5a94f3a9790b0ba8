import type { CommandOutcome, Task } from '../../../src/core/command.ts';
import type { OrderNumber } from '../../../src/core/order.ts';
import { Outage } from '../../../src/core/outage.ts';
import type { IntegrationServer } from '../../../src/monitor/ports.ts';
import type { VirtualClock } from '../../monitor/world.ts';
import type { Abacos } from './abacos.ts';
import type { Colleague } from './colleague.ts';
import { COMMAND_TIMEOUT_MS, REPAIR_WAIT_MS, SECOND, type TaskManner } from './script.ts';
import type { Row, Shop } from './shop.ts';

const LATENCY_MS = 50;
const CONNECT_MS = 500;
const SLOW_CONNECT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 20_000;
/** How much longer than the task's own limit a monitor waits for it. */
const GRACE_MS = 30 * SECOND;
const SAYS_NO_MS = 5 * SECOND;

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
  /** When the task does what it is for, and when it ends: milliseconds after its start. */
  readonly worksAt: number | undefined;
  readonly endsAt: number;
  readonly end: End;
  readonly output: readonly string[];
}

export interface ServerOptions {
  readonly clock: VirtualClock;
  readonly shop: Shop;
  readonly abacos: Abacos;
  readonly say: (text: string) => void;
}

/**
 * The server with the shop's own tasks. What keeps two commands of one order
 * apart is done here as the command line does it that the real adapter sends:
 * a lock for as long as the task lives, and a pause after its end.
 */
export class StandInServer {
  sick: 'fails' | 'pretends' | undefined;
  readonly #options: ServerOptions;
  readonly #files = new Map<string, LockFile>();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** The server as one host reaches it. */
  reachedBy(colleague: Colleague): IntegrationServer {
    return {
      connect: (signal) =>
        colleague.life.through(async () => {
          const fault = colleague.faults.ofConnect();
          const ms = fault === 'slow' ? SLOW_CONNECT_MS : fault === 'hung' ? CONNECT_TIMEOUT_MS : CONNECT_MS;
          await colleague.pause(ms, signal);
          if (signal.aborted) throw signal.reason;
          const failed = fault === 'refused' || fault === 'hung';
          colleague.note('integration-server', failed ? 'failed' : 'worked');
          if (failed) throw new Outage({ dependency: 'integration-server', reason: `the connection was ${fault}` });
        }),
      run: (task, number, signal) => {
        const notStarted = colleague.witness.ran(task, number);
        return colleague.life.through(async () => {
          const beganAt = this.#options.clock.monotonic();
          const { output = [], ...end } = await this.#run(colleague, { task, number, signal, notStarted });
          const outcome: CommandOutcome = { ...end, output, durationMs: this.#options.clock.monotonic() - beganAt };
          colleague.witness.heard(number, task, outcome);
          return outcome;
        });
      },
    };
  }

  async #run(
    colleague: Colleague,
    {
      task,
      number,
      signal,
      notStarted,
    }: { task: Task; number: OrderNumber; signal: AbortSignal; notStarted: () => void },
  ): Promise<Omitted> {
    const fault = colleague.faults.ofRun();
    if (fault === 'unsent') {
      notStarted();
      return { kind: 'not-started', why: 'the connection was gone before the command was sent' };
    }
    await colleague.pause(LATENCY_MS, signal);
    if (fault === 'lost on the way') return { kind: 'lost', why: 'the connection broke' };
    const started = this.#begin(task, number);
    this.#options.say(`${task} for ${number}: ${started.kind}`);
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
    const late = colleague.pause(limitMs, AbortSignal.any([signal, given.signal])).then(() => undefined);
    const end = await Promise.race([ended, late]);
    if (end === undefined) return { kind: 'lost', why: 'the connection broke, or nobody waited for its end' };
    if (fault === 'lost at the end') return { kind: 'lost', why: 'the connection broke at its very end' };
    return end;
  }

  #begin(task: Task, number: string): Started {
    const { clock } = this.#options;
    const seconds = (): number => Math.floor(clock.now() / SECOND);
    const file = this.#files.get(number);
    if (file?.locked === true) return { kind: 'busy' };
    if (file !== undefined && seconds() - file.touchedAt < REPAIR_WAIT_MS / SECOND) return { kind: 'too-soon' };
    const held: LockFile = { locked: true, touchedAt: seconds() };
    this.#files.set(number, held);
    const { worksAt, endsAt, end, output } = this.#whatItDoes(task, number);
    if (worksAt !== undefined) {
      clock.after(worksAt, () => {
        this.#work(task, number);
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
    const exits = (status: number): End => ({ kind: 'exited', status });
    const failed = { worksAt: undefined, endsAt: SAYS_NO_MS, end: exits(1) };
    if (task === 'insert_order' && abacos.shows(number) !== undefined) {
      return { ...failed, output: ['rake aborted!', 'the order exists in Abacos'] };
    }
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
        return { ...failed, output: ['rake aborted!', 'Timeout::Error'] };
      case 'fails for good':
        return { ...failed, output: ['rake aborted!', NO_MORE] };
      case 'hangs':
        return { ...killed, worksAt: undefined };
      case 'works and hangs':
        return { ...killed, worksAt: ms * 0.7 };
    }
  }

  #work(task: Task, number: string): void {
    const { abacos, shop } = this.#options;
    const row = shop.byNumber(number);
    if (task === 'insert_order' || abacos.shows(number) === undefined) {
      abacos.insert(number, shownAfterMs(row));
    }
    if (task === 'confirm_payment' && row?.payment === 'none') row.payment = 'acknowledged';
  }
}

type Omitted = CommandOutcome extends infer Outcome
  ? Outcome extends unknown
    ? Omit<Outcome, 'durationMs' | 'output'> & { readonly output?: readonly string[] }
    : never
  : never;

function shownAfterMs(row: Row | undefined): number {
  return (row?.plan.shownAfter ?? 0) * SECOND;
}
