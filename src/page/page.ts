/** The page as an HTTP service: who may ask, what they ask for, and what is sent. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import { LONGEST_REASON, reasonIn } from '../core/dismissal.ts';
import type { WrittenOrder } from '../core/written-orders.ts';
import { wordsOf, type Language, type PageWords } from '../words/catalogue.ts';
import { MOST_IN_CSV, openCsv } from './csv.ts';
import { askWhyPage } from './dismiss-page.ts';
import { parseDone, printDone } from './done.ts';
import { Format } from './format.ts';
import type { View } from './layout.ts';
import { listPage, MOST_LISTED } from './list-page.ts';
import { openOrdersPage, PAGE_SIZE } from './open-page.ts';
import { isRetriedWithOthers } from './open-rows.ts';
import { orderPage, severalPage } from './order-page.ts';
import { overviewPage } from './overview.ts';
import { donePath, type OpenSelection } from './paths.ts';
import type { FoundOrder, PagePorts } from './ports.ts';
import { problemPage, type Problem } from './problem-page.ts';
import { doneOf, formOf, idsOf, MOST_CHANGED, routeOf, type Route } from './request.ts';
import { confirmPage } from './retry-page.ts';
import { credentialsOf, FailureLimit, FormGuard, namesLoopback, sameText, SECURITY_HEADERS } from './security.ts';
import { withErpName } from '../text/erp-name.ts';

export interface PageSettings {
  readonly language: Language;
  /** An IANA name; the host's own time zone without it. */
  readonly timeZone?: string;
  /** Asked of everybody, if there is one. */
  readonly password?: () => string;
  readonly allowRetry: boolean;
  /** A TCP port that asks for no password: it answers under the host's own names only. */
  readonly loopbackOnly: boolean;
}

export interface PageOptions {
  readonly ports: PagePorts;
  readonly settings: PageSettings;
  /** Takes what is wrong with the page itself. */
  readonly report: (error: unknown) => void;
}

/** What is sent back. */
interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What making one page may take. */
const DEADLINE_MS = 30_000;
/** Pages under way that ask the shop and Abacos. */
const MAX_LOOKUPS = 4;

const ALL_IN_GROUPS = { from: 0, most: 0 } as const;

const HTML_TYPE = 'text/html; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Makes the page. It remembers nothing but wrong passwords and the key of its forms. */
export function createPage(options: PageOptions): RequestListener {
  const page = new Page(options);
  return (request, response) => {
    void page.serve(request, response);
  };
}

class Page {
  readonly #ports: PagePorts;
  readonly #settings: PageSettings;
  readonly #report: (error: unknown) => void;
  readonly #words: PageWords;
  readonly #format: Format;
  readonly #guard = new FormGuard();
  readonly #failures = new FailureLimit();
  #lookups = 0;

  constructor({ ports, settings, report }: PageOptions) {
    this.#ports = ports;
    this.#settings = settings;
    this.#report = report;
    this.#words = wordsOf(settings.language).page;
    this.#format = new Format(settings.language, settings.timeZone);
  }

