/** One of the two monitors of a lane: the real program in a process that can be killed, frozen and restarted. */
import { Run, type Installation } from '../../sandbox/program.ts';

export type ElectionKind = 'lock' | 'lease';

/** One line of the service's log. */
export interface LogEntry {
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly standing: string | undefined;
}

const STANDING = '"event":"standing","standing":"';

/** An installation, and the service that runs on it. */
export class Host {
  readonly name: string;
  readonly installation: Installation;
  #run: Run;
  #before = '';

  constructor(name: string, installation: Installation) {
    this.name = name;
    this.installation = installation;
    this.#run = new Run(installation, ['run']);
  }

  /** What the service has logged since its last start. */
  get output(): string {
    return this.#run.output;
  }

  /** What it has logged from a moment on, earlier runs included. */
  entriesSince(atMs: number): readonly LogEntry[] {
    const lines = (this.#before + this.output).split('\n').filter((line) => line.startsWith('{'));
    return lines.map(parseEntry).filter((entry) => entry.atMs >= atMs);
  }

  /** How it stands, by its own account; `undefined` until that is known. */
  get standing(): string | undefined {
    const at = this.output.lastIndexOf(STANDING);
    return at < 0 ? undefined : /^\w+/.exec(this.output.slice(at + STANDING.length))?.[0];
  }

  get isActive(): boolean {
    return this.standing === 'active';
  }

  start(): void {
    this.#before += this.#run.output;
    this.#run = new Run(this.installation, ['run']);
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    await this.#run.stop(signal);
  }

  /** Ends the service, and starts it again as the service manager does. */
  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.stop(signal);
    this.start();
  }

  /** Holds it still, as the host of a virtual machine may; it notices nothing. */
  freeze(): void {
    this.#run.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#run.child.kill('SIGCONT');
  }

  async end(): Promise<void> {
    await this.stop('SIGKILL');
  }
}

function parseEntry(line: string): LogEntry {
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== 'object' || entry === null) throw new Error(`This is no line of the log: ${line}`);
  const text = (key: string): string | undefined => {
    const value: unknown = key in entry ? Object.getOwnPropertyDescriptor(entry, key)?.value : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return { event: text('event') ?? '', atMs: Date.parse(text('time') ?? ''), standing: text('standing') };
}
