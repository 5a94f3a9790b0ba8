/** One thing that was tried, for `order-monit check`. */
export interface CheckFinding {
  readonly result: 'ok' | 'warning' | 'fault';
  readonly text: string;
}
