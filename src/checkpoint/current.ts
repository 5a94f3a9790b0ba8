/** Goes through the newest line of each order in a surveyed checkpoint, for readers and for compaction. */
import type { OpenFile } from '../files/files.ts';
import { blocksOf } from './blocks.ts';
import { LineReader, NEWLINE, skipBlanks } from './line.ts';
import type { Survey } from './survey.ts';

/** A line that holds the newest record of its order. Valid only during the call that hands it over. */
export interface CurrentLine {
  readonly reader: LineReader;
  readonly bytes: Buffer;
  /** Behind its newline. */
  readonly end: number;
}

export interface CurrentLinesOptions {
  readonly file: OpenFile;
  readonly survey: Survey;
  readonly visit: (line: CurrentLine) => void;
  /** Awaited every few thousand lines and at the end: the time to write out what was gathered. */
  readonly pause: () => Promise<void>;
}

/**
 * Visits the newest line of each order, in the order of the file, and the one
 * of the head last. The file must be the one surveyed; what was appended since
 * is not looked at.
 */
export async function visitCurrentLines({ file, survey, visit, pause }: CurrentLinesOptions): Promise<void> {
  const reader = new LineReader();
  const head = survey.ledger?.head;
  let headLine: Buffer | undefined;
  let position = 0;
  for await (const block of blocksOf(file, survey.size)) {
    const bytes = block.wholeLines ? block.bytes : Buffer.concat([block.bytes, Buffer.of(NEWLINE)]);
    for (let at = 0; at < bytes.length; position++) {
      const end = reader.read(bytes, at);
      if (end < 0) {
        const lineEnd = bytes.indexOf(NEWLINE, at) + 1;
        if (skipBlanks(bytes, at) !== lineEnd - 1) {
          throw new Error(`line ${position + 1} was good a moment ago, and is not now: ${reader.fault}`);
        }
        at = lineEnd;
        continue;
      }
      const newest = survey.newestLineOf.get(reader.orderId) ?? position;
      if (newest === position) {
        if (reader.orderId === head) headLine = Buffer.from(bytes.subarray(at, end));
        else visit({ reader, bytes, end });
      }
      at = end;
    }
    await pause();
  }
  if (headLine !== undefined) {
    visit({ reader, bytes: headLine, end: reader.read(headLine, 0) });
    await pause();
  }
}
