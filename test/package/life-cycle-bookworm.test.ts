/** `life-cycle.ts` on Debian 12; in a file of its own, so that releases run side by side. */
import { testLifeCycle } from './life-cycle.ts';

testLifeCycle('bookworm');
