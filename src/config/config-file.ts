/** The form in which each of the six YAML files is described, so that `read.ts` can read it. */
import type * as v from 'valibot';

import type { Place } from './place.ts';
import type { Report } from './report.ts';
import type { SectionSchema } from './schema.ts';
import type { MapNode } from './yaml.ts';

/** One of the six files: its keys, and what becomes of their values. */
export interface ConfigFile<S extends SectionSchema, T> {
  readonly name: string;
  readonly schema: S;
  /** Finds the settings within the file, where they may lie deeper; `undefined` when that gave an error. */
  readonly findSettings?: (root: MapNode, report: Report) => MapNode | undefined;
  /** Sees the values together, once each fits by itself; `undefined` when that gave an error. */
  readonly resolve: (source: Source<S>) => T | undefined;
}

export interface Source<S extends SectionSchema> {
  readonly values: v.InferOutput<S>;
  readonly root: MapNode;
  readonly report: Report;
  readonly place: Place;
}
