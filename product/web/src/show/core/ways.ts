// How a viewer plays a show: which ways its browser has, in which order they are tried, and when one is left for the
// next. Pure.
import { type Abilities, type DriverStatus, isRefusal, PATIENCE_MS, REOPEN_MS } from '../../core/play.ts';

/** `llhls`: HLS by parts of segments. */
export const showWays = ['webrtc', 'llhls', 'hls', 'flv'] as const;
export type ShowWay = (typeof showWays)[number];

/** What a viewer chooses: least delay, little delay, fewest interruptions. */
export const wayChoices = ['auto', 'realtime', 'low', 'smooth'] as const;
export type WayChoice = (typeof wayChoices)[number];

export const wayChoiceOf = (text: string | null): WayChoice | undefined => wayChoices.find((choice) => choice === text);
export const showWayOf = (text: string | null): ShowWay | undefined => showWays.find((way) => way === text);

/** Beyond so many viewers by WebRTC only who chooses it gets it: each of them costs a media node, HLS costs a cache. */
export const REAL_TIME_MAX = 200;

const orders: Readonly<Record<WayChoice, readonly ShowWay[]>> = {
  auto: ['webrtc', 'llhls', 'hls', 'flv'],
  realtime: ['webrtc', 'llhls', 'flv', 'hls'],
  low: ['llhls', 'flv', 'hls', 'webrtc'],
  smooth: ['hls', 'llhls', 'flv', 'webrtc'],
};

/** What can be had at all. */
export interface Offer {
  readonly gateway: boolean;
  /** Who watches by WebRTC now. */
  readonly realTimeViewers: number;
}

/** The ways to try, best first; empty: the browser can play none. `only`: that one alone. */
export function waysFor(
  can: Abilities,
  { gateway, realTimeViewers }: Offer,
  choice: WayChoice,
  only?: ShowWay,
): ShowWay[] {
  const isOffered = choice === 'realtime' || only === 'webrtc' || !gateway || realTimeViewers < REAL_TIME_MAX;
  const able: Readonly<Record<ShowWay, boolean>> = {
    webrtc: can.webrtc && isOffered,
    llhls: gateway && can.mse,
    hls: gateway && (can.mse || can.nativeHls),
    flv: gateway && can.mse && can.webSocket,
  };
  return orders[choice].filter((way) => able[way] && (only === undefined || way === only));
}

/** A picture that stands so long is a stall: a shared screen that stands sends one a second. */
export const STALL_MS = 1500;
/** So many within so long, and the next way is tried. */
export const STALLS_MAX = 3;
export const STALLS_WITHIN_MS = 20_000;

/** The way in use. */
export interface Playing {
  readonly at: 'connecting' | 'empty' | 'playing' | 'blocked';
  readonly way: ShowWay;
  readonly ways: readonly ShowWay[];
  /** When this way was opened: another number is another connection. */
  readonly startMs: number;
  /** Since when it is as `at` says. */
  readonly sinceMs: number;
  /** The last picture, and when it came. */
  readonly pictures: number | undefined;
  readonly movedMs: number;
  readonly isStalled: boolean;
  /** When stalls began, the last `STALLS_WITHIN_MS`. */
  readonly stallsMs: readonly number[];
  /** Why the way before was left; undefined: it is the first. */
  readonly left?: { readonly way: ShowWay; readonly why: 'stalls' | 'failed' };
}
export type Watching = Playing | { readonly at: 'failed'; readonly code: string };

/** The first way. WAY_NONE when there is none. */
export function beginWays(ways: readonly ShowWay[], nowMs: number): Watching {
  const [way] = ways;
  return way === undefined ? { at: 'failed', code: 'WAY_NONE' } : opened(way, ways, nowMs);
}

function opened(way: ShowWay, ways: readonly ShowWay[], nowMs: number, left?: Playing['left']): Playing {
  const since = { startMs: nowMs, sinceMs: nowMs, movedMs: nowMs };
  const fresh: Playing = { at: 'connecting', way, ways, ...since, pictures: undefined, isStalled: false, stallsMs: [] };
  return left === undefined ? fresh : { ...fresh, left };
}

/**
 * What follows from a status. A way that fails, gives no picture in time, or stalls three times in 20 s is left for the
 * next; the last one is kept through stalls, and opened anew when its picture stands for long.
 */
export function stepWays(watch: Watching, status: DriverStatus, nowMs: number): Watching {
  if (watch.at === 'failed') return watch;
  if (status.at === 'failed')
    return isRefusal(status.code) ? { at: 'failed', code: status.code } : next(watch, 'failed', status.code, nowMs);
  if (status.at !== 'playing') {
    const since = status.at === watch.at ? watch.sinceMs : nowMs;
    if (status.at === 'connecting' && nowMs - since >= PATIENCE_MS) return next(watch, 'failed', 'NO_PICTURE', nowMs);
    return { ...watch, at: status.at, sinceMs: since, movedMs: nowMs, pictures: undefined, isStalled: false };
  }
  return withPictures(watch, status.pictures, status.isStarved === true, nowMs);
}

/** It plays: have pictures come since? `pictures` undefined: it cannot be said. */
function withPictures(watch: Playing, pictures: number | undefined, isStarved: boolean, nowMs: number): Watching {
  const hasMoved = watch.at !== 'playing' || pictures === undefined || pictures !== watch.pictures;
  const movedMs = hasMoved ? nowMs : watch.movedMs;
  const isStalled = !hasMoved && (isStarved || nowMs - movedMs >= STALL_MS);
  const recent = watch.stallsMs.filter((ms) => nowMs - ms < STALLS_WITHIN_MS);
  const stallsMs = isStalled && !watch.isStalled ? [...recent, nowMs] : recent;
  const sinceMs = watch.at === 'playing' ? watch.sinceMs : nowMs;
  const now: Playing = { ...watch, at: 'playing', sinceMs, pictures, movedMs, isStalled, stallsMs };
  const isLast = watch.ways.at(-1) === watch.way;
  if (stallsMs.length >= STALLS_MAX && !isLast) return next(now, 'stalls', 'NO_PICTURE', nowMs);
  if (nowMs - movedMs >= REOPEN_MS) return { ...opened(watch.way, watch.ways, nowMs, watch.left), stallsMs };
  return now;
}

/** The next way; after the last one has failed, none. */
function next({ way, ways }: Playing, why: 'stalls' | 'failed', code: string, nowMs: number): Watching {
  const following = ways[ways.indexOf(way) + 1];
  return following === undefined ? { at: 'failed', code } : opened(following, ways, nowMs, { way, why });
}
