import { isIdentity, isUploadId, type wire } from '@meridian/protocol';

/** Limit of reports in a message; nodes send fewer. */
export const WATCHES_MAX = 500;
/** Longer than any playback, which players and nodes end after a day. */
const PLAYBACK_MS_MAX = 86_400_000;
/** Age of a report. A node that cannot reach an api keeps its reports; older ones are useless. */
const AGE_MS_MAX = 2 * PLAYBACK_MS_MAX;
/** Same limit as for positions of covers: eleven days. */
const POSITION_MS_MAX = 1_000_000_000;
/** Limit of stalls, seeks and changes of quality: one in each tenth of a second of a day. */
const COUNT_MAX = 864_000;
const SEQ_MAX = 0xff_ff_ff_ff;
const QUALITIES_MAX = 8;
/** 16 random bytes in base64url. */
const idPattern = /^[A-Za-z0-9_-]{22}$/;
const tenantPattern = /^[A-Za-z0-9_-]{1,64}$/;
const itemPattern = /^[A-Za-z0-9_]{0,64}$/;
const qualityPattern = /^[A-Za-z0-9._-]{1,32}$/;
const cachePattern = /^[A-Za-z0-9.:_[\]-]{0,253}$/;

export interface Quality {
  /** Name in the playlist: 720p. */
  readonly name: string;
  readonly watchedMs: number;
}

/** Valid report of a playback, with whole numbers within their limits. */
export interface ValidWatch {
  readonly tenant: string;
  readonly id: string;
  readonly seq: number;
  readonly content: string;
  /** Item that the link names; '' for none. */
  readonly item: string;
  readonly viewer: string;
  readonly startedMs: number;
  readonly lastMs: number;
  readonly startupMs: number;
  readonly watchedMs: number;
  readonly positionMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly seeks: number;
  readonly switches: number;
  readonly qualities: readonly Quality[];
  readonly hasEnded: boolean;
  readonly cache: string;
}

/** Returns the newest valid report of each playback, in a fixed order, so that two batches cannot deadlock. */
export function validWatchesOf(reportedWatches: readonly wire.LibraryWatch.$Properties[], nowMs: number): ValidWatch[] {
  const newest = new Map<string, ValidWatch>();
  for (const one of reportedWatches) {
    const watch = watchOf(one, nowMs);
    if (watch === undefined) continue;
    const key = keyOf(watch.tenant, watch.id);
    const before = newest.get(key);
    if (before === undefined || watch.seq > before.seq) newest.set(key, watch);
  }
  return [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, watch]) => watch);
}

/** Parts contain no slash, so keys are unique. */
export const keyOf = (...parts: readonly string[]): string => parts.join('/');

/** Returns undefined for impossible values. Times by a node's clock that is ahead are moved to now. */
export function watchOf(said: wire.LibraryWatch.$Properties, nowMs: number): ValidWatch | undefined {
  const named = namesOf(said);
  const times = timesOf(said.startedWallMs ?? Number.NaN, said.lastWallMs ?? Number.NaN, nowMs);
  const counted = countsOf(said);
  const qualities = qualitiesOf(said.qualities ?? []);
  if (named === undefined || times === undefined || counted === undefined || qualities === undefined) return undefined;
  return Object.assign({ qualities, hasEnded: said.hasEnded === true }, named, times, counted);
}

function namesOf(said: wire.LibraryWatch.$Properties) {
  const names = {
    id: said.id ?? '',
    tenant: said.tenant ?? '',
    content: said.contentId ?? '',
    item: said.itemId ?? '',
    viewer: said.viewer ?? '',
    cache: said.cache ?? '',
  };
  const isRight =
    idPattern.test(names.id) &&
    tenantPattern.test(names.tenant) &&
    isUploadId(names.content) &&
    itemPattern.test(names.item) &&
    (names.viewer === '' || isIdentity(names.viewer)) &&
    cachePattern.test(names.cache);
  return isRight ? names : undefined;
}

function timesOf(startedWallMs: number, lastWallMs: number, nowMs: number) {
  const lastMs = Math.floor(Math.min(lastWallMs, nowMs));
  const lengthMs = Math.round(lastWallMs - startedWallMs);
  const isRight = isWithin(lengthMs, PLAYBACK_MS_MAX) && isWithin(nowMs - lastMs, AGE_MS_MAX) && lastMs > lengthMs;
  return isRight ? { startedMs: lastMs - lengthMs, lastMs } : undefined;
}

function countsOf(said: wire.LibraryWatch.$Properties) {
  const counts = { stalls: said.stalls ?? 0, seeks: said.seeks ?? 0, switches: said.switches ?? 0 };
  const times = {
    startupMs: Math.round(said.startupMs ?? 0),
    watchedMs: Math.round(said.watchedMs ?? 0),
    stalledMs: Math.round(said.stalledMs ?? 0),
  };
  const [seq, positionMs] = [said.seq ?? 0, Math.round(said.positionMs ?? 0)];
  const isRight =
    [seq, ...Object.values(counts)].every(Number.isInteger) &&
    isWithin(seq, SEQ_MAX) &&
    Object.values(counts).every((count) => isWithin(count, COUNT_MAX)) &&
    Object.values(times).every((ms) => isWithin(ms, PLAYBACK_MS_MAX)) &&
    isWithin(positionMs, POSITION_MS_MAX);
  return isRight ? Object.assign({ seq, positionMs }, counts, times) : undefined;
}

function qualitiesOf(said: readonly wire.QualityWatched.$Properties[]): Quality[] | undefined {
  const qualities = said.map(({ name, watchedMs }) => ({ name: name ?? '', watchedMs: Math.round(watchedMs ?? 0) }));
  const isRight = qualities.every(
    ({ name, watchedMs }) => qualityPattern.test(name) && isWithin(watchedMs, PLAYBACK_MS_MAX),
  );
  return isRight && qualities.length <= QUALITIES_MAX ? qualities : undefined;
}

/** Returns false also for NaN. */
const isWithin = (value: number, max: number): boolean => value >= 0 && value <= max;
