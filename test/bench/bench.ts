/**
 * `npm run bench`: how long the program takes to verify orders that are all
 * there, beside the bare loop in the same run. Whole processes, from start to
 * end; the two take turns, and what counts is the ratio of their medians.
 * `--small` only keeps it alive.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { install, Run } from '../sandbox/program.ts';
import { KEY, openSandbox, START } from '../sandbox/sandbox.ts';
import { READER } from '../sandbox/shop.ts';
import { until } from '../sandbox/until.ts';

const small = process.argv.includes('--small');
/** No whole number of pages: the last cycle that has something to say then says that nothing is left. */
const ORDERS = small ? 500 : 20_100;
const ROUNDS = small ? 1 : 5;
const PAGE_SIZE = 200;
const PER_CALL = 50;

const sandbox = await openSandbox({ service: { max_orders_per_request: PAGE_SIZE, max_numbers_per_call: PER_CALL } });
const rows = Array.from({ length: ORDERS }, (_, index) => index + 1);
for (let from = 0; from < ORDERS; from += 1000) {
  const page = rows.slice(from, from + 1000);
  const values = page.map(
    (id) => `(${id}, ${8_000_000 + id}, 'authorized', UTC_TIMESTAMP() - INTERVAL 1 HOUR, UTC_TIMESTAMP())`,
  );
  await sandbox.shop.connection.query(
    `INSERT INTO orders (id, number, state, created_at, erp_payment_at) VALUES ${values.join(',')}`,
  );
  for (const id of page) sandbox.abacos.place(String(8_000_000 + id));
}

const ours: number[] = [];
const bare: number[] = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  const took = { ours: await timed(async () => orderMonit(round)), bare: await timed(async () => bareLoop(round)) };
  // The first round warms up the database and the disk.
  if (round === 0 && !small) continue;
  ours.push(took.ours);
  bare.push(took.bare);
}
await sandbox.close();

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
console.log(
  `${ORDERS} orders, all in Abacos, ${PAGE_SIZE} a page, ${PER_CALL} a call; medians of ${ours.length} runs each:`,
);
console.log(`  order-monit  ${(median(ours) / 1000).toFixed(2)} s, start and end included`);
console.log(`  bare loop    ${(median(bare) / 1000).toFixed(2)} s, start and end included`);
console.log(`  bare loop / order-monit: ${(median(bare) / median(ours)).toFixed(2)}`);

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function orderMonit(round: number): Promise<void> {
  const installation = await install(join(sandbox.folder, `bench${round}`), sandbox.files, START);
  const run = new Run(installation, ['run']);
  await until('all orders are checked', () => run.output.includes('"workLeft":"false"'), 60_000);
  const { status } = await run.stop();
  if (status !== 0) throw new Error(run.output);
}

async function bareLoop(round: number): Promise<void> {
  const settings = {
    port: sandbox.db.port,
    user: READER.username,
    password: READER.password,
    database: sandbox.shop.database,
    endpoint: sandbox.abacos.url.replace('?wsdl', ''),
    key: KEY,
    pageSize: PAGE_SIZE,
    perCall: PER_CALL,
    file: join(sandbox.folder, `bare${round}`),
  };
  const script = fileURLToPath(new URL('bare-loop.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(settings)], { stdio: 'inherit' });
  const ended: unknown[] = await once(child, 'exit');
  if (ended[0] !== 0) throw new Error('The bare loop failed');
}
