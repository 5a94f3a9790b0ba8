/** Reads the keys of other programs as order-monit's own, and says what is ignored and what takes whose place. */
import { TLS_MODES, type ForeignKey, type ForeignKeys, type TlsMode } from './foreign-keys.ts';
import type { Report } from './report.ts';
import { entriesOf, entryOf, type SectionSchema } from './schema.ts';
import { splitAddresses } from './values.ts';
import { showKey, type Entry, type ListNode, type MapNode, type Node } from './yaml.ts';

export interface ForeignOptions {
  readonly root: MapNode;
  readonly schema: SectionSchema;
  readonly keys: ForeignKeys;
  /** The section whose keys may stand at the top as well. */
  readonly flat?: string | undefined;
  readonly report: Report;
}

/** The same settings, by the names and with the values of order-monit. What neither knows stays as it is. */
export function readForeignKeys(options: ForeignOptions): MapNode {
  return new Translation(options).translate();
}

/** Whether a name at the top of a file means something, here or to other programs. */
export function isKnownKey({ schema, keys, flat }: Omit<ForeignOptions, 'root' | 'report'>, name: string): boolean {
  const knows = (key: string): boolean => Object.hasOwn(keys, key) || knowsKey(schema, key);
  // Django and environments write them in capitals.
  return [name, name.toLowerCase()].some((key) => knows(key) || (flat !== undefined && knows(`${flat}.${key}`)));
}

function knowsKey(schema: SectionSchema, key: string): boolean {
  const [section = '', name] = key.split('.');
  const entry = entryOf(schema, section);
  return entry !== undefined && (name === undefined || entryOf(entry, name) !== undefined);
}

/** What a key was called where it was written. */
interface Written extends Entry {
  readonly name: string;
}

interface Section {
  readonly line: number;
  readonly entries: Map<string, Written>;
}

type Of<Kind extends ForeignKey['kind']> = Extract<ForeignKey, { kind: Kind }>;

class Translation {
  readonly #options: ForeignOptions;
  readonly #keys: ReadonlyMap<string, ForeignKey>;
  readonly #top: Section;
  readonly #sections = new Map<string, Section>();
  readonly #ignored: Written[] = [];
  readonly #told: { readonly line: number; readonly text: string }[] = [];
  /** What was written of TLS without a word on its mode. */
  readonly #implied: { readonly mode: TlsMode; readonly written: Written }[] = [];
  #verifies: { readonly foreign: Of<'verifies'>; readonly written: Written } | undefined;

  constructor(options: ForeignOptions) {
    this.#options = options;
    // Connector/J does not write useSSL in the same case everywhere; my.cnf and many URLs have ssl-mode.
    this.#keys = new Map(Object.entries(options.keys).map(([name, key]) => [name.toLowerCase(), key]));
    this.#top = { line: options.root.line, entries: new Map() };
  }

