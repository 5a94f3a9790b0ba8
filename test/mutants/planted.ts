/**
 * Faults planted by hand, twenty of each kind that must never be: the model (test/torture/model) has to find them. Each
 * replaces one text of a file of `src`, which stands there once.
 */

/** What the fault makes the program do. */
export type Kind = 'inserts twice' | 'forgets' | 'says SUCCESS unasked';

export interface Planted {
  readonly kind: Kind;
  /** What is wrong, in a few words. */
  readonly fault: string;
  /** Below `src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function faults(
  kind: Kind,
  list: readonly (readonly [fault: string, file: string, from: string, to: string])[],
): Planted[] {
  return list.map(([fault, file, from, to]) => ({ kind, fault, file, from, to }));
}

export const PLANTED: readonly Planted[] = [
  ...faults('inserts twice', [
    ['no wait for an effect in doubt', 'core/effects.ts', 'const WAITS = [4, 16]', 'const WAITS = [0, 0]'],
    [
      'a command that was lost sight of counts for none',
      'core/effects.ts',
      `    case 'killed':\n    case 'lost':\n      return true;`,
      `    case 'killed':\n    case 'lost':\n      return false;`,
    ],
    [
      'a command that ended well leaves nothing in doubt',
      'core/effects.ts',
      'return outcome.status === 0 || outcome.output',
      'return outcome.output',
    ],
    ['twenty commands may be in doubt', 'core/effects.ts', 'const MOST_COMMANDS = 2;', 'const MOST_COMMANDS = 20;'],
    ['an effect in doubt is not waited for', 'core/next.ts', ` || effect === 'awaited') return`, ') return'],
    [
      'a third command is run in doubt',
      'core/next.ts',
      `if (effect !== 'exhausted' && attempts < maxAttempts)`,
      'if (attempts < maxAttempts)',
    ],
    [
      "the shop's queue is not waited for while orders turn up",
      'monitor/repair-gate.ts',
      'return this.#turnedUpAt === undefined ? -Infinity : this.#turnedUpAt + settleMs;',
      'return -Infinity;',
    ],
    [
      "the shop's own push has no time",
      'monitor/repair-gate.ts',
      'const settling = policy.settleMs - hadMs;',
      'const settling = 0;',
    ],
    ['no witness is asked', 'monitor/repair-gate.ts', 'if (this.#isLossReal) return false;', 'return false;'],
    [
      'witnesses that are denied stop nothing',
      'monitor/repair-gate.ts',
      `if (proof === 'denied' || proof === 'unanswered') return false;`,
      `if (proof === 'denied') return true;\n    if (proof === 'unanswered') return false;`,
    ],
    [
      'what is in doubt is forgotten once Abacos denies it',
      'core/effects.ts',
      'this.#pending.set(id, { ...known, denied: true });',
      'this.#pending.delete(id);',
    ],
    [
      'what is in doubt counts for long ago at once',
      'core/effects.ts',
      'return known === undefined || now - known.endedAt >= DAY_MS;',
      'return true;',
    ],
    [
      'an outage is time in which the shop could send',
      'core/uptime.ts',
      'return this.#spans.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, moment)), unseen);',
      'return Math.max(unseen, now - moment);',
    ],
    [
      'a stop of the monitor is time in which the shop could send',
      'core/uptime.ts',
      'if (last !== undefined && !this.#broken && at - last.to <= longestGapMs) {',
      'if (last !== undefined && true) {',
    ],
    [
      'an order that waits for the shop is repaired at once',
      'monitor/repair-gate.ts',
      'return isDraining ? [] : waits.filter(({ ms }) => ms <= 0).map(({ job }) => job);',
      'return waits.map(({ job }) => job);',
    ],
    [
      'attempts are not counted',
      'monitor/run-command.ts',
      'const attempts = Math.max(0, current.attempts + change);',
      'const { attempts } = current;',
    ],
    [
      'what has no usable answer is taken for missing',
      'core/judge.ts',
      `return { verdict: failed('UNKNOWN'), why: answer.why };`,
      `return { verdict: failed('NOT_FOUND'), why: answer.why };`,
    ],
    [
      "the server is not told to refuse a command after another monitor's",
      'monitor/run-command.ts',
      'const outcome = await server.run({ task, number, waitMs }, giveUp);',
      'const outcome = await server.run({ task, number, waitMs: 0 }, giveUp);',
    ],
    [
      'a command is not remembered before it begins',
      'monitor/run-command.ts',
      '  gate.effects.begin(orderId, task, clock.monotonic());\n  await gate.keep({ now: true });\n',
      '',
    ],
    [
      'an order that lacks its payment is inserted again',
      'core/next.ts',
      "PAYMENT_PENDING: 'confirm_payment',",
      "PAYMENT_PENDING: 'insert_order',",
    ],
  ]),
  ...faults('forgets', [
    [
      'the head passes an order that has no verdict',
      'monitor/verify.ts',
      `} else if (origin !== 'fresh' || !freshUnanswered) judged.push(`,
      `} else judged.push(`,
    ],
    [
      'an order without a usable answer is not opened',
      'core/ledger.ts',
      '    this.#open.set(orderId, record);\n',
      `    if (verdict.reason !== 'UNKNOWN') this.#open.set(orderId, record);\n`,
    ],
    [
      'an order that was given up is let go of',
      'core/ledger.ts',
      '    this.#open.set(orderId, record);\n',
      `    if (record.attempts < 3) this.#open.set(orderId, record);\n`,
    ],
    [
      'nobody looks for orders that were committed late',
      'monitor/sweep.ts',
      'if (!whole && now < this.#nextRecentAt) return NONE_LATE;',
      'if (whole || now < this.#nextRecentAt) return NONE_LATE;',
    ],
    [
      'a start does not know of orders with commands behind them',
      'checkpoint/survey.ts',
      'known = ledger.note(line.record(bytes));',
      'known = line.attempts > 0 || ledger.note(line.record(bytes));',
    ],
    [
      'late orders without a number are left',
      'monitor/sweep.ts',
      'else if (row.number === null && passedLongAgo) stuck.push(row);',
      '',
    ],
    [
      'late orders are searched for above a floor that is too high',
      'monitor/sweep.ts',
      'const floor = whole ? windowFloor :',
      'const floor = whole ? ledger.passedBefore(wallNow) :',
    ],
    [
      'an open order is not looked at again',
      'monitor/verify.ts',
      'nextLookAt: clock.monotonic() + pauseMs,',
      'nextLookAt: clock.monotonic() + (recorded.previous === undefined ? pauseMs : Infinity),',
    ],
    [
      'an order whose command has ended is not looked at again',
      'monitor/repairs.ts',
      'schedule.amend(job.orderId, { nextLookAt: clock.monotonic() + policy.repairWaitMs });',
      'schedule.amend(job.orderId, { nextLookAt: clock.monotonic() + Infinity });',
    ],
    [
      'an order that is too young is put off for ever',
      'monitor/gather.ts',
      'schedule.amend(id, { nextLookAt: clock.monotonic() + policy.runningCycleMs });',
      'schedule.amend(id, { nextLookAt: clock.monotonic() + Infinity });',
    ],
    [
      'orders whose number is none are passed',
      'monitor/candidate.ts',
      "return orders.map((order) => candidate(order, 'fresh'));",
      "return orders.filter(({ number }) => /^\\d+$/.test(number ?? '')).map((order) => candidate(order, 'fresh'));",
    ],
    [
      'the ledger does not take in all that is recorded',
      'checkpoint/log.ts',
      'for (const entry of entries) this.#note(entry);',
      'for (const entry of entries.slice(1)) this.#note(entry);',
    ],
    [
      'a torn end takes the whole line before it along',
      'checkpoint/torn.ts',
      'await file.truncate(survey.size);',
      'await file.truncate(Math.max(0, survey.size - 60));',
    ],
    [
      'a rewind is over after its first page',
      'monitor/rewinding.ts',
      'const isOver = rewind.next > rewind.through;',
      'const isOver = rewind.next > 0;',
    ],
    [
      'an order that shows up late is taken for recorded',
      'core/ledger.ts',
      'return this.#ascending.at(this.#ascending.firstFrom(id)) === id || this.#late.has(id);',
      'return id <= (this.#ascending.at(this.#ascending.length - 1) ?? -1);',
    ],
    [
      'a payment that is waited for is not watched',
      'core/ledger.ts',
      `if (reason === 'AWAITING_PAYMENT') this.#watched.add(id, createdAtMs);`,
      '',
    ],
    [
      'a watched order that is paid is not asked about',
      'monitor/payment-watch.ts',
      'return { candidates: paid.map(',
      'return { candidates: paid.slice(1).map(',
    ],
    [
      'a rewind passes orders without a verdict',
      'monitor/rewinding.ts',
      'next: page.orders[stuckAt]?.id ?? page.then,',
      'next: page.then,',
    ],
    [
      'ids that are given out again are taken for checked',
      'monitor/went-back.ts',
      'if (newest >= head || from > head || isKnown) return;',
      'return;',
    ],
    [
      'orders without a date are never taken up',
      'monitor/unusual-rows.ts',
      'return this.hasRoom(maxOpenOrders) && seenAt !== undefined && now - seenAt >= settleMs;',
      'return false;',
    ],
  ]),
  ...faults('says SUCCESS unasked', [
    ['missing is fine', 'core/judge.ts', `return { verdict: failed('NOT_FOUND') };`, 'return { verdict: SUCCESS };'],
    [
      'no usable answer is fine',
      'core/judge.ts',
      `return { verdict: failed('UNKNOWN'), why: answer.why };`,
      'return { verdict: SUCCESS };',
    ],
    [
      'a number that can not be asked about is fine',
      'core/judge.ts',
      `return { verdict: failed(age === 'undated' ? 'NO_DATE' : 'BAD_NUMBER'), why };`,
      'return { verdict: SUCCESS };',
    ],
    [
      'an order without a date is fine',
      'core/judge.ts',
      `return { verdict: failed('NO_DATE'), ...(isThere`,
      `return { verdict: SUCCESS, ...(isThere`,
    ],
    [
      'no payment is ever pending',
      'core/judge.ts',
      `if (isPaymentPending(evidence)) return`,
      `if (isPaymentPending(evidence) && order.state === '') return`,
    ],
    [
      'a payment without an acknowledgement is fine',
      'core/judge.ts',
      `    case 'none':\n      return true;`,
      `    case 'none':\n      return false;`,
    ],
    [
      'a payment that nothing tells of is fine',
      'core/judge.ts',
      'return !paymentCommandSucceeded;',
      'return paymentCommandSucceeded;',
    ],
    [
      'a payment that is to come is not waited for',
      'core/judge.ts',
      `isToBePaid(order, payments) ? AWAITING_PAYMENT : SUCCESS`,
      `isToBePaid(order, payments) ? SUCCESS : SUCCESS`,
    ],
    [
      'the watch on a payment ends when it is paid',
      'monitor/payment-watch.ts',
      `else if (state === 'over' || isTooLong(context, id))`,
      `if (state !== 'unpaid' || isTooLong(context, id))`,
    ],
    [
      'the watch on a payment ends at once',
      'monitor/payment-watch.ts',
      `else if (state === 'over' || isTooLong(context, id))`,
      'else',
    ],
    [
      'an order that was not answered is fine',
      'monitor/verify.ts',
      'return answer === undefined ? undefined : judgeOrder(context, candidate.order, answer);',
      `return judgeOrder(context, candidate.order, answer ?? { kind: 'exists', status: 'delivered' });`,
    ],
    [
      "an order is judged by another one's answer",
      'monitor/verify.ts',
      'const answer = answers.get(candidate.number);',
      'const answer = [...answers.values()][0];',
    ],
    [
      'a command that ended well is believed',
      'monitor/confirm.ts',
      `  if (verdict.status === 'SUCCESS') return [{`,
      `  if (verdict.status === 'SUCCESS' || (confirmed.outcome.kind === 'exited' && confirmed.outcome.status === 0)) return [{`,
    ],
    [
      'an order that its command has brought in is settled before it is paid',
      'monitor/confirm.ts',
      `return [{ orderId, verdict, attempts: current.attempts + 1 }];`,
      `return [{ orderId, verdict: { status: 'SUCCESS', reason: 'OK' }, attempts: current.attempts + 1 }];`,
    ],
    [
      'a number whose call fails is said to be there',
      'monitor/asking.ts',
      "this.byNumber.set(number, { kind: 'unknown', why: `the call about it alone fails: ${reason}` });",
      "this.byNumber.set(number, { kind: 'exists', status: reason === '' ? 'invoiced' : 'delivered' });",
    ],
    [
      'a call that fails answers with what was hoped for',
      'monitor/asking.ts',
      'if (error instanceof Outage) return error;\n      throw error;\n    }\n  }\n\n  /** Whether the ERP answers',
      `if (!(error instanceof Outage)) throw error;\n      for (const number of list) this.byNumber.set(number, { kind: 'exists', status: 'invoiced' });\n      return undefined;\n    }\n  }\n\n  /** Whether the ERP answers`,
    ],
    [
      'the recorder writes SUCCESS for an order that has used up its attempts',
      'monitor/recorder.ts',
      'return { record: { orderId, verdict, attempts,',
      `return { record: { orderId, verdict: attempts > 2 ? { status: 'SUCCESS', reason: 'OK' } : verdict, attempts,`,
    ],
    [
      'the checkpoint writes SUCCESS for what it does not know',
      'checkpoint/line.ts',
      '${verdict.status} ${verdict.reason} ${attempts}',
      "${verdict.reason === 'UNKNOWN' ? 'SUCCESS OK' : verdict.status + ' ' + verdict.reason} ${attempts}",
    ],
    [
      'a watched order whose row is gone is settled',
      'monitor/payment-watch.ts',
      `const state = row === undefined ? 'unpaid' : paymentState(row, policy.payments);`,
      `const state = row === undefined ? 'over' : paymentState(row, policy.payments);`,
    ],
    [
      'an order is repaired because its command has ended',
      'monitor/confirm.ts',
      `  if (record?.verdict.status === 'SUCCESS') {`,
      `  if (record?.verdict.status === 'SUCCESS' || (record !== undefined && confirmed.outcome.kind === 'exited')) {`,
    ],
  ]),
];
