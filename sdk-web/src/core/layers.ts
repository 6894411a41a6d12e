// Adaptive stream: computes from the shown elements of a track which layers are worth receiving, and when to send the
// preference.
// - Case 1, nothing visible (page hidden, all elements off screen or of no size, detached): paused.
// - Case 2, the smallest layer that is large enough for the largest visible element; if none is, the top one.
// - Case 3, hysteresis: up as soon as the current layer would have to be stretched by more than 20 %; down only to a
//   layer that needs no stretching at all. Between 1.0 and 1.2 nothing changes.
// - Case 4, temporal layers: all for an element at least `fullRateHeightPx` high, else all but the top one, since a
//   thumbnail does not need 30 frames a second.
// - Case 5, the user's own choice (setVideoQuality, setPreferredLayers, setEnabled) caps all this.
// A lower preference (or a pause) is sent at most once per `downwardsIntervalMs` and track, a higher one at once.

export interface ShownElement {
  readonly widthCssPx: number;
  readonly heightCssPx: number;
  readonly visible: boolean;
  /** object-fit: cover — the picture fills the element and is cropped; else it is shown whole. */
  readonly cover: boolean;
}
export interface LayerSize {
  readonly width: number;
  readonly height: number;
}
export interface LayerPreference {
  readonly paused: boolean;
  /** Highest wanted layers; undefined: all. */
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
}
export interface Shown {
  readonly elements: readonly ShownElement[];
  readonly devicePixelRatio: number;
  readonly pageVisible: boolean;
  readonly layers: readonly LayerSize[];
  readonly present: number | undefined;
}
export interface Cap {
  readonly enabled: boolean;
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
}

export const stretchMax = 1.2;
// Least interval, because with K-SVC a change costs a key frame for all subscribers.
export const downwardsIntervalMs = 3000;
const fullRateHeightPx = 160;
const devicePixelRatioMax = 2; // a phone's third subpixel is not worth four times the bits

export function preferenceOf(shown: Shown): LayerPreference {
  const visible = shown.elements.filter(
    (element) => element.visible && element.widthCssPx > 0 && element.heightCssPx > 0,
  );
  if (!shown.pageVisible || visible.length === 0)
    return { paused: true, spatialLayer: shown.present, temporalLayer: undefined };
  const ratio = Math.min(Math.max(shown.devicePixelRatio, 1), devicePixelRatioMax);
  const heightCssPx = Math.max(...visible.map((element) => element.heightCssPx));
  const temporalLayer = heightCssPx >= fullRateHeightPx ? undefined : 1;
  return { paused: false, spatialLayer: spatialLayer(shown.layers, visible, ratio, shown.present), temporalLayer };
}

export function capped(preference: LayerPreference, cap: Cap): LayerPreference {
  return {
    paused: preference.paused || !cap.enabled,
    spatialLayer: lowerLayer(preference.spatialLayer, cap.spatialLayer),
    temporalLayer: lowerLayer(preference.temporalLayer, cap.temporalLayer),
  };
}

export function layerOfQuality(quality: 'low' | 'medium' | 'high', layerCount: number): number | undefined {
  if (quality === 'high') return undefined;
  return quality === 'low' ? 0 : Math.floor(layerCount / 2);
}

/**
 * Returns the smallest layer that fills the box without enlargement; undefined: only the largest fits, or sizes are
 * unknown.
 */
export function layerOfSize({ width, height }: LayerSize, layers: readonly LayerSize[]): number | undefined {
  if (layers.some((layer) => layer.width === 0 || layer.height === 0)) return undefined;
  const box = { widthCssPx: width, heightCssPx: height, visible: true, cover: false };
  return spatialLayer(layers, [box], 1, undefined);
}

/** Returns when to send `preference`: 0 = now, a delay in milliseconds, or undefined when it changes nothing. */
export function sendDelayMs(o: {
  preference: LayerPreference;
  inForce: LayerPreference;
  lastSentMs: number;
  nowMs: number;
}): number | undefined {
  const direction = compare(o.inForce, o.preference);
  if (direction === 0) return undefined;
  if (direction > 0) return 0;
  return Math.max(0, o.lastSentMs + downwardsIntervalMs - o.nowMs);
}

function spatialLayer(
  layers: readonly LayerSize[],
  elements: readonly ShownElement[],
  ratio: number,
  present: number | undefined,
): number | undefined {
  if (layers.length < 2) return undefined;
  const stretches = layers.map((layer) => Math.max(...elements.map((element) => stretchOf(layer, element, ratio))));
  const top = layers.length - 1;
  const smallest = (limit: number): number => {
    const layerIndex = stretches.findIndex((stretch) => stretch <= limit);
    return layerIndex < 0 ? top : layerIndex;
  };
  const current = Math.min(present ?? top, top);
  const chosen = (stretches[current] ?? 1) > stretchMax ? smallest(stretchMax) : Math.min(current, smallest(1));
  return chosen === top ? undefined : chosen; // the top layer comes by default, so nothing is requested
}

/** Returns the factor by which a layer is enlarged: of the tighter side when shown whole, of the other when cropped. */
function stretchOf(layer: LayerSize, element: ShownElement, ratio: number): number {
  if (layer.width === 0 || layer.height === 0) return 1;
  const horizontal = (element.widthCssPx * ratio) / layer.width;
  const vertical = (element.heightCssPx * ratio) / layer.height;
  return element.cover ? Math.max(horizontal, vertical) : Math.min(horizontal, vertical);
}

const lowerLayer = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

const rank = (layer: number | undefined): number => layer ?? Number.MAX_SAFE_INTEGER;

/** Returns > 0 when `next` wants more than `before` in anything, < 0 when it only wants less, 0 when they are equal. */
function compare(before: LayerPreference, next: LayerPreference): number {
  if (before.paused !== next.paused) return before.paused ? 1 : -1;
  if (next.paused) return 0; // both paused: layers do not matter until one resumes
  const spatial = rank(next.spatialLayer) - rank(before.spatialLayer);
  const temporal = rank(next.temporalLayer) - rank(before.temporalLayer);
  if (spatial === 0 && temporal === 0) return 0;
  return spatial > 0 || (spatial === 0 && temporal > 0) ? 1 : -1;
}
