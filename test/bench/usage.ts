/** What a process has used so far, by the kernel's account. */
import { readdir, readFile } from 'node:fs/promises';

export interface Usage {
  /** On the processors, all threads that still are, in milliseconds. */
  readonly cpuMs: number;
  readonly residentKiB: number;
  /** The most that was ever resident. */
  readonly peakKiB: number;
}

export async function usageOf(pid: number): Promise<Usage> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const threads = await readdir(`/proc/${pid}/task`);
  // In nanoseconds, where the process' own figures come in ticks of 10 ms.
  const times = await Promise.all(
    threads.map(async (thread) =>
      Number((await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')).split(' ')[0]),
    ),
  );
  return {
    cpuMs: times.reduce((sum, ns) => sum + ns, 0) / 1e6,
    residentKiB: numberIn(status, /^VmRSS:\s+(\d+)/m),
    peakKiB: numberIn(status, /^VmHWM:\s+(\d+)/m),
  };
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
