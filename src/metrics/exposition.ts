/** The two text forms that metrics are served in, and which of them a client wants. */

/** Metrics as text, and what the `Content-Type` of an answer with it is. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * Gives metrics in the form that suits an `Accept` header best. A client that
 * does not ask for OpenMetrics gets Prometheus' older form, which all can read.
 *
 * @param text metrics in Prometheus' form
 */
export function expositionFor(accept: string | undefined, text: string): Exposition {
  return wantsOpenMetrics(accept ?? '')
    ? { contentType: OPENMETRICS_TYPE, text: asOpenMetrics(text) }
    : { contentType: PROMETHEUS_TYPE, text };
}

function wantsOpenMetrics(accept: string): boolean {
  const ranges = accept.split(',').map(rangeOf);
  const best = (fits: (range: Range) => boolean): number => Math.max(0, ...ranges.filter(fits).map(({ q }) => q));
  const openMetrics = best(
    ({ type, version }) => type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0'),
  );
  return openMetrics > 0 && openMetrics >= best(({ type }) => type === 'text/plain');
}

interface Range {
  readonly type: string;
  readonly version: string | undefined;
  readonly q: number;
}

function rangeOf(written: string): Range {
  const [type = '', ...parameters] = written.split(';').map((part) => part.trim().toLowerCase());
  const values = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.trim(), value.trim()];
    }),
  );
  const q = Number(values.get('q') ?? '1');
  return { type, version: values.get('version'), q: Number.isNaN(q) ? 0 : q };
}

/**
 * The same metrics as OpenMetrics: a counter's family is named without the
 * `_total` of its samples, no line is blank, and the last one says that it is
 * the last. prom-client could print this itself, but renames its counters for
 * good when it does, so that the older form is wrong from then on.
 */
function asOpenMetrics(text: string): string {
  const counters = new Set([...text.matchAll(/^# TYPE (\S+)_total counter$/gm)].map(([, name]) => name));
  const lines = text.split('\n').flatMap((line) => {
    if (line === '') return [];
    const [, start, name, rest] = /^(# (?:HELP|TYPE) )(\S+)_total( .*)$/.exec(line) ?? [];
    return [start !== undefined && counters.has(name) ? `${start}${name ?? ''}${rest ?? ''}` : line];
  });
  return `${lines.join('\n')}\n# EOF\n`;
}
