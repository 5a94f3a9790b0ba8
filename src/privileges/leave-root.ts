/**
 * Root's commands work in folders of the service's user, who could lay links there and exchange folders while root
 * looks. So the program is started anew as that user, before anything looks there.
 *
 * Started anew, because Node does not let a process change its user where libuv has a ring of io_uring, which Debian 13's
 * always has (docs/decisions, 0009 and 0016): setpriv takes the user's ids before Node begins.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import type { Stats } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

import type { Directories } from '../config/directories.ts';
import { FailedElsewhere, Refusal } from '../terminal/errors.ts';
import { errorCode, messageOf } from '../text/error.ts';
import { HANDED_OVER, printHandedOver, type HandedOver } from './handed-over.ts';
import { ROOT, walkTo, weaknessOf, type Walk } from './path-walk.ts';

export type Owner = Pick<Stats, 'uid' | 'gid'>;

/**
 * Whom root has to become: the one user, other than root, whom the folders belong to.
 *
 * @param folders those that will be looked into; they need not be there
 * @returns undefined where this is not root, and where root may stay root: the folders are root's own
 * @throws Refusal where somebody else could put something in their place
 */
export function ownerOf(folders: readonly string[]): Owner | undefined {
  if (process.geteuid?.() !== ROOT) return undefined;
  const walks = folders.map(walk);
  const owners = walks.flatMap(({ found }) => (found === undefined || found.uid === ROOT ? [] : [found]));
  const [owner, ...others] = owners;
  const another = others.find(({ uid }) => uid !== owner?.uid);
  if (owner !== undefined && another !== undefined) {
    throw new Refusal([
      `${folders.join(' and ')} belong to different users (${owner.uid} and ${another.uid}), so root can't work in both.`,
      'Give both to the user of the service.',
    ]);
  }
  for (const way of walks) assertSafe(way, owner ?? { uid: ROOT, gid: ROOT });
  return owner;
}

/**
 * Has this very command done by a user, with this process' terminal. What root alone may read goes along: the secrets that
 * systemd hands to the service. Everything else is seen as the service sees it.
 *
 * @returns the exit status
 * @throws Refusal when that user's rights can't be taken
 */
export async function performAs(
  owner: Owner,
  { directories, operator }: { readonly directories: Directories; readonly operator: string },
): Promise<number> {
  const { rootsView } = directories;
  const handed: HandedOver = rootsView === undefined ? { operator } : { operator, rootsView };
  const child = startAs(owner, { words: process.argv.slice(2), handed, stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  // A terminal sends it to both, and a second one would abandon what the first one lets end.
  process.on('SIGINT', () => isatty(0) || child.kill('SIGINT'));
  return endOf(child);
}

/**
 * Has a command of this program done by a user.
 *
 * @returns what it printed
 * @throws FailedElsewhere when it fails, with what it said; Refusal when that user's rights can't be taken
 */
export async function askAs(owner: Owner, words: readonly string[], input: Uint8Array): Promise<string> {
  const child = startAs(owner, { words, handed: { operator: 'root' }, stdio: 'pipe' });
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  // One that has ended has said why.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const status = await endOf(child);
  if (status !== 0) throw new FailedElsewhere(status, errors.trim());
  return output.trim();
}

interface Start {
  readonly words: readonly string[];
  readonly handed: HandedOver;
  readonly stdio: 'inherit' | 'pipe';
}

function startAs(owner: Owner, { words, handed, stdio }: Start): ChildProcess {
  const child = spawn('setpriv', [...identityOf(owner), ...nodeCommand(), ...words], {
    stdio: [stdio, stdio, stdio, 'pipe'],
    env: { ...process.env, [HANDED_OVER]: '3' },
  });
  const pipe = child.stdio[3];
  if (pipe !== null && pipe !== undefined && 'end' in pipe) {
    pipe.on('error', () => undefined);
    pipe.end(printHandedOver(handed));
  }
  return child;
}

/**
 * Options of setpriv. The one capability is of no use to anybody, and keeps the user from tracing a process that has
 * root's terminal: who has fewer than a process may not.
 */
function identityOf({ uid, gid }: Owner): string[] {
  const account = accountOf(uid);
  if (account === undefined && gid === ROOT) {
    throw new Refusal([
      `This host knows no user ${uid}, whom the folder belongs to, and the group of the folder is root's.`,
    ]);
  }
  const capability = '-all,+net_bind_service';
  return [
    `--reuid=${uid}`,
    `--regid=${account?.gid ?? gid}`,
    account === undefined ? '--clear-groups' : '--init-groups',
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    `--bounding-set=${capability}`,
    '--no-new-privs',
    '--pdeathsig=TERM',
    '--',
  ];
}

/** No address of any host: SIGUSR1, which that user may send, would open Node to a debugger there, with root's terminal. */
const NOWHERE = '192.0.2.0:1024';

function nodeCommand(): string[] {
  return [process.execPath, ...process.execArgv, `--inspect-port=${NOWHERE}`, process.argv[1] ?? ''];
}

/** The group of an account; `undefined` for a user whom this host does not know. */
function accountOf(uid: number): { readonly gid: number } | undefined {
  const { error, stdout, status } = spawnSync('getent', ['passwd', String(uid)], { encoding: 'utf8' });
  if (error !== undefined) throw new Refusal([`The user ${uid} can not be looked up: ${error.message}`]);
  const gid = Number(stdout.split(':')[3]);
  return status === 0 && Number.isInteger(gid) ? { gid } : undefined;
}

async function endOf(child: ChildProcess): Promise<number> {
  return new Promise((ended, failed) => {
    child.on('error', (error) => {
      const missing = errorCode(error) === 'ENOENT' ? ' Install the package util-linux.' : '';
      failed(
        new Refusal([
          `Root does not work in a folder of another user's, and can't become that user: ${error.message}.${missing}`,
        ]),
      );
    });
    child.on('close', (status, signal) => {
      ended(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function walk(folder: string): Walk {
  try {
    return walkTo(folder);
  } catch (error) {
    const reason = messageOf(error);
    throw new Refusal([`Root does not work in ${folder}, because it can't see whose that is: ${reason}`]);
  }
}

function assertSafe(way: Walk, owner: Owner): void {
  const weakness = weaknessOf(way, owner);
  if (weakness === undefined) return;
  throw new Refusal([
    `Root does not work in ${way.path}: ${weakness}`,
    'Nothing was changed. Or call the command as the user whom the folder belongs to: sudo -u USER order-monit …',
  ]);
}
