/** What order-monit says itself is in the reader's language: reasons and hints, in mails and on the page. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { networkOutage, placeOf } from '../../src/abacos/failure.ts';
import { httpOutage } from '../../src/abacos/http-failure.ts';
import { newState } from '../../src/alerts/decide/state.ts';
import { decide } from '../../src/alerts/decide/decide.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import { takeFault } from '../../src/alerts/decide/configuration.ts';
import { compose } from '../../src/alerts/deliver/compose.ts';
import { renderText } from '../../src/alerts/deliver/render.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { Outage } from '../../src/core/outage.ts';
import { failedBeforeLogin, timedOut } from '../../src/integration/failure.ts';
import { explainFailure } from '../../src/shop/failure.ts';
import { wordsOf } from '../../src/words/catalogue.ts';
import { Format } from '../../src/page/format.ts';
import type { View } from '../../src/page/layout.ts';
import { orderPage } from '../../src/page/order-page.ts';
import { overviewPage } from '../../src/page/overview.ts';
import type { OrderStory, PageStatus } from '../../src/page/ports.ts';
import { PART, translatorBy } from '../../src/words/phrases.ts';
import { PHRASES, translated } from '../../src/words/pt-br/phrases.ts';
import { commandRan, CYCLE, found, givenUp, numberOf, repaired } from '../alerts/events.ts';
import { HOUR, MINUTE, NINE } from '../alerts/manual-clock.ts';
import { SETTINGS } from '../alerts/play.ts';
import { assertPortuguese, assertTranslated } from '../words/portuguese.ts';
import { CHART, NOW, SOME_OPEN, STATUS, STORY } from './fixtures.ts';

// The texts hold local times.
process.env.TZ = 'UTC';

const error = (code: string, message = code): Error => Object.assign(new Error(message), { code });

const ADDRESS = {
  server: { kind: 'tcp', host: 'db.example.com', port: 3306 },
  database: 'loja',
  table: 'pedidos',
  username: 'monitor',
  password: () => undefined,
  serverPublicKey: undefined,
  allowCleartextPassword: false,
  tls: undefined,
  connectTimeoutMs: 1000,
  queryTimeoutMs: 1000,
} as const;
const TARGET = { host: 'shop.example.com', port: 22, username: 'deploy' };

/** What happens most in the field, as the program puts it. */
const OUTAGES: readonly Outage[] = [
  ...[
    'ECONNREFUSED',
    'ETIMEDOUT',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNRESET',
    'EPIPE',
    'EMFILE',
    'EACCES',
  ].map((code) => networkOutage(error(code), placeOf(new URL('http://erp.example.com:8085/a.asmx')), (said) => said)),
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_NOT_YET_VALID'].map(
    (code) => networkOutage(error(code, code), 'erp.example.com:443', (said) => said),
  ),
  ...[200, 403, 404, 500, 502, 503, 504].map((status) =>
    httpOutage({
      status,
      headers: {},
      isEmpty: status === 200,
      words: 'Bad',
      said: 'Bad',
      place: 'erp.example.com:80',
    }),
  ),
  ...[
    'ER_ACCESS_DENIED_ERROR',
    'ER_HOST_NOT_PRIVILEGED',
    'ER_HOST_IS_BLOCKED',
    'ER_CON_COUNT_ERROR',
    'ER_ACCOUNT_HAS_BEEN_LOCKED',
    'ER_DBACCESS_DENIED_ERROR',
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_BAD_DB_ERROR',
    'ER_NO_SUCH_TABLE',
    'ER_QUERY_INTERRUPTED',
    'ER_SERVER_SHUTDOWN',
    'ECONNREFUSED',
    'ENOTFOUND',
    'ETIMEDOUT',
    'PROTOCOL_CONNECTION_LOST',
  ].map((code) => explainFailure(error(code), ADDRESS)),
  ...[
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNRESET',
    'EMFILE',
    'ODD',
  ].map((code) => failedBeforeLogin(TARGET, error(code))),
  ...(['connecting', 'handshake', 'login', 'proof'] as const).map((stage) =>
    timedOut(TARGET, { stage, limitMs: 30_000 }),
  ),
];

const WHY = [
  'Abacos gave no answer for it',
  'Abacos gave two different answers for it',
  'Abacos says that it exists and that it was not found',
  'Abacos has it without its payment',
  'the shop stores "12 34" as its number',
  'ended by its time limit of 600 s (command_timeout)',
  'ended by a signal',
  'the connection broke before the command ended; it may be running still',
  'the commands of 5 or more different orders in a row did not bring their orders into Abacos; they ended without an error',
  'Abacos denies 2 of 3 orders that it had before (1226001, 1226002), so what it says is missing may not be',
  '/etc/order-monit/bin/erp could not be started (EACCES)',
  '/etc/order-monit/bin/erp did not end within 60 s; it said: 12 %',
  '/etc/order-monit/bin/erp said more than answers to what it was asked can be',
  '/etc/order-monit/bin/erp was ended by SIGKILL',
  '/etc/order-monit/bin/erp says that it is down',
  'the call about it alone fails: /etc/order-monit/bin/erp ended with exit status 1; it said: KeyError',
  'see whether the file is there, and whether the program in its first line is (#!)',
  'run: chmod 755 on it, and see whether the unit lets the service execute it and what its first line names (ExecPaths=)',
  'its first line must name what runs it, such as #!/usr/bin/node',
  'if it lasts, raise timeout in erp.yml, or ask about fewer orders at a time (max_numbers_per_call in service.yml)',
  'see whether it asks the ERP for these numbers alone, and whether the ERP heeds that',
  'correct what it says; erp.yml has its words and its environment',
  'no answer came for it',
  'two different answers came',
  'no reason was given',
  'the answer is none: paid',
  'the answer is not plain: missing 1226050',
  'the answer has a status that is none: paid',
];

