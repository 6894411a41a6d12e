// Makes a Grafana dashboard as JSON from core panels and one variable, the data source, so that it works in any
// Grafana.

export interface Panel {
  readonly title: string;
  readonly description: string;
  /** Unit of Grafana: `short` (a count), `percentunit` (a share of 1), `ms`, `s`, `bps`, `bytes`, … */
  readonly unit: string;
  /** Expression and legend; `{{label}}` in a legend is replaced by the label's value. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  readonly isNow?: true;
  /** Lower bound of red figures; smaller ones are green. */
  readonly badFrom?: number;
  readonly isStacked?: true;
}

export interface Dashboard {
  /** File name, and uid of the dashboard. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
}

/** Version of Grafana 10.4; later versions migrate it when loading. */
const SCHEMA_VERSION = 39;
/** Grafana's grid has 24 columns: three panels of curves in a row, or six figures. */
const [COLUMNS, CURVES, FIGURE] = [24, { w: 8, h: 8 }, { w: 4, h: 4 }] as const;
const datasource = { type: 'prometheus', uid: `\${datasource}` };

/** Returns a quantile of a histogram; `matchers` are in braces, or empty. */
export const quantile = (share: number, histogram: string, matchers = ''): string =>
  `histogram_quantile(${share}, sum by (le) (rate(${histogram}_bucket${matchers}[$__rate_interval])))`;

export function dashboardJson({ name, title, description, panels }: Dashboard): string {
  const places = placed(panels);
  const dashboard = {
    id: null,
    uid: `meridian-${name}`,
    title: `Meridian: ${title}`,
    description,
    tags: ['meridian'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        title: 'Meridian',
        tags: ['meridian'],
        asDropdown: true,
        keepTime: true,
        includeVars: true,
      },
    ],
    annotations: { list: [] },
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {}, hide: 0 },
      ],
    },
    panels: panels.map((panel, index) => ({ id: index + 1, gridPos: places[index], ...panelJson(panel) })),
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

/** Places panels from left to right, in rows as high as their first panel. */
function placed(panels: readonly Panel[]): { x: number; y: number; w: number; h: number }[] {
  let [x, y, height] = [0, 0, 0];
  return panels.map(({ isNow }) => {
    const size = isNow ? FIGURE : CURVES;
    if (x + size.w > COLUMNS || (x > 0 && size.h !== height)) [x, y] = [0, y + height];
    height = size.h;
    const place = { x, y, ...size };
    x += size.w;
    return place;
  });
}

function panelJson({ title, description, unit, queries, isNow, badFrom, isStacked }: Panel): object {
  const targets = queries.map(([expr, legendFormat], index) => ({
    refId: String.fromCharCode(65 + index),
    datasource,
    expr,
    legendFormat,
    ...(isNow ? { instant: true } : { range: true }),
  }));
  const green = { color: 'green', value: null };
  const steps = badFrom === undefined ? [green] : [green, { color: 'red', value: badFrom }];
  const defaults = { unit, ...(unit === 'percentunit' && { min: 0 }), thresholds: { mode: 'absolute', steps } };
  if (isNow) {
    const options = {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'none',
      textMode: queries.length > 1 ? 'value_and_name' : 'value',
    };
    return { type: 'stat', title, description, datasource, targets, fieldConfig: { defaults, overrides: [] }, options };
  }
  const custom = {
    fillOpacity: isStacked ? 30 : 0,
    showPoints: 'never',
    stacking: { mode: isStacked ? 'normal' : 'none', group: 'A' },
  };
  return {
    type: 'timeseries',
    title,
    description,
    datasource,
    targets,
    fieldConfig: { defaults: { ...defaults, custom }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  };
}
