/** The demo's mails in a browser: what is in them is shown, and does nothing. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test, type TestContext } from 'node:test';

import { createTransport } from 'nodemailer';

import { openMailServer } from '../alerts/mail-server.ts';
import { serve, STORY } from '../page/fixtures.ts';
import { read, useBrowser, visit } from '../page/visitors.ts';
import { openMailViewer } from './mail-viewer.ts';

useBrowser();

const SUBJECT = 'Pedido 1226050 <b>precisa</b> de ação';

async function open(t: TestContext, markup = '<p>a letter</p><script>fetch("/")</script>'): Promise<string> {
  const server = await openMailServer();
  t.after(server.close);
  const viewer = await openMailViewer(server.mails);
  t.after(async () => viewer.close());
  const transport = createTransport({ host: '127.0.0.1', port: server.port, ignoreTLS: true });
  t.after(() => {
    transport.close();
  });
  await transport.sendMail({
    from: 'order-monit@shop.example',
    to: 'operations@shop.example',
    subject: SUBJECT,
    text: 'a </pre><script>text()</script>',
    html: markup,
  });
  return viewer.address;
}

test('a mail is in the list, and shown as HTML in a frame that runs nothing, and as text', async (t) => {
  const address = await open(t);
  const list = await (await fetch(address)).text();
  assert.match(list, /<a href="\/1">Pedido 1226050 &lt;b&gt;precisa&lt;\/b&gt; de ação<\/a>/);

  const mail = await (await fetch(`${address}1`)).text();
  assert.match(mail, /<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="\/1\/html"/);
  assert.match(mail, /a &lt;\/pre&gt;&lt;script&gt;text\(\)/);

  const letter = await fetch(`${address}1/html`);
  assert.match(await letter.text(), /<p>a letter<\/p>/);
  assert.match(
    letter.headers.get('content-security-policy') ?? '',
    /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/,
  );
});

test('a link in a mail opens the page of the order, which is shown in no frame', async (t) => {
  const served = await serve(t);
  served.ports.found = { kind: 'story', story: STORY };
  const address = await open(t, `<p><a href="${served.origin}/orders/1226050">1226050</a></p>`);
  const page = await visit(t, { viewport: { width: 360, height: 740 } });
  await page.goto(`${address}1`);
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.frameLocator('iframe').getByRole('link', { name: '1226050' }).click(),
  ]);
  await read(opened, 'Order 1226050');
});

test('what is not there is not found, nor is anything under the name of another host', async (t) => {
  const address = await open(t);
  for (const path of ['0', '2', '1/html/', '../etc/passwd']) {
    assert.equal((await fetch(`${address}${path}`)).status, 404, path);
  }
  const status = await new Promise((resolve, reject) => {
    request(address, { headers: { host: 'evil.example' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
  assert.equal(status, 404);
});
