/** Hands mails to a mail server (nodemailer). Every wait has an end, and the end of a wait ends the connection. */
import { isIP, type Socket } from 'node:net';
import { domainToASCII } from 'node:url';

import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';

import { withHint } from '../../core/outage.ts';
import { BoundedStream } from '../../net/bounded-stream.ts';
import { connectTo } from '../../net/connection.ts';
import type { Failure } from '../../net/destination.ts';
import { anyFailure, connectionFailure, placeWith } from '../../net/failure.ts';
import { addressesOf, isLoopback } from '../../net/socket.ts';
import { otherSpeaker } from '../../net/speaker.ts';
import { withoutSecrets } from '../../text/secrets.ts';
import type { Delivery, Refusal } from './delivery.ts';
import { hintFor } from './smtp-hints.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `offered`: STARTTLS where the server has it; `implicit`: TLS from the first byte. */
  readonly encryption: 'off' | 'offered' | 'required' | 'implicit';
  /** Whether the server's certificate is checked. */
  readonly verifyCertificate: boolean;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca: string | undefined;
  /** Whether the login may be read by others: over a connection that is not encrypted, to another host. */
  readonly allowCleartextPassword: boolean;
  readonly login:
    | { readonly userName: string; readonly password: () => string; readonly method: 'PLAIN' | 'LOGIN' | 'CRAM-MD5' }
    | undefined;
}

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** How the conversation with the server went before any mail. */
export interface Handshake {
  readonly encrypted: boolean;
  readonly loggedIn: boolean;
}

/** Thrown where the server as a whole does not do its part. The message is fit for people and holds no secret. */
export class SmtpFailure extends Error {
  override readonly name = 'SmtpFailure';
}

export interface SmtpOptions {
  readonly server: SmtpServer;
  /** The name of this host. */
  readonly clientName: string;
}

/** Sends a message to the recipients in one transaction. Never throws. */
export async function sendOverSmtp(
  options: SmtpOptions,
  { envelope, message }: { readonly envelope: Envelope; readonly message: Buffer },
  signal: AbortSignal,
): Promise<Delivery> {
  const secrets = secretsOf(options.server);
  try {
    return await converse(options, signal, async (connection) => transmit(connection, { envelope, message, secrets }));
  } catch (error) {
    return { kind: 'failed', scope: 'server', why: error instanceof SmtpFailure ? error.message : String(error) };
  }
}

/** Connects, encrypts and logs in, as far as configured, and sends nothing. @throws SmtpFailure */
export async function greetSmtp(options: SmtpOptions, signal: AbortSignal): Promise<Handshake> {
  return converse(options, signal, async (connection) =>
    Promise.resolve({ encrypted: connection.secure, loggedIn: connection.authenticated }),
  );
}

/**
 * All that a server says to one mail, with an answer for each of its recipients. The library keeps it until a line ends,
 * and looks through the lines of an answer from their begin at each of them: measured, a megabyte of them takes 13 s.
 */
const CONVERSATION_BYTES = 131_072;

/** One conversation, which ends with its connection whatever happens. */
async function converse<T>(
  { server, clientName }: SmtpOptions,
  signal: AbortSignal,
  talk: (connection: SMTPConnection) => Promise<T>,
): Promise<T> {
  // Our own, so that it can be destroyed when its time is up: the library would wait for the server to hang up.
  let stream: BoundedStream | undefined;
  let connection: SMTPConnection | undefined;
  let end = (): void => undefined;
  let socket: Socket | undefined;
  const ending = new Promise<never>((_, reject) => {
    end = (): void => {
      reject(lateFailure(server, socket === undefined ? [] : addressesOf(socket)));
    };
  });
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  try {
    const conversation = async (): Promise<T> => {
      const connected = await connectedSocket(server, signal, (begun) => {
        socket = begun;
      });
      stream = new BoundedStream(connected, CONVERSATION_BYTES);
      connection = new SMTPConnection(connectionOptions(server, clientName, stream));
      const broken = brokenBy(connection, server);
      await Promise.race([greet(connection, server), broken]);
      if (server.login !== undefined) await Promise.race([logIn(connection, server), broken]);
      const result = await Promise.race([talk(connection), broken]);
      connection.quit();
      return result;
    };
    return await Promise.race([conversation(), ending]);
  } catch (error) {
    throw otherServer(stream, server, error) ?? error;
  } finally {
    signal.removeEventListener('abort', end);
    connection?.close();
    stream?.destroy();
  }
}

/** What failed because another server answers there than one for mail. */
function otherServer(stream: BoundedStream | undefined, server: SmtpServer, cause: unknown): SmtpFailure | undefined {
  const speaker = stream?.speaker;
  // Below TLS from the first byte, all that comes is TLS.
  if (speaker === undefined || speaker.protocol === 'smtp' || speaker.protocol === 'tls') return undefined;
  const clean = (said: string): string => withoutSecrets(said, secretsOf(server));
  const other = otherSpeaker(speaker, 'mail server', { place: nameOf(server), clean, ...SETTINGS });
  return new SmtpFailure(inWords(other), { cause });
}

