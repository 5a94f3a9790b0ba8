/**
 * Stands in for `bundle exec rake order_integration_service:TASK[NUMBER]` in
 * the shop's folder, and behaves as the shop's tasks do: a slow start, a check
 * and an insert in two steps, refusals by exception, and an exit status that
 * proves nothing. Its settings are in `stand-in.json` (see `sshd.ts`).
 */
import { appendFileSync, readFileSync, writeSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const TASK = /^order_integration_service:(insert_order|confirm_payment)\[([^\]]+)\]$/;

const words = process.argv.slice(2);
if (words[0] !== 'exec' || words[1] !== 'rake') fail(15, `bundler: command not found: ${words[1] ?? ''}`);
if (words[2] === '--version') {
  process.stdout.write('rake, version 13.0.6\n');
  process.exit(0);
}
const [, task, number] = TASK.exec(words[2] ?? '') ?? [];
if (task === undefined) fail(1, `rake aborted!\nDon't know how to build task '${words[2] ?? ''}'`);

const settings = JSON.parse(readFileSync('stand-in.json', 'utf8'));
const behaviour = settings.behaviour?.[number];
let inserted = false;

/** What the shop's code raises for. */
class Refusal extends Error {}

record({ event: 'started' });
let status = 0;
try {
  await main();
} catch (error) {
  status = 1;
  const name = error instanceof Refusal ? 'RuntimeError' : 'NoMethodError';
  process.stderr.write(
    `rake aborted!\n${name}: ${error.message}\n` +
      `${process.cwd()}/app/models/abacos/${task}.rb:42:in 'perform'\n` +
      `Tasks: TOP => order_integration_service:${task}\n(See full trace by running task with --trace)\n`,
  );
}
record({ event: 'ended', status, inserted });
process.exitCode = status;

async function main() {
  if (process.env.RAILS_ENV !== 'production') throw new Refusal(`RAILS_ENV is ${process.env.RAILS_ENV ?? 'not set'}`);
  await pause(settings.startMs ?? 0);
  if (behaviour === 'hang') await forever();
  if (behaviour === 'nothing') return;
  if (behaviour === 'refuse') throw new Refusal(`Order ${number} has no payment`);
  const shop = await openShop();
  try {
    await (task === 'insert_order' ? insertOrder(shop) : confirmPayment(shop));
  } finally {
    await shop?.close();
  }
}

async function insertOrder(shop) {
  // The shop's own switch for the integration is off: all is said to be well.
  if (isSwitchedOff()) return;
  const order = await shop?.order();
  if (order !== undefined && isUnpaid(order)) throw new Refusal(`Order ${number} has no payment`);
  if (await exists()) throw new Refusal(`Order ${number} already exist on Abacos`);
  await insert(shop);
}

async function confirmPayment(shop) {
  const order = await shop?.order();
  if (order !== undefined && order.state !== 'authorized') throw new Refusal(`Order ${number} is not authorized`);
  if (!(await exists())) {
    await insert(shop);
    await pause(settings.confirmWaitMs ?? 0);
  }
  const { status } = await erp('POST', '/payment');
  if (status === 404) throw new Refusal(`Order ${number} was not found on Abacos`);
  await shop?.mark('erp_payment_at');
}

async function insert(shop) {
  if (behaviour === 'fail') {
    throw new Refusal('tdreErroDataBase (300005) Erro ao inserir pedido: produto não cadastrado');
  }
  await pause(settings.gapMs ?? 0);
  if (behaviour === 'crash-before-insert') process.kill(process.pid, 'SIGKILL');
  await erp('POST', '/insert');
  inserted = true;
  if (behaviour === 'crash-after-insert') process.kill(process.pid, 'SIGKILL');
  if (behaviour === 'insert-then-hang') await forever();
  if (behaviour === 'garbage-output') writeGarbage();
  await shop?.mark('erp_integrate_at');
}

async function exists() {
  const { body } = await erp('GET', '?visible=1');
  return JSON.parse(body).exists === true;
}

/** By `node:http`: to load `fetch` takes as long again as all the rest. */
async function erp(method, action) {
  const order = `${settings.abacosUrl}/stand-in/orders/${encodeURIComponent(number)}`;
  const response = await new Promise((resolve, reject) => {
    request(`${order}${action}`, { method }, resolve).on('error', reject).end();
  });
  const status = response.statusCode;
  if (status >= 300 && status !== 404) throw new Refusal(`Abacos answered with ${status}`);
  return { status, body: await text(response) };
}

/** The shop's database; `undefined` where the settings name none. */
async function openShop() {
  if (settings.database === undefined || settings.database === null) return undefined;
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({ ...settings.database, connectTimeout: 10_000 });
  return {
    async order() {
      const [rows] = await connection.execute('SELECT state FROM orders WHERE number = ?', [number]);
      // The shop's code goes on with nil, which hides what is wrong.
      if (rows.length === 0) throw new TypeError("undefined method 'payment' for nil:NilClass");
      return rows[0];
    },
    async mark(column) {
      await connection.execute(`UPDATE orders SET ${column} = UTC_TIMESTAMP() WHERE number = ?`, [number]);
    },
    close: () => connection.end(),
  };
}

function isUnpaid(order) {
  return order.state === 'waiting_payment';
}

/** Counts the inserts that have been started, this one included. */
function isSwitchedOff() {
  const every = settings.switchedOffEvery ?? 0;
  if (every === 0) return false;
  const lines = readFileSync(settings.log, 'utf8').trim().split('\n');
  const inserts = lines.filter((line) => line.includes('"started"') && line.includes('"insert_order"'));
  const ofThisOrder = inserts.filter((line) => line.includes(`"${number}"`));
  // Now and then is never twice for the same order.
  return inserts.length % every === 0 && (every === 1 || ofThisOrder.length === 1);
}

/** 10 MB of bytes that are no text, with few newlines, and one long line of text at the end. */
function writeGarbage() {
  const garbage = Buffer.alloc(
    1 << 20,
    Uint8Array.from({ length: 251 }, (_, index) => index),
  );
  for (let count = 0; count < 10; count++) writeAll(garbage);
  writeAll(Buffer.from(`\n\u001b[31m${'é'.repeat(100_000)}\u001b[0m\nthe end\n`));
}

/** Writes and waits, whatever kind of file the output is. */
function writeAll(bytes) {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function record(what) {
  appendFileSync(settings.log, `${JSON.stringify({ ...what, task, number, pid: process.pid, at: Date.now() })}\n`);
}

/** A wait that only a signal ends. */
async function forever() {
  await pause(0x7fff_ffff);
}

function fail(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
