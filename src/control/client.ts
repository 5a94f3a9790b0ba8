/** The commands' side of the control sockets: asks the running service, or has it do something. */
import { errorCode, messageOf } from '../text/error.ts';
import { join } from 'node:path';

import type { Dismissal } from '../core/dismissal.ts';
import type { OrderId } from '../core/order.ts';
import type { RewindRequest } from '../core/rewind.ts';
import { exchange } from '../net/exchange.ts';
import { oneLine } from '../text/printable.ts';
import { ControlError, type ControlFailure } from './control-error.ts';
import { CHANGE_SOCKET, READ_SOCKET } from './server.ts';
import { parseRefusal } from './status.ts';

/** A question is answered from memory: a service that takes longer stands still, or nearly so. */
const READ_DEADLINE_MS = 5_000;
/** Thousands of orders are one write; a disk that is busy may take its time for it. */
const CHANGE_DEADLINE_MS = 30_000;

/** The longest answers are about the orders of a retry, and why orders are open: some 2 MB. */
const LONGEST_ANSWER = 8_000_000;

/** In one request. The service takes 1 MiB, and an id has 16 digits at the most. */
const MOST_RETRIED = 50_000;

/** Asks a running service how it is. @throws ControlError */
export async function askStatus(directory: string): Promise<unknown> {
  return ask(directory, '/status');
}

/** Asks a running service why orders are open. @throws ControlError */
export async function askReasons(directory: string): Promise<unknown> {
  return ask(directory, '/reasons');
}

/** Has a running service retry orders, in as many requests as it takes. @throws ControlError */
export async function askRetry(directory: string, orders: readonly OrderId[], by: string): Promise<unknown> {
  const answers: unknown[] = [];
  for (let from = 0; from === 0 || from < orders.length; from += MOST_RETRIED) {
    answers.push(await tell(directory, 'POST /retry', { orders: orders.slice(from, from + MOST_RETRIED), by }));
  }
  return answers.flat();
}

/** Has a running service do nothing more about orders. @throws ControlError */
export async function askDismiss(
  directory: string,
  orders: readonly OrderId[],
  dismissal: Dismissal,
): Promise<unknown> {
  return tell(directory, 'POST /dismiss', { orders, ...dismissal });
}

/** Has a running service begin or extend a rewind. @throws ControlError */
export async function askRewind(directory: string, request: RewindRequest): Promise<unknown> {
  return tell(directory, 'POST /rewind', request);
}

/** Has a running service end its rewind. @throws ControlError */
export async function askRewindCancel(directory: string, by: string): Promise<unknown> {
  return tell(directory, 'POST /rewind/cancel', { by });
}

/** Has a running service begin its next cycle at once. @throws ControlError */
export async function askRunNow(directory: string, by: string): Promise<unknown> {
  return tell(directory, 'POST /run-now', { by });
}

/** Has a running service read its configuration again. @throws ControlError `refused` where that has a fault */
export async function askReload(directory: string, by: string): Promise<unknown> {
  return tell(directory, 'POST /reload', { by });
}

/** Asks a running service for its metrics, in Prometheus' text form. @throws ControlError */
export async function askMetrics(directory: string): Promise<string> {
  return answerTo({ path: join(directory, READ_SOCKET), method: 'GET', url: '/metrics' });
}

async function ask(directory: string, url: string): Promise<unknown> {
  return parsed(await answerTo({ path: join(directory, READ_SOCKET), method: 'GET', url }));
}

async function tell(
  directory: string,
  what: 'POST /retry' | 'POST /dismiss' | 'POST /rewind' | 'POST /rewind/cancel' | 'POST /run-now' | 'POST /reload',
  value: object,
): Promise<unknown> {
  const [method = '', url = ''] = what.split(' ');
  return parsed(await answerTo({ path: join(directory, CHANGE_SOCKET), method, url, body: JSON.stringify(value) }));
}

interface Call {
  readonly path: string;
  readonly method: string;
  readonly url: string;
  readonly body?: string;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ControlError({ kind: 'failed', why: 'the service answered with what is no JSON' }, error);
  }
}

async function answerTo({ path, method, url, body }: Call): Promise<string> {
  try {
    const signal = AbortSignal.timeout(deadlineOf(method));
    const asked = { socketPath: path, path: url, method, body, signal, reads: LONGEST_ANSWER };
    const { status, text, isWhole } = await exchange(asked);
    if (!isWhole) throw new ControlError({ kind: 'failed', why: 'the service answered without an end' });
    if (status === 200) return text;
    if (status === 409) throw new ControlError({ kind: 'refused', why: parseRefusal(parsed(text)) });
    throw new ControlError({ kind: 'failed', why: `the service answered ${status}: ${oneLine(text, 300)}` });
  } catch (error) {
    if (error instanceof ControlError) throw error;
    throw new ControlError(failureOf(error, path, deadlineOf(method)), error);
  }
}

function deadlineOf(method: string): number {
  return method === 'GET' ? READ_DEADLINE_MS : CHANGE_DEADLINE_MS;
}

function failureOf(error: unknown, path: string, deadlineMs: number): ControlFailure {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return { kind: 'not-running' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'not-allowed', path };
  if (error instanceof Error && error.name === 'AbortError') {
    const why = `the service runs and did not answer within ${deadlineMs / 1000} s: it stands still, or this host is overloaded`;
    return { kind: 'failed', why };
  }
  return { kind: 'failed', why: messageOf(error) };
}
