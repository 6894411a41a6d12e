// How the player page plays: which ways a browser can, in which order they are tried, and when one is given up. Pure.

/** From the least delay to the most undemanding browser. */
export const ways = ['webrtc', 'flv', 'hls', 'mpeg1'] as const;
export type Way = (typeof ways)[number];

/** A way that gives no picture for so long is given up. */
export const PATIENCE_MS = 8000;

/** What the browser has. */
export interface Abilities {
  readonly webrtc: boolean;
  /** Media source extensions, also the managed ones, for H.264 with AAC. */
  readonly mse: boolean;
  /** The browser plays HLS by itself. */
  readonly nativeHls: boolean;
  readonly webSocket: boolean;
}

/** The way a parameter or a choice names; undefined for every other text. */
export function wayOf(text: string | null): Way | undefined {
  return ways.find((way) => way === text);
}

/** The ways to try, best first; one at most when it is `forced`, none when nothing can be played. */
export function waysFor(can: Abilities, hasGateway: boolean, forced?: Way): Way[] {
  const able: Record<Way, boolean> = {
    webrtc: can.webrtc,
    flv: hasGateway && can.mse && can.webSocket,
    hls: hasGateway && (can.mse || can.nativeHls),
    mpeg1: hasGateway && can.webSocket,
  };
  return ways.filter((way) => able[way] && (forced === undefined || way === forced));
}

/** What a way gives at this moment. `empty`: it is connected, and the room has no picture. */
export type Look =
  | { readonly at: 'connecting' | 'empty' | 'playing'; readonly latencyMs?: number | undefined }
  | { readonly at: 'failed'; readonly code: string };

/** The way that is in use, and those after it. */
export type Watch =
  | {
      readonly at: 'connecting' | 'empty' | 'playing';
      readonly way: Way;
      readonly next: readonly Way[];
      /** Since when it is `at`. */
      readonly sinceMs: number;
      /** It has shown a picture: what ends it now is no lack of the browser. */
      readonly hasPlayed: boolean;
    }
  | { readonly at: 'failed'; readonly code: string };

/** Begins with the first of the ways; without any it has failed already, with WAY_NONE. */
export function begin(list: readonly Way[], nowMs: number): Watch {
  const [way, ...next] = list;
  if (way === undefined) return { at: 'failed', code: 'WAY_NONE' };
  return { at: 'connecting', way, next, sinceMs: nowMs, hasPlayed: false };
}

/** Refusals that no other way would answer otherwise. */
const refusals = ['KICKED', 'DUPLICATE_IDENTITY', 'NOT_PERMITTED', 'FENCE_CONFLICT', 'ROOM_FULL', 'CITY_UNKNOWN'];
const isRefusal = (code: string): boolean => refusals.includes(code) || code.startsWith('TOKEN_');

/**
 * What follows from a look: the same way, or the next where this one failed or let us wait. A way that fails after it
 * has played is tried once more before the others.
 */
export function step(watch: Watch, look: Look, nowMs: number): Watch {
  if (watch.at === 'failed') return watch;
  const { way, next } = watch;
  if (look.at !== 'failed') {
    if (look.at !== watch.at)
      return { ...watch, at: look.at, sinceMs: nowMs, hasPlayed: watch.hasPlayed || look.at === 'playing' };
    if (look.at !== 'connecting' || nowMs - watch.sinceMs < PATIENCE_MS) return watch;
  }
  const code = look.at === 'failed' ? look.code : 'NO_PICTURE';
  if (isRefusal(code)) return { at: 'failed', code };
  const rest = watch.hasPlayed ? [way, ...next] : next;
  return rest.length === 0 ? { at: 'failed', code } : begin(rest, nowMs);
}

/**
 * Whether MSE cannot go on: its buffers take sound alone, by their names in hls.js, and what comes has a picture. A
 * picture that goes away leaves them as they are.
 */
export function needsNewBuffers(present: readonly string[], wanted: readonly string[]): boolean {
  return present.length > 0 && wanted.some((name) => name !== 'audio' && !present.includes(name));
}

/** Somebody's picture in a room that is watched by WebRTC. */
export interface Picture {
  readonly identity: string;
  readonly source: 'camera' | 'screen_share';
}

/** The one big picture: a screen, else who speaks, else who is shown already, else the first. */
export function pictureOf<P extends Picture>(
  pictures: readonly P[],
  speaker: string | undefined,
  shown: Picture | undefined,
): P | undefined {
  const of = (identity: string | undefined): P | undefined => pictures.find((one) => one.identity === identity);
  return pictures.find(({ source }) => source === 'screen_share') ?? of(speaker) ?? of(shown?.identity) ?? pictures[0];
}

/** The room in the path `/play/ROOM`, as it was written; undefined on other pages. */
export function playedRoom(path: string): string | undefined {
  const encoded = /^\/play\/([^/]+)\/?$/.exec(path)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded).trim();
  } catch {
    return ''; // no UTF-8: refused as a room that is none
  }
}
