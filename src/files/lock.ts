/**
 * A lock between processes. It is the kernel's own (flock), so it ends with the process, however that dies.
 *
 * Node has no call for it. The flock command of util-linux (also of busybox)
 * takes the lock on an open file that it inherits; the lock belongs to that
 * open file and not to the command, so it stays when the command has ended,
 * until this process closes the file. An abstract Unix socket would do without
 * the command, but before Node 20 all its names are one and the same, and it is
 * not seen from another network namespace.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, ftruncateSync, readSync, writeSync } from 'node:fs';

import { errorCode } from '../text/error.ts';
import { openOwnSync } from './own-file.ts';

export interface Lock {
  /** Lets others in. A second call does nothing. */
  release(): void;
}

/** Another process has it, or this one has. */
export interface Locked {
  /** The process, where it is known. */
  readonly heldBy: number | undefined;
}

const COMMAND_DEADLINE_MS = 10_000;
const LONGEST_PID = 20;

/**
 * Locks a file of order-monit's own, and makes it where there is none, until the lock is released or this process ends.
 *
 * @throws ForeignFile; the system's own error; Error when the flock command is missing or fails
 */
export async function lockFile(path: string, mode: number): Promise<Lock | Locked> {
  // A plain descriptor and no FileHandle: the latter would be closed, and the
  // lock lost, as soon as nobody holds the returned object any more.
  const descriptor = openOwnSync(path, constants.O_RDWR | constants.O_CREAT, mode);
  let lock: Lock | undefined;
  try {
    if (!(await lockDescriptor(descriptor))) return { heldBy: holderOf(descriptor) };
    ftruncateSync(descriptor);
    writeSync(descriptor, `${process.pid}\n`, 0);
    lock = lockOn(descriptor);
    return lock;
  } finally {
    if (lock === undefined) closeSync(descriptor);
  }
}

function lockOn(descriptor: number): Lock {
  let held = true;
  return {
    release: () => {
      if (!held) return;
      held = false;
      closeSync(descriptor);
    },
  };
}

/** Returns whether the lock was free. */
function lockDescriptor(descriptor: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // The fourth entry of `stdio` becomes the command's descriptor 3.
    const command = spawn('flock', ['-n', '3'], {
      stdio: ['ignore', 'ignore', 'pipe', descriptor],
      // What was root's and became the service's user is out of that user's reach, and this command is not: it gets
      // neither root's terminal, into which it could type, nor root's environment.
      detached: true,
      env: { PATH: process.env['PATH'] },
      signal: AbortSignal.timeout(COMMAND_DEADLINE_MS),
    });
    let output = '';
    command.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    command.on('error', (error) => {
      const missing = errorCode(error) === 'ENOENT';
      reject(
        missing ? new Error('there is no flock command; install the package util-linux', { cause: error }) : error,
      );
    });
    command.on('close', (status, signal) => {
      if (status === 0) resolve(true);
      else if (status === 1) resolve(false);
      else reject(new Error(`the flock command ended with ${signal ?? `status ${status}`}: ${output.trim()}`));
    });
  });
}

function holderOf(descriptor: number): number | undefined {
  const text = Buffer.alloc(LONGEST_PID);
  const pid = Number(text.toString('latin1', 0, readSync(descriptor, text, 0, text.length, 0)));
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}
