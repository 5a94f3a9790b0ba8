/** The history as commands and the page read it: from the files, whether a service runs or not. */
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import type { OrderName } from '../core/event.ts';
import { isOrderId, type OrderId } from '../core/order.ts';
import { openOwn } from '../files/own-file.ts';
import { errorCode } from '../text/error.ts';
import { parseEntry, type HistoryEntry } from './entry.ts';
import { currentPath, oldPath } from './files.ts';

/** What the history has about one order, oldest first. */
export interface Story {
  readonly entries: readonly HistoryEntry[];
  /** Earlier entries that are left out, because there are so many. */
  readonly omitted: number;
  /** Lines that name the order and can't be read. */
  readonly damaged: number;
}

/** More is nothing that people read. */
const MAX_ENTRIES = 1000;

/**
 * What the history has about one order.
 *
 * @throws the system's own error when a file is there and can't be read
 */
export async function storyOf(stateDirectory: string, orderId: OrderId): Promise<Story> {
  return (await storiesOf(stateDirectory, [orderId])).get(orderId) ?? NO_STORY;
}

/** Of an order of which the history has nothing. */
export const NO_STORY: Story = { entries: [], omitted: 0, damaged: 0 };

/**
 * What the history has about some orders, those of which it has something. The files are read once for all of them.
 *
 * @throws the system's own error when a file is there and can't be read
 */
export async function storiesOf(
  stateDirectory: string,
  orderIds: readonly OrderId[],
): Promise<ReadonlyMap<OrderId, Story>> {
  const wanted = new Set(orderIds);
  const stories = new Map<OrderId, { entries: HistoryEntry[]; omitted: number; damaged: number }>();
  for await (const line of linesAbout(stateDirectory, wanted)) {
    const entry = parseEntry(line);
    const named = entry === undefined ? idsIn(line) : ordersOf(entry).map(({ orderId }) => orderId);
    for (const id of new Set(named.filter((each) => wanted.has(each)))) {
      const story = stories.get(id) ?? { entries: [], omitted: 0, damaged: 0 };
      stories.set(id, story);
      if (entry === undefined) story.damaged += 1;
      else story.entries.push(entry);
      if (story.entries.length <= MAX_ENTRIES) continue;
      story.entries.shift();
      story.omitted += 1;
    }
  }
  return stories;
}

/** The ids that a line names which can not be parsed. */
function idsIn(line: string): OrderId[] {
  return [...line.matchAll(/"orderId":(\d{1,16})/g)].map(([, digits]) => Number(digits)).filter(isOrderId);
}

/**
 * The id of the order that has a number, by the newest entry that says so: for when the shop can't be asked.
 *
 * @throws the system's own error when a file is there and can't be read
 */
export async function idOfNumber(stateDirectory: string, orderNumber: string): Promise<OrderId | undefined> {
  let found: OrderId | undefined;
  for await (const line of linesWith(stateDirectory, `"orderNumber":${JSON.stringify(orderNumber)}`)) {
    const entry = parseEntry(line);
    const named = entry && ordersOf(entry).find((order) => order.orderNumber === orderNumber);
    found = named?.orderId ?? found;
  }
  return found;
}

/** The orders that an entry is about. */
export function ordersOf(entry: HistoryEntry): readonly OrderName[] {
  if ('orders' in entry) return entry.orders;
  return 'orderId' in entry ? [entry] : [];
}

/**
 * Every entry from a moment on (milliseconds since 1970), oldest first. Other
 * work gets its turn in between.
 *
 * @returns how many lines could not be read
 * @throws the system's own error when a file is there and can't be read
 */
export async function* since(stateDirectory: string, atMs: number): AsyncGenerator<HistoryEntry, number> {
  let damaged = 0;
  for await (const block of blocksOf(stateDirectory)) {
    for (let start = 0; start < block.length;) {
      const end = lineEnd(block, start);
      if (!isBefore(block, start, atMs)) {
        const entry = parseEntry(block.toString('utf8', start, end));
        if (entry === undefined) damaged += 1;
        else if (entry.at >= atMs) yield entry;
      }
      start = end + 1;
    }
  }
  return damaged;
}

const AT = Buffer.from('{"at":');
/** Milliseconds since 1970 have so many digits until the year 2286. */
const AT_DIGITS = 13;

