/** A running service that can not check anything says so wherever people look, within three running cycles. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';

import { freePort } from '../sandbox/ports.ts';
import { call, configure, install, Run, type Installation } from '../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';
import { ServiceManager } from '../torture/load/service-manager.ts';
import { Faults } from '../torture/machine/machine.ts';

const AGE = /^order_monit_last_whole_cycle_age_seconds (\S+)$/m;

let sandbox: Sandbox;
let faults: Faults;
let count = 0;

before(async () => {
  sandbox = await openSandbox();
  faults = await Faults.make(sandbox.folder);
});
after(async () => {
  sandbox.db.thaw();
  await faults.set([]);
  await sandbox.close();
});

interface Running {
  readonly installation: Installation;
  readonly service: Run;
  readonly manager: ServiceManager;
  readonly page: () => Promise<string>;
}

/** A service that has checked everything, with one order in Abacos. */
async function start(t: TestContext): Promise<Running> {
  count += 1;
  const folder = join(sandbox.folder, `blind${count}`);
  const installation = await install(folder, sandbox.files, START);
  const port = await freePort();
  await configure(installation, { service: { ...sandbox.files['service'], listen: `127.0.0.1:${port}` } });
  const manager = await ServiceManager.start(join(folder, 'notify'), 600_000);
  t.after(() => {
    manager.close();
  });
  const service = new Run(installation, ['run'], { ...faults.environment, ...manager.environment });
  t.after(async () => service.stop('SIGKILL').catch(() => undefined));
  const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text();
  await place(true);
  await until('the page is there', () => service.output.includes('The page is at'));
  await until('everything was checked', async () => /in Abacos\.[^]*There is nothing to do\./.test(await page()));
  assert.equal((await call(installation, 'status')).status, 0);
  return { installation, service, manager, page };
}

async function place(inAbacos: boolean): Promise<void> {
  count += 1;
  const number = String(6_000_000 + count);
  if (inAbacos) sandbox.abacos.place(number);
  await sandbox.shop.place({ number, ageS: 60 });
}

interface Frozen {
  readonly freeze: () => Promise<void>;
  readonly thaw: () => Promise<void>;
  /** What the loop is at meanwhile. */
  readonly step: RegExp;
}

const FROZEN: Readonly<Record<string, Frozen>> = {
  'the disk of the checkpoint is frozen': {
    freeze: async () => {
      await faults.set([{ call: 'write', path: '/state/checkpoint', error: 'HANG' }]);
      await place(true);
    },
    thaw: async () => faults.set([]),
    step: /it has been recording 1 verdicts/,
  },
  "the shop's database is frozen": {
    freeze: async () => {
      sandbox.db.freeze();
      return Promise.resolve();
    },
    thaw: async () => {
      sandbox.db.thaw();
      return Promise.resolve();
    },
    step: /it has been \w+/,
  },
};

describe('While no cycle can end', () => {
  for (const [what, { freeze, thaw, step }] of Object.entries(FROZEN)) {
    test(`because ${what}, nothing says that all is well`, async (t) => {
      const { installation, manager, page } = await start(t);
      await freeze();
      try {
        await until('status says so', async () => (await call(installation, 'status')).status === 1);
        const { stdout } = await call(installation, 'status');
        assert.match(stdout, /^checking +nothing was checked since \d\d:\d\d:\d\d, for /m);
        assert.match(stdout, step);
        assert.match((await call(installation, 'status', '--json')).stdout, /"state": ?"blind"/);
        const shown = await page();
        assert.match(shown, /No order has been checked since/);
        assert.doesNotMatch(shown, /are in Abacos\.|is in Abacos\.|nothing to do/);
        const [, seconds = ''] = AGE.exec((await call(installation, 'metrics')).stdout) ?? [];
        assert.ok(Number(seconds) > 3, `${seconds} s`);
        await until("systemd's line says so", () => manager.statusLine.includes('nothing was checked since'));
      } finally {
        await thaw();
      }
      await until('all is well again', async () => (await call(installation, 'status')).status === 0);
      await until("systemd's line is as before", () => /^head \d+, 0 failing/.test(manager.statusLine));
      assert.match(await page(), /There is nothing to do\./);
    });
  }
});

test('After a reload that was refused neither status nor the page says that all is well', async (t) => {
  const { installation, manager, page, service } = await start(t);
  await writeFile(join(installation.config, 'service.yml'), 'running_cycle: soon\n', { mode: 0o600 });
  service.child.kill('SIGHUP');
  await until('it is refused', async () => (await call(installation, 'status')).status === 1);
  assert.match((await call(installation, 'status')).stdout, /^configuration +on disk is refused/m);
  assert.match(manager.statusLine, /^the configuration on disk is refused/);
  const shown = await page();
  assert.match(shown, /The changed configuration was refused/);
  assert.doesNotMatch(shown, /are in Abacos\.|is in Abacos\.|nothing to do/);
});
