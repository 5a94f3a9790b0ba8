/** What others watch order-monit by: its metrics, and the ping that stops when it does. */
export { createHeartbeatPing, type HeartbeatPing, type PingProblem } from './heartbeat-ping.ts';
export { createMetrics, type Metrics } from './metrics.ts';
