/**
 * The service under a real systemd: what it writes to the journal, and what
 * becomes of orders when it is reloaded, stopped, killed or hangs.
 */
import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { openMailServer } from '../alerts/mail-server.ts';
import { RELEASES, type Suite } from '../host/rootfs.ts';
import { until } from '../sandbox/until.ts';
import { builtPackage, openShopHost, type ShopHost } from './shop-host.ts';

/** Short enough for a test to wait for. */
const WATCHDOG_S = 3;

/**
 * Loaded into the service by Node itself: blocks the event loop on a signal,
 * and lets no promise of the disk settle any more once a file is there.
 */
const HANGING = `
process.on('SIGUSR2', () => { for (;;); });
const fs = require('node:fs');
let hangs = false;
fs.promises.open('/dev/null').then(async (handle) => {
  const prototype = Object.getPrototypeOf(handle);
  const { write } = prototype;
  prototype.write = function (...words) {
    if (fs.existsSync('/run/order-monit/hang')) {
      fs.rmSync('/run/order-monit/hang');
      hangs = true;
    }
    return hangs ? new Promise(() => {}) : write.apply(this, words);
  };
  await handle.close();
});
`;

export function testService(suite: Suite): void {
  describe(`the service on ${RELEASES[suite]}`, { timeout: 900_000 }, () => {
    let shop: ShopHost;
    before(async () => {
      shop = await openShopHost(suite);
      await install(shop);
    });
    after(async () => {
      await shop.close();
    });
    journal(() => shop);
    reload(() => shop);
    starting(() => shop);
    stopping(() => shop);
    hanging(() => shop);
    mail(() => shop);
    sandbox(() => shop);
  });
}

type Get = () => ShopHost;

async function install(shop: ShopHost): Promise<void> {
  const { host } = shop;
  await host.shell('rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*');
  await copyFile(await builtPackage(), host.path('/root/order-monit.deb'));
  await host.do('apt-get', '-qy', 'install', '/root/order-monit.deb');
  await shop.configure();
  await host.write('/opt/shop/hanging.cjs', HANGING);
  await host.write(
    '/etc/systemd/system/order-monit.service.d/test.conf',
    `[Service]\nWatchdogSec=${WATCHDOG_S}\nTimeoutAbortSec=${WATCHDOG_S}\nRestartSec=100ms\nEnvironment=NODE_OPTIONS=--require=/opt/shop/hanging.cjs\n`,
  );
  await host.do('systemctl', 'daemon-reload');
  await host.do('systemctl', 'start', 'order-monit');
}

async function state({ host }: ShopHost, property: string): Promise<string> {
  return (await host.run(['systemctl', 'show', '--value', `--property=${property}`, 'order-monit'])).stdout.trim();
}

/** Waits until an order is in Abacos, inserted once, and the service has said so. */
async function inAbacos(shop: ShopHost, number: string): Promise<void> {
  await until(`order ${number} is in Abacos, and the journal says so`, async () => {
    const story = await shop.host.journal(`ORDER_NUMBER=${number}`, '--output=cat');
    return /is in Abacos(?:$| now)/m.test(story);
  });
  assert.equal(shop.inserts(number), 1);
}

/** Waits for a new process of the service. A recording may take a minute before it counts as hung. */
async function restarted(shop: ShopHost, before: string): Promise<void> {
  const runsAgain = async (): Promise<boolean> => {
    const pid = await state(shop, 'MainPID');
    return pid !== '0' && pid !== before && (await state(shop, 'ActiveState')) === 'active';
  };
  await until('the service runs again', runsAgain, 180_000);
}

async function restart({ host }: ShopHost): Promise<void> {
  await host.do('systemctl', 'restart', 'order-monit');
}

