/** What a process has used so far, by the kernel's account. */
import { readFile } from 'node:fs/promises';

export interface Usage {
  /** On the processors, in milliseconds. */
  readonly cpuMs: number;
  readonly residentKiB: number;
  /** Handed to the kernel for disks and pipes alike. */
  readonly writtenBytes: number;
}

export async function usageOf(pid: number): Promise<Usage> {
  const read = async (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8');
  const [schedstat, status, io] = await Promise.all([read('schedstat'), read('status'), read('io')]);
  // The main thread's time is in schedstat, in nanoseconds; the others' only in ticks of 10 ms.
  const stat = /\) (.*)$/s.exec(await read('stat'))?.[1]?.split(' ') ?? [];
  const ticksMs = (Number(stat[11]) + Number(stat[12])) * 10;
  const mainMs = Number(schedstat.split(' ')[0]) / 1e6;
  return {
    cpuMs: Math.max(ticksMs, mainMs),
    residentKiB: numberIn(status, /^VmRSS:\s+(\d+)/m),
    writtenBytes: numberIn(io, /^wchar: (\d+)/m),
  };
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
