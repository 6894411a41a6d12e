// Report of a playback by its player; every report covers the whole playback so far.

export interface QualityWatched {
  readonly name: string;
  readonly watchedMs: number;
}

export interface WatchReport {
  /** Id of the playback: 16 random bytes, base64url. */
  readonly id: string;
  readonly seq: number;
  /** Time since the playback began, by the player's clock. */
  readonly agoMs: number;
  readonly startupMs: number;
  readonly watchedMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly seeks: number;
  readonly switches: number;
  readonly qualities: readonly QualityWatched[];
  readonly positionMs: number;
  /** True at the end of the file. */
  readonly hasEnded: boolean;
  /** Host of the edge cache that serves the playback; `''` for the node itself. */
  readonly cache: string;
}

export type ParsedWatch =
  | { readonly ok: true; readonly watch: WatchReport }
  /** `why` names the wrong field. */
  | { readonly ok: false; readonly why: string };

/** A page that stays open for longer starts another playback. */
const AGO_MS_MAX = 86_400_000;
/** Eleven days; no file is as long. */
const POSITION_MS_MAX = 1_000_000_000;
/** Ten events a second for a day. */
const COUNT_MAX = 864_000;
const SEQ_MAX = 0xffff_ffff;
const QUALITIES_MAX = 8;
/** Tolerance, as players count by the media clock and by the system clock, and round. */
const CLOCK_MS = 1000;
const CLOCK_SHARE = 0.01;
const idPattern = /^[A-Za-z0-9_-]{22}$/;
const qualityPattern = /^[A-Za-z0-9._-]{1,32}$/;
const cachePattern = /^[A-Za-z0-9.:_[\]-]{0,253}$/;

/** Reads a report. Times slightly beyond the playback, as clocks differ, are cut to its length. */
export function readWatch(text: string): ParsedWatch {
  const fields = objectOf(text);
  if (fields === undefined) return { ok: false, why: 'it is no JSON object' };
  const wrong = wrongField(fields);
  return wrong === undefined ? { ok: true, watch: watchOf(fields as unknown as Body) } : { ok: false, why: wrong };
}

type Fields = Readonly<Record<string, unknown>>;

type Body = Omit<WatchReport, 'id' | 'hasEnded' | 'cache'> & {
  readonly watch: string;
  readonly ended: boolean;
  readonly cache?: string;
};

function objectOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function wrongField(fields: Fields): string | undefined {
  const { watch, agoMs, ended, cache = '' } = fields;
  if (!matches(watch, idPattern)) return 'watch';
  if (!isBetween(agoMs, AGO_MS_MAX)) return 'agoMs';
  const longestMs = longest(agoMs);
  const bounds = { startupMs: longestMs, watchedMs: longestMs, stalledMs: longestMs, positionMs: POSITION_MS_MAX };
  for (const [field, max] of Object.entries(bounds)) if (!isBetween(fields[field], max)) return field;
  const counts = { seq: SEQ_MAX, stalls: COUNT_MAX, seeks: COUNT_MAX, switches: COUNT_MAX };
  for (const [field, max] of Object.entries(counts))
    if (!isBetween(fields[field], max) || !Number.isInteger(fields[field])) return field;
  if (!areQualities(fields['qualities'], fields['watchedMs'] as number)) return 'qualities';
  if (typeof ended !== 'boolean') return 'ended';
  return matches(cache, cachePattern) ? undefined : 'cache';
}

function areQualities(qualities: unknown, watchedMs: number): boolean {
  if (!Array.isArray(qualities) || qualities.length > QUALITIES_MAX) return false;
  const names = new Set<string>();
  let totalMs = 0;
  for (const one of qualities as readonly unknown[]) {
    if (typeof one !== 'object' || one === null) return false;
    const { name, watchedMs: ownMs } = one as { readonly name?: unknown; readonly watchedMs?: unknown };
    if (!matches(name, qualityPattern) || !isBetween(ownMs, longest(watchedMs))) return false;
    names.add(name);
    totalMs += ownMs;
  }
  return names.size === qualities.length && totalMs <= longest(watchedMs);
}

function watchOf(body: Body): WatchReport {
  const { watch, agoMs, seq, stalls, seeks, switches, positionMs, ended, cache = '' } = body;
  const watchedMs = Math.min(body.watchedMs, agoMs);
  let leftMs = watchedMs;
  const qualities = body.qualities.map(({ name, watchedMs: saidMs }) => {
    const ownMs = Math.min(saidMs, leftMs);
    leftMs -= ownMs;
    return { name, watchedMs: ownMs };
  });
  return {
    id: watch,
    seq,
    agoMs,
    startupMs: Math.min(body.startupMs, agoMs),
    watchedMs,
    stalls,
    stalledMs: Math.min(body.stalledMs, agoMs),
    seeks,
    switches,
    qualities,
    positionMs,
    hasEnded: ended,
    cache,
  };
}

const longest = (ms: number): number => ms * (1 + CLOCK_SHARE) + CLOCK_MS;

/** JSON has no NaN, but 1e999 parses as infinity. */
const isBetween = (value: unknown, max: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= max;

const matches = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);
