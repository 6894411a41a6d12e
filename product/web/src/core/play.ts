// Protocol choice of the player page: which protocols a browser can play, their order, and when the player gives one
// up.

/** Protocols from the lowest delay to the fewest browser requirements. */
export const playProtocols = ['webrtc', 'flv', 'hls', 'mpeg1'] as const;
export type PlayProtocol = (typeof playProtocols)[number];

/** Time without a picture after which a protocol is given up. */
export const PATIENCE_MS = 8000;

/**
 * Time without a new picture after which playback counts as stalled. A still shared screen sends one picture a second.
 */
export const STILL_MS = 3000;
/** Stall after which the player reopens the stream: players do not recover from every gap. */
export const REOPEN_MS = 8000;
/**
 * Pause after the last protocol has failed; doubles later. It starts short because a gateway that died is back in a
 * second.
 */
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 30_000;
/** Attempts before the pause doubles: a killed gateway serves again after about 2 s. */
const QUICK_TRIES = 4;

export interface Abilities {
  readonly webrtc: boolean;
  /** Media Source Extensions (or ManagedMediaSource) for H.264 with AAC. */
  readonly mse: boolean;
  readonly nativeHls: boolean;
  readonly webSocket: boolean;
}

export function playProtocolOf(text: string | null): PlayProtocol | undefined {
  return playProtocols.find((protocol) => protocol === text);
}

/** Returns the protocols to try, best first: at most the `forced` one, none when nothing can be played. */
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
 * `empty`: connected to a room without a picture. `sound`: plays the sound of a room without pictures. `blocked`: the
 * browser needs a click before it plays.
 */
export type PlayState = 'connecting' | 'empty' | 'sound' | 'playing' | 'blocked';
/** Returns whether media play. */
export const isPlaying = (at: PlayState | 'failed'): at is 'sound' | 'playing' => at === 'playing' || at === 'sound';

export type DriverStatus =
  | {
      readonly at: PlayState;
      /** From capture to screen; undefined when unknown. */
      readonly latencyMs?: number | undefined;
      /** Pictures shown so far; undefined when unknown, or when the browser renders none in a hidden page. */
      readonly pictures?: number | undefined;
      readonly isStarved?: boolean;
    }
  | { readonly at: 'failed'; readonly code: string };

export type Playback =
  | {
      readonly at: PlayState;
      readonly protocol: PlayProtocol;
      /** Protocols to try, best first. */
      readonly list: readonly PlayProtocol[];
      readonly startMs: number;
      /** Time since when `at` is unchanged. */
      readonly sinceMs: number;
      readonly pictures: number | undefined;
      /** Time of the last new picture. */
      readonly movedMs: number;
      /** After a first picture or sound, a failure is not the browser's fault. */
      readonly hasPlayed: boolean;
    }
  | { readonly at: 'failed'; readonly code: string };

/** Starts with the first protocol; an empty list fails with WAY_NONE. */
export function firstPlayback(list: readonly PlayProtocol[], nowMs: number): Playback {
  return list[0] === undefined ? { at: 'failed', code: 'WAY_NONE' } : opened(list[0], list, nowMs);
}

function opened(protocol: PlayProtocol, list: readonly PlayProtocol[], nowMs: number): Playback {
  const since = { startMs: nowMs, sinceMs: nowMs, movedMs: nowMs };
  return { at: 'connecting', protocol, list, ...since, pictures: undefined, hasPlayed: false };
}

/** Refusals that every other protocol would repeat. */
const refusals = [
  ...['KICKED', 'DUPLICATE_IDENTITY', 'NOT_PERMITTED', 'FENCE_CONFLICT', 'FENCED_OUT', 'ROOM_FULL', 'CITY_UNKNOWN'],
];
export const isRefusal = (code: string): boolean => refusals.includes(code) || code.startsWith('TOKEN_');

/**
 * Returns the next state for a status: the same protocol, or the next when this one failed or is late. A protocol that
 * fails or stalls after it has played is retried once before the others; expired keys are renewed by then.
 */
export function nextPlayback(watch: Playback, status: DriverStatus, nowMs: number): Playback {
  if (watch.at === 'failed') return watch;
  const { protocol, list, hasPlayed } = watch;
  if (status.at === 'failed') return afterFailure(watch, status.code, nowMs);
  const { pictures } = status;
  const hasMoved = status.at !== 'playing' || pictures === undefined || pictures !== watch.pictures;
  const movedMs = hasMoved ? nowMs : watch.movedMs;
  if (nowMs - movedMs >= REOPEN_MS) return opened(protocol, list, nowMs);
  const at = nowMs - movedMs >= STILL_MS ? 'empty' : status.at;
  const now = { ...watch, at, pictures, movedMs, hasPlayed: hasPlayed || isPlaying(at) };
  if (at !== watch.at) return { ...now, sinceMs: nowMs };
  return at === 'connecting' && nowMs - watch.sinceMs >= PATIENCE_MS ? afterFailure(watch, 'NO_PICTURE', nowMs) : now;
}

