/** When nobody may say any more that all is well. Pure. */

/** So many running cycles after the last whole cycle nothing is known any more of how the orders are. */
const RUNNING_CYCLES = 3;

/** Whether the last whole cycle is too old, by its age and `running_cycle`, both in milliseconds. */
export function isBlind(ageMs: number, runningCycleMs: number): boolean {
  return ageMs > RUNNING_CYCLES * runningCycleMs;
}
