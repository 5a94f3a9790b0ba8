/** Why a running service could not be asked. */
export type ControlFailure =
  | { readonly kind: 'not-running' }
  | { readonly kind: 'not-allowed'; readonly path: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Thrown when the control socket gave no answer. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly failure: ControlFailure;

  constructor(failure: ControlFailure, cause?: unknown) {
    super('why' in failure ? failure.why : failure.kind, { cause });
    this.failure = failure;
  }
}
