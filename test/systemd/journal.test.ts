/** Entries in the journal's own protocol: fields that can be asked for and not forged, and a journal that hangs. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { createJournalSink, encodeEntry, loadUnixDatagrams, type UnixDatagrams } from '../../src/systemd/journal.ts';
import type { Entry } from '../../src/systemd/log-form.ts';
import { MESSAGE_IDS } from '../../src/systemd/message-ids.ts';
import { until } from '../sandbox/until.ts';

type Fields = ReadonlyMap<string, string>;

/** Reads a datagram as journald does. */
function decode(bytes: Buffer): Fields {
  const fields = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const line = bytes.toString('utf8', at, end);
    const equals = line.indexOf('=');
    if (equals >= 0) {
      fields.set(line.slice(0, equals), line.slice(equals + 1));
      at = end + 1;
    } else {
      const length = Number(bytes.readBigUInt64LE(end + 1));
      fields.set(line, bytes.toString('utf8', end + 9, end + 9 + length));
      at = end + 9 + length + 1;
    }
  }
  return fields;
}

function entry(changes: Partial<Entry> = {}): Entry {
  return { level: 'info', time: '2012-10-01T12:03:04.000Z', message: 'all is well', fields: {}, ...changes };
}

/** The part of the binding that only a receiver needs. */
interface Receiving {
  bind(fd: number, path: string): number;
  socket(
    family: number,
    type: number,
    protocol: number,
    received: (status: number, bytes: Buffer) => void,
    writable: () => void,
  ): number;
}

function isReceiving(part: UnixDatagrams): part is UnixDatagrams & Receiving {
  return 'bind' in part && typeof part.bind === 'function';
}

/** A journald of one's own: it reads whenever the event loop turns. */
function openReceiver(path: string): { readonly received: Fields[]; close(): void } {
  const part = loadUnixDatagrams();
  assert.ok(isReceiving(part));
  const received: Fields[] = [];
  const take = (status: number, bytes: Buffer): void => {
    if (status > 0) received.push(decode(bytes));
  };
  const fd = part.socket(part.AF_UNIX, part.SOCK_DGRAM, 0, take, () => undefined);
  assert.equal(part.bind(fd, path), 0);
  return {
    received,
    close: () => {
      part.close(fd);
      rmSync(path);
    },
  };
}

function socketPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'order-monit-journal-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return join(folder, 'socket');
}

function sink(path: string): (entry: Entry) => void {
  const lostEntry = (count: number, code: string): Entry =>
    entry({ level: 'warn', message: `${count} lost (${code})` });
  return createJournalSink({ datagrams: loadUnixDatagrams(), path, lostEntry });
}

test('an entry becomes fields that journalctl can be asked for', () => {
  const fields = decode(
    encodeEntry(
      entry({
        level: 'warn',
        message: 'Order 1226207 (id 72026) is not in Abacos',
        fields: { event: 'verdict', orderId: 72026, orderNumber: '1226207', durationMs: 4021, judged: { due: 1 } },
      }),
    ),
  );
  assert.deepEqual(Object.fromEntries(fields), {
    MESSAGE: 'Order 1226207 (id 72026) is not in Abacos',
    PRIORITY: '4',
    SYSLOG_IDENTIFIER: 'order-monit',
    MESSAGE_ID: MESSAGE_IDS['verdict'],
    EVENT: 'verdict',
    ORDER_ID: '72026',
    ORDER_NUMBER: '1226207',
    DURATION_MS: '4021',
    JUDGED: '{"due":1}',
  });
});

test('priorities are those of syslog', () => {
  const priorities = (['debug', 'info', 'warn', 'error', 'fatal'] as const).map((level) =>
    decode(encodeEntry(entry({ level }))).get('PRIORITY'),
  );
  assert.deepEqual(priorities, ['7', '6', '4', '3', '2']);
});

test('an error is taken apart, and its stack keeps its lines', () => {
  const error = {
    name: 'Error',
    message: 'no answer',
    code: 'ETIMEDOUT',
    stack: 'Error: no answer\n    at x',
    cause: { name: 'E' },
  };
  const fields = decode(encodeEntry(entry({ fields: { error } })));
  assert.equal(fields.get('ERROR_MESSAGE'), 'no answer');
  assert.equal(fields.get('ERROR_CODE'), 'ETIMEDOUT');
  assert.equal(fields.get('ERROR_STACK'), 'Error: no answer\n    at x');
  assert.equal(fields.get('ERROR_CAUSE'), '{"name":"E"}');
});

