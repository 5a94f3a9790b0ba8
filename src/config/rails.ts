/** Takes Rails' own `database.yml` as well: chooses the environment, and leaves out keys that only Rails has. */
import type { Report } from './report.ts';
import type { Entry, MapNode } from './yaml.ts';

/** Keys of Rails' database.yml that mean nothing to order-monit. */
const IGNORED: ReadonlySet<string> = new Set([
  'checkout_timeout',
  'collation',
  'connect_timeout',
  'encoding',
  'flags',
  'idle_timeout',
  'pool',
  'prepared_statements',
  'read_timeout',
  'reaping_frequency',
  'reconnect',
  'strict',
  'timeout',
  'variables',
  'write_timeout',
]);

export interface RailsOptions {
  readonly root: MapNode;
  readonly report: Report;
  /** The keys that order-monit knows, at the top of the settings. */
  readonly keys: ReadonlySet<string>;
}

/**
 * Finds the settings in a `database.yml`, which may be flat or in Rails' form,
 * with a section for each environment. `undefined` where a fault was reported.
 */
export function findRailsSettings({ root, report, keys }: RailsOptions): MapNode | undefined {
  const isSetting = (name: string): boolean => keys.has(name) || IGNORED.has(name);
  const settings = [...root.entries].filter(([name]) => isSetting(name));
  const environments = [...root.entries].filter(([name, { value }]) => value.kind === 'map' && !isSetting(name));
  const hasProduction = environments.some(([name]) => name === 'production');
  if (!hasProduction && (environments.length === 0 || settings.length > 0)) return withoutIgnored(root, report);
  for (const [name, { line }] of settings) {
    report.error({
      key: name,
      line,
      problem: 'stands beside the sections.',
      remedy: 'Move it into the section that it is meant for.',
    });
  }
  const chosen = chooseEnvironment(environments, report);
  return chosen?.value.kind === 'map' ? withoutIgnored(chosen.value, report) : undefined;
}

/** Production, or the only one there is: to guess among others could mean to watch a database of tests. */
function chooseEnvironment(environments: readonly (readonly [string, Entry])[], report: Report): Entry | undefined {
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

function withoutIgnored(settings: MapNode, report: Report): MapNode {
  const ignored = [...settings.entries].filter(([name]) => IGNORED.has(name));
  const [first] = ignored;
  if (first === undefined) return settings;
  report.warning({
    line: first[1].line,
    problem: `keys of Rails without effect on order-monit: ${ignored.map(([name]) => name).join(', ')}.`,
    remedy: 'They can stay or be removed.',
  });
  return { ...settings, entries: new Map([...settings.entries].filter(([name]) => !IGNORED.has(name))) };
}
