/**
 * An integration server of one's own: OpenSSH's sshd on a loopback port, in a
 * temporary folder, with a stand-in for the shop's rake tasks (`bundle.mjs`).
 * The kernel ends it with this process, however that dies.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { freePort } from './ports.ts';
import { commandsIn, kill, sessionsOf } from './processes.ts';

const run = promisify(execFile);

const KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;
export type KeyType = (typeof KEY_TYPES)[number];
type Owner = 'host' | 'client';

/** What an order's task does instead of its duty. */
export type Behaviour =
  /** Never ends. */
  | 'hang'
  /** Inserts, and then never ends. */
  | 'insert-then-hang'
  /** Raises, as for a product that the ERP does not know. */
  | 'fail'
  /** Raises for what may be different the next time. */
  | 'refuse'
  /** Ends well without having done anything. */
  | 'nothing'
  /** Does its duty with 10 MB of what is no text. */
  | 'garbage-output'
  /** Is killed between its check and its insert. */
  | 'crash-before-insert'
  /** Is killed right after its insert. */
  | 'crash-after-insert';

/** What the stand-in of the shop's tasks reads from `stand-in.json` in rails_root. */
export interface StandIn {
  /** Where the ERP's stand-in has its control endpoints. */
  readonly abacosUrl: string;
  /** How long "Rails" takes to start. */
  readonly startMs?: number;
  /** The time between check and insert, which two tasks at once may both pass. */
  readonly gapMs?: number;
  /** What `confirm_payment` waits after an insert of its own. */
  readonly confirmWaitMs?: number;
  /** Every so manieth insert_order ends well without doing anything; 0 for none. */
  readonly switchedOffEvery?: number;
  /** Where the shop's orders are looked up and marked; not at all when left out. */
  readonly database?: {
    readonly host?: string;
    readonly port?: number;
    readonly socketPath?: string;
    readonly user: string;
    readonly password?: string;
    readonly database: string;
  } | null;
  /** Each start and end is appended here, a JSON line each. */
  readonly log: string;
  readonly behaviour?: Readonly<Record<string, Behaviour>>;
}

/** One line of the stand-in's log. */
export interface StandInEntry {
  readonly event: 'started' | 'ended';
  readonly task: string;
  readonly number: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** At the end only. */
  readonly status?: number;
  readonly inserted?: boolean;
}

export interface SshdOptions {
  /** Who may log in, each with the client keys. This process's user when left out; others only when that is root. */
  readonly users?: readonly string[];
  /** The shop's folder; one is made when left out. A Rakefile is put there. */
  readonly railsRoot?: string;
  /** Lines to put before the others of sshd_config. */
  readonly config?: readonly string[];
  /** Called when the server ends although nobody has ended it here. */
  readonly onCrash?: (() => void) | undefined;
}