  /** Answers one request. Never throws. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    try {
      const reply = await this.#reply(request, AbortSignal.any([gone.signal, AbortSignal.timeout(DEADLINE_MS)]));
      send(request, response, reply);
    } catch (error) {
      // Whoever has gone away ends what was asked for them: that is no fault.
      if (gone.signal.aborted) return;
      this.#report(error);
      const { brokenTitle: title, broken: text } = this.#words.problem;
      send(request, response, this.#problem({ status: 500, title, text }));
    }
  }

  async #reply(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const route = routeOf(request);
    const refusal = this.#refuse(request, route);
    if (refusal !== undefined) return this.#problem(refusal);
    switch (route.kind) {
      case 'asset': {
        const headers = { 'cache-control': 'public, max-age=31536000, immutable' };
        return { status: 200, type: route.asset.type, body: route.asset.content, headers };
      }
      case 'health':
        return { status: 200, type: TEXT_TYPE, body: 'ok\n' };
      case 'metrics':
        return this.#metrics();
      case 'overview':
        return this.#overview(request, signal);
      case 'open':
        return this.#open(route, signal);
      case 'orders':
        return this.#orders(request, route, signal);
      case 'retry':
      case 'dismiss':
        return request.method === 'POST' ? this.#change(request, route.kind) : this.#confirm(request, route, signal);
      case 'retry-all':
        return this.#confirmAll(request, route.selection, signal);
      case 'unknown':
        return this.#problem(this.#notFound());
    }
  }

  /** What stands in the way of a request: its method, the name it used for this host, a password. */
  #refuse(request: IncomingMessage, route: Route): Problem | undefined {
    const { problem } = this.#words;
    const changes = route.kind === 'retry' || route.kind === 'dismiss';
    const allowed = changes ? ['GET', 'HEAD', 'POST'] : ['GET', 'HEAD'];
    if (!allowed.includes(request.method ?? '')) {
      return { status: 405, title: problem.methodTitle, headers: { allow: allowed.join(', ') } };
    }
    if (route.kind === 'asset' || route.kind === 'health') return undefined;
    if (this.#settings.loopbackOnly && !namesLoopback(request)) {
      return { status: 421, title: problem.hostTitle, text: problem.host };
    }
    return this.#authenticate(request);
  }

  #authenticate(request: IncomingMessage): Problem | undefined {
    const { password } = this.#settings;
    if (password === undefined) return undefined;
    const { problem } = this.#words;
    const address = request.socket.remoteAddress ?? '';
    const now = this.#ports.now();
    if (this.#failures.isReached(address, now)) {
      return { status: 429, title: problem.tooManyTitle, text: problem.tooMany, headers: { 'retry-after': '60' } };
    }
    const given = credentialsOf(request);
    if (given !== undefined && sameText(given.password, password())) return undefined;
    if (given !== undefined) this.#failures.note(address, now);
    const challenge = { 'www-authenticate': 'Basic realm="order-monit", charset="UTF-8"' };
    return { status: 401, title: problem.authTitle, text: problem.auth, headers: challenge };
  }

  async #metrics(): Promise<Reply> {
    if (this.#ports.metrics === undefined) return this.#problem(this.#notFound());
    const body = await this.#ports.metrics();
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body };
  }

  async #overview(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const [open, chart] = await Promise.all([this.#ports.openOrders(signal, ALL_IN_GROUPS), this.#ports.chart()]);
    return page(200, overviewPage(this.#view(request), { status: this.#ports.status(), open, chart }));
  }

  async #open({ csv, page: number, selection }: Extract<Route, { kind: 'open' }>, signal: AbortSignal): Promise<Reply> {
    if (csv) {
      const open = await this.#ports.openOrders(signal, { ...selection, from: 0, most: MOST_IN_CSV });
      const name = `order-monit-${this.#format.iso(this.#ports.now()).slice(0, 10)}.csv`;
      const headers = { 'content-disposition': `attachment; filename="${name}"` };
      return { status: 200, type: 'text/csv; charset=utf-8', body: openCsv(this.#view(), open), headers };
    }
    const from = (number - 1) * PAGE_SIZE;
    const open = await this.#ports.openOrders(signal, { ...selection, from, most: PAGE_SIZE });
    return page(200, openOrdersPage(this.#view(), { selection, page: number, open }));
  }

  async #orders(
    request: IncomingMessage,
    route: Extract<Route, { kind: 'orders' }>,
    signal: AbortSignal,
  ): Promise<Reply> {
    const { problem } = this.#words;
    const { text, wanted } = route;
    const [only, ...others] = wanted;
    if (only === undefined) {
      const search = text.slice(0, 60);
      return this.#problem({ status: 400, title: problem.badSearchTitle, text: problem.badSearch(search), search });
    }
    if (this.#lookups >= MAX_LOOKUPS) return this.#busy();
    this.#lookups += 1;
    try {
      return others.length === 0 ? await this.#order(request, only, signal) : await this.#list(route, signal);
    } finally {
      this.#lookups -= 1;
    }
  }

  async #order(request: IncomingMessage, written: WrittenOrder, signal: AbortSignal): Promise<Reply> {
    const { problem } = this.#words;
    const search = written.text;
    const found = await this.#ports.findOrder(written.meant, signal);
    switch (found.kind) {
      case 'story':
        return page(200, orderPage(this.#view(request), found.story, written));
      case 'several':
        return page(300, severalPage(this.#view(), search, found.ids));
      case 'none': {
        const read = await this.#readOtherwise([{ written, found }], signal);
        if (read.length > 1) return this.#listed(search, read);
        return this.#problem({ status: 404, title: problem.noOrderTitle(search), text: problem.noOrder, search });
      }
      case 'unreachable': {
        const { unreachableTitle: title } = problem;
        return this.#problem({ status: 503, title, text: problem.unreachable(found.why), search });
      }
    }
  }

  async #list({ text, wanted }: Extract<Route, { kind: 'orders' }>, signal: AbortSignal): Promise<Reply> {
    const first = wanted.slice(0, MOST_LISTED);
    const all = await this.#ports.findOrders(
      first.map(({ meant }) => meant),
      signal,
    );
    const looked = all.flatMap((found, index): Looked[] => {
      const written = first[index];
      return written === undefined ? [] : [{ written, found }];
    });
    return this.#listed(text, await this.#readOtherwise(looked, signal), wanted.slice(MOST_LISTED));
  }

  #listed(text: string, looked: readonly Looked[], left: readonly WrittenOrder[] = []): Reply {
    const wanted = [...looked.map(({ written }) => written), ...left];
    const found = looked.map((each) => each.found);
    return page(200, listPage(this.#view(), { text, wanted, found }));
  }

  /** What was read as one number, and may be several that the shop has, is these. */
  async #readOtherwise(looked: readonly Looked[], signal: AbortSignal): Promise<readonly Looked[]> {
    const pieces = looked
      .flatMap(({ written, found }) => (found.kind === 'none' ? (written.otherwise ?? []) : []))
      .slice(0, MOST_LISTED);
    if (pieces.length === 0) return looked;
    const found = await this.#ports.findOrders(
      pieces.map(({ meant }) => meant),
      signal,
    );
    const byPiece = new Map(pieces.map((piece, index) => [piece, found[index]]));
    return looked.flatMap((each): readonly Looked[] => {
      if (each.found.kind !== 'none') return [each];
      const several = (each.written.otherwise ?? []).flatMap((written): Looked[] => {
        const one = byPiece.get(written);
        return one === undefined ? [] : [{ written, found: one }];
      });
      return several.some((one) => one.found.kind !== 'none') ? several : [each];
    });
  }

  async #confirm(request: IncomingMessage, { kind, ids }: ChangeRoute, signal: AbortSignal): Promise<Reply> {
    const refusal = this.#refuseChange(ids);
    if (refusal !== undefined) return refusal;
    const orders = await this.#ports.chosenOrders(signal, ids);
    const { headers, token } = this.#guard.issue(request);
    const view = this.#view();
    const question =
      kind === 'retry' ? confirmPage(view, { orders, leftOut: 0, token }) : askWhyPage(view, orders, token);
    return { ...page(200, question), headers };
  }

  /** Of all open orders of a part or a cause, as they are now: those that the form names are retried, and no others. */
  async #confirmAll(request: IncomingMessage, selection: OpenSelection, signal: AbortSignal): Promise<Reply> {
    const open = await this.#ports.openOrders(signal, { ...selection, from: 0, most: MOST_CHANGED });
    const ids = open.orders.filter(isRetriedWithOthers).map(({ orderId }) => orderId);
    const refusal = this.#refuseChange(ids);
    if (refusal !== undefined) return refusal;
    const orders = await this.#ports.chosenOrders(signal, ids);
    const { headers, token } = this.#guard.issue(request);
    const leftOut = open.matching - orders.length;
    return { ...page(200, confirmPage(this.#view(), { orders, leftOut, token })), headers };
  }

  /** Does what a form of this page asks for. */
  async #change(request: IncomingMessage, kind: ChangeRoute['kind']): Promise<Reply> {
    const { problem } = this.#words;
    const form = await formOf(request);
    if (form === undefined) {
      // The rest of the form is not read: the connection can not be used again.
      const headers = { connection: 'close' };
      return this.#problem({ status: 413, title: problem.tooLargeTitle, text: problem.tooLarge, headers });
    }
    if (!this.#guard.accepts(request, form.get('token') ?? '')) {
      return this.#problem({ status: 403, title: problem.forgeryTitle, text: problem.forgery });
    }
    const ids = idsOf(form);
    const why = reasonIn(form.get('why') ?? '').slice(0, LONGEST_REASON);
    const refusal = this.#refuseChange(ids);
    if (refusal !== undefined) return refusal;
    if (kind === 'dismiss' && why === '') return this.#problem({ status: 400, title: this.#words.dismiss.noReason });
    const name = credentialsOf(request)?.name ?? '';
    const by = name === '' ? 'the page' : `${name} (on the page)`;
    const results = kind === 'retry' ? await this.#ports.retry(ids, by) : await this.#ports.dismiss(ids, { by, why });
    // What comes of it is on a page that may be loaded again; the answer to a form may not.
    const location = donePath(ids, this.#guard.seal(printDone(kind, results, this.#ports.now())));
    return { status: 303, type: TEXT_TYPE, body: '', headers: { location } };
  }

  #refuseChange(ids: ChangeRoute['ids']): Reply | undefined {
    const { retry } = this.#words;
    if (!this.#mayRetry()) {
      return this.#problem({ status: 403, title: retry.notAllowedTitle, text: retry.notAllowed });
    }
    if (ids.length > MOST_CHANGED) return this.#problem({ status: 400, title: retry.tooMany(MOST_CHANGED) });
    return ids.length === 0 ? this.#problem({ status: 400, title: retry.nothing }) : undefined;
  }

  /** A monitor that stands by can do nothing for an order. */
  #mayRetry(): boolean {
    return this.#settings.allowRetry && this.#ports.status().standsBy === undefined;
  }

  #notFound(): Problem {
    const { notFoundTitle: title, notFound: text } = this.#words.problem;
    return { status: 404, title, text };
  }

  #busy(): Reply {
    const { busyTitle: title, busy: text } = this.#words.problem;
    return this.#problem({ status: 503, title, text, headers: { 'retry-after': '5' } });
  }

  #problem(problem: Problem): Reply {
    const reply = page(problem.status, problemPage(this.#view(), problem));
    return problem.headers === undefined ? reply : { ...reply, headers: problem.headers };
  }

  /** @param request of a page to which the answer to a form may have led */
  #view(request?: IncomingMessage): View {
    const { language } = this.#settings;
    const allowRetry = this.#mayRetry();
    const now = this.#ports.now();
    const sealed = request === undefined ? undefined : doneOf(request);
    const text = sealed === undefined ? undefined : this.#guard.unseal(sealed);
    const done = text === undefined ? undefined : parseDone(text, now);
    return {
      language,
      words: this.#words,
      format: this.#format,
      now,
      allowRetry,
      ...(done === undefined ? {} : { done }),
    };
  }
}

/** An order that somebody wrote, and what is known of it. */
interface Looked {
  readonly written: WrittenOrder;
  readonly found: FoundOrder;
}

type ChangeRoute = Extract<Route, { kind: 'retry' | 'dismiss' }>;

function page(status: number, markup: { toString(): string }): Reply {
  return { status, type: HTML_TYPE, body: markup.toString() };
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Reply): void {
  if (response.headersSent) return;
  const content = Buffer.from(withErpName(body), 'utf8');
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'cache-control': 'no-store',
    'content-type': type,
    'content-length': content.length,
    // A body that nobody has read would be taken for the next request.
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end(content);
}
