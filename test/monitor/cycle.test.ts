/** What one cycle does with new, missing, late and unusable orders, one behaviour a test. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { failed } from '../../src/core/verdict.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, World } from './world.ts';

describe('A cycle takes new orders', () => {
  test('in id order, records each, and moves the head to the last', async () => {
    const world = new World();
    for (const id of [103, 101, 102]) world.place(id);
    await world.cycles(world.monitor(), 1);
    assert.equal(world.checkpoint.head, 103);
    for (const id of [101, 102, 103]) assert.equal(world.onRecord(id), 'SUCCESS OK 1');
    assert.equal(world.commands.length, 0);
  });

  test('with one question to Abacos for all of them', async () => {
    const world = new World();
    const numbers = [world.place(101), world.place(102), world.place(103)];
    await world.cycles(world.monitor(), 1);
    assert.deepEqual(world.asked, [numbers]);
  });

  test('a page at a time, and says that more is left', async () => {
    const world = new World();
    for (let id = 101; id <= 107; id += 1) world.place(id);
    const monitor = world.monitor();
    const first = await monitor.cycle(world.adapters(), world.signals);
    assert.deepEqual([first.judged.fresh, first.workLeft, Number(world.checkpoint.head)], [5, true, 105]);
    const second = await monitor.cycle(world.adapters(), world.signals);
    assert.deepEqual([second.judged.fresh, second.workLeft, Number(world.checkpoint.head)], [2, false, 107]);
  });

  test('only when they are older than the settle time', async () => {
    const world = new World();
    world.place(101, { placedAt: world.clock.now() - POLICY.settleMs + 60_000 });
    const monitor = world.monitor();
    await monitor.cycle(world.adapters(), world.signals);
    assert.equal(world.onRecord(101), 'none');
    world.clock.skip(60_000);
    await monitor.cycle(world.adapters(), world.signals);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });

  test('and records nothing again while nothing changes', async () => {
    const world = new World();
    world.place(101);
    await world.cycles(world.monitor(), 5);
    assert.equal(world.checkpoint.lines.length, 2);
  });
});

describe('A missing order', () => {
  test('is on record as failed before its command starts, inserted, and SUCCESS in the same cycle', async () => {
    const world = new World();
    const number = world.place(101, { inAbacos: false });
    let onRecordAtStart = '';
    world.onCommand = () => {
      onRecordAtStart = world.onRecord(101);
      world.insert(number);
      return EXIT_0;
    };
    await world.cycles(world.monitor(), 1);
    assert.equal(onRecordAtStart, 'FAILED NOT_FOUND 1');
    assert.deepEqual(
      world.commands.map(({ task }) => task),
      ['insert_order'],
    );
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
    assert.ok(world.kinds().includes('repaired'));
  });

  test('whose command says that it failed gets four commands and ends as FAILED NOT_FOUND 5', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => EXIT_1;
    const monitor = world.monitor();
    const records: string[] = [];
    for (let cycle = 0; cycle < 8; cycle += 1) {
      await world.cycles(monitor, 1);
      records.push(world.onRecord(101));
    }
    assert.deepEqual(records.slice(0, 5), [
      'FAILED NOT_FOUND 1',
      'FAILED NOT_FOUND 2',
      'FAILED NOT_FOUND 3',
      'FAILED NOT_FOUND 4',
      'FAILED NOT_FOUND 5',
    ]);
    assert.equal(records.at(-1), 'FAILED NOT_FOUND 5');
    assert.equal(world.commands.length, 4);
    assert.equal(world.kinds().filter((kind) => kind === 'given-up').length, 1);
  });

  test('that exists although its command ended with 1 is SUCCESS: Abacos decides', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = ({ number }) => {
      world.insert(number);
      return EXIT_1;
    };
    await world.cycles(world.monitor(), 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
  });

  test('is given up at once when the command says that trying again is no use', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => ({ ...EXIT_1, output: ['RuntimeError: produto não cadastrado'] });
    const monitor = world.monitor();
    await world.cycles(monitor, 3);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 5');
    assert.equal(world.commands.length, 1);
    const [givenUp] = world.events.flatMap((event) => (event.kind === 'given-up' ? [event] : []));
    assert.equal(givenUp?.permanentError, 'RuntimeError: produto não cadastrado');
    assert.match(givenUp.why, /trying again is no use: .*produto não cadastrado/);
  });

  test('that somebody inserts by hand after it was given up turns SUCCESS by itself', async () => {
    const world = new World();
    const number = world.place(101, { inAbacos: false });
    await world.leaveOpen(101, 5);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 5');
    world.erp.set(number, { kind: 'exists', status: 'invoiced' });
    world.clock.skip(HOUR);
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 6');
    assert.equal(world.commands.length, 0);
  });

  test('is not run again before repair_wait is over: an insert shows up late', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => EXIT_0;
    world.policy = { ...POLICY, repairWaitMs: 300_000 };
    await world.cycles(world.monitor(), 2);
    assert.equal(world.commands.length, 1);
  });
});

describe('An answer that is not usable', () => {
  test('is FAILED UNKNOWN without an attempt or a command, and is asked again', async () => {
    const world = new World();
    const number = world.place(101);
    world.erp.set(number, { kind: 'unknown', why: 'no row' });
    const monitor = world.monitor();
    await world.cycles(monitor, 3);
    assert.equal(world.onRecord(101), 'FAILED UNKNOWN 0');
    assert.equal(world.checkpoint.head, 101);
    assert.equal(world.asked.length, 3);
    world.erp.set(number, { kind: 'exists', status: 'in-progress' });
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
    assert.equal(world.commands.length, 0);
  });

  test('keeps the attempts of an order that had failed', async () => {
    const world = new World();
    const number = world.place(101, { inAbacos: false });
    await world.leaveOpen(101, 3);
    world.erp.set(number, { kind: 'unknown', why: 'no row' });
    await world.cycles(world.monitor(), 1);
    assert.equal(world.onRecord(101), 'FAILED UNKNOWN 3');
  });
});

describe('A number that can not be one', () => {
  test('is FAILED BAD_NUMBER, never asked about, and judged once its row is mended', async () => {
    const world = new World();
    world.place(101, { number: "1'; DROP" });
    const monitor = world.monitor();
    await world.cycles(monitor, 2);
    assert.equal(world.onRecord(101), 'FAILED BAD_NUMBER 0');
    assert.equal(world.asked.length, 0);
    world.row(101).number = '555';
    world.erp.set('555', { kind: 'exists', status: 'invoiced' });
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });
});

describe('A late order', () => {
  test('whose row became visible after the head had passed its id is taken', async () => {
    const world = new World();
    world.place(101, { visible: false, inAbacos: false });
    world.place(102);
    const monitor = world.monitor();
    await world.cycles(monitor, 2);
    assert.deepEqual([world.onRecord(101), Number(world.checkpoint.head)], ['none', 102]);
    world.row(101).visible = true;
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
    assert.equal(world.checkpoint.head, 102);
  });

  test('that was too young when a higher id was taken is taken once it is old enough', async () => {
    const world = new World();
    world.place(101, { placedAt: world.clock.now() });
    world.place(102);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'none');
    world.clock.skip(POLICY.settleMs);
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });

  test('is found by a monitor that starts long after the window, because the window waits for it', async () => {
    const world = new World();
    world.place(101, { visible: false });
    world.place(102);
    await world.cycles(world.monitor(), 1);
    world.row(101).visible = true;
    world.clock.skip(200 * HOUR);
    await world.cycles(world.monitor(), 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });

  test('does not slide out of the window while Abacos is down', async () => {
    const world = new World();
    world.place(101, { visible: false });
    world.place(102);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    world.row(101).visible = true;
    world.abacosDown = true;
    for (let day = 0; day < 5; day += 1) {
      await world.cycles(monitor, 1);
      world.clock.skip(24 * HOUR);
    }
    world.abacosDown = false;
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });

  test('does not slide out of the window when others go on record meanwhile and the process ends', async () => {
    const world = new World();
    world.place(101, { visible: false });
    world.place(102);
    await world.cycles(world.monitor(), 1);
    world.clock.skip(47 * HOUR);
    world.row(101).visible = true;
    world.abacosDown = true;
    world.clock.skip(2 * HOUR);
    world.place(103, { number: 'no number' });
    await world.cycles(world.monitor(), 1);
    assert.equal(world.onRecord(103), 'FAILED BAD_NUMBER 0');
    world.abacosDown = false;
    await world.cycles(world.monitor(), 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });

  test('does not slide out of the window when the clock is put forward by hours', async () => {
    const world = new World();
    world.place(101, { visible: false });
    world.place(102);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    world.clock.skip(30 * HOUR);
    const slow = world.clock.now.bind(world.clock);
    world.clock.now = () => slow() + 20 * HOUR;
    world.place(103);
    await world.cycles(monitor, 31);
    world.clock.skip(HOUR);
    world.row(101).visible = true;
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });

  test('without a number is never called missing, and on record as BAD_NUMBER when it never gets one', async () => {
    const world = new World();
    world.place(101, { number: null });
    world.place(102);
    const monitor = world.monitor();
    await world.cycles(monitor, 3);
    assert.equal(world.onRecord(101), 'none');
    world.clock.skip(25 * HOUR);
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'FAILED BAD_NUMBER 0');
    world.row(101).number = '777';
    world.erp.set('777', { kind: 'exists', status: 'in-progress' });
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
    assert.equal(world.commands.length, 0);
  });

  test('below the id that the operator started at is not this monitor’s business', async () => {
    const world = new World();
    world.place(99, { inAbacos: false });
    world.place(101);
    await world.cycles(world.monitor(), 3);
    assert.equal(world.onRecord(99), 'none');
    assert.equal(world.commands.length, 0);
  });
});

describe('A monitor that is replaced by another', () => {
  test('takes up an open order with the attempts that are on record', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => EXIT_1;
    for (let life = 0; life < 8; life += 1) await world.cycles(world.monitor(), 1);
    assert.equal(world.commands.length, 4);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 5');
  });

  test('and dies right after it counted an attempt never makes the commands more than max_attempts', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => {
      throw new Error('killed');
    };
    for (let life = 0; life < 60; life += 1) {
      const monitor = world.monitor();
      await assert.rejects(world.cycles(monitor, 1), /killed/).catch(() => undefined);
    }
    assert.equal(world.commands.length, 2);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 5');
  });
});

test('A checkpoint that can not be written ends the loop before any command', async () => {
  const world = new World();
  world.place(101, { inAbacos: false });
  world.checkpoint.failure = new Error('ENOSPC: no space left on device');
  await assert.rejects(world.monitor().run(world.adapters, world.signals), /ENOSPC/);
  assert.equal(world.commands.length, 0);
});

test('An open order whose row has gone stays on record and gets no command', async () => {
  const world = new World();
  await world.leaveOpen(101, 1);
  await world.cycles(world.monitor(), 2);
  assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 1');
  assert.equal(world.kinds().filter((kind) => kind === 'row-gone').length, 1);
  assert.equal(world.commands.length, 0);
});

test('A retry gives a given-up order its attempts again', async () => {
  const world = new World();
  world.place(101, { inAbacos: false });
  await world.leaveOpen(101, 5);
  const monitor = world.monitor();
  await world.cycles(monitor, 1);
  const { orderId } = [...world.checkpoint.open.values()][0] ?? assert.fail('nothing is open');
  assert.deepEqual(await monitor.retry([orderId], 'ana'), [orderId]);
  await world.cycles(monitor, 1);
  assert.equal(world.onRecord(101), 'SUCCESS OK 2');
  assert.deepEqual(await monitor.retry([orderId], 'ana'), []);
});

test('A dry run judges, and runs nothing', async () => {
  const world = new World();
  world.dryRun = true;
  world.place(101, { inAbacos: false });
  await world.cycles(world.monitor(), 3);
  assert.equal(world.commands.length, 0);
  assert.equal(world.connects.length, 0);
  assert.deepEqual(world.checkpoint.open.get(world.row(101).id)?.verdict, failed('NOT_FOUND'));
});
