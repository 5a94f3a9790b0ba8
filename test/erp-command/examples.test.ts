/** The examples of docs/examples/erp, against stand-ins with the form and the traps of the real APIs. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { Answer } from '../../src/core/answer.ts';
import { orderNumber } from '../../src/core/order.ts';
import type { CommandErp } from '../../src/erp-command/index.ts';
import { erp, folder, never, outage } from './program.ts';
import {
  COMPANY,
  LOJA,
  SECRET,
  startBling,
  startBusinessCentral,
  startOdoo,
  type Refusal,
  type WebErp,
} from './web-erps.ts';

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/erp/', import.meta.url));
/** By the node that runs the tests: the first line names Debian's. */
const by = (path: string, environment: Readonly<Record<string, string>>): CommandErp =>
  erp(path, {
    words: [process.execPath, '--no-warnings', path],
    environment: () => ({ PATH: '/usr/bin:/bin', ...environment }),
  });

interface Example {
  readonly name: string;
  readonly file: string;
  readonly start: (t: TestContext) => Promise<WebErp>;
  readonly environment: (standIn: WebErp, t: TestContext) => Record<string, string>;
  /** What keeps the real API from heeding the filter, without a word. */
  readonly ignored: readonly [string, string] | undefined;
  readonly secret: string;
  /** How many numbers are in a request, and how many requests there are about them. */
  readonly requests: (numbers: number) => number;
}

const EXAMPLE: readonly Example[] = [
  {
    name: 'Odoo',
    file: 'odoo.mjs',
    start: startOdoo,
    environment: ({ origin }) => ({ ODOO_URL: origin, ODOO_DATABASE: 'shop', ODOO_KEY: SECRET }),
    ignored: undefined,
    secret: 'ODOO_KEY',
    requests: (numbers) => Math.ceil(numbers / 50),
  },
  {
    name: 'Business Central',
    file: 'business-central.mjs',
    start: startBusinessCentral,
    environment: ({ origin }) => ({
      BC_URL: `${origin}/api/v2.0`,
      BC_TOKEN_URL: `${origin}/tenant/oauth2/v2.0/token`,
      BC_COMPANY: COMPANY,
      BC_CLIENT: 'client',
      BC_SECRET: SECRET,
    }),
    // microsoft/AL#7761
    ignored: ["externalDocumentNumber eq '${number}'", "externalDocumentNumber in ('${number}')"],
    secret: 'BC_SECRET',
    requests: (numbers) => 1 + 2 * Math.ceil(numbers / 20),
  },
  {
    name: 'Bling',
    file: 'bling.mjs',
    start: startBling,
    environment: ({ origin }, t) => {
      const file = join(folder(t), 'token');
      writeFileSync(file, `${SECRET}\n`);
      return { BLING_URL: `${origin}/Api/v3`, BLING_TOKEN_FILE: file, BLING_LOJA: LOJA };
    },
    ignored: ["'numerosLojas[]'", "'numeroLoja'"],
    secret: 'BLING_TOKEN_FILE',
    requests: (numbers) => Math.ceil(numbers / 50),
  },
];

/** An example with its stand-in. */
async function set(t: TestContext, { environment, file, start }: Example): Promise<{ asked: CommandErp; at: WebErp }> {
  const at = await start(t);
  return { at, asked: by(join(EXAMPLES, file), environment(at, t)) };
}

function brief(answers: ReadonlyMap<string, Answer>): Record<string, string> {
  const texts = [...answers].map(([number, answer]): [string, string] => [
    number,
    answer.kind === 'exists' ? answer.status : answer.kind === 'missing' ? 'missing' : `unknown: ${answer.why}`,
  ]);
  return Object.fromEntries(texts);
}

const from = (first: number, howMany: number): string[] =>
  Array.from({ length: howMany }, (_, index) => String(first + index));

