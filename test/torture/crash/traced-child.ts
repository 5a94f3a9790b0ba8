/** Does everything that is done with the files in a folder, and prints what the test's own recorder has seen of it. */
import { join } from 'node:path';

import { createCheckpoint, openCheckpoint, RewindFile } from '../../../src/checkpoint/index.ts';
import { orderId } from '../../../src/core/order.ts';
import { rewindFor } from '../../../src/core/rewind.ts';
import { hostFiles } from '../../../src/files/files.ts';
import { entry, MISSING, NOW_MS, recordOf } from '../../checkpoint/fixtures.ts';
import { Medium } from './medium.ts';
import { recorded } from './recorder.ts';

const folder = process.argv[2] ?? '';
const path = join(folder, 'checkpoint');
const medium = new Medium({});
const files = recorded(hostFiles(), medium);
const clock = { now: () => NOW_MS };
const report = (): void => undefined;
const open = () => openCheckpoint({ path, files, clock, keepSettledMs: Infinity, lateWindowMs: 0, report });

await createCheckpoint({ path, files, head: recordOf(10) });
const first = await open();
await first.record([entry(11, { verdict: MISSING }), entry(12, { head: true })]);
await first.compact();
await first.record([entry(11)]);
await first.abandon();
// A crash has torn the end.
const torn = await files.open(path, 'append');
await torn.append(Buffer.from('3 23/11'));
await torn.close();
await (await open()).close();
const rewinds = await RewindFile.open({ path: join(folder, 'rewind.json'), files, clock, report });
await rewinds.write(
  rewindFor({ from: orderId(5), rate: 3, by: 'ana' }, undefined, {
    head: orderId(90),
    at: new Date(NOW_MS).toISOString(),
  }),
);
await rewinds.write(undefined);
process.stdout.write(JSON.stringify(medium.changes));
