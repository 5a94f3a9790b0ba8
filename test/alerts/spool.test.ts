import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import type { Mail } from '../../src/alerts/message.ts';
import { Spool } from '../../src/alerts/spool.ts';
import { NINE } from './manual-clock.ts';
import { folderFor } from './office.ts';

function mail(count: number, changes: Partial<Mail> = {}): Mail {
  return {
    format: 1,
    id: `a.${count}`,
    at: NINE + count,
    critical: true,
    kind: 'orders',
    orders: [],
    channel: 'mail',
    topic: 'orders news',
    thread: `a.${count}`,
    audience: 'subscribers',
    subject: `mail ${count}`,
    text: 'text',
    html: '<p>text</p>',
    done: [],
    ...changes,
  };
}

async function open(
  directory: string,
  limits: { maxMessages?: number; maxBytes?: number } = {},
): Promise<{ spool: Spool; warnings: string[] }> {
  const warnings: string[] = [];
  const spool = await Spool.open({
    directory,
    maxMessages: 1000,
    maxBytes: 1_000_000,
    ...limits,
    warn: (text) => warnings.push(text),
  });
  return { spool, warnings };
}

async function subjects(spool: Spool): Promise<(string | undefined)[]> {
  return Promise.all(spool.waiting('mail').map(async (one) => (await spool.read(one))?.subject));
}

describe('Spool', () => {
  test('finds after a restart what it had, the oldest first', async (t) => {
    const directory = folderFor(t);
    const { spool } = await open(directory);
    for (const count of [3, 1, 2]) await spool.put(mail(count));
    assert.deepEqual(await subjects((await open(directory)).spool), ['mail 1', 'mail 2', 'mail 3']);
  });

  test('holds a message that is put again once', async (t) => {
    const { spool } = await open(folderFor(t));
    await spool.put(mail(1));
    await spool.put(mail(1, { at: NINE + 5000, subject: 'again' }));
    assert.deepEqual(await subjects(spool), ['again']);
  });

  test('gives up reports and reminders first when it is full, then the oldest, and says so', async (t) => {
    const { spool, warnings } = await open(folderFor(t), { maxMessages: 3 });
    await spool.put(mail(1));
    await spool.put(mail(2, { critical: false }));
    await spool.put(mail(3));
    await spool.put(mail(4));
    assert.deepEqual(await subjects(spool), ['mail 1', 'mail 3', 'mail 4']);
    await spool.put(mail(5));
    assert.deepEqual(await subjects(spool), ['mail 3', 'mail 4', 'mail 5']);
    assert.match(warnings.join('\n'), /dropped/);
  });

  test('is bounded in bytes too', async (t) => {
    const { spool } = await open(folderFor(t), { maxBytes: 5000 });
    for (let count = 1; count <= 9; count += 1) await spool.put(mail(count, { text: 'x'.repeat(1000) }));
    assert.ok(spool.waiting('mail').reduce((sum, { bytes }) => sum + bytes, 0) <= 5000);
    assert.equal((await subjects(spool)).at(-1), 'mail 9');
  });

  test('throws away half a message, and sets aside one that can not be read', async (t) => {
    const directory = folderFor(t);
    await (await open(directory)).spool.put(mail(1));
    const [name = ''] = readdirSync(directory);
    writeFileSync(join(directory, name), '{"format":1');
    writeFileSync(join(directory, 'half.tmp'), '{');
    const { spool, warnings } = await open(directory);
    assert.deepEqual(await subjects(spool), [undefined]);
    assert.deepEqual(readdirSync(directory), [`${name}.damaged`]);
    assert.match(warnings.join('\n'), /can not be read and is not sent/);
    assert.deepEqual(spool.waiting('mail'), []);
  });
});
