/** The service under a real systemd, with an ERP that is asked by a program: what the unit lets that program do. */
import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { SECRET, startOdoo, type WebErp } from '../erp-command/web-erps.ts';
import { RELEASES, type Suite } from '../host/rootfs.ts';
import { until } from '../sandbox/until.ts';
import { builtPackage, openShopHost, type ShopHost } from './shop-host.ts';

const BIN = '/etc/order-monit/bin';
const EXAMPLE = '/usr/share/doc/order-monit/examples/erp/odoo.mjs';

export function testErpCommand(suite: Suite): void {
  describe(`an ERP that is asked by a program, on ${RELEASES[suite]}`, { timeout: 900_000 }, () => {
    let shop: ShopHost;
    let odoo: WebErp;
    const closers: (() => void)[] = [];
    before(async () => {
      shop = await openShopHost(suite);
      odoo = await startOdoo({ after: (end) => closers.push(end) });
      // What the shop's tasks insert arrives there.
      odoo.beforeAnswer = () => {
        odoo.orders.splice(0, Infinity, ...shop.abacos.numbers().map((number): [string, 'live'] => [number, 'live']));
      };
      await install(shop, odoo);
    });
    after(async () => {
      for (const end of closers) end();
      await shop.close();
    });

    test('the example asks it from within the unit, with its secret, and what is missing is inserted once', async () => {
      const { host } = shop;
      await host.do('systemctl', 'start', 'order-monit');
      await shop.shop.place({ number: '3000001' });
      await until('the order is there', async () =>
        (await host.journal('ORDER_NUMBER=3000001', '--output=cat')).includes(' now'),
      );
      assert.equal(shop.inserts('3000001'), 1);
      assert.equal(shop.abacos.calls.length, 0);
      const check = await host.run(['order-monit', 'check']);
      assert.match(check.stdout, /ok .*: asked about 3000001, it says exists \(in-progress\)/);
      assert.equal(check.status, 0, check.stdout);
      assert.doesNotMatch(await host.journal('--output=cat'), new RegExp(SECRET));
    });

    test('a program of another place or language is refused with what to do, and allowed by a drop-in', async () => {
      const { host } = shop;
      await host.write('/opt/erp/erp.sh', '#!/bin/sh\nwhile read -r n; do echo "$n exists invoiced"; done\n', 0o755);
      await host.write('/etc/order-monit/erp.yml', 'kind: command\nname: Odoo\ncommand: /opt/erp/erp.sh\n');
      const check = await host.run(['order-monit', 'check']);
      assert.match(
        check.stdout,
        /FAILED .*command: \/opt\/erp\/erp\.sh can not be executed by the service.*ExecPaths=\/opt/,
      );
      assert.match(check.stdout, /FAILED .*command: \/bin\/sh can not be executed by the service.*ExecPaths=\/bin\/sh/);
      assert.equal(check.status, 78);
      await host.do('systemctl', 'restart', 'order-monit');
      await until('it is told', async () =>
        /erp\.sh could not be started \(EACCES\).*ExecPaths=/s.test((await host.run(['order-monit', 'status'])).stdout),
      );
      await host.write('/etc/systemd/system/order-monit.service.d/erp.conf', '[Service]\nExecPaths=/opt/erp /bin/sh\n');
      await host.do('systemctl', 'daemon-reload');
      await host.do('systemctl', 'restart', 'order-monit');
      assert.doesNotMatch((await host.run(['order-monit', 'check'])).stdout, /can not be executed/);
      await shop.shop.place({ number: '3000002' });
      await until('the order is there', async () =>
        (await host.run(['order-monit', 'order', '3000002'])).stdout.includes('OK'),
      );
      assert.equal(shop.inserts('3000002'), 0);
    });

    test('a program may neither read the credentials where they lie, nor write anywhere but where the service may', async () => {
      const { host } = shop;
      const tried = [
        'cat /etc/order-monit/credentials/odoo_key',
        'touch /etc/order-monit/bin/more',
        'touch /usr/local/bin/more',
        'ls /root',
        'kill -0 1',
      ];
      const lines = tried.map((words) => `if ${words} 2>/dev/null; then echo "could: ${words}" >&2; exit 75; fi`);
      await host.write(
        '/opt/erp/erp.sh',
        ['#!/bin/sh', ...lines, 'echo "nothing of it" >&2', 'exit 75', ''].join('\n'),
      );
      await host.write(
        '/etc/systemd/system/order-monit.service.d/erp.conf',
        '[Service]\nExecPaths=/opt/erp /bin/sh /bin/cat /bin/touch /bin/ls\n',
      );
      await host.do('systemctl', 'daemon-reload');
      await host.do('systemctl', 'restart', 'order-monit');
      await shop.shop.place({ number: '3000003' });
      await until('it has tried', async () => (await host.journal('--output=cat')).includes('nothing of it'));
      assert.doesNotMatch(await host.journal('--output=cat'), /could: /);
    });
  });
}

async function install(shop: ShopHost, { origin }: WebErp): Promise<void> {
  const { host } = shop;
  await host.shell('rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*');
  await copyFile(await builtPackage(), host.path('/root/order-monit.deb'));
  await host.do('apt-get', '-qy', 'install', '/root/order-monit.deb');
  await shop.configure();
  await host.shell(`
    rm /etc/order-monit/abacos.yml /etc/order-monit/credentials/abacos_key
    install -d -m 755 ${BIN}
    install -m 755 ${EXAMPLE} ${BIN}/
    umask 077; printf %s '${SECRET}' > /etc/order-monit/credentials/odoo_key`);
  await host.write(
    '/etc/order-monit/erp.yml',
    [
      'kind: command',
      'name: Odoo',
      'command: bin/odoo.mjs',
      `environment: {ODOO_URL: "${origin}", ODOO_DATABASE: shop}`,
      'secrets: [ODOO_KEY]',
      '',
    ].join('\n'),
  );
}
