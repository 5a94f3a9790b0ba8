/** Which host keys a server presents, for `trust-host`. */
import ssh2 from 'ssh2';

import { Outage } from '../core/outage.ts';
import { Deadline } from '../net/deadline.ts';
import { closeSocket, openSocket } from '../net/socket.ts';
import { algorithmsFor, ServerOffer } from './algorithms.ts';
import {
  addressOf,
  closedAt,
  dismissed,
  failedBeforeLogin,
  nothingInCommon,
  outage,
  timedOut,
  type SshError,
  type Stage,
} from './failure.ts';
import { Greeting } from './greeting.ts';
import { readHostKey, type HostKey } from './host-key.ts';
import { firstLine } from './output.ts';

export interface ScanOptions {
  readonly host: string;
  readonly port: number;
  /** For each kind of key. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether algorithms that rest on SHA-1 will do. No, when left out. */
  readonly allowsSha1?: boolean;
  /** Takes the secrets out of what the server says. */
  readonly hide?: (text: string) => string;
}

const KINDS_OF_KEY = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['ssh-rsa'],
] as const;

/**
 * Asks the server for its keys, a connection for each kind, and goes away
 * before logging in. A server need not have every kind.
 *
 * @throws Outage when it can't be reached or presents none
 * @throws the signal's reason when that is aborted
 */
export async function fetchHostKeys(options: ScanOptions): Promise<readonly HostKey[]> {
  const keys: HostKey[] = [];
  let fault: Error | undefined;
  for (const types of KINDS_OF_KEY) {
    const answer = await presentedKey(options, types);
    if (answer instanceof Error) fault = answer;
    else keys.push(answer);
  }
  if (keys.length > 0 || fault === undefined) return keys;
  if (fault instanceof Outage) throw fault;
  throw outage(`${addressOf(options)} presents no host key that order-monit can use: ${fault.message}`, {
    cause: fault,
  });
}

/** The key of one of these kinds, or why the handshake failed: mostly because the server has none of them. */
async function presentedKey(options: ScanOptions, types: readonly string[]): Promise<HostKey | Error> {
  const { allowsSha1 = false } = options;
  options.signal.throwIfAborted();
  const deadline = new Deadline(options.connectTimeoutMs, options.signal);
  const socket = openSocket(options);
  const greeting = new Greeting(socket);
  const algorithms = algorithmsFor({ keyTypes: types, allowsSha1 });
  const offer = new ServerOffer(socket, algorithms);
  try {
    return await new Promise<HostKey | Error>((resolve, reject) => {
      let stage: Stage = 'connecting';
      deadline.signal.addEventListener('abort', () => {
        const { connectTimeoutMs: limitMs, hide } = options;
        reject(deadline.failure(() => timedOut(options, { stage, limitMs, heard: greeting.heard(hide) })));
      });
      new ssh2.Client()
        .on('connect', () => {
          stage = 'handshake';
        })
        .on('error', (error: SshError) => {
          const misfit = offer.misfit(error);
          if (misfit !== undefined) resolve(nothingInCommon(options, misfit, error));
          else if (error.level === 'handshake') resolve(error);
          // A number is the protocol's own: the words are the server's.
          else if (typeof error.code === 'number')
            reject(dismissed(options, firstLine(error.message, options.hide) ?? '', error));
          else reject(failedBeforeLogin(options, error, greeting.heard(options.hide)));
        })
        .on('close', () => {
          reject(closedAt(stage, options, greeting.heard(options.hide)));
        })
        .connect({
          sock: socket,
          // Nobody logs in: the key is all that is wanted.
          username: 'nobody',
          algorithms,
          hostVerifier: (presented: Buffer) => {
            resolve(readHostKey(presented) ?? new Error('its host key cannot be read'));
            return false;
          },
          readyTimeout: 0,
        });
    });
  } finally {
    deadline.end();
    closeSocket(socket);
  }
}
