/** What people are told of repairs that are held, wait for the shop, or were given up in doubt, in both languages. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { decide } from '../../src/alerts/decide/decide.ts';
import { newState, parseState, printState, type AlertState } from '../../src/alerts/decide/state.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import { compose } from '../../src/alerts/deliver/compose.ts';
import { payloadOf } from '../../src/alerts/deliver/payload.ts';
import { renderText } from '../../src/alerts/deliver/render.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId, type OrderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { OURSELVES, type Rewind } from '../../src/core/rewind.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { sentenceFor } from '../../src/words/events.ts';
import { commandRan, CYCLE, dismissed, found, givenUp, numberOf, retried, settled } from './events.ts';
import { DAY, HOUR, MINUTE, NINE } from './manual-clock.ts';
import { SETTINGS } from './play.ts';

// The texts hold local times.
process.env.TZ = 'UTC';

const NONE_OPEN: ReadonlyMap<OrderId, OrderRecord> = new Map<OrderId, OrderRecord>();
const HELD: Event = {
  kind: 'down',
  dependency: 'repairs',
  reason: 'Abacos denies 2 of 3 orders that it had before (1226001, 1226002), so what it says is missing may not be',
  hint: 'see whether Abacos was restored',
};
const GO_ON: Event = { kind: 'up', dependency: 'repairs', downMs: 2 * HOUR };
const SETTLING: Event = {
  kind: 'repairs-wait',
  wait: { why: 'settling', orders: 2, until: NINE + 30 * MINUTE },
};
const DRAINING: Event = {
  kind: 'repairs-wait',
  wait: { why: 'draining', orders: 2, until: NINE + 30 * MINUTE },
};

interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly payload: string;
}

/** Events at their times after the begin, and the mails that follow, as people read them. */
function told(
  steps: readonly (readonly [afterMs: number, ...events: readonly Event[]])[],
  { language = 'en', settings = SETTINGS }: { language?: Language; settings?: typeof SETTINGS } = {},
): Mail[] {
  const words = wordsOf(language).mail;
  const mails: Mail[] = [];
  let state: AlertState = newState('s', NINE);
  for (const [afterMs, ...events] of steps) {
    const now = NINE + afterMs;
    for (const event of events) state = takeEvent(state, event, now);
    const decision = decide(state, { now, settings, open: NONE_OPEN });
    state = decision.state;
    for (const alert of decision.alerts) {
      const letter = compose(alert, { words, maxAttempts: 4, escalateAfterMs: settings.escalateAfterMs });
      const payload = payloadOf(alert, letter, { host: 'h', footer: 'f' });
      mails.push({ subject: letter.subject, text: renderText(letter, 'f').replaceAll(/\s+/g, ' '), payload });
    }
  }
  return mails;
}

function only(mails: readonly Mail[]): Mail {
  const [mail, ...more] = mails;
  assert.ok(mail !== undefined && more.length === 0, mails.map(({ subject }) => subject).join('; '));
  return mail;
}