function journal(get: Get): void {
  test('journalctl tells the story of one order by its number', async () => {
    const shop = get();
    await shop.shop.place({ number: '2000001' });
    await shop.shop.place({ number: '2000002' });
    await inAbacos(shop, '2000001');
    await inAbacos(shop, '2000002');
    const story = await shop.host.journal('ORDER_NUMBER=2000001', '--output=cat');
    assert.match(story, /2000001 \(id \d+\) is not in Abacos/);
    assert.match(story, /insert_order ended with exit status 0/);
    assert.match(story, /2000001 \(id \d+\) is in Abacos now/);
    assert.doesNotMatch(story, /2000002/);
  });

  test('journalctl -p warning shows what matters, and nothing else', async () => {
    const shop = get();
    const story = await shop.host.journal('ORDER_NUMBER=2000001', '--priority=warning', '--output=cat');
    assert.deepEqual(
      story
        .trim()
        .split('\n')
        .map((line) => line.replace(/^.*\) /, '')),
      ['is not in Abacos'],
    );
  });

  test('journalctl -o json has every value in a field of its own', async () => {
    const shop = get();
    const lines = (await shop.host.journal('EVENT=command-ended', 'ORDER_NUMBER=2000001', '--output=json')).trim();
    const entry: unknown = JSON.parse(lines);
    assert.ok(typeof entry === 'object' && entry !== null);
    const fields = new Map(Object.entries(entry));
    assert.equal(fields.get('ORDER_NUMBER'), '2000001');
    assert.equal(fields.get('TASK'), 'insert_order');
    assert.equal(fields.get('EXIT_STATUS'), '0');
    assert.match(String(fields.get('DURATION_MS')), /^\d+$/);
    assert.equal(fields.get('PRIORITY'), '6');
    assert.equal(fields.get('SYSLOG_IDENTIFIER'), 'order-monit');
    assert.equal(fields.get('_SYSTEMD_UNIT'), 'order-monit.service');
    assert.match(String(fields.get('MESSAGE_ID')), /^[0-9a-f]{32}$/);
  });

  test('journalctl -x explains a message', async () => {
    const shop = get();
    const explained = await shop.host.journal('EVENT=verdict', 'ORDER_NUMBER=2000001', '--catalog', '--lines=1');
    assert.match(explained, /order-monit\(8\)/);
  });

  test('a journald that stops reading, and one that is restarted, stop neither the work nor the log for good', async () => {
    const shop = get();
    const pid = await state(shop, 'MainPID');
    await shop.host.do('systemctl', 'kill', '--signal=STOP', 'systemd-journald');
    await shop.shop.place({ number: '2000003' });
    await until('the order is in Abacos', () => shop.inserts('2000003') === 1);
    await shop.host.do('systemctl', 'kill', '--signal=CONT', 'systemd-journald');
    await shop.host.do('systemctl', 'restart', 'systemd-journald');
    await shop.shop.place({ number: '2000004' });
    await inAbacos(shop, '2000004');
    await until('the journal has the last order', async () =>
      (await shop.host.journal('ORDER_NUMBER=2000004', '--output=cat')).includes('is in Abacos now'),
    );
    assert.equal(await state(shop, 'MainPID'), pid);
  });
}

function reload(get: Get): void {
  test('systemctl reload with a bad file says so and leaves the old configuration in force', async () => {
    const { host, configuration } = get();
    await host.write('/etc/order-monit/service.yml', `${configuration.service}running_cycle: soon\n`);
    assert.notEqual(await get().reload(), 0);
    assert.equal(await state(get(), 'ActiveState'), 'active');
    const refused = /on disk is refused: .*service\.yml.*running_cycle/;
    assert.match((await host.run(['order-monit', 'status'])).stdout, refused);
    await until('systemctl status says so', async () => refused.test(await state(get(), 'StatusText')));
    assert.match(await host.journal('EVENT=reload-failed', '--output=cat'), /service\.yml.*running_cycle/s);
    assert.equal((await host.journal('--output=cat')).split('The configuration was not reloaded').length, 2);
    await get().shop.place({ number: '2000005' });
    await inAbacos(get(), '2000005');
  });

  test('systemctl reload with a good file puts it in force', async () => {
    const { host, configuration } = get();
    await host.write('/etc/order-monit/service.yml', `${configuration.service}max_attempts: 2\n`);
    assert.equal(await get().reload(), 0);
    await get().standIn({ behaviour: { '2000006': 'nothing' } });
    await get().shop.place({ number: '2000006' });
    await until('the order is given up after two attempts', async () =>
      (await host.journal('EVENT=given-up', 'ORDER_NUMBER=2000006', '--output=cat')).includes('2000006'),
    );
    const commands = (await get().commands()).filter(
      ({ event, number }) => event === 'started' && number === '2000006',
    );
    assert.equal(commands.length, 2);
    await host.write('/etc/order-monit/service.yml', configuration.service);
    assert.equal(await get().reload(), 0);
  });
}

