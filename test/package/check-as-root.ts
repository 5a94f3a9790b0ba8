/**
 * What root's `check` says of what the service can't use, on a stock Debian: it finds what the service will find. And
 * keys that ssh's rules and order-monit's agree on.
 */
import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { RELEASES, type Suite } from '../host/rootfs.ts';
import { until } from '../sandbox/until.ts';
import { builtPackage, openShopHost, type ShopHost } from './shop-host.ts';

const KEY = '/etc/order-monit/credentials/ssh_key';
const STATE = '/var/lib/order-monit';
const MISCONFIGURED = 78;

/** What a sysadmin may have done, what `check` says of it, with which status, and what mends it. */
const CASES: readonly (readonly [what: string, done: string, said: RegExp, status: number, mended: string])[] = [
  [
    'a key of root’s outside the credentials',
    `mv ${KEY} /etc/order-monit/id_ed25519`,
    /FAILED .*\/etc\/order-monit\/id_ed25519 cannot be read by the user of the service; move it to \S+ssh_key/,
    1,
    `mv /etc/order-monit/id_ed25519 ${KEY}`,
  ],
  [
    'a key in root’s home alone',
    `mkdir -p /root/.ssh; mv ${KEY} /root/.ssh/id_ed25519`,
    /FAILED .*no key to log in with.*none of these files exists.*ssh-keygen .*credentials\/ssh_key/,
    1,
    `mv /root/.ssh/id_ed25519 ${KEY}`,
  ],
  [
    'host keys in root’s home alone',
    'mv /etc/order-monit/known_hosts /root/.ssh/known_hosts',
    /FAILED .*host key.*is in none of \/etc\/order-monit\/known_hosts.*order-monit trust-host/,
    1,
    'mv /root/.ssh/known_hosts /etc/order-monit/known_hosts',
  ],
  ...['/root/key', '/home/deploy/key', '/tmp/key', '/run/user/key'].map(
    (path) =>
      [
        `private_key: ${path}`,
        `mkdir -p /run/user; install -m 644 ${KEY} ${path}; echo 'private_key: ${path}' >> /etc/order-monit/integration_server.yml`,
        new RegExp(
          `FAILED .*integration_server\\.yml: private_key: ${path} can not be seen by the service.*Move it to`,
        ),
        MISCONFIGURED,
        `rm ${path}; sed -i '/^private_key/d' /etc/order-monit/integration_server.yml`,
      ] as const,
  ),
  [
    'a link to a key that the service does not see',
    `install -m 644 ${KEY} /home/deploy/key; mv ${KEY} /root/key; ln -s /home/deploy/key /etc/order-monit/id_ed25519; chmod 755 /home/deploy`,
    /FAILED .*private_key: \/etc\/order-monit\/id_ed25519 can not be seen by the service/,
    MISCONFIGURED,
    `rm /etc/order-monit/id_ed25519 /home/deploy/key; mv /root/key ${KEY}`,
  ],
  [
    'a configuration file that root alone can read',
    'chmod 600 /etc/order-monit/database.yml',
    /FAILED .*database\.yml: can not be read: permission denied\. Let the user/,
    MISCONFIGURED,
    'chmod 640 /etc/order-monit/database.yml',
  ],
  [
    'a password_file that root alone can read',
    `cp -p /etc/order-monit/database.yml /root/; (umask 077; echo secret > /etc/order-monit/password)
     sed -i 's/^password:.*/password_file: password/' /etc/order-monit/database.yml`,
    /FAILED .*database\.yml line \d+: password_file: \/etc\/order-monit\/password can not be read: permission denied/,
    MISCONFIGURED,
    'rm /etc/order-monit/password; mv /root/database.yml /etc/order-monit/database.yml',
  ],
  [
    'a password_file in a home',
    `cp -p /etc/order-monit/database.yml /root/; echo secret > /home/deploy/password
     sed -i 's|^password:.*|password_file: /home/deploy/password|' /etc/order-monit/database.yml`,
    /FAILED .*password_file: \/home\/deploy\/password can not be seen by the service.*Move it/,
    MISCONFIGURED,
    'rm /home/deploy/password; mv /root/database.yml /etc/order-monit/database.yml',
  ],
  ...['600', '644'].map(
    (mode) =>
      [
        `a checkpoint of root’s (${mode})`,
        `chown root: ${STATE}/checkpoint; chmod ${mode} ${STATE}/checkpoint`,
        /FAILED .*checkpoint: \S+checkpoint can not be read and written .*Run: chown -R _order-monit: /,
        MISCONFIGURED,
        `chown -R _order-monit: ${STATE}/checkpoint; chmod -R u+rwX ${STATE}/checkpoint`,
      ] as const,
  ),
  [
    'a state folder of root’s',
    `chown -R root: ${STATE}`,
    /FAILED .*state folder: \/var\/lib\/order-monit can not be read and written .*Run: chown -R _order-monit: /,
    MISCONFIGURED,
    `chown -R _order-monit: ${STATE}`,
  ],
  [
    'a folder of credentials that is gone',
    'mv /etc/order-monit/credentials /root/credentials',
    /FAILED .*\/etc\/order-monit\/credentials: is not there.*243.*Put it there; for the folder, run: systemd-tmpfiles/,
    MISCONFIGURED,
    `systemd-tmpfiles --create order-monit.conf; [ "$(stat -c '%a %U' /etc/order-monit/credentials)" = '700 root' ]
     mv /root/credentials/* /etc/order-monit/credentials/; rmdir /root/credentials`,
  ],
];

