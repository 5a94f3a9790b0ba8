/** From one YAML file on the disk to its section of the configuration, or to its faults. */
import { join } from 'node:path';

import { checkFile } from './check.ts';
import type { ConfigFile, Source } from './config-file.ts';
import { spellOut } from './connection.ts';
import { describeForeignKeys, describeKeys } from './describe.ts';
import type { Fault } from './fault.ts';
import { readText } from './files.ts';
import type { ForeignKeys } from './foreign-keys.ts';
import { isKnownKey, readForeignKeys } from './foreign.ts';
import type { Place } from './place.ts';
import { createReport, type Report } from './report.ts';
import { listKeys, type SectionSchema } from './schema.ts';
import { warnOfReaders } from './secret-search.ts';
import { findSettings } from './sections.ts';
import { parseYaml, type MapNode, type Node } from './yaml.ts';

/**
 * Reads one file, holds it against its schema and resolves its values. Findings
 * are added to `faults`, in the order of their lines; `undefined` means that
 * there is an error among them.
 */
export function readConfigFile<S extends SectionSchema, T>(
  file: ConfigFile<S, T>,
  place: Place,
  faults: Fault[],
): T | undefined {
  const found: Fault[] = [];
  const source = readSource(file, place, found);
  const section = source && file.resolve(source);
  faults.push(...found.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)));
  return section;
}

function readSource<S extends SectionSchema, T>(
  file: ConfigFile<S, T>,
  place: Place,
  faults: Fault[],
): Source<S> | undefined {
  const { name, schema } = file;
  const path = join(place.directory, name);
  const fileReport = createReport({ file: path, faults });
  const content = readText(place.readFile, path);
  if (content.kind === 'unusable') {
    const { line, problem, remedy, passing } = content;
    fileReport.error({ ...(line !== undefined && { line }), problem, remedy, ...(passing && { passing }) });
    return undefined;
  }
  const tree =
    content.kind === 'absent' ? replaceAbsent(schema, fileReport) : readTree(content.text, schema, fileReport);
  const root = tree && settingsOf(tree, file, fileReport);
  if (root === undefined) return undefined;
  const report = createReport({ file: path, root, faults });
  if (content.kind === 'text' && content.readableByAll) warnOfInlineSecret(root, schema, report);
  const values = checkFile({ root, schema, report, ownerOf: (key) => ownerOf(key, name) });
  return values && { values, root, report, place };
}

/** The settings of a file in order-monit's own form, wherever they lie in it and whoever it was written for. */
function settingsOf(
  root: MapNode,
  { schema, foreignKeys: keys, flat }: Omit<ConfigFile<SectionSchema, unknown>, 'resolve'>,
  report: Report,
): MapNode | undefined {
  const isSetting = (name: string): boolean => isKnownKey({ schema, keys, flat }, name);
  const section = findSettings({ root, report, isSetting });
  const settings = section && spellOut(section, keys, report);
  return settings && readForeignKeys({ root: settings, schema, keys, flat, report });
}

const NO_KEYS: MapNode = { kind: 'map', line: 1, entries: new Map() };

function requiredKeys(schema: SectionSchema): readonly string[] {
  return listKeys(schema).flatMap(({ key, required }) => (required ? [key] : []));
}

/** A file without required keys need not be there. */
function replaceAbsent(schema: SectionSchema, report: Report): MapNode | undefined {
  const required = requiredKeys(schema);
  if (required.length === 0) return NO_KEYS;
  report.error({
    problem: 'the file is missing.',
    remedy: `Make it; /usr/share/doc/order-monit/configuration.md describes its keys, of which ${required.join(', ')} can not be left out.`,
  });
  return undefined;
}

function readTree(text: string, schema: SectionSchema, report: Report): MapNode | undefined {
  const { root, faults } = parseYaml(text);
  for (const fault of faults) report.error(fault);
  if (root?.kind === 'map') return root;
  if (faults.length > 0) return undefined;
  if (root === undefined || isEmpty(root)) {
    const required = requiredKeys(schema);
    if (required.length === 0) return NO_KEYS;
    report.error({ problem: 'the file is empty.', remedy: `Write at least ${required.join(', ')}.` });
    return undefined;
  }
  report.error({
    line: root.line,
    problem: root.kind === 'list' ? 'the file is a list.' : 'the file holds no keys.',
    remedy: 'Write lines of the form key: value, with a blank after the colon.',
  });
  return undefined;
}

function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.text === '';
}

function warnOfInlineSecret(root: MapNode, schema: SectionSchema, report: Report): void {
  const held = listKeys(schema).find(({ key, secret }) => secret && holdsText(root, key.split('.')));
  if (held !== undefined) warnOfReaders(report, report.file, held.key);
}

function holdsText(root: MapNode, path: readonly string[]): boolean {
  let node: Node | undefined = root;
  for (const name of path) node = node?.kind === 'map' ? node.entries.get(name)?.value : undefined;
  return node?.kind === 'scalar' && node.text !== '';
}

function ownerOf(key: string, file: string): string | undefined {
  const others = describeKeys().filter((known) => known.file !== file);
  const owner = others.find((known) => known.key === key)?.file;
  if (owner !== undefined) return owner;
  const nested = others.find((known) => known.key.endsWith(`.${key}`));
  if (nested !== undefined) return `${nested.file}, in the section ${nested.key.split('.')[0] ?? ''}`;
  return describeForeignKeys().find(({ file: other, keys }) => other !== file && isRead(keys, key))?.file;
}

/** Whether a key of another program is more than ignored. */
function isRead(keys: ForeignKeys, key: string): boolean {
  return Object.hasOwn(keys, key) && keys[key]?.kind !== 'ignored';
}
