/** `npm run hosts`: makes the root file systems that the tests of the package boot, where they are not there. */
import { rootFileSystem, SUITES } from './rootfs.ts';

for (const suite of SUITES) await rootFileSystem(suite);
