/**
 * A Debian that is not booted: commands run in it as root, each with processes
 * and mounts of its own, which end with it. It has the network of this machine,
 * and its kernel. Needs root.
 */
import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Layer } from './layer.ts';

/** Mounts what programs expect, and goes in. The shell stays, as the namespace's first process: it reaps what others leave behind. */
const ENTER = `
  root=$1; shift
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/run"
  chroot "$root" env -i "$@"`;

const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LANG=C.UTF-8',
  'TERM=dumb',
  'DEBIAN_FRONTEND=noninteractive',
  'NO_COLOR=1',
];

/** How this machine reaches the registries of packages; a file named here is brought along. */
const WAY_OUT = /^(?:(?:https?|no)_proxy|npm_config_(?:registry|cafile|https?_proxy|noproxy|proxy))$/i;
const CERTIFICATES = '/etc/registry-certificates.pem';

export class Bare {
  readonly #layer: Layer;
  #environment = ENVIRONMENT;

  private constructor(layer: Layer) {
    this.#layer = layer;
  }

  /** Puts a layer over a root file system. */
  static async over(lower: string): Promise<Bare> {
    const bare = new Bare(await Layer.over(lower));
    await copyFile('/etc/resolv.conf', bare.path('/etc/resolv.conf'));
    return bare;
  }

  /** The path of one of its files, from outside. */
  path(inside: string): string {
    return join(this.#layer.root, inside);
  }

  /** From now on commands reach the registries as this process does. */
  async openWayOut(): Promise<void> {
    for (const [name, value = ''] of Object.entries(process.env)) {
      if (!WAY_OUT.test(name)) continue;
      const isFile = name.toLowerCase() === 'npm_config_cafile';
      if (isFile) await copyFile(value, this.path(CERTIFICATES));
      this.#environment = [...this.#environment, `${name}=${isFile ? CERTIFICATES : value}`];
    }
  }

  /**
   * Runs a piece of shell, which ends at its first error.
   *
   * @returns its exit status, and what it printed where that is piped
   */
  async shell(
    script: string,
    { stdio = ['ignore', 'pipe', 'pipe'], args = [] }: { stdio?: StdioOptions; args?: readonly string[] } = {},
  ): Promise<{ status: number; output: string }> {
    const inside = [this.#layer.root, ...this.#environment, 'sh', '-ec', script, 'sh', ...args];
    const unshared = [
      'unshare',
      '--mount',
      '--pid',
      '--fork',
      '--kill-child=KILL',
      'sh',
      '-ec',
      ENTER,
      'sh',
      ...inside,
    ];
    const child = spawn('setpriv', ['--pdeathsig=KILL', ...unshared], { stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    return { status: child.exitCode ?? -1, output };
  }

  /** Its version, as Debian counts. */
  async version(): Promise<string> {
    return (await readFile(this.path('/etc/debian_version'), 'utf8')).trim();
  }

  async remove(): Promise<void> {
    await this.#layer.remove();
  }
}
