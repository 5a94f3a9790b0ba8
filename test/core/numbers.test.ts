/** The compact list of numbers holds and finds what a plain list would. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { Float64List } from '../../src/core/float64-list.ts';
import { arrayBytesInUse } from './array-bytes.ts';

test('Numbers holds what a plain list would, whatever is put in, replaced and dropped', () => {
  const step = fc.record({ place: fc.nat(1000), count: fc.nat(3), value: fc.integer(), drop: fc.nat(2000) });
  fc.assert(
    fc.property(fc.nat(1500), fc.array(step, { maxLength: 30 }), (initial, steps) => {
      const numbers = new Float64List();
      const list: number[] = [];
      for (let value = 0; value < initial; value += 1) {
        numbers.push(value);
        list.push(value);
      }
      for (const { place, count, value, drop } of steps) {
        const at = Math.min(place, list.length);
        const replaced = Math.min(count, list.length - at);
        numbers.replace(at, replaced, value);
        list.splice(at, replaced, value);
        const dropped = drop > list.length ? 0 : drop;
        numbers.dropFirst(dropped);
        list.splice(0, dropped);
      }
      assert.equal(numbers.length, list.length);
      assert.deepEqual(
        Array.from({ length: list.length + 1 }, (_, at) => numbers.at(at)),
        [...list, undefined],
      );
      assert.equal(numbers.at(-1), undefined);
    }),
    { numRuns: 500 },
  );
});

const SHORTENED: readonly (readonly [how: string, shorten: (numbers: Float64List) => void])[] = [
  [
    'dropped',
    (numbers) => {
      numbers.dropFirst(99_000);
    },
  ],
  [
    'taken out one by one',
    (numbers) => {
      while (numbers.length > 1000) numbers.remove(numbers.length - 2);
    },
  ],
];
for (const [how, shorten] of SHORTENED) {
  test(`Numbers gives back the memory of what was ${how}, and keeps the rest`, () => {
    const before = arrayBytesInUse();
    const numbers = new Float64List();
    for (let value = 0; value < 100_000; value += 1) numbers.push(value);
    shorten(numbers);
    const bytes = arrayBytesInUse() - before;
    assert.ok(bytes <= 4 * 8 * 1000 + 10_000, `${bytes} bytes for 1000 numbers`);
    assert.deepEqual([numbers.length, numbers.at(999), numbers.at(1000)], [1000, 99_999, undefined]);
  });
}

test('Numbers finds the first one from a value on', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(100)), fc.integer({ min: -1, max: 101 }), (values, value) => {
      const rising = values.sort((a, b) => a - b);
      const numbers = new Float64List();
      for (const each of rising) numbers.push(each);
      const found = rising.findIndex((each) => each >= value);
      assert.equal(numbers.firstFrom(value), found === -1 ? rising.length : found);
    }),
  );
});
