// Paints a scene. All sizes are CSS pixels of the window.
import { arcsOf, type LinkLevel, markScale, siteLevel } from '../core/levels.ts';
import type { Selection } from '../core/selection.ts';
import { type Box, isOver, type Point, type Viewport } from '../core/viewport.ts';
import type { WorldLink, WorldSite } from '../types.ts';
import type { Coastlines } from './coastlines.ts';
import type { MapColours } from './colours.ts';
import { worldSize } from './geography.ts';
import type { DrawnAlarm, DrawnCluster, DrawnLink, DrawnSite, Scene } from './scene.ts';

export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly ratio: number;
  /** View of the window; the canvas is larger by `margin` on each side. */
  readonly view: Viewport;
  readonly margin: Point;
  readonly palette: MapColours;
}

const TURN = 2 * Math.PI;

export function paintLand(sheet: Sheet, { land, borders }: Coastlines): void {
  const { context, palette, view } = sheet;
  clear(context);
  setWorldTransform(sheet);
  context.fillStyle = palette.land;
  context.fill(land);
  context.strokeStyle = palette.border;
  context.lineWidth = 0.75 / view.scale;
  context.stroke(borders);
}

export interface Painted {
  readonly scene: Scene;
  readonly selection: Selection | undefined;
  readonly focused: string | undefined;
  nameOf(site: WorldSite): string;
}

export function paintWorld(sheet: Sheet, { scene, selection, focused, nameOf }: Painted): void {
  clear(sheet.context);
  paintLinks(sheet, scene.links, selection);
  setWindowTransform(sheet);
  for (const each of scene.places) paintPlaces(sheet, each, isChosenPlace(selection, each));
  const upwards = [...scene.sites].reverse();
  for (const each of upwards) paintSite(sheet, each, false);
  for (const each of upwards) if (isChosenSite(selection, each)) paintSite(sheet, each, true);
  paintNames(sheet, scene.sites, nameOf);
  for (const each of scene.alarms) paintAlarm(sheet, each);
  for (const each of scene.sites) if (each.site.site === focused) paintFocus(sheet, each);
}

const isChosenSite = (selection: Selection | undefined, { site }: DrawnSite): boolean =>
  (selection?.kind === 'site' && selection.site === site.site) ||
  (selection?.kind === 'region' && selection.region === site.region);
const isChosenPlace = (selection: Selection | undefined, { cluster }: DrawnCluster): boolean =>
  selection?.kind === 'places' && selection.places[0] === cluster.places[0];
export const isChosenLink = (selection: Selection | undefined, { from, to, via }: WorldLink): boolean =>
  selection?.kind === 'link'
    ? selection.from === from && selection.to === to
    : selection?.kind === 'site' && [from, to, ...via].includes(selection.site);

function clear(context: CanvasRenderingContext2D): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}

function setWorldTransform({ context, ratio, view, margin }: Sheet): void {
  const scale = ratio * view.scale;
  context.setTransform(scale, 0, 0, scale, ratio * (view.x + margin.x), ratio * (view.y + margin.y));
}

function setWindowTransform({ context, ratio, margin }: Sheet): void {
  context.setTransform(ratio, 0, 0, ratio, ratio * margin.x, ratio * margin.y);
}

/** Line patterns (solid, long dashes, short dashes, dots), so that levels can be distinguished without colours. */
const dashes: Readonly<Record<LinkLevel, readonly number[]>> = {
  good: [],
  fair: [9, 4],
  bad: [4, 3],
  broken: [1, 4],
  unknown: [],
};
const colourOf = (palette: MapColours, level: LinkLevel): string => (level === 'broken' ? palette.bad : palette[level]);

const alphas: Readonly<Record<LinkLevel, number>> = { good: 0.32, fair: 0.55, bad: 0.95, broken: 0.9, unknown: 0.3 };

/** Paint order, with the worst level on top. Links of the same look share a stroke, which keeps painting fast. */
const paintOrder: readonly LinkLevel[] = ['unknown', 'good', 'fair', 'bad', 'broken'];

