/** Whoever may ask the service how it is may not keep it from its work. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import type { RowDataPacket } from 'mysql2';

import { call, checkpointOf, install, Run } from '../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { READER } from '../sandbox/shop.ts';
import { until } from '../sandbox/until.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await openSandbox();
});
after(async () => {
  await sandbox.close();
});

/** More files than the service ever needs, and fewer than callers want. */
const FILES = 300;

test('Connections to the status socket take neither the files of the service nor its part as the active one', async (t) => {
  const installation = {
    ...(await install(join(sandbox.folder, 'crowd'), sandbox.files, START)),
    through: ['prlimit', `--nofile=${FILES}:${FILES}`],
  };
  const service = new Run(installation, ['run']);
  t.after(async () => service.stop());
  const placed = async (number: string): Promise<void> => {
    sandbox.abacos.place(number);
    const id = await sandbox.shop.place({ number, ageS: 60 });
    await until(`order ${number} is on record`, async () =>
      (await checkpointOf(installation)).includes(` ${id} SUCCESS OK`),
    );
  };
  await placed('8000001');

  const crowd: Socket[] = [];
  t.after(() => {
    for (const socket of crowd) socket.destroy();
  });
  for (let caller = 0; caller < 2 * FILES; caller += 1) {
    const socket = connect(join(installation.runtime, 'status.sock'));
    crowd.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
  }
  // What needs a new connection of the service's: its own election, Abacos, the shop for the page and commands.
  for (const { id } of await readers()) await sandbox.shop.connection.query(`KILL ${id}`);
  await placed('8000002');

  // The database may take a moment to see that the lock's connection has ended.
  await until('it is the active one again', async () => {
    const { status, stdout, stderr } = await call({ ...installation, through: [] }, 'status', '--json');
    assert.equal(status, 0, stderr);
    const answer: unknown = JSON.parse(stdout);
    assert.ok(typeof answer === 'object' && answer !== null && 'standing' in answer);
    return isDeepStrictEqual(answer.standing, { kind: 'active' });
  });
  assert.doesNotMatch(service.output, /too many files/);
});

async function readers(): Promise<{ id: string }[]> {
  const [rows] = await sandbox.shop.connection.query<RowDataPacket[]>(
    'SELECT id FROM information_schema.processlist WHERE user = ?',
    [READER.username],
  );
  return rows.map((row) => ({ id: String(row['id']) }));
}
