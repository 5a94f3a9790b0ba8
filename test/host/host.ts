/**
 * A Debian host of one's own: a real systemd, booted in a container in a second
 * or two, with a layer of its own over a root file system that stays as it is.
 * It shares the network of this machine, so that servers of a test reach it on
 * loopback ports. It ends with this process, however that dies.
 *
 * Needs root, systemd-container and a mounted cgroup2 tree.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { until } from '../sandbox/until.ts';
import { Layer } from './layer.ts';
import { rootFileSystem, type Suite } from './rootfs.ts';

const OUTPUT_LIMIT = 64 << 20;
const BOOT_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 60_000;
const COMMAND_DEADLINE_MS = 1_800_000;

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HostOptions {
  /** Called with the new host before it boots for the first time, to write its files. */
  readonly prepare?: (host: Host) => Promise<void>;
}

export class Host {
  readonly suite: Suite;
  /** The host's root, seen from outside. */
  readonly root: string;
  readonly #layer: Layer;
  #container: ChildProcess | undefined;
  #cgroup: string | undefined;

  private constructor(suite: Suite, layer: Layer) {
    this.suite = suite;
    this.root = layer.root;
    this.#layer = layer;
  }

  /** Makes a host and boots it. */
  static async boot(suite: Suite, { prepare }: HostOptions = {}): Promise<Host> {
    const host = new Host(suite, await Layer.over(await rootFileSystem(suite)));
    try {
      await prepare?.(host);
      await host.start();
    } catch (error) {
      await host.remove();
      throw error;
    }
    return host;
  }

  /** Boots it again after {@link shutDown} or {@link cutPower}. */
  async start(): Promise<void> {
    this.#cgroup = join(await cgroupRoot(), basename(this.#layer.folder));
    await mkdir(this.#cgroup, { recursive: true });
    // sh puts itself into the cgroup first: two containers in one cgroup would share their inner ones.
    const script = 'echo $$ > "$1/cgroup.procs"; shift; exec setpriv --pdeathsig=KILL systemd-nspawn "$@"';
    const container = spawn(
      'sh',
      [
        '-ec',
        script,
        'sh',
        this.#cgroup,
        `--directory=${this.root}`,
        `--machine=order-monit-${machineName(this.#layer.folder)}`,
        '--register=no',
        '--keep-unit',
        '--console=passive',
        '--link-journal=no',
        '--resolv-conf=auto',
        // Without these the unit's limits on addresses and networks would silently not be in force.
        '--system-call-filter=bpf',
        '--capability=CAP_BPF,CAP_NET_ADMIN,CAP_SYS_RESOURCE',
        '--boot',
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
        detached: true,
      },
    );
    let said = '';
    for (const stream of [container.stdout, container.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-8000)));
    this.#container = container;
    await until(
      `the host is up; it said:\n${said}`,
      async () => {
        if (container.exitCode !== null) throw new Error(`systemd-nspawn ended with ${container.exitCode}:\n${said}`);
        const leader = await this.#leader();
        if (leader === undefined) return false;
        const { stdout } = await this.run(['systemctl', 'is-system-running']);
        return ['running', 'degraded'].includes(stdout.trim());
      },
      BOOT_DEADLINE_MS,
    );
  }

  /** Runs a command as root in the host, without a shell. Any exit status is an outcome. */
  async run(command: readonly string[], input = '', deadlineMs = COMMAND_DEADLINE_MS): Promise<Outcome> {
    const leader = await this.#leader();
    if (leader === undefined) throw new Error('The host is not up');
    const environment = [
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'LANG=C.UTF-8',
      'TERM=dumb',
      'DEBIAN_FRONTEND=noninteractive',
    ];
    return new Promise((resolve, reject) => {
      const child = execFile(
        'nsenter',
        ['-t', String(leader), '-a', 'env', '-i', ...environment, ...command],
        { maxBuffer: OUTPUT_LIMIT, timeout: deadlineMs, killSignal: 'SIGKILL' },
        (error, stdout, stderr) => {
          if (error !== null && typeof error.code !== 'number')
            reject(new Error(`${command.join(' ')} did not end: ${stdout}${stderr}`, { cause: error }));
          else resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
        },
      );
      child.stdin?.on('error', () => undefined).end(input);
    });
  }

  /**
   * Runs a command that has to end well.
   *
   * @returns what it printed, errors included
   */
  async do(...command: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(command);
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout + stderr;
  }

  /** Runs a piece of shell, which ends at its first error. */
  async shell(script: string): Promise<string> {
    return this.do('sh', '-ec', script);
  }

  /** The path of one of the host's files, from outside. */
  path(inside: string): string {
    return join(this.root, inside);
  }

  async write(path: string, content: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    await writeFile(this.path(path), content, { mode });
  }

  async read(path: string): Promise<string> {
    return readFile(this.path(path), 'utf8');
  }

  /** The journal of the service, in the form that journalctl is asked for. */
  async journal(...options: readonly string[]): Promise<string> {
    return (await this.run(['journalctl', '--no-pager', '--quiet', '--unit=order-monit', ...options])).stdout;
  }

  /** Shuts it down in order. */
  async shutDown(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends all of it at once, as a power cut does. */
  async cutPower(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it and removes its layer. */
  async remove(): Promise<void> {
    await this.cutPower();
    await this.#layer.remove();
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const container = this.#container;
    this.#container = undefined;
    if (container?.pid === undefined) return;
    if (container.exitCode === null && container.signalCode === null) {
      const ended = once(container, 'exit');
      const leader = signal === 'SIGKILL' ? await leaderOf(container.pid) : undefined;
      container.kill(signal);
      if (leader !== undefined) killProcess(leader);
      const timer = setTimeout(() => container.kill('SIGKILL'), STOP_DEADLINE_MS);
      await ended;
      clearTimeout(timer);
    }
    if (this.#cgroup !== undefined) await removeCgroup(this.#cgroup);
  }

  async #leader(): Promise<number | undefined> {
    return this.#container?.pid === undefined ? undefined : leaderOf(this.#container.pid);
  }
}

/** nspawn's first child is the container's init. */
async function leaderOf(nspawn: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').catch(() => '');
  const first = children.trim().split(' ')[0];
  return first === undefined || first === '' ? undefined : Number(first);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The name of a machine may be short and plain only. */
function machineName(folder: string): string {
  return folder
    .slice(-6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, 'x');
}

async function cgroupRoot(): Promise<string> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  const place = mounts.find(([, , kind]) => kind === 'cgroup2')?.[1];
  if (place === undefined) throw new Error('There is no cgroup2 tree: mount -t cgroup2 none /sys/fs/cgroup');
  return place;
}

/** The kernel empties the groups a moment after their processes have gone. */
async function removeCgroup(place: string): Promise<void> {
  if (!existsSync(place)) return;
  for (const entry of await readdir(place, { withFileTypes: true }))
    if (entry.isDirectory()) await removeCgroup(join(place, entry.name));
  await until(`${place} is empty`, async () => {
    await rmdir(place).catch(() => undefined);
    return !existsSync(place);
  });
}
