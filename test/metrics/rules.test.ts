/** The shipped alert rules, in promtool's own tests of rules: each fires when it must, and not before. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { RULES } from './dashboard.ts';
import { familiesIn, Scene } from './fixtures.ts';

const SERIES = 'instance="shop1:9464",job="order-monit"';
const INSTANCE = { instance: 'shop1:9464' };
const TARGET = { ...INSTANCE, job: 'order-monit' };

interface Case {
  readonly alert: string;
  readonly title: string;
  /** Values from minute to minute, in promtool's notation. */
  readonly series: Readonly<Record<string, string>>;
  /** Minutes after the start at which nothing fires yet. */
  readonly quietAt: number;
  /** Minutes after the start at which it fires; left out when it must not. */
  readonly firesAt?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly severity?: string;
  readonly summary?: string;
}

const oldest = `order_monit_oldest_unresolved_order_age_seconds{${SERIES},state="failing"}`;
const unchecked = `order_monit_last_whole_cycle_age_seconds{${SERIES}}`;
const dependencyUp = (dependency: string): string => `order_monit_dependency_up{${SERIES},dependency="${dependency}"}`;
const repairs = (result: string): string => `order_monit_repairs_total{${SERIES},result="${result}"}`;

const CASES: readonly Case[] = [
  {
    alert: 'OrderMonitAbsent',
    title: 'fires five minutes after the service has gone',
    series: { [`up{${SERIES}}`]: '1x5 0x30' },
    quietAt: 8,
    firesAt: 15,
    labels: TARGET,
    severity: 'critical',
    summary: 'order-monit does not answer, so nobody looks after orders',
  },
  {
    alert: 'OrderMonitAbsent',
    title: 'fires when Prometheus knows of no such job',
    series: {},
    quietAt: 3,
    firesAt: 10,
    labels: { job: 'order-monit' },
    severity: 'critical',
    summary: 'order-monit does not answer, so nobody looks after orders',
  },
  {
    alert: 'OrderMonitBlind',
    title: 'fires when three running cycles went by since the last whole cycle',
    series: { [unchecked]: '0x3 0+60x30', [`up{${SERIES}}`]: '1x60' },
    quietAt: 10,
    firesAt: 15,
    labels: TARGET,
    severity: 'critical',
    summary: 'order-monit at shop1:9464 has checked nothing for 11m 0s',
  },
  {
    alert: 'OrderMonitBlind',
    title: 'leaves an outage of Abacos or the shop to its own rule, and its patience',
    series: {
      [unchecked]: '0+60x30',
      [dependencyUp('abacos')]: '0x30',
      [dependencyUp('integration-server')]: '1x30',
      [`up{${SERIES}}`]: '1x30',
    },
    quietAt: 25,
  },
  {
    alert: 'OrderMonitBlind',
    title: 'fires while the integration server is down, which keeps nobody from checking',
    series: {
      [unchecked]: '0+60x30',
      [dependencyUp('abacos')]: '1x30',
      [dependencyUp('integration-server')]: '0x30',
      [`up{${SERIES}}`]: '1x30',
    },
    quietAt: 6,
    firesAt: 7,
    labels: TARGET,
    severity: 'critical',
    summary: 'order-monit at shop1:9464 has checked nothing for 7m 0s',
  },
  {
    alert: 'OrderMonitNoLeader',
    title: 'fires when each monitor stands by or waits',
    series: {
      [`order_monit_leader{${SERIES}}`]: '1x9 0x60',
      'order_monit_leader{job="order-monit",instance="shop2:9464"}': '0x70',
      [`up{${SERIES}}`]: '1x70',
    },
    quietAt: 11,
    firesAt: 13,
    labels: { job: 'order-monit' },
    severity: 'critical',
    summary: 'No order-monit is the active one, so nobody looks after orders',
  },
  {
    alert: 'OrderMonitOldestUnresolvedOrder',
    title: 'fires for an order that has been failing for two hours, and a bit more',
    series: { [oldest]: '0+60x200', [`up{${SERIES}}`]: '1x200' },
    quietAt: 121,
    firesAt: 130,
    labels: { ...TARGET, state: 'failing' },
    severity: 'warning',
    summary: 'An order has not arrived in Abacos for 2h 10m 0s',
  },
  {
    alert: 'OrderMonitGivenUpOrders',
    title: 'fires for every verdict together',
    series: {
      [`order_monit_unresolved_orders{${SERIES},state="given_up",verdict="NOT_FOUND"}`]: '0x5 2x20',
      [`order_monit_unresolved_orders{${SERIES},state="given_up",verdict="PAYMENT_PENDING"}`]: '0x5 1x20',
      [`order_monit_unresolved_orders{${SERIES},state="failing",verdict="NOT_FOUND"}`]: '9x30',
      [`up{${SERIES}}`]: '1x30',
    },
    quietAt: 5,
    firesAt: 10,
    labels: INSTANCE,
    severity: 'critical',
    summary: 'Orders that order-monit has given up: 3',
  },
  {
    alert: 'OrderMonitDependencyDown',
    title: 'fires after a quarter of an hour',
    series: {
      [`order_monit_dependency_down_seconds{${SERIES},dependency="abacos"}`]: '0+60x30',
      [`order_monit_dependency_down_seconds{${SERIES},dependency="shop"}`]: '0x30',
      [`up{${SERIES}}`]: '1x30',
    },
    quietAt: 15,
    firesAt: 16,
    labels: { ...TARGET, dependency: 'abacos' },
    severity: 'critical',
    summary: 'abacos has been down for 16m 0s',
  },
  {
    alert: 'OrderMonitDependencyDown',
    title: 'leaves repairs that are held to their own rule',
    series: {
      [`order_monit_dependency_down_seconds{${SERIES},dependency="repairs"}`]: '0+60x30',
      [`up{${SERIES}}`]: '1x30',
    },
    quietAt: 25,
  },
  {
    alert: 'OrderMonitRepairsHeld',
    title: 'fires after five minutes, and not for what is down',
    series: {
      [`order_monit_dependency_down_seconds{${SERIES},dependency="repairs"}`]: '0+60x30',
      [`order_monit_dependency_down_seconds{${SERIES},dependency="abacos"}`]: '900x30',
      [`up{${SERIES}}`]: '1x30',
    },
    quietAt: 5,
    firesAt: 8,
    labels: { ...TARGET, dependency: 'repairs' },
    severity: 'critical',
    summary: 'Repairs have been held for 8m 0s, because Abacos denies orders that it had',
  },
  {
    alert: 'OrderMonitRepairsWait',
    title: 'fires when orders have waited for the shop for three hours, for whatever it is',
    series: {
      [`order_monit_waiting_repairs{${SERIES},why="settling"}`]: '7x60 0x200',
      [`order_monit_waiting_repairs{${SERIES},why="draining"}`]: '0x60 7x200',
      [`up{${SERIES}}`]: '1x260',
    },
    quietAt: 179,
    firesAt: 190,
    labels: INSTANCE,
    severity: 'warning',
    summary: 'Orders that have waited for the shop for three hours: 7',
  },
  {
    alert: 'OrderMonitHeadLag',
    title: 'fires for an order that nobody has looked at for an hour',
    series: { [`order_monit_head_lag_seconds{${SERIES}}`]: '0+60x90', [`up{${SERIES}}`]: '1x90' },
    quietAt: 62,
    firesAt: 70,
    labels: TARGET,
    severity: 'warning',
    summary: 'A new order has waited for 1h 10m 0s to be looked at',
  },
  {
    alert: 'OrderMonitRestarts',
    title: 'fires for a service that keeps on starting',
    series: { [`process_start_time_seconds{${SERIES}}`]: '0+300x4 1500x60', [`up{${SERIES}}`]: '1x70' },
    quietAt: 2,
    firesAt: 10,
    labels: TARGET,
    severity: 'warning',
    summary: 'order-monit at shop1:9464 has restarted 5 times within an hour',
  },
  {
    alert: 'OrderMonitRepairsInVain',
    title: 'fires when commands run and nothing is repaired',
    series: { [repairs('not_repaired')]: '0+1x60', [repairs('repaired')]: '3x60', [`up{${SERIES}}`]: '1x60' },
    quietAt: 3,
    firesAt: 60,
    labels: INSTANCE,
    severity: 'warning',
    summary: 'Commands that ran within an hour and integrated nothing: 60',
  },
  {
    alert: 'OrderMonitRepairsInVain',
    title: 'does not fire while some are repaired',
    series: { [repairs('not_repaired')]: '0+1x60', [repairs('repaired')]: '0+1x60', [`up{${SERIES}}`]: '1x60' },
    quietAt: 50,
  },
];

