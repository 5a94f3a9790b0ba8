/** The shipped dashboard, read as far as the tests are about it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as v from 'valibot';

export const RULES = fileURLToPath(new URL('../../data/prometheus/order-monit.rules.yml', import.meta.url));
const DASHBOARD = new URL('../../data/grafana/order-monit.json', import.meta.url);

const datasource = v.object({ type: v.literal('prometheus'), uid: v.literal('${datasource}') });
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const dashboard = v.object({
  uid: v.literal('order-monit'),
  title: v.pipe(v.string(), v.nonEmpty()),
  schemaVersion: whole,
  templating: v.object({ list: v.array(v.object({ name: v.string(), type: v.string() })) }),
  panels: v.array(
    v.object({
      id: whole,
      type: v.picklist(['stat', 'timeseries']),
      title: v.pipe(v.string(), v.nonEmpty()),
      datasource,
      gridPos: v.object({ x: whole, y: whole, w: whole, h: whole }),
      fieldConfig: v.object({ defaults: v.object({ unit: v.string() }), overrides: v.array(v.unknown()) }),
      options: v.record(v.string(), v.unknown()),
      targets: v.pipe(
        v.array(v.object({ refId: v.string(), expr: v.string(), legendFormat: v.string(), datasource })),
        v.minLength(1),
      ),
    }),
  ),
});

export type Dashboard = v.InferOutput<typeof dashboard>;

/** @throws Error when the file has another form */
export function readDashboard(): Dashboard {
  return v.parse(dashboard, JSON.parse(readFileSync(DASHBOARD, 'utf8')));
}

/** Every expression of the dashboard, with its variables filled in as Grafana does it. */
export function expressionsOf({ panels }: Dashboard): readonly { readonly panel: string; readonly expr: string }[] {
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({
      panel: title,
      expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'),
    })),
  );
}
