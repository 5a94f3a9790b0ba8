/** Every npm package is held to a digest, and the bill of materials says so. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import * as v from 'valibot';

const ROOT = new URL('../../', import.meta.url);

function read<S extends v.GenericSchema>(name: string, schema: S): v.InferOutput<S> {
  return v.parse(schema, JSON.parse(readFileSync(new URL(name, ROOT), 'utf8')));
}

const LOCK = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.string(),
      integrity: v.optional(v.string()),
      resolved: v.optional(v.string()),
      hasInstallScript: v.optional(v.boolean()),
      dev: v.optional(v.boolean()),
      optional: v.optional(v.boolean()),
    }),
  ),
});

const BUNDLED = v.array(v.object({ name: v.string(), version: v.string() }));

const BILL = v.object({
  bomFormat: v.literal('CycloneDX'),
  components: v.array(
    v.object({
      name: v.string(),
      version: v.string(),
      purl: v.string(),
      hashes: v.tuple([
        v.object({ alg: v.literal('SHA-512'), content: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)) }),
      ]),
    }),
  ),
});

test('the bill of materials names each bundled package with the digest that the lock file holds it to', () => {
  const { packages } = read('package-lock.json', LOCK);
  const bill = read('dist/order-monit.cdx.json', BILL);
  const bundled = read('dist/bundled-packages.json', BUNDLED);
  assert.deepEqual(
    bill.components.map(({ name, version }) => `${name}@${version}`),
    bundled.map(({ name, version }) => `${name}@${version}`),
  );
  assert.ok(bundled.some(({ name }) => name === 'mysql2'));
  for (const { name, version, hashes } of bill.components) {
    const locked = packages[`node_modules/${name}`];
    assert.equal(locked?.version, version, name);
    assert.equal(locked.integrity, `sha512-${Buffer.from(hashes[0].content, 'hex').toString('base64')}`, name);
  }
});

test('every npm package is held to a digest, and from no particular host', () => {
  const { packages } = read('package-lock.json', LOCK);
  for (const [path, { integrity, resolved }] of Object.entries(packages)) {
    if (path === '') continue;
    assert.match(integrity ?? '', /^sha512-/, path);
    assert.equal(resolved, undefined, path);
  }
});

test('of the packages that the program is made of, only those with native code have an install script', () => {
  const { packages } = read('package-lock.json', LOCK);
  const names = Object.entries(packages)
    .filter(([, { dev, optional, hasInstallScript }]) => hasInstallScript === true && dev !== true && optional !== true)
    .map(([path]) => path.replace('node_modules/', ''));
  assert.deepEqual(names.sort(), ['sd-notify', 'ssh2', 'unix-dgram']);
});

test('no bundled package can print past the log: a line that a server brings about has a level and is no flood', () => {
  const dist = new URL('dist/', ROOT);
  const printing = readdirSync(dist)
    .filter((name) => name.endsWith('.mjs'))
    .flatMap((name) => readFileSync(new URL(name, dist), 'utf8').split('\n'))
    .filter((line) => /^[^'"`]*\bconsole\??\.\w+(?:\?\.)?\(/.test(line) && !/^\s*(?:\/\/|\*)/.test(line));
  assert.deepEqual(printing, []);
});
