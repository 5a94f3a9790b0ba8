/** Zones whose clocks change by an hour, by half an hour, at midnight, and never. */
export const ZONES = ['UTC', 'America/Sao_Paulo', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu'] as const;

/** Runs something as if the host were in another time zone. */
export function inTimeZone(zone: string, run: () => void): void {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    run();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}
