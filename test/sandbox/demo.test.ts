/** `npm run demo`: what somebody sees who has never met order-monit, and what is left on their machine afterwards. */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';
import * as v from 'valibot';

import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** A demo in a process group of its own, as a terminal starts it, with a folder for all that it makes. */
class Demo {
  readonly folder: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  output = '';

  constructor(folder: string, options: readonly string[]) {
    this.folder = folder;
    this.child = spawn(process.execPath, ['.ci/demo.mjs', ...options], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: folder, NO_COLOR: '1', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = once(this.child, 'close');
  }

  async says(text: string): Promise<void> {
    await until(`the demo says "${text}"`, () => {
      if (this.child.exitCode !== null) assert.fail(`The demo has ended:\n${this.output}`);
      return this.output.includes(text);
    });
  }

  /** Ctrl-C: the whole group hears of it. */
  interrupt(): void {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGINT');
  }

  /** Once it has ended, nothing of it may be there any more. */
  async assertNothingIsLeft(): Promise<void> {
    await this.ended;
    assert.deepEqual(await readdir(this.folder), [], this.output);
    assert.deepEqual(await this.processes(''), []);
  }

  /** The processes that name the folder, or are in it, and whose command line has this word. */
  async processes(word: string): Promise<readonly { readonly pid: number; readonly command: string }[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const isOurs = command.includes(this.folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(this.folder);
        return isOurs && command.includes(word) ? [{ pid: Number(pid), command }] : [];
      } catch {
        // It has ended meanwhile, or is none of ours.
        return [];
      }
    });
  }
}

async function start(t: TestContext, ...options: readonly string[]): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  const demo = new Demo(folder, options);
  t.after(async () => {
    demo.child.kill('SIGKILL');
    await demo.ended;
    await rm(folder, { recursive: true, force: true });
  });
  return demo;
}

/** An address that the demo has printed. */
function addressIn(output: string, what: string): string {
  const address = new RegExp(`${what}:? +(http://127\\.0\\.0\\.1:\\d+/)`).exec(output)?.[1];
  assert.ok(address !== undefined, `There is no address of ${what} in:\n${output}`);
  return address;
}

async function textAt(address: string): Promise<string> {
  return (await fetch(address)).text();
}

test('with --keep it tells its story, everything is there to play with, and Ctrl-C gives the account and leaves nothing', async (t) => {
  const demo = await start(t, '--keep');
  await demo.says('until you press Ctrl-C');
  for (const told of [
    'Now Abacos goes down',
    'Abacos is back',
    'An order that the shop refuses',
    'A mail to the people of the shop',
  ]) {
    assert.ok(demo.output.includes(told), `"${told}" is not told in:\n${demo.output}`);
  }
  assert.match(await textAt(addressIn(demo.output, 'The page')), /1226050/);
  const mails = addressIn(demo.output, 'The mails');
  assert.match(await textAt(mails), /\[order-monit\].*needs? action/);

  const place = /^ +cd (\S+)$/m.exec(demo.output)?.[1] ?? '';
  const order = await run('./demo', ['order', '1226050'], { cwd: place });
  assert.match(order.stdout, /1226050/);
  assert.match(order.stdout, /has no payment/);
  assert.match((await run('./demo', ['status'], { cwd: place })).stdout, /given up/);

  demo.interrupt();
  await demo.assertNothingIsLeft();
  assert.equal(demo.child.exitCode, 0, demo.output);
  for (const row of ['forgotten', 'inserted twice', 'on record as SUCCESS but not in Abacos']) {
    assert.match(demo.output, new RegExp(`^ +${row} +0$`, 'm'));
  }
});

describe('ended before its time it leaves no process and no folder', () => {
  const moments = [
    ['SIGTERM', 'while its parts start', 'Starting'],
    ['SIGTERM', 'while it plays', 'is run on the integration server'],
    ['SIGINT', 'while it plays', 'is not in Abacos'],
  ] as const;
  for (const [signal, when, text] of moments) {
    test(`by ${signal}, ${when}`, async (t) => {
      const demo = await start(t);
      await demo.says(text);
      if (signal === 'SIGINT') demo.interrupt();
      else demo.child.kill(signal);
      await demo.assertNothingIsLeft();
      assert.equal(demo.child.exitCode, 1);
      assert.match(demo.output, new RegExp(`Cut short by ${signal}`));
      assert.doesNotMatch(demo.output, /\bError\b|\bat .*\.ts:/);
    });
  }

  test('by the end of whoever reads it', async (t) => {
    const demo = await start(t);
    await demo.says('is not in Abacos');
    demo.child.stdout?.destroy();
    await demo.assertNothingIsLeft();
  });

  const parts = [
    ['MariaDB', 'mariadbd'],
    ['sshd', 'sshd_config'],
    ['order-monit', 'order-monit.mjs'],
  ] as const;
  for (const [part, word] of parts) {
    test(`by a crash of ${part}, which it names`, async (t) => {
      const demo = await start(t);
      await demo.says('is run on the integration server');
      const [crashing] = (await demo.processes(word)).filter(({ command }) => / run $|config|mariadbd/.test(command));
      assert.ok(crashing !== undefined);
      process.kill(crashing.pid, 'SIGKILL');
      await demo.assertNothingIsLeft();
      assert.equal(demo.child.exitCode, 1);
      assert.match(demo.output, new RegExp(`${part} has ended by itself`));
    });
  }
});

describe('what it installs', () => {
  test('without root it names the Debian packages that are missing, and how to get them', async () => {
    const nobody = 'data:text/javascript,process.getuid=()=>1000';
    const setup = run(process.execPath, ['--import', nobody, '.ci/setup.mjs', '--demo'], {
      cwd: ROOT,
      env: { PATH: '/nowhere' },
    });
    await assert.rejects(setup, ({ code, stderr }: { readonly code: number; readonly stderr: string }) => {
      assert.equal(code, 1);
      const wanted = /are missing: (.*)\. Run: sudo apt-get install --yes --no-install-recommends (.*)\n$/;
      const [, missing = '', named = ''] = wanted.exec(stderr) ?? [];
      assert.equal(missing, named, stderr);
      // What lies in sbin is found whatever the PATH.
      assert.ok(missing.split(' ').includes('mariadb-client-core'), stderr);
      for (const name of missing.split(' ')) assert.match(name, /^(?:mariadb-|openssh-)/);
      return true;
    });
  });

  test('it imports no npm package but those that it asks for', async () => {
    const facts = v.parse(
      v.object({ dependencies: v.record(v.string(), v.string()) }),
      JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
    );
    const list = /^const DEMO_TOOLS = \[(.*)\];$/m.exec(readFileSync(join(ROOT, '.ci/setup.mjs'), 'utf8'))?.[1] ?? '';
    const installed = new Set([...Object.keys(facts.dependencies), ...(list.match(/[\w-]+/g) ?? [])]);
    const { metafile } = await build({
      entryPoints: ['test/sandbox/demo.ts', 'test/sandbox/bundle.mjs', '.ci/build.mjs', '.ci/demo.mjs'],
      absWorkingDir: ROOT,
      outdir: 'build',
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    const imported = Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external, path }) => external === true && !path.startsWith('node:'))
      .map(({ path }) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
    assert.ok(imported.includes('mysql2'));
    assert.deepEqual(
      imported.filter((name) => !installed.has(name)),
      [],
    );
  });
});
