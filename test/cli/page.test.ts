/** The page of a running service, with a real shop, Abacos and integration server behind it. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';

import { freePort } from '../sandbox/ports.ts';
import { configure, install, Run, type Installation } from '../sandbox/program.ts';
import { KEY, openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { READER } from '../sandbox/shop.ts';
import { until } from '../sandbox/until.ts';

let sandbox: Sandbox;
let count = 0;

before(async () => {
  sandbox = await openSandbox();
});
after(async () => {
  await sandbox.close();
});

interface Running {
  readonly service: Run;
  readonly port: number;
  readonly installation: Installation;
}

const settings = (listen: unknown, more: object = {}): Record<string, Record<string, unknown>> => ({
  service: { ...sandbox.files['service'], listen, ...more },
});

async function start(t: TestContext, more: object = {}): Promise<Running> {
  count += 1;
  await sandbox.shop.connection.query('DELETE FROM orders');
  await sandbox.standIn({});
  const installation = await install(join(sandbox.folder, `page${count}`), sandbox.files, START);
  const port = await freePort();
  await configure(installation, settings(`127.0.0.1:${port}`, more));
  const service = new Run(installation, ['run']);
  t.after(async () => service.stop());
  await until('the page is there', () => service.output.includes('The page is at'));
  return { service, port, installation };
}

async function get(port: number, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return answer.text();
}

async function place(number: string, order: { inAbacos?: boolean } = {}): Promise<number> {
  if (order.inAbacos !== false) sandbox.abacos.place(number);
  return sandbox.shop.place({ number, ageS: 60 });
}

describe('The page of a running service', () => {
  test('tells the story of an order that was given up, and has it retried', async (t) => {
    const { port } = await start(t, { page_allow_retry: true });
    await sandbox.standIn({ behaviour: { '6100001': 'nothing' } });
    const id = await place('6100001', { inAbacos: false });
    await until('it is given up', async () => (await get(port, '/')).includes('needs action'));
    const overview = await get(port, '/');
    assert.match(overview, /1 order is not in Abacos/);
    assert.match(overview, /href="\/orders\/6100001"/);

    const story = await get(port, '/orders/6100001');
    assert.match(story, /a command may have sent it\. order-monit has stopped/);
    assert.equal(story.match(/which sends it to Abacos \(attempt \d\)/g)?.length, 2);
    assert.equal(await get(port, `/orders?id=${id}`).then((page) => page.includes('Order 6100001')), true);

    await sandbox.standIn({});
    const confirmation = await fetch(`http://127.0.0.1:${port}/retry?id=${id}`);
    const token = /name="token" value="([^"]+)"/.exec(await confirmation.text())?.[1] ?? '';
    const cookie = (confirmation.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const done = await fetch(`http://127.0.0.1:${port}/retry`, {
      method: 'POST',
      headers: { cookie, origin: `http://127.0.0.1:${port}` },
      body: new URLSearchParams({ token, id: String(id) }),
    });
    assert.ok(done.url.startsWith(`http://127.0.0.1:${port}/orders?id=${id}&done=retry.`), done.url);
    assert.match(await done.text(), /Retry started at \d\d:\d\d:\d\d\.|is in Abacos/);
    await until('it has arrived', async () =>
      (await get(port, '/orders/6100001')).includes('is in Abacos (in progress)'),
    );
    assert.match(await get(port, '/orders/6100001'), /asked for by the page/);
    for (const page of [overview, story]) {
      assert.ok(!page.toLowerCase().includes(KEY.toLowerCase()), 'the key of Abacos was shown');
      assert.ok(!page.includes(READER.password), 'the password of the database was shown');
    }
  });

  test('gives an order the same advice on its own page and in a list', async (t) => {
    const { port } = await start(t);
    const behaviour = { '6150001': 'fail', '6150002': 'refuse' } as const;
    await sandbox.standIn({ behaviour });
    const numbers = Object.keys(behaviour);
    for (const number of numbers) await place(number, { inAbacos: false });
    await until('both are given up', async () => (await get(port, '/')).includes('Needs you: 2 orders'));
    const list = await get(port, `/orders?number=${numbers.join('%20')}`);
    for (const [number, advice] of [
      ['6150001', 'enter the product in Abacos'],
      ['6150002', 'see whether the customer has paid'],
    ] as const) {
      const own = /What to do:<\/strong> ([^<]*)</.exec(await get(port, `/orders/${number}`))?.[1] ?? 'none';
      assert.ok(own.includes(advice), `${number}: ${own}`);
      assert.ok(list.includes(own), `${number}: ${own}\n${list}`);
    }
  });

  test('tells what it can while Abacos or the shop is down', async (t) => {
    const { port } = await start(t);
    await place('6200001');
    await until('it has been looked at', async () => (await get(port, '/orders/6200001')).includes('settled'));
    await until('it says what it is at', async () => (await get(port, '/')).includes('Now: pause until'));
    await sandbox.abacos.down();
    await place('6200002');
    await until('it is said', async () => (await get(port, '/')).includes('Abacos has been unavailable for'));
    assert.match(await get(port, '/orders/6200001'), /When it was last asked, it had this order/);
    await sandbox.abacos.up();
    await until('it is taken back', async () => !(await get(port, '/')).includes('has been unavailable'));
    assert.match(await get(port, '/orders/6299999'), /The shop has no order 6299999/);
    for (const written of ['#6200001', 'nº 6.200.001', 'pedido 6 200 001 do cliente']) {
      const found = await get(port, `/orders?number=${encodeURIComponent(written)}`);
      assert.match(found, /<h1>Order 6200001/, written);
    }
    const list = await get(port, '/orders?number=6200001,%206299999%206200002');
    assert.match(list, /3 orders looked up: 1 not found in the shop and 2 in Abacos\./);
    assert.match(list, /This order is in Abacos \(in progress\)/);

    sandbox.shop.connection.on('error', () => undefined);
    await sandbox.db.kill();
    const answer = await fetch(`http://127.0.0.1:${port}/orders/6200001`);
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /database can not be asked right now/);
    await sandbox.db.start();
    await sandbox.shop.reconnect(sandbox.db);
  });

  test('moves at a reload, speaks another language, and closes with the service', async (t) => {
    const { installation, port, service } = await start(t);
    assert.match(await get(port, '/'), /<html lang="en">/);
    const socket = join(installation.runtime, 'page.sock');
    await configure(installation, settings(socket, { language: 'pt-BR' }));
    service.child.kill('SIGHUP');
    await until('the page has moved', () => service.output.includes(`The page is at ${socket}`));
    assert.match(await overSocket(socket), /<html lang="pt-BR">/);
    await assert.rejects(get(port, '/'));
    assert.equal((await service.stop()).status, 0);
    await assert.rejects(overSocket(socket));
  });

  test('is done without where its address is taken, and monitoring goes on', async (t) => {
    const { installation, port } = await start(t);
    const second = await install(join(sandbox.folder, `second${count}`), sandbox.files, START);
    await configure(second, settings(`127.0.0.1:${port}`));
    const service = new Run(second, ['run']);
    t.after(async () => service.stop());
    await until('it is said', () => service.output.includes('something else listens there already'));
    assert.match(service.output, /Monitoring goes on without the page/);
    assert.notEqual(installation.state, second.state);
  });
});

async function overSocket(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path: '/', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve(text);
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
