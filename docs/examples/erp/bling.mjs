#!/usr/bin/node --no-warnings
// Asks Bling about orders (API v3). BLING_TOKEN_FILE, BLING_LOJA (the id of the shop in Bling). See erp-command.md.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const { BLING_URL = 'https://api.bling.com.br/Api/v3', BLING_TOKEN_FILE, BLING_LOJA } = process.env;
const STATUS = { 9: 'exists invoiced', 12: 'exists cancelled' }; // Atendido, Cancelado
const LIVE = 'exists'; // 'exists invoiced' where every order comes with its payment
const PAGE = 100;
const end = (status, why) => (console.error(`Bling ${why}`), process.exit(status));
process.on('uncaughtException', ({ message }) => end(1, `gave an answer that can not be read: ${message}`));
if (!BLING_TOKEN_FILE || !BLING_LOJA) end(78, 'needs BLING_TOKEN_FILE and BLING_LOJA');
const token = await readFile(BLING_TOKEN_FILE, 'utf8').catch(({ message }) => end(78, `has no token: ${message}`));

async function ask(numbers, pagina) {
  const query = new URLSearchParams({ pagina, limite: PAGE, idLoja: BLING_LOJA });
  for (const number of numbers) query.append('numerosLojas[]', number); // it ignores numeroLoja without a word
  const headers = { Authorization: `Bearer ${token.trim()}` };
  const response = await fetch(`${BLING_URL}/pedidos/vendas?${query}`, { headers, redirect: 'manual' }).catch((error) =>
    end(75, `can not be reached: ${error.cause?.code ?? error.message}`));
  const { ok, status } = response;
  if ([429, 502, 503, 504].includes(status)) end(75, `says ${status}: ${(await response.text()).slice(0, 200)}`);
  if ([401, 403].includes(status)) end(78, `says ${status}: see whether ${BLING_TOKEN_FILE} is renewed`);
  return ok ? (await response.json()).data : end(1, `says ${status}: ${(await response.text()).slice(0, 200)}`);
}
const numbers = (await text(process.stdin)).split('\n').filter(Boolean);
const found = new Map(numbers.map((number) => [number, []]));
for (let at = 0; at < numbers.length; at += 50)
  for (let pagina = 1, rows; rows === undefined || rows.length === PAGE; pagina += 1) {
    if (at > 0 || pagina > 1) await pause(400); // three requests a second are allowed
    rows = await ask(numbers.slice(at, at + 50), pagina);
    for (const { loja, numeroLoja, situacao } of rows)
      if (String(loja.id) !== BLING_LOJA || !found.has(numeroLoja)) end(1, `heeds no filter: ${numeroLoja} is unasked`);
      else found.get(numeroLoja).push(STATUS[situacao.id] ?? LIVE);
  }
for (const [number, [first = 'missing', ...others]] of found)
  console.log(number, others.length > 0 ? `unknown Bling has ${others.length + 1} orders of this number` : first);
