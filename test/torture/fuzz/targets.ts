/**
 * Whatever comes from outside, as one function of bytes each: it must return,
 * throw nothing but what its readers say they throw, and keep its promises.
 */
import assert from 'node:assert/strict';

import { readPlainly } from '../../../src/abacos/plain-xml.ts';
import { UnreadableReply } from '../../../src/abacos/reply.ts';
import { readFully } from '../../../src/abacos/xml.ts';
import { parseState, printState } from '../../../src/alerts/decide/state.ts';
import {
  CheckpointFault,
  openCheckpoint,
  readCheckpoint,
  readRewind,
  RepairFile,
} from '../../../src/checkpoint/index.ts';
import { ConfigurationError, describeKeys, loadConfig } from '../../../src/config/index.ts';
import { BadRequest, parseBy, parseRetry, parseRewind } from '../../../src/control/requests.ts';
import { Effects } from '../../../src/core/effects.ts';
import type { RepairMemory } from '../../../src/core/repair-memory.ts';
import { Uptime } from '../../../src/core/uptime.ts';
import { parseEntry, printEntry } from '../../../src/history/entry.ts';
import { hostsMatch, judgeHostKey, parseKnownHosts } from '../../../src/integration/known-hosts.ts';
import { SimulatedDisk } from '../../checkpoint/disk.ts';

export type Target = (data: Buffer) => void | Promise<void>;

const CHECKPOINT = '/state/checkpoint';
const REWIND = '/state/rewind.json';
const REPAIRS = '/state/repairs.json';
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
/** More is not read. */
const LONGEST_CONFIG_BYTES = 65_536;
const CONFIG_FILES = [...new Set(describeKeys().map(({ file }) => file))];

export const TARGET_NAMES = ['checkpoint', 'config', 'known-hosts', 'soap', 'control', 'state-files'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

export const TARGETS: Readonly<Record<TargetName, Target>> = {
  checkpoint,
  config,
  'known-hosts': knownHosts,
  soap,
  control,
  'state-files': stateFiles,
};

/** The file opens as a whole or not at all; and what it says stays so when it is put in order. */
async function checkpoint(data: Buffer): Promise<void> {
  const disk = new SimulatedDisk({ [CHECKPOINT]: data });
  const open = async () =>
    openCheckpoint({
      path: CHECKPOINT,
      files: disk,
      clock: { now: () => NOW_MS },
      keepSettledMs: Infinity,
      lateWindowMs: Infinity,
      report: () => undefined,
    });
  const opened = await unless(CheckpointFault, open);
  if (opened === undefined) {
    assert.equal(disk.text(CHECKPOINT), data.toString('latin1'), 'a file that is refused is left as it is');
    return;
  }
  const { head } = opened.ledger;
  const before = await recordsOn(disk);
  await opened.compact();
  await opened.close();
  const again = await open();
  assert.equal(again.canonical, true);
  assert.equal(again.ledger.head, head);
  assert.deepEqual(await recordsOn(disk), before);
  await again.abandon();
}

async function recordsOn(disk: SimulatedDisk): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  await readCheckpoint({
    path: CHECKPOINT,
    files: disk,
    onRecords: (records) => {
      for (const { record } of records) found.set(record.orderId, JSON.stringify(record));
    },
  });
  return found;
}

/** The first byte chooses the file. */
function config(data: Buffer): void {
  const file = CONFIG_FILES[(data[0] ?? 0) % CONFIG_FILES.length];
  const content = data.subarray(1, LONGEST_CONFIG_BYTES);
  try {
    loadConfig({
      directory: '/etc/order-monit',
      home: '/home/monitor',
      readFile: (path) => {
        if (path === `/etc/order-monit/${String(file)}`) return { content, mode: 0o600 };
        throw Object.assign(new Error('absent'), { code: 'ENOENT' });
      },
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { problem, remedy } of error.faults) assert.ok(problem !== '' && remedy !== '');
  }
}

function knownHosts(data: Buffer): void {
  const { keys, badLines } = parseKnownHosts(data.toString(), 'known_hosts');
  const lines = data.toString().split('\n').length;
  for (const { line } of [...keys, ...badLines]) assert.ok(line >= 1 && line <= lines);
  for (const name of ['integration.example', '[integration.example]:2222']) {
    const judgement = judgeHostKey(keys, name, data.subarray(0, 64));
    // Only bytes that are a key on record for this name are taken.
    if (judgement.kind === 'known') {
      assert.ok(keys.some(({ key, hosts }) => hostsMatch(hosts, name) && key.blob.equals(data.subarray(0, 64))));
    }
  }
}

/** What the plain scanner takes, the full parser reads as the same. */
function soap(data: Buffer): void {
  const xml = data.toString();
  const full = unlessSync(UnreadableReply, () => readFully(xml));
  const plain = unlessSync(UnreadableReply, () => readPlainly(xml));
  if (plain !== undefined) assert.deepEqual(plain, full);
}

function control(data: Buffer): void {
  for (const parse of [parseRetry, parseRewind, parseBy]) unlessSync(BadRequest, () => parse(data.toString()));
}

/** The small files beside the checkpoint. A damaged one is an Error with words, which sets it aside. */
async function stateFiles(data: Buffer): Promise<void> {
  const text = data.toString();
  const entry = parseEntry(text);
  if (entry !== undefined) assert.ok(printEntry(entry.at, entry).endsWith('}\n'));
  const state = unlessSync(Error, () => parseState(text));
  if (state !== undefined) assert.deepEqual(parseState(printState(state)), state);
  const disk = new SimulatedDisk({ [REWIND]: data, [REPAIRS]: data });
  await readRewind(REWIND, disk);
  const said: string[] = [];
  const repairs = await RepairFile.open({
    path: REPAIRS,
    files: disk,
    clock: { now: () => NOW_MS },
    report: (message) => said.push(message),
  });
  assert.equal(said.length, repairs.found === undefined ? 1 : 0);
  if (repairs.found !== undefined) timesOf(repairs.found);
}

/** Whatever the file holds, the gate of the repairs can calculate with it, and tell people a time. */
function timesOf(memory: RepairMemory): void {
  const uptime = new Uptime(memory.up);
  assert.ok(uptime.between(NOW_MS, NOW_MS) >= 0);
  const effects = new Effects(memory);
  for (const [id] of memory.pending) {
    const at = effects.nextAt(id, { repairWaitMs: 1000 });
    assert.ok(!Number.isNaN(at));
    effects.show(id, NOW_MS, { repairWaitMs: 1000 });
  }
  for (const lag of Object.values(effects.lags)) assert.ok(lag >= 0 && lag <= 86_400_000);
}

type ErrorKind = abstract new (...args: never) => Error;

async function unless<T>(kind: ErrorKind, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    assertIs(kind, error);
    return undefined;
  }
}

function unlessSync<T>(kind: ErrorKind, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assertIs(kind, error);
    return undefined;
  }
}

/** A bug's own kinds are never what a reader says it throws. @throws the error */
function assertIs(kind: ErrorKind, error: unknown): void {
  if (!(error instanceof kind) || error instanceof RangeError || error instanceof TypeError) throw error;
}
