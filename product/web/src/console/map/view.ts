// The map view: two canvases, larger than the window, that move together. Panning and zooming move the painted
// canvases; they are repainted when the world changes, the window leaves the painted area, or a zoom has ended.
import type { AlarmMarks } from '../alarms/core/places.ts';
import type { Selection } from '../core/selection.ts';
import {
  centred,
  clamped,
  fitScale,
  fitted,
  type Point,
  panned,
  type Size,
  type Viewport,
  zoomed,
} from '../core/viewport.ts';
import type { WorldState } from '../core/world-state.ts';
import type { WorldSite } from '../types.ts';
import type { Coastlines } from './coastlines.ts';
import { type MapColours, readColours } from './colours.ts';
import { projectedPoint, worldSize } from './geography.ts';
import { paintLand, paintWorld, type Sheet } from './paint.ts';
import { type Scene, type ShownLayers, sceneOf } from './scene.ts';

export interface ViewModel {
  readonly state: WorldState;
  readonly selection: Selection | undefined;
  readonly shown: ShownLayers;
  readonly marks: AlarmMarks;
  nameOf(site: WorldSite): string;
}

export interface ViewOptions {
  /** Element that shows a part of the map and clips the rest: the window. */
  readonly host: HTMLElement;
  /** Moving element that contains the canvases. */
  readonly layers: HTMLElement;
  readonly land: HTMLCanvasElement;
  readonly live: HTMLCanvasElement;
}

/** Margin of the canvases on each side, as a share of the window. */
const MARGIN = 0.25;
/** Pause after the last zoom step before the map is painted again. */
const REPAINT_DELAY_MS = 140;
/** Highest ratio of canvas pixels to CSS pixels. Twice as much needs four times the memory for little visible gain. */
const RATIO_MAX = 2;

interface Cached {
  readonly view: Viewport;
  readonly window: Size;
}

