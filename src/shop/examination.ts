import type { Orders } from './orders.ts';

/** One thing that was tried, for `order-monit check`. */
export interface Finding {
  readonly result: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

const HOUR_S = 3600;

/** Tries what the service needs of the database. @throws Outage when the database can't be asked */
export async function examine(orders: Orders, signal: AbortSignal): Promise<Finding[]> {
  const server = await orders.server(signal);
  const { table, paymentConfirmedAt } = orders.names;
  const findings: Finding[] = [
    { result: 'ok', text: `${server.version}, logged in as ${server.user}` },
    ...clockFindings(server.newestAgeS, table),
  ];
  const tracked = await orders.tracksPayment(signal);
  findings.push({
    result: 'ok',
    text: tracked
      ? `${paymentConfirmedAt} tells when Abacos acknowledged a payment`
      : `the table has no column ${paymentConfirmedAt}: a confirm_payment that ends with exit status 0 settles a payment`,
  });
  return findings;
}

/** Orders from the future, or none for long, may come from a wrong `time_zone`. */
function clockFindings(newestAgeS: number | undefined, table: string): Finding[] {
  if (newestAgeS === undefined) return [{ result: 'warning', text: `the table ${table} holds no order` }];
  if (newestAgeS < -60) {
    return [
      {
        result: 'fault',
        text: `the newest order in ${table} was placed ${Math.round(-newestAgeS / 60)} min in the future by the database's clock. What to do: check time_zone in database.yml`,
      },
    ];
  }
  const age = newestAgeS < HOUR_S ? `${Math.round(newestAgeS / 60)} min` : `${(newestAgeS / HOUR_S).toFixed(1)} h`;
  return [
    {
      result: 'ok',
      text: `the newest order in ${table} was placed ${age} ago; if that looks wrong, check time_zone in database.yml`,
    },
  ];
}
