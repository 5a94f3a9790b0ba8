/** Unpacks answers that arrive compressed: order-monit asks for none, and a proxy or IIS may send them all the same. */
import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, inflateRaw } from 'node:zlib';

import { errorCode } from '../text/error.ts';
import { UnknownPacking, UnreadableBody } from './unreadable-body.ts';

interface UnpackerOptions {
  readonly maxOutputLength: number;
  readonly finishFlush?: number;
}

type Unpacker = (packed: Buffer, options: UnpackerOptions) => Promise<Buffer>;

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

/** How each of them is told to give what it has of a body that was cut. */
const FLUSH = { br: constants.BROTLI_OPERATION_FLUSH, others: constants.Z_SYNC_FLUSH } as const;

/** What begins so is no longer packed: an XML declaration or a web page, perhaps behind a byte order mark. */
const BEGINNING_BYTES = 16;
const IS_MARKUP = /^(?:\u00ef\u00bb\u00bf)?\s*<(?:\?xml|!doctype|html)\b/i;

/** Nobody means more, and each costs up to the longest answer. */
const MOST_LAYERS = 4;

export interface UnpackOptions {
  readonly longestBytes: number;
  /** Whether a body that was cut off is unpacked as far as it came. */
  readonly takesPart?: boolean;
}

/**
 * Unpacks an answer by its header Content-Encoding, one layer after the other,
 * and gzip also where the header does not tell of it: proxies pack what is
 * packed, and drop headers. A proxy may also have unpacked the answer and left
 * the header, or a server may put a character set there: what begins as XML
 * or a web page does is taken as it is.
 *
 * @throws UnreadableBody when it is damaged, or longer than `longestBytes` once unpacked; no more than these are ever kept
 * @throws UnknownPacking when it is packed in another way
 */
export async function unpack(packed: Buffer, header: string, options: UnpackOptions): Promise<Buffer> {
  const encodings = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const toDo = [...encodings];
  let bytes = packed;
  for (let layers = 0; !isMarkup(bytes); layers += 1) {
    const encoding = toDo.pop() ?? (isGzip(bytes) ? 'gzip' : undefined);
    if (encoding === undefined) break;
    const unpacker = layers < MOST_LAYERS ? UNPACKERS.get(encoding) : undefined;
    if (unpacker === undefined) throw new UnknownPacking(encodings.join(', '));
    bytes = await unpackLayer(bytes, { ...options, encoding, unpacker });
  }
  return bytes;
}

async function unpackLayer(
  packed: Buffer,
  {
    encoding,
    unpacker,
    longestBytes,
    takesPart = false,
  }: UnpackOptions & { readonly encoding: string; readonly unpacker: Unpacker },
): Promise<Buffer> {
  const finishFlush = takesPart ? { finishFlush: encoding === 'br' ? FLUSH.br : FLUSH.others } : {};
  try {
    return await unpacker(packed, { maxOutputLength: longestBytes, ...finishFlush });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw new UnreadableBody('is longer than 8 MiB');
    throw new UnreadableBody(`can not be unpacked: its ${encoding} is damaged or cut short`);
  }
}

function isMarkup(bytes: Buffer): boolean {
  return IS_MARKUP.test(bytes.toString('latin1', 0, BEGINNING_BYTES));
}

/** Whether it begins as gzip does, which no text does. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
