/** `life-cycle.ts` on Debian 13; in a file of its own, so that releases run side by side. */
import { testLifeCycle } from './life-cycle.ts';

testLifeCycle('trixie');
