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

/** Nobody means more, and each costs up to the longest answer. */
const MOST_LAYERS = 4;

export interface UnpackOptions {
  readonly longestBytes: number;
  /** Where it comes from, for the message. */
  readonly place: string;
}

/**
 * Unpacks an answer by its header Content-Encoding, one layer after the other,
 * and gzip also where the header does not tell of it: proxies pack what is
 * packed, and drop headers. A proxy may also have unpacked the answer and left
 * the header, or a server may put a character set there: what begins as XML
 * does is taken as it is.
 *
 * @throws UnreadableReply when it is damaged, or longer than `longestBytes` once unpacked; no more than these are ever kept
 * @throws Outage when it is packed in another way
 */
export async function unpack(packed: Buffer, header: string, options: UnpackOptions): Promise<Buffer> {
  const encodings = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const toDo = [...encodings];
  let bytes = packed;
  for (let layers = 0; !isXml(bytes); layers += 1) {
    const encoding = toDo.pop() ?? (isGzip(bytes) ? 'gzip' : undefined);
    if (encoding === undefined) break;
    const unpacker = layers < MOST_LAYERS ? UNPACKERS.get(encoding) : undefined;
    if (unpacker === undefined) throw encodingOutage(encodings.join(', '), options.place);
    bytes = await unpackLayer(bytes, { encoding, unpacker, longestBytes: options.longestBytes });
  }
  return bytes;
}

async function unpackLayer(
  packed: Buffer,
  { encoding, unpacker, longestBytes }: { encoding: string; unpacker: Unpacker; longestBytes: number },
): Promise<Buffer> {
  try {
    return await unpacker(packed, { maxOutputLength: longestBytes });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw new UnreadableReply('is longer than 8 MiB');
    throw new UnreadableReply(`can not be unpacked: its ${encoding} is damaged or cut short`);
  }
}

function isXml(bytes: Buffer): boolean {
  return bytes.subarray(0, XML_WITHIN_BYTES).includes('<?xml');
}

/** Whether it begins as gzip does, which no text does. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
