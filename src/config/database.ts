/** Schema and defaults of `database.yml`, its TLS files, and that no state is both paid and unpaid. */
import { createPublicKey } from 'node:crypto';

import * as v from 'valibot';

import { comparableState } from '../text/state.ts';
import type { Source } from './config-file.ts';
import { DATABASE_KEYS, TLS_MODES } from './foreign-keys.ts';
import { resolvePath, type Place } from './place.ts';
import { lineOf, type Report } from './report.ts';
import { readCaFile } from './ca.ts';
import { findSecret, readNamedFile, secretIfFound, warnOfReaders } from './secret-search.ts';
import { Secret } from './secret.ts';
import { flag, hostName, identifier, oneOf, orderState, path, port, secret, show, text, timeZone } from './values.ts';
import type { MapNode } from './yaml.ts';

const SCHEMA = v.object({
  adapter: v.optional(oneOf(['mysql2', 'mysql', 'trilogy']), 'mysql2'),
  database: text('the name of the database of the shop'),
  username: text('the name of a database user'),
  password: v.optional(secret('the password of the database user')),
  password_file: v.optional(path('a file that holds the password')),
  server_public_key: v.optional(path('a file with the RSA key of the database server in PEM form')),
  allow_cleartext_password: v.optional(flag(), 'false'),
  host: v.optional(hostName(), 'localhost'),
  port: v.optional(port(), '3306'),
  socket: v.optional(path('the socket of the database server')),
  ssl: v.optional(
    v.object(
      {
        mode: v.optional(oneOf(TLS_MODES), 'disabled'),
        ca: v.optional(path('a file of CA certificates in PEM form')),
        cert: v.optional(path('the certificate of the client in PEM form')),
        key: v.optional(path('the key of the certificate in PEM form')),
      },
      'is not a section.',
    ),
    {},
  ),
  time_zone: v.optional(timeZone(), 'UTC'),
  orders: v.optional(
    v.object(
      {
        table: v.optional(identifier(), 'orders'),
        id: v.optional(identifier(), 'id'),
        number: v.optional(identifier(), 'number'),
        state: v.optional(identifier(), 'state'),
        created_at: v.optional(identifier(), 'created_at'),
        payment_confirmed_at: v.optional(identifier(), 'erp_payment_at'),
        paid_states: v.optional(v.array(orderState(), 'is not a list.'), ['authorized']),
        unpaid_states: v.optional(v.array(orderState(), 'is not a list.'), ['waiting_payment', 'under_review']),
        cancelled_states: v.optional(v.array(orderState(), 'is not a list.'), ['canceled', 'cancelled']),
      },
      'is not a section.',
    ),
    {},
  ),
});

/** `database.yml`: the shop's database, which is only read. */
export interface DatabaseConfig {
  readonly database: string;
  readonly username: string;
  readonly password: Secret | undefined;
  /** By which the password is encrypted for a server without TLS that asks for it; in PEM form. */
  readonly serverPublicKey: string | undefined;
  /** Whether the password may go, without TLS, to a server on another host that asks for it. */
  readonly allowCleartextPassword: boolean;
  readonly server:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'socket'; readonly path: string };
  readonly tls: TlsConfig;
  /** `UTC`, an offset such as `-03:00`, or an IANA name: what the datetimes of the table are in. */
  readonly timeZone: string;
  readonly orders: OrdersTable;
  /** The states of orders whose payment the shop has, as written; at least one. */
  readonly paidStates: readonly string[];
  /** The states of orders whose payment is still to come; none of them is a paid one. */
  readonly unpaidStates: readonly string[];
  /** The states of orders that the shop has cancelled; for the audit. */
  readonly cancelledStates: readonly string[];
}

export type TlsConfig =
  | { readonly mode: 'disabled' }
  | {
      /** `required` encrypts, `verify_ca` checks the certificate, `verify_identity` the host's name in it too. */
      readonly mode: 'required' | 'verify_ca' | 'verify_identity';
      /** The three in PEM form. Without a CA the system's own are meant. */
      readonly ca: string | undefined;
      readonly certificate: string | undefined;
      readonly key: Secret | undefined;
    };

/** The names of the table and its columns. */
export interface OrdersTable {
  readonly table: string;
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly createdAt: string;
  readonly paymentConfirmedAt: string;
}

type Values = v.InferOutput<typeof SCHEMA>;

