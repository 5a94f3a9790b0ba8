/** Where the page is to be had, and who may use it: `listen` and the keys of `service.yml` that go with it. */
import { isIP, isIPv4 } from 'node:net';

import * as v from 'valibot';

import type { Place } from './place.ts';
import type { Report } from './report.ts';
import { findSecret, secretIfFound } from './secret-search.ts';
import type { Secret } from './secret.ts';
import { readAs, show, url, type Reading } from './values.ts';

export interface PageConfig {
  readonly listen: ListenAddress;
  /** Whether only this host can reach the address. */
  readonly local: boolean;
  readonly password: Secret | undefined;
  readonly allowRetry: boolean;
}

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string };

/** What fits into the kernel's address of a Unix socket. */
const MAX_SOCKET_PATH = 107;
const MIN_PASSWORD = 12;

/** `127.0.0.1:8080`, `[::1]:8080`, `8080` (of 127.0.0.1) or the full path of a Unix socket. */
export function listenAddress() {
  return readAs<ListenAddress>(
    'an address and a port such as 127.0.0.1:8080, or the full path of a Unix socket such as /run/order-monit/page.sock',
    (written) => {
      const path = written.startsWith('unix:') ? written.slice('unix:'.length) : written;
      return path.startsWith('/') ? readSocket(path) : readTcp(written);
    },
  );
}

/** Where people find the page: what a mail can lead to. The page's own links begin at the top of the host. */
export function pageUrl() {
  return v.pipe(
    url('the address of the page as people type it, such as https://orders.example.com'),
    v.check(
      ({ hash, pathname, search }) => pathname === '/' && search === '' && hash === '',
      'holds more than a host and a port: the page is at the top of its host.',
    ),
    v.transform(({ origin }) => origin),
  );
}

function readSocket(path: string): Reading<ListenAddress> {
  const length = Buffer.byteLength(path);
  if (length > MAX_SOCKET_PATH) {
    return { problem: `has a path of ${length} bytes, and a Unix socket takes ${MAX_SOCKET_PATH} at most.` };
  }
  return { value: { kind: 'socket', path } };
}

function readTcp(written: string): Reading<ListenAddress> {
  const parts = /^(?:(.+):)?(\d{1,5})$/.exec(written);
  if (parts === null) return { problem: `${show(written)} does not fit.` };
  const [, given = '127.0.0.1', digits = ''] = parts;
  const port = Number(digits);
  if (port < 1 || port > 65_535) return { problem: `${digits} is not a port.` };
  const host = given === 'localhost' ? '127.0.0.1' : given.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0) return { problem: `${show(given)} is not an IP address.` };
  if (host.includes(':') && !given.startsWith('[')) {
    return { problem: `${show(written)} has an IPv6 address without brackets.` };
  }
  return { value: { kind: 'tcp', host, port } };
}

function isLocal(listen: ListenAddress): boolean {
  if (listen.kind === 'socket') return true;
  return isIPv4(listen.host) ? listen.host.startsWith('127.') : listen.host === '::1';
}

interface PageValues {
  readonly listen?: ListenAddress | undefined;
  readonly page_password_file?: string | undefined;
  readonly page_allow_retry?: boolean | undefined;
}

/** Sees the keys together. `undefined`: there is no page. */
export function resolvePage(values: PageValues, report: Report, place: Place): PageConfig | undefined {
  const { listen } = values;
  if (listen === undefined) {
    for (const key of ['page_password_file', 'page_allow_retry'] as const) {
      if (values[key] === undefined) continue;
      report.warning({ key, problem: 'has no effect without listen.', remedy: 'Write listen as well, or remove it.' });
    }
    return undefined;
  }
  const file = { key: 'page_password_file', path: values.page_password_file };
  const found = findSecret(place, { file, credential: 'page_password' }, report);
  const password = secretIfFound(found);
  const local = isLocal(listen);
  if (password !== undefined) checkPassword(password, report);
  if (!local && found.kind === 'none') {
    report.error({
      key: 'listen',
      problem: 'other hosts can reach that address, and there is no password.',
      remedy: 'Give one (page_password_file, or the credential page_password), or listen on 127.0.0.1.',
    });
  }
  if (!local && found.kind === 'found') {
    report.warning({
      key: 'listen',
      problem: 'other hosts can reach that address, and the password goes to it unencrypted.',
      remedy:
        'Listen on 127.0.0.1 or a Unix socket, with a reverse proxy that speaks TLS before it: /usr/share/doc/order-monit/page.md.',
    });
  }
  // On an open port of this host every local user and program would be allowed to.
  const allowRetry = values.page_allow_retry ?? (listen.kind === 'socket' || password !== undefined);
  return { listen, local, password, allowRetry };
}

function checkPassword(password: Secret, report: Report): void {
  if (password.reveal().length >= MIN_PASSWORD) return;
  report.error({
    key: 'page_password_file',
    problem: `the password is shorter than ${MIN_PASSWORD} characters.`,
    remedy: 'Make a longer one, for example with: openssl rand -base64 18',
  });
}
