/** What list and verify show of a checkpoint, also of one that changes while it is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  describeBadLine,
  readCheckpoint,
  verifyCheckpoint,
  verifyContent,
  type BadLine,
} from '../../src/checkpoint/index.ts';
import type { OpenFile } from '../../src/files/files.ts';
import { SimulatedDisk, systemError } from './disk.ts';
import { line, recordsOf, verified } from './fixtures.ts';

const PATH = '/state/checkpoint';

function unexpected({ line: number, fault }: BadLine): void {
  assert.fail(`line ${number} is no bad one: ${fault}`);
}

/** A disk on which something happens to the checkpoint between the look at how long it is and reading it. */
class BusyDisk extends SimulatedDisk {
  #meanwhile: (() => void) | undefined;

  constructor(content: string, meanwhile: (text: string) => string) {
    super({ [PATH]: content });
    this.#meanwhile = () => {
      this.alter(PATH, meanwhile);
    };
  }

  override async open(path: string, purpose: 'read' | 'append' | 'create'): Promise<OpenFile> {
    const file = await super.open(path, purpose);
    return {
      ...file,
      facts: async () => {
        const facts = await file.facts();
        this.#meanwhile?.();
        this.#meanwhile = undefined;
        return facts;
      },
    };
  }
}

test('a checkpoint that grows while it is read is shown as it was, however little a read gives', async () => {
  const before = line(0, 10) + line(1, 11, 'FAILED UNKNOWN 2') + line('^HEAD', 12);
  for (let largestRead = 1; largestRead <= before.length + 20; largestRead++) {
    const busy = (): BusyDisk =>
      Object.assign(new BusyDisk(before, (text) => text + line(3, 11) + '4 23/1'), { largestRead });
    assert.deepEqual(
      await recordsOf({ path: PATH, files: busy() }),
      ['10 SUCCESS OK 1', '11 FAILED UNKNOWN 2', '^12 SUCCESS OK 1'],
      `${largestRead} bytes at a time`,
    );
    const { lines, torn, canonical } = await verifyCheckpoint({ path: PATH, files: busy(), onBadLine: unexpected });
    assert.deepEqual({ lines, torn, canonical }, { lines: 3, torn: undefined, canonical: true });
  }
});

test('a checkpoint whose torn end is cut off while it is read is shown without it', async () => {
  const good = line(0, 10) + line('^HEAD', 12);
  const files = new BusyDisk(`${good}3 23/1`, () => good);
  const { lines, torn } = await verifyCheckpoint({ path: PATH, files, onBadLine: unexpected });
  assert.deepEqual({ lines, torn }, { lines: 2, torn: undefined });
  const again = new BusyDisk(`${good}3 23/1`, () => good);
  assert.deepEqual(await recordsOf({ path: PATH, files: again }), ['10 SUCCESS OK 1', '^12 SUCCESS OK 1']);
});

test('readCheckpoint() names the line that is no longer what it was when the file was surveyed', async () => {
  const files = new SimulatedDisk({ [PATH]: line(0, 10) + line(1, 11) + line('^HEAD', 12) });
  let reads = 0;
  const open = files.open.bind(files);
  files.open = async (path, purpose) => {
    const file = await open(path, purpose);
    const read: OpenFile['read'] = (into, position) => {
      if (++reads === 2) files.alter(PATH, (text) => text.replace(' 11 ', ' 1x '));
      return file.read(into, position);
    };
    return { ...file, read };
  };
  await assert.rejects(
    recordsOf({ path: PATH, files }),
    /^Error: line 2 was good a moment ago, and is not now: column 4/,
  );
});

test('verifyCheckpoint() calls no file canonical that has a torn end', async () => {
  const good = line(0, 10) + line('^HEAD', 12);
  for (const end of ['3 23/1', '\0\0\n', `\0${line(2, 13)}`]) {
    const { verification, bad } = await verified(good + end);
    assert.deepEqual(bad, []);
    assert.equal(verification.canonical, false);
    assert.deepEqual(verification.torn, { line: 3, bytes: end.length });
  }
});

