/**
 * Hosts on a network of their own, which is really cut: a network namespace for
 * each, and a switch between them in one more. Nothing of it is seen from
 * outside: the addresses are private ones inside the namespaces.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, Server } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PREFIX = 'order-monit-';
/** Nobody has it: what is sent there is lost without a word. */
const NOBODY = '02:00:00:00:00:01';

/** Sends its listening socket to its parent, who accepts what comes to this host. */
const LISTENER = `
  const server = require('node:net').createServer();
  server.listen(Number(process.argv[2]), process.argv[1], () => {
    process.send('listening', server, () => { server.close(); process.disconnect(); });
  });`;

let count = 0;

export class Network {
  readonly #name: string;
  readonly #hosts: readonly string[];
  readonly #servers: Server[] = [];

  private constructor(name: string, hosts: readonly string[]) {
    this.#name = name;
    this.#hosts = hosts;
  }

  /** Needs root. Removes what a test that was killed has left behind. */
  static async open(hosts: readonly string[]): Promise<Network> {
    await removeLeftovers();
    count += 1;
    const network = new Network(`${PREFIX}${process.pid}-${count}`, hosts);
    try {
      await network.#make();
      return network;
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  addressOf(host: string): string {
    return `10.83.0.${this.#hosts.indexOf(host) + 1}`;
  }

  /** The words that run a program on a host. It is the same process, so it gets the signals of its parent. */
  on(host: string): readonly string[] {
    return ['nsenter', `--net=/run/netns/${this.#namespaceOf(host)}`, '--'];
  }

  /** What comes to a port of a host goes to a server of this process' own network. */
  async offer(host: string, port: number, ownPort: number): Promise<void> {
    const [program = '', ...words] = this.on(host);
    const listener = spawn(program, [...words, process.execPath, '-e', LISTENER, this.addressOf(host), String(port)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const received: unknown[] = await once(listener, 'message', { signal: AbortSignal.timeout(20_000) });
    const server = received[1];
    if (!(server instanceof Server)) throw new Error(`${host} does not listen on port ${port}`);
    this.#servers.push(server);
    server.on('connection', (socket) => {
      const own = connect({ host: '127.0.0.1', port: ownPort });
      socket.pipe(own).pipe(socket);
      for (const [one, other] of [
        [socket, own],
        [own, socket],
      ] as const) {
        one.on('error', () => undefined);
        one.once('close', () => other.destroy());
      }
    });
  }

  /** Pulls the cable out: the host sees that its link is gone. */
  async unplug(host: string): Promise<void> {
    await this.#ip(host, 'link', 'set', 'eth0', 'down');
  }

  async plugIn(host: string): Promise<void> {
    await this.#ip(host, 'link', 'set', 'eth0', 'up');
  }

  /** The switch loses all that comes from the host or goes to it. Nobody sees anything of it but silence. */
  async lose(host: string): Promise<void> {
    await this.#ip('switch', 'link', 'set', this.#portOf(host), 'nomaster');
  }

  async find(host: string): Promise<void> {
    await this.#ip('switch', 'link', 'set', this.#portOf(host), 'master', 'br0');
  }

  /** What the one sends to the other is lost, and nothing else. */
  async loseOneWay(from: string, to: string): Promise<void> {
    await this.#ip(from, 'neigh', 'replace', this.addressOf(to), 'lladdr', NOBODY, 'dev', 'eth0', 'nud', 'permanent');
  }

  async findOneWay(from: string, to: string): Promise<void> {
    await this.#ip(from, 'neigh', 'del', this.addressOf(to), 'dev', 'eth0');
  }

  /** Everything that runs on the hosts has to be ended first. */
  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const namespace of await namespaces()) {
      if (namespace.startsWith(`${this.#name}-`)) await run('ip', ['netns', 'del', namespace]);
    }
  }

  async #make(): Promise<void> {
    for (const host of ['switch', ...this.#hosts]) {
      await run('ip', ['netns', 'add', this.#namespaceOf(host)]);
      await this.#ip(host, 'link', 'set', 'lo', 'up');
    }
    await this.#ip('switch', 'link', 'add', 'br0', 'type', 'bridge');
    await this.#ip('switch', 'link', 'set', 'br0', 'up');
    for (const host of this.#hosts) {
      const port = this.#portOf(host);
      const there = ['peer', 'name', 'eth0', 'netns', this.#namespaceOf(host)];
      await this.#ip('switch', 'link', 'add', port, 'type', 'veth', ...there);
      await this.#ip('switch', 'link', 'set', port, 'master', 'br0', 'up');
      await this.#ip(host, 'address', 'add', `${this.addressOf(host)}/24`, 'dev', 'eth0');
      await this.#ip(host, 'link', 'set', 'eth0', 'up');
    }
  }

  #namespaceOf(host: string): string {
    return `${this.#name}-${host}`;
  }

  #portOf(host: string): string {
    return `port${this.#hosts.indexOf(host) + 1}`;
  }

  async #ip(host: string, ...words: readonly string[]): Promise<void> {
    await run('ip', ['-n', this.#namespaceOf(host), ...words]);
  }
}

async function namespaces(): Promise<string[]> {
  return readdir('/run/netns').catch(() => []);
}

async function removeLeftovers(): Promise<void> {
  for (const namespace of await namespaces()) {
    const pid = namespace.startsWith(PREFIX) ? /^\d+/.exec(namespace.slice(PREFIX.length))?.[0] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    // Another test may be at it too.
    await run('ip', ['netns', 'del', namespace]).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
