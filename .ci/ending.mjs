/**
 * Loaded into the process of each test file by test.mjs. A file whose tests have
 * ended and that something keeps alive, such as a server that nobody has closed,
 * would last until its time is up: it ends soon, has failed, and says what it is.
 *
 * One whose work is over ends without Node's own clearing up, which may go on for ever (nodejs/node#47748).
 */
import { after } from 'node:test';

/** Long enough for whatever the tests themselves end last. */
const GRACE_MS = 120_000;

after(() => {
  const end = () => {
    console.error(`The tests have ended, and this keeps their process alive: ${process.getActiveResourcesInfo()}`);
    process.exit(1);
  };
  setTimeout(end, GRACE_MS).unref();
  process.on('exit', () => process.exit());
});