describe('Repairs that are held', () => {
  test('are one mail: what happened, that nothing is inserted, what to look at, and the command that says it is real', () => {
    const { payload, subject, text } = only(told([[0, HELD], [MINUTE]]));
    assert.equal(subject, 'Repairs are held');
    assert.match(text, /Repairs have been held since .* 09:00:00 \(1 min\): Abacos denies orders that it had before/);
    assert.match(text, /Reason: Abacos denies 2 of 3 orders that it had before \(1226001, 1226002\)/);
    assert.match(text, /Orders are still checked, and none is inserted/);
    assert.match(text, /whether Abacos was restored from a backup, and whether address and key in abacos\.yml/);
    assert.match(text, /If Abacos has really lost orders, .* order-monit rewind --since "YYYY-MM-DD HH:MM"/);
    assert.doesNotMatch(subject + text, /is down|the repair of/);
    assert.match(payload, /"kind":"down","stage":"news","dependency":"repairs"/);
  });

  test('are told in Portuguese with no word of ours in English but for the reason', () => {
    const { subject, text } = only(told([[0, HELD], [MINUTE]], { language: 'pt-BR' }));
    assert.equal(subject, 'Os reparos estão suspensos');
    assert.match(text, /Os reparos estão suspensos desde .*: o Abacos nega pedidos que já tinha/);
    assert.match(text, /nenhum é inserido/);
    assert.match(text, /restaurado de um backup/);
    assert.match(text, /order-monit rewind --since "AAAA-MM-DD HH:MM"/);
    assert.doesNotMatch(text, /see whether|fora do ar/);
  });

  test('are reminded of, escalated, and told when they go on', () => {
    const settings = { ...SETTINGS, escalates: true };
    const steps = [[0, HELD], [MINUTE], [4 * HOUR], [DAY + 5 * MINUTE], [DAY + HOUR, GO_ON, CYCLE]] as const;
    assert.deepEqual(
      told(steps, { settings }).map(({ subject }) => subject),
      [
        'Repairs are held',
        'Escalated: Repairs still held after 4 h',
        'Reminder: Repairs still held after 1 d',
        'Repairs go on after 1 d 1 h',
      ],
    );
    const portuguese = told(steps, { settings, language: 'pt-BR' });
    assert.equal(portuguese.at(-1)?.subject, 'Os reparos continuam após 1 d 1 h');
    assert.match(portuguese.at(-1)?.text ?? '', /Os reparos estiveram suspensos de/);
    assert.doesNotMatch(portuguese.at(-1)?.text ?? '', /fora do ar|esperava/);
  });

  test('are said in the mail of orders that are found missing meanwhile', () => {
    const mails = told([[0, HELD, found(1), CYCLE]]);
    assert.equal(only(mails).subject, `Order ${numberOf(1)} missing`);
    assert.match(only(mails).text, /It runs no command at the moment: Abacos denies orders that it had before/);
    assert.doesNotMatch(only(mails).text, /because of what is down/);
  });

  test('are in the daily report', () => {
    const settings = { ...SETTINGS, dailyReportAtMinute: 10 * 60 };
    const steps = [[0, HELD], [30_000, { ...GO_ON, downMs: 30_000 }], [HOUR]] as const;
    assert.match(only(told(steps, { settings })).text, /Repairs were held once, for 30 s\./);
    assert.match(
      only(told(steps, { settings, language: 'pt-BR' })).text,
      /Os reparos foram suspensos uma vez, por 30 s\./,
    );
  });
});

