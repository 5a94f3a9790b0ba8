/** An installation on a real shop, Abacos' stand-in and integration server, for tests of what people do about orders. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach } from 'node:test';

import { call, checkpointOf, install, Run, type Installation } from '../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

export let sandbox: Sandbox;
export let installation: Installation;
let number = 6_000_000;
let count = 0;

before(async () => {
  sandbox = await openSandbox();
});
after(async () => {
  await sandbox.close();
});

/** Services of the test that runs: one that fails leaves none behind. */
const services: Run[] = [];

export function launch(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
  const run = new Run(installation, words, environment);
  services.push(run);
  return run;
}

afterEach(async () => {
  for (const service of services.splice(0)) {
    service.child.kill('SIGKILL');
    await service.finished;
  }
});

beforeEach(async () => {
  count += 1;
  await sandbox.shop.connection.query('DELETE FROM orders');
  await sandbox.standIn({});
  installation = await install(join(sandbox.folder, `operations${count}`), sandbox.files, START);
});

export interface Placed {
  readonly id: number;
  readonly number: string;
}

/** An installation without a checkpoint, in place of the one that the test has. */
export async function installAnew(): Promise<void> {
  installation = await install(join(sandbox.folder, `operations${count}`, 'fresh'), sandbox.files);
}

export function nextNumber(): number {
  number += 1;
  return number;
}

export async function place(inAbacos = true, paid = true): Promise<Placed> {
  const number = nextNumber();
  if (inAbacos) sandbox.abacos.place(String(number));
  return { id: await sandbox.shop.place({ number: String(number), ageS: 60, paid }), number: String(number) };
}

export async function placeMany(howMany: number, inAbacos = true): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (let index = 0; index < howMany; index += 1) placed.push(await place(inAbacos));
  return placed;
}

export async function onRecord(id: number): Promise<string | undefined> {
  const lines = (await checkpointOf(installation)).split('\n').map((line) => line.split(' '));
  return lines
    .filter((fields) => fields[3] === String(id))
    .at(-1)
    ?.slice(4)
    .join(' ');
}

export async function recorded(id: number, expected: string): Promise<void> {
  await until(`order id ${id} is on record as ${expected}`, async () => (await onRecord(id)) === expected);
}

/** A line for each of these orders, given up, and the head after them. */
export function givenUp(orders: readonly { readonly id: number; readonly reason: string }[], head: number): string {
  const at = '20/11/2026-10:00:00 20/11/2026-10:00:00';
  const lines = orders.map(({ id, reason }, index) => `${index} ${at} ${id} FAILED ${reason} 5\n`);
  return `${lines.join('')}^HEAD ${at} ${head} SUCCESS OK 1\n`;
}

export async function ended(words: readonly string[], status = 0): Promise<string> {
  const run = await call(installation, ...words);
  assert.equal(run.status, status, run.stdout + run.stderr);
  return run.stdout + run.stderr;
}

export async function started(): Promise<Run> {
  const service = launch(['run']);
  await until('the service has started', () => service.output.includes('starts after'));
  return service;
}
