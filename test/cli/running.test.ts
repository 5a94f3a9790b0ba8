/** A running service is asked and told things: it answers, also while it stands still or a command hangs. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { configure } from '../sandbox/program.ts';
import { until } from '../sandbox/until.ts';
import { sandbox, installation, launch, place, placeMany, onRecord, recorded, ended, started } from './operated.ts';

describe('A running service', () => {
  test('begins its next cycle at once when it is told to', async () => {
    await configure(installation, { service: { ...sandbox.files['service'], running_cycle: 3600, settle_time: 0 } });
    const service = launch(['run'], { ORDER_MONIT_DEBUG: '1' });
    await until('the first cycle has ended', () => service.output.includes('Cycle of'));
    const { id } = await place();
    const run = await launch(['run-now'], { SUDO_USER: 'ana' }).finished;
    assert.equal(run.status, 0, run.stderr);
    await recorded(id, 'SUCCESS OK 1');
    assert.match(service.output, /The next cycle begins at once, asked for by ana/);
    await service.stop();
    assert.match(await ended(['run-now'], 1), /not running/);
  });

  test('that stands still is named, and not waited for', async () => {
    await configure(installation, { service: { ...sandbox.files['service'] } });
    const service = await started();
    service.child.kill('SIGSTOP');
    const asked = await launch(['status']).finished;
    service.child.kill('SIGCONT');
    assert.equal(asked.status, 1);
    assert.match(asked.stderr, /the service runs and did not answer within 5 s: it stands still/);
    await service.stop();
  });

  test('stops in time after a command, and beside one, that has left a child on its output', async () => {
    const { number } = await place(false);
    const rake = join(sandbox.folder, 'leaves-a-child');
    await writeFile(rake, '#!/bin/sh\nsetsid sleep 600 &\n', { mode: 0o755 });
    await configure(installation, {
      service: { ...sandbox.files['service'], stop_timeout: 1 },
      integration_server: { ...sandbox.files['integration_server'], rake, command_timeout: 600 },
    });
    const service = await started();
    await until(
      'the command runs',
      () => service.output.includes(`Order ${number} `) && service.output.includes('insert_order is run'),
    );
    assert.equal((await service.stop()).status, 0);
    assert.match(service.output, /insert_order .*(lost|stopped waiting)/);
  });

  test('answers every request while a command hangs', async () => {
    const { id, number: hanging } = await place(false);
    const [settled] = await placeMany(1);
    assert.ok(settled);
    await configure(installation, { service: { ...sandbox.files['service'], stop_timeout: 0 } });
    await sandbox.standIn({ behaviour: { [hanging]: 'hang' } });
    const service = await started();
    await until('the command runs', async () => (await sandbox.commands()).some((one) => one.number === hanging));
    assert.match(await ended(['status']), /1 failing, 0 given up/);
    assert.match(await ended(['checkpoint', 'failed']), new RegExp(`^${id}\\t${hanging}\\tNOT_FOUND\\t1\\topen`));
    assert.match(await ended(['retry', hanging]), /retry started/);
    assert.equal(await onRecord(id), 'FAILED NOT_FOUND 0');
    assert.match(await ended(['rewind', '--to-id', String(settled.id)]), /from now on/);
    await ended(['run-now']);
    await until('the rewind is done, beside the command', () =>
      /The rewind .* has come to its end/.test(service.output),
    );
    assert.equal((await service.stop()).status, 0);
  });
});