/** Whether a line says so before it is parsed, which costs ten times as much. */
function isBefore(block: Buffer, start: number, atMs: number): boolean {
  const from = start + AT.length;
  if (block.compare(AT, 0, AT.length, start, Math.min(from, block.length)) !== 0) return false;
  const at = block.toString('latin1', from, from + AT_DIGITS);
  return /^\d+$/.test(at) && Number(at) < atMs;
}

const LINE_FEED = 10;
/** The lines that hold some bytes, found without parsing any. */
async function* linesWith(stateDirectory: string, text: string): AsyncGenerator<string> {
  const wanted = Buffer.from(text);
  for await (const block of blocksOf(stateDirectory)) {
    for (let hit = block.indexOf(wanted); hit !== -1;) {
      const end = lineEnd(block, hit);
      yield lineAt(block, hit, end);
      hit = block.indexOf(wanted, end);
    }
  }
}

const ORDER_ID = '"orderId":';

/** The lines that name one of some orders, found without parsing the others. */
async function* linesAbout(stateDirectory: string, ids: ReadonlySet<number>): AsyncGenerator<string> {
  const [first] = ids;
  // The digits of a single one make the search twice as fast.
  const wanted = Buffer.from(ids.size === 1 && first !== undefined ? `${ORDER_ID}${first}` : ORDER_ID);
  for await (const block of blocksOf(stateDirectory)) {
    for (let hit = block.indexOf(wanted); hit !== -1;) {
      if (!ids.has(numberAt(block, hit + ORDER_ID.length))) {
        hit = block.indexOf(wanted, hit + wanted.length);
        continue;
      }
      const end = lineEnd(block, hit);
      yield lineAt(block, hit, end);
      hit = block.indexOf(wanted, end);
    }
  }
}

const ZERO = 48;

/** The digits from there on. */
function numberAt(block: Buffer, from: number): number {
  let value = 0;
  for (let at = from; at < block.length; at += 1) {
    const digit = (block[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}

function lineAt(block: Buffer, within: number, end: number): string {
  return block.toString('utf8', block.lastIndexOf(LINE_FEED, within) + 1, end);
}

function lineEnd(block: Buffer, from: number): number {
  const end = block.indexOf(LINE_FEED, from);
  return end === -1 ? block.length : end;
}

/** Far more than a line, far less than the event loop would feel. */
const BLOCK_BYTES = 1_048_576;

/** More than `history_size` allows. A file may be said to be of any length, and would be read for hours. */
const LONGEST_FILE = 1_100_000_000;

/**
 * Both files, oldest first, in blocks of whole lines. A line without an end is
 * still being written, or torn: it is left out. A block is good until the next
 * one is asked for.
 */
async function* blocksOf(stateDirectory: string): AsyncGenerator<Buffer> {
  const handles = await openFiles(stateDirectory);
  try {
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    for (const handle of handles) yield* wholeLines(handle, buffer);
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

async function* wholeLines(handle: FileHandle, buffer: Buffer): AsyncGenerator<Buffer> {
  const { size } = await handle.stat();
  const first = Math.max(0, size - LONGEST_FILE);
  // What it begins with is a part of a line then.
  let isPart = first > 0;
  let held = 0;
  for (let position = first; position < size;) {
    const { bytesRead } = await handle.read(buffer, held, buffer.length - held, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    const filled = held + bytesRead;
    const end = buffer.subarray(0, filled).lastIndexOf(LINE_FEED) + 1;
    const begin = isPart ? buffer.indexOf(LINE_FEED) + 1 : 0;
    if (begin < end) yield buffer.subarray(begin, end);
    if (end > 0) isPart = false;
    // What fills the whole buffer without a line feed is no line of ours.
    held = end === 0 && filled === buffer.length ? 0 : filled - end;
    buffer.copyWithin(0, end, end + held);
  }
}

/** The current file is opened first: when it becomes the old one in between, that shows, and nothing is passed over. */
async function openFiles(stateDirectory: string): Promise<readonly FileHandle[]> {
  for (;;) {
    const current = await openIfThere(currentPath(stateDirectory));
    const old = await openIfThere(oldPath(stateDirectory));
    const handles = [old, current].flatMap((handle) => handle ?? []);
    if (current === undefined || old === undefined || (await current.stat()).ino !== (await old.stat()).ino)
      return handles;
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await openOwn(path, constants.O_RDONLY);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
