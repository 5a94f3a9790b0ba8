/** Failures of the shop's database as `Outage`s: the reason in words for people, and what they can do about it. */
import { Outage } from '../core/outage.ts';
import type { Failure } from '../net/destination.ts';
import { connectionFailure, placeWith } from '../net/failure.ts';
import { otherSpeaker, type Speaker } from '../net/speaker.ts';
import { messageOf } from '../text/error.ts';
import { oneLine } from '../text/printable.ts';
import { PasswordWithheld } from './login.ts';
import type { ServerOptions } from './server-options.ts';

/** The server, and the table that is read there. */
export interface ShopAddress extends ServerOptions {
  readonly table: string;
}

/** What an explanation may mention. The server's own text is not among it: it may quote the statement. */
interface Known {
  readonly where: string;
  readonly database: string;
  readonly table: string;
  readonly username: string;
  /** `'user'@'host'` as the server names who was refused, or only the user's name. */
  readonly account: string;
  /** Whether the connection is one of TLS. */
  readonly isEncrypted: boolean;
  /** The limit of an account that it names. */
  readonly limit: string | undefined;
}

/**
 * Puts what went wrong into words. Gives an Outage back as it is.
 *
 * @param heard what the name of the server stands for, and who has spoken first there, as far as that is known
 */
export function explainFailure(
  error: unknown,
  address: ShopAddress,
  { addresses, speaker }: Heard = { addresses: [], speaker: undefined },
): Outage {
  if (error instanceof Outage) return error;
  const { server, database, table, tls, username } = address;
  const where = server.kind === 'tcp' ? placeWith(`${server.host}:${server.port}`, addresses) : server.path;
  const account = /'[^']*'@'[^']*'/.exec(messageOf(error))?.[0] ?? username;
  const limit = /'(max_\w+)'/.exec(messageOf(error))?.[1];
  const known: Known = { where, database, table, username, account, isEncrypted: tls !== undefined, limit };
  if (speaker !== undefined && speaker.protocol !== 'mysql') {
    const other = otherSpeaker(speaker, 'database server', { place: where, ...SETTINGS });
    return new Outage({ dependency: 'shop', cause: error, ...other });
  }
  const code = error instanceof PasswordWithheld ? error.name : codeOf(error);
  const explanation =
    EXPLANATIONS[code]?.(known) ??
    connectionFailure(error, { place: where, ...SETTINGS }) ??
    unknownFailure(code, error, where);
  return new Outage({ dependency: 'shop', cause: error, ...explanation });
}

interface Heard {
  readonly addresses: readonly string[];
  readonly speaker: Speaker | undefined;
}

const SETTINGS = {
  setting: 'host and port in database.yml',
  ca: 'ssl: ca in database.yml',
  tls: 'ssl: mode',
} as const;

const IN_BETWEEN =
  'check host and port in database.yml, and what is between order-monit and the server, such as a proxy';

