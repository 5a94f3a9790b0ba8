/**
 * Prints debian/copyright (DEP-5): whose the program is, and whose every npm
 * package that is bundled with it, with the full text of each licence.
 *
 *   npm run build && node .ci/copyright.mjs > debian/copyright
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OURS = 'The order-monit contributors';

/** Texts by their first words, which say more than what a package states of itself. */
const LICENCES = [
  ['Permission is hereby granted, free of charge', 'Expat'],
  ['Permission to use, copy, modify, and/or distribute', 'ISC'],
  ['Permission to use, copy, modify, and distribute', 'ISC'],
  ['Redistribution and use in source and binary forms', 'BSD-3-Clause'],
  ['This is free and unencumbered software', 'Unlicense'],
];
/** Debian has its text on every host. */
const APACHE = `Licensed under the Apache License, Version 2.0. On Debian systems its full text is in
/usr/share/common-licenses/Apache-2.0.`;
const ISC = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`;

const packages = JSON.parse(readFileSync(join(root, 'dist/bundled-packages.json'), 'utf8'));
/** Name of a licence -> its text. */
const texts = new Map();
const stanzas = packages.map(({ name, licence, licenceFile }) => stanzaOf(name, licence, licenceFile));
const own = readFileSync(join(root, 'LICENSE'), 'utf8');
const ownLicence = register(own);

console.log(
  [
    `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: order-monit
Comment:
 The program is bundled with the npm packages whose files are named below as
 node_modules/NAME: all of them are in /usr/lib/order-monit.`,
    `Files: *\nCopyright: ${copyrightOf(own)[0] ?? `2026 ${OURS}`}\nLicense: ${ownLicence}`,
    ...stanzas,
    ...[...texts].map(([name, text]) => `License: ${name}\n${indented(text)}`),
  ].join('\n\n'),
);

function stanzaOf(name, stated, file) {
  const folder = join(root, 'node_modules', name);
  const facts = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = file === null ? '' : readFileSync(join(folder, file), 'utf8');
  const author = typeof facts.author === 'string' ? facts.author : facts.author?.name;
  const holders = copyrightOf(text);
  const licence =
    stated === 'Apache-2.0' ? register(APACHE, 'Apache-2.0') : register(text === '' && stated === 'ISC' ? ISC : text);
  const whose = holders.length > 0 ? holders : [author ?? `the authors of ${name}`];
  return `Files: node_modules/${name}/*\nCopyright: ${whose.join('\n           ')}\nLicense: ${licence}`;
}

/** Who holds the copyright, by the notices in a licence's text. */
function copyrightOf(text) {
  const lines = text.split('\n').map((line) => line.replace(/^[\s#*>]+/, '').trim());
  const notices = lines.flatMap((line) => /^(?:\(c\)|copyright)(?: *\(c\)| *©)?:? +(.+)$/i.exec(line)?.[1] ?? []);
  return notices
    .filter((notice) => /\d{4}/.test(notice))
    .map((notice) => notice.replace(/[.,]? *All rights reserved\.?$/i, ''));
}

/** Notes a licence's text once, and returns its name. */
function register(text, known) {
  const found = known === undefined ? LICENCES.filter(([words]) => text.includes(words)) : [[text, known]];
  if (found.length === 0) throw new Error(`This licence is not known:\n${text}`);
  // A file may hold two, for two authors: both hold.
  const name = found.map((each) => each[1]).join('-and-');
  const body = text.slice(Math.min(...found.map(([words]) => text.indexOf(words)))).replace(/\s+$/, '');
  const words = (each) =>
    each
      .toLowerCase()
      .replace(/[^a-z]+/g, ' ')
      .trim();
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    const noted = texts.get(candidate);
    if (noted === undefined) texts.set(candidate, body);
    if (noted === undefined || words(noted) === words(body)) return candidate;
  }
}

function indented(text) {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}
