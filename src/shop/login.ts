/** How the password gets to the server: encrypted for it, or over a way that nobody else can read. */
import { authPlugins, type ConnectionOptions } from 'mysql2';

import { isLoopback } from '../net/socket.ts';
import type { ServerOptions } from './server-options.ts';

/** A server asked for the password itself, over a way that others may read and without a key that is known as its own. */
export class PasswordWithheld extends Error {
  override readonly name = 'PasswordWithheld';
}

/** Whether nobody but the server can read what goes to it. */
export function isPrivate({ server, tls }: Pick<ServerOptions, 'server' | 'tls'>): boolean {
  return tls !== undefined || server.kind === 'socket' || isLoopback(server.host);
}

/**
 * The methods by which the server reads the password itself. The driver's own would encrypt it by whatever key the
 * server hands over, so anybody in its place could read it.
 */
export function loginMethods(options: ServerOptions): NonNullable<ConnectionOptions['authPlugins']> {
  const { allowCleartextPassword, server, serverPublicKey, tls } = options;
  const mayTakeItsKey = isPrivate(options) || allowCleartextPassword;
  const keys = {
    ...(serverPublicKey === undefined ? {} : { serverPublicKey }),
    // Called before anything is encrypted by the key.
    onServerPublicKey: () => {
      if (!mayTakeItsKey) throw new PasswordWithheld('the password was not sent');
    },
  };
  return {
    // Over these two the server takes the password as it is, and would take a request for its key for one.
    caching_sha2_password: authPlugins.caching_sha2_password({
      ...keys,
      overrideIsSecure: tls !== undefined || server.kind === 'socket',
    }),
    sha256_password: authPlugins.sha256_password(keys),
  };
}
