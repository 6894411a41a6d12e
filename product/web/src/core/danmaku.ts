// Danmaku: posts that cross the picture, or stand in it for a while. Where each is at a time follows from the posts
// alone, so that it is the same after every seek. Lengths are in em of the layer's text. Pure.

/** As in `RecordedPost`, and in posts of a running show. */
export interface DanmakuPost {
  readonly ms: number;
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  /** "#rrggbb", and " top" or " bottom" for one that stands; '': neither. */
  readonly style: string;
}

export type DanmakuWay = 'rolling' | 'top' | 'bottom';

export interface PlannedPost {
  readonly id: number;
  readonly ms: number;
  readonly text: string;
  readonly way: DanmakuWay;
  /** From 0, from the edge of its way. */
  readonly lane: number;
  /** '': the layer's. */
  readonly colour: string;
  readonly widthEm: number;
}

/** Of each way; more would cover faces. */
export const LANES = 3;
/** All cross with this speed. */
export const EM_PER_SECOND = 7;
/** So long one stands. */
export const STANDING_MS = 4000;
/** Between two that follow each other in a lane. */
const GAP_EM = 2;
/** A longer text is cut: three lines of a phone would cross for half a minute. */
const CHARACTERS_MAX = 80;

/** About how wide a text is: letters of Chinese, Japanese and Korean, and symbols, are as wide as high. */
export function widthEmOf(text: string): number {
  let em = 0;
  for (const character of text) em += (character.codePointAt(0) ?? 0) > 0x10ff ? 1 : 0.6;
  return em;
}

const STYLE = /^(#[0-9a-f]{6})?(?:^|\s?)(top|bottom)?$/i;

/** Of a style that is none: neither. */
export function styleOf(style: string): { readonly colour: string; readonly way: DanmakuWay } {
  const [, colour = '', way = 'rolling'] = STYLE.exec(style.trim()) ?? [];
  return { colour: colour.toLowerCase(), way: way.toLowerCase() as DanmakuWay };
}

/**
 * Places the posts of kind `danmaku` among the lanes, none over another; one for which no lane is free is left out.
 * `posts`: in the order of their times. What is appended later changes no place.
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
    lanes[lane] = post.ms + (way === 'rolling' ? msOf(widthEm + GAP_EM) : STANDING_MS);
    planned.push({ id, ms: post.ms, text, way, lane, colour, widthEm });
  }
  return planned;
}

const msOf = (em: number): number => (em / EM_PER_SECOND) * 1000;

/** Those that are in a layer of this width at this time, which is that of their posts. */
export function shownAt(planned: readonly PlannedPost[], nowMs: number, layerEm: number): PlannedPost[] {
  const sinceMs = nowMs - Math.max(STANDING_MS, msOf(layerEm + CHARACTERS_MAX));
  const shown: PlannedPost[] = [];
  for (let at = firstSince(planned, sinceMs); at < planned.length; at += 1) {
    const post = planned[at];
    if (post === undefined || post.ms > nowMs) break;
    const goneMs = post.ms + (post.way === 'rolling' ? msOf(layerEm + post.widthEm) : STANDING_MS);
    if (nowMs < goneMs) shown.push(post);
  }
  return shown;
}

/** Of one that crosses: how far its left edge is from the layer's. */
export const leftEm = ({ ms }: Pick<PlannedPost, 'ms'>, nowMs: number, layerEm: number): number =>
  layerEm - ((nowMs - ms) / 1000) * EM_PER_SECOND;

/** The first that is not before this time; the length: all are. */
function firstSince(planned: readonly PlannedPost[], ms: number): number {
  let [from, to] = [0, planned.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((planned[middle]?.ms ?? 0) < ms) from = middle + 1;
    else to = middle;
  }
  return from;
}
