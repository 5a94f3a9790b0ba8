/**
 * The integration server: the shop's own tasks, run over SSH.
 *
 * One connection is kept while it lives and made anew when it broke. It is
 * proved by a first command every time that it is asked for, so that a command
 * for an order, which counts as an attempt, is not the one that finds it dead.
 */
import type { CommandOutcome, TaskCommand } from '../core/command.ts';
import { Outage } from '../core/outage.ts';
import { Deadline } from '../net/deadline.ts';
import { isOutOfFiles, messageOf, OUT_OF_FILES } from '../text/error.ts';
import {
  commandWords,
  KILL_GRACE_SECONDS,
  START_MARK,
  taskCommand,
  type CommandSettings,
  type CommandWords,
} from './command.ts';
import { Connection } from './connection.ts';
import { loadCredentials, type Credentials, type CredentialSettings } from './credentials.ts';
import { checkServer, type ServerFinding } from './check.ts';
import { outage, type Stage, type Target } from './failure.ts';
import { readKnownHosts } from './known-hosts-files.ts';
import type { KnownHosts } from './known-hosts.ts';
import { outcomeOf } from './outcome.ts';
import { OutputTail } from './output.ts';
import { commandLate, noCommands, prove, type Proved } from './proof.ts';
import { runRemote, type RemoteCommand, type RemoteResult } from './remote-command.ts';
import { usableWord } from './shell.ts';

export interface IntegrationServerOptions extends Target, CredentialSettings, CommandSettings {
  /** Read one after another at every new connection; those that do not exist are passed over. */
  readonly knownHostsFiles: readonly string[];
  /** Whether algorithms that rest on SHA-1 will do. No, when left out. */
  readonly allowsSha1?: boolean;
  /** For the whole way to a proved connection. */
  readonly connectTimeoutMs: number;
  /** How long a command may outlast `commandTimeoutMs`, at which the server ends it, before it counts as lost. */
  readonly commandGraceMs?: number;
  /** How often a silent server is asked for a sign of life, the third time in vain. 15 seconds when left out. */
  readonly keepaliveMs?: number;
  readonly clock: { monotonic(): number };
  /** Takes the secrets out of what the server says and commands write. */
  readonly hide?: (text: string) => string;
  /** Told what deserves a line in the log, a sentence each, once for each text. */
  readonly report?: (warning: string) => void;
}

const DEFAULT_KEEPALIVE_MS = 15_000;

/** The default of `commandGraceMs`: the server kills what does not end by itself, and says so. */
export const COMMAND_GRACE_MS = (KILL_GRACE_SECONDS + 20) * 1000;

/**
 * Makes the adapter. Nothing is connected or read yet.
 *
 * @throws UnusableSetting when a setting can't be part of a command
 */
export function createIntegrationServer(options: IntegrationServerOptions): SshIntegrationServer {
  usableWord('host', options.host);
  usableWord('username', options.username);
  return new SshIntegrationServer(options, commandWords(options));
}

/** The integration server over one connection, which is made when it is needed. */
export class SshIntegrationServer {
  readonly #options: IntegrationServerOptions;
  readonly #words: CommandWords;
  readonly #reported = new Set<string>();
  #connection: Connection | undefined;
  /** Those of single commands. */
  readonly #own = new Set<Connection>();
  #closed = false;
  /** Settles when the newest call of `connect` has ended: one at a time makes or proves the connection. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: IntegrationServerOptions, words: CommandWords) {
    this.#options = options;
    this.#words = words;
  }

  /**
   * Makes the connection if there is none, and proves that it can run commands.
   *
   * @throws Outage when that fails or does not end in time
   * @throws the signal's reason when it is aborted
   */
  async connect(signal: AbortSignal): Promise<void> {
    await this.#connected(signal);
  }

