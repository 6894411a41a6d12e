// Plan of a run: what is ordered when, how large and how popular it is, and which fault comes when. Pure.

/** Ten times the deliveries that the cloud is asked to carry in a day. */
const DELIVERIES_A_DAY = 451_320;
export const RECEIVERS_OF_ORDER = 10;
export const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Time between two ordered contents. */
export const ORDER_EVERY_MS = (DAY_MS * RECEIVERS_OF_ORDER) / DELIVERIES_A_DAY;

const BYTES_MIN = 4096;
const BYTES_MAX = 67_108_864;
/** Exponent of the sizes. With a half, the mean is about 0.5 MB, which loopback and a disk carry tenfold. */
const SIZE_EXPONENT = 0.5;
/** Most viewed contents of a hundred that count as hot. */
const HOT_PERCENT = 10;
const VIEWS_OF_FIRST = 1000;

export type Random = () => number;

/** Returns a generator of numbers from 0 to 1; the same seed gives the same numbers (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a size in bytes of a bounded Zipf (Pareto) law; `share` from 0 to 1 is the share of smaller sizes. */
export function bytesAt(share: number): number {
  const ends = BYTES_MIN ** -SIZE_EXPONENT - BYTES_MAX ** -SIZE_EXPONENT;
  const bytes = (BYTES_MIN ** -SIZE_EXPONENT - share * ends) ** (-1 / SIZE_EXPONENT);
  return Math.min(BYTES_MAX, Math.max(BYTES_MIN, Math.round(bytes)));
}

/** Returns the views of the content with this rank, from 1. */
export const viewsOfRank = (rank: number): number => Math.floor(VIEWS_OF_FIRST / rank);

export interface PlannedOrder {
  /** Time after the start; contents of the backlog have the same time. */
  readonly atMs: number;
  readonly part: 'steady' | 'backlog';
  readonly bytes: number;
  readonly views: number;
  readonly isHot: boolean;
  /** Places in the list of receivers, each once. */
  readonly receivers: readonly number[];
}

export interface PlanOptions {
  readonly minutes: number;
  readonly receivers: number;
  /** Contents that are ordered at once, for all receivers, in the middle of the run. */
  readonly backlog: number;
  readonly backlogBytes: number;
  readonly random: Random;
}

/** Returns the orders of a run, in the order of their times. */
export function ordersOf({ minutes, receivers, backlog, backlogBytes, random }: PlanOptions): PlannedOrder[] {
  const endMs = minutes * MINUTE_MS;
  const all = Array.from({ length: receivers }, (_, at) => at);
  const steadyHeats = heatsOf(Math.ceil(endMs / ORDER_EVERY_MS), random);
  const steady = steadyHeats.map((heat, at) => ({
    atMs: Math.round(at * ORDER_EVERY_MS),
    part: 'steady' as const,
    bytes: bytesAt(random()),
    ...heat,
    receivers: shuffled(all, random).slice(0, RECEIVERS_OF_ORDER),
  }));
  const atOnce = heatsOf(backlog, random).map((heat) => ({
    atMs: endMs / 2,
    part: 'backlog' as const,
    bytes: backlogBytes,
    ...heat,
    receivers: all,
  }));
  return [...steady, ...atOnce].toSorted((a, b) => a.atMs - b.atMs);
}

/** Returns the views of `count` contents, whose ranks are in random order. */
function heatsOf(count: number, random: Random): { readonly views: number; readonly isHot: boolean }[] {
  const hotMax = Math.ceil((count * HOT_PERCENT) / 100);
  const ranks = Array.from({ length: count }, (_, at) => at + 1);
  return shuffled(ranks, random).map((rank) => {
    const isHot = rank <= hotMax;
    // Cold contents have no views, so that both classes differ whatever the number of contents is.
    return { views: isHot ? viewsOfRank(rank) : 0, isHot };
  });
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const keyed = list.map((value) => ({ value, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

export const faultKinds = [
  'kill of an agent',
  'cut of a line',
  'kill of a library node',
  'freeze of an agent',
  'kill of Redis',
  'freeze of a library node',
  'kill of the api',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly atMs: number;
  readonly kind: FaultKind;
  /** Duration of cuts and freezes. A killed process is started again by its supervisor. */
  readonly downMs: number;
  /** Number from 0 to 1 that chooses among the processes or lines. */
  readonly which: number;
}

/** Returns a fault for each minute, in its middle: kinds by turns from number `first` on. */
export const faultsOf = (minutes: number, random: Random, first = 0): Fault[] =>
  Array.from({ length: minutes }, (_, at) => ({
    atMs: (at + 0.5) * MINUTE_MS,
    kind: faultKinds[(first + at) % faultKinds.length] ?? faultKinds[0],
    downMs: Math.round(5000 + random() * 15_000),
    which: random(),
  }));