test('nothing in a value or a name can pass for a field', () => {
  const hostile = {
    message: 'two\nPRIORITY=0\nlines',
    fields: {
      output: 'a\nPRIORITY=0\n\u0000b',
      'x=y\nPRIORITY': 'z',
      _pid: '1',
      priority: '0',
      '1st': 'one',
      '': 'none',
    },
  };
  const fields = decode(encodeEntry(entry(hostile)));
  assert.equal(fields.get('PRIORITY'), '6');
  assert.equal(fields.get('MESSAGE'), 'two PRIORITY=0 lines');
  assert.equal(fields.get('OUTPUT'), 'a\nPRIORITY=0\n\u0000b');
  for (const name of fields.keys()) assert.match(name, /^[A-Z][A-Z0-9_]{0,63}$/);
});

test('a very long entry still fits into a datagram', async (t) => {
  const path = socketPath(t);
  const journal = openReceiver(path);
  const long = 'é'.repeat(1_000_000);
  sink(path)(entry({ message: long, fields: { output: long, error: { stack: long } } }));
  await until('it has arrived', () => journal.received.length === 1);
  journal.close();
});

test('a journal that does not read costs entries, which are counted, and no time to speak of', async (t) => {
  const path = socketPath(t);
  const journal = openReceiver(path);
  const write = sink(path);
  // The receiver reads when the event loop turns, which it does not during this loop.
  const sent = 2000;
  for (let index = 0; index < sent; index += 1) write(entry({ message: `entry ${index}` }));
  await until('what was taken is read', () => journal.received.length > 0);
  await until('the next one gets through', () => {
    write(entry({ message: 'the last one' }));
    return journal.received.at(-1)?.get('MESSAGE') === 'the last one';
  });
  const messages = journal.received.map((fields) => String(fields.get('MESSAGE')));
  const taken = messages.filter((message) => message.startsWith('entry ')).length;
  const lost = messages.flatMap((message) => /^(\d+) lost \(EAGAIN\)$/.exec(message)?.[1] ?? []).map(Number);
  assert.ok(taken > 0 && taken < sent, `${taken} were taken`);
  assert.ok(lost.length > 0);
  assert.ok(lost.reduce((sum, count) => sum + count, taken) >= sent);
  journal.close();
});

test('a journal that is started anew is written to again', async (t) => {
  const path = socketPath(t);
  const write = sink(path);
  const first = openReceiver(path);
  write(entry({ message: 'one' }));
  await until('it has arrived', () => first.received.length === 1);
  first.close();
  write(entry({ message: 'two' }));
  const second = openReceiver(path);
  write(entry({ message: 'three' }));
  await until('they have arrived', () => second.received.length === 2);
  assert.deepEqual(
    second.received.map((fields) => fields.get('MESSAGE')),
    ['1 lost (ENOENT)', 'three'],
  );
  second.close();
});

test('the log goes to the journal where its output does, and the process ends by itself', async (t) => {
  const path = socketPath(t);
  const journal = openReceiver(path);
  const output = join(path, '..', 'output');
  const fd = openSync(output, 'a');
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const child = spawn(process.execPath, ['--import', tsx, 'test/systemd/write-log.ts', 'entries'], {
    env: { ...process.env, JOURNAL_STREAM: `${dev}:${ino}`, TEST_JOURNAL_SOCKET: path },
    stdio: ['ignore', fd, 'inherit'],
  });
  const status = await new Promise((resolve) => child.once('exit', resolve));
  closeSync(fd);
  await until('all have arrived', () => journal.received.length === 3);
  journal.close();
  assert.equal(status, 0);
  assert.equal(readFileSync(output, 'utf8'), '');
  assert.deepEqual(
    journal.received.map((fields) => fields.get('PRIORITY')),
    ['6', '4', '3'],
  );
  assert.equal(journal.received[0]?.get('ORDER_ID'), '72026');
  assert.ok(!JSON.stringify(journal.received.map((fields) => [...fields])).includes('hunter2'));
});

test('the catalogue explains messages that exist, and journalctl takes it', (t) => {
  const catalog = readFileSync('systemd/order-monit.catalog', 'utf8');
  const known = new Set(Object.values(MESSAGE_IDS));
  const explained = [...catalog.matchAll(/^-- ([0-9a-f]{32})$/gm)].map(([, id]) => id ?? '');
  assert.ok(explained.length > 0);
  for (const id of explained) assert.ok(known.has(id), `${id} is no message's`);
  const root = mkdtempSync(join(tmpdir(), 'order-monit-catalog-'));
  t.after(() => {
    rmSync(root, { recursive: true });
  });
  const script =
    'mkdir -p "$1/usr/lib/systemd/catalog" && cp systemd/order-monit.catalog "$1/usr/lib/systemd/catalog" && journalctl --root="$1" --update-catalog';
  const { status, stderr } = spawnSync('sh', ['-ec', script, 'sh', root], { encoding: 'utf8' });
  assert.equal(`${status} ${stderr}`, '0 ');
});
