/** Every metric that order-monit has of its own: name, help, labels, buckets. docs/metrics.md lists the same. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** From a task that says "already there" at once to one that its time limit ends. Seconds. */
const COMMAND_BUCKETS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200];
/** From a repair in the cycle that found the order to one that people needed days for. Seconds. */
const INTEGRATION_BUCKETS = [5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 43_200, 86_400, 259_200];
const CYCLE_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200];

/** The counters and histograms: what happened since the start. */
export function createCounts(register: Registry) {
  const registers = [register];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ registers, name: `order_monit_${name}`, help, labelNames });
  const histogram = <Label extends string>(
    { name, help, labelNames = [] }: { name: string; help: string; labelNames?: readonly Label[] },
    buckets: number[],
  ) => new Histogram({ registers, name: `order_monit_${name}`, help, labelNames, buckets });
  return {
    checked: counter('orders_checked_total', 'Orders looked at, each time anew, by where they came from.', ['origin']),
    judged: counter('orders_judged_total', 'Verdicts recorded that said something new about an order.', ['verdict']),
    attempts: counter('attempts_total', 'Commands that used up an attempt of their order.', ['task']),
    commands: counter('commands_total', 'Commands asked of the integration server, by how they ended.', [
      'task',
      'outcome',
    ]),
    commandDuration: histogram(
      {
        name: 'command_duration_seconds',
        help: 'How long commands ran on the integration server, in seconds.',
        labelNames: ['task', 'outcome'],
      },
      COMMAND_BUCKETS,
    ),
    repairs: counter('repairs_total', 'Orders whose command ran, by what Abacos said of them afterwards.', ['result']),
    timeToIntegrate: histogram(
      {
        name: 'time_to_integrate_seconds',
        help: 'Seconds from an order being found failing to Abacos having it, by who made it so.',
        labelNames: ['by'],
      },
      INTEGRATION_BUCKETS,
    ),
    givenUp: counter('given_up_orders_total', 'Orders that were given up.'),
    retries: counter('retries_total', 'Orders that people gave their attempts again.'),
    outages: counter('dependency_outages_total', 'How often a dependency went down.', ['dependency']),
    cycles: counter('cycles_total', 'Cycles, by whether the dependencies let them do all their work.', ['result']),
    cycleDuration: histogram(
      { name: 'cycle_duration_seconds', help: 'How long cycles took, in seconds, without the pauses between them.' },
      CYCLE_BUCKETS,
    ),
    alerts: counter('alerts_total', 'Alerts, by kind and by whether they were sent or held back.', [
      'kind',
      'decision',
    ]),
    pings: counter('heartbeat_pings_total', 'Requests to heartbeat_url, by result.', ['result']),
  };
}

/** The gauges: how things are at the moment of the scrape. */
export function createGauges(register: Registry) {
  const registers = [register];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ registers, name: `order_monit_${name}`, help, labelNames });
  return {
    build: gauge('build_info', 'Always 1; its label says which version runs.', ['version']),
    leader: gauge('leader', '1 while this monitor is the active one, 0 in standby.'),
    unresolved: gauge('unresolved_orders', 'Orders on record that Abacos does not have as it should, now.', [
      'state',
      'verdict',
    ]),
    oldestUnresolved: gauge(
      'oldest_unresolved_order_age_seconds',
      'Seconds since the oldest unresolved order was first found failing; 0 when there is none.',
      ['state'],
    ),
    dismissed: gauge(
      'dismissed_orders',
      'Orders on record that Abacos does not have as it should, and that people said need nothing done.',
    ),
    watched: gauge(
      'awaiting_payment_orders',
      'Orders in Abacos whose payment is watched: it is still to come, or for the shop to confirm.',
    ),
    head: gauge('head_order_id', 'The id of the last order taken.'),
    headLagOrders: gauge('head_lag_orders', 'Orders old enough to be looked at that the head has not reached.'),
    headLag: gauge(
      'head_lag_seconds',
      'Seconds that the longest waiting of the orders past the head has been old enough; 0 when there is none.',
    ),
    backlog: gauge('backlog_orders', 'Orders left to take while there is more than one cycle takes, else 0.'),
    backlogTimeLeft: gauge('backlog_time_left_seconds', 'Seconds until the backlog is done at its pace so far.'),
    dependencyUp: gauge('dependency_up', '1 while a dependency works, 0 while it is down, or repairs are held.', [
      'dependency',
    ]),
    dependencyDown: gauge('dependency_down_seconds', 'Seconds that a dependency has been down; 0 while it works.', [
      'dependency',
    ]),
    waitingRepairs: gauge(
      'waiting_repairs',
      'Repairs that wait although everything works, by why: for the time that the shop has, or for its queue.',
      ['why'],
    ),
    lastCycle: gauge('last_cycle_timestamp_seconds', 'When the last cycle ended, in seconds since 1970.'),
    lastCompleteCycle: gauge(
      'last_complete_cycle_timestamp_seconds',
      'When a cycle last ended that could do all its work, in seconds since 1970.',
    ),
    wholeCycleAge: gauge(
      'last_whole_cycle_age_seconds',
      'Seconds since a cycle last asked about everything; before the first one, since the start or since taking over.',
    ),
    configurationInForce: gauge(
      'config_last_reload_successful',
      '1 while the configuration on the disk is in force, 0 after a reload that refused it.',
    ),
    checkpointSize: gauge('checkpoint_size_bytes', 'The size of the checkpoint file, in bytes.'),
  };
}

export type Counts = ReturnType<typeof createCounts>;
export type Gauges = ReturnType<typeof createGauges>;
