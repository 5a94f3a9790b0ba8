/** What became of every order: the shop's rows, Abacos' own counts and the checkpoint, held against each other. */
import type { RowDataPacket } from 'mysql2/promise';

import { call } from './program.ts';
import type { Sandbox } from './sandbox.ts';

export interface Account {
  readonly orders: number;
  readonly inAbacos: number;
  /** Orders that Abacos got by a command of order-monit. */
  readonly inserted: number;
  readonly insertedTwice: number;
  readonly paymentsConfirmed: number;
  readonly success: number;
  readonly givenUp: number;
  /** Neither settled nor given up yet: failing, or with a payment that is watched. */
  readonly open: number;
  /** In the shop and not on record. */
  readonly forgotten: number;
  /** On record as SUCCESS and not in Abacos. */
  readonly falseSuccess: number;
  readonly commands: number;
}

interface Record {
  readonly status: string;
  readonly reason: string;
  readonly attempts: number;
}

export async function account(sandbox: Sandbox): Promise<Account> {
  const { abacos, installation, shop } = sandbox;
  const [rows] = await shop.connection.query<RowDataPacket[]>('SELECT id, number FROM orders');
  const records = parseList((await call(installation, 'checkpoint', 'list')).stdout);
  const numbers = rows.map((row) => ({ record: records.get(String(row['id'])), number: String(row['number']) }));
  const known = new Set(abacos.numbers());
  const count = (holds: (one: (typeof numbers)[number]) => boolean): number => numbers.filter(holds).length;
  return {
    orders: numbers.length,
    inAbacos: count(({ number }) => known.has(number)),
    inserted: count(({ number }) => abacos.insertsOf(number) > 0),
    insertedTwice: count(({ number }) => abacos.insertsOf(number) > 1),
    paymentsConfirmed: count(({ number }) => abacos.paymentsOf(number) > 0),
    success: count(({ record }) => record?.status === 'SUCCESS'),
    givenUp: count(({ record }) => record?.status === 'FAILED' && record.attempts > 4),
    open: count(({ record }) => record === undefined || isUnderWay(record)),
    forgotten: count(({ record }) => record === undefined),
    falseSuccess: count(({ number, record }) => record?.status === 'SUCCESS' && !known.has(number)),
    commands: (await sandbox.commands()).filter(({ event }) => event === 'started').length,
  };
}

function isUnderWay({ attempts, reason, status }: Record): boolean {
  return reason === 'AWAITING_PAYMENT' || (status === 'FAILED' && attempts <= 4);
}

function parseList(text: string): ReadonlyMap<string, Record> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [id = '', status = '', reason = '', attempts = ''] = line.split('\t');
      return [id, { status, reason, attempts: Number(attempts) }];
    }),
  );
}

export function printAccount(result: {
  readonly account: Account;
  readonly repairs: readonly number[];
  readonly seconds: number;
  readonly status: number | null;
}): void {
  const { account: found, repairs, seconds, status } = result;
  const sorted = [...repairs].sort((a, b) => a - b);
  const at = (share: number): string =>
    `${((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 1000).toFixed(1)} s`;
  const rows: [string, number | string][] = [
    ['orders in the shop', found.orders],
    ['of them in Abacos, as Abacos counts', found.inAbacos],
    ['inserted by order-monit, as Abacos counts', found.inserted],
    ['payments confirmed, as Abacos counts', found.paymentsConfirmed],
    ['commands run, as the integration server counts', found.commands],
    ['repaired after (median, longest)', `${at(0.5)}, ${at(1)}`],
    ['on record as SUCCESS', found.success],
    ['given up: not paid, so the shop refuses to insert them', found.givenUp],
    ['forgotten', found.forgotten],
    ['inserted twice', found.insertedTwice],
    ['on record as SUCCESS but not in Abacos', found.falseSuccess],
    ['exit status of order-monit', String(status)],
  ];
  console.log(`\nAfter ${seconds} s every order is accounted for:\n`);
  for (const [what, value] of rows) console.log(`  ${what.padEnd(58)}${String(value).padStart(14)}`);
}
