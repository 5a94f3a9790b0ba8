/** Something that speaks as much of MySQL's protocol as it takes to draw a password out of a client. */
import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

import { flood } from '../sandbox/flood.ts';
import { listen } from '../sandbox/ports.ts';

const CAPABILITIES = { ourProtocol: 0x200, longPassword: 1, withDatabase: 8, secure: 0x8000, plugins: 0x80000 };

export type Method = 'mysql_native_password' | 'caching_sha2_password' | 'sha256_password' | 'mysql_clear_password';

export interface Script {
  /** What the greeting names. */
  readonly offers?: Method;
  /** What it wants instead once the client has answered. */
  readonly switchTo?: Method;
  /** Gives itself out as the server of whoever knows the key. */
  readonly keys?: KeyPair;
  /** Its answer to each statement, in place of taking all that come. */
  readonly answer?: Buffer;
  /** When it begins to send a packet without an end. */
  readonly floods?: 'as its greeting' | 'in place of an answer' | 'unasked';
  /** What it gives a packet number that is not the next one. */
  readonly misnumbers?: 'its greeting' | 'its answers';
}

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface RogueServer {
  readonly port: number;
  /** All that clients sent, as it came, and what it could decrypt of it. */
  readonly heard: () => string;
  /** The capabilities of the last client. */
  readonly capabilities: () => number;
  /** How many are connected. */
  readonly clients: () => number;
}

export function newKeys(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** Made when they are needed: it takes a while. */
let ownKeys: KeyPair | undefined;

/** Listens on 127.0.0.1 until the test ends. */
export async function openRogueServer(t: TestContext, script: Script): Promise<RogueServer> {
  const heard: string[] = [];
  let capabilities = 0;
  const keys = script.keys ?? (ownKeys ??= newKeys());
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    const scramble = Buffer.from(randomBytes(20).map((byte) => byte | 1));
    const session = new Session(socket, { script, keys, scramble });
    socket.on('data', (chunk) => {
      heard.push(chunk.toString('latin1'));
      for (const packet of session.packetsOf(chunk)) {
        if (session.step === 'greeted') capabilities = packet.readUInt32LE(0);
        const drawn = session.take(packet);
        if (drawn !== undefined) heard.push(drawn);
      }
    });
    if (script.floods === 'as its greeting') session.pour();
    else session.greet();
  });
  const clients = (): number => sockets.filter(({ destroyed }) => !destroyed).length;
  const port = await listen(server);
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, heard: () => heard.join('\n'), capabilities: () => capabilities, clients };
}

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const MORE_DATA = 1;
const WANTS_FULL_LOGIN = 4;

class Session {
  step: 'greeted' | 'switched' | 'more' | 'in' = 'greeted';
  readonly #socket: Socket;
  readonly #script: Script;
  readonly #keys: KeyPair;
  readonly #scramble: Buffer;
  #method: Method;
  #sequence = 0;
  #rest = Buffer.alloc(0);

  constructor(socket: Socket, { script, keys, scramble }: { script: Script; keys: KeyPair; scramble: Buffer }) {
    this.#socket = socket;
    this.#script = script;
    this.#keys = keys;
    this.#scramble = scramble;
    this.#method = script.offers ?? 'mysql_native_password';
  }

  greet(): void {
    const { ourProtocol, longPassword, withDatabase, secure, plugins } = CAPABILITIES;
    const flags = ourProtocol | longPassword | withDatabase | secure | plugins;
    const numbers = Buffer.alloc(5);
    numbers.writeUInt16LE(flags & 0xffff, 0);
    numbers[2] = 45;
    numbers.writeUInt16LE(2, 3);
    const upper = Buffer.alloc(2);
    upper.writeUInt16LE(flags >>> 16, 0);
    this.#send(
      Buffer.from('\x0a8.0.36\0'),
      Buffer.from([1, 0, 0, 0]),
      this.#scramble.subarray(0, 8),
      Buffer.from([0]),
      numbers,
      upper,
      Buffer.from([21, ...Array<number>(10).fill(0)]),
      this.#scramble.subarray(8),
      Buffer.from(`\0${this.#method}\0`),
    );
  }

  /** A packet as long as packets can be, which says that the next one belongs to it. */
  pour(): void {
    const LONGEST = 0xffffff;
    const packet = Buffer.alloc(LONGEST + 4, 'x');
    packet.writeUIntLE(LONGEST, 0, 3);
    packet[3] = this.#sequence;
    flood(this.#socket, packet);
  }

  packetsOf(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const packets: Buffer[] = [];
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUIntLE(0, 3);
      if (this.#rest.length < length + 4) break;
      this.#sequence = this.#rest.readUInt8(3) + 1;
      packets.push(this.#rest.subarray(4, 4 + length));
      this.#rest = this.#rest.subarray(4 + length);
    }
    return packets;
  }

  /** Answers, and gives what it could read of an encrypted password. */
  take(packet: Buffer): string | undefined {
    switch (this.step) {
      case 'greeted':
        this.#askForMore(packet);
        return undefined;
      case 'switched':
        this.step = 'more';
        if (this.#method === 'caching_sha2_password') this.#send(Buffer.from([MORE_DATA, WANTS_FULL_LOGIN]));
        else return this.#takePassword(packet);
        return undefined;
      case 'more':
        return this.#takePassword(packet);
      case 'in':
        if (this.#script.floods === 'in place of an answer' && packet.includes('UNIX_TIMESTAMP')) this.pour();
        else this.#send(this.#script.answer ?? OK);
        if (this.#script.floods === 'unasked' && packet.includes('UNIX_TIMESTAMP')) this.pour();
        return undefined;
    }
  }

  #askForMore(response: Buffer): void {
    const { switchTo } = this.#script;
    const named = response.toString('latin1').includes(this.#method);
    const wanted = switchTo ?? this.#method;
    if (switchTo === undefined && named && wanted === 'caching_sha2_password') {
      this.step = 'more';
      this.#send(Buffer.from([MORE_DATA, WANTS_FULL_LOGIN]));
    } else if (switchTo === undefined && named && wanted === 'mysql_native_password') this.#letIn();
    else {
      this.#method = wanted;
      this.step = wanted === 'mysql_native_password' ? 'more' : 'switched';
      this.#send(Buffer.from(`\xfe${wanted}\0`, 'latin1'), this.#scramble, Buffer.from([0]));
    }
  }

  #takePassword(packet: Buffer): string | undefined {
    if (packet.length === 1) {
      this.step = 'more';
      this.#send(Buffer.from([MORE_DATA]), Buffer.from(this.#keys.publicKey));
      return undefined;
    }
    this.#letIn();
    if (packet.length !== 256) return undefined;
    try {
      const masked = privateDecrypt(
        { key: this.#keys.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
        packet,
      );
      return masked.map((byte, index) => byte ^ (this.#scramble[index % 20] ?? 0)).toString();
    } catch {
      return undefined;
    }
  }

  #letIn(): void {
    this.#send(OK);
    this.step = 'in';
  }

  #send(...parts: readonly Buffer[]): void {
    const payload = Buffer.concat(parts);
    const header = Buffer.alloc(4);
    header.writeUIntLE(payload.length, 0, 3);
    const says = this.step === 'greeted' ? 'its greeting' : this.step === 'in' ? 'its answers' : undefined;
    header[3] = this.#sequence + (says === undefined || says !== this.#script.misnumbers ? 0 : 7);
    this.#socket.write(Buffer.concat([header, payload]));
  }
}
