/**
 * What is installed as `order-monit`. It imports nothing at once, so that it can
 * say why the program's own files can't be read.
 */
async function start(): Promise<void> {
  try {
    await (await import('./program.ts')).main();
  } catch (error) {
    // Anything but a system error, or a file that is not there, is a bug, and its stack says where.
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(
      `order-monit can not read its own files: ${error.message}. What to do: ` +
        'raise LimitNOFILE in the unit of order-monit if too many are open; otherwise install the package again\n',
    );
    process.exitCode = 1;
  }
}

void start();
