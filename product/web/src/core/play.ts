// How the player page plays: which protocols a browser can play, in which order they are tried, and when one is given
// up. Pure.

/** From the least delay to the most undemanding browser. */
export const playProtocols = ['webrtc', 'flv', 'hls', 'mpeg1'] as const;
export type PlayProtocol = (typeof playProtocols)[number];

/** A protocol that gives no picture for so long is given up. */
export const PATIENCE_MS = 8000;

/** So long without another picture, and nothing is said to play. A shared screen that stands sends one a second. */
export const STILL_MS = 3000;
/** A picture that has stood still so long is opened anew: players do not get over every gap in what they have. */
export const REOPEN_MS = 8000;
/**
 * Between two attempts after the last protocol has failed: longer each time. The first is short: a gateway that died is
 * back in a second.
 */
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 30_000;
/** Before pauses double: a gateway that was killed serves again after some 2 s. */
const QUICK_TRIES = 4;

/** What the browser has. */
export interface Abilities {
  readonly webrtc: boolean;
  /** Media source extensions, also the managed ones, for H.264 with AAC. */
  readonly mse: boolean;
  /** The browser plays HLS by itself. */
  readonly nativeHls: boolean;
  readonly webSocket: boolean;
}

/** The protocol a parameter or a choice names; undefined for every other text. */
export function playProtocolOf(text: string | null): PlayProtocol | undefined {
  return playProtocols.find((protocol) => protocol === text);
}

/** The protocols to try, best first; one at most when it is `forced`, none when nothing can be played. */
export function protocolsFor(
  can: Abilities,
  has: { readonly gateway: boolean; readonly token: boolean },
  forced?: PlayProtocol,
): PlayProtocol[] {
  const able: Record<PlayProtocol, boolean> = {
    webrtc: has.token && can.webrtc,
    flv: has.gateway && can.mse && can.webSocket,
    hls: has.gateway && (can.mse || can.nativeHls),
    mpeg1: has.gateway && can.webSocket,
  };
  return playProtocols.filter((protocol) => able[protocol] && (forced === undefined || protocol === forced));
}

/**
 * How it is. `empty`: it is connected, and the room has no picture. `blocked`: there is one, and the browser plays
 * nothing before a click.
 */
export type PlayState = 'connecting' | 'empty' | 'playing' | 'blocked';

/** What plays at this moment. */
export type DriverStatus =
  | {
      readonly at: PlayState;
      /** From capture to screen. Undefined: not known. */
      readonly latencyMs?: number | undefined;
      /** Shown so far. Undefined: it cannot be said, or the browser shows none to a page that no user looks at. */
      readonly pictures?: number | undefined;
      /** It has nothing more to play. */
      readonly isStarved?: boolean;
    }
  | { readonly at: 'failed'; readonly code: string };

/** The protocol that is in use, of those that may be tried. */
export type Playback =
  | {
      readonly at: PlayState;
      readonly protocol: PlayProtocol;
      /** All of them, best first. */
      readonly list: readonly PlayProtocol[];
      /** When it was opened. */
      readonly startMs: number;
      /** Since when it is `at`. */
      readonly sinceMs: number;
      readonly pictures: number | undefined;
      /** When there was another picture. */
      readonly movedMs: number;
      /** It has shown a picture: what ends it now is no lack of the browser. */
      readonly hasPlayed: boolean;
    }
  | { readonly at: 'failed'; readonly code: string };

/** Begins with the first of the protocols; without any it has failed already, with WAY_NONE. */
export function begin(list: readonly PlayProtocol[], nowMs: number): Playback {
  return list[0] === undefined ? { at: 'failed', code: 'WAY_NONE' } : opened(list[0], list, nowMs);
}

function opened(protocol: PlayProtocol, list: readonly PlayProtocol[], nowMs: number): Playback {
  const since = { startMs: nowMs, sinceMs: nowMs, movedMs: nowMs };
  return { at: 'connecting', protocol, list, ...since, pictures: undefined, hasPlayed: false };
}

/** Refusals that no other protocol would answer otherwise. */
const refusals = [
  ...['KICKED', 'DUPLICATE_IDENTITY', 'NOT_PERMITTED', 'FENCE_CONFLICT', 'FENCED_OUT', 'ROOM_FULL', 'CITY_UNKNOWN'],
];
export const isRefusal = (code: string): boolean => refusals.includes(code) || code.startsWith('TOKEN_');

/**
 * What follows from a status: the same protocol, or the next where this one failed or is late. A protocol that fails
 * after it has played is tried once more before the others, and so is one whose picture stands still; keys that have
 * expired are asked for anew by then.
 */
