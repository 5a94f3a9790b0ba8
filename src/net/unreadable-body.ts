/** Why the body of an answer could not be read. The messages hold nothing of what it says. */

/** It is damaged, too long, or in a form that is not known. The message follows `the answer`. */
export class UnreadableBody extends Error {
  override readonly name: string = 'UnreadableBody';
}

/** It is packed in a way that is not known. */
export class UnknownPacking extends UnreadableBody {
  override readonly name = 'UnknownPacking';
  /** As its header has them: anything may stand there. */
  readonly names: string;

  constructor(names: string) {
    super('is packed in a way that order-monit can not read');
    this.names = names;
  }
}
