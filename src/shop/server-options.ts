/** How the shop's database is reached. */
import type { SslOptions } from 'mysql2';

/** Where the shop's database is, and who logs in. */
export interface ServerOptions {
  readonly server:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'socket'; readonly path: string };
  readonly database: string;
  readonly username: string;
  /** Called when a connection is made, and not before. */
  readonly password: () => string | undefined;
  /** The key by which the password is encrypted where a server without TLS asks for it, in PEM form. */
  readonly serverPublicKey: string | undefined;
  /** Whether a server that is neither on this host nor behind TLS may read the password. */
  readonly allowCleartextPassword: boolean;
  readonly tls: SslOptions | undefined;
  /** For a connection to be made and ready, the login and its settings included. */
  readonly connectTimeoutMs: number;
  /** For one query; the server is told to end it then, where it can. */
  readonly queryTimeoutMs: number;
}
