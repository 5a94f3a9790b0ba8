/** Collects the faults of one YAML file, and finds the line of the key that each is about. */
import type { Fault, Remark, Severity } from './fault.ts';
import type { MapNode, Node } from './yaml.ts';

/** Takes findings about one file. The line of a key is looked up where none is given. */
export interface Report {
  readonly file: string;
  readonly error: (remark: Remark) => void;
  readonly warning: (remark: Remark) => void;
  readonly notice: (remark: Remark) => void;
}

export interface ReportOptions {
  readonly file: string;
  /** Where keys are found; absent while the file has not been parsed. */
  readonly root?: MapNode | undefined;
  /** What findings are added to. */
  readonly faults: Fault[];
}

export function createReport({ file, root, faults }: ReportOptions): Report {
  const reporter =
    (severity: Severity) =>
    (remark: Remark): void => {
      const line = remark.line ?? (remark.key === undefined ? undefined : lineOf(root, remark.key.split('.')));
      faults.push({ severity, file, ...remark, ...(line !== undefined && { line }) });
    };
  return { file, error: reporter('error'), warning: reporter('warning'), notice: reporter('notice') };
}

/** The line of a key, or of a list's item by its index; for one that is not there, `undefined`. */
export function lineOf(root: Node | undefined, path: readonly (string | number)[]): number | undefined {
  let node = root;
  let line: number | undefined;
  for (const step of path) {
    if (node?.kind === 'map') {
      const entry = node.entries.get(String(step));
      line = entry?.line;
      node = entry?.value;
    } else if (node?.kind === 'list' && typeof step === 'number') {
      node = node.items[step];
      line = node?.line;
    }
  }
  return line;
}
