/** What mails and page both say, in English. */
import type { AdviceTopic } from '../../core/advice.ts';
import type { CommandOutcome } from '../../core/command.ts';
import type { Dependency } from '../../core/outage.ts';
import { textOf, type Said } from '../../core/said.ts';
import type { Verdict } from '../../core/verdict.ts';
import { duration } from '../duration.ts';
import { capital, listed } from '../sentence.ts';

/** Without a formatter that is made beforehand: the first takes a megabyte and 7 ms, and the page may be off. */
export function grouped(count: number): string {
  return count < 1000 ? String(count) : count.toLocaleString('en');
}

export function orders(count: number): string {
  return count === 1 ? '1 order' : `${grouped(count)} orders`;
}

export const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');
export const hasOrHave = (count: number): string => (count === 1 ? 'has' : 'have');

const DEPENDENCIES: Readonly<Record<Dependency, string>> = {
  shop: "the shop's database",
  abacos: 'Abacos',
  'integration-server': 'the integration server',
  repairs: 'repairs',
};

/** What was found of an order, as a part of a sentence. */
const FINDINGS: Readonly<Record<Verdict['reason'], string>> = {
  OK: 'in Abacos',
  AWAITING_PAYMENT: 'in Abacos; its payment is still to come, or for the shop to confirm',
  NOT_FOUND: 'not in Abacos',
  PAYMENT_PENDING: 'in Abacos, its payment not confirmed there',
  UNKNOWN: 'unclear answer from Abacos',
  BAD_NUMBER: 'without a usable number in the shop',
  NO_DATE: 'without a usable date in the shop, and not in Abacos, or without its payment there',
  DISMISSED: 'dismissed: nothing need be done about it',
};

/** Behind the command, or its task. The exit status follows on `exited`. */
const ENDED: Readonly<Record<CommandOutcome['kind'] | 'running', string>> = {
  running: 'was started',
  exited: 'ended with exit status',
  killed: 'was ended by force',
  busy: 'was not started: a command for the order is still running',
  'too-soon': 'was not started: a command for the order ended moments ago',
  'not-started': 'could not be started on the integration server',
  lost: 'was lost sight of; it may be running still',
};

/** What an outage keeps order-monit from, and what it does about it. */
const MEANWHILE: Readonly<Record<Dependency, string>> = {
  shop: 'No new orders can be read, so none are checked. Nothing is lost: order-monit keeps trying, and goes on where it stopped.',
  abacos:
    'No order can be checked or repaired. Nothing is lost, and no order loses an attempt: order-monit keeps trying, and goes on where it stopped.',
  'integration-server':
    'Orders are still checked, but missing ones can not be repaired. order-monit keeps trying, one order at a time where the server can be reached. No order loses an attempt, and all go on by themselves once it works.',
  repairs:
    'Orders are still checked, and none is inserted, so that nothing is inserted twice. order-monit keeps asking Abacos; when it has those orders again, repairs go on by themselves.',
};

/** Who acts on an order, and what they do: `who` before `todo`, as "Customer service: ask …". */
export interface AdviceWords {
  readonly who: string;
  readonly todo: string;
}

const ADVICE: Readonly<Record<AdviceTopic, AdviceWords>> = {
  'awaiting-payment': {
    who: 'Nobody',
    todo: 'nothing to do. The shop waits for the customer’s payment, and does not send the order before.',
  },
  'no-payment': {
    who: 'Whoever looks after payments',
    todo: 'see whether the customer has paid. If not, there is nothing to do. If so, have the payment entered in the shop.',
  },
  'already-there': {
    who: 'Whoever looks after Abacos',
    todo: 'look the order up in Abacos, as the task says that it is there. It settles by itself once Abacos shows it; do not send it again.',
  },
  'tax-id': {
    who: 'Customer service',
    todo: 'ask the customer for the right CPF or CNPJ, and correct it in the shop (digits only).',
  },
  address: {
    who: 'Customer service',
    todo: 'check the delivery address and the CEP with the customer, and correct them in the shop.',
  },
  product: {
    who: 'Whoever looks after the product catalogue',
    todo: 'enter the product in Abacos, with the same code as in the shop.',
  },
  passing: {
    who: 'Whoever looks after orders',
    todo: 'wait a little: a connection failed or took too long, which passes by itself as a rule.',
  },
  lasting: {
    who: 'Whoever looks after Abacos and the integration server',
    todo: 'find out why connections fail or take too long.',
  },
  'shop-code': {
    who: 'Whoever develops the shop',
    todo: 'correct the task, which does not run on the integration server.',
  },
};

export const COMMON = {
  /** A reason or a hint in the reader's language, as far as order-monit made it; the words of others as they are. */
  translated: (said: Said): string => textOf(said),
  advice: ADVICE,
  /** A local time as `localTime` writes it, to the second. */
  exact: (local: string): string => local,
  /** The same to the minute. */
  dated: (local: string): string => local.slice(0, 16),
  duration: (ms: number): string => duration(ms),
  grouped,
  and: (parts: readonly string[]): string => listed(parts, 'and'),
  dependency: (dependency: Dependency): string => DEPENDENCIES[dependency],
  finding: (reason: Verdict['reason']): string => FINDINGS[reason],
  ended: (end: CommandOutcome['kind'] | 'running', exitStatus: number): string =>
    end === 'exited' ? `${ENDED[end]} ${exitStatus}` : ENDED[end],
  /** `howLong`: what `lasting` or `since` gives. */
  unavailable: (dependency: Dependency, howLong: string): string =>
    dependency === 'repairs'
      ? `Repairs have been held ${howLong}: Abacos denies orders that it had before.`
      : `${capital(DEPENDENCIES[dependency])} has been unavailable ${howLong}.`,
  lasting: (lasted: string): string => `for ${lasted}`,
  since: (at: string, lasted?: string): string => `since ${at}${lasted === undefined ? '' : ` (${lasted})`}`,
  meanwhile: MEANWHILE,
  /** What people do about repairs that are held; the command follows, with a moment in it. */
  held: {
    lookInto:
      'Find out whether Abacos was restored from a backup, and whether address and key in abacos.yml lead to the right company.',
    isReal:
      'If Abacos has really lost orders, name the moment to which it went back; order-monit asks about all orders since then, and repairs go on:',
    aMoment: 'YYYY-MM-DD HH:MM',
  },
  whatToDo: 'What to do',
  happenedTitle: 'What happened',
  nothing: 'Nothing.',
  idOnly: (id: number): string => `id ${id}`,
};
