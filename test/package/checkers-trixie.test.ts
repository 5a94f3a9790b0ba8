/** `checkers.ts` on Debian 13; in a file of its own, so that releases run side by side. */
import { testCheckers } from './checkers.ts';

testCheckers('trixie');
