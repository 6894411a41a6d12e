// Danmaku: posts that cross the picture, or stay in it for a while. Positions follow from the posts and the time alone,
// so every seek shows the same. Lengths are in em of the layer's text.

/** Fields shared by `RecordedPost` and the posts of a running show. */
export interface DanmakuPost {
  readonly ms: number;
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  /** "#rrggbb", then " top" or " bottom" for a fixed post; '' for neither. */
  readonly style: string;
}

export type DanmakuWay = 'rolling' | 'top' | 'bottom';

export interface PlannedPost {
  readonly id: number;
  readonly ms: number;
  readonly text: string;
  readonly way: DanmakuWay;
  /** Lane number from 0, counted from the edge where its way begins. */
  readonly lane: number;
  /** Colour as #rrggbb; '' for the layer's own colour. */
  readonly colour: string;
  readonly widthEm: number;
}

/** Lanes per way; more would cover faces. */
export const LANES = 3;
export const EM_PER_SECOND = 7;
export const FIXED_MS = 4000;
const GAP_EM = 2;
/** A longer text is cut: three lines on a phone would take half a minute to cross. */
const CHARACTERS_MAX = 80;

/** Estimates the width of a text: Chinese, Japanese and Korean letters and symbols count 1 em, others 0.6 em. */
export function widthEmOf(text: string): number {
  let em = 0;
  for (const character of text) em += (character.codePointAt(0) ?? 0) > 0x10ff ? 1 : 0.6;
  return em;
}

const STYLE = /^(#[0-9a-f]{6})?(?:^|\s?)(top|bottom)?$/i;

/** Parses a style; an invalid style gives the defaults. */
export function styleOf(style: string): { readonly colour: string; readonly way: DanmakuWay } {
  const [, colour = '', way = 'rolling'] = STYLE.exec(style.trim()) ?? [];
  return { colour: colour.toLowerCase(), way: way.toLowerCase() as DanmakuWay };
}

/**
 * Assigns `danmaku` posts to lanes without overlap and drops posts for which no lane is free. `posts` are in order of
 * time; posts appended later move no earlier post.
 */
export function planDanmaku(posts: readonly DanmakuPost[]): PlannedPost[] {
  const freeFrom: Readonly<Record<DanmakuWay, number[]>> = {
    rolling: new Array(LANES).fill(Number.NEGATIVE_INFINITY),
    top: new Array(LANES).fill(Number.NEGATIVE_INFINITY),
    bottom: new Array(LANES).fill(Number.NEGATIVE_INFINITY),
  };
  const planned: PlannedPost[] = [];
  for (const [id, post] of posts.entries()) {
    if (post.kind !== 'danmaku') continue;
    const text = [...post.text.replaceAll(/\s+/g, ' ').trim()].slice(0, CHARACTERS_MAX).join('');
    if (text === '') continue;
    const { colour, way } = styleOf(post.style);
    const lanes = freeFrom[way];
    const lane = lanes.findIndex((ms) => ms <= post.ms);
    if (lane === -1) continue;
    const widthEm = widthEmOf(text);
    lanes[lane] = post.ms + (way === 'rolling' ? msOf(widthEm + GAP_EM) : FIXED_MS);
    planned.push({ id, ms: post.ms, text, way, lane, colour, widthEm });
  }
  return planned;
}

const msOf = (em: number): number => (em / EM_PER_SECOND) * 1000;

/** Returns the posts visible at this time in a layer of this width. `nowMs` is on the time line of the posts. */
export function shownAt(planned: readonly PlannedPost[], nowMs: number, layerEm: number): PlannedPost[] {
  const sinceMs = nowMs - Math.max(FIXED_MS, msOf(layerEm + CHARACTERS_MAX));
  const shown: PlannedPost[] = [];
  for (let at = firstSince(planned, sinceMs); at < planned.length; at += 1) {
    const post = planned[at];
    if (post === undefined || post.ms > nowMs) break;
    const goneMs = post.ms + (post.way === 'rolling' ? msOf(layerEm + post.widthEm) : FIXED_MS);
    if (nowMs < goneMs) shown.push(post);
  }
  return shown;
}

/** Distance of a rolling post's left edge from the layer's left edge. */
export const leftEm = ({ ms }: Pick<PlannedPost, 'ms'>, nowMs: number, layerEm: number): number =>
  layerEm - ((nowMs - ms) / 1000) * EM_PER_SECOND;

/** Returns the index of the first post at or after `ms`; the array's length if there is none. */
function firstSince(planned: readonly PlannedPost[], ms: number): number {
  let [from, to] = [0, planned.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((planned[middle]?.ms ?? 0) < ms) from = middle + 1;
    else to = middle;
  }
  return from;
}
