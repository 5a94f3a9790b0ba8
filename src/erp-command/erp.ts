/** An ERP that is asked by a program of the operator's: numbers on its standard input, a line for each on its output. */
import { performance } from 'node:perf_hooks';

import type { Answer } from '../core/answer.ts';
import type { CheckFinding } from '../core/check-finding.ts';
import { NO_ORDER, type OrderNumber } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import { Semaphore } from '../net/semaphore.ts';
import { oneLine } from '../text/printable.ts';
import { readAnswers } from './answers.ts';
import { run, type End, type Run } from './run.ts';

export interface CommandErpOptions {
  /** The program and its arguments. */
  readonly words: Run['words'];
  /** All of the program's environment, secrets among it. Called for each run, so that they are not kept here. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** For one run, in milliseconds. */
  readonly timeoutMs: number;
  /** Of runs at the same time, whoever asks. */
  readonly maxParallelCalls: number;
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
}

/** Asked and never told anything. */
export interface CommandErp {
  /** One run about these numbers, with an answer for each. @throws Outage whatever it fails by; also on abort */
  call(numbers: readonly OrderNumber[], signal: AbortSignal): Promise<ReadonlyMap<OrderNumber, Answer>>;
  /**
   * Asks about a number that no shop has.
   *
   * @param known an order that the ERP should have
   * @throws Outage
   */
  check(signal: AbortSignal, known?: OrderNumber): Promise<CheckFinding[]>;
  close(): void;
}

/** EX_TEMPFAIL of sysexits.h: the ERP is down. */
const DOWN = 75;
/** EX_CONFIG of sysexits.h: the program, or what it was given, is configured wrongly. */
const MISCONFIGURED = 78;

const LONGEST_WORDS = 300;
/** For each number, with a reason in words; and for what a program says besides. */
const BYTES_A_NUMBER = 2048;
const BYTES_BESIDES = 65_536;

/** Starts nothing: the first call does. */
export function createCommandErp(options: CommandErpOptions): CommandErp {
  const semaphore = new Semaphore(options.maxParallelCalls);
  const clean = (text: string): string => oneLine(options.hide(text), LONGEST_WORDS);
  const [program] = options.words;

  const call: CommandErp['call'] = async (numbers, signal) => {
    const end = await semaphore.use(async () =>
      run(
        {
          words: options.words,
          environment: options.environment(),
          input: numbers.map((number) => `${number}\n`).join(''),
          timeoutMs: options.timeoutMs,
          maxOutputBytes: BYTES_BESIDES + numbers.length * BYTES_A_NUMBER,
        },
        signal,
      ),
    );
    if (end.kind === 'exited' && end.status === 0) return readAnswers(numbers, end.output, clean);
    throw outageOf(end, { program, clean, timeoutMs: options.timeoutMs });
  };

  return {
    call,
    async check(signal, known) {
      const startedMs = performance.now();
      const asked = known === undefined ? [NO_ORDER] : [NO_ORDER, known];
      const answers = await call(asked, signal);
      const elapsed = `${program} answered in ${Math.round(performance.now() - startedMs)} ms`;
      return [{ result: 'ok', text: elapsed }, ...[...answers].map(([number, answer]) => findingOf(number, answer))];
    },
    close() {
      // Each run ends by itself.
    },
  };
}

function findingOf(number: OrderNumber, answer: Answer): CheckFinding {
  const said = answer.kind === 'unknown' ? `it can not be told: ${answer.why}` : answer.kind;
  if (number === NO_ORDER) {
    return answer.kind === 'missing'
      ? { result: 'ok', text: `asked about ${number}, which no shop has, it says missing` }
      : { result: 'fault', text: `asked about ${number}, which no shop has, it should say missing; instead: ${said}` };
  }
  return answer.kind === 'exists'
    ? { result: 'ok', text: `asked about ${number}, it says exists (${answer.status})` }
    : { result: 'fault', text: `asked about ${number}, which it had, it should say exists; instead: ${said}` };
}

interface Context {
  readonly program: string;
  readonly clean: (text: string) => string;
  readonly timeoutMs: number;
}

function outageOf(end: End, { clean, program, timeoutMs }: Context): Outage {
  const down = (reason: string, hint?: string): Outage =>
    new Outage({ dependency: 'abacos', reason, ...(hint === undefined ? {} : { hint }) });
  if (end.kind === 'given-up') return down(`the run of ${program} was given up on request`);
  if (end.kind === 'not-started') return down(`${program} could not be started (${end.code})`, hintFor(end.code));
  const last = clean(end.lastLine);
  const said = last === '' ? '' : `; it said: ${last}`;
  switch (end.kind) {
    case 'hung':
      return down(
        `${program} did not end within ${timeoutMs / 1000} s${said}`,
        'if it lasts, raise timeout in erp.yml, or ask about fewer orders at a time (max_numbers_per_call in service.yml)',
      );
    case 'flooded':
      return down(
        `${program} said more than answers to what it was asked can be${said}`,
        'see whether it asks the ERP for these numbers alone, and whether the ERP heeds that',
      );
    case 'killed':
      return down(`${program} was ended by ${end.signal}${said}`);
    case 'exited':
      if (end.status === DOWN) return down(last === '' ? `${program} says that it is down` : last);
      return down(
        `${program} ended with exit status ${end.status}${said}`,
        end.status === MISCONFIGURED ? 'correct what it says; erp.yml has its words and its environment' : undefined,
      );
  }
}

function hintFor(code: string): string | undefined {
  switch (code) {
    case 'ENOENT':
      return 'see whether the file is there, and whether the program in its first line is (#!)';
    case 'EACCES':
      return 'run: chmod 755 on it, and see whether the unit lets the service execute it and what its first line names (ExecPaths=)';
    case 'ENOEXEC':
      return 'its first line must name what runs it, such as #!/usr/bin/node';
    default:
      return undefined;
  }
}