for (const example of EXAMPLE) {
  const { file, name } = example;

  test(`${name}: an answer for each order; two of one number are neither there nor missing`, async (t) => {
    const { asked, at } = await set(t, example);
    at.orders.push(
      ['1001', 'live'],
      ['A-2/b.c_d', 'invoiced'],
      ['1003', 'cancelled'],
      ['1004', 'live'],
      ['1004', 'live'],
    );
    at.orders.push(['1', 'live'], ['10011', 'live']);
    const numbers = ['1001', 'A-2/b.c_d', '1003', '1004', '1005', 'order-monit-check'].map(orderNumber);
    assert.deepEqual(brief(await asked.call(numbers, never)), {
      '1001': 'in-progress',
      'A-2/b.c_d': 'invoiced',
      '1003': 'cancelled',
      '1004': `unknown: ${name} has 2 orders of this number`,
      '1005': 'missing',
      'order-monit-check': 'missing',
    });
  });

  test(`${name}: few requests, and all pages of what they give`, async (t) => {
    const { asked, at } = await set(t, example);
    const numbers = from(2000, 120).map(orderNumber);
    at.orders.push(...numbers.slice(1).map((number): [string, 'live'] => [number, 'live']));
    const answers = brief(await asked.call(numbers, never));
    assert.deepEqual(new Set(Object.values(answers)), new Set(['missing', 'in-progress']));
    assert.equal(answers['2000'], 'missing');
    assert.equal(Object.values(answers).filter((answer) => answer === 'missing').length, 1);
    const pages = name === 'Business Central' ? 6 : 0;
    assert.equal(at.requests.length, example.requests(120) + pages, at.requests.join('\n'));

    // What is asked about last comes after more rows of another number than a page holds.
    at.orders.splice(0, Infinity, ...from(0, 130).map((): [string, 'live'] => ['3000', 'live']), ['3001', 'live']);
    assert.deepEqual(brief(await asked.call(['3000', '3001'].map(orderNumber), never)), {
      '3000': `unknown: ${name} has 130 orders of this number`,
      '3001': 'in-progress',
    });
  });

  test(`${name}: an answer to another question than was asked is none`, async (t) => {
    const { asked, at } = await set(t, example);
    at.orders.push(['1001', 'live'], ['9999', 'live']);
    at.ignoresFilter = true;
    const numbers = ['1001', '1002'].map(orderNumber);
    const said = await outage(asked.call(numbers, never));
    assert.match(said.reason, new RegExp(`exit status 1; it said: ${name} heeds no filter: 9999 is`));

    at.ignoresFilter = false;
    if (example.ignored === undefined) return;
    const text = readFileSync(join(EXAMPLES, file), 'utf8');
    assert.ok(text.includes(example.ignored[0]));
    const changed = join(folder(t), file);
    writeFileSync(changed, text.replace(...example.ignored));
    const again = await outage(by(changed, example.environment(at, t)).call(numbers, never));
    assert.match(again.reason, /exit status 1; it said: .* heeds no filter: 9999 is/);
  });

  test(`${name}: where a request is not answered as it should be, nothing is said of any order`, async (t) => {
    for (const [refusal, reason] of [
      // Its requests are used up; it is down.
      [{ status: 429, body: '{}', headers: { 'Retry-After': '1800' } }, /^(?!.*exit status).* says 429[,:] /],
      [{ status: 503, body: '<html>' }, /^(?!.*exit status).* says 503[,:] /],
      // It knows the key no more; the key may not read.
      [{ status: 401, body: '{}' }, /exit status 78; it said: .* says 401: see /],
      [{ status: 403, body: '{}' }, /exit status 78; it said: .* says 403: see /],
      [{ status: 400, body: '{"message":"bad"}' }, /exit status (?:1|78); it said: .* says 400: /],
      [{ status: 500, body: 'oops' }, /exit status (?:1|78); it said: .* says 500: /],
      [{ status: 303, body: '', headers: { Location: '/web/login' } }, / says 303:/],
      [{ status: 200, body: '<html>Welcome</html>' }, /exit status 1; it said: .* can not be read: /],
      [{ status: 200, body: '{"data":{}}' }, /exit status 1; it said: .* can not be read: /],
      [{ status: 200, body: 'null' }, /exit status 1; it said: .* can not be read: /],
    ] as const satisfies readonly (readonly [Refusal, RegExp])[]) {
      const { asked, at: standIn } = await set(t, example);
      // The third comes after answers.
      standIn.refusal = { ...refusal, from: refusal.status < 400 || refusal.status === 429 ? 3 : 1 };
      const said = await outage(asked.call(from(1000, 120).map(orderNumber), never));
      assert.match(said.reason, reason);
    }
  });

  test(`${name}: where it can not be reached, or is not told of, that is said`, async (t) => {
    const { at } = await set(t, example);
    const environment = example.environment(at, t);
    const nobody = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [key, value.replace(at.origin, 'http://127.0.0.1:9')]),
    );
    const unreachable = await outage(by(join(EXAMPLES, file), nobody).call([orderNumber('1001')], never));
    assert.match(unreachable.reason, new RegExp(`^${name} can not be reached: (?:ECONNREFUSED|bad port|\\S+)`));
    const others = Object.fromEntries(Object.entries(environment).filter(([key]) => key !== example.secret));
    const untold = await outage(by(join(EXAMPLES, file), others).call([orderNumber('1001')], never));
    assert.match(untold.reason, new RegExp(`exit status 78; it said: ${name} needs `));
    const wrong = await outage(
      by(join(EXAMPLES, file), { ...environment, [example.secret]: '/dev/null' }).call([orderNumber('1001')], never),
    );
    assert.match(wrong.reason, /exit status 78; it said: .* says 401: see /);
  });
}

test('Business Central: an order that is posted between two requests is not missing, and small letters are no others', async (t) => {
  const [, example] = EXAMPLE;
  assert.ok(example !== undefined);
  const { asked, at } = await set(t, example);
  at.orders.push(['web-1', 'live'], ['WEB-2', 'shipped']);
  at.beforeAnswer = () => {
    if (at.requests.length === 3) at.orders[0] = ['web-1', 'invoiced'];
  };
  assert.deepEqual(brief(await asked.call(['web-1', 'web-2'].map(orderNumber), never)), {
    'web-1': 'invoiced',
    'web-2': 'dispatched',
  });
});

test('Bling: another shop’s order of the same number is not taken for this one’s', async (t) => {
  const example = EXAMPLE.find(({ name }) => name === 'Bling');
  assert.ok(example !== undefined);
  const at = await example.start(t);
  at.orders.push(['1001', 'live']);
  const asked = by(join(EXAMPLES, example.file), { ...example.environment(at, t), BLING_LOJA: '1' });
  assert.match((await outage(asked.call([orderNumber('1001')], never))).reason, /heeds no filter: 1001 is/);
});

test('Each example has at most 40 lines, and runs by Debian’s Node', () => {
  const files = readdirSync(EXAMPLES);
  assert.deepEqual(files, ['bling.mjs', 'business-central.mjs', 'mysql.mjs', 'odoo.mjs']);
  for (const name of files) {
    const lines = readFileSync(join(EXAMPLES, name), 'utf8').trimEnd().split('\n');
    assert.ok(lines.length <= 40, `${basename(name)} has ${lines.length} lines`);
    assert.equal(lines[0], '#!/usr/bin/node --no-warnings');
  }
});
