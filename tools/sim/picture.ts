// The world of a run as one HTML file with an SVG: people, cities with their load, routes between them with their
// traffic, and the figures. Self-contained; text is escaped, because site names come from data.

import { metricsOf, placedOf } from './judge.ts';
import { type Flat, flat, greatCirclePath, MAP } from './projection.ts';
import type { SimRun } from './run.ts';
import { summaryHeads, summaryRow } from './summary.ts';
import type { StrategyRun } from './timeline.ts';
import type { World } from './world.ts';

/** Routes drawn, the busiest: more is fog. */
const ROUTES_MAX = 160;
const LABEL_DISTANCE_PX = 46;

interface RouteFlow {
  readonly a: number; // city
  readonly b: number;
  readonly via: number; // city, -1: direct
  streams: number;
}

/** The picture of the first strategy of the run. */
export function worldPicture({ world, runs, result }: SimRun): string {
  const [run] = runs;
  if (run === undefined) throw new Error('a run has strategies');
  const flows = [...flowsOf(run, world).values()].sort((a, b) => b.streams - a.streams);
  const drawn = flows.slice(0, ROUTES_MAX);
  const most = drawn[0]?.streams ?? 1;
  const svg = [
    `<svg viewBox="0 0 ${MAP.width} ${MAP.height}" role="img" aria-label="World with hosts, routes and people">`,
    graticule(),
    `<g class="people">${people(world)}</g>`,
    `<g class="routes">${inDrawingOrder(drawn)
      .map((flow) => route(flow, world, most))
      .join('')}</g>`,
    `<g class="cities">${cities(run, world)}</g>`,
    '</svg>',
  ].join('\n');
  return page({ svg, params: result.params, runs, world, run, hidden: flows.length - drawn.length });
}

/** Streams between cities of all rooms, both directions together, by the path they take. */
function flowsOf(run: StrategyRun, world: World): Map<string, RouteFlow> {
  const flows = new Map<string, RouteFlow>();
  for (const row of run.rooms) {
    const placed = placedOf(row);
    for (const from of placed) {
      for (const to of new Set(placed)) {
        const ends = [world.hosts[from]?.city ?? 0, world.hosts[to]?.city ?? 0].sort((x, y) => x - y);
        const [a = 0, b = 0] = ends;
        if (a === b) continue;
        const relay = run.running.via(from, to);
        const via = relay < 0 ? -1 : (world.hosts[relay]?.city ?? -1);
        const key = `${a} ${b} ${via}`;
        const flow = flows.get(key) ?? { a, b, via, streams: 0 };
        flow.streams += 1;
        flows.set(key, flow);
      }
    }
  }
  return flows;
}

function graticule(): string {
  const lines: string[] = [];
  for (let longitude = -150; longitude <= 150; longitude += 30) {
    const { x } = flat({ latitude: 0, longitude });
    lines.push(`<line x1="${x}" y1="0" x2="${x}" y2="${MAP.height}"/>`);
  }
  for (let latitude = -30; latitude <= 60; latitude += 30) {
    const { y } = flat({ latitude, longitude: 0 });
    lines.push(
      `<line x1="0" y1="${y.toFixed(1)}" x2="${MAP.width}" y2="${y.toFixed(1)}"${latitude === 0 ? ' class="equator"' : ''}/>`,
    );
  }
  return `<g class="grid">${lines.join('')}</g>`;
}

function people(world: World): string {
  const counts = new Map<number, number>();
  for (const room of world.rooms) for (const { site } of room.people) counts.set(site, (counts.get(site) ?? 0) + 1);
  return [...counts]
    .map(([site, count]) => {
      const place = world.geography.sites[site];
      if (place === undefined) return '';
      const { x, y } = flat(place);
      const radius = 2 + 1.1 * Math.sqrt(count);
      return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}"><title>${escaped(place.label)}: ${count} people</title></circle>`;
    })
    .join('');
}

/**
 * What lies on top hides what it crosses, so it has a colour of the key: relayed over direct, for its legs run where
 * direct ones do, and busy over quiet.
 */
function inDrawingOrder(flows: readonly RouteFlow[]): RouteFlow[] {
  const isRelayed = ({ via }: RouteFlow): number => (via < 0 ? 0 : 1);
  return [...flows].sort((a, b) => isRelayed(a) - isRelayed(b) || a.streams - b.streams);
}

/** Of a route with this share (0 to 1) of the busiest one's streams. */
const widthPx = (weight: number): number => 1.1 + 2 * weight;

/** Quiet routes are dimmed towards the ground and not see-through: two colours seen through one another are a third. */
function route(flow: RouteFlow, world: World, most: number): string {
  const [a, b, relay] = [world.cities[flow.a], world.cities[flow.b], world.cities[flow.via]];
  if (a === undefined || b === undefined) return '';
  const path = relay === undefined ? greatCirclePath(a, b) : greatCirclePath(a, relay) + greatCirclePath(relay, b);
  const weight = flow.streams / most;
  const style = `stroke-width="${widthPx(weight).toFixed(2)}" style="--strength:${Math.round(25 + 75 * Math.sqrt(weight))}%"`;
  const name = (city: number): string => escaped(world.geography.sites[world.citySites[city] ?? -1]?.label ?? '');
  const title = `${name(flow.a)} – ${name(flow.b)}${flow.via < 0 ? '' : ` through ${name(flow.via)}`}: ${flow.streams} streams`;
  return `<path class="${flow.via < 0 ? 'direct' : 'relayed'}" d="${path}" ${style}><title>${title}</title></path>`;
}