  translate(): MapNode {
    const { root, report } = this.#options;
    this.#read(root, undefined);
    this.#settleTls();
    const [told] = this.#told;
    if (told !== undefined) {
      const texts = this.#told.map(({ text }) => text).join(', ');
      report.warning({
        line: told.line,
        problem: `read as TLS settings: ${texts}.`,
        remedy: 'Write others if these are not meant.',
      });
    }
    const [first] = this.#ignored;
    if (first !== undefined) {
      report.warning({
        line: first.line,
        problem: `keys without effect on order-monit: ${this.#ignored.map(({ name }) => name).join(', ')}.`,
        remedy: 'They can stay or be removed.',
      });
    }
    const entries = new Map<string, Entry>(this.#top.entries);
    for (const [name, { line, entries: inner }] of this.#sections) {
      const there = entries.get(name);
      if (there !== undefined && !isEmpty(there.value)) continue; // a fault that is reported later
      entries.set(name, { line, value: { kind: 'map', line, entries: inner } });
    }
    return { kind: 'map', line: root.line, entries };
  }

  #read(map: MapNode, section: string | undefined): void {
    const beside = (name: string): string | undefined => {
      const node = map.entries.get(name)?.value;
      return node?.kind === 'scalar' ? node.text : undefined;
    };
    for (const [name, entry] of map.entries) {
      const key = this.#place(name, section);
      const shown = section === undefined ? name : `${section}.${name}`;
      // A URL in the place of a section.
      const isUrl = entry.value.kind === 'scalar' && this.#isSection(key) && entry.value.text.includes('://');
      const foreign =
        (isUrl ? this.#keys.get(`${key}.url`) : undefined) ??
        this.#keys.get(key.toLowerCase()) ??
        this.#keys.get(key.toLowerCase().replaceAll('-', '_'));
      const written = { ...entry, name: showKey(shown) };
      const isOwn = knowsKey(this.#options.schema, key);
      if (entry.value.kind === 'map' && isOwn && this.#isSection(key)) this.#enter(key, entry);
      else if (foreign === undefined) this.#put(key, section, written);
      else this.#readAs(foreign, written, { key, section, beside });
    }
  }

  /** Where a key belongs: some stand at the top whose section is meant. */
  #place(name: string, section: string | undefined): string {
    const { schema, keys, flat } = this.#options;
    if (section !== undefined) return `${section}.${name}`;
    if (flat === undefined || knowsKey(schema, name)) return name;
    if ([name, name.toLowerCase()].some((each) => Object.hasOwn(keys, each))) return name;
    return isKnownKey(this.#options, name) ? `${flat}.${name}` : name;
  }

  #isSection(key: string): boolean {
    const entry = entryOf(this.#options.schema, key);
    return entry !== undefined && entriesOf(entry) !== undefined;
  }

  #sectionOf(key: string): string {
    return this.#isSection(key) ? key : (key.split('.')[0] ?? key);
  }

  #section(name: string, line: number): Section {
    const there = this.#sections.get(name) ?? { line, entries: new Map<string, Written>() };
    this.#sections.set(name, there);
    return there;
  }

  #enter(name: string, { line, value }: Entry): void {
    this.#section(name, line);
    if (value.kind === 'map') this.#read(value, name);
  }

