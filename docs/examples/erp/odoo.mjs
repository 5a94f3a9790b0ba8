#!/usr/bin/node --no-warnings
// Asks Odoo 19 about orders (JSON-2 API). ODOO_URL, ODOO_DATABASE; secret: ODOO_KEY. See erp-command.md.
import { text } from 'node:stream/consumers';

const { ODOO_URL, ODOO_DATABASE, ODOO_KEY } = process.env;
const NUMBER = 'client_order_ref'; // the field of sale.order that holds the shop's number
const LIVE = 'exists'; // 'exists invoiced' where every order comes with its payment
const PAGE = 100;
const end = (status, why) => (console.error(`Odoo ${why}`), process.exit(status));
process.on('uncaughtException', ({ message }) => end(1, `gave an answer that can not be read: ${message}`));
if (!ODOO_URL || !ODOO_DATABASE || !ODOO_KEY) end(78, 'needs ODOO_URL, ODOO_DATABASE and ODOO_KEY');

async function ask(numbers, offset) {
  const fields = [NUMBER, 'state', 'invoice_status'];
  const body = JSON.stringify({ domain: [[NUMBER, 'in', numbers]], fields, order: 'id', limit: PAGE, offset });
  const headers = { Authorization: `bearer ${ODOO_KEY}`, 'X-Odoo-Database': ODOO_DATABASE };
  headers['Content-Type'] = 'application/json';
  const url = `${ODOO_URL}/json/2/sale.order/search_read`;
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' }).catch((error) =>
    end(75, `can not be reached: ${error.cause?.code ?? error.message}`));
  const { headers: said, ok, status } = response;
  if ([429, 502, 503, 504].includes(status)) end(75, `says ${status}, wait ${said.get('Retry-After') ?? '?'} s`);
  if ([401, 403].includes(status)) end(78, `says ${status}: see ODOO_KEY, and what its user may read`);
  return ok ? response.json() : end(1, `says ${status}: ${(await response.text()).slice(0, 200)}`);
}
const answer = ([row, ...others]) => {
  if (others.length > 0) return `unknown Odoo has ${others.length + 1} orders of this number`;
  if (row?.state === 'cancel') return 'exists cancelled';
  return row === undefined ? 'missing' : row.invoice_status === 'invoiced' ? 'exists invoiced' : LIVE;
};
const numbers = (await text(process.stdin)).split('\n').filter(Boolean);
const found = new Map(numbers.map((number) => [number, []]));
for (let at = 0; at < numbers.length; at += 50)
  for (let offset = 0, rows; rows === undefined || rows.length === PAGE; offset += PAGE) {
    rows = await ask(numbers.slice(at, at + 50), offset);
    for (const row of rows) (found.get(row[NUMBER]) ?? end(1, `heeds no filter: ${row[NUMBER]} is unasked`)).push(row);
  }
for (const [number, rows] of found) console.log(number, answer(rows));
