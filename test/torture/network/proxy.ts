/** A TCP proxy on loopback that does to connections what networks and broken servers do. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

import { listen } from '../../sandbox/ports.ts';

export const NETWORK_FAULTS = [
  /** Nothing listens. */
  'refused',
  /** Each connection is reset as soon as it is made; open ones at once. */
  'reset',
  /** Connections are made, and nothing comes back, on open ones either. */
  'black-hole',
  /** What the server says comes a byte now and then. */
  'drip',
  /** The server says a little, and the connection ends. */
  'truncated',
  /** Something else speaks than what should be there. */
  'garbage',
  /** It says more and more, and never ends. */
  'endless',
] as const;

export type NetworkFault = (typeof NETWORK_FAULTS)[number];

const DRIP_EVERY_MS = 300;
const TRUNCATED_AFTER_BYTES = 40;
const GARBAGE = Buffer.from('\u0000\u0001\u0002 <<< this is not what you expect >>> \u00ff'.repeat(20), 'latin1');
const FLOOD = Buffer.alloc(64 * 1024, 'A');

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export class FaultProxy {
  readonly port: number;
  readonly #server: Server;
  #target: number;
  readonly #pairs = new Set<Pair>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #fault: NetworkFault | undefined;
  /** How many connections were tried while the fault lasted. */
  hits = 0;

  static async open(target: number): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: false });
    return new FaultProxy(server, await listen(server), target);
  }

  private constructor(server: Server, port: number, target: number) {
    this.#server = server;
    this.port = port;
    this.#target = target;
    server.on('connection', (client) => {
      this.#accept(client);
    });
  }

  /** From now on; `undefined`: as if it were not there. */
  async inject(fault: NetworkFault | undefined): Promise<void> {
    const before = this.#fault;
    this.#fault = fault;
    this.hits = 0;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    if (before === 'refused' && fault !== 'refused') {
      this.#server.listen(this.port, '127.0.0.1');
      await once(this.#server, 'listening');
    }
    if (fault === 'refused') {
      this.#cutAll();
      await new Promise((resolve) => this.#server.close(resolve));
    }
    // What was kept open through a fault has gone wrong beyond repair; a black hole keeps what is open, and swallows it.
    if (fault !== 'black-hole' && fault !== 'drip') this.#cutAll();
  }

  /** Leads to another server from now on; open connections end, as in a failover. */
  lead(target: number): void {
    this.#target = target;
    this.#cutAll();
  }

  async close(): Promise<void> {
    await this.inject(undefined);
    this.#cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    this.hits += 1;
    client.on('error', () => undefined);
    if (this.#fault === 'reset') {
      client.resetAndDestroy();
      return;
    }
    if (this.#fault === 'garbage') {
      client.resume();
      client.end(GARBAGE);
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    const pair = { client, server };
    this.#pairs.add(pair);
    server.on('error', () => client.destroy());
    client.on('close', () => {
      server.destroy();
      this.#pairs.delete(pair);
    });
    server.on('close', () => {
      if (this.#fault !== 'black-hole' && this.#fault !== 'drip') client.destroy();
    });
    client.on('data', (piece) => {
      if (this.#fault !== 'black-hole') server.write(piece);
    });
    server.on('data', (piece: Buffer) => {
      this.#answer(pair, piece);
    });
  }

  #answer({ client }: Pair, piece: Buffer): void {
    switch (this.#fault) {
      case undefined:
      case 'refused':
      case 'reset':
      case 'garbage':
        client.write(piece);
        return;
      case 'black-hole':
        return;
      case 'truncated':
        client.end(piece.subarray(0, TRUNCATED_AFTER_BYTES));
        return;
      case 'drip':
        this.#drip(client, piece);
        return;
      case 'endless':
        client.write(withoutLength(piece));
        flood(client);
    }
  }

  #drip(client: Socket, piece: Buffer): void {
    let sent = 0;
    const timer = setInterval(() => {
      if (sent < piece.length && !client.destroyed) client.write(piece.subarray(sent, ++sent));
    }, DRIP_EVERY_MS);
    this.#timers.add(timer);
  }

  #cutAll(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
    this.#pairs.clear();
  }
}

/** An answer over HTTP says how long it is; one that does not ends with its connection. */
function withoutLength(piece: Buffer): Buffer {
  return Buffer.from(piece.toString('latin1').replace(/^content-length: \d+\r\n/im, ''), 'latin1');
}

/** As fast as it is read, for as long as somebody reads. */
function flood(client: Socket): void {
  const pour = (): void => {
    while (!client.destroyed && client.writable) if (!client.write(FLOOD)) return;
  };
  client.on('drain', pour);
  pour();
}