  #readAs(
    foreign: ForeignKey,
    written: Written,
    {
      key,
      section,
      beside,
    }: { key: string; section: string | undefined; beside: (name: string) => string | undefined },
  ): void {
    const { value } = written;
    const text = value.kind === 'scalar' ? value.text : undefined;
    switch (foreign.kind) {
      case 'ignored':
        this.#ignored.push(written);
        return;
      case 'list':
        this.#addTo(foreign.key, written);
        return;
      case 'verifies':
        if (foreign.implies !== undefined) this.#implied.push({ mode: foreign.implies, written });
        if (text !== undefined && !/^(?:true|yes|1|)$/i.test(text)) this.#refuse(foreign, written);
        else if (text !== '') this.#verifies = { foreign, written };
        return;
      case 'replaced':
        if (text === '') return;
        if (foreign.implies !== undefined) this.#implied.push({ mode: foreign.implies, written });
        if (text === undefined || foreign.fits?.test(text) !== true) this.#refuse(foreign, written);
        return;
      case 'means':
        // Nodemailer groups some keys of a section once more: `auth`, `tls`.
        if (value.kind === 'map') this.#enter(this.#sectionOf(foreign.key), written);
        else this.#rename(foreign, written, text === undefined ? undefined : foreign.read?.(text, beside));
        return;
      case 'url':
      case 'servers':
        this.#put(key, section, written);
    }
  }

  #rename(foreign: Of<'means'>, written: Written, read: string | undefined): void {
    if (isEmpty(written.value)) return;
    if (foreign.implies !== undefined) this.#implied.push({ mode: foreign.implies, written });
    if (read === '') return;
    const { line, name } = written;
    const value: Node = read === undefined ? only(written.value) : { kind: 'scalar', line, text: read };
    if (foreign.told === true && (name !== foreign.key || read !== undefined)) {
      const as = read === undefined ? foreign.key : `${foreign.key}: ${read}`;
      this.#told.push({ line, text: `${name} as ${as}` });
    }
    this.#put(foreign.key, undefined, { ...written, value });
  }

  #refuse({ key, remedy, ...foreign }: Of<'replaced' | 'verifies'>, { name, line }: Written): void {
    const problem = `is not followed; ${key} takes its place.`;
    const isFault = foreign.kind === 'replaced' && foreign.isFault === true;
    this.#options.report[isFault ? 'error' : 'warning']({ key: name, line, problem, remedy });
  }

  #put(key: string, section: string | undefined, written: Written): void {
    const [first = '', second] = key.split('.');
    // Only what is known is taken apart: an unknown key may have dots of its own.
    const isNested = section !== undefined || knowsKey(this.#options.schema, key);
    const within = isNested && second !== undefined ? this.#section(first, written.line) : this.#top;
    const name = within === this.#top ? key : key.slice(first.length + 1);
    const there = within.entries.get(name);
    if (there === undefined || isEmpty(there.value)) within.entries.set(name, written);
    else if (!isSame(there.value, written.value) && !isEmpty(written.value)) {
      this.#options.report.error({
        key: written.name,
        line: written.line,
        problem: `means the same as ${there.name} on line ${there.line}.`,
        remedy: 'Remove one of the two.',
      });
    }
  }

  #addTo(key: string, { name, line, value }: Written): void {
    const { entries } = this.#top;
    const there = entries.get(key);
    if (value.kind === 'map' || isEmpty(value)) {
      if (there === undefined) entries.set(key, { name, line, value });
      return;
    }
    const added = (value.kind === 'list' ? value.items : [value]).flatMap(separate);
    const items = there?.value.kind === 'list' ? [...there.value.items, ...added] : added;
    const list: ListNode = { kind: 'list', line: there?.line ?? line, items };
    entries.set(key, { name: there?.name ?? name, line: list.line, value: list });
  }

  /** A mode that is written stands; without one, nothing weaker is used than what the other keys ask for. */
  #settleTls(): void {
    const mode = this.#sections.get('ssl')?.entries.get('mode');
    const written = mode?.value.kind === 'scalar' ? mode.value.text : '';
    const verifies = this.#verifies;
    const asking = written === '' ? this.#implied : [{ mode: written, written: mode }];
    const isOurs = mode?.name === 'ssl.mode' && written !== '';
    if (isOurs || asking.every((one) => one.mode === 'disabled')) {
      if (verifies !== undefined && written !== 'verify_identity') this.#refuse(verifies.foreign, verifies.written);
      return;
    }
    const all = verifies === undefined ? asking : [...asking, { mode: 'verify_identity', written: verifies.written }];
    const strongest = [...TLS_MODES].reverse().find((one) => all.some((asked) => asked.mode === one));
    if (strongest === undefined || strongest === written) return;
    const line = all[0]?.written?.line ?? this.#top.line;
    const value: Node = { kind: 'scalar', line, text: strongest };
    this.#section('ssl', line).entries.set('mode', { name: 'ssl.mode', line, value });
    const names = [...new Set(all.flatMap((asked) => asked.written?.name ?? []))];
    this.#told.push({ line, text: `${names.join(' and ')} as ssl.mode: ${strongest}` });
  }
}

function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.text === '';
}

/** The one value of a list that has no other. */
function only(node: Node): Node {
  const [first, ...more] = node.kind === 'list' ? node.items : [];
  return first !== undefined && more.length === 0 ? first : node;
}

function isSame(one: Node, other: Node): boolean {
  return one === other || (one.kind === 'scalar' && other.kind === 'scalar' && one.text === other.text);
}

function separate(node: Node): readonly Node[] {
  if (node.kind !== 'scalar') return [node];
  return splitAddresses(node.text).map((text) => ({ kind: 'scalar', line: node.line, text }));
}
