/** A real mail server on a socket, which can be told to be difficult. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

import type { SmtpServer } from '../../src/alerts/deliver/smtp.ts';
import { freePort, listen } from '../sandbox/ports.ts';
import { assertNoSecret } from '../sandbox/secrets.ts';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly subject: string;
  readonly text: string;
  readonly encrypted: boolean;
  readonly user: string | undefined;
}

export interface MailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** How often a client has connected. */
  readonly connections: () => number;
  /** What the mail settings of alerts say of it. */
  readonly settings: (changes?: Partial<SmtpServer>) => SmtpServer;
  readonly close: () => Promise<void>;
}

export interface Difficulty {
  readonly options?: SMTPServerOptions;
  /** An answer to RCPT TO, such as `550 no such user`; undefined: fine. */
  readonly refuse?: (address: string) => { readonly code: number; readonly text: string } | undefined;
  readonly port?: number;
  readonly onMail?: (mail: ReceivedMail) => void;
  /** Whether it sends clients away when they connect. */
  readonly isDown?: () => boolean;
}

export async function openMailServer({
  options = {},
  refuse,
  port: wanted,
  onMail,
  isDown = () => false,
}: Difficulty = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onConnect: (_, callback) => {
      connections += 1;
      callback(isDown() ? Object.assign(new Error('try again later'), { responseCode: 421 }) : undefined);
    },
    onRcptTo: ({ address }, _, callback) => {
      const refusal = refuse?.(address);
      if (refusal === undefined) {
        callback();
        return;
      }
      callback(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        assertNoSecret('A mail', raw + textOf(raw));
        const mail = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          subject: subjectOf(raw),
          text: textOf(raw),
          encrypted: session.secure,
          user: session.user,
        };
        mails.push(mail);
        onMail?.(mail);
        callback();
      });
    },
    ...options,
  });
  // A client that breaks off is what some tests are about.
  server.on('error', () => undefined);
  const port = wanted ?? (await freePort());
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port,
    mails,
    connections: () => connections,
    settings: (changes = {}) => ({ ...plainServer(port), ...changes }),
    close: async () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

export function plainServer(port: number): SmtpServer {
  return {
    host: '127.0.0.1',
    port,
    encryption: 'off',
    verifyCertificate: true,
    ca: undefined,
    allowCleartextPassword: false,
    login: undefined,
  };
}

export interface SilentServer {
  readonly port: number;
  /** Resolves with the first connection; `closed` does when that one is over. */
  readonly connected: Promise<{ readonly closed: Promise<unknown> }>;
  readonly close: () => Promise<void>;
}

/** A server that takes connections and never says a word. */
export async function openSilentServer(): Promise<SilentServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  const connected = once(server, 'connection').then(() => ({ closed: once(sockets[0] ?? server, 'close') }));
  return {
    port: await listen(server),
    connected,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** The value of a header, unfolded. */
export function headerOf(raw: string, name: string): string | undefined {
  const [head = ''] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const line = lines.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim();
}

function subjectOf(raw: string): string {
  const value = headerOf(raw, 'subject') ?? '';
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?(Q|B)\?(.*?)\?=/gi, (_, form: string, text: string) =>
      form.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString('utf8') : quoted(text.replaceAll('_', ' ')),
    );
}

function quoted(text: string): string {
  const bytes = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The text part of a mail with a text and an HTML part. */
export function textOf(raw: string): string {
  return partOf(raw, 'text/plain');
}

export function htmlOf(raw: string): string {
  return partOf(raw, 'text/html');
}

function partOf(raw: string, type: string): string {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? '';
  const part = raw
    .split(`--${boundary}`)
    .find((one) => headerOf(one.trimStart(), 'content-type')?.startsWith(type) === true);
  if (part === undefined) return '';
  const body = part.trimStart().split('\r\n\r\n').slice(1).join('\r\n\r\n').replace(/\r\n$/, '');
  const encoding = headerOf(part.trimStart(), 'content-transfer-encoding')?.toLowerCase();
  const decoded =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? quoted(body)
        : body;
  return decoded.replaceAll('\r\n', '\n');
}
