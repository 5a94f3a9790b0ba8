/** What others watch order-monit by: its metrics, and the ping that stops when it does. */
export type { Exposition } from './exposition.ts';
export { createHeartbeatPing, type HeartbeatPing, type PingProblem } from './heartbeat-ping.ts';
export { createMetrics, type AlertDecision, type Metrics, type MetricsOptions } from './metrics.ts';
