/**
 * The monitor's small harness with the alerts around it: a real mail server, files
 * on the real disk, and time that passes only when everybody waits.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { alertDisk } from '../../src/adapters/alert-disk.ts';
import { createAlerts, type Alerts, type AlertSettings } from '../../src/alerts/index.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { Harness } from '../monitor/harness.ts';
import { headerOf, htmlOf, openMailServer, type MailServer } from './mail-server.ts';
import { HOST, settingsFor } from './fixtures.ts';

// The texts of the mails hold local times.
process.env.TZ = 'UTC';

export interface Arrival {
  /** Without what all subjects begin with. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly to: readonly string[];
  readonly messageId: string | undefined;
  /** The Message-ID of the mail that it belongs to. */
  readonly inReplyTo: string | undefined;
  readonly topic: string | undefined;
  /** When the mail server took it, in milliseconds since the harness began. */
  readonly arrivedAt: number;
}

/** The service that sends mails, and those who read them. */
export class MailHarness {
  readonly harness = new Harness();
  readonly mails: Arrival[] = [];
  readonly log: string[] = [];
  directory: string;
  mailServerDown = false;
  settings: AlertSettings;
  readonly #server: MailServer;
  #alerts: Alerts | undefined;
  #stop = new AbortController();
  #ids = 0;

  static async open(t: TestContext, changes: Partial<AlertSettings> = {}): Promise<MailHarness> {
    const directory = await mkdtemp(join(tmpdir(), 'order-monit-alerts-'));
    const difficulty = { isDown: (): boolean => mailing.mailServerDown };
    const server = await openMailServer(difficulty);
    const mailing: MailHarness = new MailHarness({ directory, server, changes });
    t.after(async () => {
      await mailing.stop();
      await server.close();
      await rm(mailing.directory, { recursive: true, force: true });
    });
    return mailing;
  }

  private constructor({
    directory,
    server,
    changes,
  }: {
    directory: string;
    server: MailServer;
    changes: Partial<AlertSettings>;
  }) {
    this.directory = directory;
    this.#server = server;
    this.settings = settingsFor(server.settings(), changes);
    this.harness.clock.settle = async () => this.settled();
    this.harness.onEvent = (event) => {
      this.#alerts?.take(event);
    };
  }

  get alerts(): Alerts {
    if (this.#alerts === undefined) throw new Error('The service does not run');
    return this.#alerts;
  }

  /** Resolves once all that was decided is on the disk, and has arrived if its time had come. */
  async settled(): Promise<void> {
    await this.#alerts?.flush();
    this.#collect();
  }

  #collect(): void {
    for (const { raw, subject, text, to } of this.#server.mails.splice(0)) {
      this.mails.push({
        subject: subject.replace('[order-monit] ', ''),
        text,
        html: htmlOf(raw),
        to,
        messageId: headerOf(raw, 'message-id'),
        inReplyTo: headerOf(raw, 'in-reply-to'),
        topic: headerOf(raw, 'x-order-monit'),
        arrivedAt: this.harness.clock.monotonic(),
      });
    }
  }

  /** Starts the service as a new process would: it knows what is on the disk. */
  async start(): Promise<Monitor> {
    const { settings, directory, harness } = this;
    this.#alerts = await createAlerts({
      settings,
      directory,
      disk: alertDisk(),
      clock: harness.clock,
      host: HOST,
      newId: () => `test${(this.#ids += 1)}`,
      open: () => harness.checkpoint.open,
      log: (level, text) => {
        this.log.push(`${level}: ${text}`);
      },
    });
    return harness.monitor(this.#alerts.downtimes());
  }

  /** Lets the service run for so long, while things happen at their times; then it stops as systemd stops it. */
  async run(ms: number, happenings: Readonly<Record<number, () => void>> = {}): Promise<void> {
    const monitor = await this.start();
    const { clock, adapters } = this.harness;
    const stop = new AbortController();
    this.#stop = stop;
    for (const [at, happen] of Object.entries(happenings)) clock.after(Number(at), happen);
    clock.after(ms, () => {
      stop.abort();
    });
    await monitor.run(adapters, { stop: stop.signal, abandon: stop.signal });
    await this.stop();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const alerts = this.#alerts;
    // Known until it is closed: time must not pass while it sends its last mails.
    await alerts?.close(5000);
    if (this.#alerts === alerts) this.#alerts = undefined;
    this.#collect();
  }

  /** Ends the process as kill -9 does: what was on the disk at this moment is all that is left. */
  async kill(): Promise<void> {
    const left = await mkdtemp(join(tmpdir(), 'order-monit-alerts-'));
    await cp(this.directory, left, { recursive: true });
    const arrived = this.mails.length;
    await this.stop();
    this.mails.length = arrived;
    await rm(this.directory, { recursive: true, force: true });
    this.directory = left;
  }

  subjects(): string[] {
    return this.mails.map(({ subject }) => subject);
  }
}
