/** What opening makes of every state that a file may be found in: it recovers what a crash can leave, or refuses it. */
import assert from 'node:assert/strict';
import { chmod, chown, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { verifyCheckpoint } from '../../src/checkpoint/index.ts';
import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import type { OpenFile } from '../../src/files/files.ts';
import { SimulatedDisk, systemError } from './disk.ts';
import { DAY_MS, entry, line, NOW_MS, openWith, recordsOf, temporaryFolder } from './fixtures.ts';

const PATH = '/state/checkpoint';
const GOOD = line(0, 10) + line(1, 11, 'FAILED NOT_FOUND 2') + line('^HEAD', 12);
/** Nothing but lines of seven columns, with one space between two of them and none at the end. */
const CANONICAL = /^(?:(?:\d+|\^HEAD) \S+ \S+ \d+ (?:SUCCESS|FAILED) [A-Z_]+ \d+\n)+$/;
const TORN_PATH = `${PATH}.torn-20261123T120000Z`;

/** What is found after opening a file: the records, or the error; and what was saved of a torn tail. */
async function reopened(
  content: string | Buffer,
): Promise<{ found: string; torn: string | undefined; disk: SimulatedDisk }> {
  const disk = new SimulatedDisk({ [PATH]: content });
  let found: string;
  try {
    const log = await openWith({ path: PATH, files: disk });
    assert.ok(log.canonical);
    await log.record([entry(99)]);
    await log.close();
    assert.match(disk.text(PATH) ?? '', CANONICAL);
    found = (await recordsOf({ path: PATH, files: disk })).filter((record) => record !== '99 SUCCESS OK 1').join(', ');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    found = `${error.name}: ${error.message}`;
    assert.equal(disk.text(PATH), Buffer.from(content).toString('latin1'), 'a refused file stays as it is');
  }
  return { found, torn: disk.text(TORN_PATH), disk };
}

const ALL = '10 SUCCESS OK 1, 11 FAILED NOT_FOUND 2, ^12 SUCCESS OK 1';
const DAMAGED = (number: number, text: string, fault: string): string =>
  `DamagedCheckpoint: The checkpoint ${PATH} is damaged at line ${number}: ${fault}. The line is "${text}". ` +
  'Restore the file from a backup or mend the line; "order-monit checkpoint verify" shows all such lines. ' +
  'Nothing in it was changed';
const HEADLESS =
  `HeadlessCheckpoint: The checkpoint ${PATH} has no ^HEAD line, so it does not say which orders are new. ` +
  'Restore it from a backup, or move it away and make a new one with "order-monit checkpoint init". ' +
  'Nothing in it was changed';
const COLUMN_1 = 'column 1 is neither an index nor ^HEAD';
const TORN_LINE = line(3, 13).slice(0, -1);

interface Case {
  readonly name: string;
  readonly corrupt: (good: string) => string | Buffer;
  readonly found: string;
  readonly torn?: string;
}

const CASES: readonly Case[] = [
  { name: 'a clean file', corrupt: (good) => good, found: ALL },
  { name: 'half a line at the end', corrupt: (good) => good + '3 23/11', found: ALL, torn: '3 23/11' },
  { name: 'a last line without its newline', corrupt: (good) => good + TORN_LINE, found: ALL, torn: TORN_LINE },
  {
    name: 'binary garbage at the end',
    corrupt: (good) => Buffer.from(`${good}\xff\xfe\x01`, 'latin1'),
    found: ALL,
    torn: '\xff\xfe\x01',
  },
  { name: 'zeros at the end', corrupt: (good) => good + '\0'.repeat(5000), found: ALL, torn: '\0'.repeat(5000) },
  {
    name: 'zeros at the end with good lines behind them',
    corrupt: (good) => `${good}\0\0\0\0${line(4, 14)}${line('^HEAD', 15)}`,
    found: ALL,
    torn: `\0\0\0\0${line(4, 14)}${line('^HEAD', 15)}`,
  },
  {
    name: 'a line of the last append that runs into zeros',
    corrupt: (good) => `${good}${line(3, 13)}4 23/11/20\0\0\0\0\0\n${line('^HEAD', 15)}`,
    found: '10 SUCCESS OK 1, 11 FAILED NOT_FOUND 2, 13 SUCCESS OK 1, ^12 SUCCESS OK 1',
    torn: `4 23/11/20\0\0\0\0\0\n${line('^HEAD', 15)}`,
  },
  {
    name: 'as many zeros as one append holds',
    corrupt: (good) => good + '\0'.repeat(4 * 1024 * 1024),
    found: ALL,
    torn: '\0'.repeat(4 * 1024 * 1024),
  },
  {
    name: 'more zeros than one append holds',
    corrupt: (good) => good + '\0'.repeat(4 * 1024 * 1024 + 1),
    found: DAMAGED(
      4,
      `${'\\x00'.repeat(120)}… (4194304 bytes)`,
      'the 4194305 bytes from here to the end are more than a crash can tear',
    ),
  },
  {
    name: 'a bad line in the middle',
    corrupt: (good) => good.replace(line(1, 11, 'FAILED NOT_FOUND 2'), 'grrr\n'),
    found: DAMAGED(2, 'grrr', COLUMN_1),
  },
  { name: 'a bad last line with its newline', corrupt: (good) => `${good}oops\n`, found: DAMAGED(4, 'oops', COLUMN_1) },
  {
    name: 'a bad line and a torn tail',
    corrupt: (good) => `oops\n${good}3 23/1`,
    found: DAMAGED(1, 'oops', COLUMN_1),
  },
  {
    name: 'a bad line that is long and not printable',
    corrupt: (good) => `\x1b[31m"\\${'x'.repeat(200)}\n${good}`,
    found: DAMAGED(1, `\\x1b[31m"\\x5c${'x'.repeat(113)}… (207 bytes)`, COLUMN_1),
  },
  {
    name: 'a bad line that is just short enough to be shown whole',
    corrupt: (good) => `${'x'.repeat(120)}\n${good}`,
    found: DAMAGED(1, 'x'.repeat(120), COLUMN_1),
  },
  {
    name: 'an empty line in the middle',
    corrupt: (good) => good.replace('\n', '\n\n'),
    found: DAMAGED(2, '', 'it is empty'),
  },
  { name: 'empty lines at the end', corrupt: (good) => `${good}\n \r\n`, found: ALL },
  { name: 'blanks at the end without a newline', corrupt: (good) => `${good}  `, found: ALL },
  { name: 'CRLF line ends', corrupt: (good) => good.replaceAll('\n', '\r\n'), found: ALL },
  { name: 'an empty file', corrupt: () => '', found: HEADLESS },
  { name: 'only a newline', corrupt: () => '\n', found: HEADLESS },
  { name: 'no ^HEAD line', corrupt: () => line(0, 10), found: HEADLESS },
  { name: 'nothing but half a head', corrupt: () => '^HEAD 23/11/2026-12:0', found: HEADLESS },
  {
    name: 'a head by hand without a newline',
    corrupt: () => line('^HEAD', 7, 'FAILED').trimEnd(),
    found: '^7 FAILED NOT_FOUND 0',
  },
  {
    name: 'records and a head by hand without a newline',
    corrupt: () => `${line(0, 10)}${line('^HEAD', 12, 'FAILED 1')}`.trimEnd(),
    found: '10 SUCCESS OK 1, ^12 FAILED NOT_FOUND 1',
  },
  {
    name: 'a second head without a newline, which is a torn one',
    corrupt: (good) => good + line('^HEAD', 13).trimEnd(),
    found: ALL,
    torn: line('^HEAD', 13).trimEnd(),
  },
  {
    name: 'several heads, of which the last one counts',
    corrupt: (good) => good + line(3, 13) + line('^HEAD', 14) + line(5, 9),
    found: '10 SUCCESS OK 1, 11 FAILED NOT_FOUND 2, 12 SUCCESS OK 1, 13 SUCCESS OK 1, 9 SUCCESS OK 1, ^14 SUCCESS OK 1',
  },
  {
    name: 'several lines of an order, of which the last one counts',
    corrupt: (good) => good + line(3, 11) + line(4, 10, 'FAILED UNKNOWN 1') + line('^HEAD', 12, 'FAILED NOT_FOUND 3'),
    found: '11 SUCCESS OK 1, 10 FAILED UNKNOWN 1, ^12 FAILED NOT_FOUND 3',
  },
];

for (const { name, corrupt, found, torn } of CASES) {
  test(`openCheckpoint() finds ${name}`, async () => {
    const result = await reopened(corrupt(GOOD));
    assert.equal(result.found, found);
    assert.equal(result.torn, torn);
  });
}

test('openCheckpoint() recovers from a cut at every byte of the last append', async () => {
  const synced = GOOD;
  const appended = line(3, 11) + line(4, 13, 'FAILED PAYMENT_PENDING 1') + line('^HEAD', 14);
  const ends = [...appended.matchAll(/\n/g)].map(({ index }) => index + 1);
  const expected = [
    ALL,
    '10 SUCCESS OK 1, 11 SUCCESS OK 1, ^12 SUCCESS OK 1',
    '10 SUCCESS OK 1, 11 SUCCESS OK 1, 13 FAILED PAYMENT_PENDING 1, ^12 SUCCESS OK 1',
    '10 SUCCESS OK 1, 12 SUCCESS OK 1, 11 SUCCESS OK 1, 13 FAILED PAYMENT_PENDING 1, ^14 SUCCESS OK 1',
  ];
  for (let cut = 0; cut <= appended.length; cut++) {
    const { found, torn } = await reopened(synced + appended.slice(0, cut));
    const whole = ends.filter((end) => end <= cut).length;
    assert.equal(found, expected[whole], `cut after ${cut} bytes`);
    assert.equal(torn ?? '', appended.slice(ends[whole - 1] ?? 0, cut));
  }
});

test('openCheckpoint() either opens or refuses a file that is cut at any byte, and never changes one that it refuses', async () => {
  for (let cut = 0; cut <= GOOD.length; cut++) {
    const { found } = await reopened(GOOD.slice(0, cut));
    // The only head is the last line. Without its newline it counts as one written by hand, as it does without attempts.
    const withoutAttempts = / SUCCESS ?$/.test(GOOD.slice(0, cut)) && GOOD.slice(0, cut).includes('^HEAD');
    const whole = cut >= GOOD.length - 1 ? ALL : HEADLESS;
    const expected = withoutAttempts ? ALL.replace(/1$/, '0') : whole;
    assert.equal(found, expected, `cut after ${cut} bytes`);
  }
});

test('a torn tail is reported, with where it was saved', async () => {
  const disk = new SimulatedDisk({ [PATH]: `${GOOD}torn`, [TORN_PATH]: 'an earlier one' });
  const reports: string[] = [];
  const log = await openWith({ path: PATH, files: disk, report: (message) => reports.push(message) });
  assert.deepEqual(log.torn, { savedAs: `${TORN_PATH}-2`, bytes: 4 });
  assert.deepEqual(reports, [
    `The checkpoint ${PATH} ended in 4 bytes that a crash had torn, from line 4 on. ` +
      `They were never acted on; they were cut off and saved as ${TORN_PATH}-2`,
  ]);
  assert.equal(disk.text(TORN_PATH), 'an earlier one');
  await log.close();
});

test('the copy of a torn tail is whole however little a read gives, with the mode and the owner of the checkpoint', async (t) => {
  const torn = '3 23/11/2026-12:00:00 23';
  const disk = new SimulatedDisk({ [PATH]: GOOD + torn });
  disk.largestRead = 7;
  await (await openWith({ path: PATH, files: disk })).close();
  assert.equal(disk.text(TORN_PATH), torn);
  assert.equal(disk.text(PATH), GOOD);

  const folder = await temporaryFolder(t);
  const path = join(folder, 'checkpoint');
  await writeFile(path, GOOD + torn);
  await chmod(path, 0o664);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(path, 1234, 1235);
  const log = await openWith({ path });
  await log.close();
  assert.ok(log.torn);
  const { mode, uid, gid } = await stat(log.torn.savedAs);
  assert.equal(mode & 0o777, 0o664);
  if (isRoot) assert.deepEqual([uid, gid], [1234, 1235]);
});

test('a torn tail that is gone before it is saved stops the start, and nothing is cut off', async () => {
  const disk = new SimulatedDisk({ [PATH]: `${GOOD}torn` });
  disk.before = (operation) => {
    assert.notEqual(operation, 'truncate');
  };
  let reads = 0;
  const open = disk.open.bind(disk);
  disk.open = async (path, purpose) => {
    const file = await open(path, purpose);
    const read: OpenFile['read'] = (into, position) => {
      if (++reads === 2) disk.alter(PATH, () => GOOD);
      return file.read(into, position);
    };
    return { ...file, read };
  };
  await assert.rejects(openWith({ path: PATH, files: disk }), /the file became shorter while it was read$/);
  assert.deepEqual(disk.paths(), [PATH]);
});

for (const full of ['create', 'append', 'sync'] as const) {
  test(`a torn tail that can not be saved (${full}) leaves nothing behind, however often it is tried`, async () => {
    const disk = new SimulatedDisk({ [PATH]: `${GOOD}torn` });
    disk.before = (operation, path) => {
      if (operation === full && path !== PATH) throw systemError('ENOSPC');
    };
    for (let start = 0; start < 2; start++) {
      await assert.rejects(
        openWith({ path: PATH, files: disk }),
        /^CheckpointIoError: Could not read and mend the checkpoint \/state\/checkpoint: ENOSPC.*\. Free space on its disk$/,
      );
      assert.deepEqual(disk.paths(), [PATH]);
      assert.equal(disk.text(PATH), `${GOOD}torn`);
    }
  });
}

test('openCheckpoint() names the command that makes a checkpoint when there is none', async () => {
  await assert.rejects(openWith({ path: PATH, files: new SimulatedDisk({}) }), {
    name: 'MissingCheckpoint',
    message:
      `There is no checkpoint at ${PATH}. If there was one before, restore it: without it, orders may be skipped. ` +
      'For a new installation, make one with "order-monit checkpoint init --latest"',
  });
});

for (const code of ['EACCES', 'EPERM']) {
  test(`a checkpoint that may not be opened (${code}) is not called missing: a new one would skip orders`, async () => {
    const disk = new SimulatedDisk({ [PATH]: GOOD });
    disk.open = () => Promise.reject(systemError(code));
    await assert.rejects(openWith({ path: PATH, files: disk }), {
      name: 'CheckpointIoError',
      message:
        `Could not open the checkpoint ${PATH}: ${code}: as the test wants it. ` +
        'Give the user that runs order-monit the right to read and write the file and its folder',
    });
  });
}

test('a link in the place of the checkpoint is refused, whatever it is opened for, and what it names stays as it is', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'checkpoint');
  const other = join(folder, 'other');
  await writeFile(other, `${GOOD}torn`);
  await symlink(other, path);
  for (const open of [
    () => openWith({ path }),
    () => recordsOf({ path }),
    () => verifyCheckpoint({ path, onBadLine: () => undefined }),
  ]) {
    await assert.rejects(open, {
      name: 'ForeignCheckpoint',
      message:
        `The checkpoint can not be used: ${path} is a symbolic link, and no file. ` +
        'Find out who put it there, and move it away. Nothing was changed',
    });
  }
  assert.equal(await readFile(other, 'utf8'), `${GOOD}torn`);
});

