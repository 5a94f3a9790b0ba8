/** Unix sockets to be called at. */
import type { Server } from 'node:net';

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
