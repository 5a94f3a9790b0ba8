/** A name service of one's own: which names a machine knows, and by which addresses, is nothing to rely on. */
import dns from 'node:dns';
import { isIP } from 'node:net';
import { mock } from 'node:test';

type Callback = (error: NodeJS.ErrnoException | null, address: string | dns.LookupAddress[], family?: number) => void;

/**
 * Has every name stand for an address at which nothing listens, and for 127.0.0.1, in this process and until `restore`;
 * for 127.0.0.1 alone where one address is asked for. An address stays what it is.
 */
export function withTwoAddresses(): { restore(): void } {
  const { lookup } = dns;
  const answer = ['::1', '127.0.0.1'].map((address) => ({ address, family: isIP(address) }));
  return mock.method(dns, 'lookup', (name: string, options: dns.LookupOptions, callback: Callback) => {
    if (isIP(name) !== 0) lookup(name, options, callback);
    else if (options.all === true) setImmediate(callback, null, answer);
    // Node 18 asks for one address where it is not told to try them all.
    else setImmediate(callback, null, '127.0.0.1', 4);
  }).mock;
}
