/**
 * The end of a wait: aborted when the caller gives up or when the time is up.
 * It holds a timer until it is told that the work is done. Not `AbortSignal.any`: what
 * that makes of a caller's signal which lives as long as the service adds up.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #callerSignal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  #expired = false;

  constructor(limitMs: number, callerSignal: AbortSignal) {
    this.#callerSignal = callerSignal;
    this.#timer = setTimeout(() => {
      this.#expired = true;
      this.#controller.abort();
    }, limitMs);
    if (callerSignal.aborted) this.#followCaller();
    else callerSignal.addEventListener('abort', this.#followCaller, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the time that ended the wait. */
  get expired(): boolean {
    return this.#expired;
  }

  /** What to throw for a wait that was aborted: the caller's own reason, or this for the time. */
  failure(expired: () => Error): Error {
    if (this.#expired) return expired();
    const reason: unknown = this.#callerSignal.reason;
    return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
  }

  /** The work is done; nothing will be aborted any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#callerSignal.removeEventListener('abort', this.#followCaller);
  }

  readonly #followCaller = (): void => {
    this.#controller.abort(this.#callerSignal.reason);
  };
}
