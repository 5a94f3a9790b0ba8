/**
 * What is installed as `order-monit`. It imports nothing at once, so that it can
 * say why the program's own files can't be read.
 */
/** What passes: systemd starts the service again after 75 (EX_TEMPFAIL), and leaves it failed after 1. */
const PASSING: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EIO'];

/** As `isPlugin` of terminal/plugin.ts, which may be what can't be read. */
const isPlugin = process.argv.includes('status') && process.argv.includes('--check');

async function start(): Promise<void> {
  try {
    await (await import('./program.ts')).main();
  } catch (error) {
    if (isPlugin) {
      process.stdout.write(`UNKNOWN: order-monit can not work: ${String(error).replaceAll(/[|\p{C}]/gu, ' ')}\n`);
      process.exitCode = 3;
      return;
    }
    // Anything but a system error, or a file that is not there, is a bug, and its stack says where.
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(
      `order-monit can not read its own files: ${error.message}. What to do: ` +
        'raise LimitNOFILE in the unit of order-monit if too many are open; otherwise install the package again\n',
    );
    process.exitCode = PASSING.includes(error.code) ? 75 : 1;
  }
}

/**
 * Nothing is left to be done when this is said, and nobody is to wait for what Node itself clears up then: that may go on for
 * ever (nodejs/node#47748), and systemd would have to kill what has stopped in order. The last of those who listen.
 */
function endAtOnce(): void {
  process.on('exit', () => {
    process.exit();
  });
}

void start().finally(endAtOnce);
