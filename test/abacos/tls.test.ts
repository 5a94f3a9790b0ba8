/** Abacos over TLS: an authority of its own, a name with two addresses, and what is said where that fails. */
import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { after, describe, test, type TestContext } from 'node:test';

import type { ErpOptions } from '../../src/abacos/index.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { freePort, listen, serve } from '../sandbox/ports.ts';
import { selfSigned, signedBy } from '../shop/certificate.ts';
import { openSite, orderNumbers, type CallOutcome } from './fixtures.ts';
import { answer, rowElement } from './wire.ts';

const NAME = 'abacos.example.com';
const AUTHORITY = selfSigned('An authority', { isAuthority: true });
const { certificate, key } = signedBy(AUTHORITY, 'An authority', NAME);
const RESULT = { code: 200002, type: 'tdreSucesso' };
const XML = answer(
  { code: 0, type: 'tdreIndefinido' },
  rowElement({ number: '7', exists: true, status: 'tspeeFaturado', result: RESULT }),
);

// Nothing listens at the first of the two.
const names = withTwoAddresses();
after(() => {
  names.restore();
});

async function openService(t: TestContext): Promise<{ port: number; connections: () => number; hosts: string[] }> {
  const hosts: string[] = [];
  let connections = 0;
  const server = createServer({ cert: certificate + AUTHORITY.certificate, key }, (request, response) => {
    hosts.push(request.headers.host ?? '');
    request.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'text/xml' }).end(XML));
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  return { port: await serve(t, server), connections: () => connections, hosts };
}

async function ask(t: TestContext, erp: Partial<ErpOptions>): Promise<() => Promise<CallOutcome>> {
  const { call } = await openSite(t, { erp });
  return async () => call(orderNumbers('7'));
}

describe('A service over TLS', () => {
  test('with an authority of its own is asked where ca names that, over one connection', async (t) => {
    const { port, connections, hosts } = await openService(t);
    const call = await ask(t, { endpoint: `https://${NAME}:${port}/a.asmx`, ca: AUTHORITY.certificate });
    for (let round = 0; round < 3; round++) assert.equal((await call()).byNumber.size, 1);
    assert.equal(connections(), 1);
    assert.deepEqual([...new Set(hosts)], [`${NAME}:${port}`]);
  });

  test('whose authority is not known is told of with its addresses, its cause and its key', async (t) => {
    const { port } = await openService(t);
    const { outage } = await (await ask(t, { endpoint: `https://${NAME}:${port}/a.asmx` }))();
    assert.equal(
      outage?.reason,
      `the certificate of ${NAME}:${port} (::1, 127.0.0.1) is not trusted: its authority is not known here (self-signed certificate in certificate chain)`,
    );
    assert.match(
      outage.hint ?? '',
      /save the certificate of that authority to a file, and name that \(ca in abacos\.yml\)/,
    );
  });

  test('that is asked without it is told of with what may be the cause', async (t) => {
    const { port } = await openService(t);
    const { outage } = await (await ask(t, { endpoint: `http://${NAME}:${port}/a.asmx` }))();
    assert.match(outage?.reason ?? '', /was lost$|does not answer as a web server does|HTTP 400/);
    assert.match(outage?.hint ?? '', /http or https|https:/);
  });
});

describe('A name with two addresses', () => {
  test('is asked at the second, where nothing listens at the first', async (t) => {
    const server = createHttp((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'text/xml' }).end(XML));
    });
    const call = await ask(t, { endpoint: `http://${NAME}:${await serve(t, server)}/a.asmx` });
    assert.equal((await call()).byNumber.size, 1);
  });

  test('is told of with both, where nothing listens at either', async (t) => {
    const port = await freePort();
    const { outage } = await (await ask(t, { endpoint: `http://${NAME}:${port}/a.asmx` }))();
    assert.equal(outage?.reason, `nothing listens at ${NAME}:${port} (::1, 127.0.0.1) (connection refused)`);
  });

  test('is told of with both, where nothing is said in time', async (t) => {
    const server = createTcp((socket) => {
      socket.on('error', () => undefined).resume();
      t.after(() => socket.destroy());
    });
    const port = await listen(server);
    t.after(() => server.close());
    for (const scheme of ['http', 'https']) {
      const call = await ask(t, { endpoint: `${scheme}://${NAME}:${port}/a.asmx`, timeoutMs: 300 });
      const { outage } = await call();
      assert.equal(outage?.reason, `${NAME}:${port} (::1, 127.0.0.1) did not answer within 0.3 s`);
    }
  });
});
