/** The shipped dashboard has Grafana's form, and names only metrics that exist. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { expressionsOf, readDashboard } from './dashboard.ts';
import { familiesIn, Scene } from './fixtures.ts';

describe('The dashboard', () => {
  test('has the form that Grafana reads, with its Prometheus to choose', () => {
    const { templating } = readDashboard();
    assert.deepEqual(
      templating.list.map(({ name, type }) => [name, type]),
      [
        ['datasource', 'datasource'],
        ['instance', 'query'],
      ],
    );
  });

  test('has panels with ids of their own that lie side by side', () => {
    const { panels } = readDashboard();
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Map<string, string>();
    for (const { title, gridPos, targets } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, `${title} is too wide`);
      assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.equal(taken.get(`${x},${y}`), undefined, `${title} lies upon another panel`);
          taken.set(`${x},${y}`, title);
        }
      }
    }
  });

  test('names no metric that there is not', async () => {
    const families = familiesIn(await new Scene().text());
    for (const { panel, expr } of expressionsOf(readDashboard())) {
      const names = expr.match(/\b(?:order_monit|process|nodejs)_\w+/g) ?? [];
      assert.ok(names.length > 0, panel);
      for (const name of names) assert.ok(families.includes(name.replace(/_bucket$/, '')), `${panel}: ${name}`);
    }
  });
});