function afterFailure(
  { protocol, list, hasPlayed }: Exclude<Playback, { at: 'failed' }>,
  code: string,
  nowMs: number,
): Playback {
  if (isRefusal(code) && !(hasPlayed && code === 'TOKEN_EXPIRED')) return { at: 'failed', code };
  const next = hasPlayed ? protocol : list[list.indexOf(protocol) + 1];
  return next === undefined ? { at: 'failed', code } : opened(next, list, nowMs);
}

/**
 * Returns the pause before an automatic restart after `failures` in a row; undefined when only the user restarts.
 * `random` (0 to 1) shortens the pause by up to half, so that the viewers of a gateway do not all return at once.
 */
export function pauseAfterMs(code: string, failures: number, random: number): number | undefined {
  if ((isRefusal(code) && code !== 'TOKEN_NOT_YET_VALID') || code === 'WAY_NONE') return undefined;
  const doublings = Math.min(Math.max(0, failures - QUICK_TRIES), 10);
  return Math.min(PAUSE_MS * 2 ** doublings, PAUSE_MS_MAX) * (1 - random / 2);
}

const BETTER_FIRST_MS = 30_000;
const BETTER_LONGEST_MS = 600_000;

export interface BetterTries {
  readonly atMs: number;
  readonly count: number;
}

/**
 * Returns the better protocols to try in parallel: after 30 s, and after further failures 1 min, 2 min … 10 min. The
 * list is empty when there is none, or when it is too early.
 */
export function betterProtocols(watch: Playback, { atMs, count }: BetterTries, nowMs: number): readonly PlayProtocol[] {
  if (watch.at === 'failed' || !isPlaying(watch.at)) return [];
  const pauseMs = Math.min(BETTER_LONGEST_MS, BETTER_FIRST_MS * 2 ** count);
  return nowMs - Math.max(watch.sinceMs, atMs) < pauseMs ? [] : watch.list.slice(0, watch.list.indexOf(watch.protocol));
}

/** Maps a player library's failure and HTTP status to a code. */
export function playerCode(isNetwork: boolean, status?: number): string {
  if (status === 401) return 'TOKEN_EXPIRED'; // the key was valid when its URL was issued
  if (status === 403) return 'NOT_PERMITTED';
  if (status === 503) return 'OVERLOADED';
  return isNetwork ? 'SOCKET_LOST' : 'STREAM_UNSUPPORTED';
}

/**
 * Returns whether MSE needs new buffers: the existing ones (names of hls.js) take audio only, and the stream has video.
 * Buffers stay when the video goes away.
 */
export function needsNewBuffers(present: readonly string[], wanted: readonly string[]): boolean {
  return present.length > 0 && wanted.some((name) => name !== 'audio' && !present.includes(name));
}

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
 * hls.js latency settings. With parts, the playlist gives the delay; a late start is caught up by slightly faster
 * playback. With whole segments the default is three target durations (9 s, or 30 s with rare key frames); no segment
 * is longer than one target duration, so two are enough.
 */
export const hlsSettings = (lowLatency: boolean): HlsSettings =>
  lowLatency
    ? { lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1 }
    : { lowLatencyMode: false, liveSyncDurationCount: 2 };

/** Returns the main picture: a screen, else the active speaker, else the current picture, else the first. */
export function pictureOf<P extends Picture>(
  pictures: readonly P[],
  speaker: string | undefined,
  shown: Picture | undefined,
): P | undefined {
  const pictureBy = (identity: string | undefined): P | undefined => pictures.find((one) => one.identity === identity);
  return (
    pictures.find(({ source }) => source === 'screen_share') ??
    pictureBy(speaker) ??
    pictureBy(shown?.identity) ??
    pictures[0]
  );
}

/** Returns the room of `/play/ROOM`; '' when missing or not valid UTF-8. */
export function playedRoom(path: string): string {
  const encoded = /^\/play\/([^/]+)\/?$/.exec(path)?.[1] ?? '';
  try {
    return decodeURIComponent(encoded).trim();
  } catch {
    return '';
  }
}
