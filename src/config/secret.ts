/** Keeps passwords and keys out of logs, mails and errors. */
import { inspect } from 'node:util';

const HIDDEN = '[hidden]';

/** A text of which everything but {@link reveal} shows `[hidden]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
