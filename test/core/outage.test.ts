/** What people read of something that is down, and what its error keeps of the words of others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { DEPENDENCIES, DEPENDENCY_NAMES, downText, Outage, upText, withHint } from '../../src/core/outage.ts';

const words = DEPENDENCIES.map((dependency) => [
  DEPENDENCY_NAMES[dependency],
  downText(dependency),
  upText(dependency, '2 min'),
]);

test('People read what is down, and when it is back, by the names that they use', () => {
  assert.deepEqual(words, [
    ['shop database', 'shop database is down', 'shop database is back after 2 min'],
    ['Abacos', 'Abacos is down', 'Abacos is back after 2 min'],
    ['integration server', 'integration server is down', 'integration server is back after 2 min'],
    ['repairs', 'repairs are held', 'repairs go on after 2 min'],
  ]);
});

test('What to do stands behind what is wrong, where there is something to do', () => {
  assert.equal(withHint('Abacos is down', 'call them'), 'Abacos is down. What to do: call them');
  assert.equal(withHint('Abacos is down', undefined), 'Abacos is down');
});

describe('An outage', () => {
  test('says what is down and why, and keeps the cause and what to do', () => {
    const cause = new Error('ECONNREFUSED');
    const details = { reason: 'refused', hint: 'start it', retryAfterMs: 5000, cause };
    const outage = new Outage({ dependency: 'shop', ...details });
    assert.equal(String(outage), 'Outage: shop database: refused');
    const { dependency, hint, reason, retryAfterMs } = outage;
    assert.deepEqual(
      { dependency, reason, hint, retryAfterMs, cause: outage.cause },
      { dependency: 'shop', ...details },
    );
  });

  test('may be tried again at once, has no hint and names no cause, unless it is said otherwise', () => {
    const outage = new Outage({ dependency: 'abacos', reason: 'no answer' });
    assert.deepEqual([outage.retryAfterMs, outage.hint], [0, undefined]);
    assert.equal('cause' in outage, false);
  });

  test('makes one short line of what others said, with nothing in it that steers a terminal', () => {
    const said = `no\r\n\u001b[31mway ${'x'.repeat(5000)}`;
    const outage = new Outage({ dependency: 'abacos', reason: said, hint: said });
    for (const text of [outage.reason, outage.hint ?? '', outage.message.replace(/^Abacos: /, '')]) {
      assert.match(text, /^no \[31mway x+…$/);
      assert.equal(text.length, 2000);
    }
  });
});
