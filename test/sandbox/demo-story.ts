/** What the demo says between the lines of the program's log: each thing once, when the log first shows it. */
import { isRefused } from './demo-orders.ts';

/** A line of the log. */
interface Entry {
  readonly message: string;
  readonly time: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Cue {
  /** Whether the line is the one that this is said before. */
  readonly matches: (entry: Entry) => boolean;
  readonly said: string;
}

const CUES: readonly Cue[] = [
  {
    matches: ({ event, fields }) => event === 'verdict' && fields['verdict'] === 'FAILED NOT_FOUND',
    said: 'Abacos lacks orders that customers have placed. The shop gets its own time to send them (3 s here, half an hour as a rule), so that nothing is sent twice.',
  },
  {
    matches: ({ event }) => event === 'command-started',
    said: "That time is over. order-monit runs the shop's own rake task on the integration server, over SSH.",
  },
  {
    matches: ({ event }) => event === 'repaired',
    said: 'The first lost order has arrived: Abacos itself was asked again, and says so. What the task says of itself does not count.',
  },
  {
    matches: ({ event, fields }) => event === 'verdict' && fields['verdict'] === 'FAILED PAYMENT_PENDING',
    said: 'An order that is in Abacos, but without its payment: nobody would ship it. order-monit has it confirmed.',
  },
  {
    matches: ({ event, fields }) => event === 'command-ended' && isRefused(Number(fields['orderNumber'])),
    said: 'An order that the shop refuses to send, as it is not paid. It is tried a few times more.',
  },
  {
    matches: ({ event, fields }) => event === 'up' && fields['dependency'] === 'abacos',
    said: 'Abacos is back. No order was forgotten meanwhile, and none has lost an attempt.',
  },
  {
    matches: ({ message }) => message.includes('showed up late'),
    said: 'Two orders with old ids show up only now, as their transaction took its time. They are seen all the same.',
  },
  {
    matches: ({ event }) => event === 'given-up',
    said: 'order-monit gives up on the unpaid order, and says so: this one needs a person. It stays on record, and is looked at again.',
  },
];

/** Prints the log as a terminal shows it, and tells the story in between. */
export class Story {
  /** Milliseconds that each repair took. */
  readonly repairs: number[] = [];
  readonly #cues = new Set(CUES);
  #rest = '';

  /** Says something of its own accord. */
  say(text: string): void {
    const line = `>> ${text}`;
    console.log(process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? `\u001b[1m${line}\u001b[0m` : line);
  }

  /** Takes what the program has printed. */
  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    const entry = parse(line);
    if (entry === undefined) {
      console.log(line);
      return;
    }
    for (const cue of this.#cues) {
      if (!cue.matches(entry)) continue;
      this.#cues.delete(cue);
      this.say(cue.said);
    }
    console.log(`${new Date(entry.time).toTimeString().slice(0, 8)} ${entry.message}`);
    if (entry.event === 'repaired') this.repairs.push(Number(entry.fields['openMs']));
  }
}

function parse(line: string): Entry | undefined {
  try {
    const fields: unknown = JSON.parse(line);
    if (typeof fields !== 'object' || fields === null) return undefined;
    const { message, time, event, ...others } = Object.fromEntries<unknown>(Object.entries(fields));
    return { message: String(message), time: String(time), event: String(event), fields: others };
  } catch {
    return undefined;
  }
}
