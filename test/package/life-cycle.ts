/**
 * A package's life on a stock Debian, step by step as a sysadmin goes through
 * it: from `apt install` by way of upgrades and a power cut to `apt purge`.
 */
import assert from 'node:assert/strict';
import { copyFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { RELEASES, type Suite } from '../host/rootfs.ts';
import { NO_CODE_FROM_STRINGS } from '../sandbox/program.ts';
import { until } from '../sandbox/until.ts';
import { changedPackage } from './changed-package.ts';
import { addRepository, makeRepository } from './repository.ts';
import { builtPackage, openShopHost, type ShopHost } from './shop-host.ts';
import { assertViewerSeesSocketsAlone } from './viewer.ts';

export function testLifeCycle(suite: Suite): void {
  describe(`the package on ${RELEASES[suite]}`, { timeout: 900_000 }, () => {
    lifeCycle(suite);
  });
}

function lifeCycle(suite: Suite): void {
  let shop: ShopHost;
  let pristine: ReadonlySet<string>;
  before(async () => {
    shop = await openShopHost(suite);
    await addRepository(shop.host, await makeRepository(shop.host, [await builtPackage()]));
    await shop.host.do('apt-get', '-q', 'update');
    pristine = await paths();
  });
  after(async () => {
    await shop.close();
  });

  const state = async (property: string): Promise<string> =>
    (await shop.host.run(['systemctl', 'show', '--value', `--property=${property}`, 'order-monit'])).stdout.trim();
  const paths = async (): Promise<ReadonlySet<string>> =>
    new Set((await shop.host.shell(LIST_FILES)).trim().split('\n'));
  const inAbacos = async (number: string): Promise<void> =>
    until(`order ${number} is in Abacos and on record`, async () => {
      const { stdout } = await shop.host.run(['order-monit', 'checkpoint', 'failed']);
      return shop.inserts(number) === 1 && !stdout.includes(number);
    });
  const aptInstall = async (...packages: readonly string[]): Promise<string> =>
    shop.host.do('apt-get', '-qy', '-o', 'Dpkg::Use-Pty=0', '--allow-downgrades', 'install', ...packages);

  test('apt install leaves it enabled, off until it is configured, and says the next steps', async () => {
    const said = await aptInstall('order-monit');
    assert.match(said, /order-monit trust-host/);
    assert.match(said, /order-monit check/);
    assert.match(said, /systemctl start order-monit/);
    assert.equal((await shop.host.run(['systemctl', 'is-enabled', 'order-monit'])).stdout.trim(), 'enabled');
    await until('it is off again', async () => (await state('ActiveState')) === 'inactive');
    assert.equal((await shop.host.run(['systemctl', '--failed', '--no-legend'])).stdout.trim(), '');
    assert.match(await shop.host.journal(), /order-monit trust-host/);
  });

  test('systemctl start leaves it off too, without a failure, as long as nothing is configured', async () => {
    await shop.host.do('systemctl', 'start', '--wait', 'order-monit');
    assert.equal(await state('ActiveState'), 'inactive');
  });

  test('secrets are readable by root and the service alone', async () => {
    const modes = await shop.host.do(
      'stat',
      '-c',
      '%a %U:%G %n',
      '/etc/order-monit',
      '/etc/order-monit/credentials',
      '/etc/order-monit/database.yml',
      '/var/lib/order-monit',
    );
    assert.deepEqual(modes.trim().split('\n'), [
      '750 root:_order-monit /etc/order-monit',
      '700 root:root /etc/order-monit/credentials',
      '640 root:_order-monit /etc/order-monit/database.yml',
      '750 _order-monit:_order-monit /var/lib/order-monit',
    ]);
  });

  test('its manual pages and its completion are there', async () => {
    for (const page of ['8 order-monit', '5 order-monit.yml', '5 order-monit-checkpoint'])
      assert.match(await shop.host.shell(`man ${page} | head -3`), /order-monit/i);
    const completed = await shop.host.do(
      'bash',
      '-c',
      '. /usr/share/bash-completion/bash_completion; _completion_loader order-monit; complete -p order-monit',
    );
    assert.match(completed, /order-monit/);
  });

  test('the unit is clean for systemd-analyze, and its exposure is 1.1 at most', async () => {
    const { status, stdout, stderr } = await shop.host.run(['systemd-analyze', 'verify', 'order-monit.service']);
    assert.equal(`${status} ${stdout}${stderr}`, '0 ');
    await shop.host.do('systemd-analyze', 'security', '--threshold=11', 'order-monit.service');
  });

  test('configured by hand, it starts, finds the missing order and has it integrated', async () => {
    await shop.configure();
    await shop.shop.place({ number: '1226207' });
    shop.abacos.place('1226208', 'tspeeFaturado');
    await shop.shop.place({ number: '1226208' });
    const check = await shop.host.run(['order-monit', 'check']);
    assert.equal(check.status, 0, check.stdout + check.stderr);
    await shop.host.do('systemctl', 'start', 'order-monit');
    assert.equal(await state('ActiveState'), 'active');
    await inAbacos('1226207');
    assert.equal((await shop.commands()).filter(({ event }) => event === 'started').length, 1);
    await until('systemctl shows a status line', async () => (await state('StatusText')).startsWith('head 2'));
    assert.match(await shop.host.do('order-monit', 'status'), /head/);
    assert.match(await shop.host.do('order-monit', 'order', '1226207'), /1226207/);
  });

  test('a member of the group of the sockets sees status and page, and can read nothing else', async () => {
    await assertViewerSeesSocketsAlone(shop);
  });

  test('logcheck passes over what is routine, and over nothing else', async () => {
    const lines = async (priorities: string): Promise<string> =>
      shop.host.shell(
        `journalctl --quiet --unit=order-monit _TRANSPORT=journal --identifier=order-monit --output=short --priority=${priorities} > /tmp/lines
         grep -vEf /etc/logcheck/ignore.d.server/order-monit /tmp/lines || true`,
      );
    assert.equal(await lines('6..6'), '');
    assert.match(await lines('0..5'), /1226207 \(id 1\) is not in Abacos/);
  });

  test('neither the service nor a command lets Node have a ring of io_uring for files', async () => {
    const { host } = shop;
    const pid = await state('MainPID');
    assert.match(await host.do('cat', `/proc/${pid}/environ`), /(?:^|\0)UV_USE_IO_URING=0\0/);
    await host.write('/root/environment.cjs', 'console.log(`it is ${process.env.UV_USE_IO_URING}`);\n');
    const asked = ['env', 'UV_USE_IO_URING=1', 'NODE_OPTIONS=--require=/root/environment.cjs', 'order-monit', 'status'];
    assert.match((await host.run(asked)).stdout, /^it is 0$/m);
  });

  test('neither the service nor a command makes code from text', async () => {
    const { host } = shop;
    const command = await host.do('cat', `/proc/${await state('MainPID')}/cmdline`);
    assert.ok(command.split('\0').includes(NO_CODE_FROM_STRINGS), command);
    const script = "try { console.log(eval('1')); } catch (error) { console.log(error.name); }";
    await host.write('/root/code.cjs', script);
    const asked = ['env', 'NODE_OPTIONS=--require=/root/code.cjs', 'order-monit', 'status'];
    assert.match((await host.run(asked)).stdout, /^EvalError$/m);
  });

  test('a second installation of the same version changes nothing', async () => {
    await aptInstall('--reinstall', 'order-monit');
    assert.equal(await state('ActiveState'), 'active');
  });

  test('an upgrade keeps what was edited, its mode and the records, and restarts the service', async () => {
    const newer = await changedPackage(await builtPackage(), '99.0', {
      'usr/share/order-monit/config/service.yml': '# of version 99\n',
    });
    const kept = await shop.host.read('/etc/order-monit/service.yml');
    await shop.host.do('chmod', '600', '/etc/order-monit/abacos.yml');
    await shop.host.do('chown', '_order-monit', '/etc/order-monit/abacos.yml');
    const before = await state('MainPID');
    await installFile(newer);
    assert.equal(await shop.host.read('/etc/order-monit/service.yml'), kept);
    assert.match(await shop.host.do('stat', '-c', '%a', '/etc/order-monit/abacos.yml'), /^600$/m);
    assert.equal(await state('ActiveState'), 'active');
    assert.notEqual(await state('MainPID'), before);
    assert.match(await shop.host.do('order-monit', 'checkpoint', 'list'), /^1\tSUCCESS\tOK\t/m);
  });

  test('after a downgrade it goes on with the same records', async () => {
    await shop.shop.place({ number: '1226209' });
    await aptInstall('order-monit');
    assert.equal(await state('ActiveState'), 'active');
    await inAbacos('1226209');
    assert.match(await shop.host.do('order-monit', 'checkpoint', 'verify'), /\d/);
  });

  test('a service that was stopped and disabled stays so at an upgrade', async () => {
    await shop.host.do('systemctl', 'disable', '--now', 'order-monit');
    await aptInstall('--reinstall', 'order-monit');
    assert.equal(await state('ActiveState'), 'inactive');
    assert.equal((await shop.host.run(['systemctl', 'is-enabled', 'order-monit'])).stdout.trim(), 'disabled');
    await shop.host.do('systemctl', 'enable', '--now', 'order-monit');
  });

  test('a power cut in the middle of repairs loses no order and inserts none twice', async () => {
    await shop.standIn({ startMs: 300, gapMs: 300 });
    const numbers = Array.from({ length: 12 }, (_, index) => String(1_227_000 + index));
    for (const number of numbers) await shop.shop.place({ number });
    await until('repairs are under way', async () =>
      (await shop.commands()).some(({ number }) => numbers.includes(number)),
    );
    await shop.shop.end();
    await shop.host.cutPower();
    await shop.host.start();
    await shop.reconnect();
    await until('the service has started by itself', async () => (await state('ActiveState')) === 'active');
    for (const number of numbers) await inAbacos(number);
    assert.match(await shop.host.do('order-monit', 'checkpoint', 'verify'), /\d/);
    await shop.standIn();
  });

  test('remove stops it and keeps configuration, secrets and records; a new installation goes on with them', async () => {
    const head = await shop.host.do('order-monit', 'checkpoint', 'head');
    await shop.host.do('apt-get', '-qy', 'remove', 'order-monit');
    assert.equal(await state('ActiveState'), 'inactive');
    await shop.host.do(
      'test',
      '-s',
      '/var/lib/order-monit/checkpoint',
      '-a',
      '-s',
      '/etc/order-monit/credentials/abacos_key',
    );
    await aptInstall('order-monit');
    assert.equal(await state('ActiveState'), 'active');
    assert.equal(await shop.host.do('order-monit', 'checkpoint', 'head'), head);
    await shop.shop.place({ number: '1226210' });
    await inAbacos('1226210');
  });

  test('purge leaves nothing but the mount of the records: no file, no user, no group', async () => {
    // An administrator has put the records onto a disk of their own.
    await shop.host.shell(`
      systemctl stop order-monit; find /var/lib/order-monit -mindepth 1 -delete
      mount -t tmpfs none /var/lib/order-monit; chown _order-monit: /var/lib/order-monit; echo 1 > /var/lib/order-monit/checkpoint`);
    await shop.host.do('apt-get', '-qy', 'purge', 'order-monit');
    await shop.host.do('mountpoint', '/var/lib/order-monit');
    assert.equal(await shop.host.shell('ls -A /var/lib/order-monit'), '');
    await shop.host.shell('umount /var/lib/order-monit; rmdir /var/lib/order-monit');
    const left = [...(await paths())].filter((path) => !pristine.has(path));
    assert.deepEqual(left, []);
    assert.notEqual((await shop.host.run(['getent', 'passwd', '_order-monit'])).status, 0);
    for (const group of ['_order-monit', '_order-monit-view'])
      assert.notEqual((await shop.host.run(['getent', 'group', group])).status, 0);
    assert.equal((await shop.host.run(['systemctl', '--failed', '--no-legend'])).stdout.trim(), '');
  });

  async function installFile(path: string): Promise<void> {
    const inside = join('/root', basename(path));
    await copyFile(path, shop.host.path(inside));
    await aptInstall(inside);
    await rm(shop.host.path(inside));
  }
}

/** All paths but those that apt, dpkg, the journal, the database and the shop's own tasks come and go with. */
const LIST_FILES = `
  find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp -o -path /root \\
    -o -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/mysql -o -path /srv -o -path /home \\
    -o -path /var/lib/systemd -o -path /var/lib/dpkg \\) -prune -o -print | sort
  find /var/lib/dpkg/info /var/lib/systemd /run/order-monit -name '*order-monit*' 2>/dev/null | sort || true`;
