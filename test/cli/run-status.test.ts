/** What `order-monit run` ends with, for systemd to go by: 75 where it is to be started again, and never 1. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Run } from '../sandbox/program.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

describe('order-monit run', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await openSandbox({});
  });
  after(async () => {
    await sandbox.close();
  });

  test('ends with 75 while another order-monit works on the checkpoint', async (t) => {
    const first = new Run(sandbox.installation, ['run']);
    t.after(() => first.stop());
    await until('the first one works', () => first.output.includes('starts after'));
    const { status, stdout, stderr } = await new Run(sandbox.installation, ['run']).finished;
    assert.equal(status, 75, stderr);
    assert.match(stdout, /Another order-monit/);
  });

  test('ends with 75 after an error that nobody has caught, and says where it was', async () => {
    const script = join(sandbox.folder, 'throw.cjs');
    await writeFile(script, "process.on('SIGUSR2', () => { throw new Error('a bug of ours'); });\n");
    const run = new Run(sandbox.installation, ['run'], { NODE_OPTIONS: `--require=${script}` });
    await until('it works', () => run.output.includes('starts after'));
    const { status, stderr } = await run.stop('SIGUSR2');
    assert.equal(status, 75);
    assert.match(stderr, /Error: a bug of ours\n +at .*throw\.cjs/);
  });
});
