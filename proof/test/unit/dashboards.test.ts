// Dashboards of infra/grafana: Prometheus' own grammar parses every query, every metric and label is in the registry of
// some service, and nothing in them belongs to a single Grafana.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { dashboardFiles } from '../../../infra/docs/dashboards/dashboards.ts';
import { knownSeries, labelsOf, selectorsOf, unknownNames } from '../support/promql.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly gridPos: Place;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly {
    readonly refId: string;
    readonly datasource: unknown;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}
interface Dashboard {
  readonly id: null;
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly Panel[];
}

const repository = join(import.meta.dirname, '../../..');
const folder = join(repository, 'infra/grafana');
const files = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  return { file, text, dashboard: JSON.parse(text) as Dashboard };
});
const series = knownSeries();
const panels = files.flatMap(({ file, dashboard }) => dashboard.panels.map((panel) => ({ ...panel, file })));

const UNITS = ['short', 'percentunit', 'ms', 's', 'bps', 'bytes', 'ops', 'reqps'];
/** Replaces Grafana's rate interval: any duration will do for the grammar. */
const asAsked = (expr: string): string => expr.replaceAll('$__rate_interval', '5m');
const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

it("each dashboard equals the generator's output", () => {
  const made = Object.entries(dashboardFiles()).map(([path, { text }]) => [path, text]);
  const there = files.map(({ file, text }) => [`infra/grafana/${file}`, text]);
  expect(there.sort()).toEqual(made.sort());
});

it('each dashboard has a uid and title of its own', () => {
  for (const key of ['uid', 'title'] as const) {
    const values = files.map(({ dashboard }) => dashboard[key]);
    expect(new Set(values).size).toBe(values.length);
  }
});

describe.each(files)('$file', ({ file, text, dashboard }) => {
  it('can be imported into any Grafana', () => {
    expect([dashboard.id, dashboard.uid]).toEqual([null, `meridian-${file.replace('.json', '')}`]);
    // Schema versions of Grafana 10.4; from 42 on there are panels unknown to it.
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    expect(dashboard.schemaVersion).toBeLessThan(42);
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([['datasource', 'datasource']]);
    // Every named data source is the variable.
    const sources: unknown[] = [];
    JSON.parse(text, (key, value) => {
      if (key === 'datasource') sources.push(value);
      return value;
    });
    expect(sources.length).toBeGreaterThan(dashboard.panels.length);
    for (const source of sources) expect(source).toEqual({ type: 'prometheus', uid: `\${datasource}` });
    expect(text).not.toMatch(/__inputs|https?:/);
  });

  it('has panels with ids and places of their own, on the grid', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
    for (const [index, { gridPos }] of dashboard.panels.entries()) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (const other of dashboard.panels.slice(0, index)) expect(overlap(gridPos, other.gridPos)).toBe(false);
    }
  });

  it('describes its content', () => {
    expect(dashboard.title).toMatch(/^Meridian: \w/);
    expect(dashboard.description).toMatch(/^[A-Z].{20,}[.?]$/);
  });
});

describe.each(panels)('$file: $title', ({ type, title, description, datasource, fieldConfig, targets }) => {
  it('is a panel for every Grafana, with a title, a description and a unit', () => {
    expect(['stat', 'timeseries']).toContain(type);
    expect(title).toMatch(/^[A-Z].{2,40}$/);
    expect(description).toMatch(/^[A-Z].{9,}\.$/);
    expect(UNITS).toContain(fieldConfig.defaults.unit);
    for (const target of targets) expect(target.datasource).toEqual(datasource);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  test.each(targets)('$expr', ({ expr, legendFormat }) => {
    const asked = asAsked(expr);
    expect(selectorsOf(asked).length).toBeGreaterThan(0);
    expect(unknownNames(asked, series)).toEqual([]);
    // A legend names labels of the result; an empty legend would be a long list of labels.
    expect(legendFormat).not.toBe('');
    for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(labelsOf(asked, series)).toContain(label);
  });

  it('uses rates of counters only', () => {
    for (const { expr } of targets)
      for (const [, metric] of expr.matchAll(/(?:rate|increase)\((\w+)/g))
        expect(metric).toMatch(/_(?:total|bucket|sum|count)$/);
  });
});

test('labels that a text about a result can name are found', () => {
  expect([...labelsOf('max by (rule) (meridian_api_alarms_open) > 0', series)]).toEqual(['rule']);
  expect([...labelsOf('sum(meridian_api_alarms_open)', series)]).toEqual([]);
  expect([...labelsOf('topk(3, meridian_scheduler_moves_total)', series)].sort()).toEqual([
    'instance',
    'job',
    'kind',
    'outcome',
  ]);
});
