/** What may be asked for on the socket for changes: the schemas of the request bodies. */
import * as v from 'valibot';

import { LONGEST_REASON, reasonIn } from '../core/dismissal.ts';
import { isOrderId, type OrderId } from '../core/order.ts';
import type { RewindRequest } from '../core/rewind.ts';

const LONGEST_NAME = 100;

const id = v.custom<OrderId>(isOrderId, 'is no order id');

/** Who asks, as the command reports it: the socket's mode is what lets them in. */
const by = v.pipe(
  v.string(),
  v.minLength(1),
  v.transform((name) => name.replace(/\p{C}/gu, '?').slice(0, LONGEST_NAME)),
);

/** Why somebody dismisses an order: one line of text. */
const reasonForm = v.pipe(v.string(), v.transform(reasonIn), v.minLength(1), v.maxLength(LONGEST_REASON));

const RETRY = v.strictObject({ orders: v.array(id), by });
const REWIND = v.strictObject({
  from: id,
  rate: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(10_000))),
  by,
});
const DISMISS = v.strictObject({ orders: v.array(id), by, why: reasonForm });
const BY = v.strictObject({ by });

/** Orders that are to have their attempts again. */
export type RetryRequest = v.InferOutput<typeof RETRY>;

/** Orders that nothing more is to be done about. */
export type DismissalRequest = v.InferOutput<typeof DISMISS>;

/** Thrown where a body is not what its request needs. Its message says what that is. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** Thrown where a request can't be met as things are. Its message says why, and what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** @throws BadRequest */
export function parseRetry(text: string): RetryRequest {
  return read(RETRY, text, '{"orders": [id, …], "by": "name"}');
}

/** @throws BadRequest */
export function parseDismissal(text: string): DismissalRequest {
  const form = `{"orders": [id, …], "by": "name", "why": "text"}, with up to ${LONGEST_REASON} characters why`;
  return read(DISMISS, text, form);
}

/** @throws BadRequest */
export function parseRewind(text: string): RewindRequest {
  return read(REWIND, text, '{"from": id, "by": "name"}, with "rate": 1 to 10000 where it is wanted');
}

/** The name of whoever asks for what needs nothing else. @throws BadRequest */
export function parseBy(text: string): string {
  return read(BY, text, '{"by": "name"}').by;
}

function read<T extends v.GenericSchema>(schema: T, text: string, form: string): v.InferOutput<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`The body is not JSON: it must be ${form}`, { cause: error });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const place = v.getDotPath(result.issues[0]);
  throw new BadRequest(`The body must be ${form}${place === null ? '' : `; ${place} does not fit`}`);
}
