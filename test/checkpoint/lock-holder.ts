/** Takes the lock of the folder that it is given, says so, and stays until it is killed. */
import { acquireLock } from '../../src/checkpoint/index.ts';

await acquireLock(process.argv[2] ?? '');
process.stdout.write('held\n');
// A timer keeps the process alive; the lock itself does not.
setInterval(() => undefined, 60_000);