/** How to put each failure, by the driver's code, Node's code or the error's name. */
export const EXPLANATIONS: Readonly<Record<string, (known: Known) => Failure>> = {
  ...each(['ER_ACCESS_DENIED_ERROR'], ({ where, account, isEncrypted }) => ({
    reason: `the server at ${where} refuses the user ${account}`,
    // It says the same of a wrong password and of an account that demands TLS.
    hint:
      'check username and password in database.yml, and that the user may log in from this host; ' +
      (isEncrypted
        ? 'if the account demands a certificate of the client (SHOW CREATE USER: REQUIRE X509, SUBJECT or ISSUER), name it: ssl: cert and key'
        : 'if the account demands TLS (SHOW CREATE USER: REQUIRE SSL), set ssl: mode: verify_identity'),
  })),
  // Debian's MariaDB makes such a root.
  ...each(['ER_ACCESS_DENIED_NO_PASSWORD_ERROR'], ({ where, account }) => ({
    reason: `the server at ${where} refuses the user ${account}, whom it lets in without a password`,
    hint: 'check username and password in database.yml: the account is one for the system user of that name (unix_socket), which the service is not; make one with a password for order-monit: CREATE USER … IDENTIFIED BY …',
  })),
  ...each(['ER_HOST_NOT_PRIVILEGED'], ({ where, username }) => ({
    reason: `the server at ${where} lets nobody log in from this host`,
    hint: `create the user ${username} for this host on the server`,
  })),
  ...each(['ER_HOST_IS_BLOCKED'], ({ where }) => ({
    reason: `the server at ${where} has blocked this host after too many failed connections`,
    hint: 'run on the server: FLUSH HOSTS (MySQL from 8.4 on: TRUNCATE TABLE performance_schema.host_cache)',
  })),
  // MariaDB has its own numbers for these two, which the driver takes for MySQL's of other errors.
  ...each(['ER_ACCOUNT_HAS_BEEN_LOCKED', 'ER_BULK_PARSER_INCOMPLETE_ESCAPE_SEQUENCE'], ({ where, account }) => ({
    reason: `the server at ${where} has locked the user ${account}`,
    hint: 'unlock it on the server: ALTER USER … ACCOUNT UNLOCK',
  })),
  ...each(
    [
      'ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK',
      'ER_BULK_PARSER_UNEXPECTED_CHAR_AFTER_COLUMN_TERMINATOR',
    ],
    ({ where, account }) => ({
      reason: `the server at ${where} has blocked the user ${account} after too many wrong passwords`,
      hint: 'mend the password in database.yml, and unblock the user on the server: ALTER USER … ACCOUNT UNLOCK (MariaDB: FLUSH PRIVILEGES)',
    }),
  ),
  ...each(['ER_PLUGIN_IS_NOT_LOADED'], ({ where, username }) => ({
    reason: `the server at ${where} no longer has the method by which the user ${username} logs in`,
    hint: 'give the user another one on the server: ALTER USER … IDENTIFIED WITH caching_sha2_password BY …',
  })),
  ...each(['ER_SERVER_OFFLINE_MODE'], ({ where }) => ({
    reason: `the server at ${where} is in offline mode, in which only its administrators may log in`,
    hint: 'find out why, and end it there: SET GLOBAL offline_mode = OFF',
  })),
  ...each(['ER_HANDSHAKE_ERROR'], ({ where }) => ({
    reason: `the server at ${where} did not understand the login (bad handshake)`,
    hint: 'check host and port in database.yml, and what is between order-monit and the server, such as a proxy that wants TLS or none',
  })),
  ...each(['ER_MUST_CHANGE_PASSWORD', 'ER_MUST_CHANGE_PASSWORD_LOGIN'], ({ where, username }) => ({
    reason: `the password of the user ${username} has expired on the server at ${where}`,
    hint: 'set a new one there, and the same in database.yml',
  })),
  ...each(['PasswordWithheld'], ({ where, username }) => ({
    reason: `the server at ${where} wants the password of the user ${username} over a connection that is not encrypted, so it was not sent`,
    hint: 'set ssl: mode: verify_identity in database.yml; or give the key of the server there (server_public_key), or allow_cleartext_password: true',
  })),
  ...each(
    [
      'AUTH_SWITCH_PLUGIN_ERROR',
      'ER_NOT_SUPPORTED_AUTH_MODE',
      'ER_SERVER_IS_IN_SECURE_AUTH_MODE',
      'MYSQL_CLEAR_PASSWORD_NOT_ENABLED',
    ],
    ({ where, username }) => ({
      reason: `the server at ${where} wants the user ${username} to log in by a method that order-monit does not know`,
      hint: 'give the user a password of the kind mysql_native_password or caching_sha2_password',
    }),
  ),
  ...each(['ER_CON_COUNT_ERROR'], ({ where }) => ({
    reason: `the server at ${where} has as many connections as it takes`,
    hint: 'find out who holds them (SHOW PROCESSLIST), or raise max_connections on the server',
  })),
  ...each(['ER_TOO_MANY_USER_CONNECTIONS', 'ER_USER_LIMIT_REACHED'], ({ where, username, limit }) => ({
    reason: `the user ${username} has reached one of its limits on the server at ${where}${limit === undefined ? '' : `: ${limit}`}`,
    hint:
      limit?.endsWith('_per_hour') === true
        ? 'set that limit to 0 on the server, which is none (SHOW CREATE USER; ALTER USER … WITH …): order-monit asks all the time'
        : 'raise them on the server (SHOW CREATE USER; max_user_connections): the service needs two connections at once, as it holds one for the election, and one more for each command that is called meanwhile',
  })),
  ...each(['WSREP_NOT_READY'], ({ where }) => ({
    reason: `the node of the Galera cluster at ${where} takes no statements: it has not joined the others, or has lost them`,
    hint: "look at SHOW STATUS LIKE 'wsrep_%' there (wsrep_ready, wsrep_cluster_status); name another node, or a proxy that chooses one, in database.yml",
  })),
  ...each(['errno 9001'], ({ where }) => ({
    reason: `the ProxySQL at ${where} reaches no database server`,
    hint: 'look there at runtime_mysql_servers and monitor.mysql_server_connect_log, which say why',
  })),
  ...each(['ER_NEW_ABORTING_CONNECTION'], ({ where, username }) => ({
    reason: `the server at ${where} ends each connection of the user ${username}, as its init_connect fails for it`,
    hint: 'the error log there says by what: have init_connect mended, or the user given the rights that it needs',
  })),
  ...each(
    ['ER_CRASHED_ON_USAGE', 'ER_CRASHED_ON_REPAIR', 'ER_NOT_KEYFILE', 'HA_ERR_CRASHED'],
    ({ database, table }) => ({
      reason: `the table ${table} of the database ${database} is damaged (crashed)`,
      hint: `have it repaired on the server: REPAIR TABLE ${table}; what is lost by that may be in a backup`,
    }),
  ),
  ...each(['ER_DBACCESS_DENIED_ERROR'], ({ database, table, account, where }) => ({
    reason: `the user ${account} may not use a database ${database} at ${where}, or there is none`,
    hint: `check database in database.yml, or run on the server: ${grant(database, table)}`,
  })),
  ...each(['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR'], ({ database, table, account }) => ({
    reason: `the user ${account} may not read the table ${table} of the database ${database}, or there is none`,
    hint: `check orders: table in database.yml, or run on the server: ${grant(database, table)}`,
  })),
  ...each(['ER_BAD_DB_ERROR'], ({ database, where }) => ({
    reason: `there is no database ${database} at ${where}`,
    hint: 'check database in database.yml',
  })),
  ...each(['ER_NO_SUCH_TABLE'], ({ database, table }) => ({
    reason: `the database ${database} has no table ${table}`,
    hint: 'check orders: table in database.yml',
  })),
  ...each(['ER_VIEW_INVALID', 'ER_NO_SUCH_USER'], ({ database, table }) => ({
    reason: `the view ${table} of the database ${database} does not work: what it reads has gone or is not for it, or its definer has gone`,
    hint:
      `look at it on the server (SHOW CREATE VIEW ${table}): its DEFINER must exist and may read what it reads; with SQL SECURITY ` +
      'INVOKER, the user of database.yml must',
  })),
  ...each(['ER_BAD_FIELD_ERROR'], ({ table }) => ({
    reason: `a column of the table ${table} has gone while order-monit was connected`,
    hint: 'check the column names below orders: in database.yml',
  })),
  ...each(['ER_PARSE_ERROR'], ({ where }) => ({
    reason: `the server at ${where} does not understand what order-monit asks: it may be older than MySQL 5.6`,
  })),
  ...each(['ER_QUERY_INTERRUPTED', 'ER_CONNECTION_KILLED'], ({ where }) => ({
    reason: `somebody ended the query on the server at ${where}`,
  })),
  ...each(['ER_NORMAL_SHUTDOWN', 'ER_SERVER_SHUTDOWN'], ({ where }) => ({
    reason: `the server at ${where} is shutting down`,
  })),
  ...each(['HANDSHAKE_NO_SSL_SUPPORT'], ({ where }) => ({
    reason: `the server at ${where} offers no TLS, and nothing was sent to it`,
    hint: 'set up TLS on the server, or set ssl: mode: disabled in database.yml',
  })),
  ...each(['ER_SECURE_TRANSPORT_REQUIRED'], ({ where }) => ({
    reason: `the server at ${where} takes TLS connections only`,
    hint: 'set ssl: mode: verify_identity in database.yml',
  })),
  ...each(['ENOENT'], ({ where }) => ({
    reason: `there is no socket ${where}`,
    hint: 'check that the server runs, and socket in database.yml',
  })),
  ...each(['EACCES', 'EPERM'], ({ where }) => ({
    reason: `order-monit may not connect to ${where}`,
    hint: 'check the permissions of the socket and its folder, and the firewall',
  })),
  // The last two end a query that takes too long: MySQL's, and MariaDB's, which the driver has no name for.
  ...each(['ETIMEDOUT', 'ER_QUERY_TIMEOUT', 'errno 1969'], ({ where }) => ({
    reason: `no answer from ${where} in time`,
    hint: 'if it lasts, find out what the server is busy with (SHOW PROCESSLIST), and check host and port in database.yml: what listens there may be no database server',
  })),
  ...each(['ANSWER_TOO_LONG'], ({ where }) => ({
    reason: `what answers at ${where} sends without an end, or more than order-monit asks for`,
    hint: 'check host and port in database.yml: it may be no database server',
  })),
  ...each(['PACKETS_OUT_OF_ORDER'], ({ where }) => ({
    reason: `what answers at ${where} breaks MySQL's protocol: its packets are out of order`,
    hint: IN_BETWEEN,
  })),
  // The driver reads past the end of a packet.
  ...each(['ERR_OUT_OF_RANGE', 'ERR_BUFFER_OUT_OF_BOUNDS'], ({ where }) => ({
    reason: `what answers at ${where} does not speak MySQL's protocol`,
    hint: IN_BETWEEN,
  })),
  ...each(['ABORTED'], ({ where }) => ({ reason: `order-monit stopped waiting for ${where}` })),
  ...each(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_WRITE_AFTER_END'], ({ where }) => ({
    reason: `the connection to ${where} was lost`,
  })),
};

