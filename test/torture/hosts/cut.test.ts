/**
 * Two monitors on two hosts of a network that is really cut, for each way of
 * election: the other one takes over, the one that is cut off stops before
 * that, and nothing is inserted twice or forgotten. How long it took is printed.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { until } from '../../sandbox/until.ts';
import { size } from '../trials.ts';
import type { ElectionKind, Host } from './host.ts';
import { DATABASE, Site } from './site.ts';

/** What only an active monitor does. */
const ACTS: ReadonlySet<string> = new Set(['verdict', 'command-started', 'settled', 'cycle']);

interface Happening {
  readonly title: string;
  readonly befall: (site: Site, active: Host) => unknown;
  /** Puts it right again. */
  readonly mend: (site: Site, active: Host) => unknown;
  /** Whether the one that it befalls lives to say that it is not the active one any more. */
  readonly saysSo: boolean;
  /** `npm test` plays it too. */
  readonly always?: boolean;
}

const HAPPENINGS: readonly Happening[] = [
  {
    title: 'all packets of its host vanish',
    befall: async ({ network }, { name }) => network.lose(name),
    mend: async ({ network }, { name }) => network.find(name),
    saysSo: true,
    always: true,
  },
  {
    title: 'the link of its host is down',
    befall: async ({ network }, { name }) => network.unplug(name),
    mend: async ({ network }, { name }) => network.plugIn(name),
    saysSo: true,
  },
  {
    title: 'what its host sends to the database vanishes',
    befall: async ({ network }, { name }) => network.loseOneWay(name, DATABASE),
    mend: async ({ network }, { name }) => network.findOneWay(name, DATABASE),
    saysSo: true,
  },
  {
    title: 'what the database sends to its host vanishes',
    befall: async ({ network }, { name }) => network.loseOneWay(DATABASE, name),
    mend: async ({ network }, { name }) => network.findOneWay(DATABASE, name),
    saysSo: true,
  },
  {
    title: 'it is frozen',
    befall: (_, host) => {
      host.freeze();
    },
    mend: (_, host) => {
      host.thaw();
    },
    saysSo: false,
  },
  {
    title: 'it is killed',
    befall: async (_, host) => host.stop('SIGKILL'),
    mend: (_, host) => {
      host.start();
    },
    saysSo: false,
    always: true,
  },
  {
    title: 'it is stopped',
    befall: async (_, host) => host.stop('SIGTERM'),
    mend: (_, host) => {
      host.start();
    },
    saysSo: false,
  },
];

const played = HAPPENINGS.filter(({ always = false }) => size({ test: always, torture: true }));

async function activeOf({ hosts }: Site): Promise<readonly [active: Host, other: Host]> {
  const [host1, host2] = hosts;
  const stand = (active: Host, other: Host): boolean => active.isActive && other.standing === 'standby';
  await until('one is active and the other stands by', () => stand(host1, host2) || stand(host2, host1));
  return host1.isActive ? [host1, host2] : [host2, host1];
}

/** Whether a host began a command since then. */
function hasActed(host: Host, sinceMs: number): boolean {
  return host.entriesSince(sinceMs).some(({ event }) => event === 'command-started');
}

/** When a host has become the active one for the last time. */
function activeSince(host: Host): number {
  const entry = host.entriesSince(0).findLast(({ standing }) => standing === 'active');
  assert.ok(entry !== undefined);
  return entry.atMs;
}

describe('Of two monitors on two hosts', { concurrency: true, skip: process.getuid?.() !== 0 && 'needs root' }, () => {
  for (const election of ['lock', 'lease'] as const satisfies readonly ElectionKind[]) {
    describe(`with election: ${election}`, { concurrency: 1 }, () => {
      let site: Site;
      before(async () => {
        site = await Site.open(election);
      });
      after(async () => {
        await site.close();
      });

      for (const { title, befall, mend, saysSo } of played) {
        test(`the other one takes over when ${title}`, async (t) => {
          const [active, other] = await activeOf(site);
          const stopPlacing = site.keepPlacing(1500);
          const beganMs = Date.now();
          await until('commands run', () => hasActed(active, beganMs));
          const befellMs = Date.now();
          await befall(site, active);
          await until('the other one is active', () => other.isActive);
          const tookOverMs = activeSince(other);
          await until('it works', () => hasActed(other, tookOverMs));
          const said = active.entriesSince(befellMs).filter(({ event }) => event === 'standing');
          const meanwhile = active.entriesSince(tookOverMs).filter(({ event }) => ACTS.has(event));
          t.diagnostic(
            `${election}: ${title}: the other one is active after ${((tookOverMs - befellMs) / 1000).toFixed(1)} s` +
              (said[0] === undefined
                ? ''
                : `; this one said that it is not after ${((said[0].atMs - befellMs) / 1000).toFixed(1)} s`),
          );
          if (saysSo)
            assert.ok(said[0] !== undefined && said[0].atMs < tookOverMs, 'it stops before the other one begins');
          assert.deepEqual(meanwhile, []);

          await mend(site, active);
          await until('it stands by', () => active.standing === 'standby');
          await stopPlacing();
          await site.settled();
          assert.deepEqual(site.wronglyInserted, []);
          assert.equal(other.isActive, true);
        });
      }

      test(
        'one works again when the database was restarted',
        { skip: size({ test: true, torture: false }) },
        async () => {
          const { db, hosts, shop } = site;
          await activeOf(site);
          await site.place();
          await db.kill();
          await until('nobody is active', () => hosts.every(({ standing }) => standing === 'unknown'));
          await db.start();
          await shop.reconnect(db);
          await site.place();
          await activeOf(site);
          await site.settled();
          assert.deepEqual(site.wronglyInserted, []);
        },
      );

      test(
        'nobody works while neither reaches the database; each says so once, and that it is over',
        { skip: size({ test: true, torture: false }) },
        async () => {
          const { hosts, mail, network } = site;
          await activeOf(site);
          mail.mails.splice(0);
          const subjects = (what: RegExp): readonly string[] =>
            mail.mails.map(({ subject }) => subject).filter((subject) => what.test(subject));
          for (const { name } of hosts) await network.loseOneWay(name, DATABASE);
          await until('nobody is active', () => hosts.every(({ standing }) => standing === 'unknown'));
          const nobodyMs = Date.now();
          await site.place();
          await until('each has sent a mail', () => subjects(/database is down/i).length === 2, 240_000);
          assert.equal(
            hosts.some((host) => hasActed(host, nobodyMs)),
            false,
          );

          for (const { name } of hosts) await network.findOneWay(name, DATABASE);
          await activeOf(site);
          await site.settled();
          await until('each has sent a second mail', () => subjects(/database is back/i).length === 2, 600_000);
          assert.equal(subjects(/database is down/i).length, 2);
          assert.deepEqual(site.wronglyInserted, []);
        },
      );
    });
  }
});
