/** What a server says before its version line. */
import type { Socket } from 'node:net';

import { firstLine } from './output.ts';

/** sshd says one short line to whom it turns away. What is no SSH server may say anything, without an end. */
const LONGEST_BYTES = 2048;

const VERSION_LINE = /^SSH-/m;

/** Listens to a socket until the version line, or until there is enough to quote. */
export class Greeting {
  readonly #parts: Buffer[] = [];
  #length = 0;

  constructor(socket: Socket) {
    const take = (bytes: Buffer): void => {
      this.#parts.push(bytes.subarray(0, LONGEST_BYTES - this.#length));
      this.#length = Math.min(LONGEST_BYTES, this.#length + bytes.length);
      if (this.#length === LONGEST_BYTES || this.#isOver()) socket.off('data', take);
    };
    socket.on('data', take);
  }

  /** The first line of a server that has said something else than its version: bounded, printable, without secrets. */
  quoted(hide: ((text: string) => string) | undefined): string | undefined {
    if (this.#isOver()) return undefined;
    return firstLine(Buffer.concat(this.#parts), hide);
  }

  #isOver(): boolean {
    return VERSION_LINE.test(Buffer.concat(this.#parts).toString('latin1'));
  }
}
