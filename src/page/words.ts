/**
 * Every word of the page. The compiler makes sure that each language has all of
 * them. What the functions take is written as people write it already
 * (`duration`, `time`), unless it is a count.
 */
import type { ErpStatus } from '../core/answer.ts';
import type { CommandOutcome, Task } from '../core/command.ts';
import type { Dependency } from '../core/outage.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import type { FailureReason, Verdict } from '../core/verdict.ts';
import type { GivenUpAfter, PaymentNow } from './ports.ts';
import { EN } from './words-en.ts';
import { PT_BR } from './words-pt-br.ts';

export type Language = 'en' | 'pt-BR';

export interface Words {
  readonly frame: FrameWords;
  readonly overview: OverviewWords;
  readonly chart: ChartWords;
  readonly order: OrderWords;
  readonly story: StoryWords;
  readonly retry: RetryWords;
  readonly problem: ProblemWords;
}

/** What stands around every page. */
export interface FrameWords {
  readonly skip: string;
  readonly home: string;
  readonly findLabel: string;
  readonly findHint: string;
  readonly find: string;
  readonly reload: string;
  readonly pause: string;
  readonly asOf: string;
  /** Shown by the script when the page could not be refreshed. */
  readonly stale: string;
  running(version: string, duration: string): string;
  timesIn(zone: string): string;
}

export interface OverviewWords {
  readonly title: string;
  /** Of one dependency that is down; what follows from it is said by `downEffect`. */
  down(dependency: Dependency, duration: string): string;
  readonly downEffect: Readonly<Record<Dependency, string>>;
  readonly starting: string;
  readonly startingHint: string;
  /** For three running cycles nobody has looked at the orders. */
  notLookedSince(time: string): string;
  readonly notLookedHint: string;
  readonly notAllAsked: string;
  /** A reload has refused the configuration. */
  readonly refused: string;
  readonly standsBy: string;
  /** `leader`: where the active one is, as far as that is known. */
  readonly standsByHint: (leader: string | undefined) => string;
  readonly notIn: (count: number) => string;
  readonly unconfirmed: (count: number) => string;
  readonly unclear: (count: number) => string;
  readonly badNumber: (count: number) => string;
  readonly undated: (count: number) => string;
  /** Joins what is wrong with open orders: `3 orders are not in Abacos`, as the beginning of a sentence. */
  sentence(list: string): string;
  /** In the place of `repairing`: what the orders wait for. */
  readonly waits: Readonly<Record<RepairWait['why'], (time: string) => string>>;
  repairing(count: number): string;
  /** Of open orders that are not given up, beside others that are. */
  repairingOthers(count: number): string;
  needHelp(count: number, total: number): string;
  allToday(count: number): string;
  allSince(count: number, time: string): string;
  readonly quiet: string;
  catchingUp(orders: number, duration: string): string;
  /** So many orders are open that new ones wait. */
  readonly full: string;
  readonly good: string;
  lastLook(ago: string): string;
  readonly neverLooked: string;
  readonly openTitle: string;
  readonly none: string;
  /** In its place where nobody knows what is in Abacos. */
  readonly noneKnown: string;
  more(count: number): string;
  readonly columns: {
    readonly order: string;
    readonly what: string;
    readonly since: string;
    readonly attempts: string;
    readonly next: string;
  };
  readonly reasons: Readonly<Record<FailureReason, string>>;
  attempts(done: number, most: number): string;
  next(every: string): string;
  nextLook(every: string): string;
  readonly nextBadNumber: string;
  nextUndated(every: string): string;
  nextGivenUp(every: string): string;
  readonly givenUp: string;
  idOnly(id: number): string;
  retryOne(order: string): string;
  /** Of several. */
  retryAll(count: number): string;
  readonly dependenciesTitle: string;
  readonly dependencies: Readonly<Record<Dependency, string>>;
  readonly dependencyRoles: Readonly<Record<Dependency, string>>;
  readonly up: string;
  readonly notAsked: string;
  downSince(dependency: Dependency, duration: string): string;
  downSinceShort(dependency: Dependency): string;
  readonly whatToDo: string;
  /** About repairs that are held. */
  readonly heldToDo: string;
  /** Of repairs that wait although everything works. */
  waiting(count: number, time: string): string;
  readonly lag: Readonly<Record<Task, (duration: string) => string>>;
}

