/** config/, made by `npm run describe`: what is shipped is every key, with its true default, and the loader takes it. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { describeKeys, loadConfig } from '../../src/config/index.ts';
import { parseYaml, type Node } from '../../src/config/yaml.ts';
import { createFolder, faultsOf, GUID } from './folder.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const KEYS = describeKeys();
const FILES = [...new Set(KEYS.map(({ file }) => file))];

/** What the shipped file has instead of the default: a full page means fewer calls, and old files keep the old value. */
const SHIPPED_OTHERWISE: Readonly<Record<string, string>> = { max_orders_per_request: '200' };

function shipped(file: string): string {
  return readFileSync(join(ROOT, 'config', file), 'utf8');
}

/** The keys of a tree with their values. A list is joined, as is that of a default below. */
function flatten(node: Node | undefined, prefix = ''): readonly (readonly [key: string, value: string])[] {
  switch (node?.kind) {
    case 'map':
      return [...node.entries].flatMap(([name, { value }]) =>
        flatten(value, prefix === '' ? name : `${prefix}.${name}`),
      );
    case 'list':
      return [[prefix, node.items.map((item) => (item.kind === 'scalar' ? item.text : '?')).join(', ')]];
    case 'scalar':
      return [[prefix, node.text]];
    case undefined:
      return [];
  }
}

function asText(preset: string | readonly string[] | undefined): string | undefined {
  const text = typeof preset === 'string' ? preset : preset?.join(', ');
  return text === '' ? undefined : text;
}

test('config/ holds the files that are read, and no others', () => {
  assert.deepEqual(readdirSync(join(ROOT, 'config')).sort(), [...FILES].sort());
});

describe('config/ holds every key once, with its default', () => {
  for (const file of FILES) {
    test(file, () => {
      // A key that is commented out has the # right before it; prose has a blank between.
      const { root, faults } = parseYaml(shipped(file).replace(/^#(?! \S)(?=.)/gm, ''));
      assert.deepEqual(faults, []);
      const keys = KEYS.filter((key) => key.file === file);
      // A section whose keys are the operator's own is a key itself.
      const own = (path: string): string => keys.find(({ key }) => path.startsWith(`${key}.`))?.key ?? path;
      const held = new Map(flatten(root).map(([path, value]) => [own(path), value]));
      assert.deepEqual([...held.keys()].sort(), keys.map(({ key }) => key).sort());
      for (const { key, default: preset, required } of keys) {
        const value = held.get(key);
        const text = asText(preset);
        if (required) assert.match(value ?? '', /CHANGE_ME/, key);
        else if (text !== undefined) assert.equal(value, SHIPPED_OTHERWISE[key] ?? text, key);
      }
    });
  }
});

test('of the shipped files nothing is refused but the placeholders', (t) => {
  const found = faultsOf(t, Object.fromEntries(FILES.map((file) => [file, shipped(file)])));
  assert.deepEqual(
    found.map((fault) => fault.replace(/^(\S+) line \d+: (\S+): (.*?\.) .*$/, '$1 $2 $3')),
    [
      'integration_server.yml host still holds the placeholder CHANGE_ME.',
      'integration_server.yml username still holds the placeholder CHANGE_ME.',
      'integration_server.yml rails_root still holds the placeholder CHANGE_ME.',
      'database.yml database still holds the placeholder CHANGE_ME.',
      'database.yml username still holds the placeholder CHANGE_ME.',
      'abacos.yml wsdl_order_api still holds the placeholder CHANGE_ME.',
      'abacos.yml key still holds the placeholder CHANGE_ME.',
    ],
  );
});

test('the shipped files are good once the placeholders are replaced', (t) => {
  const directory = createFolder(
    t,
    Object.fromEntries(
      FILES.map((file) => [
        file,
        shipped(file)
          .replace('key: CHANGE_ME', `key: ${GUID}`)
          .replace('rails_root: CHANGE_ME', 'rails_root: /srv/shop')
          .replaceAll('CHANGE_ME', 'shop'),
      ]),
    ),
  );
  const { config, warnings } = loadConfig({ directory });
  assert.deepEqual(warnings, []);
  assert.equal(config.service.maxOrdersPerRequest, 200);
});
