/** Every error that can end a command: its text for people and its exit status. An error not listed here is a bug. */
import { AlreadyRunning, CheckpointFault, CheckpointIoError } from '../checkpoint/index.ts';
import { ConfigurationError } from '../config/index.ts';
import { ControlError } from '../control/control-error.ts';
import { CHANGE_SOCKET, ControlUnavailable } from '../control/server.ts';
import { Outage, withHint } from '../core/outage.ts';
import { ForeignFile } from '../files/own-file.ts';
import { HostKeyConflict, UnusableSetting } from '../integration/index.ts';
import { NotAllowed } from '../privileges/visitor.ts';
import { UnusableNode } from '../systemd/native-notify.ts';
import { FailedElsewhere, NotFound, Refusal, StandsBy, UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { isOutOfFiles, OUT_OF_FILES, stackOf } from '../text/error.ts';

export interface Problem {
  readonly text: string;
  readonly exitCode: number;
  /** Nothing that people can mend: its details are for those who wrote the program. */
  readonly isBug?: true;
}

const MISCONFIGURED = [ConfigurationError, CheckpointFault, ForeignFile, UnusableSetting, UnusableNode, Refusal];

/** What went wrong, in words for people, and the exit status that says so to programs. */
export function explain(error: unknown): Problem {
  if (error instanceof ConfigurationError && error.faults.some(({ passing }) => passing === true)) {
    return { text: error.message, exitCode: EXIT.failure };
  }
  if (error instanceof Error && MISCONFIGURED.some((kind) => error instanceof kind)) {
    return { text: error.message, exitCode: EXIT.misconfigured };
  }
  if (error instanceof FailedElsewhere) return { text: error.message, exitCode: error.status };
  if (error instanceof NotFound) return { text: error.message, exitCode: EXIT.failure };
  if (error instanceof UsageError) return { text: error.message, exitCode: EXIT.usage };
  if (error instanceof Outage) {
    return {
      text: withHint(error.message, error.hint),
      exitCode: EXIT.failure,
    };
  }
  if (error instanceof ControlError) return { text: controlText(error), exitCode: EXIT.failure };
  if (
    error instanceof StandsBy ||
    error instanceof NotAllowed ||
    error instanceof AlreadyRunning ||
    error instanceof CheckpointIoError ||
    error instanceof ControlUnavailable ||
    error instanceof HostKeyConflict
  ) {
    return { text: error.message, exitCode: EXIT.failure };
  }
  if (isOutOfFiles(error)) return { text: withHint(error.message, OUT_OF_FILES.hint), exitCode: EXIT.failure };
  // Anything else is a bug: its stack says where.
  return { text: `order-monit met an error it does not know: ${stackOf(error)}`, exitCode: EXIT.failure, isBug: true };
}

function controlText({ failure }: ControlError): string {
  switch (failure.kind) {
    case 'not-running':
      return 'The service is not running. Start it: systemctl start order-monit';
    case 'not-allowed':
      return failure.path.endsWith(CHANGE_SOCKET)
        ? `You may not use ${failure.path}. Run it as root: sudo order-monit …`
        : `You may not use ${failure.path}. Run it as root (sudo order-monit …), or as a member of the group _order-monit-view`;
    case 'refused':
      return failure.why;
    case 'failed':
      return `The service could not be asked: ${failure.why}`;
  }
}
