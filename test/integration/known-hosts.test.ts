/** known_hosts files: read, matched, judged and extended, and held against the real ssh-keygen. */
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import fc from 'fast-check';

import { readHostKey, type HostKey } from '../../src/integration/host-key.ts';
import { HostKeyConflict, trustHost } from '../../src/integration/index.ts';
import { readKnownHosts } from '../../src/integration/known-hosts-files.ts';
import {
  hostsMatch,
  judgeHostKey,
  knownName,
  knownTypes,
  parseKnownHosts,
  printKnownKey,
} from '../../src/integration/known-hosts.ts';
import { adapterFor, KEYLESS, never, outageOf, run, temporaryFolder } from './fixtures.ts';

/** Keys that need not be real: a type and some bytes in the protocol's form. */
function keyOf(type: string, content = 'x'.repeat(32)): HostKey {
  const text = (value: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(value));
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const key = readHostKey(Buffer.concat([text(type), text(content)]));
  assert.ok(key);
  return key;
}

const ED = keyOf('ssh-ed25519');
const ED_OTHER = keyOf('ssh-ed25519', 'y'.repeat(32));
const RSA = keyOf('ssh-rsa');
const base64 = (key: HostKey) => key.blob.toString('base64');

const MATCHES: readonly [hosts: string, name: string, matches: boolean][] = [
  ['shop', 'shop', true],
  ['shop', 'shop2', false],
  ['SHOP.example', 'shop.example', true],
  ['a,shop,b', 'shop', true],
  ['[shop]:13630', '[shop]:13630', true],
  ['[shop]:13630', 'shop', false],
  ['shop', '[shop]:13630', false],
  ['*', '[shop]:13630', true],
  ['*.example', 'shop.example', true],
  ['*.example', 'example', false],
  ['[*.example]:2222', '[shop.example]:2222', true],
  ['s?op', 'shop', true],
  ['s?op', 'sop', false],
  ['*,!shop', 'shop', false],
  ['!shop,*', 'other', true],
  ['!shop', 'other', false],
  ['*.example,!bad.*', 'bad.example', false],
  ['shop*', 'shop', true],
  ['**a**', 'xxay', true],
  ['.*', 'x', false],
  ['[a-z]', 'b', false],
  ['', 'shop', false],
];
for (const [hosts, name, matches] of MATCHES) {
  test(`the host field "${hosts}" ${matches ? 'means' : 'does not mean'} ${name}`, () => {
    assert.equal(hostsMatch(hosts, name), matches);
  });
}

test('a pattern matches as the regular expression that it stands for', () => {
  const piece = fc.constantFrom('a', 'b', '.', '*', '?');
  const pattern = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
  const name = fc
    .array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 8 })
    .map((letters) => letters.join(''));
  fc.assert(
    fc.property(pattern, name, (wild, text) => {
      const expression = wild.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*');
      assert.equal(hostsMatch(wild, text), new RegExp(`^${expression}$`).test(text));
    }),
  );
});

test('a pattern of many stars is matched in no time', () => {
  assert.equal(hostsMatch('*a'.repeat(2000), 'a'.repeat(20_000)), true);
  assert.equal(hostsMatch(`${'*a'.repeat(2000)}b`, 'a'.repeat(20_000)), false);
});

test('a file is read line by line; what cannot be read is named with its line and does not matter else', () => {
  const key = base64(ED);
  const text = [
    '# a comment',
    '',
    `  shop ssh-ed25519 ${key} with a comment`,
    `shop\tssh-ed25519\t${key}\r`,
    `@revoked shop ssh-ed25519 ${key}`,
    `@cert-authority *.example ssh-ed25519 ${key}`,
    `@trusted shop ssh-ed25519 ${key}`,
    'shop ssh-ed25519',
    `shop ssh-rsa ${key}`,
    'shop ssh-ed25519 AAAA',
    'shop ssh-ed25519 not*base64',
    `|1|short|hash ssh-ed25519 ${key}`,
    'shop 1024 35 1234567890',
    `last ssh-ed25519 ${key}`,
  ].join('\n');
  const { keys, badLines } = parseKnownHosts(text, 'f');
  assert.deepEqual(
    keys.map(({ line, marker, hosts }) => [line, marker, hosts]),
    [
      [3, 'none', 'shop'],
      [4, 'none', 'shop'],
      [5, 'revoked', 'shop'],
      [6, 'cert-authority', '*.example'],
      [14, 'none', 'last'],
    ],
  );
  assert.deepEqual(
    badLines.map(({ line }) => line),
    [7, 8, 9, 10, 11, 12, 13],
  );
  assert.match(badLines[0]?.problem ?? '', /@trusted is unknown/);
  assert.match(badLines[2]?.problem ?? '', /says ssh-rsa, but its key is of type ssh-ed25519/);
});

