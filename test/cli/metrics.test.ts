/** The running service's metrics, as a real Prometheus scrapes them, with the shipped rules and dashboard. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import * as v from 'valibot';

import { READ_SOCKET } from '../../src/control/server.ts';
import { expressionsOf, readDashboard, RULES } from '../metrics/dashboard.ts';
import { freePort } from '../sandbox/ports.ts';
import { call, configure, install, Run, type Installation } from '../sandbox/program.ts';
import { leadToSocket, startPrometheus, type Prometheus } from '../sandbox/prometheus.ts';
import { openSandbox, START, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

const HOPELESS = '7000003';

let sandbox: Sandbox;
let installation: Installation;
let service: Run;
let prometheus: Prometheus;
let receiver: Server;
let bridge: Awaited<ReturnType<typeof leadToSocket>>;
let pings = 0;

before(async () => {
  sandbox = await openSandbox();
  installation = await install(join(sandbox.folder, 'watched'), sandbox.files, START);
  receiver = createServer((_, response) => {
    pings += 1;
    response.end('OK');
  });
  const port = await freePort();
  await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve));
  const heartbeat_url = `http://127.0.0.1:${port}/ping/secret-token`;
  await configure(installation, { service: { ...sandbox.files['service'], heartbeat_url } });

  service = new Run(installation, ['run']);
  await until('the service has started', () => service.output.includes('starts after'));
  bridge = await leadToSocket(join(installation.runtime, READ_SOCKET));
  prometheus = await startPrometheus({ target: bridge.port, job: 'order-monit', rules: RULES });
  await until('it was scraped', async () => (await prometheus.query('order_monit_head_order_id == 0')).length === 1);

  // One order that Abacos has, one that is repaired, one that nothing helps.
  await sandbox.standIn({ behaviour: { [HOPELESS]: 'refuse' } });
  sandbox.abacos.place('7000001');
  for (const number of ['7000001', '7000002', HOPELESS]) await sandbox.shop.place({ number, ageS: 60 });
  await until('the order is given up', () => service.output.includes(`${HOPELESS} (id 3) is given up`));
});

after(async () => {
  await prometheus.stop();
  bridge.close();
  await service.stop();
  receiver.closeAllConnections();
  receiver.close();
  await sandbox.close();
});

/** Waits until Prometheus answers so; it sees each change with its next scrape. */
async function holds(expression: string, expected: number): Promise<void> {
  let last: number | undefined;
  try {
    await until(`${expression} is ${expected}`, async () => {
      const samples = await prometheus.query(expression);
      last = samples.length === 1 ? samples[0]?.value : undefined;
      return last === expected;
    });
  } catch (error) {
    throw new Error(`${expression} is ${last ?? 'without one value'}, not ${expected}`, { cause: error });
  }
}

