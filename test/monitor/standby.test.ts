/** A monitor that is not the active one asks nobody anything and runs nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Outage } from '../../src/core/outage.ts';
import { EXIT_0, HOUR, Harness } from './harness.ts';

const MINUTE = 60_000;

describe('a monitor that is not the active one', () => {
  test('asks nobody anything and runs nothing, and begins when it becomes the active one', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.election.role = { kind: 'standby', leader: 'host2' };
    const monitor = harness.monitor();
    let askedInStandby = -1;
    harness.clock.after(HOUR, () => {
      askedInStandby = harness.asked.length + harness.commands.length;
      harness.election.role = { kind: 'active' };
      monitor.wakeUp();
    });
    harness.clock.after(HOUR + MINUTE, () => {
      harness.stop.abort();
    });
    await monitor.run(harness.adapters, harness.signals);
    assert.equal(askedInStandby, 0);
    assert.equal(harness.commands.length, 1);
  });

  test('begins no further command when it ceases to be the active one in mid-cycle', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 105; id += 1) harness.place(id, { inAbacos: false });
    harness.policy = { ...harness.policy, maxParallelRepairs: 1 };
    harness.onCommand = ({ number }) => {
      harness.insert(number);
      harness.election.role = { kind: 'standby', leader: 'host2' };
      return EXIT_0;
    };
    await harness.monitor().cycle(harness.adapters(), harness.signals);
    assert.equal(harness.commands.length, 1);
    assert.equal(harness.checkpoint.open.size, 4, 'the others stay open, with all their attempts');
    assert.ok([...harness.checkpoint.open.values()].every(({ attempts }) => attempts <= 1));
  });

  test('says that the database is down while it can not tell who is active', async () => {
    const harness = new Harness();
    const outage = new Outage({ dependency: 'shop', reason: 'no answer from 127.0.0.1:3306 in time' });
    harness.election.role = { kind: 'unknown', outage };
    const monitor = harness.monitor();
    harness.clock.after(MINUTE, () => {
      assert.equal(monitor.dependency('shop').kind, 'down');
      harness.election.role = { kind: 'standby', leader: undefined };
      monitor.wakeUp();
    });
    harness.clock.after(2 * MINUTE, () => {
      harness.stop.abort();
    });
    await monitor.run(harness.adapters, harness.signals);
    assert.deepEqual(
      harness.events.map(({ kind }) => kind),
      ['down', 'up'],
    );
  });
});