export interface ChartWords {
  readonly title: string;
  since(time: string): string;
  readonly orders: string;
  readonly repairs: string;
  readonly time: string;
  ordersSum(total: number, most: number): string;
  repairsSum(total: number, most: number): string;
  timeSum(typical: string, longest: string): string;
  readonly noTime: string;
  readonly now: string;
  readonly asTable: string;
  readonly hour: string;
  readonly empty: string;
}

/** The answer to "why is this order where it is", and the evidence. */
export interface OrderWords {
  title(order: string): string;
  readonly idLabel: string;
  readonly answerTitle: string;
  readonly todoTitle: string;
  readonly todoNothing: string;
  readonly gone: string;
  readonly goneTodo: string;
  readonly noNumber: string;
  readonly noNumberTodo: string;
  readonly badNumber: string;
  readonly badNumberTodo: string;
  readonly undated: string;
  readonly undatedTodo: string;
  inAbacos(status: string): string;
  readonly awaitsPayment: string;
  awaitsPaymentTodo(every: string, until: string): string;
  /** The shop confirms the payment itself; until then, where that is known. */
  paid(until: string | undefined): string;
  readonly paidTodo: string;
  readonly unpaid: string;
  unpaidTodo(every: string): string;
  readonly unpaidGivenUpTodo: string;
  young(duration: string): string;
  readonly youngTodo: string;
  readonly notLooked: string;
  readonly notLookedTodo: string;
  readonly neverWatched: string;
  readonly neverWatchedTodo: string;
  missing(done: number, most: number): string;
  missingTodo(every: string): string;
  /** While no command is run for any order, or not yet. */
  readonly missingTodoWhile: {
    readonly held: string;
    readonly out: string;
    wait(time: string): string;
  };
  readonly givenUp: string;
  readonly givenUpTodo: string;
  readonly inDoubt: string;
  readonly inDoubtTodo: string;
  readonly vanished: string;
  readonly vanishedTodo: string;
  readonly unclear: string;
  unclearTodo(every: string): string;
  readonly unasked: string;
  readonly unaskedSettled: string;
  readonly unaskedTodo: string;
  readonly said: string;
  readonly retry: string;
  readonly evidenceTitle: string;
  readonly shop: string;
  readonly abacos: string;
  readonly checkpoint: string;
  readonly shopState: string;
  readonly shopNoRow: string;
  notAsked(why: string): string;
  readonly answers: {
    readonly missing: string;
    exists(status: string): string;
    unknown(why: string): string;
  };
  readonly erp: Readonly<Record<ErpStatus, string>>;
  /** What the record of an order says that is in Abacos, by what is known of its payment where that is watched. */
  recorded(payment: PaymentNow['kind'] | undefined): string;
  readonly notYet: string;
  readonly noRecord: string;
  attempts(done: number): string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly severalTitle: string;
  several(order: string): string;
}

export interface StoryWords {
  readonly title: string;
  readonly none: string;
  since(time: string): string;
  readonly found: Readonly<Record<Verdict['reason'], string>>;
  readonly late: string;
  started(task: string, attempt: number): string;
  readonly tasks: Readonly<Record<Task, string>>;
  readonly ended: Readonly<Record<CommandOutcome['kind'], string>>;
  exitedBadly(status: number): string;
  after(duration: string): string;
  readonly givenUp: Readonly<Record<GivenUpAfter, string>>;
  repaired(duration: string): string;
  readonly notRepaired: string;
  readonly rowGone: string;
  retry(by: string): string;
}

export interface RetryWords {
  readonly title: string;
  readonly question: string;
  readonly explanation: string;
  readonly confirm: string;
  readonly cancel: string;
  readonly doneTitle: string;
  readonly accepted: string;
  readonly refused: string;
  readonly doneHint: string;
  readonly notAllowedTitle: string;
  readonly notAllowed: string;
  readonly nothing: string;
}

export interface ProblemWords {
  readonly notFoundTitle: string;
  readonly notFound: string;
  noOrderTitle(order: string): string;
  readonly noOrder: string;
  readonly badSearchTitle: string;
  badSearch(text: string): string;
  readonly unreachableTitle: string;
  unreachable(why: string): string;
  readonly forgeryTitle: string;
  readonly forgery: string;
  readonly hostTitle: string;
  readonly host: string;
  readonly authTitle: string;
  readonly auth: string;
  readonly tooManyTitle: string;
  readonly tooMany: string;
  readonly methodTitle: string;
  readonly tooLargeTitle: string;
  readonly tooLarge: string;
  readonly busyTitle: string;
  readonly busy: string;
  readonly brokenTitle: string;
  readonly broken: string;
}

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return language === 'pt-BR' ? PT_BR : EN;
}