  /**
   * Runs one task for one order under the order's lock on the server, and waits for its end. Never throws: every way
   * to fail is an outcome. Aborting gives up waiting (`lost`); the task itself runs on.
   */
  async run(wanted: TaskCommand, signal: AbortSignal): Promise<CommandOutcome> {
    const { clock, commandGraceMs = COMMAND_GRACE_MS, hide } = this.#options;
    const beganAt = clock.monotonic();
    const tail = new OutputTail({ startMark: START_MARK, hide });
    const outcome = (end: NotEnded): CommandOutcome => ({
      ...end,
      durationMs: clock.monotonic() - beganAt,
      output: tail.lines(),
    });

    const connection = this.#connection?.isUsable === true ? this.#connection : await this.#forRun(signal);
    if (!(connection instanceof Connection)) return outcome({ kind: 'not-started', ...connection });

    const limitMs = this.#words.limitSeconds * 1000 + commandGraceMs;
    const deadline = new Deadline(limitMs, signal);
    const command = taskCommand(this.#words, wanted);
    const result = await this.#runRemote({ connection, command, tail, signal: deadline.signal });
    deadline.end();
    if (result.kind === 'ended') {
      const durationMs = clock.monotonic() - beganAt;
      return outcomeOf({ end: result, started: tail.started, output: tail.lines(), durationMs }, this.#words);
    }
    // A server that does not end a command in its time is not trusted with another one over this connection.
    if (deadline.expired) connection.retire();
    return outcome(notEnded(result, deadline.expired ? limitMs : undefined));
  }

  /** Looks at everything that a task needs. Never throws an Outage: each fault is a finding. */
  check(signal: AbortSignal): Promise<readonly ServerFinding[]> {
    return checkServer({
      hide: this.#options.hide,
      target: this.#options,
      words: this.#words,
      connectTimeoutMs: this.#options.connectTimeoutMs,
      signal,
      connect: (onStage) => this.#connected(signal, onStage),
      run: (command) => this.#runRemote(command),
    });
  }

  /** Ends the connection. What runs on the server is left to itself. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    await this.#connection?.close();
    await Promise.all([...this.#own].map((connection) => connection.close()));
    this.#connection = undefined;
  }

  /**
   * Runs a command over a connection; where the server opens no session for it beside those that are open there, or have
   * just ended (MaxSessions), over a connection of its own.
   */
  async #runRemote(command: RemoteCommand): Promise<RemoteResult> {
    const result = await runRemote(command);
    if (result.kind !== 'refused' || this.#closed) return result;
    const why = `the server opened no session for the command (${result.why})`;
    this.#report(
      `The integration server opened no further session on a connection (${result.why}): such commands get a connection ` +
        'of their own. MaxSessions in its sshd_config allows more, or max_parallel_repairs in service.yml needs fewer',
    );
    const deadline = new Deadline(this.#options.connectTimeoutMs, command.signal);
    let connection: Connection | undefined;
    try {
      connection = await this.#login(deadline);
      this.#own.add(connection);
      const again = await runRemote({ ...command, connection });
      return again.kind === 'refused' ? { kind: 'refused', why, hint: MORE_SESSIONS } : again;
    } catch (error) {
      if (command.signal.aborted) return { kind: 'abandoned' };
      if (!(error instanceof Outage)) throw error;
      return {
        kind: 'refused',
        why: `${why}, and one of its own could not be made: ${error.reason}`,
        hint: MORE_SESSIONS,
      };
    } finally {
      deadline.end();
      connection?.retire();
      if (connection !== undefined) this.#own.delete(connection);
    }
  }

  /** A connection for a command whose caller has not asked for one, or whose connection broke since. */
  async #forRun(signal: AbortSignal): Promise<Connection | Pick<NotStarted, 'why' | 'hint'>> {
    try {
      return await this.#connected(signal);
    } catch (error) {
      if (error instanceof Outage) return { why: error.reason, hint: error.hint };
      if (signal.aborted) return { why: 'order-monit was stopped before the command was sent' };
      throw error;
    }
  }

  #connected(signal: AbortSignal, onStage?: (stage: Stage) => void): Promise<Connection> {
    const turn = this.#turn.then(() => this.#takeTurn(signal, onStage));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #takeTurn(signal: AbortSignal, onStage?: (stage: Stage) => void): Promise<Connection> {
    // A connection that is made after the end would keep the process alive.
    if (this.#closed) throw outage('order-monit has closed its connection');
    const kept = this.#connection;
    // A check watches a connection come about.
    if (kept?.isUsable === true && onStage === undefined && (await this.#isProved(kept, signal))) return kept;
    kept?.retire();
    this.#connection = undefined;
    signal.throwIfAborted();

    const deadline = new Deadline(this.#options.connectTimeoutMs, signal);
    try {
      const fresh = await this.#open(deadline, onStage);
      this.#connection = fresh;
      return fresh;
    } finally {
      deadline.end();
    }
  }

  /** Whether a kept connection still runs commands. One that is slow to say so is made anew. */
  async #isProved(connection: Connection, signal: AbortSignal): Promise<boolean> {
    const deadline = new Deadline(this.#options.connectTimeoutMs / 2, signal);
    const { result, isProof } = await prove(connection, this.#options.hide, deadline);
    deadline.end();
    // It answers: what was proved before holds, and only so many commands may run at once.
    return isProof || result.kind === 'refused';
  }

  async #open(deadline: Deadline, onStage?: (stage: Stage) => void): Promise<Connection> {
    const connection = await this.#login(deadline, onStage);
    try {
      const proved = await prove(connection, this.#options.hide, deadline);
      if (deadline.signal.aborted) throw deadline.failure(() => this.#late(proved));
      if (proved.isProof) return connection;
      throw noCommands(this.#options, this.#words, proved);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async #login(deadline: Deadline, onStage?: (stage: Stage) => void): Promise<Connection> {
    const { allowsSha1 = false, connectTimeoutMs, hide } = this.#options;
    const { keepaliveMs = DEFAULT_KEEPALIVE_MS, knownHostsFiles } = this.#options;
    return Connection.open({
      target: this.#options,
      credentials: await this.#credentials(),
      knownHosts: await this.#knownHosts(),
      knownHostsFiles,
      allowsSha1,
      keepaliveMs,
      deadline,
      limitMs: connectTimeoutMs,
      hide,
      onStage,
    });
  }

  async #credentials(): Promise<Credentials> {
    const credentials = await loadCredentials(this.#options);
    for (const warning of credentials.warnings) this.#report(warning);
    for (const fault of credentials.unusable) this.#report(`The key ${fault}`);
    return credentials;
  }

  async #knownHosts(): Promise<KnownHosts> {
    const { knownHostsFiles } = this.#options;
    try {
      const known = await readKnownHosts(knownHostsFiles);
      for (const { file, line, problem } of known.badLines) this.#report(`${file} line ${line} is ignored: ${problem}`);
      return known;
    } catch (cause) {
      const what = 'the host keys on record cannot be read';
      if (isOutOfFiles(cause)) throw outage(`${what}: ${OUT_OF_FILES.problem}`, { cause, hint: OUT_OF_FILES.hint });
      const hint =
        'check known_hosts in integration_server.yml: it names a plain file, which the user of the service can read, and in which ' +
        'order-monit trust-host records the host key';
      throw outage(`${what}: ${messageOf(cause)}`, { cause, hint });
    }
  }

  #late(proved: Proved): Outage {
    return commandLate(this.#options, this.#words, { proved, limitMs: this.#options.connectTimeoutMs });
  }

  #report(warning: string): void {
    if (this.#reported.has(warning)) return;
    this.#reported.add(warning);
    this.#options.report?.(warning);
  }
}

const MORE_SESSIONS =
  'raise MaxSessions in its sshd_config, which says how many commands one connection may run at once, and reload sshd; or set ' +
  'max_parallel_repairs: 1 in service.yml';

interface NotStarted {
  readonly kind: 'not-started';
  readonly why: string;
  readonly hint?: string | undefined;
}

type NotEnded = NotStarted | { readonly kind: 'lost'; readonly why: string };

function notEnded(result: Exclude<RemoteResult, { kind: 'ended' }>, expiredMs: number | undefined): NotEnded {
  switch (result.kind) {
    case 'unsent':
      return { kind: 'not-started', why: 'the connection was gone before the command was sent' };
    case 'refused':
      return { kind: 'not-started', why: result.why, hint: result.hint };
    case 'broken':
      return { kind: 'lost', why: 'the connection broke before the command ended; it may be running still' };
    case 'abandoned':
      return {
        kind: 'lost',
        why:
          expiredMs === undefined
            ? 'order-monit stopped waiting for the command; it may be running still'
            : `the command did not end within ${expiredMs / 1000} s; it may be running still`,
      };
  }
}
