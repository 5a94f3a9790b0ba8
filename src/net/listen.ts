/** Servers that begin to listen, and that end. */
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';

/**
 * Waits until a server listens. From then on what goes wrong with one caller (too many open files, say) does not end the
 * process.
 *
 * @param start has it listen
 * @throws the system's own error when it can't
 */
export async function listening(server: Server, start: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
    start();
  });
}

/**
 * Begins to listen at a path. The file has its mode from the moment on in which it is there: to change it afterwards would
 * be to change what somebody may have put in its place.
 */
export function listenAt(server: Server, path: string, mode: number): void {
  // The file is made within the call, so the process' own mask is another for no longer.
  const mask = process.umask(0o777 & ~mode);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
}

/** Ends a server, and whatever its callers are at. */
export async function closeServer(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}
