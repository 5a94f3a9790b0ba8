/** One SSH connection to the integration server. */
import type { Socket } from 'node:net';

import ssh2, { type AnyAuthMethod, type Client, type ClientChannel } from 'ssh2';

import type { Outage } from '../core/outage.ts';
import type { Deadline } from '../net/deadline.ts';
import { closeSocket, openSocket } from '../net/socket.ts';
import { algorithmsFor, allKeyTypes, ServerOffer } from './algorithms.ts';
import type { Credentials } from './credentials.ts';
import {
  closedAt,
  failedBeforeLogin,
  failedLogin,
  hostKeyRefusal,
  nothingInCommon,
  timedOut,
  type SshError,
  type Stage,
  type Target,
} from './failure.ts';
import { Greeting } from './greeting.ts';
import { judgeHostKey, knownName, knownTypes, type KnownHosts } from './known-hosts.ts';

export interface ConnectionOptions {
  readonly target: Target;
  readonly credentials: Credentials;
  readonly knownHosts: KnownHosts;
  /** Where the known hosts were read from, for messages. */
  readonly knownHostsFiles: readonly string[];
  /** How often the server is asked for a sign of life; after three without one it counts as gone. */
  readonly keepaliveMs: number;
  /** The end of the whole way: address, handshake and login. */
  readonly deadline: Deadline;
  readonly limitMs: number;
  /** Whether algorithms that rest on SHA-1 will do. */
  readonly allowsSha1: boolean;
  /** Takes the secrets out of what the server says. */
  readonly hide: ((text: string) => string) | undefined;
  /** Told of each stage as it begins. */
  readonly onStage?: ((stage: Stage) => void) | undefined;
}

const KEEPALIVE_COUNT = 3;

/** How long a connection that was asked to end may take before it is cut. */
const END_GRACE_MS = 2000;

/** A live connection. */
export class Connection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #channels = new Set<ClientChannel>();
  #alive = true;
  #retired = false;

  private constructor(client: Client, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
    socket.once('close', () => {
      this.#alive = false;
    });
  }

  /**
   * Connects, checks the host key and logs in.
   *
   * @throws Outage when any of it fails or the deadline passes; the socket is closed then
   * @throws the reason of the caller's signal when that is aborted
   */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const client = new ssh2.Client();
    const socket = openSocket(options.target);
    try {
      await new Opening(options, client, socket).completed();
      return new Connection(client, socket);
    } catch (error) {
      closeSocket(socket);
      throw error;
    }
  }

  /** Whether a new command may be given to it. */
  get isUsable(): boolean {
    return this.#alive && !this.#retired && this.#socket.writable;
  }

  /** Whether the other side is still there. */
  get isAlive(): boolean {
    return this.#alive;
  }

  /**
   * Starts a command, and hands its channel over at once: its end may be in
   * the same packet as its beginning, and is told only to who listens already.
   *
   * @throws Error when the server would not, or the connection broke before it said so
   */
  exec<Result>(command: string, begin: (channel: ClientChannel) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#client.exec(command, (error, channel) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        this.#channels.add(channel);
        channel.once('close', () => {
          this.#gone(channel);
        });
        resolve(begin(channel));
      });
    });
  }

  /** Closes a command's channel without waiting: the server may keep its end open while the command runs. */
  abandon(channel: ClientChannel): void {
    channel.close();
    this.#gone(channel);
  }

  /** Takes no more commands, and ends when the last one that runs over it has ended. */
  retire(): void {
    this.#retired = true;
    this.#endWhenIdle();
  }

  /** Ends the connection and whatever runs over it, and waits for the socket to be closed. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#end();
    await closed;
  }

  #gone(channel: ClientChannel): void {
    this.#channels.delete(channel);
    if (this.#retired) this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#channels.size === 0) this.#end();
  }

  #end(): void {
    this.#retired = true;
    this.#client.end();
    const cut = setTimeout(() => this.#socket.destroy(), END_GRACE_MS);
    this.#socket.once('close', () => {
      clearTimeout(cut);
    });
  }
}

/** The way from nothing to being logged in. */
class Opening {
  readonly #options: ConnectionOptions;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #greeting: Greeting;
  readonly #offer: ServerOffer;
  readonly #agentFaults: string[] = [];
  #stage: Stage = 'connecting';
  #hostKeyRefusal: Outage | undefined;

  constructor(options: ConnectionOptions, client: Client, socket: Socket) {
    this.#options = options;
    this.#client = client;
    this.#socket = socket;
    this.#greeting = new Greeting(socket);
    this.#offer = new ServerOffer(socket);
  }

  completed(): Promise<void> {
    const { signal } = this.#options.deadline;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        reject(this.#aborted());
      };
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      else this.#begin(resolve, reject);
    });
  }

  #begin(succeed: () => void, fail: (failure: Error) => void): void {
    this.#client
      .on('connect', () => {
        this.#enter('handshake');
      })
      .on('handshake', () => {
        this.#enter('login');
      })
      .on('ready', () => {
        this.#enter('proof');
        succeed();
      })
      // This listener stays: an error of the connection's later life ends in 'close', and needs no other handling.
      .on('error', (error) => {
        // A failing agent is not the end: the client goes on to the next way to log in.
        if (error.level === 'agent') this.#agentFaults.push(this.#agentFault(error));
        else fail(this.#failure(error));
      })
      .on('close', () => {
        fail(closedAt(this.#stage, this.#options.target));
      });
    this.#startClient();
  }

  #startClient(): void {
    const { target, credentials, knownHosts, knownHostsFiles, keepaliveMs, allowsSha1 } = this.#options;
    const name = knownName(target.host, target.port);
    this.#client.connect({
      sock: this.#socket,
      username: target.username,
      authHandler: loginMethods(target.username, credentials),
      algorithms: algorithmsFor({ keyTypes: allKeyTypes(knownTypes(knownHosts.keys, name)), allowsSha1 }),
      hostVerifier: (presented: Buffer) => {
        const judgement = judgeHostKey(knownHosts.keys, name, presented);
        this.#hostKeyRefusal = hostKeyRefusal(judgement, presented, { target, name, files: knownHostsFiles });
        return this.#hostKeyRefusal === undefined;
      },
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: KEEPALIVE_COUNT,
      // The deadline of the options covers more than this would.
      readyTimeout: 0,
    });
  }

  #enter(stage: Stage): void {
    this.#stage = stage;
    this.#options.onStage?.(stage);
  }

  #failure(error: SshError): Outage {
    const { target, credentials, hide } = this.#options;
    if (this.#hostKeyRefusal !== undefined) return this.#hostKeyRefusal;
    const misfit = this.#offer.misfit(error);
    if (misfit !== undefined) return nothingInCommon(target, misfit, error);
    if (this.#stage !== 'login') return failedBeforeLogin(target, error, this.#greeting.quoted(hide));
    return failedLogin({ target, credentials, agentFaults: this.#agentFaults }, error);
  }

  #aborted(): Error {
    const { deadline, limitMs, target } = this.#options;
    return deadline.failure(() => timedOut(target, this.#stage, limitMs));
  }

  #agentFault(error: Error): string {
    return `the agent at ${this.#options.credentials.agent ?? ''} (${error.message})`;
  }
}

/** The keys of the files in their order, then the agent's: a server allows few tries, and the files were chosen. */
function loginMethods(username: string, { keys, agent }: Credentials): AnyAuthMethod[] {
  const methods: AnyAuthMethod[] = keys.map(({ key }) => ({ type: 'publickey', username, key }));
  if (agent !== undefined) methods.push({ type: 'agent', username, agent });
  return methods;
}
