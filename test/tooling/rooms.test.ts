/** The rooms of `src` (docs/design.md) are kept apart by the linter: what it must refuse, it refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const IMPORT_RULES = new Set(['no-restricted-imports', 'no-restricted-syntax']);

/** The project's own configuration, without the rules that need types: those refuse files that are not on the disk. */
const eslint = new ESLint({
  overrideConfigFile: '.ci/eslint.config.mjs',
  overrideConfig: [{ files: ['src/**/*.ts'], ...tseslint.configs.disableTypeChecked }],
});

async function refusals(filePath: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath });
  const messages = results.flatMap((result) => result.messages);
  const broken = messages.find((message) => message.fatal === true);
  assert.equal(broken, undefined, `the linter could not read the code: ${broken?.message ?? ''}`);
  return messages.flatMap(({ ruleId, message }) => (IMPORT_RULES.has(String(ruleId)) ? [message] : []));
}

const REFUSED: readonly [file: string, code: string, reason: RegExp][] = [
  ['src/core/x.ts', `import { readFile } from 'node:fs';`, /src\/core is pure/],
  ['src/core/x.ts', `import type { Connection } from 'mysql2';`, /src\/core is pure/],
  ['src/core/x.ts', `import { runCycle } from '../monitor/cycle.ts';`, /src\/core may import from core, text only/],
  ['src/core/x.ts', `export const load = () => import('node:fs');`, /src\/core is pure/],
  ['src/monitor/x.ts', `import { Client } from 'ssh2';`, /through its ports only/],
  ['src/monitor/x.ts', `import { setTimeout } from 'node:timers/promises';`, /through its ports only/],
  [
    'src/monitor/x.ts',
    `import { openShop } from '../shop/shop.ts';`,
    /src\/monitor may import from monitor, core, text only/,
  ],
  [
    'src/shop/x.ts',
    `import { ask } from '../abacos/client.ts';`,
    /src\/shop may import from shop, core, net, text only/,
  ],
  ['src/shop/x.ts', `import type { Answers } from '../monitor/ports.ts';`, /src\/shop may import/],
  ['src/shop/x.ts', `export * from '../abacos/client.ts';`, /src\/shop may import/],
  ['src/shop/x.ts', `import { ask } from './../abacos/client.ts';`, /src\/shop may import/],
  ['src/shop/x.ts', `import { ask } from '../../src/abacos/client.ts';`, /src\/shop may import/],
  ['src/shop/x.ts', `export const load = () => import('../abacos/client.ts');`, /src\/shop may import/],
  ['src/shop/rows/x.ts', `import { ask } from '../../abacos/client.ts';`, /src\/shop may import/],
  [
    'src/config/x.ts',
    `import { orderId } from '../core/order.ts';`,
    /src\/config may import from config, files, text only/,
  ],
  [
    'src/systemd/x.ts',
    `import { orderId } from '../core/order.ts';`,
    /src\/systemd may import from systemd, text only/,
  ],
  [
    'src/history/x.ts',
    `import { createLog } from '../systemd/log.ts';`,
    /src\/history may import from history, core, files, text only/,
  ],
  ['src/alerts/x.ts', `import { main } from '../commands/main.ts';`, /src\/alerts may import/],
  [
    'src/metrics/x.ts',
    `import { Monitor } from '../monitor/monitor.ts';`,
    /src\/metrics may import from metrics, core, net, text only/,
  ],
  [
    'src/page/x.ts',
    `import { Monitor } from '../monitor/monitor.ts';`,
    /src\/page may import from page, core, net, words, text only/,
  ],
  [
    'src/words/x.ts',
    `import { Format } from '../page/format.ts';`,
    /src\/words may import from words, core, control, history, text only/,
  ],
  ['src/words/en/x.ts', `import { compose } from '../../alerts/compose.ts';`, /src\/words may import/],
  ['src/commands/x.ts', `import { demo } from '../../test/sandbox/demo.ts';`, /src\/commands may import/],
  ['src/service/x.ts', `import { run } from '../commands/run.ts';`, /src\/service may import/],
  ['src/core/x.ts', `import { connectTo } from '../net/socket.ts';`, /src\/core may import from core, text only/],
  [
    'src/files/x.ts',
    `import { hostFiles } from '../checkpoint/index.ts';`,
    /src\/files may import from files, text only/,
  ],
  ['src/text/x.ts', `import { orderId } from '../core/order.ts';`, /src\/text may import from text only/],
  ['src/parlour/x.ts', `export const x = 1;`, /no room that/],
];

for (const [file, code, reason] of REFUSED) {
  test(`in ${file} the linter refuses ${code}`, async () => {
    const [first = 'nothing was refused', ...others] = await refusals(file, code);
    assert.match(first, reason);
    assert.deepEqual(others, []);
  });
}

const ALLOWED: readonly [file: string, code: string][] = [
  ['src/core/x.ts', `import { orderId } from './order.ts';`],
  ['src/monitor/x.ts', `import { judge } from '../core/judge.ts';`],
  ['src/shop/x.ts', `import { createPool } from 'mysql2/promise';\nimport { orderId } from '../core/order.ts';`],
  ['src/shop/rows/x.ts', `import { orderId } from '../../core/order.ts';`],
  ['src/monitor/x.ts', `import { messageOf } from '../text/error.ts';`],
  ['src/systemd/x.ts', `import { pino } from 'pino';`],
  ['src/metrics/x.ts', `import { Gauge } from 'prom-client';\nimport { isGivenUp } from '../core/next.ts';`],
  ['src/adapters/x.ts', `import { openShop } from '../shop/shop.ts';`],
];

for (const [file, code] of ALLOWED) {
  test(`in ${file} the linter allows ${code.replaceAll('\n', ' ')}`, async () => {
    assert.deepEqual(await refusals(file, code), []);
  });
}

test('a wait that no signal can end is refused in src', async () => {
  const code = `export const sleep = () => new Promise((resolve) => setTimeout(resolve, 1));`;
  for (const file of ['src/shop/x.ts', 'src/commands/x.ts']) {
    assert.match((await refusals(file, code)).join(), /AbortSignal/);
  }
});
