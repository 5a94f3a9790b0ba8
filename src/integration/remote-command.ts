/** One command over a connection, from its start to its end. */
import { messageOf } from '../text/error.ts';
import type { ClientChannel } from 'ssh2';

import type { Connection } from './connection.ts';
import type { OutputTail } from './output.ts';

export type RemoteResult =
  | {
      readonly kind: 'ended';
      /** `undefined` when a signal ended it. */
      readonly status: number | undefined;
      /** `SIGKILL` and the like. */
      readonly signal: string | undefined;
    }
  /** The server is there and would not start it. */
  | { readonly kind: 'refused'; readonly why: string; readonly hint?: string | undefined }
  /** The connection was gone before anything was sent. */
  | { readonly kind: 'unsent' }
  /** The connection or the channel broke: the command may be running still. */
  | { readonly kind: 'broken' }
  /** The caller gave up waiting: the command may be running still. */
  | { readonly kind: 'abandoned' };

export interface RemoteCommand {
  readonly connection: Connection;
  readonly command: string;
  /** Takes in what the command writes. */
  readonly tail: OutputTail;
  /** This command's own. Aborted, the channel is closed; what runs on the server is left to itself. */
  readonly signal: AbortSignal;
}

/** What the library says before the server's words. */
const LIBRARY_WORDS = /^\(SSH\) Channel open failure: /;

/** Runs a command with an empty standard input and waits for its end. Never throws. */
export async function runRemote({ connection, command, tail, signal }: RemoteCommand): Promise<RemoteResult> {
  if (signal.aborted) return { kind: 'abandoned' };
  if (!connection.isUsable) return { kind: 'unsent' };
  let channel: ClientChannel | undefined;
  const ended = connection
    .exec(command, (opened) => {
      channel = opened;
      // It was still on its way when the caller gave up.
      if (signal.aborted) connection.abandon(opened);
      return channelEnd(opened, tail);
    })
    .catch((error: unknown): RemoteResult =>
      connection.isAlive
        ? { kind: 'refused', why: tail.shown(messageOf(error).replace(LIBRARY_WORDS, '')) }
        : { kind: 'broken' },
    );
  const abandoned = new Promise<RemoteResult>((resolve) => {
    signal.addEventListener('abort', () => {
      if (channel !== undefined) connection.abandon(channel);
      resolve({ kind: 'abandoned' });
    });
  });
  return await Promise.race([ended, abandoned]);
}

function channelEnd(channel: ClientChannel, tail: OutputTail): Promise<RemoteResult> {
  return new Promise((resolve) => {
    let end: RemoteResult = { kind: 'broken' };
    channel.on('exit', (status: number | null, signal?: string) => {
      end = { kind: 'ended', status: status ?? undefined, signal };
    });
    channel.on('data', tail.writer());
    channel.stderr.on('data', tail.writer());
    // A channel that breaks closes too.
    channel.on('error', () => undefined);
    channel.once('close', () => {
      resolve(end);
    });
    channel.end();
  });
}
