/**
 * The limit that order-monit is measured against: a straight line of code that
 * reads the same pages, posts the same questions, looks for the same words in
 * the answers and appends and syncs the same lines, and does nothing else.
 */
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';

import { createConnection, type RowDataPacket } from 'mysql2/promise';

const [, , settings = '{}'] = process.argv;
const { port, user, password, database, endpoint, key, pageSize, perCall, file, after } = parse(JSON.parse(settings));

const connection = await createConnection({ host: '127.0.0.1', port, user, password, database });
const agent = new Agent({ keepAlive: true, maxSockets: 2 });
const checkpoint = openSync(file, 'a');
let head = after;
for (;;) {
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT id, CAST(number AS CHAR) AS number, state FROM orders WHERE id > ? AND number IS NOT NULL AND created_at <= UTC_TIMESTAMP() - INTERVAL 2 SECOND ORDER BY id LIMIT ?',
    [head, pageSize],
  );
  if (rows.length === 0) break;
  const calls = [];
  for (let from = 0; from < rows.length; from += perCall) {
    calls.push(ask(rows.slice(from, from + perCall).map((row) => String(row['number']))));
  }
  const found = (await Promise.all(calls)).reduce((sum, count) => sum + count, 0);
  if (found !== rows.length) throw new Error(`${rows.length - found} orders were not found`);
  const lines = rows.map((row) => `0 23/11/2026-10:00:00 23/11/2026-10:00:00 ${String(row['id'])} SUCCESS OK 1\n`);
  writeSync(checkpoint, lines.join(''));
  fdatasyncSync(checkpoint);
  head = Number(rows.at(-1)?.['id']);
}
await connection.end();
agent.destroy();

async function ask(numbers: readonly string[]): Promise<number> {
  const strings = numbers.map((number) => `<string>${number}</string>`).join('');
  const body =
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
    `<PedidoExiste xmlns="http://www.kplsolucoes.com.br/ABACOSWebService"><ChaveIdentificacao>${key}</ChaveIdentificacao>` +
    `<ListaDeNumerosDePedidos>${strings}</ListaDeNumerosDePedidos></PedidoExiste></soap:Body></soap:Envelope>`;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      endpoint,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          soapaction: '"http://www.kplsolucoes.com.br/ABACOSWebService/PedidoExiste"',
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          resolve(text.split('<Existente>true</Existente>').length - 1);
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

interface Settings {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly endpoint: string;
  readonly key: string;
  readonly pageSize: number;
  readonly perCall: number;
  readonly file: string;
  /** The orders behind this one are looked at. */
  readonly after: number;
}

function parse(value: unknown): Settings {
  if (isSettings(value)) return value;
  throw new Error('The bare loop got no settings');
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && 'endpoint' in value && 'file' in value;
}