test('any text at all can be read as a known_hosts file', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const { keys, badLines } = parseKnownHosts(`${text}\nshop ssh-rsa ${base64(RSA)}\n`, 'f');
      assert.ok(keys.length + badLines.length <= text.split('\n').length + 1);
      assert.equal(keys.at(-1)?.key.fingerprint, RSA.fingerprint);
    }),
  );
});

const line = (key: HostKey, hosts = 'shop') => `${hosts} ${key.type} ${base64(key)}`;
const JUDGEMENTS: readonly [title: string, lines: string[], kind: string][] = [
  ['the key is on record', [line(ED)], 'known'],
  ['it is one of several keys', [line(RSA), line(ED_OTHER), line(ED)], 'known'],
  ['another key of its kind is on record', [line(RSA), line(ED_OTHER)], 'changed'],
  ['only keys of other kinds are on record', [line(RSA)], 'unknown'],
  ['another host has it', [line(ED, 'other')], 'unknown'],
  ['it is on record and revoked', [line(ED), `@revoked ${line(ED, '*')}`], 'revoked'],
  ['it is revoked for another host', [line(ED), `@revoked ${line(ED, 'other')}`], 'known'],
  ['another key is revoked', [line(ED), `@revoked ${line(ED_OTHER)}`], 'known'],
  ['another key of its kind was revoked and nothing else is on record', [`@revoked ${line(ED_OTHER)}`], 'unknown'],
  ['it is the key of a certificate authority', [`@cert-authority ${line(ED)}`], 'unknown'],
  ['nothing is on record', [], 'unknown'],
];
for (const [title, lines, kind] of JUDGEMENTS) {
  test(`a host key is judged ${kind} where ${title}`, () => {
    const { keys } = parseKnownHosts(lines.join('\n'), 'f');
    assert.equal(judgeHostKey(keys, 'shop', ED.blob).kind, kind);
  });
}

test('the kinds of key that a host is known by are those that it may be trusted by', () => {
  const lines = [line(RSA), line(ED), line(ED_OTHER), `@revoked ${line(keyOf('ssh-dss'))}`, line(keyOf('x'), 'other')];
  assert.deepEqual(knownTypes(parseKnownHosts(lines.join('\n'), 'f').keys, 'shop'), ['ssh-rsa', 'ssh-ed25519']);
});

