// Where the files of an item are loaded from: edges, best first, the library node last. Pure.

/** As a library node answers them. */
export interface PlaceList {
  /** A file is at one of them, `/` and its name. */
  readonly bases: readonly string[];
  /** Then they are asked for again. */
  readonly renewMs: number;
}

export interface Places extends PlaceList {
  readonly listedMs: number;
  /** Origins at which a request failed, and when. */
  readonly failedMs: ReadonlyMap<string, number>;
}

/** More than a node lists. */
const BASES_MAX = 8;
const BASE_CHARACTERS_MAX = 4096;
const RENEW_MS = { least: 10_000, usual: 60_000, most: 3_600_000 } as const;
/** A place at which a request failed is left alone for so long: by then nodes know of it, and do not list it. */
export const DEAD_MS = 60_000;

/** Undefined: the answer makes no sense. What is no address of the web is left out. */
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

/** The one base that is known without a list. */
export const onlyPlace = (base: string): PlaceList => ({ bases: [base], renewMs: RENEW_MS.usual });

/** A new list. Where requests failed a moment ago stays known, unless that is all of it. */
export function listed(before: Places | undefined, list: PlaceList, nowMs: number): Places {
  const places = { bases: list.bases, renewMs: list.renewMs, listedMs: nowMs, failedMs: before?.failedMs ?? new Map() };
  const isHopeless = list.bases.every((base) => isDead(places, base, nowMs));
  return isHopeless ? forgiven(places) : places;
}

export const isDue = ({ listedMs, renewMs }: Places, nowMs: number): boolean => nowMs - listedMs >= renewMs;

export function failedAt(places: Places, base: string, nowMs: number): Places {
  const failedMs = new Map([...places.failedMs].filter(([, atMs]) => nowMs - atMs < DEAD_MS));
  failedMs.set(originOf(base), nowMs);
  return withFailures(places, failedMs);
}

/** As if nothing had failed. */
export const forgiven = (places: Places): Places => withFailures(places, new Map());

/** What a request may try, best first: neither dead, nor tried by it before. None: it takes a new link. */
export const candidates = (places: Places, tried: ReadonlySet<string>, nowMs: number): readonly string[] =>
  places.bases.filter((base) => !tried.has(base) && !isDead(places, base, nowMs));

/** Whether it is the library node, which has no cache before it. */
export const isNode = ({ bases }: Places, base: string): boolean => base === bases.at(-1);

/** The cache at which files are loaded now; undefined: the library node itself. */
export function cacheOf(places: Places, nowMs: number): URL | undefined {
  const [now] = candidates(places, new Set(), nowMs);
  return now === undefined || isNode(places, now) ? undefined : urlOf(now);
}

/** Where to ask for places: with the cache in use, so that the node need not find another one. */
export function askedAt(playUrl: string, places: Places, nowMs: number): string {
  const cache = cacheOf(places, nowMs);
  return cache === undefined ? playUrl : `${playUrl}?at=${encodeURIComponent(cache.origin)}`;
}

/** The address of a file at a base. The node is asked to send it itself: the edges were tried before. */
export const urlAt = (places: Places, base: string, file: string): string =>
  `${base}/${file}${places.bases.length > 1 && isNode(places, base) ? '?edge=0' : ''}`;

const MASTER = '/renditions/master.m3u8';
/** What stands before the names of files in addresses of a playlist; undefined: it is none of a library node. */
export const baseOfPlaylist = (playlistUrl: string): string | undefined =>
  playlistUrl.endsWith(MASTER) ? baseOf(playlistUrl.slice(0, -MASTER.length)) : undefined;

/** The name of a file by its address below a base; undefined: it lies elsewhere. */
export const fileBelow = (base: string, url: string): string | undefined =>
  url.startsWith(`${base}/`) ? url.slice(base.length + 1).replace(/[?#].*$/s, '') : undefined;

const isDead = ({ failedMs }: Pick<Places, 'failedMs'>, base: string, nowMs: number): boolean =>
  nowMs - (failedMs.get(originOf(base)) ?? Number.NEGATIVE_INFINITY) < DEAD_MS;

/** A new link has other tokens at the same servers. */
const originOf = (base: string): string => urlOf(base)?.origin ?? base;

/** `URL.parse` is younger than browsers in use. */
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