describe('The sweep for late rows goes on where it left off', () => {
  const at = (first: number | '^HEAD', id: number, daysAgo: number): string => {
    const moment = stampOf(NOW_MS - daysAgo * DAY_MS);
    return `${first} ${moment} ${moment} ${id} SUCCESS OK 1\n`;
  };

  for (const [what, torn] of [
    ['after a stop of days', ''],
    ['after a crash that tore the end, and days', '3 23/11'],
  ] as const) {
    test(what, async () => {
      const content = at(0, 10, 30) + at(1, 20, 22) + at(2, 30, 21) + at('^HEAD', 40, 20) + torn;
      const { ledger } = await openWith({ path: PATH, files: new SimulatedDisk({ [PATH]: content }) });
      // Two days before the newest record, and not two days before now, by when all of them had been passed.
      assert.equal(ledger.passedBefore(NOW_MS - 22 * DAY_MS), 10);
      assert.ok([20, 30, 40].every((id) => ledger.has(orderId(id))));
    });
  }

  test('where the clock was set back by days', async () => {
    const content = at(0, 10, 30) + at(1, 20, 1) + at(2, 30, -7) + at('^HEAD', 40, -10);
    const { ledger } = await openWith({ path: PATH, files: new SimulatedDisk({ [PATH]: content }) });
    assert.equal(ledger.passedBefore(NOW_MS - 2 * DAY_MS), 10);
    assert.ok([20, 30, 40].every((id) => ledger.has(orderId(id))));
  });
});

