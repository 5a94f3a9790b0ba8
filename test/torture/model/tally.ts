/** What a run of the model has played: how much of what, for whoever has to judge what the run proves. */
import { HOUR, type Script } from './script.ts';

const YEAR_MS = 365.25 * 24 * HOUR;

export class Tally {
  #trials = 0;
  #orders = 0;
  #simulatedMs = 0;
  #orderMs = 0;
  readonly #faults = new Map<string, { times: number; trials: number }>();

  /** Takes in a script that was played, for so long by its own clock. */
  add(script: Script, simulatedMs: number): void {
    this.#trials += 1;
    this.#orders += script.orders.length;
    this.#simulatedMs += simulatedMs;
    this.#orderMs += simulatedMs * script.orders.length;
    const names = namesOf(script);
    for (const name of names) this.#count(name, { times: 1, trials: 0 });
    for (const name of new Set(names)) this.#count(name, { times: 0, trials: 1 });
  }

  lines(): string[] {
    const years = (ms: number): string => (ms / YEAR_MS).toFixed(1);
    return [
      `${this.#trials} trials of ${this.#orders} orders: ${years(this.#simulatedMs)} years, ${years(this.#orderMs)} order-years`,
      ...[...this.#faults].sort().map(([name, { times, trials }]) => {
        const share = Math.round((100 * trials) / this.#trials);
        return `${name}: ${times}, in ${share} % of the trials`;
      }),
    ];
  }

  #count(name: string, { times, trials }: { readonly times: number; readonly trials: number }): void {
    const known = this.#faults.get(name) ?? { times: 0, trials: 0 };
    this.#faults.set(name, { times: known.times + times, trials: known.trials + trials });
  }
}

/** Every fault of a script, by name; as often as it is there. */
function namesOf({ happenings, hosts, orders }: Script): string[] {
  return [
    ...(hosts === 2 ? ['host: a second one'] : []),
    ...happenings.map((one) => {
      if (one.kind === 'strike') return `call: ${one.strike.call} ${one.strike.how}`;
      if (one.kind === 'crash') return one.power === undefined ? 'host: killed' : 'host: power loss';
      if (one.kind === 'outage') return `outage: ${one.of}`;
      if (one.kind === 'leader') return `leader: ${one.who}`;
      return 'host' in one ? `host: ${one.kind}` : `world: ${one.kind}`;
    }),
    ...orders.flatMap(({ commitAfter, date, number, poison, push, shownAfter, task }) => [
      ...(commitAfter > 0 ? ['order: committed late'] : []),
      ...(date === 'at once' ? [] : [`order: ${date === 'never' ? 'never has a date' : 'its date comes late'}`]),
      ...(number === 'at once' ? [] : [`order: number ${typeof number === 'number' ? 'comes late' : number}`]),
      ...(poison === undefined ? [] : [`order: calls about it are ${poison.how}`]),
      ...(push === undefined ? ['order: the shop does not send it'] : []),
      ...(shownAfter > 0 ? ['order: Abacos shows it late'] : []),
      ...(task === 'works' ? [] : [`command: ${task}`]),
    ]),
  ];
}