export class MapView {
  readonly #elements: ViewOptions;
  #window: Size = { width: 0, height: 0 };
  #view: Viewport = { x: 0, y: 0, scale: 1 };
  #model: ViewModel | undefined;
  #coastlines: Coastlines | undefined;
  #palette: MapColours | undefined;
  #cached: Cached | undefined;
  #scene: Scene | undefined;
  #focused: string | undefined;
  #isStale = true;
  #isLandStale = true;
  #frame: number | undefined;
  #repaintTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(o: ViewOptions) {
    this.#elements = o;
  }

  /** Adapts the map to a new size of the window, in CSS pixels. */
  resize(window: Size): void {
    const hadNone = this.#window.width === 0;
    const middle = this.#middle();
    const zoomFactor = hadNone ? 1 : this.#view.scale / fitScale(worldSize, this.#window);
    this.#window = window;
    if (window.width === 0 || window.height === 0) return;
    const fittedView = fitted(worldSize, window);
    this.#view = hadNone
      ? fittedView
      : centred({ ...fittedView, scale: fittedView.scale * zoomFactor }, middle, worldSize, window);
    this.#markStale({ land: true });
  }

  set(model: ViewModel): void {
    this.#model = model;
    this.#markStale({});
  }

  setCoastlines(coastlines: Coastlines): void {
    this.#coastlines = coastlines;
    this.#markStale({ land: true });
  }

  recolour(): void {
    this.#palette = undefined;
    this.#markStale({ land: true });
  }

  pan(by: Point): void {
    this.#move(panned(this.#view, by, worldSize, this.#window));
  }

  /** Zooms around the point `at`; without it, around the window's centre. */
  zoom(factor: number, at: Point = { x: this.#window.width / 2, y: this.#window.height / 2 }): void {
    this.#move(zoomed(this.#view, factor, at, worldSize, this.#window));
  }

  fit(): void {
    this.#move(fitted(worldSize, this.#window));
  }

  /** Marks the site with the keyboard focus, and centres it if it is outside the window. */
  focus(site: WorldSite | undefined): void {
    if (this.#focused === site?.site) return;
    this.#focused = site?.site;
    this.#markStale({});
    if (site === undefined) return;
    const point = projectedPoint(site);
    const { x, y, scale } = this.#view;
    const at = { x: point.x * scale + x, y: point.y * scale + y };
    const { width, height } = this.#window;
    if (at.x < 20 || at.y < 20 || at.x > width - 20 || at.y > height - 20)
      this.#move(centred(this.#view, point, worldSize, this.#window));
  }

  hit(point: Point, slack: number): Selection | undefined {
    if (this.#cached === undefined) return undefined;
    const { view } = this.#cached;
    const ratio = this.#view.scale / view.scale;
    const at = { x: (point.x - this.#view.x) / ratio + view.x, y: (point.y - this.#view.y) / ratio + view.y };
    return this.#scene?.hit(at, slack / ratio);
  }

  /** Idempotent. */
  close(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    clearTimeout(this.#repaintTimer);
    this.#repaintTimer = undefined;
    this.#model = undefined;
  }

  #middle(): Point {
    const { x, y, scale } = this.#view;
    return { x: (this.#window.width / 2 - x) / scale, y: (this.#window.height / 2 - y) / scale };
  }

  #move(view: Viewport): void {
    if (view.x === this.#view.x && view.y === this.#view.y && view.scale === this.#view.scale) return;
    const isZoom = view.scale !== this.#view.scale;
    this.#view = clamped(view, worldSize, this.#window);
    this.#requestFrame();
    if (!isZoom) return;
    clearTimeout(this.#repaintTimer);
    this.#repaintTimer = setTimeout(() => this.#markStale({ land: true }), REPAINT_DELAY_MS);
  }

  #markStale({ land = false }: { readonly land?: boolean }): void {
    this.#isStale = true;
    this.#isLandStale ||= land;
    this.#requestFrame();
  }

  #requestFrame(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#model === undefined || this.#window.width === 0) return;
    const mustMove = this.#cached === undefined || !isInside(this.#cached, this.#view, this.#window);
    const isPainted = this.#isLandStale || mustMove;
    if (isPainted) this.#cached = { view: this.#view, window: this.#window };
    if (this.#cached === undefined) return;
    if (isPainted) this.#paintLand(this.#cached);
    if (isPainted || this.#isStale) this.#paintWorld(this.#cached, this.#model);
    this.#isLandStale = false;
    this.#isStale = false;
    const { view } = this.#cached;
    const ratio = this.#view.scale / view.scale;
    const [x, y] = [this.#view.x - ratio * view.x, this.#view.y - ratio * view.y];
    // Offsets are whole device pixels, since others blur the painted image.
    const snapped = (length: number): number =>
      Math.round(length * globalThis.devicePixelRatio) / globalThis.devicePixelRatio;
    const [left, top] = ratio === 1 ? [snapped(x), snapped(y)] : [x, y];
    this.#elements.layers.style.transform = `translate3d(${left}px, ${top}px, 0) scale(${ratio})`;
  }

  #paintLand(cached: Cached): void {
    if (this.#coastlines === undefined) return;
    const sheet = this.#sheet(this.#elements.land, cached);
    if (sheet !== undefined) paintLand(sheet, this.#coastlines);
  }

  #paintWorld(cached: Cached, { state, selection, shown, marks, nameOf }: ViewModel): void {
    const sheet = this.#sheet(this.#elements.live, cached);
    if (sheet === undefined) return;
    const { window } = cached;
    const bounds = {
      left: -sheet.margin.x,
      top: -sheet.margin.y,
      right: window.width + sheet.margin.x,
      bottom: window.height + sheet.margin.y,
    };
    this.#scene = sceneOf(state, { view: cached.view, bounds, shown, marks });
    paintWorld(sheet, { scene: this.#scene, selection, focused: this.#focused, nameOf });
  }

  #sheet(canvas: HTMLCanvasElement, { view, window }: Cached): Sheet | undefined {
    const context = canvas.getContext('2d');
    if (context === null) return undefined;
    this.#palette ??= readColours(this.#elements.host);
    const ratio = Math.min(RATIO_MAX, globalThis.devicePixelRatio);
    const margin = { x: Math.round(window.width * MARGIN), y: Math.round(window.height * MARGIN) };
    const size = { width: window.width + 2 * margin.x, height: window.height + 2 * margin.y };
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    // Setting a canvas's size allocates a new bitmap even if the size is the same.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    Object.assign(canvas.style, {
      width: `${size.width}px`,
      height: `${size.height}px`,
      left: `${-margin.x}px`,
      top: `${-margin.y}px`,
    });
    return { context, ratio, view, margin, palette: this.#palette };
  }
}

/** Returns whether the window shows only painted area; outside the world there is nothing to paint. */
function isInside({ view, window }: Cached, current: Viewport, size: Size): boolean {
  if (window.width !== size.width || window.height !== size.height) return false;
  const ratio = current.scale / view.scale;
  const isAxis = (o: { at: number; was: number; length: number; room: number }): boolean => {
    const start = o.at - ratio * o.was;
    const [first, last] = [start - o.room * MARGIN * ratio, start + o.room * (1 + MARGIN) * ratio];
    return first <= Math.max(0, o.at) && last >= Math.min(o.room, o.at + o.length * current.scale);
  };
  return (
    isAxis({ at: current.x, was: view.x, length: worldSize.width, room: window.width }) &&
    isAxis({ at: current.y, was: view.y, length: worldSize.height, room: window.height })
  );
}
