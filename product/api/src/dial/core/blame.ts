import type { DialledRegion, DialStage, DialTally } from './facts.ts';

/** Failures in a row that count as a fault: a single one may be a lost packet, or a client that was lost. */
export const FAILED_IN_ROW = 2;
/** Failing pairs that blame a region. With fewer, each pair is blamed by itself. */
const OTHERS_MIN = 2;

export interface BlamedRegion {
  readonly region: string;
  readonly stage: DialStage;
  /** `receives`: the region does not receive others' media; `sends`: others do not receive the region's. */
  readonly by: 'call' | 'receives' | 'sends';
  /** Regions at the other end of the failing pairs, for `receives` and `sends`. */
  readonly otherRegions: readonly string[];
  readonly tally: DialTally;
}

export interface BlamedPair {
  /** Region whose media does not arrive. */
  readonly from: string;
  readonly to: string;
  readonly stage: DialStage;
  readonly tally: DialTally;
}

export interface BlamedStream {
  readonly region: string;
  /** `stream`: streams that come in there fail; `watched`: streams watched from there fail, wherever they came in. */
  readonly by: 'stream' | 'watched';
  readonly stage: DialStage;
  readonly tally: DialTally;
}

export interface Blame {
  readonly regions: readonly BlamedRegion[];
  readonly pairs: readonly BlamedPair[];
  readonly streams: readonly BlamedStream[];
  /** Regions whose bookings fail; `isAll`: bookings fail in every region that tries, so the api is to blame. */
  readonly bookings: { readonly regions: readonly string[]; readonly isAll: boolean };
}

const cachedBlame = new WeakMap<readonly DialledRegion[], Map<number, Blame>>();

/** Returns the blame for `dialled`. Caches the result by array. */
export function blame(dialled: readonly DialledRegion[], inRow: number = FAILED_IN_ROW): Blame {
  const own = cachedBlame.get(dialled) ?? new Map<number, Blame>();
  cachedBlame.set(dialled, own);
  const answer = own.get(inRow) ?? blameOf(dialled, inRow);
  own.set(inRow, answer);
  return answer;
}

function blameOf(dialled: readonly DialledRegion[], inRow: number): Blame {
  const fails = ({ failedInRow }: DialTally): boolean => failedInRow >= inRow;
  const byCalls = dialled.flatMap(({ region, call }): BlamedRegion[] =>
    fails(call) ? [{ region, stage: call.stage ?? 'media', by: 'call', otherRegions: [], tally: call }] : [],
  );
  // A region whose last call failed may be blamed in the next round, so its pairs prove nothing.
  const sound = new Set(dialled.flatMap(({ region, call }) => (call.failedInRow === 0 ? [region] : [])));
  const pairs = dialled.flatMap(({ region: to, pairs: received }) =>
    [...received].flatMap(([from, tally]): BlamedPair[] =>
      sound.has(to) && sound.has(from) && fails(tally) ? [{ from, to, stage: tally.stage ?? 'relay', tally }] : [],
    ),
  );
  const byPairs = namedBy(pairs);
  const bookingRegions = dialled.filter(({ booking }) => booking.tried > 0);
  const failingRegions = bookingRegions.filter(({ booking }) => fails(booking));
  return {
    regions: [...byCalls, ...byPairs.regions],
    pairs: byPairs.pairs,
    streams: streamsOf(dialled, fails),
    bookings: {
      regions: failingRegions.map(({ region }) => region),
      // A single failure suffices in the other regions: in a fault of the api, they fail at most one round later.
      isAll: failingRegions.length > 0 && bookingRegions.every(({ booking }) => booking.failedInRow > 0),
    },
  };
}

/** For a stream that fails only at its playback, the region that watches is blamed. */
function streamsOf(dialled: readonly DialledRegion[], fails: (tally: DialTally) => boolean): BlamedStream[] {
  const watched = new Map(
    dialled.flatMap(({ region, watched }) => (fails(watched) ? [[region, watched] as const] : [])),
  );
  return [
    ...[...watched].map(([region, tally]): BlamedStream => {
      return { region, by: 'watched', stage: tally.stage ?? 'playback', tally };
    }),
    ...dialled.flatMap(({ region, stream }): BlamedStream[] => {
      const { stage = 'ingest', toRegion = '' } = stream;
      const isExplained = stage === 'playback' && watched.has(toRegion);
      return fails(stream) && !isExplained ? [{ region, by: 'stream', stage, tally: stream }] : [];
    }),
  ];
}

/** Repeatedly blames the region with the most failing pairs in one direction, until only single pairs are left. */
function namedBy(pairs: readonly BlamedPair[]): Pick<Blame, 'regions' | 'pairs'> {
  const unexplainedPairs = new Set(pairs);
  const sends = setsOf(Map.groupBy(pairs, ({ from }) => from));
  const receives = setsOf(Map.groupBy(pairs, ({ to }) => to));
  const directions = [
    ...[...sends].map(([region, own]) => ({ region, by: 'sends' as const, own })),
    ...[...receives].map(([region, own]) => ({ region, by: 'receives' as const, own })),
  ].sort((a, b) => a.region.localeCompare(b.region));
  const regions: BlamedRegion[] = [];
  while (unexplainedPairs.size > 0) {
    const { region, by, own } = directions.reduce((most, one) => (one.own.size > most.own.size ? one : most));
    const found = [...own];
    const [first] = found;
    if (first === undefined || found.length < OTHERS_MIN) break;
    const otherRegions = found.map(({ from, to }) => (by === 'sends' ? to : from)).sort();
    regions.push({ region, by, otherRegions, stage: first.stage, tally: first.tally });
    for (const pair of found)
      for (const set of [unexplainedPairs, sends.get(pair.from), receives.get(pair.to)]) set?.delete(pair);
  }
  return { regions, pairs: [...unexplainedPairs] };
}

const setsOf = (groups: ReadonlyMap<string, readonly BlamedPair[]>): ReadonlyMap<string, Set<BlamedPair>> =>
  new Map([...groups].map(([region, own]) => [region, new Set(own)]));

/** Returns an English sentence for operators. */
export function regionText({ region, stage, by, otherRegions, tally }: BlamedRegion): string {
  if (by === 'call')
    return `Calls in ${region} fail at ${stage}: ${causeOf(tally)}; ${tally.failed} of ${tally.tried} rounds.`;
  const what = by === 'sends' ? `Media from ${region} does not reach` : `${region} receives no media from`;
  return `${what} ${otherRegions.join(', ')}, at ${stage}: ${causeOf(tally)}.`;
}

export const pairText = ({ from, to, stage, tally }: BlamedPair): string =>
  `${to} receives no media from ${from}, at ${stage}: ${causeOf(tally)}; ${tally.failed} of ${tally.tried} rounds.`;

export const streamText = ({ region, by, stage, tally }: BlamedStream): string =>
  `Streams ${by === 'stream' ? 'into' : 'watched from'} ${region} fail at ${stage}: ${causeOf(tally)}; ${tally.failed} of ${tally.tried} tries.`;

export const causeOf = ({ code = '', text = '' }: DialTally): string =>
  `${code} ${text}`.trim() || 'no cause was reported';
