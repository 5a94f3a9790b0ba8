/** What a server says before its version line. */
import type { Socket } from 'node:net';

import { speakerOf, type Speaker } from '../net/speaker.ts';
import { firstLine } from './output.ts';

/** What a server has said in place of its version. */
export interface Heard {
  /** Who speaks so, where that can be told; what it said is without secrets. */
  readonly speaker: Speaker | undefined;
  /** Its first line: bounded, printable, without secrets. */
  readonly said: string | undefined;
  readonly isSilent: boolean;
}

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

  /** What a server has said instead of its version; `undefined` where the version came. */
  heard(hide: ((text: string) => string) | undefined): Heard | undefined {
    if (this.#isOver()) return undefined;
    const bytes = Buffer.concat(this.#parts);
    const speaker = speakerOf(bytes);
    return {
      speaker: speaker === undefined ? undefined : { ...speaker, said: firstLine(speaker.said, hide) ?? '' },
      said: firstLine(bytes, hide),
      isSilent: bytes.length === 0,
    };
  }

  #isOver(): boolean {
    return VERSION_LINE.test(Buffer.concat(this.#parts).toString('latin1'));
  }
}