function starting(get: Get): void {
  test('a faulty configuration at the start ends with 78, is named, and is not tried again', async () => {
    const { host, configuration } = get();
    await host.write('/etc/order-monit/service.yml', 'running_cycle: soon\n');
    assert.notEqual((await host.run(['systemctl', 'restart', 'order-monit'])).status, 0);
    assert.equal(await state(get(), 'ExecMainStatus'), '78');
    assert.equal(await state(get(), 'SubState'), 'failed');
    assert.match(await host.journal('--lines=20', '--output=cat'), /service\.yml.*running_cycle/s);
    await host.write('/etc/order-monit/service.yml', configuration.service);
    await host.do('systemctl', 'start', 'order-monit');
  });

  test('without a checkpoint it does not start, and names the command that makes one', async () => {
    const { host } = get();
    await host.do('systemctl', 'stop', 'order-monit');
    await host.do('mv', '/var/lib/order-monit/checkpoint', '/root/checkpoint');
    assert.notEqual((await host.run(['systemctl', 'start', 'order-monit'])).status, 0);
    assert.equal(await state(get(), 'ExecMainStatus'), '78');
    assert.match(await host.journal('--lines=20', '--output=cat'), /order-monit checkpoint init/);
    await host.do('mv', '/root/checkpoint', '/var/lib/order-monit/checkpoint');
    await host.do('systemctl', 'start', 'order-monit');
  });

  test('with the database, Abacos and the integration server down it is up, and goes on when they are', async () => {
    const shop = get();
    await shop.shop.place({ number: '2000007' });
    await shop.shop.end();
    await shop.host.do('systemctl', 'stop', 'mariadb', 'ssh');
    shop.abacos.fail('reset');
    await restart(shop);
    assert.equal(await state(shop, 'ActiveState'), 'active');
    await until('it says what is down', async () => (await state(shop, 'StatusText')).includes('down'));
    assert.equal(await state(shop, 'NRestarts'), '0');
    await shop.host.do('systemctl', 'start', 'mariadb', 'ssh');
    shop.abacos.fail(undefined);
    await shop.reconnect();
    await inAbacos(shop, '2000007');
  });

  test('killed in the middle of a repair it starts again, and the order is inserted once', async () => {
    const shop = get();
    await shop.standIn({ startMs: 500, gapMs: 500 });
    await shop.shop.place({ number: '2000008' });
    await until('its command runs', async () => (await shop.commands()).some(({ number }) => number === '2000008'));
    const pid = await state(shop, 'MainPID');
    await shop.host.do('systemctl', 'kill', '--signal=KILL', 'order-monit');
    await restarted(shop, pid);
    await inAbacos(shop, '2000008');
    await shop.standIn();
  });
}

function stopping(get: Get): void {
  test('systemctl stop lets a running command end, and starts no other one', async () => {
    const shop = get();
    await shop.standIn({ startMs: 2000 });
    const numbers = ['2000009', '2000010', '2000011', '2000012'];
    for (const number of numbers) await shop.shop.place({ number });
    const ours = async () => (await shop.commands()).filter(({ number }) => numbers.includes(number));
    await until('a command runs', async () => (await ours()).length > 0);
    await shop.host.do('systemctl', 'stop', 'order-monit');
    assert.equal(await state(shop, 'Result'), 'success');
    const counts = await ours();
    assert.equal(
      counts.filter(({ event }) => event === 'ended').length,
      counts.filter(({ event }) => event === 'started').length,
    );
    await shop.standIn();
    await shop.host.do('systemctl', 'start', 'order-monit');
    for (const number of numbers) await inAbacos(shop, number);
  });

  test('systemctl stop does not wait for a command that hangs for longer than stop_timeout', async () => {
    const shop = get();
    const { host, configuration } = shop;
    await host.write('/etc/order-monit/service.yml', `${configuration.service}stop_timeout: 1\n`);
    await restart(shop);
    await shop.standIn({ behaviour: { '2000013': 'insert-then-hang' } });
    await shop.shop.place({ number: '2000013' });
    await until('it was inserted', () => shop.inserts('2000013') === 1);
    await host.do('systemctl', 'stop', 'order-monit');
    assert.equal(await state(shop, 'Result'), 'success');
    await shop.standIn();
    await host.run(['pkill', '-f', 'bundle.mjs']);
    await host.write('/etc/order-monit/service.yml', configuration.service);
    await host.do('systemctl', 'start', 'order-monit');
    await inAbacos(shop, '2000013');
  });
}

