import { inspect } from 'node:util';

const HIDDEN = '[hidden]';

/** A text that must not slip into a log, a mail or an error: everything but {@link reveal} shows `[hidden]`. */
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