describe('What order-monit says of a failure is Portuguese', () => {
  for (const { hint, reason } of OUTAGES) {
    test(reason, () => {
      assertTranslated(reason, hint);
    });
  }

  for (const why of WHY) {
    test(why, () => {
      assertTranslated(why);
    });
  }

  test('and what others say stays as it is', () => {
    const said = "RuntimeError: Order 1226050 doesn't have an associated payment";
    assert.equal(translated(said), said);
    assert.equal(translated(''), '');
    assert.equal(translated(`the last one said: ${said}`), `mensagem do último: ${said}`);
  });
});

/** The source without what breaks a sentence in two, and with the words of a file's constants in their places. */
function source(): string {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('words/'),
  );
  return files.map((file) => withConstants(inOnePiece(readFileSync(`src/${file}`, 'utf8')))).join('\n');
}

function inOnePiece(text: string): string {
  return text.replaceAll(/['"`]\s*\+\s*['"`]/g, '').replaceAll(/\\'/g, '\u2019');
}

function withConstants(text: string): string {
  const constants = [...text.matchAll(/const ([A-Z_]+) =\s*(['"])(.*?)\2;/g)];
  return constants
    .reduce((all, [, name = '', , words = '']) => all.replaceAll(`\${${name}}`, words), text)
    .replaceAll('\u2019', "'");
}

function clausesOf(words: string): string[] {
  return words.split(/[;:.,()/]+(?: |$)|^[(/]| \(/).filter((clause) => clause !== '');
}

/** Whether a clause stands in the source, be it in two or three pieces: some of its words are chosen where it is made. */
function isPutTogether(clause: string, all: string): boolean {
  let left = clause.split(' ');
  for (let pieces = 0; pieces < 3 && left.length > 0; pieces += 1) {
    let taken = left.length;
    while (taken > 0 && !all.includes(left.slice(0, taken).join(' '))) taken -= 1;
    left = left.slice(taken);
  }
  return left.length === 0;
}

describe('The phrases', () => {
  test('are those that the program says: whoever changes one there changes it here', () => {
    const all = source();
    const unsaid: string[] = [];
    for (const [english] of PHRASES) {
      for (const literal of english.split(PART).filter((_, index) => index % 2 === 0)) {
        // What is put together from several places has no piece that long.
        const [words = ''] = literal
          .replace(/^[;:., ]+/, '')
          .trim()
          .split(/(?:: it says "|[;:.,])$/);
        if (words.length < 12) continue;
        if (!all.includes(words) && !clausesOf(words).every((clause) => isPutTogether(clause, all))) unsaid.push(words);
      }
    }
    assert.deepEqual(unsaid, []);
  });

  test('have the same parts in both languages', () => {
    const parts = (text: string): string[] => (text.match(/(?<=[{<])\d(?=[}>])/g) ?? []).sort();
    for (const [english, other] of PHRASES) assert.deepEqual(parts(other), parts(english), english);
  });

  test('take the sentence that says most, and its parts in turn', () => {
    const translate = translatorBy([
      ['{0} (<1>)', '{0} [{1}]'],
      ['the server at {0} said <1>', '{1}, disse o servidor em {0}'],
      ['no', 'não'],
    ]);
    assert.equal(translate('the server at a said no'), 'não, disse o servidor em a');
    assert.equal(translate('x (no)'), 'x [não]');
    assert.equal(translate('the server at a'), 'the server at a');
  });

  test('are looked for in a time that grows with the text and no faster', () => {
    const many = '{0} '.repeat(9).replaceAll(/0/g, () => '0');
    const translate = translatorBy([[`${many}end`, '']]);
    const text = 'a '.repeat(200_000);
    assert.equal(translate(text), text);
  });
});

describe('Nothing of it is English in Portuguese', () => {
  const refused = explainFailure(error('ER_ACCESS_DENIED_ERROR'), ADDRESS);
  const down = (outage: Outage): Event => ({
    kind: 'down',
    dependency: outage.dependency,
    reason: outage.reason,
    hint: outage.hint,
  });
  const up: Event = { kind: 'up', dependency: 'shop', downMs: HOUR };
  const lost: Event[] = [
    ...commandRan(4).slice(0, 1),
    {
      kind: 'command-ended',
      orderId: orderId(4),
      orderNumber: numberOf(4),
      task: 'insert_order',
      outcome: { kind: 'killed', why: 'ended by its time limit of 600 s (command_timeout)', durationMs: 1, output: [] },
    },
  ];
  const DAYS: readonly (readonly [
    what: string,
    events: readonly (readonly [afterMs: number, ...events: Event[]])[],
  ])[] = [
    [
      'orders missing, repaired and given up',
      [[0, found(1), found(2), ...repaired(2), found(3), ...commandRan(3, ['CEP']), givenUp(3), CYCLE]],
    ],
    [
      'an unclear answer',
      [
        [0, found(1, 'UNKNOWN', 'Abacos gave no answer for it'), CYCLE],
        [2 * HOUR, CYCLE],
      ],
    ],
    ['a number that is none', [[0, found(1, 'BAD_NUMBER', 'the shop stores "12 34" as its number'), CYCLE]]],
    ['a command that was ended', [[0, found(4), ...lost, CYCLE]]],
    ['an outage and its end', [[0, down(refused)], [MINUTE], [HOUR, up, CYCLE], [HOUR + 10 * MINUTE]]],
    [
      'reminders and the daily report',
      [
        [0, found(1), CYCLE],
        [25 * HOUR, CYCLE],
      ],
    ],
  ];
  const words = wordsOf('pt-BR').mail;
  const settings = { ...SETTINGS, escalates: true, dailyReportAtMinute: 600 };

  for (const [what, steps] of DAYS) {
    for (const page of [undefined, { url: 'https://orders.example.com', allowsRetry: true }]) {
      test(`in the mails of ${what}${page === undefined ? '' : ', with a page'}`, () => {
        let state = newState('s', NINE);
        let mails = 0;
        for (const [afterMs, ...events] of steps) {
          const now = NINE + afterMs;
          for (const event of events) state = takeEvent(state, event, now);
          const decision = decide(state, { now, settings, open: new Map() });
          ({ state } = decision);
          for (const alert of decision.alerts) {
            const body = compose(alert, { words, maxAttempts: 4, escalateAfterMs: 4 * HOUR, page });
            assertPortuguese(body.subject);
            for (const line of renderText(body, '').replaceAll(/\n\s+/g, ' ').split('\n')) assertPortuguese(line);
            mails += 1;
          }
        }
        assert.ok(mails > 0);
      });
    }
  }

  test('and each thing has the name that the page gives it', () => {
    const spoken = [readFileSync('src/words/pt-br/mail.ts', 'utf8'), readFileSync('src/words/pt-br/common.ts', 'utf8')];
    // An order that is open on record is one "em aberto" to somebody who waits for its payment, and nobody tells an order.
    for (const text of spoken)
      assert.doesNotMatch(text, /em aberto|com falha|reintegrad|pendentes|abandonad|escalado|são avisados/i);
  });

  test('in the mail of an unknown key', () => {
    const fault = '/etc/order-monit/service.yml line 3: max_atempts: unknown key. Did you mean max_attempts?';
    const state = takeFault(newState('s', NINE), fault, NINE);
    const [alert] = decide(state, { now: NINE, settings, open: new Map() }).alerts;
    assert.ok(alert);
    const body = compose(alert, { words, maxAttempts: 4, escalateAfterMs: HOUR });
    assert.match(
      renderText(body, '').replaceAll(/\s+/g, ' '),
      /linha 3: max_atempts: chave desconhecida\. Quis dizer max_attempts\?/,
    );
  });

  const view: View = {
    language: 'pt-BR',
    words: wordsOf('pt-BR').page,
    format: new Format('pt-BR', 'America/Sao_Paulo'),
    now: NOW,
    allowRetry: true,
  };
  const shown = (page: { toString(): string }): string =>
    page
      .toString()
      .replaceAll(/<(?:script|style)[\s\S]*?<\/(?:script|style)>/g, '')
      .replaceAll(/<[^>]*>/g, '\n');

  test('on the overview while things are down', () => {
    const { hint, reason } = refused;
    const state = { state: 'down', since: NOW - HOUR, reason, ...(hint === undefined ? {} : { hint }) } as const;
    const status: PageStatus = { ...STATUS, dependencies: { ...STATUS.dependencies, shop: state } };
    const text = shown(overviewPage(view, { status, open: SOME_OPEN, chart: CHART }));
    assert.match(text, /o servidor em db\.example\.com:3306 recusa o usuário monitor/);
    assert.match(text, /verifique username e password em database\.yml/);
    assert.doesNotMatch(text, /refuses|check username/);
  });

  test('on the page of an order', () => {
    const [gone] = OUTAGES;
    assert.ok(gone);
    const story: OrderStory = {
      ...STORY,
      abacos: { kind: 'not-asked', why: gone.reason },
      entries: [
        {
          at: NOW,
          what: {
            kind: 'command-ended',
            task: 'insert_order',
            outcome: 'lost',
            durationMs: 9000,
            words: 'the connection broke before the command ended; it may be running still',
          },
        },
      ],
    };
    const text = shown(orderPage(view, story));
    assert.match(text, /não pôde ser consultado: nada atende em erp\.example\.com:8085/);
    assert.match(text, /a conexão caiu antes de o comando terminar/);
  });
});
