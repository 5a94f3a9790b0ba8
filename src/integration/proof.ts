/** Whether a server that has let order-monit in runs its commands, and why not. */
import type { Outage } from '../core/outage.ts';
import type { Deadline } from '../net/deadline.ts';
import { CHROOT, readAccountCause } from './cause.ts';
import { proof, type CommandWords } from './command.ts';
import type { Connection } from './connection.ts';
import { addressOf, closedAt, outage, START_UP_FILES, timedOut, type Target } from './failure.ts';
import { OutputTail } from './output.ts';
import { runRemote, type RemoteResult } from './remote-command.ts';

export interface Proved {
  readonly result: RemoteResult;
  readonly isProof: boolean;
  /** The line that only a shell could print has come. */
  readonly hasMark: boolean;
  /** The command's own status has come. */
  readonly hasStatus: boolean;
  readonly lines: readonly string[];
  readonly bytes: number;
}

/** Runs the smallest command, which every login shell can run and only a shell can answer. Never throws. */
export async function prove(
  connection: Connection,
  hide: ((text: string) => string) | undefined,
  { signal }: Deadline,
): Promise<Proved> {
  const { command, mark, sum, status } = proof();
  const tail = new OutputTail({ startMark: mark, hide });
  const result = await runRemote({ connection, command, tail, signal });
  const hasMark = tail.started;
  const hasStatus = result.kind === 'ended' && result.status === status;
  // What is said of the same fault must be the same each time.
  const lines = tail.lines().map((line) => line.replaceAll(mark, 'order-monit: (a number)').replaceAll(sum, 'a sum'));
  return { result, isProof: hasMark && hasStatus, hasMark, hasStatus, lines, bytes: tail.bytes };
}

const RUN_IT =
  'exec sh -c "$SSH_ORIGINAL_COMMAND" is the way to run it (command= in authorized_keys, ForceCommand in sshd_config, the login shell)';

/** By which sshd ends a session that it could not set up. */
const SSHD_STATUS = 255;

/** It lets order-monit in, and does not run what it is sent, or not as it is sent. */
export function noCommands(target: Target, words: CommandWords, proved: Proved): Outage {
  const { result, hasMark, hasStatus } = proved;
  const letIn = `${addressOf(target)} let ${target.username} in, but`;
  if (result.kind === 'refused') {
    return outage(`${letIn} opens no session for a command, and said: ${result.why}`, {
      hint: 'MaxSessions in its sshd_config must be 1 or more, and the account one that may have a shell',
    });
  }
  if (result.kind === 'broken') return closedAt('proof', target);
  const { quote, hint } = readAccountCause(proved.lines, words);
  const said = quote === '' ? '' : `, and said: ${quote}`;
  if (hasMark) {
    return outage(
      `${letIn} hides how commands end: one that ends with status 42 ended with ${statusOf(result)}${said}`,
      {
        hint: `what runs commands there must end as they do, and a pipe does not (bash: set -o pipefail): ${RUN_IT}`,
      },
    );
  }
  if (hasStatus) {
    return outage(`${letIn} does not show what commands write as they write it${said}`, {
      hint: `what runs commands there may put something before a line, and must leave the rest of it as it is: ${RUN_IT}`,
    });
  }
  if (result.kind === 'ended' && result.status === SSHD_STATUS && quote === '') {
    return outage(`${letIn} runs no commands: sshd there ended it with status ${SSHD_STATUS} and said nothing`, {
      hint: `look into the log of sshd there; ${CHROOT(words)}`,
    });
  }
  return outage(`${letIn} runs no commands: ${statusOf(result)}${said}`, {
    hint:
      hint ??
      `give ${target.username} a login shell there; a command that its key or its account is forced to run takes the place of ` +
        `order-monit's: remove it, or let it run that; ${RUN_IT}. And ${START_UP_FILES}`,
  });
}

/** No greeting is as long. */
const FLOOD_BYTES = 1_000_000;

/** It lets order-monit in, and the smallest command does not end in time. */
export function commandLate(target: Target, words: CommandWords, { proved, limitMs }: LateProof): Outage {
  const { quote, hint } = readAccountCause(proved.lines, words);
  const flood = proved.bytes > FLOOD_BYTES ? ', and it writes without an end' : '';
  const said = quote === '' ? '' : `${flood === '' ? ', and it said' : ''}: ${quote}`;
  const late = timedOut(target, { stage: 'proof', limitMs });
  return outage(`${late.reason}${flood}${said}`, {
    hint: hint ?? `${late.hint ?? ''}; ${START_UP_FILES}`,
  });
}

interface LateProof {
  readonly proved: Proved;
  readonly limitMs: number;
}

function statusOf(result: RemoteResult): string {
  return result.kind === 'ended' ? `status ${result.status ?? result.signal ?? 'unknown'}` : 'none that is known';
}
