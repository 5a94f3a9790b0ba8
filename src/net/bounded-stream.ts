/** A socket with a budget of bytes: whoever is at the other end can't send more than it was allowed to. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

import { closeSocket } from './socket.ts';
import { SPEAKER_BYTES, speakerOf, type Speaker } from './speaker.ts';

/** The other side has sent more than any answer that it was asked for could be. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
  readonly code = 'ANSWER_TOO_LONG';

  constructor() {
    super('it sends more than it was asked for, or without an end');
  }
}

/**
 * Stands between a socket and a library that reads whatever comes, until an answer is whole. It counts below TLS too:
 * what a library is given is no socket, so Node.js hands it no bytes past this one.
 */
export class BoundedStream extends Duplex {
  readonly #socket: Socket;
  #left: number;
  /** The first bytes that came. */
  #beginning = Buffer.alloc(0);

  /** @param budget how many bytes may come until {@link allow} is called */
  constructor(socket: Socket, budget: number) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#left = budget;
    socket.on('data', (bytes: Buffer) => {
      this.#take(bytes);
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('timeout', () => this.emit('timeout'));
    socket.on('close', () => this.destroy());
  }

  /** So many bytes may come from now on. For what was asked just now: what came before, unasked, is on no budget. */
  allow(budget: number): void {
    this.#left = budget;
  }

  /** Who has spoken first at the other end, where that can be told. */
  get speaker(): Speaker | undefined {
    return speakerOf(this.#beginning);
  }

  /** As that of a socket: a `timeout` event when nothing happens for so long. */
  setTimeout(ms: number): this {
    this.#socket.setTimeout(ms);
    return this;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // As that of a socket, its `close` follows once all is closed, so that TLS above it says first why.
    if (this.#socket.connecting || this.#socket.closed) done(error);
    else this.#socket.once('close', () => setImmediate(done, error));
    closeSocket(this.#socket);
  }

  #take(bytes: Buffer): void {
    this.#left -= bytes.length;
    if (this.#beginning.length < SPEAKER_BYTES) {
      this.#beginning = Buffer.concat([this.#beginning, bytes.subarray(0, SPEAKER_BYTES - this.#beginning.length)]);
    }
    if (this.#left < 0) this.destroy(new AnswerTooLong());
    else if (!this.push(bytes)) this.#socket.pause();
  }
}
