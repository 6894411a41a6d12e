// Bases from which an item's files load: edges, best first, the library node last.

export interface PlaceList {
  /** Base URLs; a file's URL is a base, `/` and the file's name. */
  readonly bases: readonly string[];
  readonly renewMs: number;
}

export interface Places extends PlaceList {
  readonly listedMs: number;
  /** Time of the last failure by origin. */
  readonly failedMs: ReadonlyMap<string, number>;
}

/** Maximum number of bases: more than a node lists. */
const BASES_MAX = 8;
const BASE_CHARACTERS_MAX = 4096;
const RENEW_MS = { least: 10_000, usual: 60_000, most: 3_600_000 } as const;
/** Time for which a failed base is skipped: by then nodes know of the failure and do not list it. */
export const FAILED_MS = 60_000;

/** Parses the answer; returns undefined when malformed. Drops bases that are no http(s) URLs. */
export function readPlaceList(answer: unknown): PlaceList | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { bases, renewMs } = answer as { readonly bases?: unknown; readonly renewMs?: unknown };
  if (!Array.isArray(bases)) return undefined;
  const read = bases.map(baseOf).filter((one) => one !== undefined);
  if (read.length === 0) return undefined;
  return { bases: [...new Set(read)].slice(0, BASES_MAX), renewMs: boundedRenewMs(renewMs) };
}

function baseOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > BASE_CHARACTERS_MAX) return undefined;
  const url = urlOf(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') return undefined;
  return text.replace(/\/+$/, '');
}

const boundedRenewMs = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value)
    ? Math.min(RENEW_MS.most, Math.max(RENEW_MS.least, value))
    : RENEW_MS.usual;

/** Returns a list of a single base, known without a list. */
export const onlyPlace = (base: string): PlaceList => ({ bases: [base], renewMs: RENEW_MS.usual });

/** Takes a new list. Keeps recent failures, unless all bases have failed. */
export function listed(before: Places | undefined, list: PlaceList, nowMs: number): Places {
  const places = { bases: list.bases, renewMs: list.renewMs, listedMs: nowMs, failedMs: before?.failedMs ?? new Map() };
  const isHopeless = list.bases.every((base) => isDead(places, base, nowMs));
  return isHopeless ? withoutFailures(places) : places;
}

export const isDue = ({ listedMs, renewMs }: Places, nowMs: number): boolean => nowMs - listedMs >= renewMs;

export function failedAt(places: Places, base: string, nowMs: number): Places {
  const failedMs = new Map([...places.failedMs].filter(([, atMs]) => nowMs - atMs < FAILED_MS));
  failedMs.set(originOf(base), nowMs);
  return withFailures(places, failedMs);
}

export const withoutFailures = (places: Places): Places => withFailures(places, new Map());

/**
 * Returns the bases that a request may try, best first: not failed recently and not in `tried`. When empty, the request
 * needs a new link.
 */
export const candidates = (places: Places, tried: ReadonlySet<string>, nowMs: number): readonly string[] =>
  places.bases.filter((base) => !tried.has(base) && !isDead(places, base, nowMs));

/** Returns whether the base is the library node, which has no cache in front. */
export const isNode = ({ bases }: Places, base: string): boolean => base === bases.at(-1);

/** Returns the cache in use; undefined for the library node itself. */
export function cacheOf(places: Places, nowMs: number): URL | undefined {
  const [now] = candidates(places, new Set(), nowMs);
  return now === undefined || isNode(places, now) ? undefined : urlOf(now);
}

/** Returns the URL for the next list. It names the cache in use, so that the node need not choose another. */
export function placeListUrl(playUrl: string, places: Places, nowMs: number): string {
  const cache = cacheOf(places, nowMs);
  return cache === undefined ? playUrl : `${playUrl}?at=${encodeURIComponent(cache.origin)}`;
}

/** Returns a file's URL at a base, with the order not to redirect to an edge, since the edges were tried before. */
export const urlAt = (places: Places, base: string, file: string): string =>
  `${base}/${file}${places.bases.length > 1 && isNode(places, base) ? '?edge=0' : ''}`;

const MASTER = '/renditions/master.m3u8';
/** Returns the base of a library node's playlist; undefined for other playlists. */
export const baseOfPlaylist = (playlistUrl: string): string | undefined =>
  playlistUrl.endsWith(MASTER) ? baseOf(playlistUrl.slice(0, -MASTER.length)) : undefined;

/** Returns a file's name from its URL below a base; undefined when it lies elsewhere. */
export const fileBelow = (base: string, url: string): string | undefined =>
  url.startsWith(`${base}/`) ? url.slice(base.length + 1).replace(/[?#].*$/s, '') : undefined;

const isDead = ({ failedMs }: Pick<Places, 'failedMs'>, base: string, nowMs: number): boolean =>
  nowMs - (failedMs.get(originOf(base)) ?? Number.NEGATIVE_INFINITY) < FAILED_MS;

/** Compares by origin, since a new link has other tokens at the same servers. */
const originOf = (base: string): string => urlOf(base)?.origin ?? base;

/** Replaces `URL.parse`, which older browsers lack. */
function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const withFailures = ({ bases, renewMs, listedMs }: Places, failedMs: ReadonlyMap<string, number>): Places => ({
  bases,
  renewMs,
  listedMs,
  failedMs,
});