function each(codes: readonly string[], explain: (known: Known) => Failure): typeof EXPLANATIONS {
  return Object.fromEntries(codes.map((code) => [code, explain]));
}

/** The host is left open: the server names the one that the user came from, which need not be the account's. */
function grant(database: string, table: string): string {
  const path = table.includes('.') ? table : `${database}.${table}`;
  return `GRANT SELECT ON ${path
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.')} TO the user and host that SELECT CURRENT_USER() shows`;
}

function unknownFailure(code: string, error: unknown, where: string): Failure {
  return { reason: `error ${code} from ${where}: ${shortened(messageOf(error))}` };
}

function shortened(text: string): string {
  return oneLine(text.split('\n')[0] ?? '', 200);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  // Whoever asks has logged in: MariaDB says of a view whose definer has gone what it says of a wrong password.
  const asked = 'sql' in error && typeof error.sql === 'string' && error.sql !== '';
  if (asked && 'code' in error && error.code === 'ER_ACCESS_DENIED_ERROR') return 'ER_VIEW_INVALID';
  if ('code' in error && error.code === 'ER_UNKNOWN_COM_ERROR' && error.message.includes('WSREP'))
    return 'WSREP_NOT_READY';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errno' in error && typeof error.errno === 'number') return `errno ${error.errno}`;
  return error.name;
}
