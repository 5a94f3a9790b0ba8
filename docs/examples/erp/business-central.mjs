#!/usr/bin/node --no-warnings
// Asks Business Central about orders (API v2.0). BC_URL, BC_TOKEN_URL, BC_COMPANY, BC_CLIENT; secret: BC_SECRET.
import { text } from 'node:stream/consumers';

const { BC_URL, BC_TOKEN_URL, BC_COMPANY, BC_CLIENT, BC_SECRET } = process.env;
const LIVE = 'exists'; // 'exists invoiced' where every order comes with its payment
const SELECT = { salesOrders: 'number,fullyShipped', salesInvoices: 'number,orderNumber,status' };
const end = (status, why) => (console.error(`Business Central ${why}`), process.exit(status));
process.on('uncaughtException', ({ message }) => end(1, `gave an answer that can not be read: ${message}`));
if (!BC_URL || !BC_TOKEN_URL || !BC_COMPANY || !BC_CLIENT || !BC_SECRET) end(78, 'needs all of BC_*');

async function ask(url, options) {
  const response = await fetch(url, { ...options, redirect: 'manual' }).catch((error) =>
    end(75, `can not be reached: ${error.cause?.code ?? error.message}`));
  const { headers, ok, status } = response;
  if ([429, 502, 503, 504].includes(status)) end(75, `says ${status}, wait ${headers.get('Retry-After') ?? '?'} s`);
  if ([401, 403].includes(status) || (!ok && url === BC_TOKEN_URL)) end(78, `says ${status}: see BC_CLIENT, BC_SECRET`);
  return ok ? response.json() : end(1, `says ${status}: ${(await response.text()).slice(0, 200)}`);
}
const answer = (rows) => {
  const orders = new Set(rows.map(({ number, orderNumber }) => orderNumber || number));
  const posted = rows.filter(({ status }) => status && status !== 'Draft'); // of an order, no status is asked for
  if (orders.size > 1) return `unknown Business Central has ${orders.size} orders of this number`;
  if (posted.length > 0) return posted.every((row) => row.status === 'Canceled') ? 'exists cancelled' : 'exists invoiced';
  return orders.size === 0 ? 'missing' : rows.some((row) => row.fullyShipped) ? 'exists dispatched' : LIVE;
};
const login = { client_id: BC_CLIENT, client_secret: BC_SECRET, scope: `${new URL(BC_URL).origin}/.default` };
const body = new URLSearchParams({ grant_type: 'client_credentials', ...login });
const headers = { Authorization: `Bearer ${(await ask(BC_TOKEN_URL, { method: 'POST', body })).access_token}` };
const numbers = (await text(process.stdin)).split('\n').filter(Boolean);
const found = new Map(numbers.map((number) => [number.toUpperCase(), []])); // so does the type Code keep them
for (let at = 0; at < numbers.length; at += 20)
  for (const kind of ['salesOrders', 'salesInvoices']) { // in this order: posting makes the one of the other
    const filter = numbers.slice(at, at + 20).map((number) => `externalDocumentNumber eq '${number}'`).join(' or ');
    const query = `$select=externalDocumentNumber,${SELECT[kind]}&$filter=${encodeURIComponent(filter)}`;
    for (let page, url = `${BC_URL}/companies(${BC_COMPANY})/${kind}?${query}`; url; url = page['@odata.nextLink'])
      for (const { externalDocumentNumber: its, ...row } of (page = await ask(url, { headers })).value)
        (found.get(its.toUpperCase()) ?? end(1, `heeds no filter: ${its} is unasked`)).push(row);
  }
for (const number of numbers) console.log(number, answer(found.get(number.toUpperCase())));