export interface Sshd {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly folder: string;
  readonly railsRoot: string;
  /** Private key files that the server accepts. */
  readonly keys: Readonly<Record<KeyType, string>>;
  /** A known_hosts file with all host keys. It follows {@link changeHostKeys} only through {@link writeKnownHosts}. */
  readonly knownHosts: string;
  /** Tells the stand-in how to behave, from its next start on. */
  configureStandIn(standIn: StandIn): Promise<void>;
  /** Accepts one more key: a line for authorized_keys. */
  authorize(publicKey: string): Promise<void>;
  /** The path of a public host key. */
  hostKey(type: KeyType): string;
  /** Writes the known_hosts file anew from the host keys as they are. */
  writeKnownHosts(): Promise<void>;
  /** Ends the server and its sessions. Commands that run live on. Starting again takes the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** The processes that serve the connections. */
  sessions(): Promise<readonly number[]>;
  /** Cuts every connection, as a crash of the network would. Commands that run live on. */
  killSessions(): Promise<void>;
  /** Gives the server new host keys, as a machine that was set up anew has. It is started again. */
  changeHostKeys(): Promise<void>;
  /** What sshd has logged so far. */
  log(): string;
  /** Stops the server for good, ends the commands that still run, and removes its folder. */
  remove(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_DEADLINE_MS = 20_000;
const BUILD = fileURLToPath(new URL('../../build', import.meta.url));
const SSHD = '/usr/sbin/sshd';

/** Tests are refused on purpose, and all come from one address. An sshd that does not know the keyword would not start. */
const NO_PENALTIES = 'PerSourcePenalties no';

/** Whether the sshd of this machine turns away for a while whom it has refused too often: OpenSSH does since 9.8. */
export async function sshdHasPenalties(): Promise<boolean> {
  // Older ones take -V for a mistake, and say their version all the same.
  const said = await run(SSHD, ['-V']).then(
    ({ stderr }) => stderr,
    (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr) : ''),
  );
  const [, major, minor] = /OpenSSH_(\d+)\.(\d+)/.exec(said) ?? [];
  if (major === undefined) throw new Error(`${SSHD} does not say its version: ${said}`);
  return Number(major) > 9 || (Number(major) === 9 && Number(minor) >= 8);
}

/** Makes and starts a server. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'integration-server-'));
  try {
    // The tasks may run as another user, who must get at the stand-in.
    await chmod(folder, 0o755);
    const railsRoot = options.railsRoot ?? join(folder, 'shop');
    await mkdir(railsRoot, { recursive: true });
    await writeFile(join(railsRoot, 'Rakefile'), '# The stand-in reads stand-in.json beside this file.\n');
    await makeBundle(folder);
    await takeKeys(folder, 'client');
    await takeKeys(folder, 'host');
    await authorizeClientKeys(folder);
    const users = options.users ?? [userInfo().username];
    const server = new SandboxSshd({ folder, railsRoot, port: await freePort(), username: users[0] ?? '' });
    const first = [...(options.config ?? []), ...((await sshdHasPenalties()) ? [NO_PENALTIES] : [])];
    await writeFile(join(folder, 'sshd_config'), configuration(server, users, first));
    await server.writeKnownHosts();
    await server.start();
    server.onCrash = options.onCrash;
    return server;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function configuration({ folder, port }: Sshd, users: readonly string[], first: readonly string[]): string {
  return [
    ...first,
    `Port ${port}`,
    `ListenAddress ${HOST}`,
    ...KEY_TYPES.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `AllowUsers ${users.join(' ')}`,
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'PrintMotd no',
    'LogLevel VERBOSE',
    // SHLVL keeps bash from the start-up files of whoever runs the tests.
    `SetEnv PATH=${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin SHLVL=1`,
    '',
  ].join('\n');
}

async function makeKeys(folder: string, owner: Owner): Promise<void> {
  await Promise.all(KEY_TYPES.map(async (type) => makeKey(type, join(folder, `${owner}_${type}`))));
}

async function makeKey(type: KeyType, path: string): Promise<void> {
  await run('ssh-keygen', ['-t', type, ...(type === 'rsa' ? ['-b', '2048'] : []), '-q', '-N', '', '-f', path]);
}

/** As {@link makeKeys}, but with the RSA key of other servers: to make one takes a hundred times as long as the others. */
async function takeKeys(folder: string, owner: Owner): Promise<void> {
  const kept = join(BUILD, `ssh-${owner}-${process.getuid?.() ?? ''}`);
  if (!existsSync(kept)) {
    await mkdir(BUILD, { recursive: true });
    const made = await mkdtemp(join(BUILD, 'ssh-'));
    await makeKey('rsa', join(made, `${owner}_rsa`));
    // Whoever was first has made one as good.
    await rename(made, kept).catch(async () => rm(made, { recursive: true }));
  }
  const others = KEY_TYPES.filter((type) => type !== 'rsa');
  await Promise.all([
    cp(kept, folder, { recursive: true }),
    ...others.map(async (type) => makeKey(type, join(folder, `${owner}_${type}`))),
  ]);
}

async function authorizeClientKeys(folder: string): Promise<void> {
  const lines = await Promise.all(KEY_TYPES.map((type) => readFile(join(folder, `client_${type}.pub`), 'utf8')));
  await writeFile(join(folder, 'authorized_keys'), lines.join(''), { mode: 0o644 });
}

/** A `bundle` on the PATH of the server's sessions. */
async function makeBundle(folder: string): Promise<void> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'bundle.mjs');
  await mkdir(join(folder, 'bin'));
  const launcher = join(folder, 'bin', 'bundle');
  await writeFile(launcher, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  await chmod(launcher, 0o755);
}

