/** Finds the settings in a file that has a section for each environment of Rails, and in it one for each database. */
import type { Report } from './report.ts';
import type { Entry, MapNode, Node } from './yaml.ts';

export interface SectionOptions {
  readonly root: MapNode;
  readonly report: Report;
  /** Whether a name at the top of the settings means something, here or to other programs. */
  readonly isSetting: (name: string) => boolean;
}

type Named = readonly [name: string, entry: Entry];

/**
 * Finds the settings, which may be flat, in the section of an environment, or in that of a database within it.
 * `undefined` where a fault was reported.
 */
export function findSettings({ root: written, ...options }: SectionOptions): MapNode | undefined {
  const root = options.isSetting('adapter') ? spellOutUrls(written) : written;
  const environment = descend({ root, ...options }, chooseEnvironment, 'production');
  return environment && descend({ root: environment, ...options }, chooseDatabase, 'primary');
}

/** Rails takes a URL in place of a section. */
function spellOutUrls(root: MapNode): MapNode {
  const entries = [...root.entries].map(([name, { line, value }]): Named => {
    const isUrl = name === 'production' && value.kind === 'scalar' && /:\/\/|<%/.test(value.text);
    const section: MapNode = { kind: 'map', line, entries: new Map([['url', { line, value }]]) };
    return [name, { line, value: isUrl ? section : value }];
  });
  return { ...root, entries: new Map(entries) };
}

/** What Rails and others name a section for. */
const ENVIRONMENT = /^(?:default|development|test|staging)$/;

type Choose = (sections: readonly Named[], report: Report) => Entry | undefined;

function descend(options: SectionOptions, choose: Choose, preferred: string): MapNode | undefined {
  const { root, report } = options;
  const sections = [...root.entries].filter(([name, { value }]) => isSection(name, value, options));
  const settings = [...root.entries].filter(
    ([name]) => options.isSetting(name) && !sections.some(([section]) => section === name),
  );
  const hasPreferred = sections.some(([name]) => name === preferred);
  const beside = settings.length === 0 ? undefined : sections.find(([name]) => ENVIRONMENT.test(name));
  if (!hasPreferred && beside !== undefined) {
    report.error({
      key: beside[0],
      line: beside[1].line,
      problem: 'is a section, and there are keys beside it.',
      remedy: 'Move its keys to the margin, or the others into it.',
    });
    return undefined;
  }
  if (!hasPreferred && (sections.length === 0 || settings.length > 0)) return root;
  for (const [name, { line }] of settings) {
    report.error({
      key: name,
      line,
      problem: 'stands beside the sections.',
      remedy: 'Move it into the section that it is meant for.',
    });
  }
  const chosen = choose(sections, report);
  return chosen?.value.kind === 'map' ? chosen.value : undefined;
}

/** What names a database, so that a section of it may have any name, `orders` too. */
const CONNECTION = ['adapter', 'database', 'url'];

function isSection(name: string, value: Node, options: SectionOptions): boolean {
  if (value.kind !== 'map') return false;
  if (options.isSetting(name)) return options.isSetting('adapter') && CONNECTION.some((key) => value.entries.has(key));
  return name === 'production' || holdsSettings(value, options, 2);
}

function holdsSettings(map: MapNode, options: SectionOptions, depth: number): boolean {
  return [...map.entries].some(
    ([name, { value }]) =>
      options.isSetting(name) || (depth > 0 && value.kind === 'map' && holdsSettings(value, options, depth - 1)),
  );
}

/** Production, or the only one there is: to guess among others could mean to watch a database of tests. */
function chooseEnvironment(environments: readonly Named[], report: Report): Entry | undefined {
  const production = environments.find(([name]) => name === 'production');
  if (production !== undefined) return production[1];
  // Rails' own files keep what the environments share under this name.
  const candidates = environments.filter(([name]) => !name.startsWith('default'));
  const [only, ...more] = candidates.length > 0 ? candidates : environments;
  if (only === undefined) return undefined;
  const [name, entry] = only;
  if (more.length > 0) {
    report.error({
      line: entry.line,
      problem: `there is no section production, but ${candidates.length} others.`,
      remedy: 'Name the one that is meant production, or keep it alone.',
    });
    return undefined;
  }
  report.warning({
    key: name,
    line: entry.line,
    problem: 'this section is used, because there is no section production.',
    remedy: 'Name it production if it is the right one.',
  });
  return entry;
}

/** The primary one, or the only one that is no replica: which of others holds the orders is not guessed. */
function chooseDatabase(databases: readonly Named[], report: Report): Entry | undefined {
  const writable = databases.filter(([, { value }]) => !isReplica(value));
  const names = databases.map(([name]) => name).join(', ');
  const [first, ...more] = writable.length > 0 ? writable : databases;
  const chosen = databases.find(([name]) => name === 'primary') ?? (more.length === 0 ? first : undefined);
  if (chosen === undefined) {
    report.error({
      line: first?.[1].line ?? 1,
      problem: `there are several sections here (${names}), and none is named primary.`,
      remedy: 'Name the one that is meant primary, or keep it alone.',
    });
    return undefined;
  }
  if (databases.length > 1) {
    report.warning({
      key: chosen[0],
      line: chosen[1].line,
      problem: `of the sections ${names} this one is used.`,
      remedy: 'If the orders are in another one, keep that one alone.',
    });
  }
  return chosen[1];
}

function isReplica(node: Node): boolean {
  const replica = node.kind === 'map' ? node.entries.get('replica')?.value : undefined;
  return replica?.kind === 'scalar' && /^(?:true|yes)$/i.test(replica.text);
}