async function connectedSocket(
  server: SmtpServer,
  signal: AbortSignal,
  begun: (socket: Socket) => void,
): Promise<Socket> {
  const { host, port } = server;
  try {
    // Encryption begins later, or by the library.
    return await connectTo({ host, port, tls: undefined }, signal, begun);
  } catch (error) {
    throw new SmtpFailure(inWords(anyFailure(error, { place: nameOf(server), ...SETTINGS })), { cause: error });
  }
}

const SETTINGS = {
  setting: 'smtp: address and port in email.yml',
  ca: 'smtp: ca in email.yml',
  tls: 'smtp: tls (implicit is for port 465, required for 587 and 25)',
} as const;

function lateFailure(server: SmtpServer, addresses: readonly string[] = [], cause?: unknown): SmtpFailure {
  const reason = `${placeWith(nameOf(server), addresses)} did not answer in time`;
  const hint =
    server.encryption === 'implicit'
      ? 'check smtp: address, port and tls in email.yml'
      : 'check smtp: address and port in email.yml; where TLS is spoken from the first byte (port 465), set smtp: tls: implicit';
  return new SmtpFailure(inWords({ reason, hint }), { cause });
}

function inWords({ hint, reason }: Failure): string {
  return hint === undefined ? reason : withHint(reason.replace(/\.$/, ''), hint);
}

function connectionOptions(server: SmtpServer, clientName: string, stream: BoundedStream): SMTPConnection.Options {
  const { encryption } = server;
  const options: SMTPConnection.Options = {
    host: server.host,
    port: server.port,
    name: clientName,
    secure: encryption === 'implicit',
    ignoreTLS: encryption === 'off',
    requireTLS: encryption === 'required',
    opportunisticTLS: encryption === 'offered',
    // The signal of the caller ends what takes too long; these are for a server that falls silent.
    greetingTimeout: 30_000,
    socketTimeout: 60_000,
    tls: {
      rejectUnauthorized: server.verifyCertificate,
      ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
      ...(server.ca === undefined ? {} : { ca: server.ca }),
    },
  };
  // Its types ask for a socket; it needs no more of it than this stream has, as it takes what its proxies give.
  return Object.assign(options, { connection: stream });
}

/** Rejects when the connection fails outside of an answer to a command. */
async function brokenBy(connection: SMTPConnection, server: SmtpServer): Promise<never> {
  const broken = new Promise<never>((_, reject) => {
    connection.on('error', (error) => {
      reject(failureOf(error, server));
    });
    connection.on('end', () => {
      reject(new SmtpFailure(`${nameOf(server)} closed the connection`));
    });
  });
  // It also breaks when it is closed on purpose, which nobody waits for any more.
  broken.catch(() => undefined);
  return broken;
}

async function greet(connection: SMTPConnection, server: SmtpServer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => {
      if (error === undefined) resolve();
      else reject(failureOf(error, server));
    });
  });
}

async function logIn(connection: SMTPConnection, server: SmtpServer): Promise<void> {
  const { login } = server;
  if (login === undefined) return;
  const withheld = whyWithheld(connection, server);
  if (withheld !== undefined) throw new SmtpFailure(withheld);
  const credentials = { user: login.userName, pass: login.password(), method: methodFor(connection, server, login) };
  await new Promise<void>((resolve, reject) => {
    connection.login(credentials, (error) => {
      if (error === undefined || Object.is(error, null)) resolve();
      else reject(failureOf(error, server));
    });
  });
}

type Login = NonNullable<SmtpServer['login']>;

/**
 * The method that is configured, or one that the server offers in its place: Exchange offers LOGIN alone. One that keeps
 * the password from the server itself is never exchanged for one that does not. @throws SmtpFailure
 */
function methodFor(connection: SMTPConnection, server: SmtpServer, { method }: Login): Login['method'] {
  const offered = offeredBy(connection);
  if (offered.includes(method)) return method;
  const instead = METHODS.find((each) => offered.includes(each));
  if (instead !== undefined && method !== 'CRAM-MD5') return instead;
  const offers = offered.length === 0 ? 'none of them' : offered.join(', ');
  const wanted = method === 'CRAM-MD5' ? 'CRAM-MD5, as smtp: authentication in email.yml says' : METHODS.join(', ');
  throw new SmtpFailure(
    `${nameOf(server)} does not log in as order-monit can (${wanted}; it offers ${offers}), so the password was not sent. ` +
      'What to do: set smtp: authentication in email.yml to what it offers, or smtp: tls: required (some offer more once it is encrypted)',
  );
}

/** In the order in which they are preferred where the one that is configured is not offered. */
const METHODS: readonly Login['method'][] = ['PLAIN', 'LOGIN', 'CRAM-MD5'];

