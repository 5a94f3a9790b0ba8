/** `erp-command.ts` on Debian 13; in a file of its own, so that releases run side by side. */
import { testErpCommand } from './erp-command.ts';

testErpCommand('trixie');
