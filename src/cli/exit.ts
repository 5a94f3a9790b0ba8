/** The exit statuses, as documented in order-monit(8). */
export const EXIT = {
  fine: 0,
  failure: 1,
  usage: 2,
  /** Configuration or checkpoint (EX_CONFIG): starting again would not help. */
  misconfigured: 78,
} as const;