describe('A real Prometheus', () => {
  test('reads what became of the orders', async () => {
    await holds('up{job="order-monit"}', 1);
    await holds('order_monit_unresolved_orders{state="given_up",verdict="NOT_FOUND"}', 1);
    await holds('sum(order_monit_unresolved_orders)', 1);
    await holds('order_monit_oldest_unresolved_order_age_seconds{state="given_up"} > bool 0', 1);
    await holds('order_monit_oldest_unresolved_order_age_seconds{state="failing"}', 0);
    await holds('order_monit_head_order_id', 3);
    await holds('order_monit_head_lag_orders', 0);
    await holds('order_monit_orders_judged_total{verdict="OK"}', 2);
    await holds('order_monit_repairs_total{result="repaired"}', 1);
    await holds('order_monit_repairs_total{result="not_repaired"}', 4);
    await holds('order_monit_attempts_total{task="insert_order"}', 5);
    await holds('sum(order_monit_command_duration_seconds_count)', 5);
    await holds('order_monit_time_to_integrate_seconds_count{by="repair"}', 1);
    await holds('order_monit_given_up_orders_total', 1);
    await holds('sum(order_monit_dependency_up)', 4);
    await holds('order_monit_leader', 1);
    await holds('order_monit_cycles_total{result="complete"} > bool 3', 1);
    await holds('order_monit_checkpoint_size_bytes', (await stat(join(installation.state, 'checkpoint'))).size);
    const { version } = v.parse(v.object({ version: v.string() }), JSON.parse(readFileSync('package.json', 'utf8')));
    await holds(`order_monit_build_info{version="${version}"}`, 1);
  });

  test('asks for OpenMetrics, where the family of a counter has no _total, and gets it', async () => {
    const metadata = await prometheus.api('metadata?metric=order_monit_cycles');
    assert.match(JSON.stringify(metadata), /"type":"counter"/);
  });

  test('has loaded the shipped rules, evaluates them without an error, and sees the order given up', async () => {
    const rule = v.object({ name: v.string(), health: v.string(), lastError: v.optional(v.string()) });
    const groups = v.object({ groups: v.array(v.object({ rules: v.array(rule) })) });
    await until('all rules were evaluated', async () => {
      const rules = v.parse(groups, await prometheus.api('rules')).groups.flatMap((group) => group.rules);
      assert.deepEqual(
        rules.filter(({ health, lastError }) => health === 'err' || (lastError ?? '') !== ''),
        [],
      );
      return rules.length === 11 && rules.every(({ health }) => health === 'ok');
    });
    await holds('count(ALERTS{alertname="OrderMonitGivenUpOrders"})', 1);
    assert.deepEqual(await prometheus.query('ALERTS{alertname!="OrderMonitGivenUpOrders"}'), []);
  });

  test('has something to show in every panel of the dashboard', async () => {
    for (const { panel, expr } of expressionsOf(readDashboard())) {
      // Alerts are counted where they are sent.
      if (panel.startsWith('Alerts')) await prometheus.query(expr);
      else await until(`${panel} shows ${expr}`, async () => (await prometheus.query(expr)).length > 0);
    }
  });

  test('sees Abacos go down, an order wait for it, and both end', async () => {
    await sandbox.abacos.down();
    sandbox.abacos.place('7000004');
    await sandbox.shop.place({ number: '7000004', ageS: 600 });
    await holds('order_monit_dependency_up{dependency="abacos"}', 0);
    await holds('order_monit_dependency_down_seconds{dependency="abacos"} > bool 0', 1);
    await holds('order_monit_head_lag_orders', 1);
    // It is ten minutes old, and is looked at once it is two seconds old.
    await holds('order_monit_head_lag_seconds >= bool 598', 1);
    await sandbox.abacos.up();
    await holds('order_monit_dependency_up{dependency="abacos"}', 1);
    await holds('order_monit_head_lag_seconds', 0);
    await holds('order_monit_head_order_id', 4);
    await holds('order_monit_dependency_outages_total{dependency="abacos"}', 1);
  });
});

test('order-monit metrics prints what promtool check metrics takes', async () => {
  const { status, stdout, stderr } = await call(installation, 'metrics');
  assert.equal(status, 0, stderr);
  const check = spawnSync('promtool', ['check', 'metrics'], { input: stdout, encoding: 'utf8' });
  assert.deepEqual([check.status, check.stdout + check.stderr], [0, '']);
});

test('heartbeat_url is called after a good cycle, and never logged', async () => {
  await until('it was called', () => pings > 0);
  await holds('order_monit_heartbeat_pings_total{result="ok"} >= bool 1', 1);
  assert.ok(!service.output.includes('secret-token'));
});

test('order-monit once calls heartbeat_url too, and with --dry-run it does not', async () => {
  const one = await install(join(sandbox.folder, 'one'), sandbox.files, START);
  const asked: string[] = [];
  const other = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    const heartbeat_url = `http://127.0.0.1:${port}/once`;
    // The service of the tests before is the active monitor.
    await configure(one, { service: { ...sandbox.files['service'], heartbeat_url, election: 'off' } });
    assert.equal((await call(one, 'once', '--dry-run')).status, 0);
    assert.deepEqual(asked, []);
    assert.equal((await call(one, 'once')).status, 0);
    assert.deepEqual(asked, ['/once']);
  } finally {
    other.close();
  }
});

test('order-monit metrics says so when no service runs', async () => {
  const idle = await install(join(sandbox.folder, 'idle'), sandbox.files, START);
  const { status, stderr } = await call(idle, 'metrics');
  assert.equal(status, 1);
  assert.match(stderr, /The service is not running/);
});