function cities(run: StrategyRun, world: World): string {
  const labelled: Flat[] = [];
  const sessions = world.cities.map(() => 0);
  const capacity = world.cities.map(() => 0);
  for (const [host, { city, capacity: carries }] of world.hosts.entries()) {
    sessions[city] = (sessions[city] ?? 0) + (run.fleet.sessions[host] ?? 0);
    capacity[city] = (capacity[city] ?? 0) + carries;
  }
  const order = [...world.cities.keys()].sort((a, b) => (sessions[b] ?? 0) - (sessions[a] ?? 0));
  return order
    .map((city) => {
      const place = world.cities[city];
      if (place === undefined) return '';
      const at = flat(place);
      const label = escaped(world.geography.sites[world.citySites[city] ?? -1]?.label ?? '');
      const load = (sessions[city] ?? 0) / Math.max(1, capacity[city] ?? 1);
      const radius = 3 + Math.sqrt(sessions[city] ?? 0) / 2.2;
      const isLabelled = labelled.every(
        (other) => Math.hypot(other.x - at.x, (other.y - at.y) * 2.4) > LABEL_DISTANCE_PX,
      );
      if (isLabelled) labelled.push(at);
      const isRightmost = at.x > MAP.width - 90;
      const text = isLabelled
        ? `<text x="${(at.x + (isRightmost ? -radius - 4 : radius + 4)).toFixed(1)}" y="${(at.y + 4).toFixed(1)}"${isRightmost ? ' text-anchor="end"' : ''}>${label}</text>`
        : '';
      const title = `${label}: ${sessions[city] ?? 0} sessions, ${Math.round(load * 100)} % of its capacity`;
      return `<g><circle cx="${at.x.toFixed(1)}" cy="${at.y.toFixed(1)}" r="${radius.toFixed(1)}" style="--load:${Math.min(1, load).toFixed(2)}"><title>${title}</title></circle>${text}</g>`;
    })
    .join('');
}

function page(o: {
  svg: string;
  params: Readonly<Record<string, string | number | boolean>>;
  runs: readonly StrategyRun[];
  world: World;
  run: StrategyRun;
  hidden: number;
}): string {
  const rows = o.runs.map((run) => {
    const cells = summaryRow(metricsOf(run, o.world)).map((cell) => `<td>${cell}</td>`);
    return `<tr${run === o.run ? ' class="shown"' : ''}><th scope="row">${escaped(run.strategy.name)}</th>${cells.join('')}</tr>`;
  });
  const heads = ['strategy', ...summaryHeads].map((head) => `<th scope="col">${escaped(head)}</th>`);
  const { rooms, size, nodes, cities, mode, seed, geography } = o.params;
  const hidden = o.hidden > 0 ? ` The ${ROUTES_MAX} busiest routes are drawn, ${o.hidden} more are not.` : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Simulated world, ${escaped(o.run.strategy.name)}</title>
<style>${css}</style></head><body><main>
<header><h1>Simulated world <span>as ${escaped(o.run.strategy.name)} places it</span></h1>
<p>${rooms} rooms of ${size} on ${nodes} hosts in ${cities} cities, seed ${escaped(String(seed))}; our rooms in mode ${escaped(String(mode))}. ${escaped(String(geography))}.${hidden}</p></header>
<figure>${o.svg}<figcaption>${keys}</figcaption></figure>
<div class="scroll"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>
</main></body></html>
`;
}

/** Each key with its words in one box, so that a narrow window breaks lines between them and not inside. */
const keys = [
  ['person', 'people'],
  ['city', 'city, size by sessions, lighter when fuller'],
  ['line-direct', 'direct'],
  ['line-relayed', 'through one relay'],
]
  .map(([kind, words]) => `<span class="key"><i class="${kind}"></i>${words}</span>`)
  .join('');

const css = `
:root{color-scheme:dark;--ground:#0d1418;--line:#1d2a31;--ink:#dfe8ea;--soft:#8fa3ab;--direct:#4fb3c8;--relayed:#f0a04b;--person:#6f8791;--map:#0a1013}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1480px;margin:0 auto;padding:24px 20px 40px}h1{font-size:24px;font-weight:600;margin:0 0 4px}h1 span{color:var(--soft);font-weight:400}
header p{margin:0 0 16px;color:var(--soft);max-width:100ch}figure{margin:0 0 24px}svg{display:block;width:100%;height:auto;background:var(--map);border:1px solid var(--line);border-radius:6px}
.grid line{stroke:var(--line);stroke-width:1}.grid .equator{stroke:#2a3a43}.people circle{fill:var(--person);fill-opacity:.28}
.routes path{fill:none;stroke-linecap:round}.direct{stroke:color-mix(in srgb,var(--direct) var(--strength),var(--map))}.relayed{stroke:color-mix(in srgb,var(--relayed) var(--strength),var(--map))}
.cities circle{fill:color-mix(in oklab,#e9f7f5 calc(var(--load)*100%),#23808f);stroke:#0a1013;stroke-width:1.2}
.cities text{font-size:12px;fill:var(--ink);paint-order:stroke;stroke:#0a1013;stroke-width:3px;stroke-linejoin:round}
figcaption{display:flex;flex-wrap:wrap;gap:6px 20px;margin-top:10px;color:var(--soft);font-size:14px}
.key{display:flex;align-items:center;gap:8px}.key i{flex:none}.person,.city{width:11px;height:11px;border-radius:50%}.person{background:var(--person);opacity:.6}.city{background:#23808f}
.line-direct,.line-relayed{width:22px;height:3px;border-radius:2px}.line-direct{background:var(--direct)}.line-relayed{background:var(--relayed)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:right;padding:7px 12px;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left}thead th{color:var(--soft);font-weight:500;font-size:13px}tbody th{font-weight:500}.shown{background:#13202a}
`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
