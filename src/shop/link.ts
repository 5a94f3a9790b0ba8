/** Connects to MySQL or MariaDB and logs in: how the driver is set up, and why. */
import { connect, isIP } from 'node:net';

import { createConnection, setMaxParserCache, type Connection, type ConnectionOptions } from 'mysql2';

import { BoundedStream } from '../net/bounded-stream.ts';
import { addressesOf, openSocket } from '../net/socket.ts';
import { loginMethods } from './login.ts';
import type { ServerOptions } from './server-options.ts';

/** One connection and the stream below it. Destroying the stream ends both. */
export interface Link {
  readonly stream: BoundedStream;
  /** What the name of the server stands for, once that is known. */
  readonly addresses: () => readonly string[];
  /** Resolves once the server has let us in. Rejects with the driver's error. */
  readonly loggedIn: Promise<Connection>;
}

/** The server's packets are not numbered as the protocol has it: what they answer, if anything, is unknown. */
class PacketsOutOfOrder extends Error {
  override readonly name = 'PacketsOutOfOrder';
  readonly code = 'PACKETS_OUT_OF_ORDER';
}

// No parsers are compiled (`disableEval`), and there would be room for 15,000 of them: half a megabyte.
setMaxParserCache(1);

/** Firewalls forget a connection that is silent for some minutes; between two cycles there may be as many. */
const KEEP_ALIVE_AFTER_MS = 30_000;

/** A login and the settings after it take a few hundred bytes, and what a server says of itself. */
const LOGIN_BYTES = 1_048_576;

/**
 * Connects and logs in. There is no deadline: who waits has one, and destroys the socket.
 *
 * The stream is ours because the driver keeps whatever comes until a packet is whole, and because its `destroy` only
 * half-closes a socket of its own: whoever waits for an answer would wait on, for as long as the server is silent.
 *
 * @param onEnd called as soon as the connection is known to be of no more use
 */
export function openLink(options: ServerOptions, onEnd: () => void): Link {
  const { database, server, tls, username } = options;
  const password = options.password();
  const socket =
    server.kind === 'socket'
      ? connect({ path: server.path })
      : openSocket(server, { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS });
  const stream = new BoundedStream(socket, LOGIN_BYTES);
  const settings: ConnectionOptions = {
    stream,
    ...(server.kind === 'tcp' ? { host: identityOf(server.host), port: server.port } : {}),
    user: username,
    ...(password === undefined ? {} : { password }),
    authPlugins: loginMethods(options),
    // A server could ask for any file of this host that the program may read.
    flags: ['-LOCAL_FILES'],
    database,
    connectTimeout: 0,
    charset: 'utf8mb4',
    // So a bigint loses nothing, and a date is not turned by anybody's time zone. Measured: a cast of our own, to text,
    // takes 3 KB of memory a row.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    disableEval: true,
    // Nothing is prepared, and there would be room for 16,000: half a megabyte.
    maxPreparedStatements: 1,
    ...(tls === undefined ? {} : { ssl: tls }),
  };
  const connection = createConnection(settings);
  stream.once('close', onEnd);
  // Also without a question to fail: a server that shuts down says so first.
  connection.on('error', () => {
    onEnd();
    stream.destroy();
  });
  // The driver reads on, and would answer with what it reads.
  connection.on('warn', ({ message }: Error) => {
    stream.destroy(new PacketsOutOfOrder(message));
  });
  return {
    stream,
    addresses: () => addressesOf(socket),
    loggedIn: new Promise((resolve, reject) => {
      connection.once('connect', () => {
        resolve(connection);
      });
      connection.once('error', reject);
    }),
  };
}

/**
 * What TLS compares with the name in the certificate. The driver keeps an address from the comparison, which then is one
 * with `localhost`: with the dot that ends a full name it does not, and Node.js compares without the dot.
 */
function identityOf(host: string): string {
  return isIP(host) === 0 ? host : `${host}.`;
}

/**
 * Runs one statement and gives the driver's result. The driver's own promises
 * would take a stack trace for each. Rejects with the driver's error.
 */
export async function runStatement(
  connection: Connection,
  sql: string,
  values: readonly (string | number)[] = [],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, values: [...values] }, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}
