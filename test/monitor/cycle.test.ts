/** What one cycle does with new, missing, late and unusable orders, one behaviour a test. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { failed } from '../../src/core/verdict.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, Harness } from './harness.ts';

describe('A cycle takes new orders', () => {
  test('in id order, records each, and moves the head to the last', async () => {
    const harness = new Harness();
    for (const id of [103, 101, 102]) harness.place(id);
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.checkpoint.head, 103);
    for (const id of [101, 102, 103]) assert.equal(harness.onRecord(id), 'SUCCESS OK 1');
    assert.equal(harness.commands.length, 0);
  });

  test('with one question to Abacos for all of them', async () => {
    const harness = new Harness();
    const numbers = [harness.place(101), harness.place(102), harness.place(103)];
    await harness.cycles(harness.monitor(), 1);
    assert.deepEqual(harness.asked, [numbers]);
  });

  test('a page at a time, and says that more is left', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 107; id += 1) harness.place(id);
    const monitor = harness.monitor();
    const first = await monitor.cycle(harness.adapters(), harness.signals);
    assert.deepEqual([first.judged.fresh, first.workLeft, Number(harness.checkpoint.head)], [5, true, 105]);
    const second = await monitor.cycle(harness.adapters(), harness.signals);
    assert.deepEqual([second.judged.fresh, second.workLeft, Number(harness.checkpoint.head)], [2, false, 107]);
  });

  test('only when they are older than the settle time', async () => {
    const harness = new Harness();
    harness.place(101, { placedAt: harness.clock.now() - POLICY.settleMs + 60_000 });
    const monitor = harness.monitor();
    await monitor.cycle(harness.adapters(), harness.signals);
    assert.equal(harness.onRecord(101), 'none');
    harness.clock.skip(60_000);
    await monitor.cycle(harness.adapters(), harness.signals);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });

  test('and records nothing again while nothing changes', async () => {
    const harness = new Harness();
    harness.place(101);
    await harness.cycles(harness.monitor(), 5);
    assert.equal(harness.checkpoint.lines.length, 2);
  });
});

describe('A missing order', () => {
  test('is on record as failed before its command starts, inserted, and SUCCESS in the same cycle', async () => {
    const harness = new Harness();
    const number = harness.place(101, { inAbacos: false });
    let onRecordAtStart = '';
    harness.onCommand = () => {
      onRecordAtStart = harness.onRecord(101);
      harness.insert(number);
      return EXIT_0;
    };
    await harness.cycles(harness.monitor(), 1);
    assert.equal(onRecordAtStart, 'FAILED NOT_FOUND 1');
    assert.deepEqual(
      harness.commands.map(({ task }) => task),
      ['insert_order'],
    );
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    assert.ok(harness.kinds().includes('repaired'));
  });

  test('whose command says that it failed gets four commands and ends as FAILED NOT_FOUND 5', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => EXIT_1;
    const monitor = harness.monitor();
    const records: string[] = [];
    for (let cycle = 0; cycle < 8; cycle += 1) {
      await harness.cycles(monitor, 1);
      records.push(harness.onRecord(101));
    }
    assert.deepEqual(records.slice(0, 5), [
      'FAILED NOT_FOUND 1',
      'FAILED NOT_FOUND 2',
      'FAILED NOT_FOUND 3',
      'FAILED NOT_FOUND 4',
      'FAILED NOT_FOUND 5',
    ]);
    assert.equal(records.at(-1), 'FAILED NOT_FOUND 5');
    assert.equal(harness.commands.length, 4);
    assert.equal(harness.kinds().filter((kind) => kind === 'given-up').length, 1);
  });

  test('that exists although its command ended with 1 is SUCCESS: Abacos decides', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = ({ number }) => {
      harness.insert(number);
      return EXIT_1;
    };
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
  });

  test('is given up at once when the command says that trying again is no use', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => ({ ...EXIT_1, output: ['RuntimeError: produto não cadastrado'] });
    const monitor = harness.monitor();
    await harness.cycles(monitor, 3);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 5');
    assert.equal(harness.commands.length, 1);
    const [givenUp] = harness.events.flatMap((event) => (event.kind === 'given-up' ? [event] : []));
    assert.equal(givenUp?.permanentError, 'RuntimeError: produto não cadastrado');
    assert.match(givenUp.why, /trying again is no use: .*produto não cadastrado/);
  });

  test('that somebody inserts by hand after it was given up turns SUCCESS by itself', async () => {
    const harness = new Harness();
    const number = harness.place(101, { inAbacos: false });
    await harness.leaveOpen(101, 5);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 5');
    harness.erp.set(number, { kind: 'exists', status: 'invoiced' });
    harness.clock.skip(HOUR);
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 6');
    assert.equal(harness.commands.length, 0);
  });

  test('is not run again before repair_wait is over: an insert shows up late', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => EXIT_0;
    harness.policy = { ...POLICY, repairWaitMs: 300_000 };
    await harness.cycles(harness.monitor(), 2);
    assert.equal(harness.commands.length, 1);
  });
});

describe('An answer that is not usable', () => {
  test('is FAILED UNKNOWN without an attempt or a command, and is asked again', async () => {
    const harness = new Harness();
    const number = harness.place(101);
    harness.erp.set(number, { kind: 'unknown', why: 'no row' });
    const monitor = harness.monitor();
    await harness.cycles(monitor, 3);
    assert.equal(harness.onRecord(101), 'FAILED UNKNOWN 0');
    assert.equal(harness.checkpoint.head, 101);
    assert.equal(harness.asked.length, 3);
    harness.erp.set(number, { kind: 'exists', status: 'in-progress' });
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
    assert.equal(harness.commands.length, 0);
  });

  test('keeps the attempts of an order that had failed', async () => {
    const harness = new Harness();
    const number = harness.place(101, { inAbacos: false });
    await harness.leaveOpen(101, 3);
    harness.erp.set(number, { kind: 'unknown', why: 'no row' });
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.onRecord(101), 'FAILED UNKNOWN 3');
  });
});

describe('A number that can not be one', () => {
  test('is FAILED BAD_NUMBER, never asked about, and judged once its row is mended', async () => {
    const harness = new Harness();
    harness.place(101, { number: "1'; DROP" });
    const monitor = harness.monitor();
    await harness.cycles(monitor, 2);
    assert.equal(harness.onRecord(101), 'FAILED BAD_NUMBER 0');
    assert.equal(harness.asked.length, 0);
    harness.row(101).number = '555';
    harness.erp.set('555', { kind: 'exists', status: 'invoiced' });
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });
});

describe('A late order', () => {
  test('whose row became visible after the head had passed its id is taken', async () => {
    const harness = new Harness();
    harness.place(101, { visible: false, inAbacos: false });
    harness.place(102);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 2);
    assert.deepEqual([harness.onRecord(101), Number(harness.checkpoint.head)], ['none', 102]);
    harness.row(101).visible = true;
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    assert.equal(harness.checkpoint.head, 102);
  });

  test('that was too young when a higher id was taken is taken once it is old enough', async () => {
    const harness = new Harness();
    harness.place(101, { placedAt: harness.clock.now() });
    harness.place(102);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'none');
    harness.clock.skip(POLICY.settleMs);
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });

  test('is found by a monitor that starts long after the window, because the window waits for it', async () => {
    const harness = new Harness();
    harness.place(101, { visible: false });
    harness.place(102);
    await harness.cycles(harness.monitor(), 1);
    harness.row(101).visible = true;
    harness.clock.skip(200 * HOUR);
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });

  test('does not slide out of the window while Abacos is down', async () => {
    const harness = new Harness();
    harness.place(101, { visible: false });
    harness.place(102);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    harness.row(101).visible = true;
    harness.abacosDown = true;
    for (let day = 0; day < 5; day += 1) {
      await harness.cycles(monitor, 1);
      harness.clock.skip(24 * HOUR);
    }
    harness.abacosDown = false;
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });

  test('does not slide out of the window when others go on record meanwhile and the process ends', async () => {
    const harness = new Harness();
    harness.place(101, { visible: false });
    harness.place(102);
    await harness.cycles(harness.monitor(), 1);
    harness.clock.skip(47 * HOUR);
    harness.row(101).visible = true;
    harness.abacosDown = true;
    harness.clock.skip(2 * HOUR);
    harness.place(103, { number: 'no number' });
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.onRecord(103), 'FAILED BAD_NUMBER 0');
    harness.abacosDown = false;
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });

  test('does not slide out of the window when the clock is put forward by hours', async () => {
    const harness = new Harness();
    harness.place(101, { visible: false });
    harness.place(102);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    harness.clock.skip(30 * HOUR);
    const slow = harness.clock.now.bind(harness.clock);
    harness.clock.now = () => slow() + 20 * HOUR;
    harness.place(103);
    await harness.cycles(monitor, 31);
    harness.clock.skip(HOUR);
    harness.row(101).visible = true;
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });

  test('without a number is never called missing, and on record as BAD_NUMBER when it never gets one', async () => {
    const harness = new Harness();
    harness.place(101, { number: null });
    harness.place(102);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 3);
    assert.equal(harness.onRecord(101), 'none');
    harness.clock.skip(25 * HOUR);
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'FAILED BAD_NUMBER 0');
    harness.row(101).number = '777';
    harness.erp.set('777', { kind: 'exists', status: 'in-progress' });
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
    assert.equal(harness.commands.length, 0);
  });

  test('below the id that the operator started at is not this monitor’s business', async () => {
    const harness = new Harness();
    harness.place(99, { inAbacos: false });
    harness.place(101);
    await harness.cycles(harness.monitor(), 3);
    assert.equal(harness.onRecord(99), 'none');
    assert.equal(harness.commands.length, 0);
  });
});

describe('A monitor that is replaced by another', () => {
  test('takes up an open order with the attempts that are on record', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => EXIT_1;
    for (let life = 0; life < 8; life += 1) await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.commands.length, 4);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 5');
  });

  test('and dies right after it counted an attempt never makes the commands more than max_attempts', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => {
      throw new Error('killed');
    };
    for (let life = 0; life < 60; life += 1) {
      const monitor = harness.monitor();
      await assert.rejects(harness.cycles(monitor, 1), /killed/).catch(() => undefined);
    }
    assert.equal(harness.commands.length, 2);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 5');
  });
});

test('A checkpoint that can not be written ends the loop before any command', async () => {
  const harness = new Harness();
  harness.place(101, { inAbacos: false });
  harness.checkpoint.failure = new Error('ENOSPC: no space left on device');
  await assert.rejects(harness.monitor().run(harness.adapters, harness.signals), /ENOSPC/);
  assert.equal(harness.commands.length, 0);
});

test('An open order whose row has gone stays on record and gets no command', async () => {
  const harness = new Harness();
  await harness.leaveOpen(101, 1);
  harness.place(102);
  await harness.cycles(harness.monitor(), 2);
  assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 1');
  assert.equal(harness.kinds().filter((kind) => kind === 'row-gone').length, 1);
  assert.equal(harness.commands.length, 0);
});

test('A row that is gone, and one that is there again, are said once each', async () => {
  const harness = new Harness();
  await harness.leaveOpen(101, 1);
  const monitor = harness.monitor();
  const looks = async (): Promise<string[]> => {
    const before = harness.events.length;
    for (let look = 0; look < 3; look += 1) {
      await harness.cycles(monitor, 1);
      harness.clock.skip(POLICY.recheckGivenUpMs);
    }
    return harness.events.slice(before).flatMap((event) => {
      if (event.kind === 'row-found') return [`${event.orderNumber} found${event.again ? ' again' : ''}`];
      return event.kind === 'row-gone' ? ['gone'] : [];
    });
  };
  harness.place(102);
  assert.deepEqual(await looks(), ['gone']);
  harness.onCommand = () => EXIT_1;
  harness.place(101, { inAbacos: false });
  assert.deepEqual(await looks(), ['1000101 found again']);
  harness.row(101).visible = false;
  assert.deepEqual(await looks(), ['gone']);
});

test('A retry gives a given-up order its attempts again', async () => {
  const harness = new Harness();
  harness.place(101, { inAbacos: false });
  await harness.leaveOpen(101, 5);
  const monitor = harness.monitor();
  await harness.cycles(monitor, 1);
  const { orderId } = [...harness.checkpoint.open.values()][0] ?? assert.fail('nothing is open');
  assert.deepEqual(await monitor.retry([orderId], 'ana'), [{ orderId, accepted: true }]);
  await harness.cycles(monitor, 1);
  assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
  assert.deepEqual(await monitor.retry([orderId], 'ana'), [{ orderId, accepted: false }]);
});

test('A dry run judges, and runs nothing', async () => {
  const harness = new Harness();
  harness.dryRun = true;
  harness.place(101, { inAbacos: false });
  await harness.cycles(harness.monitor(), 3);
  assert.equal(harness.commands.length, 0);
  assert.equal(harness.connects.length, 0);
  assert.deepEqual(harness.checkpoint.open.get(harness.row(101).id)?.verdict, failed('NOT_FOUND'));
});