function resolve({ values, root, report, place }: Source<typeof SCHEMA>): DatabaseConfig {
  const source = {
    inline: { key: 'password', secret: values.password },
    file: { key: 'password_file', path: values.password_file },
    credential: 'database_password',
  };
  checkStates(values.orders, root, report);
  return {
    database: values.database,
    username: values.username,
    password: secretIfFound(findSecret(place, source, report)),
    serverPublicKey: readServerKey(values.server_public_key, report, place),
    allowCleartextPassword: values.allow_cleartext_password,
    server: resolveServer(values, { root, report, place }),
    tls: resolveTls(values.ssl, report, place),
    timeZone: values.time_zone,
    orders: {
      table: values.orders.table,
      id: values.orders.id,
      number: values.orders.number,
      state: values.orders.state,
      createdAt: values.orders.created_at,
      paymentConfirmedAt: values.orders.payment_confirmed_at,
    },
    paidStates: values.orders.paid_states,
    unpaidStates: values.orders.unpaid_states,
    cancelledStates: values.orders.cancelled_states,
  };
}

/** As MySQL's own library has it: a socket is for this host, so another host is reached over TCP. */
function resolveServer(
  { socket, host, port }: Values,
  { root, report, place }: Pick<Source<typeof SCHEMA>, 'root' | 'report' | 'place'>,
): DatabaseConfig['server'] {
  const isElsewhere = host.toLowerCase() !== 'localhost';
  if (socket !== undefined && root.entries.has('host')) {
    const [key, other] = isElsewhere
      ? ['socket', 'host names a server that is reached over TCP']
      : ['host', 'socket is given too'];
    report.warning({ key, problem: `has no effect, because ${other}.`, remedy: 'Remove one of the two.' });
  }
  return socket === undefined || isElsewhere
    ? { kind: 'tcp', host, port }
    : { kind: 'socket', path: resolvePath(place, socket) };
}

function checkStates(
  { paid_states: paid, unpaid_states: unpaid }: Values['orders'],
  root: MapNode,
  report: Report,
): void {
  if (paid.length === 0) {
    report.error({
      key: 'orders.paid_states',
      problem: 'is empty, so that no payment would ever be looked after.',
      remedy:
        'Write the state, or the states, of an order whose payment the shop has; or remove the key: the default is authorized.',
    });
  }
  const paidOnes = new Set(paid.map(comparableState));
  const both = unpaid.filter((state) => paidOnes.has(comparableState(state)));
  if (both.length === 0) return;
  // The one that somebody has written.
  const isUnpaidWritten = lineOf(root, ['orders', 'unpaid_states']) !== undefined;
  const [key, other] = isUnpaidWritten ? ['unpaid_states', 'paid_states'] : ['paid_states', 'unpaid_states'];
  report.error({
    key: `orders.${key}`,
    problem: `has ${both.map(show).join(', ')} in common with orders.${other}; blanks and case make no difference.`,
    remedy:
      'Name each state in one of the two lists; the defaults are authorized, and waiting_payment and under_review.',
  });
}

export const DATABASE_FILE = { name: 'database.yml', schema: SCHEMA, foreignKeys: DATABASE_KEYS, resolve };

function readServerKey(file: string | undefined, report: Report, place: Place): string | undefined {
  if (file === undefined) return undefined;
  const key = 'server_public_key';
  const path = resolvePath(place, file);
  const pem = readNamedFile({ place, report, key, path })?.text;
  if (pem === undefined || isRsaKey(pem)) return pem;
  report.error({
    key,
    problem: `${path} holds no public RSA key in PEM form.`,
    remedy:
      "Copy the server's public_key.pem, or what it shows: SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'.",
  });
  return undefined;
}

function isRsaKey(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function resolveTls(ssl: Values['ssl'], report: Report, place: Place): TlsConfig {
  const read = (key: 'cert' | 'key') => {
    const path = ssl[key];
    if (path === undefined) return undefined;
    return readNamedFile({ place, report, key: `ssl.${key}`, path: resolvePath(place, path) });
  };
  if (ssl.mode === 'disabled') {
    if (ssl.ca !== undefined || ssl.cert !== undefined || ssl.key !== undefined) {
      report.error({
        key: 'ssl',
        problem: 'names certificates, but its mode is disabled.',
        remedy: 'Add mode: verify_identity, or remove the section.',
      });
    }
    return { mode: ssl.mode };
  }
  if ((ssl.cert === undefined) !== (ssl.key === undefined)) {
    report.error({
      key: ssl.cert === undefined ? 'ssl.key' : 'ssl.cert',
      problem: 'only one of cert and key is given.',
      remedy: 'Give both, or none.',
    });
  }
  const key = read('key');
  if (key?.readableByAll === true && ssl.key !== undefined) {
    warnOfReaders(report, resolvePath(place, ssl.key), 'ssl.key');
  }
  return {
    mode: ssl.mode,
    ca: readCaFile({ key: 'ssl.ca', file: ssl.ca }, report, place),
    certificate: read('cert')?.text,
    key: key === undefined ? undefined : new Secret(key.text),
  };
}
