/** What will become of one order, as far as can be told from outside the service. */
import type { Config } from '../config/index.ts';
import { commandsAfter, Effects, mayHaveWorked, NO_COMMANDS, type CommandEvent } from '../core/effects.ts';
import { isGivenUp } from '../core/next.ts';
import { argumentFor, type OrderId } from '../core/order.ts';
import { DEPENDENCY_NAMES, type Dependency } from '../core/outage.ts';
import { isDismissed, type OrderRecord } from '../core/record.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import type { Verdict } from '../core/verdict.ts';
import type { HistoryEntry } from '../history/index.ts';
import { duration } from '../words/duration.ts';
import { localTime } from '../words/moment.ts';
import { repairWaitText } from '../words/status.ts';
import type { CheckpointSide, Service, ShopSide, Side } from './order-sides.ts';

export interface Situation {
  readonly id: OrderId;
  readonly number: string | undefined;
  readonly shop: Side<ShopSide>;
  readonly checkpoint: Side<CheckpointSide>;
  readonly entries: readonly HistoryEntry[];
  /** What repairs wait for, as it was last kept. */
  readonly memory: RepairMemory | undefined;
  readonly service: Service;
  /** What would be found now, where shop and Abacos could be asked. */
  readonly verdict?: Verdict | undefined;
  /** What becomes of an order whose payment is watched, in a sentence without an end. */
  readonly outlook?: string | undefined;
  readonly config: Pick<
    Config['service'],
    'keepSettledMs' | 'maxAttempts' | 'recheckGivenUpMs' | 'repairWaitMs' | 'runningCycleMs' | 'settleTimeMs'
  >;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** In a sentence without an end. */
export function whatIsNext(situation: Situation): string {
  const { checkpoint, service } = situation;
  if (checkpoint.kind === 'silent') return 'can not be told without the checkpoint';
  const { record, head } = checkpoint.told;
  if (record?.verdict.reason === 'OK') return planForSettled(situation);
  const plan =
    record === undefined
      ? planForNew(situation, head)
      : record.verdict.status === 'SUCCESS'
        ? planForWatched(situation)
        : planForOpen(situation, record);
  return service.kind === 'stopped' ? `${plan}. But the service is not running: systemctl start order-monit` : plan;
}

/** It may have changed since, or may have been settled before payments were watched: nobody looks at it by itself. */
function planForSettled({ id, verdict }: Situation): string {
  if (verdict === undefined || verdict.reason === 'OK') return 'nothing: Abacos has it';
  return `nothing by itself: it is on record as settled; order-monit rewind --to-id ${id} has it, and the orders after it, asked about again`;
}

function planForWatched(situation: Situation): string {
  const { id, outlook, shop, verdict } = situation;
  if (verdict?.reason === 'NOT_FOUND') {
    return `nothing until it is paid: Abacos had it when it was asked; order-monit rewind --to-id ${id} has it, and the orders after it, asked about again`;
  }
  if (outlook !== undefined) return outlook;
  return shop.kind === 'silent'
    ? 'can not be told without the shop: its payment is waited for'
    : 'nothing: the shop has no such row any more';
}

function planForNew(situation: Situation, head: number): string {
  const { id, shop, config } = situation;
  if (shop.kind === 'silent') return 'can not be told without the shop: there is no record of it';
  const { row } = shop.told;
  if (row === undefined) return 'nothing: the shop has no such row';
  if (row.number === null) return 'it is looked at once the shop has set its number';
  if (row.age === 'undated') return planForUndated(situation, head);
  if (row.age === 'young') return `it is looked at once it is ${duration(config.settleTimeMs)} old`;
  if (id > head) return `it is taken when its turn comes: the head is at order id ${head}`;
  return (
    'it is looked at within the hour if it showed up late; ' +
    `otherwise nothing: it was settled more than ${duration(config.keepSettledMs)} ago, or is older than the checkpoint`
  );
}

const NEVER = 'as it has no usable date, and may be a cart, it is never repaired by itself';

function planForUndated({ config, id }: Situation, head: number): string {
  const unless = id > head ? '' : ', if it is not older than the checkpoint';
  return `Abacos is asked about it once the service has seen it for ${duration(config.settleTimeMs)}${unless}; ${NEVER}`;
}

/** The row tells more than the record: it may have got its date meanwhile. */
function planForOpenUndated({ config, shop }: Situation): string {
  const age = shop.kind === 'told' ? shop.told.row?.age : undefined;
  const every = duration(config.recheckGivenUpMs);
  if (age === 'young') return `it has a date now, and is looked at once it is ${duration(config.settleTimeMs)} old`;
  if (age === 'due') return `it has a date now, and is looked at within ${every}, as any other order`;
  return `Abacos is asked about it every ${every}; ${NEVER}`;
}

function planForOpen(situation: Situation, record: OrderRecord): string {
  const { config, id, number, service } = situation;
  const { verdict, attempts } = record;
  const retry = `order-monit retry ${argumentFor({ orderId: id, orderNumber: number ?? null })}`;
  const advice = isInDoubt(situation)
    ? 'a command may have done its work, so look it up in Abacos first; if it is not there, '
    : '';
  if (isDismissed(record))
    return `nothing: it was dismissed; Abacos is asked about it once a day; ${advice}${retry} opens it again`;
  if (isGivenUp(record, config.maxAttempts)) {
    return (
      `given up; Abacos is asked about it every ${duration(config.recheckGivenUpMs)}; ` +
      `${advice}${retry} gives it its attempts again`
    );
  }
  if (verdict.reason === 'UNKNOWN') return `Abacos is asked about it again ${when(situation)}; nothing is run for it`;
  if (verdict.reason === 'NO_DATE') return planForOpenUndated(situation);
  if (verdict.reason === 'BAD_NUMBER') return 'it is looked at again when its row changes; nothing is run for it';
  const running = runningCommand(situation);
  if (running !== undefined) return running;
  const step =
    attempts < config.maxAttempts
      ? `attempt ${attempts + 1} of ${config.maxAttempts}`
      : `the last check, as all ${config.maxAttempts} attempts are used up`;
  const effectAt = effectAwaitedUntil(situation);
  if (effectAt !== undefined) {
    return `${step}, not before ${effectAt}: the effect of the last command may still show; looked at again ${when(situation)}`;
  }
  const held = firstDown(service, ['integration-server', 'repairs']);
  if (held !== undefined) return `${step} ${held}; looked at again ${when(situation)}`;
  const wait = service.kind === 'running' ? repairWaitText(service.status) : undefined;
  const waiting = wait === undefined ? '' : `; ${wait.what}: ${wait.why}`;
  return `${step}; looked at again ${when(situation)}${waiting}`;
}

/** Whether its last command may have done its work, whatever Abacos shows. */
function isInDoubt({ entries }: Situation): boolean {
  const commands = entries.filter(
    (entry): entry is HistoryEntry & CommandEvent => entry.kind === 'command-started' || entry.kind === 'command-ended',
  );
  return mayHaveWorked(commands.reduce(commandsAfter, NO_COMMANDS));
}

/** Until when no other command is run for it, because the effect of the last one may still show. */
function effectAwaitedUntil({ config, id, memory, now }: Situation): string | undefined {
  if (memory === undefined) return undefined;
  const at = new Effects(memory).nextAt(id, config);
  return at > now ? localTime(at).slice(11, 16) : undefined;
}

/** A command that began and has not ended, as far as the history of a running service knows. */
function runningCommand({ entries, service, config }: Situation): string | undefined {
  const last = entries.findLast(({ kind }) => kind === 'command-started' || kind === 'command-ended');
  if (last?.kind !== 'command-started' || service.kind !== 'running') return undefined;
  if (last.at < Date.parse(service.status.startedAt)) return undefined;
  return `${last.task} is running since ${localTime(last.at)} (attempt ${last.attempt} of ${config.maxAttempts})`;
}

/** When the order's turn comes, counted from what was done with it last. */
function when({ entries, service, config, now }: Situation): string {
  const needed = firstDown(service, ['shop', 'abacos']);
  if (needed !== undefined) return needed;
  const last = entries.findLast(({ kind }) => kind === 'verdict' || kind === 'command-ended' || kind === 'retry');
  const pauses = { verdict: config.runningCycleMs, 'command-ended': config.repairWaitMs };
  const pauseMs = last?.kind === 'verdict' || last?.kind === 'command-ended' ? pauses[last.kind] : 0;
  const at = (last?.at ?? 0) + pauseMs;
  return at > now ? `at ${localTime(at).slice(11)}` : 'in the next cycle';
}

function firstDown(service: Service, needed: readonly Dependency[]): string | undefined {
  if (service.kind !== 'running') return undefined;
  for (const dependency of needed) {
    const state = service.status.dependencies[dependency];
    if (state.state === 'down') {
      const since = localTime(Date.parse(state.since));
      return dependency === 'repairs'
        ? `when repairs go on, which are held since ${since} (${state.reason})`
        : `when ${dependency === 'abacos' ? '' : 'the '}${DEPENDENCY_NAMES[dependency]} is back, which is down since ${since} (${state.reason})`;
    }
  }
  return undefined;
}
