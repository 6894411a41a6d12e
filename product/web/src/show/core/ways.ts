// Decides how a viewer plays a show: which ways to play the browser supports, in which order the player tries them, and
// when it goes on to the next.
import {
  type Abilities,
  type DriverStatus,
  isRefusal,
  PATIENCE_MS,
  type PlayState,
  REOPEN_MS,
} from '../../core/play.ts';

/** Ways to play. `llhls` is low-latency HLS, which loads parts of segments. */
export const showWays = ['webrtc', 'llhls', 'hls', 'flv'] as const;
export type ShowWay = (typeof showWays)[number];

/** Choices of a viewer: automatic, least delay (`realtime`), little delay, fewest interruptions (`smooth`). */
export const wayChoices = ['auto', 'realtime', 'low', 'smooth'] as const;
export type WayChoice = (typeof wayChoices)[number];

export const wayChoiceOf = (text: string | null): WayChoice | undefined => wayChoices.find((choice) => choice === text);
export const showWayOf = (text: string | null): ShowWay | undefined => showWays.find((way) => way === text);

/**
 * Number of WebRTC viewers from which only those who choose WebRTC get it, since they load media nodes, while viewers
 * by HLS load a cache.
 */
export const REAL_TIME_MAX = 200;

const wayOrders: Readonly<Record<WayChoice, readonly ShowWay[]>> = {
  auto: ['webrtc', 'llhls', 'hls', 'flv'],
  realtime: ['webrtc', 'llhls', 'flv', 'hls'],
  low: ['llhls', 'flv', 'hls', 'webrtc'],
  smooth: ['hls', 'llhls', 'flv', 'webrtc'],
};

export interface Offer {
  readonly gateway: boolean;
  readonly realTimeViewers: number;
}

/** Returns the ways to try, best first; empty if the browser can play none. With `only`, no other way is allowed. */
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
  return wayOrders[choice].filter((way) => able[way] && (only === undefined || way === only));
}

/** Time without a new picture that counts as a stall. Even a still shared screen sends one picture a second. */
export const STALL_MS = 1500;
/** Number of stalls in `STALLS_WITHIN_MS` after which the player goes on to the next way. */
export const STALLS_MAX = 3;
export const STALLS_WITHIN_MS = 20_000;

export interface Playing {
  readonly at: PlayState;
  readonly way: ShowWay;
  readonly ways: readonly ShowWay[];
  /** Time when this way was opened; another value means another connection. */
  readonly startMs: number;
  /** Time of the last change of `at`. */
  readonly sinceMs: number;
  /** Number of pictures, and the time of the last. */
  readonly pictures: number | undefined;
  readonly movedMs: number;
  readonly isStalled: boolean;
  /** Start times of stalls in the last `STALLS_WITHIN_MS`. */
  readonly stallsMs: readonly number[];
  /** Why the previous way was left; undefined for the first way. */
  readonly left?: { readonly way: ShowWay; readonly why: 'stalls' | 'failed' };
}
export type Watching = Playing | { readonly at: 'failed'; readonly code: string };

/** Starts with the first way; fails with WAY_NONE on an empty list. */
export function beginWays(ways: readonly ShowWay[], nowMs: number): Watching {
  const [way] = ways;
  return way === undefined ? { at: 'failed', code: 'WAY_NONE' } : openedWay(way, ways, nowMs);
}

function openedWay(way: ShowWay, ways: readonly ShowWay[], nowMs: number, left?: Playing['left']): Playing {
  const since = { startMs: nowMs, sinceMs: nowMs, movedMs: nowMs };
  const fresh: Playing = { at: 'connecting', way, ways, ...since, pictures: undefined, isStalled: false, stallsMs: [] };
  return left === undefined ? fresh : { ...fresh, left };
}

/**
 * Returns the next state for a status. If a way fails, shows no picture in time or stalls three times in 20 s, the
 * player goes on to the next. The last way stays through stalls, and is reopened after a long one.
 */
export function stepWays(watch: Watching, status: DriverStatus, nowMs: number): Watching {
  if (watch.at === 'failed') return watch;
  if (status.at === 'failed')
    return isRefusal(status.code) ? { at: 'failed', code: status.code } : nextWay(watch, 'failed', status.code, nowMs);
  if (status.at !== 'playing') {
    const since = status.at === watch.at ? watch.sinceMs : nowMs;
    if (status.at === 'connecting' && nowMs - since >= PATIENCE_MS)
      return nextWay(watch, 'failed', 'NO_PICTURE', nowMs);
    return { ...watch, at: status.at, sinceMs: since, movedMs: nowMs, pictures: undefined, isStalled: false };
  }
  return stepPlaying(watch, status.pictures, status.isStarved === true, nowMs);
}

/** Updates the count of pictures and stalls of a playing way. `pictures` is undefined when unknown. */
function stepPlaying(watch: Playing, pictures: number | undefined, isStarved: boolean, nowMs: number): Watching {
  const hasMoved = watch.at !== 'playing' || pictures === undefined || pictures !== watch.pictures;
  const movedMs = hasMoved ? nowMs : watch.movedMs;
  const isStalled = !hasMoved && (isStarved || nowMs - movedMs >= STALL_MS);
  const recent = watch.stallsMs.filter((ms) => nowMs - ms < STALLS_WITHIN_MS);
  const stallsMs = isStalled && !watch.isStalled ? [...recent, nowMs] : recent;
  const sinceMs = watch.at === 'playing' ? watch.sinceMs : nowMs;
  const now: Playing = { ...watch, at: 'playing', sinceMs, pictures, movedMs, isStalled, stallsMs };
  const isLast = watch.ways.at(-1) === watch.way;
  if (stallsMs.length >= STALLS_MAX && !isLast) return nextWay(now, 'stalls', 'NO_PICTURE', nowMs);
  if (nowMs - movedMs >= REOPEN_MS) return { ...openedWay(watch.way, watch.ways, nowMs, watch.left), stallsMs };
  return now;
}

/** Goes on to the next way; fails after the last one. */
function nextWay({ way, ways }: Playing, why: 'stalls' | 'failed', code: string, nowMs: number): Watching {
  const following = ways[ways.indexOf(way) + 1];
  return following === undefined ? { at: 'failed', code } : openedWay(following, ways, nowMs, { way, why });
}
