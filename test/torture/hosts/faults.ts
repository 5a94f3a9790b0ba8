/** What befalls two monitors and the integration server of a lane, at a moment that the trial has chosen. */
import { randomInt } from 'node:crypto';
import { readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { until } from '../../sandbox/until.ts';
import type { Lane } from './lane.ts';

/** The random numbers of a trial, in [0, 1). */
export type Random = () => number;

export type Fault = (lane: Lane, random: Random) => Promise<void>;

const HOUR_MS = 3_600_000;

/** These may come together, in any order. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'the SSH connections are cut': async ({ sandbox }) => sandbox.sshd.killSessions(),

  'the SSH connections are cut again and again': async ({ sandbox }, random) => {
    for (let count = 0; count < 4; count += 1) {
      await sandbox.sshd.killSessions();
      await delay(random() * 300);
    }
  },

  'the SSH connections are cut as a command starts': async ({ sandbox }, random) => {
    const { sshd } = sandbox;
    const sofar = sshd.log().length;
    const begins = (): boolean => sshd.log().includes('Starting session: command', sofar);
    // There may be none left to start.
    for (let waitedMs = 0; waitedMs < 1000 && !begins(); waitedMs += 5) await delay(5);
    await delay(random() * 30);
    await sshd.killSessions();
  },

  'sshd is restarted': async ({ sandbox }, random) => {
    await sandbox.sshd.stop();
    await delay(random() * 300);
    await sandbox.sshd.start();
  },

  'the active service is restarted': async (lane) => (await lane.active()).restart('SIGTERM'),

  'the active service is killed': async (lane) => (await lane.active()).restart('SIGKILL'),

  'both services are killed': async ({ hosts }) => {
    await Promise.all(hosts.map(async (host) => host.restart('SIGKILL')));
  },

  'the active one loses its part and goes on for a while': async (lane) => lane.loseElection(),

  'the active one is frozen for a moment': async (lane, random) => {
    const host = await lane.active();
    host.freeze();
    await delay(random() * 1500);
    host.thaw();
  },

  'the active one is frozen, and goes on when the other one works': async (lane, random) => {
    const host = await lane.active();
    const other = lane.otherThan(host);
    host.freeze();
    try {
      await until('the other one is active', async () => {
        // The one that was frozen may have renewed its lease right before.
        await lane.loseElection();
        await delay(100);
        return other.isActive;
      });
      await delay(random() * 1500);
    } finally {
      host.thaw();
    }
  },

  'the clock of the integration server is set back': async (lane, random) => shiftLocks(lane, random() * HOUR_MS),

  'the clock of the integration server is set forward': async (lane, random) => shiftLocks(lane, -random() * HOUR_MS),
};

/**
 * These come alone: with the lock folder the server loses what it knows of the
 * last commands, and only the monitor that had them run knows when they ended.
 */
export const FAULTS_OF_THE_LOCKS: Readonly<Record<string, Fault>> = {
  'the lock folder is removed': async ({ lockFolder }) => rm(lockFolder, { recursive: true, force: true }),

  'the lock folder is unusable for a while': async ({ lockFolder }, random) => {
    const away = `${lockFolder}.${randomInt(2 ** 40)}`;
    const wasThere = await rename(lockFolder, away).then(
      () => true,
      () => false,
    );
    await writeFile(lockFolder, 'no folder\n');
    await delay(random() * 1500);
    await rm(lockFolder);
    if (wasThere) await rename(away, lockFolder);
  },
};

/** To the server it is the same whether its clock was changed or the times of its files. */
async function shiftLocks({ lockFolder }: Lane, byMs: number): Promise<void> {
  for (const name of await readdir(lockFolder).catch(() => [])) {
    const then = new Date(Date.now() + byMs);
    await utimes(join(lockFolder, name), then, then);
  }
}