describe('Orders that the shop may still send', () => {
  test('are told without alarm, with until when nothing is run for them', () => {
    const { payload, subject, text } = only(told([[0, found(1), found(2), SETTLING, CYCLE]]));
    assert.equal(subject, '2 orders missing, which the shop may still send');
    assert.match(text, /the shop gets its own time \(settle_time\) to send them first.*: until .* 09:30:00 or longer/);
    assert.match(text, /What to do Nothing for now\./);
    assert.match(payload, /"repairsWait":\{"why":"settling","until":"/);
    const portuguese = only(told([[0, found(1), SETTLING, CYCLE]], { language: 'pt-BR' }));
    assert.equal(portuguese.subject, `Pedido ${numberOf(1)} fora do Abacos, que a loja ainda pode enviar`);
    assert.match(portuguese.text, /a loja tem primeiro o seu próprio tempo/);
  });

  test('because its queue is still at work are told as that', () => {
    assert.match(
      only(told([[0, found(1), DRAINING, CYCLE]])).text,
      /the shop's own queue is still sending\. It waits until/,
    );
    assert.match(
      only(told([[0, found(1), DRAINING, CYCLE]], { language: 'pt-BR' })).text,
      /a fila da própria loja ainda está enviando\. Espera até/,
    );
  });

  test('are ordinary missing ones once nothing waits any more, or a command was run', () => {
    const over = only(told([[0, SETTLING, { kind: 'repairs-wait', wait: undefined }, found(1), CYCLE]]));
    assert.equal(over.subject, `Order ${numberOf(1)} missing`);
    const commanded = only(told([[0, found(1), ...commandRan(1, ['no payment']), SETTLING, CYCLE]]));
    assert.equal(commanded.subject, `Order ${numberOf(1)} missing`);
  });

  test('are forgotten by a restart, which finds out anew', () => {
    const waiting = takeEvent(newState('s', NINE), SETTLING, NINE);
    assert.equal(parseState(printState(waiting)).repairsWait, undefined);
  });
});

describe('An order that was given up although a command may have done its work', () => {
  const inDoubt = [found(1), ...commandRan(1, [], 1), ...commandRan(1, [], 2), givenUp(1), CYCLE];

  test('is to be looked up in Abacos before it is tried again', () => {
    const { subject, text } = only(told([[0, ...inDoubt]]));
    assert.equal(subject, `Order ${numberOf(1)} needs action`);
    assert.match(text, /Needs action: a command may have done its work, but Abacos does not show it/);
    assert.match(text, /Look these orders up in Abacos by their numbers\..* Only then: order-monit retry 1226001/);
    const portuguese = only(told([[0, ...inDoubt]], { language: 'pt-BR' }));
    assert.match(portuguese.text, /Procure estes pedidos no Abacos pelo número\./);
  });

  test('stays so when the lock refuses another command, and over a restart', () => {
    const refused: Event = {
      kind: 'command-ended',
      orderId: orderId(1),
      orderNumber: numberOf(1),
      task: 'insert_order',
      outcome: { kind: 'too-soon', durationMs: 1, output: [] },
    };
    const events = [found(1), ...commandRan(1), ...commandRan(1).slice(0, 1), refused];
    let state = newState('s', NINE);
    for (const event of events) state = takeEvent(state, event, NINE);
    state = takeEvent(parseState(printState(state)), givenUp(1), NINE);
    assert.equal(state.cases.get(orderId(1))?.givenUp, 'doubt');
  });

  test('is so as well where nobody saw the end of the command, and where the monitor says so of one that had been dismissed', () => {
    const [begun] = commandRan(1);
    assert.ok(begun !== undefined);
    let state = newState('s', NINE);
    for (const event of [found(1), begun]) state = takeEvent(state, event, NINE);
    state = takeEvent(parseState(printState(state)), givenUp(1), NINE);
    assert.equal(state.cases.get(orderId(1))?.givenUp, 'doubt');
    const inTheEnd: Event = { ...givenUp(1), inDoubt: true };
    state = newState('s', NINE);
    for (const event of [found(1), ...commandRan(1), dismissed(1), retried(1), inTheEnd])
      state = takeEvent(state, event, NINE);
    assert.equal(state.cases.get(orderId(1))?.givenUp, 'doubt');
  });

  test('is another matter than one whose command said that it had failed', () => {
    const failed = only(
      told([[0, found(1), ...commandRan(1), ...commandRan(1, ['no payment'], 2), givenUp(1), CYCLE]]),
    );
    assert.match(failed.text, /Needs action: all attempts failed/);
    assert.doesNotMatch(failed.text, /Look these orders up/);
  });

  test('is told as in order when it turns up, and is nobody’s business once it is retried', () => {
    const turnsUp = told([
      [0, ...inDoubt],
      [HOUR, settled(1), CYCLE],
    ]);
    assert.equal(turnsUp.at(-1)?.subject, `Order ${numberOf(1)} was missing, repaired`);
    assert.deepEqual(
      told([[0, ...inDoubt.slice(0, -1), retried(1), CYCLE]]).map(({ subject }) => subject),
      [`Order ${numberOf(1)} missing`],
    );
  });
});

describe('The log', () => {
  test('says of repairs that they are held and go on, never that they are down', () => {
    const held = sentenceFor(HELD, 4);
    assert.match(
      held.text,
      /^Repairs are held: Abacos denies .*\. No command is run, and checking goes on\. What to do: /,
    );
    assert.equal(held.level, 'error');
    assert.equal(sentenceFor(GO_ON, 4).text, 'Repairs go on after 2 h');
  });

  test('says until when repairs wait and why, and when they do not any more', () => {
    assert.match(
      sentenceFor(SETTLING, 4).text,
      /^Repairs of 2 orders wait until \S+ or longer: the shop gets its own time \(settle_time\)/,
    );
    assert.match(sentenceFor(DRAINING, 4).text, /turn up without a command, so the shop's own queue is still sending$/);
    assert.equal(
      sentenceFor({ kind: 'repairs-wait', wait: undefined }, 4).text,
      'No repair waits for the shop any more',
    );
  });

  test('says what a late effect has taught', () => {
    const name = { orderId: orderId(1), orderNumber: numberOf(1) };
    const { level, text } = sentenceFor({ kind: 'lag-learned', ...name, task: 'insert_order', lagMs: 12 * MINUTE }, 4);
    assert.match(
      text,
      /^Order 1226001 \(id 1\) showed up in Abacos only now, .* a second insert_order .* waits 12 min$/,
    );
    assert.equal(level, 'warn');
  });

  test('says that an order which was given up is to be looked up before it is retried', () => {
    assert.match(
      sentenceFor(givenUp(1), 4).text,
      /Look it up in Abacos, find out why .* then: order-monit retry 1226001$/,
    );
  });

  test('says of a rewind that a person has begun, and of no other, that it lets repairs go on', () => {
    const rewind: Rewind = {
      from: orderId(1),
      next: orderId(1),
      through: orderId(9),
      by: 'ana',
      startedAt: '2026-11-20T09:00:00Z',
      asked: 0,
      failing: 0,
    };
    const begun = (by: string): string =>
      sentenceFor({ kind: 'rewind', step: 'begun', rewind: { ...rewind, by }, by }, 4).text;
    assert.match(begun('ana'), /asked for by ana\. As long as this lasts, repairs go on even where Abacos denies/);
    assert.match(begun(OURSELVES), /asked for by order-monit$/);
  });
});
