/**
 * A model of how the program of 2012 works: an order a call, the WSDL fetched
 * and read before each, and after each the whole checkpoint read and written
 * again. It prints how many orders it did in a second.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { SaxesParser } from 'saxes';

const [, , wsdl = '', endpoint = '', key = '', file = '', orders = '0'] = process.argv;

const envelope = (number: number): string =>
  '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
  `<PedidoExiste xmlns="http://www.kplsolucoes.com.br/ABACOSWebService"><ChaveIdentificacao>${key}</ChaveIdentificacao>` +
  `<ListaDeNumerosDePedidos><string>${number}</string></ListaDeNumerosDePedidos></PedidoExiste></soap:Body></soap:Envelope>`;

const began = performance.now();
for (let count = 1; count <= Number(orders); count += 1) {
  if (namesIn(await (await fetch(wsdl)).text()).length === 0) throw new Error('The WSDL describes nothing');
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: '"http://www.kplsolucoes.com.br/ABACOSWebService/PedidoExiste"',
    },
    body: envelope(8_000_000 + count),
  });
  if (!(await answer.text()).includes('<Existente>true</Existente>')) throw new Error('An order was not found');
  const records = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const last = records.at(-1);
  if (last !== undefined) last[0] = String(records.length - 1);
  records.push([
    '^HEAD',
    '23/11/2026-10:00:00',
    '23/11/2026-10:00:00',
    String(3_000_000 + count),
    'SUCCESS',
    'OK',
    '1',
  ]);
  writeFileSync(file, records.map((record) => `${record.join(' ')}\n`).join(''));
}
console.log(Number(orders) / ((performance.now() - began) / 1000));

/** What a WSDL describes. */
function namesIn(wsdl: string): readonly string[] {
  const names: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ attributes }) => {
    const name = attributes['name']?.value;
    if (name !== undefined) names.push(name);
  });
  parser.write(wsdl).close();
  return names;
}