/** The library's types do not know it. */
function offeredBy(connection: SMTPConnection): readonly string[] {
  const offered: unknown = '_supportedAuth' in connection ? connection._supportedAuth : undefined;
  return Array.isArray(offered) ? offered.map(String) : [];
}

/** Why this connection does not get the password: whoever can change what goes over it can hide that the server encrypts. */
function whyWithheld(connection: SMTPConnection, server: SmtpServer): string | undefined {
  if (!connection.secure && !isLoopback(server.host) && !server.allowCleartextPassword) {
    return (
      `the connection to ${nameOf(server)} is not encrypted, so the password was not sent. ` +
      'Set smtp: tls to required or implicit in email.yml, or smtp: allow_cleartext_password: true'
    );
  }
  // The library's types do not know it.
  if ('allowsAuth' in connection && connection.allowsAuth === false) {
    return (
      `${nameOf(server)} offers no login, so the password was not sent. ` +
      'Check smtp: port in email.yml (587 and 465 are for logins), or remove smtp: user_name'
    );
  }
  return undefined;
}

async function transmit(
  connection: SMTPConnection,
  { envelope, message, secrets }: { envelope: Envelope; message: Buffer; secrets: readonly string[] },
): Promise<Delivery> {
  return new Promise((resolve) => {
    const { from, to } = envelope;
    const writtenAs = new Map(to.map((address) => [onTheWire(address), address]));
    const envelopeSent = { from: onTheWire(from), to: [...writtenAs.keys()], size: message.length };
    connection.send(envelopeSent, message, (error, info) => {
      if (error === null) {
        const refused = (info.rejectedErrors ?? []).map((rejection) => refusalOf(rejection, writtenAs, secrets));
        resolve({ kind: 'delivered', refused });
        return;
      }
      const code = error.responseCode;
      // No answer of the server's: the connection broke, and the other messages would meet the same.
      const scope = code === undefined ? 'server' : 'message';
      resolve({ kind: 'failed', scope, why: saidBy(error, secrets) });
    });
  });
}

/** The domain of an address in the form that every mail server takes (`xn--…`); what comes before it has no other form. */
function onTheWire(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = domainToASCII(address.slice(at));
  return domain === '' ? address : address.slice(0, at) + domain;
}

/** What the server said, and what to do about it. */
function saidBy(error: SMTPConnection.SMTPError, secrets: readonly string[]): string {
  const said = withoutSecrets(error.response ?? error.message, secrets);
  return inWords({ reason: said, ...hintFor(said) });
}

function refusalOf(
  error: SMTPConnection.SMTPError,
  writtenAs: ReadonlyMap<string, string>,
  secrets: readonly string[],
): Refusal {
  const recipient: unknown = 'recipient' in error ? error.recipient : undefined;
  const address = typeof recipient === 'string' ? recipient : '';
  return {
    address: writtenAs.get(address) ?? address,
    why: saidBy(error, secrets),
    permanent: (error.responseCode ?? 0) >= 500,
  };
}

function failureOf(error: SMTPConnection.SMTPError, server: SmtpServer): SmtpFailure {
  const cause = { cause: error };
  const said = saidBy(error, secretsOf(server));
  // The library's own word for a silence, not the system's for a server that can not be reached.
  if (error.code === 'ETIMEDOUT' && !('syscall' in error)) return lateFailure(server, [], error);
  // A word of the server's own, or what befell the connection.
  const failure =
    error.response === undefined ? connectionFailure(error, { place: nameOf(server), ...SETTINGS }) : undefined;
  if (failure !== undefined) return new SmtpFailure(inWords(failure), cause);
  switch (error.code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return new SmtpFailure(`${nameOf(server)} refuses the login as ${server.login?.userName ?? ''}: ${said}`, cause);
    case 'ETLS':
      return new SmtpFailure(`no encrypted connection to ${nameOf(server)}: ${said}`, cause);
    case 'EPROTOCOL':
      return new SmtpFailure(inWords(protocolFailure(error, said, server)), cause);
    case undefined:
    default:
      return new SmtpFailure(`${nameOf(server)}: ${said}`, cause);
  }
}

/** Each line of a mail server begins with a number of three digits. */
function protocolFailure({ response = '' }: SMTPConnection.SMTPError, said: string, server: SmtpServer): Failure {
  if (/^\d{3}/.test(response)) return { reason: `${nameOf(server)}: ${said}` };
  return {
    reason: `what answers at ${nameOf(server)} is no mail server: it says "${said}"`,
    hint: 'check smtp: address and port in email.yml',
  };
}

function nameOf({ host, port }: SmtpServer): string {
  return `${host} port ${port}`;
}

function secretsOf({ login }: SmtpServer): string[] {
  if (login === undefined) return [];
  const password = login.password();
  return [password, `\u0000${login.userName}\u0000${password}`];
}
