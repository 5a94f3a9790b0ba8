/**
 * How long the tests of this folder go on. `npm test` plays a few trials of
 * each, enough to keep them alive and to notice what breaks often;
 * `npm run torture` plays many. Each trial follows from its seed alone, and a
 * failure names the seed: `SEED=1234 npm run torture -- FILE` plays that one, and
 * `SEED=401-1000` those.
 */

const torture = process.env['TORTURE'] === '1';
const chosen = process.env['SEED'];

/** One of two sizes: what `npm test` does, and what `npm run torture` does. */
export function size<T>(sizes: { readonly test: T; readonly torture: T }): T {
  return torture ? sizes.torture : sizes.test;
}

/** The seeds of the trials: 1, 2, 3 and so on, or those that `SEED` asks for. @throws RangeError when it asks for none */
export function seeds(counts: { readonly test: number; readonly torture: number }): readonly number[] {
  const [first = 1, last = first] = chosen?.split('-').map(Number) ?? [1, size(counts)];
  if (!(last >= first)) throw new RangeError(`SEED is a number or two, such as 7 or 401-1000, and not ${chosen ?? ''}`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
