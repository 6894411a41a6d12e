// The visible scene: what is drawn where in the window, and what the pointer can hit.
import { type AlarmMarks, siteMark } from '../alarms/core/places.ts';
import { type Cluster, clustersOf } from '../core/clusters.ts';
import { HitGrid } from '../core/hit-grid.ts';
import {
  type LinkLevel,
  linkLevel,
  linkWidth,
  markScale,
  peopleOf,
  placeRadius,
  ringAround,
  siteRadius,
} from '../core/levels.ts';
import type { Selection } from '../core/selection.ts';
import { type Box, type Point, toWindow, type Viewport } from '../core/viewport.ts';
import { linkKey, type WorldState } from '../core/world-state.ts';
import type { AlarmSeverity, WorldLink, WorldSite } from '../types.ts';
import { type Arc, arcBetween, projectedPoint, worldSize } from './geography.ts';

export interface ShownLayers {
  readonly people: boolean;
  /** Whether to show links without traffic. */
  readonly unused: boolean;
}

export interface DrawnLink {
  readonly link: WorldLink;
  readonly level: LinkLevel;
  readonly width: number;
  /** A single arc from site to site; with relays instead two arcs for each relay, by way of it. */
  readonly arcs: readonly Arc[];
  /** Relay sites in coordinates of the window. */
  readonly relays: readonly Point[];
}

export interface DrawnAlarm {
  readonly severity: AlarmSeverity;
  readonly at: Point;
}

export interface DrawnSite {
  readonly site: WorldSite;
  readonly at: Point;
  readonly radius: number;
}

export interface DrawnCluster {
  readonly cluster: Cluster;
  readonly radius: number;
}

export interface Scene {
  readonly links: readonly DrawnLink[];
  readonly sites: readonly DrawnSite[];
  readonly places: readonly DrawnCluster[];
  readonly alarms: readonly DrawnAlarm[];
  hit(point: Point, slack: number): Selection | undefined;
}

/** Width of a link without traffic: just visible. */
const UNUSED_LINK_PX = 0.75;
/**
 * Least distance between the rings that show people at a place. Closer rings would hide one another, so their places
 * are merged into a cluster.
 */
const RING_DISTANCE_MIN_PX = 26;

/** Returns the scene in window coordinates. `view`: visible part of the world. `bounds`: area the pointer can hit. */
export function sceneOf(
  state: WorldState,
  o: { view: Viewport; bounds: Box; shown: ShownLayers; marks: AlarmMarks },
): Scene {
  const { view, bounds, shown, marks } = o;
  const scale = markScale(view.scale * worldSize.width);
  const sites = [...state.sites.values()]
    .map((site) => ({ site, at: toWindow(view, projectedPoint(site)), radius: scale * siteRadius(site.sessions) }))
    .sort((a, b) => b.site.sessions - a.site.sessions);
  const links = [...state.links.values()]
    .filter((link) => link.isUsed || shown.unused || !link.isReachable || marks.links.has(linkKey(link)))
    .flatMap((link) => drawnLink(state, view, link));
  const places = shown.people ? placesOf(state, sites, { view, scale }) : [];
  // The grids are built at the first hit test, since most scenes never have one.
  let hit: Scene['hit'] | undefined;
  return {
    links,
    sites,
    places,
    alarms: alarmsOf({ sites, links }, view, marks),
    hit: (point, slack) => {
      hit ??= hitTester({ links, sites, places }, view, bounds);
      return hit(point, slack);
    },
  };
}

/** Returns the marks of alarms: at a site's upper right, and at the middle of a link. */
function alarmsOf(
  { sites, links }: Pick<Scene, 'sites' | 'links'>,
  view: Viewport,
  marks: AlarmMarks,
): readonly DrawnAlarm[] {
  const ofLinks = links.flatMap(({ link, arcs }): DrawnAlarm[] => {
    const severity = marks.links.get(linkKey(link));
    const line = severity && arcs[Math.floor((arcs.length - 1) / 2)]?.lines[0];
    const middle = line?.[Math.floor(line.length / 2)];
    return severity === undefined || middle === undefined ? [] : [{ severity, at: toWindow(view, middle) }];
  });
  const ofSites = sites.flatMap(({ site, at, radius }): DrawnAlarm[] => {
    const severity = siteMark(marks, site);
    return severity === undefined ? [] : [{ severity, at: { x: at.x + radius * 0.8, y: at.y - radius * 0.8 } }];
  });
  return [...ofLinks, ...ofSites];
}

function drawnLink(state: WorldState, view: Viewport, link: WorldLink): DrawnLink[] {
  const [from, to] = [state.sites.get(link.from), state.sites.get(link.to)];
  if (from === undefined || to === undefined) return [];
  const relaySites = link.isUsed ? link.via.flatMap((name) => state.sites.get(name) ?? []) : [];
  return [
    {
      link,
      level: linkLevel(link),
      width: link.isUsed ? markScale(view.scale * worldSize.width) * linkWidth(link.sessions) : UNUSED_LINK_PX,
      arcs:
        relaySites.length === 0
          ? [arcBetween(from, to)]
          : relaySites.flatMap((relay) => [arcBetween(from, relay), arcBetween(relay, to)]),
      relays: relaySites.map((relay) => toWindow(view, projectedPoint(relay))),
    },
  ];
}

function placesOf(
  state: WorldState,
  sites: readonly DrawnSite[],
  { view, scale }: { view: Viewport; scale: number },
): DrawnCluster[] {
  const all = [...state.places.values()].map((place) => ({ place, at: toWindow(view, projectedPoint(place)) }));
  return clustersOf(all, scale * RING_DISTANCE_MIN_PX).map((cluster) => ({
    cluster,
    radius: Math.max(scale * placeRadius(peopleOf(cluster.strength)), ringAround(cluster.at, sites)),
  }));
}

function hitTester(
  { links, sites, places }: Pick<Scene, 'links' | 'sites' | 'places'>,
  view: Viewport,
  bounds: Box,
): Scene['hit'] {
  const ofSites = new HitGrid<Selection>(bounds);
  const ofPlaces = new HitGrid<Selection>(bounds);
  const ofLinks = new HitGrid<Selection>(bounds);
  for (const { site, at, radius } of sites) ofSites.addMark({ kind: 'site', site: site.site }, at, radius);
  for (const { cluster, radius } of places)
    ofPlaces.addMark({ kind: 'places', places: cluster.places }, cluster.at, radius);
  for (const { link, arcs } of links) {
    const selection = { kind: 'link', from: link.from, to: link.to } as const;
    for (const { lines } of arcs)
      for (const line of lines)
        ofLinks.addLine(
          selection,
          line.map((point) => toWindow(view, point)),
        );
  }
  // Sites lie above people, and both above links.
  return (point, slack) => {
    for (const grid of [ofSites, ofPlaces, ofLinks]) {
      const found = grid.at(point, slack);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
