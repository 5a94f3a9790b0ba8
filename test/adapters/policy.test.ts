/** Each key that the monitor decides by reaches its policy, and nothing else does in its place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { policyOf } from '../../src/adapters/policy.ts';
import { loadConfig } from '../../src/config/index.ts';
import { createFolder } from '../config/folder.ts';

/** What is written in service.yml, no two alike, and what the policy has of it. */
const KEYS = {
  running_cycle: ['61', 'runningCycleMs', 61_000],
  max_attempts: ['7', 'maxAttempts', 7],
  max_orders_per_request: ['11', 'pageSize', 11],
  rewind_rate: ['13', 'rewindRate', 13],
  downtime_wait: ['17', 'downtimeWaitMs', 17_000],
  settle_time: ['1860', 'settleMs', 1_860_000],
  late_window: ['133200', 'lateWindowMs', 133_200_000],
  recheck_given_up: ['2460', 'recheckGivenUpMs', 2_460_000],
  repair_wait: ['43', 'repairWaitMs', 43_000],
  max_numbers_per_call: ['19', 'maxNumbersPerCall', 19],
  max_parallel_calls: ['3', 'maxParallelCalls', 3],
  max_parallel_repairs: ['4', 'maxParallelRepairs', 4],
  payment_look: ['1380', 'lookMs', 1_380_000],
  payment_window: ['432000', 'windowMs', 432_000_000],
} as const;

test('what service.yml says of decisions is in the policy', (t) => {
  const lines = Object.entries(KEYS).map(([key, [text]]) => `${key}: ${text}\n`);
  const { config } = loadConfig({
    directory: createFolder(t, { 'service.yml': lines.join('') }),
    home: '/home/monitor',
  });
  const policy = policyOf(config);
  const had = new Map<string, unknown>(Object.entries({ ...policy.payments, ...policy }));
  for (const [key, [, name, value]] of Object.entries(KEYS)) assert.equal(had.get(name), value, key);
});
