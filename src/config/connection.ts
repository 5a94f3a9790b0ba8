/** Other forms of saying where the database is: a URL, as in DATABASE_URL, and several servers of which one is written to. */
import type { ForeignKeys } from './foreign-keys.ts';
import type { Report } from './report.ts';
import { explainTemplate } from './template.ts';
import type { Entry, MapNode, Node } from './yaml.ts';

/** Puts what a URL and the section of a server say in place of these. `undefined` where a fault was reported. */
export function spellOut(settings: MapNode, keys: ForeignKeys, report: Report): MapNode | undefined {
  const kindOf = (name: string) => (Object.hasOwn(keys, name) ? keys[name]?.kind : undefined);
  const entries = new Map([...settings.entries].filter(([name]) => kindOf(name) !== 'servers'));
  for (const [key, { line, value }] of settings.entries) {
    if (kindOf(key) !== 'servers') continue;
    const server = serverOf(value);
    if (server === undefined) {
      const problem = 'names no server that is written to.';
      report.error({ key, line, problem, remedy: 'Write host, username and the like of that one in place of it.' });
      return undefined;
    }
    for (const [name, entry] of server.entries) if (!NO_SETTING.has(name)) entries.set(name, entry);
    const problem = 'of these servers the one that is written to is used.';
    report.warning({ key, line, problem, remedy: 'Nothing to do if that is meant.' });
  }
  const url = [...entries].find(([name]) => kindOf(name) === 'url');
  if (url === undefined) return { ...settings, entries };
  const said = readUrl(url[1], report);
  if (said === undefined) return undefined;
  entries.delete(url[0]);
  // What the URL says wins, as it does in Rails; but a section is order-monit's own (`ssl`), and says more than a word.
  const wins = [...said].map(([name, entry]) => [name, withSection(entry, entries.get(name))] as const);
  return { ...settings, entries: new Map([...entries, ...wins]) };
}

/** What a URL says of something, or the section that is written for it, with what that leaves open. */
function withSection(said: Entry, written: Entry | undefined): Entry {
  if (written?.value.kind !== 'map') return said;
  if (said.value.kind !== 'map') return written;
  const entries = new Map([...said.value.entries, ...written.value.entries]);
  return { ...written, value: { ...written.value, entries } };
}

/** How a server is told from the others. */
const NO_SETTING: ReadonlySet<string> = new Set(['role', 'name', 'weight', 'replica']);

/** The server that is written to: of Makara's list, of Janus' pair, or the only one. */
function serverOf(servers: Node): MapNode | undefined {
  if (servers.kind !== 'map') return undefined;
  const list = servers.entries.get('connections')?.value;
  if (list?.kind === 'list') {
    return list.items.find((one): one is MapNode => one.kind === 'map' && /^:?(?:master|primary)$/.test(roleOf(one)));
  }
  const primary = servers.entries.get('primary')?.value;
  if (primary?.kind === 'map') return primary;
  return servers.entries.has('host') ? servers : undefined;
}

function roleOf({ entries }: MapNode): string {
  const role = entries.get('role')?.value ?? entries.get('name')?.value;
  return role?.kind === 'scalar' ? role.text : '';
}

/**
 * MYSQL2://USER:PASSWORD@HOST:PORT/DATABASE?KEY=VALUE, where all but the host may be missing. Further on there is no @: what
 * stands before one is a password that is not encoded, and would be taken for a port and a key that messages show.
 */
const URL_FORM =
  /^(?:jdbc:)?([a-z][\w+.-]*):\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#@]*)(?::(\d+))?(?:\/([^/?#@]*))?(?:\?([^#@]*))?$/i;

function readUrl({ line, value }: Entry, report: Report): ReadonlyMap<string, Entry> | undefined {
  const written = value.kind === 'scalar' ? value.text : '';
  const template = explainTemplate(written);
  const parts = template === undefined ? URL_FORM.exec(written) : null;
  const said = parts === null ? undefined : decodeAll(parts);
  if (said === undefined) {
    const [problem, remedy] = template ?? [
      'is not a URL of the form mysql2://USER:PASSWORD@HOST:PORT/DATABASE.',
      'Encode what is special in the password (@ as %40, : as %3A, / as %2F, # as %23, % as %25), or write host, ' +
        'database, username and password instead.',
    ];
    report.error({ key: 'url', line, problem, remedy });
    return undefined;
  }
  const entries = new Map<string, Entry>();
  for (const [name, text] of said) {
    const section = /^ssl$/i.test(name) && text.startsWith('{') ? tlsSection(text, line) : undefined;
    if (section !== undefined && 'problem' in section) {
      report.error({ key: 'url', line, ...section });
      return undefined;
    }
    entries.set(name, { line, value: section ?? { kind: 'scalar', line, text } });
  }
  return entries;
}

const BESIDE_URL = 'Take ssl out of the URL, and write ssl: {mode: verify_identity, ca: FILE} beside it.';

/** `ssl={"rejectUnauthorized":true}`, as the drivers of Node.js have it: they encrypt, and check unless that is `false`. */
function tlsSection(json: string, line: number): MapNode | { readonly problem: string; readonly remedy: string } {
  const settings = parsed(json);
  if (typeof settings !== 'object' || settings === null) {
    return { problem: 'has an ssl that is neither a word nor JSON.', remedy: BESIDE_URL };
  }
  const texts = Object.entries({ rejectUnauthorized: true, ...settings }).map(
    ([name, value]: [string, unknown]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  if (texts.some(([, text]) => text.includes('-----BEGIN '))) {
    const remedy = `Write it into a file of its own. ${BESIDE_URL}`;
    return { problem: 'holds a certificate or its key itself, in ssl.', remedy };
  }
  const entries = texts.map(([name, text]): [string, Entry] => [name, { line, value: { kind: 'scalar', line, text } }]);
  return { kind: 'map', line, entries: new Map(entries) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function decodeAll(parts: RegExpExecArray): readonly (readonly [name: string, text: string])[] | undefined {
  const [, scheme = '', username, password, host = '', port, database, query = ''] = parts;
  try {
    return [
      ['adapter', scheme.toLowerCase()],
      ['username', username],
      ['password', password],
      ['host', host.replace(/^\[(.*)\]$/, '$1')],
      ['port', port],
      ['database', database],
    ]
      .flatMap(([name = '', text = '']) => (text === '' ? [] : [[name, decodeURIComponent(text)] as const]))
      .concat([...new URLSearchParams(query)]);
  } catch {
    return undefined;
  }
}
