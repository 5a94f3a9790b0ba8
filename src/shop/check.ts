/** Checks the shop's database for `order-monit check`: login, table and columns, ids out of range, time zone. */
import type { CheckFinding } from '../core/check-finding.ts';
import type { Orders, ServerFacts } from './orders.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** Clocks of the shop's hosts may differ by as much. */
const CLOCK_SKEW_S = 60;

/**
 * Tries what the service needs of the database. A table, column or privilege
 * that is missing comes as an Outage, like everything that keeps the service from working.
 *
 * @throws Outage when the orders can not be read
 */
export async function checkOrders(orders: Orders, signal: AbortSignal): Promise<CheckFinding[]> {
  const facts = await orders.serverFacts(signal);
  // What a cycle reads, with every column that it needs.
  const newest = await orders.newestDueId(signal);
  await orders.ordersById([newest], signal);
  const strange = await orders.strangeIds(signal);
  const { table, paymentConfirmedAt } = orders.names;
  const payment = facts.tracksPayment
    ? `its column ${paymentConfirmedAt} tells when Abacos acknowledged a payment`
    : `it has no column ${paymentConfirmedAt}: a confirm_payment that ends with exit status 0 settles a payment`;
  return [
    { result: 'ok', text: `${product(facts.version)}, logged in as ${facts.account}` },
    ...replicaFinding(facts),
    ...connectionsFinding(facts),
    ...passwordFinding(orders, facts),
    { result: 'ok', text: `the table ${table} of the database ${orders.database} can be read; ${payment}` },
    ...(strange.length === 0 ? [] : [idFinding(strange, table)]),
    clockFinding(facts.newestAgeS, table),
  ];
}

/** MySQL gives a bare number. */
function product(version: string): string {
  return /mariadb/i.test(version) ? version : `MySQL ${version}`;
}

function replicaFinding({ readOnly }: ServerFacts): CheckFinding[] {
  if (!readOnly) return [];
  return [
    {
      result: 'warning',
      text: 'the server is read-only, so it is a replica: orders show here only once it has caught up, and a lag makes them be checked late. Better give the primary in database.yml',
    },
  ];
}

/** The service waits for ever where it gets one connection only: it reads orders over it, and then waits for the election. */
function connectionsFinding({ account, mostConnections }: ServerFacts): CheckFinding[] {
  if (mostConnections !== 1) return [];
  return [
    {
      result: 'fault',
      text: `${account} may have one connection at once (max_user_connections), and the service needs two: one is held for the election. What to do: allow it 10 on the server, so that commands have theirs, too`,
    },
  ];
}

function passwordFinding({ passwordRisk, server }: Orders, { account }: ServerFacts): CheckFinding[] {
  if (passwordRisk === undefined) return [];
  const text =
    passwordRisk === 'cleartext'
      ? `the password of ${account} may go to ${server} without encryption, because allow_cleartext_password is true in database.yml: who listens, or passes for the server, can read it. Better set ssl: mode: verify_identity there`
      : `whoever passes for ${server} gets the password of ${account}: no certificate is checked with ssl: mode: required in database.yml. Better set mode: verify_identity there, and ca: to the server's CA`;
  return [{ result: 'warning', text }];
}

function idFinding(ids: readonly string[], table: string): CheckFinding {
  return {
    result: 'warning',
    text: `the table ${table} has rows that are left out, as their ids are not from 1 to ${Number.MAX_SAFE_INTEGER}: id ${ids.join(', id ')}`,
  };
}

/** Orders from the future, or none for long, may come from a wrong `time_zone`. */
function clockFinding(newestAgeS: number | undefined, table: string): CheckFinding {
  if (newestAgeS === undefined) return { result: 'warning', text: `the table ${table} holds no order with a time` };
  const newest = `the newest order in ${table} was placed`;
  if (newestAgeS < -CLOCK_SKEW_S) {
    return {
      result: 'fault',
      text: `${newest} ${duration(-newestAgeS)} in the future by the database's clock. What to do: check time_zone in database.yml`,
    };
  }
  if (newestAgeS > DAY_S) {
    return {
      result: 'warning',
      text: `${newest} ${duration(newestAgeS)} ago. If the shop has had orders since, check that database.yml names its live database`,
    };
  }
  return {
    result: 'ok',
    text: `${newest} ${duration(Math.max(0, newestAgeS))} ago; if that looks wrong, check time_zone in database.yml`,
  };
}

function duration(seconds: number): string {
  if (seconds < 2 * HOUR_S) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * DAY_S ? `${(seconds / HOUR_S).toFixed(1)} h` : `${Math.round(seconds / DAY_S)} days`;
}
