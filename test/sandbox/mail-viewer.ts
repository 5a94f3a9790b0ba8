/** Shows in a browser what a mail server of the tests has received. Nothing in a mail runs there, or loads anything. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { html, type Html } from '../../src/page/html.ts';
import { headerOf, htmlOf, type ReceivedMail } from '../alerts/mail-server.ts';

import { listen } from './ports.ts';

export interface MailViewer {
  /** `http://127.0.0.1:12345/` */
  readonly address: string;
  close(): Promise<void>;
}

const STYLE = `body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
li{margin:.5rem 0}small{color:#595959}iframe{width:100%;height:30rem;border:1px solid #999}pre{white-space:pre-wrap}`;
/** Of the pages around a mail. */
const AROUND = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'";
/** A mail runs nothing. Its links open windows of their own: the page is shown in no frame. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';
const LINKS = '<base target="_blank">';
/** Of a mail itself: as strict when somebody opens it outside of its frame. */
const INSIDE = `sandbox ${SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'`;

/** Opens the viewer on a port of 127.0.0.1 that is free. */
export async function openMailViewer(mails: readonly ReceivedMail[]): Promise<MailViewer> {
  const server = createServer((request, response) => {
    answer(mails, request, response);
  });
  const port = await listen(server);
  return {
    address: `http://127.0.0.1:${port}/`,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answer(mails: readonly ReceivedMail[], request: IncomingMessage, response: ServerResponse): void {
  const send = (status: number, policy: string, body: string): void => {
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(body);
  };
  const notFound = (): void => {
    send(404, AROUND, String(page('There is no such page', html`<p><a href="/">All mails</a></p>`)));
  };
  // A name of somebody else's that leads to this address is none of ours.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? '')) {
    notFound();
    return;
  }
  const [, place, part] = /^\/(\d+)?(\/html)?$/.exec(request.url ?? '') ?? [];
  const mail = place === undefined ? undefined : mails[Number(place) - 1];
  if (request.url === '/') send(200, AROUND, String(list(mails)));
  else if (mail === undefined) notFound();
  else if (part === undefined) send(200, AROUND, String(one(mail, place ?? '')));
  else send(200, INSIDE, htmlOf(mail.raw) + LINKS);
}

/** The newest first; it refreshes itself. */
function list(mails: readonly ReceivedMail[]): Html {
  const items = mails.map(
    (mail, index) =>
      html`<li>
        <a href="/${index + 1}">${mail.subject}</a><br />
        <small>to ${mail.to.join(', ')}, ${headerOf(mail.raw, 'date')}</small>
      </li>`,
  );
  const body =
    mails.length === 0
      ? html`<p>None yet.</p>`
      : html`<ol reversed>
          ${items.reverse()}
        </ol>`;
  return page('Mails of the demo', body, html`<meta http-equiv="refresh" content="5" />`);
}

function one(mail: ReceivedMail, place: string): Html {
  return page(
    mail.subject,
    html`<p><a href="/">All mails</a></p>
      <p>From ${mail.from}, to ${mail.to.join(', ')}, ${headerOf(mail.raw, 'date')}</p>
      <iframe sandbox="${SANDBOX}" src="/${place}/html" title="The mail as HTML"></iframe>
      <h2>The same as text</h2>
      <pre>${mail.text}</pre>`,
  );
}

function page(title: string, body: Html, head?: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        ${head}
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}
