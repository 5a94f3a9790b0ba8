/** What goes wrong on the way to the integration server, in words for people. */
import { Outage, type OutageDetails } from '../core/outage.ts';
import { connectionFailure } from '../net/failure.ts';
import { otherSpeaker, type Speaker } from '../net/speaker.ts';
import type { Misfit } from './algorithms.ts';
import type { Heard } from './greeting.ts';
import { kindOf, readHostKey } from './host-key.ts';
import { removal } from './known-hosts-files.ts';
import type { HostKeyJudgement, KnownKey } from './known-hosts.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly username: string;
}

export type Address = Pick<Target, 'host' | 'port'>;

/** How far a connection has come. */
export type Stage = 'connecting' | 'handshake' | 'login' | 'proof';

/** An outage of the integration server. */
export function outage(reason: string, rest: Omit<OutageDetails, 'dependency' | 'reason'> = {}): Outage {
  return new Outage({ dependency: 'integration-server', reason, ...rest });
}

/** `host:port`, as people write it. */
export function addressOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const STUCK_AT: Readonly<Record<Stage, string>> = {
  connecting: 'no answer to the connection',
  handshake: 'connected, but the SSH handshake did not end',
  login: 'the login did not end',
  proof: 'logged in, but a first command did not end',
};

/** What to do where it is stuck, and the server has said nothing that tells. */
const STUCK_HINTS: Readonly<Record<Stage, string>> = {
  connecting: 'check host and port in integration_server.yml, and the firewall',
  handshake:
    'check that sshd listens at host and port in integration_server.yml; where it does, look into its log, and ask whether ' +
    'what is between (a firewall, a tunnel) lets large packets through',
  login: 'look into the log of sshd there: its PAM, LDAP or name service may not answer (UseDNS no spares it the last)',
  proof: 'log in there as that user and see what its shell waits for: its start-up files, or a network disk',
};

/** What a person does not notice, and a command does. */
export const START_UP_FILES =
  'the start-up files of its shell (.bashrc, .cshrc, .zshenv, config.fish; ~/.ssh/rc) must not ask, wait, end the shell or put another ' +
  'program in its place (exec) where no person has logged in';

const SILENT_HINT =
  'an SSH server speaks first, and at once: check host and port in integration_server.yml; where they are right, sshd there is ' +
  'overloaded, or a firewall or proxy has taken the connection in its place';

/**
 * The deadline passed.
 *
 * @param heard what the server has said in place of its version
 */
export function timedOut(
  target: Address,
  { stage, limitMs, heard }: { readonly stage: Stage; readonly limitMs: number; readonly heard?: Heard | undefined },
): Outage {
  if (stage === 'handshake' && heard?.speaker !== undefined) return noSsh(target, heard.speaker);
  const said = stage === 'handshake' && heard?.said !== undefined ? `, and it said: ${heard.said}` : '';
  const isSilent = stage === 'handshake' && heard?.isSilent === true;
  return outage(
    `${addressOf(target)} did not let order-monit in within ${limitMs / 1000} s: ${STUCK_AT[stage]}${isSilent ? ', as it said nothing' : said}`,
    { hint: isSilent ? SILENT_HINT : STUCK_HINTS[stage] },
  );
}

/** An error that ssh2 reports, or the socket beneath it. */
export interface SshError extends Error {
  readonly level?: string;
  readonly code?: unknown;
}

const NO_SSH_HINT = 'check that an SSH server listens there, and look into its log';

/** What sshd says in place of its version to an address that has a penalty. */
const PENALISED = 'Not allowed at this time';

/**
 * How long a server is left alone that refused a login, or turned this host away for that.
 *
 * sshd (since 9.8) gives an address a penalty of 5 s for each login that it refuses (authfail), adds them up, and turns
 * the address away once they come to more than 15 s (min), until they have run out, at most for 10 min (max). So refused
 * logins that lie 30 s apart never add up to that by themselves, and leave room for some of a person who looks for the
 * cause with `check`. Being turned away adds nothing: a penalty that is in force ends though it is asked for meanwhile.
 */
export const PENALTY_DISTANCE_MS = 30_000;

/**
 * The socket or the protocol failed before there was a login.
 *
 * @param heard what the server has said in place of its version
 */
export function failedBeforeLogin(target: Address, error: SshError, heard?: Heard): Outage {
  const address = addressOf(target);
  if (heard?.speaker !== undefined) return noSsh(target, heard.speaker, error);
  if (heard?.said !== undefined) return turnedAway(address, heard.said, error);
  if (error.code === 'ECONNRESET') {
    return outage(`${address} broke the connection`, { hint: 'look into the log of sshd there', cause: error });
  }
  const failure = connectionFailure(error, { place: address, ...SETTINGS });
  if (failure !== undefined) return outage(failure.reason, { hint: SSHD_RUNS, ...failure, cause: error });
  return outage(`the connection to ${address} failed: ${error.message}`, { hint: NO_SSH_HINT, cause: error });
}

const SETTINGS = { setting: 'host and port in integration_server.yml', ca: '', tls: '' } as const;
const SSHD_RUNS = 'check that sshd runs there, and host and port in integration_server.yml';

/** Somebody else speaks at that port. */
function noSsh(target: Address, speaker: Speaker, cause?: Error): Outage {
  const { reason, hint } = otherSpeaker(speaker, 'SSH server', { place: addressOf(target), ...SETTINGS });
  return outage(reason, { ...(hint === undefined ? {} : { hint }), ...(cause === undefined ? {} : { cause }) });
}

