/** The checkpoint: the durable memory of order-monit. docs/checkpoint.md describes the file and its crash story. */
export { copyCheckpoint, createCheckpoint } from './create.ts';
export {
  CheckpointExists,
  CheckpointFault,
  CheckpointIoError,
  describeBadLine,
  HeadlessCheckpoint,
  type BadLine,
} from './faults.ts';
export { acquireLock, AlreadyRunning } from './lock.ts';
export type { CheckpointLog } from './log.ts';
export { openCheckpoint, type OpenOptions } from './open.ts';
export { readRepairs, RepairFile } from './repair-file.ts';
export { readRewind, RewindFile } from './rewind-file.ts';
export { readCheckpoint, verifyCheckpoint, verifyContent, type CurrentRecord, type Verification } from './reading.ts';