function hanging(get: Get): void {
  test('a repair that lasts longer than the watchdog waits is left alone', async () => {
    const shop = get();
    const pid = await state(shop, 'MainPID');
    await shop.standIn({ startMs: 4000 * WATCHDOG_S });
    await shop.shop.place({ number: '2000014' });
    await inAbacos(shop, '2000014');
    assert.equal(await state(shop, 'MainPID'), pid);
    await shop.standIn();
  });

  const hangs: [string, (shop: ShopHost) => Promise<unknown>][] = [
    ['a blocked event loop', async ({ host }) => host.do('systemctl', 'kill', '--signal=USR2', 'order-monit')],
    ['a stopped process', async ({ host }) => host.do('systemctl', 'kill', '--signal=STOP', 'order-monit')],
    ['a promise that never settles', async ({ host }) => host.do('touch', '/run/order-monit/hang')],
  ];
  for (const [index, [what, cause]] of hangs.entries()) {
    test(`${what} ends by the watchdog, and no order is lost`, async () => {
      const shop = get();
      const pid = await state(shop, 'MainPID');
      const number = String(2_000_020 + index);
      await cause(shop);
      await shop.shop.place({ number });
      await restarted(shop, pid);
      assert.match(await shop.host.journal('--lines=60', '--output=cat'), /Watchdog timeout/);
      await inAbacos(shop, number);
    });
  }

  test('a step that hangs is named before the watchdog ends it', async () => {
    assert.match(await get().host.journal('EVENT=hung', '--output=cat'), /^Hung while /m);
  });
}

function mail(get: Get): void {
  test('the service in its sandbox mails, keeps what a mail server that is down does not take, and mails it later', async (t) => {
    const shop = get();
    const { host } = shop;
    // The host has its loopback from this one, so a server of this process is a local one there.
    const first = await openMailServer();
    const { port, mails } = first;
    await host.write(
      '/etc/order-monit/email.yml',
      `subscribers:\n  - root@localhost\nmin_interval: 1\nsmtp:\n  address: 127.0.0.1\n  port: ${port}\n`,
    );
    t.after(async () => {
      await host.write('/etc/order-monit/email.yml', '# Nobody is told.\n');
      assert.equal(await get().reload(), 0);
    });
    assert.equal(await get().reload(), 0);
    await shop.shop.place({ number: '2000030' });
    const told = (number: string) => (): boolean => mails.some(({ text }) => text.includes(number));
    await until('a mail of the order has come', told('2000030'));
    assert.match(mails.map(({ raw }) => raw).join(''), /^From: "order-monit" <order-monit@/m);
    await first.close();
    await shop.shop.place({ number: '2000031' });
    await until('the journal says that the mail waits', async () =>
      (await host.journal('EVENT=alerts', '--output=cat')).includes('The mail server takes no alerts'),
    );
    const spooled = (await host.do('stat', '-c', '%a %U:%G', '/var/lib/order-monit/spool')).trim();
    assert.equal(spooled, '700 _order-monit:_order-monit');
    const second = await openMailServer({ port });
    t.after(() => second.close());
    await restart(shop);
    await until('the mail has come after all', () => second.mails.some(({ text }) => text.includes('2000031')));
    await until('nothing waits', async () => (await host.do('ls', '/var/lib/order-monit/spool')).trim() === '');
  });

  test('what root does while the service is stopped leaves it nothing that it can not read', async () => {
    const { host } = get();
    await host.do('systemctl', 'stop', 'order-monit');
    await host.do('order-monit', 'once');
    const owners = await host.do('find', '/var/lib/order-monit', '-not', '-user', '_order-monit');
    assert.equal(owners.trim(), '');
    await host.do('systemctl', 'start', 'order-monit');
  });
}

function sandbox(get: Get): void {
  test('reading is for a group of its own, changing for root and the service alone', async () => {
    const { host } = get();
    const modes = await host.do(
      'stat',
      '-c',
      '%a %U:%G',
      '/run/order-monit',
      '/run/order-monit/status.sock',
      '/run/order-monit/control.sock',
    );
    assert.deepEqual(modes.trim().split('\n'), [
      '2750 _order-monit:_order-monit-view',
      '660 _order-monit:_order-monit-view',
      '600 _order-monit:_order-monit-view',
    ]);
    assert.notEqual(
      (await host.run(['setpriv', '--reuid=nobody', '--clear-groups', 'order-monit', 'status'])).status,
      0,
    );
  });

  test('the service can not read the credentials where they lie, only its own copy', async () => {
    const { host } = get();
    const pid = await state(get(), 'MainPID');
    // As the user of the service, from within the file system that it sees; no other program runs in there.
    const asService = ['setpriv', '--reuid=_order-monit', '--regid=_order-monit', '--clear-groups'];
    assert.notEqual((await host.run([...asService, 'cat', '/etc/order-monit/credentials/abacos_key'])).status, 0);
    assert.notEqual((await host.run(['nsenter', '-t', pid, '-m', '/usr/bin/touch', '/etc/x'])).status, 0);
    const mounts = await host.do('cat', `/proc/${pid}/mountinfo`);
    assert.match(mounts, / \/ \S*\bro\b/);
  });
}