const FORMS: readonly (readonly [what: string, content: string, canonical: boolean])[] = [
  ['one line an order, in order, the head last', line(0, 10) + line(1, 11) + line('^HEAD', 12), true],
  ['the head alone', line('^HEAD', 12), true],
  ['an index that is not the number of lines before', line(0, 10) + line(2, 11) + line('^HEAD', 12), false],
  ['an earlier head', line('^HEAD', 10) + line(1, 11) + line('^HEAD', 12), false],
  ['a line behind the head', line(0, 10) + line('^HEAD', 12) + line(2, 11), false],
  ['two lines of an order', line(0, 10) + line(1, 10) + line('^HEAD', 12), false],
  ['six columns', line(0, 10, 'FAILED 1') + line('^HEAD', 12), false],
  ['a blank at the end of a line', line(0, 10, 'SUCCESS OK 1 ') + line('^HEAD', 12), false],
  ['an empty line at the end', `${line(0, 10)}${line('^HEAD', 12)}\n`, false],
  ['blanks at the end', `${line(0, 10)}${line('^HEAD', 12)} `, false],
  ['a head without a newline', (line(0, 10) + line('^HEAD', 12)).trimEnd(), false],
];
for (const [what, content, canonical] of FORMS) {
  test(`verifyCheckpoint() says ${canonical ? 'that' : 'whether'} a file is canonical: ${what}`, async () => {
    const { verification, bad } = await verified(content);
    assert.deepEqual(bad, []);
    assert.equal(verification.canonical, canonical);
    assert.equal(verification.head, 12);
  });
}

test('verifyCheckpoint() calls no file canonical that has a bad line, and goes on after each', async () => {
  for (const [wrong, expected] of [
    ['oops\n', [2]],
    ['\n', [2]],
    ['\n\noops\n', [4, 2]],
    [`\n\n${line(1, 11)}\n`, [2, 5]],
  ] as const) {
    const { verification, bad } = await verified(line(0, 10) + wrong + line('^HEAD', 12));
    assert.deepEqual(
      bad.map((one) => one.line),
      expected,
    );
    assert.equal(verification.canonical, false);
    assert.equal(verification.badLines, expected.length);
  }
});

test('a last line without a newline that is no head was never recorded, also where no other line is there', async () => {
  const { verification } = await verified(line(0, 10).trimEnd());
  assert.deepEqual([verification.lines, verification.torn?.line, verification.head], [0, 1, undefined]);
});

test('readCheckpoint() hands over no empty page', async () => {
  const pages: number[] = [];
  const files = new SimulatedDisk({ [PATH]: line('^HEAD', 12) });
  await readCheckpoint({ path: PATH, files, onRecords: (records) => void pages.push(records.length) });
  assert.deepEqual(pages, [1]);
});

test('verifyCheckpoint() counts no order as open about which nobody need do anything', async () => {
  const { verification } = await verified(
    line(0, 10, 'FAILED NOT_FOUND 4') + line(1, 11, 'FAILED DISMISSED 4') + line('^HEAD', 12),
  );
  assert.equal(verification.orders, 3);
  assert.equal(verification.open, 1);
});

test('verifyContent() finds in bytes what verifyCheckpoint() finds in a file of them', async () => {
  const contents = [
    line(0, 10) + line(1, 11, 'FAILED UNKNOWN 2') + line('^HEAD', 12),
    `one\n${line(0, 10)}\n${line('^HEAD', 11)}two\n${line(2, 10)}3 23/1`,
    '',
  ];
  for (const content of contents) {
    const bad: BadLine[] = [];
    const found = await verifyContent({
      path: PATH,
      content: Buffer.from(content),
      onBadLine: (one) => bad.push(one),
    });
    assert.deepEqual({ verification: found, bad }, await verified(content));
  }
});

test('a checkpoint that can not be read is said to be so, and is not called missing', async () => {
  const files = new SimulatedDisk({ [PATH]: line('^HEAD', 12) });
  files.open = () => Promise.reject(systemError('EACCES'));
  const message = /^Could not read the checkpoint \/state\/checkpoint: EACCES: .*\. Give the user that runs/;
  await assert.rejects(recordsOf({ path: PATH, files }), { name: 'CheckpointIoError', message });
  await assert.rejects(verifyCheckpoint({ path: PATH, files, onBadLine: unexpected }), { message });
});

test('each bad line is told in one line, with the file, its number, what is wrong, and its text', async () => {
  const { bad } = await verified(`${line(0, 10)}\x1b[31m\n${line('^HEAD', 11)}`);
  assert.deepEqual(
    bad.map((one) => describeBadLine(PATH, one)),
    [`${PATH} line 2: column 1 is neither an index nor ^HEAD: "\\x1b[31m"`],
  );
});
