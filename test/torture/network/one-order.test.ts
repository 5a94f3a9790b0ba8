/** The real program among 300 orders of which one is bad: whatever the calls about it fail by, it costs one order. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';

import { answer } from '../../abacos/wire.ts';
import type { FailureMode } from '../../sandbox/abacos.ts';
import { call, checkpointOf, install, Run, type Installation } from '../../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { size } from '../trials.ts';

const COUNT = 300;
/** So many seconds may a call take, and as many does one that hangs. */
const TIMEOUT_S = 2;

const WAYS: readonly (readonly [what: string, mode: FailureMode, said: RegExp])[] = [
  ['a SOAP fault', { fault: 'Server was unable to process request. ---> Invalid cast.' }, /SOAP fault: .*Invalid cast/],
  ['HTTP 503', 'html-503', /HTTP 503/],
  ['a web page with HTTP 200', { raw: '<html>Erro</html>', contentType: 'text/html' }, /a web page/],
  ['a dropped connection', 'reset', /connection to .* was lost/],
  ['an answer that is cut off', 'truncated', /the answer of .* was cut off|connection to .* was lost/],
  ['a hang', 'black-hole', /did not answer within 2 s/],
  [
    'XML that can not be read',
    { raw: answer({ code: 0, type: 'x' }).replace('<Codigo>', '<Codigo>&nome;') },
    /not well-formed/,
  ],
];

let sandbox: Sandbox;
let scenes = 0;

before(async () => {
  sandbox = await openSandbox();
});
after(async () => {
  await sandbox.close();
});

interface Scene {
  readonly installation: Installation;
  readonly service: Run;
  /** Of the n-th order, from 1 on. */
  readonly numberOf: (nth: number) => string;
  /** What is on record of the n-th order. */
  readonly onRecord: (nth: number) => Promise<string | undefined>;
  readonly place: (count: number, missing?: readonly number[]) => Promise<void>;
  readonly settled: () => Promise<number>;
}

interface SceneOptions {
  readonly bad: readonly number[];
  readonly mode: FailureMode;
  readonly missing?: readonly number[];
  readonly service?: Readonly<Record<string, unknown>>;
  readonly checkpoint?: (idOf: (nth: number) => number) => string;
}

/** Some hundred orders in the shop, all but the missing ones in Abacos, and the service at work on them. */
async function play(
  t: TestContext,
  { bad, mode, missing = [], service = {}, checkpoint }: SceneOptions,
): Promise<Scene> {
  scenes += 1;
  const first = 7_000_000 + scenes * 10_000;
  const numberOf = (nth: number): string => String(first + nth);
  await sandbox.shop.connection.query('DELETE FROM orders');
  let placed = 0;
  let firstId = 0;
  const place = async (count: number, absent: readonly number[] = []): Promise<void> => {
    for (let nth = placed + 1; nth <= placed + count; nth += 1) {
      if (!absent.includes(nth)) sandbox.abacos.place(numberOf(nth));
      const id = await sandbox.shop.place({ number: numberOf(nth), ageS: 60 });
      if (nth === 1) firstId = id;
    }
    placed += count;
  };
  await place(COUNT, missing);
  for (const nth of bad) sandbox.abacos.spoil(numberOf(nth), mode);
  const files = {
    ...sandbox.files,
    abacos: { ...sandbox.files['abacos'], timeout: TIMEOUT_S },
    service: { ...sandbox.files['service'], ...service },
  };
  const idOf = (nth: number): number => firstId + nth - 1;
  const text = checkpoint?.(idOf) ?? START;
  const installation = await install(join(sandbox.folder, `scene${scenes}`), files, text);
  const run = new Run(installation, ['run']);
  t.after(async () => {
    run.child.kill('SIGKILL');
    await run.finished;
    for (const nth of bad) sandbox.abacos.spoil(numberOf(nth), undefined);
  });
  const records = async (): Promise<ReadonlyMap<string, string>> =>
    new Map(
      (await checkpointOf(installation))
        .split('\n')
        .map((line) => line.split(' '))
        .map((fields) => [fields[3] ?? '', fields.slice(4).join(' ')]),
    );
  return {
    installation,
    service: run,
    numberOf,
    place,
    onRecord: async (nth) => (await records()).get(String(idOf(nth))),
    settled: async () =>
      [...(await records())].filter(([id, record]) => Number(id) >= firstId && record.startsWith('SUCCESS')).length,
  };
}

async function checkSaysFine({ installation }: Scene): Promise<void> {
  const { stdout } = await call(installation, 'check');
  assert.match(stdout, /the web service at .* answered in/);
}

