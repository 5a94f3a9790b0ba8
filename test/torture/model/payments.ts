/** The customers' payments in the model, and the shop's own confirmations of them, which may be late or lost. */
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Abacos } from './abacos.ts';
import { MINUTE, SECOND } from './script.ts';
import type { Row } from './shop.ts';

export interface PaymentsOptions {
  readonly clock: VirtualClock;
  readonly abacos: Abacos;
  readonly say: (text: string) => void;
}

export class Payments {
  readonly #options: PaymentsOptions;

  constructor(options: PaymentsOptions) {
    this.#options = options;
  }

  /** An order is seen for the first time: what is planned begins. */
  begin(row: Row): void {
    const { later, state } = row.plan;
    if (state === 'authorized') this.receive(row);
    if (state !== 'waiting_payment' || later === undefined) return;
    this.#options.clock.after(later.after * MINUTE, () => {
      if (row.deleted || row.state !== 'waiting_payment') return;
      if (later.state === 'authorized') this.receive(row);
      else row.state = later.state;
    });
  }

  /** The shop has the money, and has its own confirmation sent, unless that is lost. */
  receive(row: Row): void {
    const { clock, say } = this.#options;
    const { confirmedAfter } = row.plan;
    say(`shop: order ${row.id} is paid`);
    row.state = 'authorized';
    row.paidAt ??= clock.monotonic();
    if (confirmedAfter === undefined) return;
    clock.after(confirmedAfter * SECOND, () => {
      this.#confirm(row);
    });
  }

  #confirm(row: Row): void {
    const { abacos, say } = this.#options;
    const { number } = row;
    if (number === null || abacos.isDown || abacos.shows(number) === undefined) return;
    say(`the shop's own confirmation of ${number} arrives`);
    if (row.payment === 'none') row.payment = 'acknowledged';
    if (row.payment === 'untracked') abacos.invoice(number);
  }
}