/** The server took its leave with these words before there was a login. */
export function dismissed(target: Address, said: string, cause: Error): Outage {
  return outage(`${addressOf(target)} ended the SSH handshake, and said: ${said}`, {
    hint: 'look into the log of sshd there',
    cause,
  });
}

const MOST_SHOWN = 12;

/** The server has no algorithm of a kind that order-monit takes. */
export function nothingInCommon(target: Address, misfit: Misfit, cause: Error): Outage {
  const { setting, offered, taken, isOld } = misfit;
  const old = 'for a server that has nothing newer (OpenSSH before 7.2) set allow_sha1: true in integration_server.yml';
  return outage(
    `${addressOf(target)} and order-monit have no algorithm in common: for ${setting} it offers ${listed(offered)}, and ` +
      `order-monit takes ${listed(taken)}`,
    {
      hint: `in place of the line ${setting} in its sshd_config write: ${lineFor(misfit)}; then reload sshd${isOld ? `. Or, ${old}` : ''}`,
      cause,
    },
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).join(', ') + (names.length > MOST_SHOWN ? ', …' : '');
  return shown === '' ? 'none' : shown;
}

/** The line of sshd_config that adds to sshd's own choice what order-monit takes. */
function lineFor({ setting, offered, taken: [best = ''] }: Misfit): string {
  if (setting !== 'HostKeyAlgorithms') return `${setting} +${best}`;
  // The key that it has will do, where it may sign with another hash.
  if (offered.includes('ssh-rsa')) return `${setting} +rsa-sha2-512`;
  return `${setting} +${best} (ssh-keygen -A makes the host keys that are missing)`;
}

/** Other words of those who end the connection before their version line. */
const TURNED_AWAY: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /^Exceeded MaxStartups/,
    'more logins are under way there than its sshd allows: raise MaxStartups in its sshd_config, or find out in its log who logs in so often',
  ],
];

function turnedAway(address: string, said: string, cause: Error): Outage {
  const reason = `no SSH handshake with ${address}, which said: ${said}`;
  const known = TURNED_AWAY.find(([words]) => words.test(said));
  if (known !== undefined) return outage(reason, { hint: known[1], cause });
  if (!said.startsWith(PENALISED)) return outage(reason, { hint: NO_SSH_HINT, cause });
  return outage(reason, {
    hint:
      'sshd there turns this host away for a while, after logins that it refused (PerSourcePenalties in its sshd_config; ' +
      'at most 10 minutes unless it says otherwise): look into its log for their cause, mend that, and wait. ' +
      'PerSourcePenaltyExemptList there exempts this host',
    retryAfterMs: PENALTY_DISTANCE_MS,
    cause,
  });
}

/**
 * The other side ended the connection.
 *
 * @param heard what the server has said in place of its version
 */
export function closedAt(stage: Stage, target: Address, heard?: Heard): Outage {
  if (stage === 'handshake' && heard?.speaker !== undefined) return noSsh(target, heard.speaker);
  const early =
    'look into the log of sshd there; where that has nothing, a firewall, fail2ban or /etc/hosts.deny did it';
  return outage(`${addressOf(target)} closed the connection (${STUCK_AT[stage]})`, {
    hint: stage === 'handshake' ? early : 'look into the log of sshd there',
  });
}

/** The host key must not be trusted. `undefined` when it may be. */
export function hostKeyRefusal(
  judgement: HostKeyJudgement,
  presented: Buffer,
  { target, name, files }: { target: Target; name: string; files: readonly string[] },
): Outage | undefined {
  const address = addressOf(target);
  const key = readHostKey(presented);
  const shown = key === undefined ? 'a host key that cannot be read' : `the ${key.kind} host key ${key.fingerprint}`;
  switch (judgement.kind) {
    case 'known':
      return undefined;
    case 'revoked':
      return outage(`${address} presents ${shown}, which ${placeOf(judgement.by)} has as revoked`, {
        hint: 'do not trust this server before its administrator has explained it and given it a new key',
      });
    case 'changed': {
      const { from } = judgement;
      return outage(
        `THE HOST KEY OF ${address} HAS CHANGED: it presents ${shown}; ${placeOf(from)} knows ${from.key.fingerprint}. ` +
          'Somebody may be between you and the server, or it was set up anew. Nothing was sent to it',
        {
          hint:
            `compare the fingerprint with the server's administrator; only if it is right, ` +
            `${removal(from.file, name)}; then run order-monit trust-host`,
        },
      );
    }
    case 'unknown':
      return outage(
        `${address} presents ${shown}, which is in none of ${files.join(', ')}${besides(judgement.others)}`,
        {
          hint: 'compare the fingerprint and record it with: order-monit trust-host',
        },
      );
  }
}

function placeOf({ file, line }: KnownKey): string {
  return `${file} line ${line}`;
}

function besides(others: readonly KnownKey[]): string {
  const kinds = new Set(others.filter(({ marker }) => marker === 'none').map(({ key }) => kindOf(key.type)));
  if (kinds.size > 0) return ` (the host is known by a key of another kind: ${[...kinds].join(', ')})`;
  if (others.length > 0) return ' (there is a certificate authority for it, but order-monit cannot check certificates)';
  return '';
}