test('openCheckpoint() leaves a canonical file alone, and makes sure of what is in it and of its name', async () => {
  const disk = new SimulatedDisk({ [PATH]: GOOD });
  const operations: string[] = [];
  disk.before = (operation, path) => operations.push(`${operation} ${path}`);
  const log = await openWith({ path: PATH, files: disk });
  await log.close();
  assert.deepEqual(operations, [`sync ${PATH}`, 'syncDirectory /state']);
});

test('what a killed process left unsynced in a long file is durable before anything is appended to it', async () => {
  const settled = Array.from({ length: 1100 }, (_, index) => line(index, 100 + index)).join('');
  const disk = new SimulatedDisk({ [PATH]: settled + line('^HEAD', 5000) });
  const killed = await openWith({ path: PATH, files: disk });
  disk.before = (operation) => {
    if (operation === 'writeThrough') throw systemError('EIO');
  };
  await assert.rejects(killed.record([entry(5001), entry(5002, { head: true })]), /EIO/);
  await killed.abandon();
  disk.before = () => undefined;
  await (await openWith({ path: PATH, files: disk })).record([entry(5003, { head: true })]);
  for (const state of disk.statesAfterCrash()) {
    const { ledger } = await openWith({ path: PATH, files: state });
    assert.equal(ledger.head, 5003);
    assert.ok([5001, 5002].every((id) => ledger.has(orderId(id))));
  }
});