function paintLinks(sheet: Sheet, links: readonly DrawnLink[], selection: Selection | undefined): void {
  const { context, palette, view } = sheet;
  const groups = new Map<string, { path: Path2D; level: LinkLevel; width: number; alpha: number }>();
  const chosen = new Path2D();
  const visible = visibleBox(sheet);
  const hasSelection = selection !== undefined && selection.kind !== 'places';
  for (const { link, level, width, arcs } of links) {
    const isChosen = isChosenLink(selection, link);
    const alpha = isChosen ? 1 : (link.isUsed ? alphas[level] : 0.25) * (hasSelection ? 0.35 : 1);
    const half = Math.max(0.75, Math.round(width * 4) / 4);
    const key = `${paintOrder.indexOf(level)} ${alpha} ${half}`;
    const group = groups.get(key) ?? { path: new Path2D(), level, width: half, alpha };
    groups.set(key, group);
    for (const arc of arcs) {
      if (!isOver(arc.box, visible)) continue;
      group.path.addPath(arc.path);
      if (isChosen && selection?.kind === 'link') chosen.addPath(arc.path);
    }
  }
  const dashScale = markScale(view.scale * worldSize.width);
  setWorldTransform(sheet);
  context.lineCap = 'butt';
  context.strokeStyle = palette.chosen;
  context.lineWidth = 9 / view.scale;
  context.globalAlpha = 0.35;
  context.stroke(chosen);
  for (const [, { path, level, width, alpha }] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    context.globalAlpha = alpha;
    context.strokeStyle = colourOf(palette, level);
    context.lineWidth = width / view.scale;
    context.setLineDash(dashes[level].map((part) => (part * dashScale) / view.scale));
    context.stroke(path);
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
  paintRelays(sheet, links);
}

/** Returns the part of the world on the canvas. Lines outside are skipped, since dashed lines are slow to paint. */
function visibleBox({ context, ratio, view, margin }: Sheet): Box {
  const { width, height } = context.canvas;
  const [left, top] = [-(view.x + margin.x) / view.scale, -(view.y + margin.y) / view.scale];
  return { left, top, right: left + width / ratio / view.scale, bottom: top + height / ratio / view.scale };
}

/** Paints a diamond at each site that relays links. */
function paintRelays(sheet: Sheet, links: readonly DrawnLink[]): void {
  const { context, palette, view } = sheet;
  setWindowTransform(sheet);
  const found = new Map(links.flatMap(({ relays }) => relays.map((at) => [`${at.x} ${at.y}`, at] as const)));
  const half = 15 * markScale(view.scale * worldSize.width);
  context.strokeStyle = palette.text;
  context.lineWidth = 1.5;
  for (const { x, y } of found.values()) {
    context.beginPath();
    context.moveTo(x, y - half);
    context.lineTo(x + half, y);
    context.lineTo(x, y + half);
    context.lineTo(x - half, y);
    context.closePath();
    context.stroke();
  }
}

/** Weak arcs are thick, so that they stand out without colours. */
const ringWidths = { strong: 2, medium: 3.5, weak: 6, unknown: 2 } as const;

function paintPlaces({ context, palette }: Sheet, { cluster, radius }: DrawnCluster, isChosen: boolean): void {
  const colours = { strong: palette.good, medium: palette.fair, weak: palette.bad, unknown: palette.unknown };
  const { x, y } = cluster.at;
  for (const { strength, from, to } of arcsOf(cluster.strength)) {
    context.beginPath();
    context.arc(x, y, radius, from * TURN - TURN / 4, to * TURN - TURN / 4);
    context.strokeStyle = colours[strength];
    context.lineWidth = Math.min(ringWidths[strength], radius);
    context.stroke();
  }
  if (isChosen) ring(context, { at: cluster.at, radius: radius + 6, colour: palette.chosen, width: 2.5 });
}

function ring(
  context: CanvasRenderingContext2D,
  o: { at: Point; radius: number; colour: string; width: number; dash?: readonly number[] },
): void {
  context.beginPath();
  context.arc(o.at.x, o.at.y, o.radius, 0, TURN);
  context.strokeStyle = o.colour;
  context.lineWidth = o.width;
  context.setLineDash([...(o.dash ?? [])]);
  context.stroke();
  context.setLineDash([]);
}

/** Paints a pie of the site's load inside a ring that shows its state. */
function paintSite({ context, palette }: Sheet, { site, at, radius }: DrawnSite, isChosen: boolean): void {
  const level = siteLevel(site);
  const colour = { good: palette.site, fair: palette.fair, bad: palette.bad, dead: palette.bad }[level];
  context.beginPath();
  context.arc(at.x, at.y, radius + 1.5, 0, TURN);
  context.fillStyle = palette.halo;
  context.fill();
  const load = Math.min(1, Math.max(0, site.load));
  if (level !== 'dead' && load > 0) {
    context.beginPath();
    context.moveTo(at.x, at.y);
    context.arc(at.x, at.y, radius - 1, -TURN / 4, load * TURN - TURN / 4);
    context.closePath();
    context.fillStyle = colour;
    context.fill();
  }
  paintState(context, { site, at, radius, palette, colour });
  if (isChosen) ring(context, { at, radius: radius + 5, colour: palette.chosen, width: 3 });
}

/** Paints a light and a dark ring, so that the focus is visible on any background. */
function paintFocus({ context, palette }: Sheet, { at, radius }: DrawnSite): void {
  ring(context, { at, radius: radius + 10, colour: palette.halo, width: 7 });
  ring(context, { at, radius: radius + 10, colour: palette.chosen, width: 3 });
}

interface StateRing {
  readonly site: WorldSite;
  readonly at: Point;
  readonly radius: number;
  readonly palette: MapColours;
  readonly colour: string;
}

/** Paints a solid ring for `alive`, a dashed one for `suspect`, two for `draining`, and a crossed one for `dead`. */
function paintState(context: CanvasRenderingContext2D, { site, at, radius, palette, colour }: StateRing): void {
  const { state } = site;
  const isDead = state === 'dead' || site.nodesAlive === 0;
  if (isDead) {
    ring(context, { at, radius, colour: palette.bad, width: 2 });
    const half = radius * 0.6;
    context.beginPath();
    for (const side of [1, -1]) {
      context.moveTo(at.x - half, at.y - half * side);
      context.lineTo(at.x + half, at.y + half * side);
    }
    context.strokeStyle = palette.bad;
    context.lineWidth = 2;
    context.stroke();
    return;
  }
  if (state === 'suspect') ring(context, { at, radius, colour: palette.bad, width: 2.5, dash: [3, 2.5] });
  else ring(context, { at, radius, colour, width: 1.5 });
  if (state === 'draining') ring(context, { at, radius: radius + 3.5, colour: palette.fair, width: 1.5 });
}

/** Distance from the triangle's centre to its top. */
const ALARM_PX = 8;

/** Paints a triangle with an exclamation mark; severity `info` has a quiet colour. */
function paintAlarm({ context, palette }: Sheet, { severity, at: { x, y } }: DrawnAlarm): void {
  context.beginPath();
  context.moveTo(x, y - ALARM_PX);
  context.lineTo(x + ALARM_PX, y + ALARM_PX * 0.75);
  context.lineTo(x - ALARM_PX, y + ALARM_PX * 0.75);
  context.closePath();
  context.lineJoin = 'round';
  context.strokeStyle = palette.halo;
  context.lineWidth = 3;
  context.stroke();
  context.fillStyle = { critical: palette.bad, warning: palette.fair, info: palette.unknown }[severity];
  context.fill();
  context.fillStyle = palette.halo;
  context.fillRect(x - 1, y - 3.5, 2, 5);
  context.fillRect(x - 1, y + 2.5, 2, 2);
}

/** Paints as many site names as fit, most sessions first. */
function paintNames(sheet: Sheet, sites: readonly DrawnSite[], nameOf: (site: WorldSite) => string): void {
  const { context, palette, ratio, margin } = sheet;
  const right = context.canvas.width / ratio - 2 * margin.x;
  const takenBoxes: Box[] = sites.map(({ at, radius }) => ({
    left: at.x - radius,
    right: at.x + radius,
    top: at.y - radius,
    bottom: at.y + radius,
  }));
  context.font = `600 11px ${palette.font}`;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const { site, at, radius } of sites) {
    const name = nameOf(site);
    const width = context.measureText(name).width;
    const boxes = [at.x + radius + 4, at.x - radius - 4 - width].map((left) => ({
      left: left - 2,
      right: left + width + 2,
      top: at.y - 8,
      bottom: at.y + 8,
    }));
    // A name that the window's edge would cut goes to the other side.
    const isCut = (one: Box): boolean => (one.left < 0 && at.x > 0) || (one.right > right && at.x < right);
    const box = boxes.find((one) => !isCut(one) && !takenBoxes.some((other) => isOver(one, other)));
    if (box === undefined) continue;
    takenBoxes.push(box);
    context.strokeStyle = palette.halo;
    context.lineWidth = 3;
    context.strokeText(name, box.left + 2, at.y);
    context.fillStyle = palette.text;
    context.fillText(name, box.left + 2, at.y);
  }
}
