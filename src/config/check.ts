/** One file's tree, held against its schema. */
import * as v from 'valibot';

import { lineOf, type Report } from './report.ts';
import { entriesOf, entryOf, expectedBy, itemOf, listKeys, type Schema, type SectionSchema } from './schema.ts';
import { suggest } from './suggest.ts';
import { remedyOfTemplate } from './template.ts';
import { showKey, type MapNode, type Node } from './yaml.ts';

export interface CheckOptions<S extends SectionSchema> {
  readonly root: MapNode;
  readonly schema: S;
  readonly report: Report;
  /** Says of a key that this file does not know which other file it belongs to. */
  readonly ownerOf: (key: string) => string | undefined;
}

/** Gives the values of a file, or `undefined` after every key that does not fit has been reported. */
export function checkFile<S extends SectionSchema>(options: CheckOptions<S>): v.InferOutput<S> | undefined {
  const { root, schema, report } = options;
  const strangers: Stranger[] = [];
  const result = v.safeParse(schema, shapeSection(root, schema, { prefix: '', strangers }));
  let isListed = false;
  for (const { key, line } of strangers) {
    const advice = adviseStranger(key, options);
    const remedy = advice ?? (isListed ? 'Remove it.' : `Remove it. The keys here are ${namesOf(schema)}.`);
    isListed ||= advice === undefined;
    report.error({ key: showKey(key), line, problem: 'unknown key.', remedy });
  }
  for (const issue of result.issues ?? []) reportIssue(issue, options);
  return result.success && strangers.length === 0 ? result.output : undefined;
}

/** A key that the schema does not know. */
interface Stranger {
  readonly key: string;
  readonly line: number;
}

interface Shaping {
  readonly prefix: string;
  /** What is found is added. */
  readonly strangers: Stranger[];
}

/** The part of a tree that the schema knows, as plain texts, lists and objects. Keys without a value are left out. */
function shapeSection(map: MapNode, schema: Schema, { prefix, strangers }: Shaping): Record<string, unknown> {
  const shaped: Record<string, unknown> = {};
  for (const [name, { line, value }] of map.entries) {
    const key = `${prefix}${name}`;
    const entry = entryOf(schema, name);
    if (entry === undefined) strangers.push({ key, line });
    else if (!isNothing(value)) shaped[name] = shape(value, entry, { prefix: `${key}.`, strangers });
  }
  return shaped;
}

/** Sentinel that fails every schema of text. */
const SEVERAL: readonly never[] = [];

function shape(node: Node, schema: Schema, shaping: Shaping): unknown {
  if (entriesOf(schema) !== undefined) return node.kind === 'map' ? shapeSection(node, schema, shaping) : '';
  if (itemOf(schema) === undefined) return shapeText(node);
  // One value needs no list around it.
  return node.kind === 'list' ? node.items.map(shapeText) : node.kind === 'scalar' ? [shapeText(node)] : '';
}

function shapeText(node: Node): unknown {
  return node.kind === 'scalar' ? node.text : SEVERAL;
}

/** An empty text counts as no value, as an empty password does in Rails' own files. */
function isNothing(node: Node): boolean {
  return node.kind === 'scalar' && node.text === '';
}

function reportIssue(issue: v.BaseIssue<unknown>, { root, schema, report }: CheckOptions<SectionSchema>): void {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const key = path.filter((step) => typeof step === 'string').join('.');
  const line = lineOf(root, path);
  const isMissing = issue.path?.at(-1)?.origin === 'key';
  report.error({
    key: showKey(key),
    ...(line !== undefined && { line }),
    problem: !isMissing ? issue.message : line === undefined ? 'is missing.' : 'has no value.',
    remedy: remedyOfTemplate(issue.message) ?? adviseValue(schema, key),
  });
}

function adviseValue(schema: Schema, key: string): string {
  let known: Schema = schema;
  for (const name of key.split('.')) known = entryOf(known, name) ?? known;
  const preset = 'default' in known && typeof known.default === 'string' ? `; the default is ${known.default}` : '';
  return `Write ${expectedBy(known)}${preset}.`;
}

function namesOf(schema: SectionSchema): string {
  return listKeys(schema)
    .map(({ key }) => key)
    .join(', ');
}

/** Looks among the keys beside it and, for `smtp_port`, among those of sections; `undefined` for a key that nobody knows. */
function adviseStranger(key: string, { schema, ownerOf }: CheckOptions<SectionSchema>): string | undefined {
  const keys = listKeys(schema).map((known) => known.key);
  const owner = ownerOf(key);
  const meant = suggest(key, [...new Set([...keys, ...keys.map((known) => known.split('.')[0] ?? known)])]);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const elsewhere = keys.find((known) => known.endsWith(`.${key}`));
  if (elsewhere !== undefined) return `It belongs in the section ${elsewhere.split('.')[0] ?? ''}.`;
  return owner === undefined ? undefined : `It belongs in ${owner}.`;
}
