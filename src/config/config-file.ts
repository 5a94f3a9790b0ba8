/** The form in which each of the YAML files is described, so that `read.ts` can read it. */
import type * as v from 'valibot';

import type { ForeignKeys } from './foreign-keys.ts';
import type { Place } from './place.ts';
import type { Report } from './report.ts';
import type { SectionSchema } from './schema.ts';
import type { MapNode } from './yaml.ts';

/** One of the files: its keys, and what becomes of their values. */
export interface ConfigFile<S extends SectionSchema, T> {
  readonly name: string;
  readonly schema: S;
  /** The keys of other programs that such a file may bring. */
  readonly foreignKeys: ForeignKeys;
  /** The section whose keys may stand at the top as well. */
  readonly flat?: string;
  /** Sees the values together, once each fits by itself; `undefined` when that gave an error. */
  readonly resolve: (source: Source<S>) => T | undefined;
}

export interface Source<S extends SectionSchema> {
  readonly values: v.InferOutput<S>;
  readonly root: MapNode;
  readonly report: Report;
  readonly place: Place;
}
