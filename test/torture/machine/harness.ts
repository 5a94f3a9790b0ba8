/** A sandbox that several scenes of one file play in, each with an installation and orders of its own. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { openMailServer, type MailServer } from '../../alerts/mail-server.ts';
import { install, type Installation } from '../../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { Faults, mountTmpfs, Supervised } from './machine.ts';

/** What needs mounts or other users. */
export const NEEDS_ROOT = process.getuid?.() === 0 ? {} : { skip: 'only root can do this to a machine' };

export interface Scene {
  readonly installation: Installation;
  /** Starts order-monit, and ends it with the test. */
  readonly start: (installation?: Installation) => Supervised;
}

export class Harness {
  readonly sandbox: Sandbox;
  readonly faults: Faults;
  readonly mails: MailServer;
  #number = 5_000_000;
  #scenes = 0;

  private constructor(sandbox: Sandbox, faults: Faults, mails: MailServer) {
    this.sandbox = sandbox;
    this.faults = faults;
    this.mails = mails;
  }

  static async open(): Promise<Harness> {
    const sandbox = await openSandbox();
    // Another user must get at what is in it.
    await chmod(sandbox.folder, 0o755);
    return new Harness(sandbox, await Faults.make(sandbox.folder), await openMailServer());
  }

  async close(): Promise<void> {
    await this.mails.close();
    await this.sandbox.close();
  }

  /** @param kilobytes the state folder is a disk of its own with so much room */
  async scene(t: TestContext, { kilobytes }: { kilobytes?: number } = {}): Promise<Scene> {
    this.#scenes += 1;
    await this.sandbox.shop.connection.query('DELETE FROM orders');
    await this.faults.set([]);
    const folder = join(this.sandbox.folder, `scene${this.#scenes}`);
    if (kilobytes !== undefined) {
      const disk = await mountTmpfs(join(folder, 'state'), kilobytes);
      t.after(() => disk.unmount());
    } else await mkdir(folder);
    const email = {
      smtp: { address: '127.0.0.1', port: this.mails.port },
      subscribers: ['ops@example.com'],
      min_interval: 1,
    };
    const installation = await install(folder, { ...this.sandbox.files, email }, START);
    return {
      installation,
      start: (where = installation) => {
        const supervised = new Supervised(where, this.faults.environment);
        t.after(() => supervised.stop());
        return supervised;
      },
    };
  }

  /** An order that the shop has taken, and its number. */
  async place({ inAbacos }: { inAbacos: boolean }): Promise<string> {
    this.#number += 1;
    const number = String(this.#number);
    if (inAbacos) this.sandbox.abacos.place(number);
    await this.sandbox.shop.place({ number, ageS: 60 });
    return number;
  }

  /** Every order is settled; those that were missing were inserted once, by one command; nothing else was recorded. */
  async allSettled({ state }: Installation, missing: readonly string[]): Promise<void> {
    const ids = await this.#ids();
    await until('every order is on record as SUCCESS', async () => {
      const found = recordsIn(await readFile(join(state, 'checkpoint'), 'utf8').catch(() => ''));
      return ids.every((id) => found.get(id)?.startsWith('SUCCESS') === true);
    });
    const found = [...recordsIn(await readFile(join(state, 'checkpoint'), 'utf8')).keys()].filter((id) => id !== '0');
    assert.deepEqual(found.sort(), ids.sort());
    const commands = await this.sandbox.commands();
    for (const number of missing) {
      assert.equal(this.sandbox.abacos.insertsOf(number), 1, `inserts of ${number}`);
      const started = commands.filter((entry) => entry.number === number && entry.event === 'started');
      assert.equal(started.length, 1, `commands for ${number}`);
    }
  }

  async #ids(): Promise<string[]> {
    const [rows] = await this.sandbox.shop.connection.query('SELECT id FROM orders');
    assert.ok(Array.isArray(rows));
    return rows.map((row) => String('id' in row ? row['id'] : undefined));
  }
}

function recordsIn(checkpoint: string): Map<string, string> {
  const lines = checkpoint.split('\n').map((line) => line.split(' '));
  return new Map(
    lines.map((fields) => [fields[3] ?? '', fields.slice(4).join(' ')] as const).filter(([id]) => id !== ''),
  );
}

/** Fills a disk to its last byte, with a file of this name. */
export async function fill(folder: string): Promise<string> {
  const path = join(folder, 'what-fills-the-disk');
  await assert.rejects(writeFile(path, Buffer.alloc(4 * 1024 * 1024)), { code: 'ENOSPC' });
  return path;
}
