/** Why a login failed, from what the server said to each key, and what to do about that. */
import type { Outage } from '../core/outage.ts';
import { authorizedKeysLine, type Credentials } from './credentials.ts';
import { addressOf, failedBeforeLogin, outage, PENALTY_DISTANCE_MS, type SshError, type Target } from './failure.ts';
import type { Login, TriedKey } from './login.ts';

/** What came of the keys of one login. */
export type TriedLogin = Pick<Login, 'agentFaults' | 'methods' | 'refusals' | 'tried' | 'untried'>;

export interface FailedLogin {
  readonly target: Target;
  readonly credentials: Credentials;
  readonly login: TriedLogin;
  /** What the library or the server said. */
  readonly cause?: SshError;
  /** The server's own words in it: one line, bounded, without secrets. */
  readonly said: string | undefined;
  /** The server ended the connection. */
  readonly isClosed: boolean;
}

/** The login failed: the server let in nobody for the keys, unless it is the socket that broke. */
export function failedLogin(failed: FailedLogin): Outage {
  const { cause, login } = failed;
  if (cause?.level === 'client-socket') return failedBeforeLogin(failed.target, cause);
  const last = login.tried.at(-1);
  if (login.tried.length === 0 && login.refusals === 0 && failed.said === undefined) return noKey(failed);
  const [reason, hint] = causeOf(failed, last);
  const unused = unusedOf(failed);
  const not = unused === '' ? '' : `; not used: ${unused}`;
  // The words of others come last: nobody else can tell where they end.
  const said = failed.said === undefined ? '' : `${not === '' ? ', and' : '; it'} said: ${failed.said}`;
  return outage(`${addressOf(failed.target)} ${reason}${not}${said}`, {
    hint,
    retryAfterMs: PENALTY_DISTANCE_MS,
    ...(cause === undefined ? {} : { cause }),
  });
}

function unusedOf({ credentials, login }: FailedLogin): string {
  return [...credentials.unusable, ...login.agentFaults].join('; ');
}

function noKey(failed: FailedLogin): Outage {
  const { target, credentials } = failed;
  const unused = unusedOf(failed);
  const why = unused === '' ? `none of these files exists: ${credentials.candidates.join(', ')}` : unused;
  return outage(`there is no key to log in with as ${target.username}: ${why}`, {
    hint:
      (unused === '' ? '' : 'mend that; or ') +
      "make one as root: ssh-keygen -t ed25519 -N '' -C order-monit -f /etc/order-monit/credentials/ssh_key; then " +
      'systemctl restart order-monit. Or name one as private_key in integration_server.yml',
    retryAfterMs: PENALTY_DISTANCE_MS,
  });
}

type Cause = readonly [reason: string, hint: string];

function causeOf({ cause, target, login, isClosed }: FailedLogin, last: TriedKey | undefined): Cause {
  const { username } = target;
  const tried = few(login.tried.map(({ name }) => name));
  const isCutOff = isClosed || typeof cause?.code === 'number';
  if (last?.answer === 'taken') return secondFactor(target, login, last);
  if (last?.answer === 'known') {
    const mayGoOn = isCutOff || login.methods.includes('publickey');
    return mayGoOn ? notLetIn(target, last, isCutOff) : secondFactor(target, login, last);
  }
  if (isCutOff && login.untried.length > 0) return tooMany(username, login, tried);
  if (login.refusals > 0 && !login.methods.includes('publickey')) {
    return [
      `takes no keys for the login of ${username} (it goes on with: ${listed(login.methods)})`,
      `order-monit logs in with a key alone: for ${username}, set PubkeyAuthentication yes in its sshd_config, and ` +
        'AuthenticationMethods publickey where that is set to something else; then reload sshd',
    ];
  }
  if (last?.answer === 'sha1-only') {
    return [
      `takes no signature of ${last.name} but one that rests on SHA-1 (ssh-rsa), which it was not given`,
      `log in with an ed25519 key: ssh-keygen -t ed25519 makes one; or add rsa-sha2-512 to PubkeyAcceptedAlgorithms in its ` +
        'sshd_config. For a server that has nothing newer (OpenSSH before 7.2) set allow_sha1: true in integration_server.yml',
    ];
  }
  if (login.tried.every(({ answer }) => answer === 'not-shown')) {
    return [
      `takes no signature that order-monit makes with ${tried}`,
      'make an ed25519 key (ssh-keygen -t ed25519), or add rsa-sha2-512 to PubkeyAcceptedAlgorithms in its sshd_config',
    ];
  }
  return [`refused the login of ${username} with ${tried}`, refusedHint(username, login.tried)];
}

/** An agent may have many. */
const MOST_NAMED = 5;

function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function listed(methods: readonly string[]): string {
  return methods.length === 0 ? 'nothing' : methods.join(', ');
}

const SECOND_FACTOR: Readonly<Record<string, string>> = {
  'keyboard-interactive': 'what a person types: a password or a code',
  publickey: 'another key',
};

function secondFactor({ username }: Target, { methods }: TriedLogin, { name }: TriedKey): Cause {
  const wanted = methods.map((method) => {
    const what = SECOND_FACTOR[method];
    return what === undefined ? method : `${method} (${what})`;
  });
  return [
    `took the key ${name} of ${username}, and asks for more: ${listed(wanted)}`,
    `order-monit logs in with a key alone: write in its sshd_config "Match User ${username}" and below that ` +
      '"AuthenticationMethods publickey", and reload sshd',
  ];
}

function notLetIn({ username }: Target, { name }: TriedKey, isCutOff: boolean): Cause {
  const isRoot = username === 'root';
  const root =
    'PermitRootLogin prohibit-password in its sshd_config lets root in with a key; better, log in as another user. ';
  const why = 'a password or account that has expired or is locked, PAM, /etc/nologin, AllowUsers';
  return [
    `knows the key ${name} of ${username}, and ${isCutOff ? 'closed the connection' : 'refused the login'} all the same`,
    `${isRoot ? root : ''}the log of sshd there says why (${why})`,
  ];
}

function tooMany(username: string, { tried, untried }: TriedLogin, names: string): Cause {
  return [
    `ended the login of ${username} after ${tried.length} ${tried.length === 1 ? 'key' : 'keys'} that it refused (${names}), ` +
      `before it was shown ${few(untried)}`,
    'name the right one as private_key in integration_server.yml: then it is tried first (where only the agent has it, its ' +
      'public half will do: ssh-add -L shows it). Or raise MaxAuthTries in its sshd_config',
  ];
}

function refusedHint(username: string, tried: readonly TriedKey[]): string {
  const [first] = tried;
  const line = first === undefined ? 'the public key' : `this line: ${authorizedKeysLine(first)}`;
  const rsa = tried.some(({ key }) => key.type === 'ssh-rsa')
    ? '; for RSA, sshd may ask for SHA-1, which order-monit does not use for it, or for a longer key (PubkeyAcceptedAlgorithms, RequiredRSASize): an ed25519 key will do'
    : '';
  return (
    `on the server, add to ~${username}/.ssh/authorized_keys ${line}. Where it is there, the log of sshd says why it is ` +
    `not taken (rights of ~/.ssh, AllowUsers, an account that is locked or has expired, a login shell that is not there, from= or expiry-time= before the key${rsa})`
  );
}
