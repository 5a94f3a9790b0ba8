/** The small JSON files beside the checkpoint: read by a schema, replaced as a whole, set aside when damaged. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import * as v from 'valibot';

import { readJson, setAside, writeJson, type JsonFile } from '../../src/files/json-file.ts';
import { SimulatedDisk, systemError } from './disk.ts';

const PATH = '/state/value.json';
const SCHEMA = v.object({ text: v.string(), list: v.array(v.number()) });
type Value = v.InferOutput<typeof SCHEMA>;
const VALUE: Value = { text: 'é\n"', list: [1, 2] };

function fileOn(files: SimulatedDisk, largestBytes = 1000): JsonFile<Value> {
  return { path: PATH, files, schema: SCHEMA, largestBytes };
}

describe('A file of one JSON value', () => {
  test('is absent, then found, then replaced, then absent again', async () => {
    const files = new SimulatedDisk({ '/state/other': '' });
    const file = fileOn(files);
    assert.deepEqual(await readJson(file), { kind: 'absent' });
    await writeJson(file, VALUE);
    assert.deepEqual(await readJson(file), { kind: 'found', value: VALUE });
    assert.equal(Buffer.from(files.text(PATH) ?? '', 'latin1').toString('utf8'), `${JSON.stringify(VALUE)}\n`);
    await writeJson(file, { ...VALUE, list: [] });
    assert.deepEqual(await readJson(file), { kind: 'found', value: { ...VALUE, list: [] } });
    await writeJson(file, undefined);
    assert.deepEqual(await readJson(file), { kind: 'absent' });
    assert.deepEqual(files.paths(), ['/state/other']);
  });

  test('is not there any more although nothing was, when it is removed', async () => {
    const files = new SimulatedDisk({ '/state/other': '' });
    await writeJson(fileOn(files), undefined);
    assert.deepEqual(await readJson(fileOn(files)), { kind: 'absent' });
  });

  test('is damaged where it is no JSON, no such value, or longer than allowed; it says where', async () => {
    const cases: readonly (readonly [text: string, fault: RegExp])[] = [
      ['', /^it is not JSON$/],
      ['{"text":', /^it is not JSON$/],
      ['null', /Expected Object/],
      ['{"text":"a","list":[1,"2"]}', /^list\.1 .*Expected number/],
      ['{"text":"a"}', /^list .*list/],
      [JSON.stringify({ ...VALUE, text: 'x'.repeat(1000) }), /^it is not JSON$/],
    ];
    for (const [text, fault] of cases) {
      const found = await readJson(fileOn(new SimulatedDisk({ [PATH]: text })));
      assert.ok(found.kind === 'damaged', text);
      assert.match(found.fault, fault);
    }
  });

  test('leaves out what the value does not have', async () => {
    const files = new SimulatedDisk({ [PATH]: JSON.stringify({ ...VALUE, more: 1 }) });
    assert.deepEqual(await readJson(fileOn(files)), { kind: 'found', value: VALUE });
  });

  test('is set aside under the time of that, and gives way to another', async () => {
    const files = new SimulatedDisk({ [PATH]: 'x' });
    const aside = await setAside(fileOn(files), Date.UTC(2026, 10, 20, 12, 0, 0, 5));
    assert.equal(aside, `${PATH}.damaged-20261120T120000Z`);
    assert.equal(files.text(aside), 'x');
    await writeJson(fileOn(files), VALUE);
    assert.deepEqual(await readJson(fileOn(files)), { kind: 'found', value: VALUE });
  });

  test('fails with the error of the system where it can not be read or written', async () => {
    const files = new SimulatedDisk({ [PATH]: '1' });
    files.before = () => {
      throw systemError('ENOSPC');
    };
    await assert.rejects(writeJson(fileOn(files), VALUE), { code: 'ENOSPC' });
    files.open = async () => Promise.reject(systemError('EACCES'));
    await assert.rejects(readJson(fileOn(files)), { code: 'EACCES' });
  });
});