async function realKeys(t: TestContext): Promise<{ folder: string; keys: Record<string, HostKey> }> {
  const folder = await temporaryFolder(t);
  const kinds: [string, string[]][] = [
    ['ed25519', ['-t', 'ed25519']],
    ['ecdsa', ['-t', 'ecdsa', '-b', '384']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
  ];
  const keys: Record<string, HostKey> = {};
  for (const [name, options] of kinds) {
    await run('ssh-keygen', ['-q', '-N', '', '-C', '', '-f', join(folder, name), ...options]);
    const [, text = ''] = (await readFile(join(folder, `${name}.pub`), 'utf8')).trim().split(' ');
    const key = readHostKey(Buffer.from(text, 'base64'));
    assert.ok(key);
    keys[name] = key;
  }
  return { folder, keys };
}

test('a key has the length, the fingerprint and the kind that ssh-keygen -l prints', async (t) => {
  const { folder, keys } = await realKeys(t);
  for (const [name, { bits, fingerprint, kind }] of Object.entries(keys)) {
    const { stdout } = await run('ssh-keygen', ['-l', '-f', join(folder, `${name}.pub`)]);
    assert.equal(stdout.trim().replace(' no comment', ''), `${bits ?? '?'} ${fingerprint} (${kind})`);
  }
});

test('names are found as ssh-keygen -F finds them, in the clear and hashed by ssh-keygen -H', async (t) => {
  const { folder, keys } = await realKeys(t);
  const path = join(folder, 'known_hosts');
  const { ed25519, ecdsa, rsa } = keys;
  assert.ok(ed25519 && ecdsa && rsa);
  const recorded = [
    printKnownKey('shop.example', ed25519),
    printKnownKey(knownName('shop.example', 13630), ecdsa),
    printKnownKey('other,10.0.0.7', rsa),
  ];
  await writeFile(path, recorded.join(''));
  const names = ['shop.example', '[shop.example]:13630', '[shop.example]:13631', 'other', '10.0.0.7', 'nobody'];
  for (const hashed of [false, true]) {
    if (hashed) await run('ssh-keygen', ['-H', '-f', path]);
    const text = await readFile(path, 'utf8');
    assert.equal(text.includes('|1|'), hashed);
    const found = parseKnownHosts(text, path);
    assert.deepEqual(found.badLines, []);
    for (const name of names) {
      const theirs = await run('ssh-keygen', ['-F', name, '-f', path]).then(
        ({ stdout }) => [...stdout.matchAll(/line (\d+)/g)].map(([, at]) => Number(at)),
        () => [],
      );
      const ours = found.keys.filter(({ hosts }) => hostsMatch(hosts, name)).map((each) => each.line);
      assert.deepEqual(ours, theirs, name);
    }
  }
});

test('trusting a host makes folder and file, adds what is missing only, and ssh-keygen finds it', async (t) => {
  const { folder, keys } = await realKeys(t);
  const path = join(folder, 'new', 'known_hosts');
  const { ed25519, rsa } = keys;
  assert.ok(ed25519 && rsa);
  const host = { host: 'Shop.example', port: 13630 };
  assert.deepEqual(await trustHost(path, { ...host, keys: [ed25519] }), [ed25519]);
  assert.equal((await stat(path)).mode & 0o777, 0o644);
  assert.deepEqual(await trustHost(path, { ...host, keys: [ed25519, rsa] }), [rsa]);
  assert.deepEqual(await trustHost(path, { ...host, keys: [rsa, ed25519] }), []);
  assert.equal((await readFile(path, 'utf8')).split('\n').length, 3);
  const { stdout } = await run('ssh-keygen', ['-F', '[shop.example]:13630', '-f', path]);
  assert.equal(stdout.match(/ found: line/g)?.length, 2);
});

test('trusting a host leaves the other lines alone, the last one without its newline too', async (t) => {
  const folder = join(await temporaryFolder(t), 'ssh');
  await mkdir(folder);
  const path = join(folder, 'known_hosts');
  await writeFile(path, '# mine\nnonsense');
  await trustHost(path, { host: 'shop', port: 22, keys: [ED] });
  assert.equal(await readFile(path, 'utf8'), `# mine\nnonsense\nshop ssh-ed25519 ${base64(ED)}\n`);
});

test('trusting a host by another key than the one on record, or by a revoked one, is refused', async (t) => {
  const path = join(await temporaryFolder(t), 'known_hosts');
  await trustHost(path, { host: 'shop', port: 22, keys: [ED] });
  const other = trustHost(path, { host: 'shop', port: 22, keys: [RSA, ED_OTHER] });
  await assert.rejects(
    other,
    (error) => error instanceof HostKeyConflict && error.message.includes('line 1 knows shop by another'),
  );
  await writeFile(path, `@revoked * ssh-rsa ${base64(RSA)}\n`);
  await assert.rejects(
    trustHost(path, { host: 'shop', port: 22, keys: [RSA] }),
    /line 1 has the RSA key .* as revoked/,
  );
  assert.equal((await readFile(path, 'utf8')).split('\n').length, 2);
});

test('a pipe in the place of the file is not waited for', async (t) => {
  const path = join(await temporaryFolder(t), 'known_hosts');
  await run('mkfifo', [path]);
  await assert.rejects(readKnownHosts([path]), { code: 'NOT_A_FILE' });
  await assert.rejects(trustHost(path, { host: 'shop', port: 22, keys: [ED] }), { code: 'NOT_A_FILE' });
});

test('a known_hosts that is no file, such as /dev/null of old Capistrano files, is told of with what to do', async (t) => {
  const settings = { ...KEYLESS, host: '127.0.0.1', port: 1, knownHostsFiles: ['/dev/null'] };
  const { hint, reason } = await outageOf(adapterFor(t, settings).connect(never));
  assert.match(reason, /the host keys on record cannot be read: .*\/dev\/null/);
  assert.match(hint ?? '', /check known_hosts in integration_server\.yml.*order-monit trust-host/);
});
