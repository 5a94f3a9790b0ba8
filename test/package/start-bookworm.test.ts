/** `start.ts` on Debian 12; in a file of its own, so that releases run side by side. */
import { testStart } from './start.ts';

testStart('bookworm');
