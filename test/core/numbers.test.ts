/** The compact list of numbers holds and finds what a plain list would. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { Float64List } from '../../src/core/float64-list.ts';

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
