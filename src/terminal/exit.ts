/** The exit statuses, as documented in order-monit(8). */
export const EXIT = {
  fine: 0,
  failure: 1,
  usage: 2,
  /** `run` failed, and systemd is to start it again (EX_TEMPFAIL). Status 1 there is Node's own, which does not start. */
  temporary: 75,
  /** Configuration or checkpoint (EX_CONFIG): starting again would not help. */
  misconfigured: 78,
} as const;
