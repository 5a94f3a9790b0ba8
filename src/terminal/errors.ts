/** The ends of a command that are nobody's bug: `explain` gives each its exit status. */

/** Thrown where a command was called in a way that can't work. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Thrown where what a command was asked about is not there. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** Thrown where what a command would work on is not fit for it. Nothing was changed; it has a line for each reason. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(reasons: readonly string[]) {
    super(reasons.join('\n'));
  }
}

/** Thrown where a process of another user's, which was to do a part of a command, has failed and said why. */
export class FailedElsewhere extends Error {
  override readonly name = 'FailedElsewhere';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Thrown by `once`, where a service would wait. Nothing was done. */
export class StandsBy extends Error {
  override readonly name = 'StandsBy';

  constructor() {
    super('Nothing was done: this is not the active monitor of this shop');
  }
}