function ruleTest({ alert, series, quietAt, firesAt, labels, severity, summary }: Case): unknown {
  const fired = firesAt === undefined ? [] : [{ at: firesAt, alerts: [{ labels, severity, summary }] }];
  return {
    rule_files: [RULES],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [{ at: quietAt, alerts: [] }, ...fired].map(({ at, alerts }) => ({
          eval_time: `${at}m`,
          alertname: alert,
          exp_alerts: alerts.map((expected) => ({
            exp_labels: { ...expected.labels, severity: expected.severity },
            exp_annotations: { summary: expected.summary, description: descriptionOf(alert) },
          })),
        })),
      },
    ],
  };
}

/** The folded text of a rule: what promtool compares with is to be the same, whatever it says. */
function descriptionOf(alert: string): string {
  const rule = readFileSync(RULES, 'utf8').split(`- alert: ${alert}\n`)[1]?.split('\n      - alert:')[0] ?? '';
  const [, text = ''] = /description: (?:>-)?([^]*)$/.exec(rule) ?? [];
  return text.trim().replace(/\s+/g, ' ');
}

function promtool(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}

describe('The alert rules', () => {
  test('have nothing that promtool check rules objects to', () => {
    promtool('check', 'rules', '--lint=all', '--lint-fatal', RULES);
  });

  for (const one of CASES) {
    test(`${one.alert} ${one.title}`, (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'order-monit-rules-'));
      t.after(() => {
        rmSync(folder, { recursive: true });
      });
      writeFileSync(join(folder, 'test.yml'), JSON.stringify(ruleTest(one)));
      promtool('test', 'rules', join(folder, 'test.yml'));
    });
  }

  test('are all tested', () => {
    const rules = Array.from(readFileSync(RULES, 'utf8').matchAll(/- alert: (\w+)/g), ([, name]) => name);
    const tested = CASES.filter(({ firesAt }) => firesAt !== undefined).map(({ alert }) => alert);
    assert.deepEqual([...new Set(tested)].sort(), [...rules].sort());
  });

  test('name no metric that there is not', async () => {
    const families = familiesIn(await new Scene().text());
    const named = readFileSync(RULES, 'utf8').match(/\b(?:order_monit|process)_\w+/g) ?? [];
    for (const name of named) assert.ok(families.includes(name), name);
  });
});
