/** An old installation and a new one, for the tests of `order-monit import`. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import { OLD_SAMPLE } from '../checkpoint/old-files.ts';
import { call, install, type Finished, type Installation } from '../sandbox/program.ts';

const SHIPPED = fileURLToPath(new URL('../../config', import.meta.url));
export const isRoot = process.getuid?.() === 0;

/** The files of the old daemon, in the form of its documentation. */
export const OLD: Readonly<Record<string, string>> = {
  'service.yml': 'running_cycle: 120\nmax_attempts: 4\nmax_orders_per_request: 5\ndowntime_wait: 30\n',
  'process.yml': 'app_name: "Order Monit Service"\nontop: false\nlog_output: true\nbacktrace: true\n',
  'integration_server.yml':
    'host: "shop.example.com"\nport: 13630\nusername: "root"\nrails_root: "/srv/olook/current"\n',
  'database.yml': 'adapter: mysql2\ndatabase: olook\nusername: monitor\npassword: sesame\nhost: db.example.com\n',
  'abacos.yml':
    'wsdl_order_api: http://erp.example.com:8085/AbacosWebSvc/AbacosWSPedidos.asmx?wsdl\nkey: 12345678-ABCD-4321-ABCD-1234567890AB\n',
  'email.yml': 'smtp:\n  address: mail.example.com\n  port: 587\nsubscribers:\n  - ops@example.com\n',
};
/** The documented example: its last value has no closing quote. */
export const UNCLOSED = 'host: "shop.example.com"\nport: 13630\nusername: "root"\nrails_root: "/srv/olook/current\n';

export interface Scene {
  readonly old: string;
  readonly installation: Installation;
  readonly run: (...options: string[]) => Promise<Finished>;
}

/** Files of the old folder by path; null for one that is not there. */
export type Changes = Readonly<Record<string, string | null>>;

/** An old installation, and a new one as the package leaves it. */
export async function scene(t: TestContext, changes: Changes = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-import-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const installation = await install(join(folder, 'new'), {});
  for (const name of await readdir(SHIPPED)) {
    await writeFile(join(installation.config, name), await readFile(join(SHIPPED, name)), { mode: 0o640 });
  }
  const old = join(folder, 'old');
  await mkdir(join(old, 'config'), { recursive: true });
  await mkdir(join(old, 'data'));
  const files = Object.fromEntries(Object.entries(OLD).map(([name, text]) => [`config/${name}`, text]));
  const wanted: Changes = { ...files, 'data/checkpoint': OLD_SAMPLE, ...changes };
  for (const [name, text] of Object.entries(wanted)) {
    if (text !== null) await writeFile(join(old, name), text, { mode: 0o644 });
  }
  return { old, installation, run: (...options) => call(installation, 'import', old, ...options) };
}

/** Everything below a folder: owner, group, mode and content by path. */
export async function snapshot(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const { uid, gid, mode, mtimeMs } = await stat(path);
    const content = entry.isDirectory() ? '' : await readFile(path, 'latin1');
    found[path] = [uid, gid, mode, mtimeMs, content].join(' ');
    if (entry.isDirectory()) Object.assign(found, await snapshot(path));
  }
  return found;
}

export async function all({ old, installation }: Scene): Promise<Record<string, string>> {
  return { ...(await snapshot(join(old, '..'))), ...(await snapshot(installation.config)) };
}

export async function assertImported({ installation, old }: Scene): Promise<void> {
  for (const name of Object.keys(OLD)) {
    const path = join(installation.config, name);
    assert.deepEqual(await readFile(path), await readFile(join(old, 'config', name)), name);
    assert.equal((await stat(path)).mode & 0o777, 0o640, name);
  }
  const checkpoint = join(installation.state, 'checkpoint');
  assert.deepEqual(await readFile(checkpoint), await readFile(join(old, 'data/checkpoint')));
  assert.equal((await stat(checkpoint)).mode & 0o777, 0o640);
}

export function stepsOf({ stdout }: Finished): readonly string[] {
  return (stdout.split('\nWhat is left to do:\n')[1] ?? '').trimEnd().split('\n');
}
