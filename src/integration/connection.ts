/** One SSH connection to the integration server. */
import type { Socket } from 'node:net';

import ssh2, { type Client, type ClientChannel } from 'ssh2';

import type { Outage } from '../core/outage.ts';
import type { Deadline } from '../net/deadline.ts';
import { closeSocket, openSocket } from '../net/socket.ts';
import { algorithmsFor, allKeyTypes, ServerOffer, type Offer } from './algorithms.ts';
import type { Credentials } from './credentials.ts';
import {
  closedAt,
  dismissed,
  failedBeforeLogin,
  hostKeyRefusal,
  nothingInCommon,
  timedOut,
  type SshError,
  type Stage,
  type Target,
} from './failure.ts';
import { Greeting } from './greeting.ts';
import { judgeHostKey, knownName, knownTypes, type KnownHosts } from './known-hosts.ts';
import { failedLogin } from './login-failure.ts';
import { Login, Sha1Withheld } from './login.ts';
import { firstLine } from './output.ts';

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
  readonly #algorithms: Offer;
  readonly #offer: ServerOffer;
  #stage: Stage = 'connecting';
  #hostKeyRefusal: Outage | undefined;

  constructor(options: ConnectionOptions, client: Client, socket: Socket) {
    this.#options = options;
    this.#client = client;
    this.#socket = socket;
    this.#greeting = new Greeting(socket);
    const { target, knownHosts, allowsSha1 } = options;
    const keyTypes = allKeyTypes(knownTypes(knownHosts.keys, knownName(target.host, target.port)));
    this.#algorithms = algorithmsFor({ keyTypes, allowsSha1 });
    this.#offer = new ServerOffer(socket, this.#algorithms);
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
    const { target, credentials, allowsSha1 } = this.#options;
    const onEnd = (): void => {
      fail(this.#failedLogin(login, { isClosed: false }));
    };
    const login: Login = new Login(target.username, credentials, { allowsSha1, onEnd });
    this.#client
      .on('connect', () => {
        this.#enter('handshake');
      })
      .on('handshake', () => {
        this.#enter('login');
      })
      .on('banner', login.hear)
      .on('ready', () => {
        this.#enter('proof');
        succeed();
      })
      // This listener stays: an error of the connection's later life ends in 'close', and needs no other handling.
      .on('error', (error) => {
        // A failing agent, or a signature that is not made, is not the end: the client goes on to the next way to log in.
        if (error.level === 'agent' || error instanceof Sha1Withheld) login.signatureFailed(error);
        else fail(this.#failure(error, login));
      })
      .on('close', () => {
        const isAtLogin = this.#stage === 'login' && (login.tried.at(-1)?.answer ?? 'none') !== 'none';
        fail(
          isAtLogin
            ? this.#failedLogin(login, { isClosed: true })
            : closedAt(this.#stage, target, this.#greeting.heard(this.#options.hide)),
        );
      });
    this.#startClient(login);
  }

  #startClient(login: Login): void {
    const { target, knownHosts, knownHostsFiles, keepaliveMs } = this.#options;
    const name = knownName(target.host, target.port);
    this.#client.connect({
      sock: this.#socket,
      username: target.username,
      authHandler: login.next,
      debug: login.listen,
      algorithms: this.#algorithms,
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

  #failure(error: SshError, login: Login): Outage {
    const { target, hide } = this.#options;
    if (this.#hostKeyRefusal !== undefined) return this.#hostKeyRefusal;
    const misfit = this.#offer.misfit(error);
    if (misfit !== undefined) return nothingInCommon(target, misfit, error);
    // A number is the protocol's own: the words are the server's.
    const said = typeof error.code === 'number' ? firstLine(error.message, hide) : undefined;
    if (this.#stage === 'login') return this.#failedLogin(login, { isClosed: false, cause: error, said });
    if (said !== undefined) return dismissed(target, said, error);
    return failedBeforeLogin(target, error, this.#greeting.heard(hide));
  }

  #failedLogin(login: Login, how: { isClosed: boolean; cause?: SshError; said?: string | undefined }): Outage {
    const { target, credentials, hide } = this.#options;
    const said = how.said ?? firstLine(login.banner ?? '', hide);
    return failedLogin({ target, credentials, login, ...how, said });
  }

  #aborted(): Error {
    const { deadline, hide, limitMs, target } = this.#options;
    const heard = this.#greeting.heard(hide);
    return deadline.failure(() => timedOut(target, { stage: this.#stage, limitMs, heard }));
  }
}
