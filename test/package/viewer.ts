/** What somebody may do who is in the group of the sockets for others, and in no other one: a web server, say. */
import assert from 'node:assert/strict';

import type { Host, Outcome } from '../host/host.ts';
import type { ShopHost } from './shop-host.ts';

/** What the service reads, writes or listens on, and who is to see the page must not touch. */
const OTHERS = [
  '/etc/order-monit',
  '/etc/order-monit/database.yml',
  '/etc/order-monit/credentials/ssh_key',
  '/etc/order-monit/credentials/abacos_key',
  '/run/credentials/order-monit.service',
  '/var/lib/order-monit',
  '/var/lib/order-monit/checkpoint',
];

const ASK = `
  require('node:http').get({ socketPath: process.argv[1], path: '/metrics' }, (answer) => console.log(answer.statusCode))
    .on('error', (error) => console.log(error.code));`;

async function as(host: Host, user: string, ...command: readonly string[]): Promise<Outcome> {
  return host.run(['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', ...command]);
}

async function ask(host: Host, user: string, socket: string): Promise<string> {
  return (await as(host, user, 'node', '-e', ASK, `/run/order-monit/${socket}`)).stdout.trim();
}

/** Opens the page on a Unix socket, and tries everything as a member of the group and as somebody else. */
export async function assertViewerSeesSocketsAlone(shop: ShopHost): Promise<void> {
  const { host, configuration } = shop;
  await host.shell('useradd --groups _order-monit-view viewer; useradd stranger');
  const before = await host.read('/etc/order-monit/service.yml');
  await host.write('/etc/order-monit/service.yml', `${configuration.service}listen: /run/order-monit/page.sock\n`);
  await shop.reload();

  assert.equal(await ask(host, 'viewer', 'page.sock'), '200');
  assert.equal(await ask(host, 'viewer', 'status.sock'), '200');
  const status = await as(host, 'viewer', 'order-monit', 'status');
  assert.equal(status.status, 0, status.stdout + status.stderr);
  assert.equal(await ask(host, 'viewer', 'control.sock'), 'EACCES');
  assert.match((await as(host, 'viewer', 'order-monit', 'run-now')).stderr, /You may not use .*control\.sock/);
  for (const path of OTHERS) {
    assert.equal((await host.run(['test', '-e', path])).status, 0, path);
    assert.notEqual((await as(host, 'viewer', 'test', '-r', path)).status, 0, path);
  }
  // Nothing but the sockets and their folder has the group, on the whole host.
  const found = (await host.shell('find / -path /proc -prune -o -group _order-monit-view -print'))
    .trim()
    .split('\n')
    .sort();
  assert.deepEqual(found, [
    '/run/order-monit',
    '/run/order-monit/control.sock',
    '/run/order-monit/page.sock',
    '/run/order-monit/status.sock',
  ]);
  assert.notEqual((await as(host, 'viewer', 'touch', '/run/order-monit/viewer')).status, 0);
  for (const socket of ['page.sock', 'status.sock']) assert.equal(await ask(host, 'stranger', socket), 'EACCES');

  await host.write('/etc/order-monit/service.yml', before);
  await shop.reload();
  await host.shell('userdel viewer; userdel stranger');
}
