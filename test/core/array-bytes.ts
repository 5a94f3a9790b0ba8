/** Measures what lists of numbers hold. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is held by arrays of numbers, after everything that nobody holds any more was collected. */
export function arrayBytesInUse(): number {
  setFlagsFromString('--expose-gc');
  // What the first finds is given back by another thread; the second waits for that.
  runInNewContext('gc(); gc()');
  return process.memoryUsage().arrayBuffers;
}
