/** The code of a system error (`ENOSPC`, `ECONNRESET`), where it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What an error says, without its name and its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error with its stack, as far as it has one, for the log. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** No file or connection could be opened, and nobody but this host is the cause. */
export const OUT_OF_FILES = {
  problem: 'too many files are open on this host',
  hint: 'raise LimitNOFILE in the unit of order-monit, or find out what holds them',
  /** Both, as a sentence of its own without its full stop. */
  sentence:
    'Too many files are open on this host: raise LimitNOFILE in the unit of order-monit, or find out what holds them',
} as const;

/** Whether an error says that this process, or the host, may open no more files. */
export function isOutOfFiles(error: unknown): error is Error {
  const code = errorCode(error);
  return code === 'EMFILE' || code === 'ENFILE';
}
