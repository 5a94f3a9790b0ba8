/** A monitor that is not the active one asks nobody anything and runs nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Outage } from '../../src/core/outage.ts';
import { EXIT_0, HOUR, World } from './world.ts';

const MINUTE = 60_000;

describe('a monitor that is not the active one', () => {
  test('asks nobody anything and runs nothing, and begins when it becomes the active one', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.election.role = { kind: 'standby', leader: 'host2' };
    const monitor = world.monitor();
    let askedInStandby = -1;
    world.clock.after(HOUR, () => {
      askedInStandby = world.asked.length + world.commands.length;
      world.election.role = { kind: 'active' };
      monitor.wakeUp();
    });
    world.clock.after(HOUR + MINUTE, () => {
      world.stop.abort();
    });
    await monitor.run(world.adapters, world.signals);
    assert.equal(askedInStandby, 0);
    assert.equal(world.commands.length, 1);
  });

  test('begins no further command when it ceases to be the active one in mid-cycle', async () => {
    const world = new World();
    for (let id = 101; id <= 105; id += 1) world.place(id, { inAbacos: false });
    world.policy = { ...world.policy, maxParallelRepairs: 1 };
    world.onCommand = ({ number }) => {
      world.insert(number);
      world.election.role = { kind: 'standby', leader: 'host2' };
      return EXIT_0;
    };
    await world.monitor().cycle(world.adapters(), world.signals);
    assert.equal(world.commands.length, 1);
    assert.equal(world.checkpoint.open.size, 4, 'the others stay open, with all their attempts');
    assert.ok([...world.checkpoint.open.values()].every(({ attempts }) => attempts <= 1));
  });

  test('says that the database is down while it can not tell who is active', async () => {
    const world = new World();
    const outage = new Outage({ dependency: 'shop', reason: 'no answer from 127.0.0.1:3306 in time' });
    world.election.role = { kind: 'unknown', outage };
    const monitor = world.monitor();
    world.clock.after(MINUTE, () => {
      assert.equal(monitor.dependency('shop').kind, 'down');
      world.election.role = { kind: 'standby', leader: undefined };
      monitor.wakeUp();
    });
    world.clock.after(2 * MINUTE, () => {
      world.stop.abort();
    });
    await monitor.run(world.adapters, world.signals);
    assert.deepEqual(
      world.events.map(({ kind }) => kind),
      ['down', 'up'],
    );
  });
});
