/**
 * What the package makes of a host before anybody has configured it, and over upgrades: the configuration is
 * nobody's but the sysadmin's, and a service that does not start is off for one reason only.
 */
import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Host } from '../host/host.ts';
import { RELEASES, type Suite } from '../host/rootfs.ts';
import { changedPackage } from './changed-package.ts';
import { purging } from './purge.ts';
import { builtPackage } from './shop-host.ts';

const TEMPLATES = fileURLToPath(new URL('../../config', import.meta.url));
const PROGRAM = '/usr/lib/order-monit';

export function testStart(suite: Suite): void {
  describe(`${RELEASES[suite]}: the start`, { timeout: 900_000 }, () => {
    let host: Host;
    before(async () => {
      host = await Host.boot(suite);
      await host.shell('rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*');
    });
    after(async () => {
      await host.remove();
    });
    configuration(() => host);
    failures(() => host);
    // It is the package's own script, alike on both.
    if (suite === 'trixie') {
      purging(
        () => host,
        async () => install(host, await builtPackage()),
      );
    }
  });
}

type Get = () => Host;

/** As unattended-upgrades calls it: nobody is there to be asked, and dpkg is not told what to answer. */
async function install(host: Host, path: string): Promise<void> {
  const inside = join('/root', basename(path));
  await copyFile(path, host.path(inside));
  await host.do('apt-get', '-qy', '-o', 'Dpkg::Use-Pty=0', '--allow-downgrades', 'install', inside);
  await host.do('rm', inside);
}

/** A package like those that had the configuration as conffiles. */
async function withConffiles(version: string, comment: string): Promise<string> {
  const files: Record<string, string> = {};
  for (const name of await readdir(TEMPLATES))
    files[`etc/order-monit/${name}`] = `${comment}${await readFile(join(TEMPLATES, name), 'utf8')}`;
  files['DEBIAN/conffiles'] = `${Object.keys(files)
    .map((name) => `/${name}`)
    .join('\n')}\n`;
  return changedPackage(await builtPackage(), version, files);
}

async function state(host: Host, property: string): Promise<string> {
  return (await host.run(['systemctl', 'show', '--value', `--property=${property}`, 'order-monit'])).stdout.trim();
}

async function failed(host: Host): Promise<string> {
  return (await host.run(['systemctl', '--failed', '--no-legend', '--plain'])).stdout;
}

/** A start of what is not configured is no failure, and the service is off at once. */
async function standsAside(host: Host): Promise<void> {
  await host.do('systemctl', 'start', '--wait', 'order-monit');
  assert.equal(await state(host, 'ActiveState'), 'inactive');
  assert.equal(await failed(host), '');
  assert.equal(await state(host, 'Result'), 'success');
}

function configuration(get: Get): void {
  test('an upgrade from a package with conffiles asks nothing, and keeps each file with its owner and mode', async () => {
    const host = get();
    await install(host, await withConffiles('0.0.1', '# older\n'));
    await host.shell(
      'echo "# edited" >> /etc/order-monit/service.yml; chmod 600 /etc/order-monit/abacos.yml; chown _order-monit /etc/order-monit/abacos.yml',
    );
    const files = 'sha256sum /etc/order-monit/*.yml; stat -c "%a %U:%G %n" /etc/order-monit/*.yml';
    const before = await host.shell(files);
    await install(host, await builtPackage());
    assert.equal(await host.shell(files), before);
    assert.equal(await host.shell('find /etc/order-monit -name "*.dpkg-*"'), '');
    await standsAside(host);
  });

  test('purge deletes what was a conffile as well', async () => {
    const host = get();
    await host.do('apt-get', '-qy', 'purge', 'order-monit');
    assert.notEqual((await host.run(['test', '-e', '/etc/order-monit'])).status, 0);
  });

  test('a first installation copies the templates, but not over what a sysadmin has put there before', async () => {
    const host = get();
    await host.write('/etc/order-monit/email.yml', 'subscribers: [ops@example.com]\n');
    await install(host, await builtPackage());
    assert.equal(await host.read('/etc/order-monit/email.yml'), 'subscribers: [ops@example.com]\n');
    await host.do('cmp', '/etc/order-monit/database.yml', '/usr/share/order-monit/config/database.yml');
    const modes = await host.shell('stat -c "%a %U:%G" /etc/order-monit/*.yml | sort -u');
    assert.equal(modes, '640 root:_order-monit\n');
    const conffiles = await host.do('dpkg-query', '--show', '--showformat=${Conffiles}', 'order-monit');
    assert.doesNotMatch(conffiles, /\/etc\/order-monit/);
  });

  test('other comments in a template are no question at an upgrade, nor is a deleted file made again', async () => {
    const host = get();
    await host.shell('echo "# edited" >> /etc/order-monit/service.yml; rm /etc/order-monit/process.yml');
    const before = await host.shell('sha256sum /etc/order-monit/*.yml');
    const changed = await changedPackage(await builtPackage(), '99.0', {
      'usr/share/order-monit/config/service.yml': '# of version 99\n',
    });
    await install(host, changed);
    assert.equal(await host.shell('sha256sum /etc/order-monit/*.yml'), before);
    await install(host, await builtPackage());
    await rm(dirname(changed), { recursive: true });
  });
}

/** What keeps the service from starting, and what the journal has to say of it. Each is put back afterwards. */
const FAILURES: readonly [what: string, path: string, replacement: string, said: RegExp][] = [
  ['a module is missing', `${PROGRAM}/run-*.mjs`, '', /can not read its own files: Cannot find module/],
  ['the program is missing', `${PROGRAM}/order-monit.mjs`, '', /Cannot find module/],
  ['node is missing', '/usr/bin/node', '', /226\/NAMESPACE/],
  ['node is a script', '/usr/bin/node', '#!/bin/sh\nexit 1\n', /203\/EXEC/],
  ['node ends with 1 at once', '/usr/bin/node', '/usr/bin/false', /status=1\/FAILURE/],
  ['node lacks a library', '/usr/lib/*/libnode.so.*', '', /error while loading shared libraries/],
  ['no native part is for this Node', `${PROGRAM}/node-v*`, '', /native parts for Node 18, 20, 22 and 24: install one/],
  ['the folder of credentials is missing', '/etc/order-monit/credentials', '', /243\/CREDENTIALS/],
];

function failures(get: Get): void {
  for (const [what, path, replacement, said] of FAILURES) {
    test(`where ${what} it has failed for all to see, though it is not configured either`, async (t) => {
      const host = get();
      t.after(async () => {
        await host.shell('cp -a /root/away/. /; rm -r /root/away');
        await host.do('systemctl', 'reset-failed', 'order-monit');
      });
      await host.shell(`for each in ${path}; do mkdir -p /root/away$(dirname $each); mv $each /root/away$each; done`);
      if (replacement.startsWith('/')) await host.do('cp', replacement, path);
      else if (replacement !== '') await host.write(path, replacement, 0o755);
      const since = (await host.do('date', '+%s.%N')).trim();
      assert.notEqual((await host.run(['systemctl', 'start', 'order-monit'])).status, 0);
      assert.equal(await state(host, 'ActiveState'), 'failed');
      assert.match(await failed(host), /order-monit\.service/);
      assert.match(await host.journal(`--since=@${since}`, '--output=cat'), said);
    });
  }

  test('put right again, it stands aside as before, and says the next steps', async () => {
    const host = get();
    await standsAside(host);
    assert.match(await host.journal('--lines=10', '--output=cat'), /order-monit trust-host/);
    assert.match(await state(host, 'StatusText'), /^not configured yet/);
  });
}
