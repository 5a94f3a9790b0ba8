/**
 * The messages that wait to be sent, one file each, so that neither a restart
 * nor a mail server that is down loses any. Bounded: when there is no room the
 * oldest give way, reports and reminders first.
 */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCode } from '../../text/error.ts';
import type { Disk } from './disk.ts';
import { parseMessage, type Channel, type Message } from './message.ts';

/** A message that waits, without its content. */
export interface Waiting {
  readonly name: string;
  readonly channel: Channel;
  readonly critical: boolean;
  readonly bytes: number;
  /** When it came to be said, in milliseconds since 1970. */
  readonly at: number;
}

export interface SpoolOptions {
  readonly directory: string;
  readonly disk: Disk;
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Takes what the operator should know. */
  readonly warn: (text: string) => void;
}

const NAME = /^(\d{15})-([\w.-]+)-(critical|ordinary)-(mail|webhook)\.json$/;

export class Spool {
  readonly #options: SpoolOptions;
  readonly #waiting = new Map<string, Waiting>();

  /** @throws the system's own error when the folder can be neither made nor read */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    await options.disk.makeFolder(options.directory);
    for (const file of (await readdir(options.directory)).sort()) {
      const path = join(options.directory, file);
      // Half of a message that a crash cut off; it will be decided again.
      if (file.endsWith('.new')) await options.disk.removeFile(path);
      else spool.#index(file, (await lstat(path)).size);
    }
    return spool;
  }

  private constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** What waits for a channel, the oldest first. */
  waiting(channel: Channel): readonly Waiting[] {
    return [...this.#waiting.values()].filter((one) => one.channel === channel);
  }

  /**
   * Resolves once the message is on the disk. One with the same id for the same
   * channel is replaced: it is the same, decided again after a crash.
   *
   * @throws the system's own error: the message is not kept then
   */
  async put(message: Message): Promise<void> {
    const name = nameOf(message);
    const text = JSON.stringify(message);
    const bytes = Buffer.byteLength(text);
    const twin = [...this.#waiting.keys()].find((known) => known !== name && idOf(known) === idOf(name));
    if (twin !== undefined) await this.remove(twin);
    await this.#makeRoom(name, bytes);
    await this.#options.disk.replaceFile(this.#path(name), text);
    this.#index(name, bytes);
  }

  /** @returns undefined when it can not be read; then it is put aside */
  async read({ name }: Waiting): Promise<Message | undefined> {
    try {
      return parseMessage(await this.#options.disk.readFile(this.#path(name)));
    } catch (error) {
      this.#waiting.delete(name);
      if (errorCode(error) === 'ENOENT') return undefined;
      await this.#options.disk.setAside(this.#path(name));
      this.#options.warn(
        `The waiting message ${name} can not be read and is not sent. It is kept as ${name}.damaged in ${this.#options.directory}`,
      );
      return undefined;
    }
  }

  async remove(name: string): Promise<void> {
    this.#waiting.delete(name);
    await this.#options.disk.removeFile(this.#path(name));
  }

  async #makeRoom(name: string, bytes: number): Promise<void> {
    const { maxMessages, maxBytes, warn } = this.#options;
    let dropped = 0;
    for (;;) {
      const others = [...this.#waiting.values()].filter((one) => one.name !== name);
      const total = others.reduce((sum, one) => sum + one.bytes, bytes);
      const victim = others.find(({ critical }) => !critical) ?? others[0];
      if (victim === undefined || (others.length < maxMessages && total <= maxBytes)) break;
      await this.remove(victim.name);
      dropped += 1;
    }
    if (dropped > 0) {
      warn(`${dropped} waiting messages were dropped, the oldest first: ${maxMessages} messages are kept at most`);
    }
  }

  #index(name: string, bytes: number): void {
    const parts = NAME.exec(name);
    if (parts === null) return;
    const [, at, , weight, channel] = parts;
    if (channel !== 'mail' && channel !== 'webhook') return;
    this.#waiting.set(name, { name, channel, critical: weight === 'critical', bytes, at: Number(at) });
  }

  #path(name: string): string {
    return join(this.#options.directory, name);
  }
}

/** The time comes first, so that names sort by age. */
function nameOf({ at, id, channel, critical }: Message): string {
  return `${String(Math.max(0, Math.round(at))).padStart(15, '0')}-${id}-${critical ? 'critical' : 'ordinary'}-${channel}.json`;
}

function idOf(name: string): string | undefined {
  const parts = NAME.exec(name);
  // Of two with the same number the later one says all that the earlier one does (`decision.ts`).
  return parts === null ? undefined : `${(parts[2] ?? '').replace(/-\w+$/, '')} ${parts[4] ?? ''}`;
}