export function step(watch: Playback, status: DriverStatus, nowMs: number): Playback {
  if (watch.at === 'failed') return watch;
  const { protocol, list, hasPlayed } = watch;
  if (status.at === 'failed') return givenUp(watch, status.code, nowMs);
  const { pictures } = status;
  const hasMoved = status.at !== 'playing' || pictures === undefined || pictures !== watch.pictures;
  const movedMs = hasMoved ? nowMs : watch.movedMs;
  if (nowMs - movedMs >= REOPEN_MS) return opened(protocol, list, nowMs);
  const at = nowMs - movedMs >= STILL_MS ? 'empty' : status.at;
  const now = { ...watch, at, pictures, movedMs, hasPlayed: hasPlayed || at === 'playing' };
  if (at !== watch.at) return { ...now, sinceMs: nowMs };
  return at === 'connecting' && nowMs - watch.sinceMs >= PATIENCE_MS ? givenUp(watch, 'NO_PICTURE', nowMs) : now;
}

/** The protocol has been given up for this reason. */
function givenUp(
  { protocol, list, hasPlayed }: Exclude<Playback, { at: 'failed' }>,
  code: string,
  nowMs: number,
): Playback {
  if (isRefusal(code) && !(hasPlayed && code === 'TOKEN_EXPIRED')) return { at: 'failed', code };
  const next = hasPlayed ? protocol : list[list.indexOf(protocol) + 1];
  return next === undefined ? { at: 'failed', code } : opened(next, list, nowMs);
}

/**
 * When it is begun anew by itself after so many failures in a row; undefined: only when the user asks for it. Shorter
 * by up to half, by `random` from 0 to 1: not all viewers of a gateway come back at once.
 */
export function pauseAfterMs(code: string, failures: number, random: number): number | undefined {
  if (isRefusal(code) || code === 'WAY_NONE') return undefined;
  const doublings = Math.min(Math.max(0, failures - QUICK_TRIES), 10);
  return Math.min(PAUSE_MS * 2 ** doublings, PAUSE_MS_MAX) * (1 - random / 2);
}

const BETTER_FIRST_MS = 30_000;
const BETTER_LONGEST_MS = 600_000;

/** Better protocols that were tried beside the one that plays. */
export interface Tries {
  /** When the last one ended. */
  readonly atMs: number;
  readonly count: number;
}

/**
 * The protocols to try beside the one that plays, because they are better: after 30 s, and when that fails again after
 * 1 min, 2 min … 10 min. Empty: none, or not yet.
 */
export function betterProtocols(watch: Playback, { atMs, count }: Tries, nowMs: number): readonly PlayProtocol[] {
  if (watch.at !== 'playing') return [];
  const pauseMs = Math.min(BETTER_LONGEST_MS, BETTER_FIRST_MS * 2 ** count);
  return nowMs - Math.max(watch.sinceMs, atMs) < pauseMs ? [] : watch.list.slice(0, watch.list.indexOf(watch.protocol));
}

/** The code for what a player library failed with, and the status that HTTP answered, if any. */
export function playerCode(isNetwork: boolean, status?: number): string {
  if (status === 401) return 'TOKEN_EXPIRED'; // the key was good when its URL was given
  if (status === 403) return 'NOT_PERMITTED';
  if (status === 503) return 'OVERLOADED';
  return isNetwork ? 'SOCKET_LOST' : 'STREAM_UNSUPPORTED';
}

/**
 * Whether MSE cannot go on: its buffers take sound alone, by their names in hls.js, and what comes has a picture. A
 * picture that goes away leaves them as they are.
 */
export function needsNewBuffers(present: readonly string[], wanted: readonly string[]): boolean {
  return present.length > 0 && wanted.some((name) => name !== 'audio' && !present.includes(name));
}

/** The picture of a participant in a room that is watched by WebRTC. */
export interface Picture {
  readonly identity: string;
  readonly source: 'camera' | 'screen_share';
}

export interface HlsSettings {
  readonly lowLatencyMode: boolean;
  readonly liveSyncDurationCount?: number;
  readonly maxLiveSyncPlaybackRate?: number;
}

/**
 * How far hls.js stays behind the present. By parts, what the playlist says. By whole segments that would be three
 * target durations: 9 s, and 30 s of a stream whose key frames are rare. No segment is longer than one, so two are
 * enough to have the next one in time. By parts it plays a little faster while it is further behind: its start may have
 * been late.
 */
export const hlsSettings = (lowLatency: boolean): HlsSettings =>
  lowLatency
    ? { lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1 }
    : { lowLatencyMode: false, liveSyncDurationCount: 2 };

/** The one big picture: a screen, else the active speaker, else the one that is shown already, else the first. */
export function pictureOf<P extends Picture>(
  pictures: readonly P[],
  speaker: string | undefined,
  shown: Picture | undefined,
): P | undefined {
  const of = (identity: string | undefined): P | undefined => pictures.find((one) => one.identity === identity);
  return pictures.find(({ source }) => source === 'screen_share') ?? of(speaker) ?? of(shown?.identity) ?? pictures[0];
}

/** The room in the path `/play/ROOM`, as it was written; '' where none is named, or in no UTF-8. */
export function playedRoom(path: string): string {
  const encoded = /^\/play\/([^/]+)\/?$/.exec(path)?.[1] ?? '';
  try {
    return decodeURIComponent(encoded).trim();
  } catch {
    return '';
  }
}
