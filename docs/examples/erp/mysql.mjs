#!/usr/bin/node --no-warnings
// Asks an ERP whose orders are in MySQL or MariaDB. Its arguments are options of mariadb(1); secret: MYSQL_PWD.
import { spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

// A row for each order: the shop's number, and a word that STATUS knows.
const QUERY = (list) => `SELECT shop_number, state FROM orders WHERE shop_number IN (${list})`;
const STATUS = { invoiced: 'exists invoiced', shipped: 'exists dispatched', cancelled: 'exists cancelled' };
const LIVE = 'exists'; // 'exists invoiced' where every order comes with its payment
/** Codes of the server's, and of the client's, errors. */
const DOWN = [1040, 1053, 1129, 1203, 1205, 1226, 2002, 2003, 2005, 2006, 2013];
const MISCONFIGURED = [1044, 1045, 1049, 1054, 1142, 1143, 1146, 1698, 2026];
const end = (status, why) => (console.error(why), process.exit(status));

function ask(numbers) {
  // In hexadecimal digits: there is no quote that a number could break out of.
  const list = numbers.map((number) => `_utf8mb4 X'${Buffer.from(number).toString('hex')}'`).join();
  const options = ['--no-defaults', '--batch', '--skip-column-names', '--local-infile=0', ...process.argv.slice(2)];
  const ended = spawnSync('mariadb', options, { input: QUERY(list), encoding: 'utf8', maxBuffer: 1 << 24 });
  if (ended.error) end(78, `mariadb could not be run: ${ended.error.code} (apt install mariadb-client; ExecPaths=)`);
  if (ended.status === 0) return ended.stdout.split('\n').filter(Boolean).map((line) => line.split('\t'));
  const code = Number(/^ERROR (\d+)/m.exec(ended.stderr)?.[1]);
  return end(DOWN.includes(code) ? 75 : MISCONFIGURED.includes(code) ? 78 : 1, ended.stderr);
}
const numbers = (await text(process.stdin)).split('\n').filter(Boolean);
const found = new Map(numbers.map((number) => [number, []]));
for (let at = 0; at < numbers.length; at += 50)
  for (const [number, state] of ask(numbers.slice(at, at + 50)))
    if (found.has(number)) found.get(number).push(STATUS[state] ?? LIVE);
    else end(1, `The query gave ${number}, which was not asked for: it heeds no filter, or takes one number for another`);
for (const [number, [first = 'missing', ...others]] of found)
  console.log(number, others.length > 0 ? `unknown the ERP has ${others.length + 1} orders of this number` : first);
