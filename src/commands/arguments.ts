/** How what stands on the command line is read. */
import { InvalidArgumentError } from 'commander';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** Orders a cycle. @throws InvalidArgumentError */
export function rate(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 10_000) throw new InvalidArgumentError('It must be a whole number from 1 to 10000.');
  return value;
}

/** Adds one to those before. @throws InvalidArgumentError */
export function wholeNumbers(text: string, earlier: readonly number[] | undefined): number[] {
  return [...(earlier ?? []), wholeNumber(text)];
}

/** Milliseconds since 1970. @throws InvalidArgumentError */
export function moment(text: string): number {
  // A date alone would be taken for UTC, and one with a time for local time: both are local here.
  const at = Date.parse(DAY.test(text) ? `${text}T00:00:00` : text);
  if (Number.isNaN(at))
    throw new InvalidArgumentError('It must be a date such as 2026-11-20 or a time such as 2026-11-20T08:00:00Z.');
  return at;
}

/** The end of what is named: of a day, where a day is, and else that moment. Milliseconds since 1970. @throws InvalidArgumentError */
export function endOf(text: string): number {
  const at = moment(text);
  if (!DAY.test(text)) return at;
  const next = new Date(at);
  // Not 24 hours: where clocks are put forward, a day is shorter.
  next.setDate(next.getDate() + 1);
  return next.getTime();
}
