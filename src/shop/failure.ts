import { Outage } from '../core/outage.ts';
import type { ServerOptions } from './connection.ts';

interface Explanation {
  readonly reason: string;
  readonly hint?: string;
}

/** Puts a driver's error into words. Its own text may quote the statement, so only known parts of it are used. */
export function explainFailure(error: unknown, options: ServerOptions): Outage {
  if (error instanceof Outage) return error;
  const { reason, hint } = explanationOf(error, options);
  return new Outage({ dependency: 'shop', reason, ...(hint === undefined ? {} : { hint }), cause: error });
}

function explanationOf(error: unknown, options: ServerOptions): Explanation {
  const { server, username, database } = options;
  const where = server.kind === 'tcp' ? `${server.host}:${server.port}` : server.path;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  switch (code ?? 'unknown') {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
      return {
        reason: `the server at ${where} refuses the user ${username}`,
        hint: 'check username and password in database.yml',
      };
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
      return {
        reason: `the user ${username} may not read the orders table of the database ${database}`,
        hint: `run on the server: GRANT SELECT ON ${database}.orders TO '${username}'@'the host of order-monit'`,
      };
    case 'ER_BAD_DB_ERROR':
      return { reason: `there is no database ${database} at ${where}`, hint: 'check database in database.yml' };
    case 'ER_NO_SUCH_TABLE':
      return {
        reason: `the database ${database} has no such orders table`,
        hint: 'check orders: table in database.yml',
      };
    case 'ER_BAD_FIELD_ERROR':
      return {
        reason: `a column is missing: ${text.slice(0, 200)}`,
        hint: 'check the column names below orders: in database.yml',
      };
    case 'ECONNREFUSED':
      return { reason: `nothing listens at ${where} (connection refused)` };
    case 'ENOENT':
      return { reason: `there is no socket ${where}`, hint: 'check socket in database.yml' };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { reason: `the name of the host ${where} can not be resolved`, hint: 'check host in database.yml' };
    case 'ETIMEDOUT':
    case 'PROTOCOL_SEQUENCE_TIMEOUT':
      return { reason: `no answer from ${where} in time` };
    case 'PROTOCOL_CONNECTION_LOST':
    case 'ECONNRESET':
    case 'EPIPE':
      return { reason: `the connection to ${where} was lost` };
    default:
      return { reason: `error ${code ?? 'unknown'} from ${where}: ${text.slice(0, 200)}` };
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