export function testCheckAsRoot(suite: Suite): void {
  describe(`check as root on ${RELEASES[suite]}`, { timeout: 900_000 }, () => {
    let shop: ShopHost;
    before(async () => {
      shop = await openShopHost(suite);
      await copyFile(await builtPackage(), shop.host.path('/root/order-monit.deb'));
      await shop.host.shell('rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*');
      await shop.host.do('apt-get', '-qy', 'install', '/root/order-monit.deb');
      await shop.configure();
    });
    after(async () => {
      await shop.close();
    });
    keys(() => shop);
    faults(() => shop, suite);
    fullDisk(() => shop);
  });
}

type Get = () => ShopHost;

const check = async ({ host }: ShopHost): Promise<{ status: number; text: string }> => {
  const { status, stdout, stderr } = await host.run(['order-monit', 'check']);
  return { status, text: stdout + stderr };
};

async function assertFine(shop: ShopHost): Promise<void> {
  const { status, text } = await check(shop);
  assert.equal(status, 0, text);
}

function keys(get: Get): void {
  test('the key is one that ssh takes as well, from where it is', async () => {
    const { host, configuration } = get();
    await assertFine(get());
    const port = /^port: (\d+)$/m.exec(configuration.integration_server)?.[1] ?? '';
    await host.shell(
      `ssh -o BatchMode=yes -o UserKnownHostsFile=/etc/order-monit/known_hosts -i ${KEY} -p ${port} deploy@localhost true`,
    );
  });

  test('a key that a drop-in loads from elsewhere serves check, order and the service', async () => {
    const shopHost = get();
    const { host, shop } = shopHost;
    await host.shell(`mkdir -m 700 /srv/keys; mv ${KEY} /srv/keys/key`);
    await host.write(
      '/etc/systemd/system/order-monit.service.d/key.conf',
      '[Service]\nLoadCredential=ssh_key:/srv/keys/key\n',
    );
    await host.do('systemctl', 'daemon-reload');
    await assertFine(get());
    await shop.place({ number: '1226301' });
    assert.match(await host.do('order-monit', 'order', '1226301'), /1226301/);
    await host.do('systemctl', 'start', 'order-monit');
    await until('the order is in Abacos', () => shopHost.inserts('1226301') === 1);
    await host.shell(`
      systemctl stop order-monit
      rm /etc/systemd/system/order-monit.service.d/key.conf
      systemctl daemon-reload
      mv /srv/keys/key ${KEY}`);
  });
}

/** All on the newest Debian; on the one before every third, for what differs there is systemd, and not the rights of files. */
const casesOn = (suite: Suite): typeof CASES => (suite === 'trixie' ? CASES : CASES.filter((_, at) => at % 3 === 0));

function faults(get: Get, suite: Suite): void {
  for (const [what, done, said, status, mended] of casesOn(suite)) {
    test(`finds ${what}`, async () => {
      await get().host.shell(`set -e\n${done}`);
      const found = await check(get());
      await get().host.shell(`set -e\n${mended}`);
      assert.match(found.text, said);
      assert.equal(found.status, status, found.text);
    });
  }

  test('is fine once all that is mended', async () => assertFine(get()));
}

function fullDisk(get: Get): void {
  test('finds a full disk, on which no start leaves an empty copy of a torn end', async () => {
    const { host } = get();
    await host.shell(`
      set -e
      cp -p ${STATE}/checkpoint /root/checkpoint
      mount -t tmpfs -o size=2m,mode=750,uid=$(id -u _order-monit),gid=$(id -g _order-monit) tmpfs ${STATE}
      cp -p /root/checkpoint ${STATE}/checkpoint
      printf torn >> ${STATE}/checkpoint
      setpriv --reuid=_order-monit --regid=_order-monit --clear-groups dd if=/dev/zero of=${STATE}/filling 2> /dev/null || true
      systemctl start order-monit || true`);
    const found = await check(get());
    assert.match(found.text, /FAILED .*state folder: \/var\/lib\/order-monit: its disk is full \(\d+ KiB are left\)/);
    assert.notEqual(found.status, 0);
    const listed = await host.shell(`systemctl stop order-monit; ls ${STATE}; umount ${STATE}`);
    assert.doesNotMatch(listed, /torn/);
    assert.match(await host.journal(), /No space left|ENOSPC|Free space/i);
  });
}
