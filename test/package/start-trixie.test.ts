/** `start.ts` on Debian 13; in a file of its own, so that releases run side by side. */
import { testStart } from './start.ts';

testStart('trixie');