describe('One bad order among 300', () => {
  for (const [what, mode, said] of size({ test: WAYS.filter((_, index) => index % 2 === 0), torture: WAYS })) {
    test(`costs itself, is named with the reason, and an outage in between leaves nobody unknown: ${what}`, async (t) => {
      const scene = await play(t, { bad: [150], mode, missing: [20, 280] });
      const { service } = scene;
      await until('all others are in Abacos and on record', async () => (await scene.settled()) === COUNT - 1);
      assert.match((await scene.onRecord(150)) ?? '', /^FAILED UNKNOWN 0$/);
      const line = service.output.split('\n').find((text) => text.includes(scene.numberOf(150))) ?? '';
      assert.match(line, said);
      assert.match(line, /the call about it alone fails/);
      assert.doesNotMatch(service.output, /Abacos is down/);
      assert.equal(sandbox.abacos.insertsOf(scene.numberOf(20)), 1);
      assert.equal(sandbox.abacos.insertsOf(scene.numberOf(280)), 1);
      await checkSaysFine(scene);

      await sandbox.abacos.down();
      t.after(() => sandbox.abacos.up());
      await scene.place(10);
      await until('the outage is said', () => service.output.includes('Abacos is down'));
      await sandbox.abacos.up();
      await until('its end is said', () => service.output.includes('Abacos is back'));
      await until('the orders of the outage are on record', async () => (await scene.settled()) === COUNT + 9);
      assert.equal(service.output.split('Abacos is down').length, 2, 'it was said once');
      const unknown = (await checkpointOf(scene.installation)).split('\n').filter((text) => text.includes('UNKNOWN'));
      assert.equal(new Set(unknown.map((text) => text.split(' ')[3])).size, 1);
      assert.equal((await service.stop()).status, 0);
    });
  }

  test('costs itself where each number has a call of its own', async (t) => {
    const scene = await play(t, { bad: [150], mode: 'html-503', service: { max_numbers_per_call: 1 } });
    await until('all others are on record', async () => (await scene.settled()) === COUNT - 1);
    assert.match((await scene.onRecord(150)) ?? '', /^FAILED UNKNOWN 0$/);
    assert.doesNotMatch(scene.service.output, /Abacos is down/);
  });

  test('costs itself where it was given up', async (t) => {
    const checkpoint = (idOf: (nth: number) => number): string =>
      `0 20/11/2026-10:00:00 20/11/2026-10:00:00 ${idOf(1)} FAILED NOT_FOUND 5\n` +
      `^HEAD 20/11/2026-10:00:00 20/11/2026-10:00:00 ${idOf(2)} SUCCESS OK 1\n`;
    const scene = await play(t, { bad: [1], mode: 'html-503', checkpoint });
    await until('all others are on record', async () => (await scene.settled()) === COUNT - 1);
    assert.match((await scene.onRecord(1)) ?? '', /^FAILED UNKNOWN 5$/);
    assert.doesNotMatch(scene.service.output, /Abacos is down/);
  });

  test('costs itself where it is the newest that is known to be good', async (t) => {
    const checkpoint = (idOf: (nth: number) => number): string =>
      `^HEAD 20/11/2026-10:00:00 20/11/2026-10:00:00 ${idOf(3)} SUCCESS OK 1\n`;
    const scene = await play(t, { bad: [3, 150], mode: 'html-503', checkpoint });
    await until('all others are on record', async () => (await scene.settled()) === COUNT - 3);
    assert.match((await scene.onRecord(150)) ?? '', /^FAILED UNKNOWN 0$/);
    assert.doesNotMatch(scene.service.output, /Abacos is down/);
  });
});

describe('Bad orders that stand first', () => {
  for (const [what, mode] of WAYS.slice(0, 2)) {
    test(`cost themselves where nothing was ever settled, three of them: ${what}`, async (t) => {
      const scene = await play(t, { bad: [1, 2, 3], mode });
      await until('all others are on record', async () => (await scene.settled()) === COUNT - 3);
      for (const nth of [1, 2, 3]) assert.match((await scene.onRecord(nth)) ?? '', /^FAILED UNKNOWN 0$/);
      assert.doesNotMatch(scene.service.output, /Abacos is down/);
    });

    test(`cost themselves where nothing was ever settled, a whole page of them: ${what}`, async (t) => {
      const bad = Array.from({ length: 40 }, (_, index) => index + 1);
      const scene = await play(t, { bad, mode, service: { max_orders_per_request: 40 } });
      await until('all others are on record', async () => (await scene.settled()) === COUNT - 40);
      for (const nth of bad) assert.match((await scene.onRecord(nth)) ?? '', /^FAILED UNKNOWN 0$/);
      assert.doesNotMatch(scene.service.output, /Abacos is down/);
    });
  }
});