class SandboxSshd implements Sshd {
  readonly host = HOST;
  readonly port: number;
  readonly username: string;
  readonly folder: string;
  readonly railsRoot: string;
  readonly keys: Readonly<Record<KeyType, string>>;
  readonly knownHosts: string;
  onCrash: (() => void) | undefined;
  #process: ChildProcess | undefined;
  #log = '';

  constructor(place: Pick<Sshd, 'folder' | 'railsRoot' | 'port' | 'username'>) {
    this.folder = place.folder;
    this.railsRoot = place.railsRoot;
    this.port = place.port;
    this.username = place.username;
    this.knownHosts = join(place.folder, 'known_hosts');
    const key = (type: KeyType) => join(place.folder, `client_${type}`);
    this.keys = { ed25519: key('ed25519'), ecdsa: key('ecdsa'), rsa: key('rsa') };
  }

  async configureStandIn(standIn: StandIn): Promise<void> {
    const path = join(this.railsRoot, 'stand-in.json');
    await writeFile(`${path}.new`, JSON.stringify(standIn));
    await rename(`${path}.new`, path);
  }

  async authorize(publicKey: string): Promise<void> {
    await appendFile(join(this.folder, 'authorized_keys'), `${publicKey.trim()}\n`);
  }

  hostKey(type: KeyType): string {
    return join(this.folder, `host_${type}.pub`);
  }

  async writeKnownHosts(): Promise<void> {
    const keys = await Promise.all(KEY_TYPES.map((type) => readFile(this.hostKey(type), 'utf8')));
    await writeFile(this.knownHosts, keys.map((key) => `[${this.host}]:${this.port} ${key}`).join(''));
  }

  async start(): Promise<void> {
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    const config = join(this.folder, 'sshd_config');
    // The signal comes with this process's end. sshd names itself by its whole path to run itself anew.
    const server = spawn('setpriv', ['--pdeathsig', 'KILL', SSHD, '-D', '-e', '-f', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C is for whoever started the server, who ends it.
      detached: true,
    });
    server.once('exit', () => {
      if (this.#process === server) this.onCrash?.();
    });
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    server.on('error', (error) => {
      this.#log += `${error.message}\n`;
    });
    this.#process = server;
    const giveUpAt = performance.now() + START_DEADLINE_MS;
    while (!(await this.#answers())) {
      const hasEnded = server.exitCode !== null || server.signalCode !== null || server.pid === undefined;
      if (hasEnded || performance.now() > giveUpAt) {
        await this.stop();
        throw new Error(`sshd did not start:\n${this.#log}`);
      }
      await pause(20);
    }
  }

  async stop(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const sessions = await sessionsOf(server.pid);
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    kill(sessions);
  }

  async sessions(): Promise<readonly number[]> {
    return this.#process?.pid === undefined ? [] : await sessionsOf(this.#process.pid);
  }

  async killSessions(): Promise<void> {
    kill(await this.sessions());
  }

  async changeHostKeys(): Promise<void> {
    await this.stop();
    await Promise.all(
      KEY_TYPES.flatMap((type) => [rm(join(this.folder, `host_${type}`)), rm(join(this.folder, `host_${type}.pub`))]),
    );
    await makeKeys(this.folder, 'host');
    await this.start();
  }

  log(): string {
    return this.#log;
  }

  async remove(): Promise<void> {
    await this.stop();
    // Commands have outlived their sessions, and would write into a folder that is gone.
    kill(await commandsIn(this.railsRoot));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Whether an SSH server greets on the port. */
  async #answers(): Promise<boolean> {
    const socket = connect({ host: this.host, port: this.port });
    try {
      const greeting: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(2000) });
      return String(greeting[0]).startsWith('SSH-2.0-');
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}
