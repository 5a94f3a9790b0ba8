/** `check-as-root.ts` on Debian 12; in a file of its own, so that releases run side by side. */
import { testCheckAsRoot } from './check-as-root.ts';

testCheckAsRoot('bookworm');
