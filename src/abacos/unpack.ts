/** Unpacks replies that arrive compressed: order-monit asks for none, and a proxy or IIS may send them all the same. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

import { errorCode } from '../text/error.ts';
import { encodingOutage } from './failure.ts';
import { UnreadableReply } from './reply.ts';

type Unpacker = (packed: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const unzip = promisify(gunzip);
const inflateZlib = promisify(inflate);
const inflateWithoutHeader = promisify(inflateRaw);

const UNPACKERS: ReadonlyMap<string, Unpacker> = new Map<string, Unpacker>([
  ['gzip', unzip],
  ['x-gzip', unzip],
  // Meant to be zlib; some servers leave out its header, whose first byte ends in 8.
  [
    'deflate',
    (packed, options) => (((packed[0] ?? 0) & 0xf) === 8 ? inflateZlib : inflateWithoutHeader)(packed, options),
  ],
  ['br', promisify(brotliDecompress)],
]);

/** What an XML declaration begins with, perhaps behind a byte order mark. */
const XML_WITHIN_BYTES = 8;

/**
 * Unpacks an answer by its header Content-Encoding. A proxy may have unpacked
 * the answer and left the header, or a server may put a character set there:
 * what begins as XML does is taken as it is.
 *
 * @param place where it comes from, for the message
 * @throws UnreadableReply when it is damaged, or longer than `longestBytes` once unpacked; no more than these are ever kept
 * @throws Outage when it is packed in another way
 */
export async function unpack(
  packed: Buffer,
  header: string,
  { longestBytes, place }: { readonly longestBytes: number; readonly place: string },
): Promise<Buffer> {
  const encodings = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const [encoding, ...others] = encodings;
  if (encoding === undefined || packed.subarray(0, XML_WITHIN_BYTES).includes('<?xml')) return packed;
  const unpacker = others.length === 0 ? UNPACKERS.get(encoding) : undefined;
  if (unpacker === undefined) throw encodingOutage(encodings.join(', '), place);
  try {
    return await unpacker(packed, { maxOutputLength: longestBytes });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw new UnreadableReply('is longer than 8 MiB');
    throw new UnreadableReply(`can not be unpacked: its ${encoding} is damaged or cut short`);
  }
}
