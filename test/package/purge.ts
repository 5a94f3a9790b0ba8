/** What `apt purge` makes of a host on which something of order-monit's is still in use: it ends well, and says what stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Host } from '../host/host.ts';

interface Use {
  readonly what: string;
  readonly begin: string;
  readonly end: string;
  /** What purge says of it. */
  readonly said: readonly RegExp[];
  /** What is there afterwards, and nothing else: folders, files, users and groups. */
  readonly left: readonly string[];
}

const USES: readonly Use[] = [
  {
    what: 'nothing is in use',
    begin: '',
    end: '',
    said: [],
    left: [],
  },
  {
    what: 'a process of the user runs',
    begin: 'systemd-run --quiet --unit=lingering --uid=_order-monit sleep infinity',
    end: 'systemctl stop lingering; userdel _order-monit',
    said: [/used by process \d+\norder-monit: _order-monit stays.* userdel _order-monit$/m],
    left: ['user _order-monit', 'group _order-monit'],
  },
  {
    what: 'the groups are the own ones of other users',
    begin: 'useradd -M -g _order-monit anna; useradd -M -g _order-monit-view berta',
    end: 'userdel anna; userdel berta; groupdel _order-monit-view; if getent group _order-monit; then groupdel _order-monit; fi',
    said: [/_order-monit stays.* groupdel _order-monit$/m, /_order-monit-view stays.* groupdel _order-monit-view$/m],
    left: ['group _order-monit', 'group _order-monit-view'],
  },
  {
    what: 'somebody else is in the groups, who could read the secrets of a later installation',
    begin: 'useradd -M -G _order-monit,_order-monit-view carla',
    end: 'userdel carla',
    said: [],
    left: [],
  },
  {
    what: 'a folder is a mount',
    begin: 'mount -t tmpfs none /var/lib/order-monit; mkdir /var/lib/order-monit/spool',
    end: 'umount /var/lib/order-monit; rmdir /var/lib/order-monit',
    said: [/^order-monit: \/var\/lib\/order-monit stays/m],
    left: ['/var/lib/order-monit'],
  },
  {
    what: 'there is a mount inside a folder',
    begin: 'mount -t tmpfs none /etc/order-monit/credentials; echo secret > /etc/order-monit/credentials/abacos_key',
    end: 'umount /etc/order-monit/credentials; rm -r /etc/order-monit',
    said: [/'\/etc\/order-monit\/credentials': Device or resource busy/, /^order-monit: \/etc\/order-monit stays/m],
    left: ['/etc/order-monit', '/etc/order-monit/credentials', '/etc/order-monit/credentials/abacos_key'],
  },
  {
    what: 'a folder is a link',
    begin:
      'mv /var/lib/order-monit /srv/records; touch /srv/records/checkpoint; ln -s /srv/records /var/lib/order-monit',
    end: 'test -e /srv/records/checkpoint; rm -r /srv/records',
    said: [/^order-monit: \/var\/lib\/order-monit was a link to \/srv\/records, which stays/m],
    left: [],
  },
];

/** Installs and purges the package with each of them. `install` installs it; it is purged at first. */
export function purging(get: () => Host, install: () => Promise<void>): void {
  for (const { what, begin, end, said, left } of USES)
    test(`purge ends well, and names what stays, where ${what}`, async () => {
      const host = get();
      await install();
      await host.shell(begin);
      const purged = await host.do('apt-get', '-qy', '-o', 'Dpkg::Use-Pty=0', 'purge', 'order-monit');
      for (const each of said) assert.match(purged, each);
      if (said.length === 0) assert.doesNotMatch(purged, /stays/);
      assert.deepEqual((await host.shell(WHAT_IS_LEFT)).split('\n').slice(0, -1), left);
      await host.shell(end);
    });
}

const WHAT_IS_LEFT = `
  find /run/order-monit /var/lib/order-monit /etc/order-monit 2>/dev/null | sort || true
  if getent passwd _order-monit > /dev/null; then echo user _order-monit; fi
  for each in _order-monit _order-monit-view; do if getent group $each > /dev/null; then echo group $each; fi; done`;
