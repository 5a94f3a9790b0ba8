/** What the kernel was asked to change, in which order: a trace by strace, read. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { until } from '../../sandbox/until.ts';
import type { Change, Medium } from './medium.ts';

/** Before the command that is to be traced. The traced process is the one that is started, and strace is beside it. */
export function tracing(path: string): string[] {
  const calls = [
    ...['openat', 'creat', 'mkdir', 'mkdirat', 'unlink', 'unlinkat', 'rmdir'],
    ...['rename', 'renameat', 'renameat2', 'link', 'linkat'],
    ...['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'ftruncate', 'truncate', 'fallocate'],
    ...['fsync', 'fdatasync', 'sync_file_range', 'io_uring_setup'],
  ];
  return [
    'strace',
    '-D',
    '-f',
    '--seccomp-bpf',
    '-y',
    '-xx',
    '-s',
    '10000000',
    '-e',
    `trace=${calls.join(',')}`,
    '-o',
    path,
  ];
}

/** A trace that is whole: the process that was started has ended in it. */
export async function wholeTrace(path: string): Promise<string> {
  let text = '';
  await until('the trace is whole', async () => {
    text = await readFile(path, 'latin1').catch(() => '');
    const first = /^(\d+) /.exec(text)?.[1] ?? '-';
    return new RegExp(`^${first} +[+]{3} `, 'm').test(text);
  });
  return text;
}

/** A call that went well. */
interface Call {
  readonly name: string;
  readonly text: string;
  /** Its texts and the paths of its descriptors, in the order in which they stand there. */
  readonly texts: readonly Buffer[];
}

/** What a process wrote to its standard output, among the changes of the folder. */
export interface Said {
  readonly said: string;
}

/** Calls in the order in which they returned: what has not returned may not have happened. */
function* callsIn(trace: string): Generator<Call> {
  const unfinished = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, process = '', rest = ''] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const begun = /^(.*) <unfinished \.\.\.>$/s.exec(rest)?.[1];
    if (begun !== undefined) {
      unfinished.set(process, begun);
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(rest)?.[1];
    const text = resumed === undefined ? rest : (unfinished.get(process) ?? '') + resumed;
    const name = /^(\w+)\(/.exec(text)?.[1];
    if (name === undefined || !/\) += \d/.test(text)) continue;
    yield { name, text, texts: textsIn(text) };
  }
}

function textsIn(text: string): Buffer[] {
  return Array.from(text.matchAll(/["<]((?:\\x[0-9a-f]{2})*)[">]/g), ([, hex = '']) =>
    Buffer.from(hex.replaceAll('\\x', ''), 'hex'),
  );
}

/**
 * Tells a disk what happened in a folder and those below it, in order, and gives it out too.
 *
 * @throws when the trace has a call that the disk does not know
 */
export function* replay(trace: string, folder: string, medium: Medium): Generator<Change | Said> {
  const isInside = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
  const folders = new Set([folder]);
  const there = new Set(Object.keys(medium.cached()));
  /** Descriptors by which a write is durable when it returns. */
  const durable = new Set<string>();
  for (const call of callsIn(trace)) {
    if (call.name === 'io_uring_setup') {
      // A ring that a thread of the kernel serves is for files. libuv has others, for what it waits for (epoll) alone.
      if (call.text.includes('IORING_SETUP_SQPOLL')) throw new Error('The program works past what is traced');
      continue;
    }
    const paths = call.texts.map(String);
    if (call.name === 'write' && call.text.startsWith('write(1<')) {
      yield { said: paths[1] ?? '' };
      continue;
    }
    if (!paths.some(isInside)) continue;
    if (call.name === 'openat') noteOpened(call, durable);
    const change = changeOf(call, { medium, folders, there });
    if (change === undefined) continue;
    const from = change.kind === 'write' && durable.has(descriptorOf(call)) ? medium.sizeOf(change.file) : undefined;
    if (change.kind === 'create') there.add(change.path);
    if (change.kind === 'make-folder') folders.add(change.path);
    if (change.kind === 'rename' || change.kind === 'link') there.add(change.to);
    if (change.kind === 'rename') there.delete(change.from);
    if (change.kind === 'remove') there.delete(change.path);
    medium.apply(change);
    yield change;
    if (from === undefined || change.kind !== 'write') continue;
    const through: Change = { kind: 'write-through', file: change.file, from };
    medium.apply(through);
    yield through;
  }
}

function noteOpened({ text }: Call, durable: Set<string>): void {
  const descriptor = /\) += (\d+)</.exec(text)?.[1] ?? '';
  if (text.includes('O_DSYNC')) durable.add(descriptor);
  else durable.delete(descriptor);
}

function descriptorOf({ text }: Call): string {
  return /^\w+\((\d+)</.exec(text)?.[1] ?? '';
}

interface Known {
  readonly medium: Medium;
  readonly folders: ReadonlySet<string>;
  readonly there: ReadonlySet<string>;
}

function changeOf({ name, text, texts }: Call, { medium, folders, there }: Known): Change | undefined {
  const paths = texts.map(String);
  const [first = '', second = ''] = paths;
  switch (name) {
    case 'openat': {
      const path = paths.at(-1) ?? '';
      if (text.includes('O_TRUNC')) throw new Error(`A file is emptied on opening it: ${path}`);
      return text.includes('O_CREAT') && !there.has(path) ? { kind: 'create', path } : undefined;
    }
    case 'write':
    case 'pwrite64':
      return {
        kind: 'write',
        file: medium.named(first),
        bytes: (texts[1] ?? Buffer.alloc(0)).subarray(0, resultOf(text)),
      };
    case 'ftruncate':
      return { kind: 'truncate', file: medium.named(first), size: Number(/, (\d+)\)/.exec(text)?.[1]) };
    case 'fsync':
    case 'fdatasync':
      return folders.has(first) ? { kind: 'sync-folder', path: first } : { kind: 'sync', file: medium.named(first) };
    case 'rename':
    case 'link':
      return { kind: name, from: first, to: second };
    case 'unlink':
      return { kind: 'remove', path: first };
    case 'mkdir':
      return folders.has(dirname(first)) ? { kind: 'make-folder', path: first } : undefined;
    default:
      throw new Error(`The program changes the disk in a way that is not known here: ${name}`);
  }
}

function resultOf(text: string): number {
  return Number(/\) += (\d+)/.exec(text)?.[1]);
}
