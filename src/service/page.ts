/** The page within the running service: opened and closed as the configuration says, and given what it shows. */
import type { RequestListener } from 'node:http';

import type { Config, PageConfig } from '../config/index.ts';
import type { Status } from '../control/status.ts';
import type { Dismissal } from '../core/dismissal.ts';
import type { Event } from '../core/event.ts';
import type { Ledger } from '../core/ledger.ts';
import { orderId, type OrderId } from '../core/order.ts';
import type { Dependency } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import type { RetryResult } from '../core/retry.ts';
import type { HistoryEntry } from '../history/index.ts';
import { describeAddress, openPage, type OpenPage } from '../page/listen.ts';
import { createPage } from '../page/page.ts';
import type { DependencyNow, PagePorts, PageStatus, RepairsNow } from '../page/ports.ts';
import type { Log } from '../systemd/log.ts';
import { messageOf } from '../text/error.ts';
import { dependenciesOf } from '../words/status.ts';
import type { OwnStatus } from './checking.ts';
import { lookUpOrder, lookUpOrders, type LookupSources } from './page-lookup.ts';
import { OpenListing } from './open-listing.ts';
import { PageStatistics } from './page-statistics.ts';

export interface PageHostOptions {
  readonly ledger: Ledger;
  readonly status: () => OwnStatus;
  readonly retry: (orders: readonly OrderId[], by: string) => Promise<readonly RetryResult[]>;
  readonly dismiss: (orders: readonly OrderId[], dismissal: Dismissal) => Promise<readonly RetryResult[]>;
  /** What is in force. */
  readonly current: () => { readonly config: Config; readonly policy: Policy };
  readonly metrics: () => Promise<string>;
  /** Whether the shop's table has lost the row of an open order. */
  readonly gone: LookupSources['gone'];
  readonly stateDirectory: string;
  readonly log: Log;
  readonly now: () => number;
}

/** Never in the way of monitoring: where the page can't be opened, that is logged. */
export class PageHost {
  readonly #options: PageHostOptions;
  readonly #statistics: PageStatistics;
  #open: OpenPage | undefined;
  /** One change after another: reloads may follow each other closely. */
  #changing: Promise<void> = Promise.resolve();
  readonly #listing: OpenListing;

  constructor(options: PageHostOptions) {
    this.#options = options;
    this.#statistics = new PageStatistics(options.now);
    this.#listing = new OpenListing({
      sources: () => this.#sources(),
      isShopDown: () => options.status().dependencies.shop.state === 'down',
    });
  }

  take(event: Event): void {
    this.#statistics.take(event);
  }

  /** What an earlier process saw. */
  recall(entry: HistoryEntry): void {
    this.#statistics.recall(entry);
  }

  /**
   * Brings the page in line with a configuration. The address is opened anew
   * only where it has changed. Never throws: monitoring goes on without a page.
   */
  async apply(config: Config): Promise<void> {
    this.#changing = this.#changing
      .then(async () => this.#apply(config))
      .catch((error: unknown) => {
        const why = messageOf(error);
        this.#options.log.error(
          `${why}. Monitoring goes on without the page; once that is mended: systemctl reload order-monit`,
          { event: 'page' },
        );
      });
    await this.#changing;
  }

  async close(): Promise<void> {
    this.#changing = this.#changing.then(async () => this.#close());
    await this.#changing;
  }

  async #apply({ service }: Config): Promise<void> {
    const wanted = service.page;
    if (this.#open !== undefined && this.#open.address !== (wanted && describeAddress(wanted.listen))) {
      await this.#close();
    }
    if (wanted === undefined) return;
    const page = this.#create(wanted, service.language);
    if (this.#open !== undefined) {
      this.#open.replace(page);
      return;
    }
    this.#open = await openPage(wanted.listen, page);
    this.#options.log.info(`The page is at ${this.#open.address}`, { event: 'page' });
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.close();
  }

  #create({ allowRetry, listen, password }: PageConfig, language: Config['service']['language']): RequestListener {
    return createPage({
      ports: this.#ports(),
      settings: {
        language,
        allowRetry,
        loopbackOnly: listen.kind === 'tcp' && password === undefined,
        ...(password === undefined ? {} : { password: () => password.reveal() }),
      },
      report: (error) => {
        this.#options.log.error('The page met an error', { event: 'page', error });
      },
    });
  }

  #ports(): PagePorts {
    const { dismiss, metrics, now, retry, status } = this.#options;
    return {
      now,
      metrics,
      status: () => pageStatus(status()),
      openOrders: async (signal, query) => this.#listing.openOrders(signal, query),
      chosenOrders: async (signal, ids) => this.#listing.chosenOrders(signal, ids),
      findOrder: async (meant, signal) => lookUpOrder(this.#sources(), meant, signal),
      findOrders: async (wanted, signal) => lookUpOrders(this.#sources(), wanted, signal),
      chart: async () => Promise.resolve(this.#statistics.chart(downSince(status()))),
      retry,
      dismiss,
    };
  }

  #sources(): LookupSources {
    const { current, gone, ledger, now, stateDirectory } = this.#options;
    const { config, policy } = current();
    return {
      config,
      policy,
      ledger,
      gone,
      statistics: this.#statistics,
      repairs: () => repairsNow(this.#options.status()),
      running: () => pageStatus(this.#options.status()).running,
      stateDirectory,
      now,
    };
  }
}

function pageStatus(status: OwnStatus): PageStatus {
  const { version, startedAt, head, standing, dependencies, lags = {}, lastCycle, backlog, repairsWait } = status;
  const { pausedUntil, running = [] } = status;
  const { ageMs, lastWholeCycleAt, since, state } = status.checking;
  return {
    version,
    startedAt: Date.parse(startedAt),
    head: orderId(head),
    standsBy: standing?.kind === 'standby' ? { leader: standing.leader } : undefined,
    dependencies: {
      shop: dependencyNow(dependencies.shop),
      abacos: dependencyNow(dependencies.abacos),
      'integration-server': dependencyNow(dependencies['integration-server']),
      repairs: dependencyNow(dependencies.repairs),
    },
    repairsWait: repairsWait && { ...repairsWait, until: Date.parse(repairsWait.until) },
    lags,
    checking: { state, since: Date.parse(since) },
    lastLookMs: lastWholeCycleAt === undefined ? undefined : ageMs,
    pausedUntil: pausedUntil === undefined ? undefined : Date.parse(pausedUntil),
    running: running.map(({ orderNumber, since, task }) => ({ task, order: orderNumber, since: Date.parse(since) })),
    configurationRefused: status.configurationRefused !== undefined,
    isFull: lastCycle?.openOrders !== undefined,
    backlog,
  };
}

/** What is down since when. */
function downSince({ dependencies }: Status): readonly (readonly [Dependency, number])[] {
  return dependenciesOf({ dependencies }).flatMap(([dependency, state]) =>
    state.state === 'down' ? [[dependency, Date.parse(state.since)] as const] : [],
  );
}

function repairsNow({ dependencies, repairsWait }: Status): RepairsNow {
  if (dependencies.repairs.state === 'down') return { kind: 'held' };
  if (dependencies['integration-server'].state === 'down') return { kind: 'out' };
  return repairsWait === undefined ? { kind: 'go-on' } : { kind: 'wait', until: Date.parse(repairsWait.until) };
}

function dependencyNow(status: Status['dependencies']['shop']): DependencyNow {
  return status.state !== 'down' ? status : { ...status, since: Date.parse(status.since) };
}
