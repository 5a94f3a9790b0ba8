/** The orders of the demo: what becomes of each is decided by its place in line. */
import type { Connection } from 'mysql2/promise';

import type { Sandbox } from './sandbox.ts';

/** Hands out order numbers. */
export class Numbers {
  readonly first = 1_226_000;
  #last = this.first - 1;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/** One in a hundred is not paid and did not arrive: the shop's task refuses to insert it. */
export function isRefused(number: number): boolean {
  return number % 100 === 50;
}

/** One in ten got lost on its way to Abacos. */
function isLost(number: number): boolean {
  return number % 10 === 0;
}

/** One in twenty-five arrived, but its payment did not. */
function isUnconfirmed(number: number): boolean {
  return number % 25 === 3;
}

/** Places an order, and has it arrive in Abacos unless it is one of those that get lost. */
export async function placeOrder(sandbox: Sandbox, number: number, connection?: Connection): Promise<void> {
  const state = isRefused(number) ? 'waiting_payment' : 'authorized';
  const order = { number: String(number), state, ageS: 1, paid: !isUnconfirmed(number) && !isRefused(number) };
  if (!isLost(number)) sandbox.abacos.place(String(number));
  await sandbox.shop.place(order, connection ?? sandbox.shop.connection);
}

/** Two orders in a transaction that stays open, so that higher ids become visible before theirs. */
export async function openLateTransaction(sandbox: Sandbox, numbers: Numbers): Promise<Connection> {
  const connection = await sandbox.shop.session(sandbox.db);
  await connection.beginTransaction();
  await placeOrder(sandbox, numbers.next(), connection);
  await placeOrder(sandbox, numbers.next(), connection);
  return connection;
}
