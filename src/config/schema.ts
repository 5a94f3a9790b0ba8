/** What can be asked of the schema of a file: its keys, their defaults and what each expects. */
import * as v from 'valibot';

export type Schema = v.GenericSchema;

/** The schema of a file, or of a section in it. */
export type SectionSchema = v.ObjectSchema<v.ObjectEntries, v.ErrorMessage<v.ObjectIssue> | undefined>;

export interface KeyDescription {
  /** With dots where keys are nested: `orders.table`. */
  readonly key: string;
  /** Whether the file must hold it. A key that has a default is never required. */
  readonly required: boolean;
  /** As it would be written in the file. */
  readonly default: string | readonly string[] | undefined;
  readonly expected: string;
  /** Whether the value is never shown. */
  readonly secret: boolean;
}

/** Every key of a file, in the schema's order. Sections themselves are none. */
export function listKeys(schema: Schema, prefix = ''): readonly KeyDescription[] {
  return Object.entries(entriesOf(schema) ?? {}).flatMap(([name, entry]) => {
    const key = `${prefix}${name}`;
    // A section whose keys are all the operator's own is one key.
    const isSection = Object.keys(entriesOf(entry) ?? {}).length > 0;
    return isSection ? listKeys(entry, `${key}.`) : [describeEntry(key, entry)];
  });
}

function describeEntry(key: string, entry: Schema): KeyDescription {
  const value: unknown = 'default' in entry ? entry.default : undefined;
  return {
    key,
    required: entry.type !== 'optional',
    default: isTexts(value) || typeof value === 'string' ? value : undefined,
    expected: expectedBy(entry),
    secret: v.getMetadata(unwrap(entry))['secret'] === true,
  };
}

/** What the value must be, in words that complete "Write …". */
export function expectedBy(schema: Schema): string {
  const value = itemOf(schema) ?? unwrap(schema);
  const { expected } = v.getMetadata(value);
  return typeof expected === 'string' ? expected : 'keys and values, indented';
}

/** The keys of a section's schema; `undefined` for any other schema. */
export function entriesOf(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const section = unwrap(schema);
  return 'entries' in section && isSchemas(section.entries) ? section.entries : undefined;
}

/** The schema of a key in a section: its own, or that of the further keys which the section may hold. */
export function entryOf(schema: Schema, name: string): Schema | undefined {
  const entries = entriesOf(schema) ?? {};
  if (Object.hasOwn(entries, name)) return entries[name];
  const section = unwrap(schema);
  return 'rest' in section && isSchema(section.rest) ? section.rest : undefined;
}

/** The schema of a list's items; `undefined` for any other schema. */
export function itemOf(schema: Schema): Schema | undefined {
  const list = unwrap(schema);
  return 'item' in list && isSchema(list.item) ? list.item : undefined;
}

function unwrap(schema: Schema): Schema {
  return 'wrapped' in schema && isSchema(schema.wrapped) ? schema.wrapped : schema;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
}

function isSchemas(value: unknown): value is Record<string, Schema> {
  return typeof value === 'object' && value !== null && Object.values(value).every(isSchema);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
