/** What is wrong with the configuration, or worth knowing about it, in words for the operator. */

/** An `error` keeps order-monit from starting; the other two are logged. */
export type Severity = 'error' | 'warning' | 'notice';

/** A finding about one file, which it does not name. None of its texts ever holds a secret. */
export interface Remark {
  /** Counted from 1. */
  readonly line?: number;
  /** With dots where keys are nested: `smtp.port`. */
  readonly key?: string;
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The machine's fault and not the file's (too many open files, an I/O error): it may be gone at the next start. */
  readonly passing?: true;
}

export interface Fault extends Remark {
  readonly severity: Severity;
  /** Full path. */
  readonly file: string;
}

/** A finding as one line of text. */
export function describeFault({ file, line, key, problem, remedy }: Fault): string {
  const where = line === undefined ? file : `${file} line ${line}`;
  const what = key === undefined ? problem : `${key}: ${problem}`;
  return `${where}: ${what} ${remedy}`;
}

/** The configuration can not be used. Holds every fault of every file; its message has a line for each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(describeFault).join('\n'));
    this.faults = faults;
  }
}
