// Which region, or which pair of regions, is to blame for failed dial tests. Pure.
import type { DialledRegion, DialStage, DialTally } from './facts.ts';

/** Failures in a row that are a fault: one alone is a packet that was lost, or a client that was. */
export const FAILED_IN_ROW = 2;
/** Others that agree: with one alone it is the pair's fault. */
const OTHERS_MIN = 2;

export interface BlamedRegion {
  readonly region: string;
  readonly stage: DialStage;
  /** Its own calls; media of others that it does not receive; media of its own that others do not. */
  readonly by: 'call' | 'receives' | 'sends';
  /** The other regions, of those two. */
  readonly others: readonly string[];
  readonly tally: DialTally;
}

export interface BlamedPair {
  /** Whose media does not arrive. */
  readonly from: string;
  readonly to: string;
  readonly stage: DialStage;
  readonly tally: DialTally;
}

export interface BlamedStream {
  readonly region: string;
  /** What comes in there; or what is watched from there, wherever it came in. */
  readonly by: 'stream' | 'watched';
  readonly stage: DialStage;
  readonly tally: DialTally;
}

export interface Blame {
  readonly regions: readonly BlamedRegion[];
  readonly pairs: readonly BlamedPair[];
  readonly streams: readonly BlamedStream[];
  /** Regions whose bookings fail; `all`: of every region that tries, so that it is the api. */
  readonly bookings: { readonly regions: readonly string[]; readonly isAll: boolean };
}

const known = new WeakMap<readonly DialledRegion[], Map<number, Blame>>();

/** `inRow`: failures in a row from which on it is a fault. Of the same array the answer is made once. */
export function blame(dialled: readonly DialledRegion[], inRow: number = FAILED_IN_ROW): Blame {
  const own = known.get(dialled) ?? new Map<number, Blame>();
  known.set(dialled, own);
  const answer = own.get(inRow) ?? blameOf(dialled, inRow);
  own.set(inRow, answer);
  return answer;
}

function blameOf(dialled: readonly DialledRegion[], inRow: number): Blame {
  const fails = ({ failedInRow }: DialTally): boolean => failedInRow >= inRow;
  const byCalls = dialled.flatMap(({ region, call }): BlamedRegion[] =>
    fails(call) ? [{ region, stage: call.stage ?? 'media', by: 'call', others: [], tally: call }] : [],
  );
  // One whose last call failed may be the next to be named: its pairs say nothing already.
  const sound = new Set(dialled.flatMap(({ region, call }) => (call.failedInRow === 0 ? [region] : [])));
  const pairs = dialled.flatMap(({ region: to, pairs: received }) =>
    [...received].flatMap(([from, tally]): BlamedPair[] =>
      sound.has(to) && sound.has(from) && fails(tally) ? [{ from, to, stage: tally.stage ?? 'relay', tally }] : [],
    ),
  );
  const named = namedBy(pairs);
  const trying = dialled.filter(({ booking }) => booking.tried > 0);
  const refused = trying.filter(({ booking }) => fails(booking));
  return {
    regions: [...byCalls, ...named.regions],
    pairs: named.pairs,
    streams: streamsOf(dialled, fails),
    bookings: {
      regions: refused.map(({ region }) => region),
      // The others fail one round later at most.
      isAll: refused.length > 0 && trying.every(({ booking }) => booking.failedInRow > 0),
    },
  };
}

/** A stream that fails only where it is watched is the fault of that region. */
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

/** The region of most pairs in one direction, then that of most of the rest, until only single pairs are left. */
function namedBy(pairs: readonly BlamedPair[]): Pick<Blame, 'regions' | 'pairs'> {
  const left = new Set(pairs);
  const sends = setsOf(Map.groupBy(pairs, ({ from }) => from));
  const receives = setsOf(Map.groupBy(pairs, ({ to }) => to));
  const directions = [
    ...[...sends].map(([region, own]) => ({ region, by: 'sends' as const, own })),
    ...[...receives].map(([region, own]) => ({ region, by: 'receives' as const, own })),
  ].sort((a, b) => a.region.localeCompare(b.region));
  const regions: BlamedRegion[] = [];
  while (left.size > 0) {
    const { region, by, own } = directions.reduce((most, one) => (one.own.size > most.own.size ? one : most));
    const found = [...own];
    const [first] = found;
    if (first === undefined || found.length < OTHERS_MIN) break;
    const others = found.map(({ from, to }) => (by === 'sends' ? to : from)).sort();
    regions.push({ region, by, others, stage: first.stage, tally: first.tally });
    for (const pair of found) for (const set of [left, sends.get(pair.from), receives.get(pair.to)]) set?.delete(pair);
  }
  return { regions, pairs: [...left] };
}

const setsOf = (groups: ReadonlyMap<string, readonly BlamedPair[]>): ReadonlyMap<string, Set<BlamedPair>> =>
  new Map([...groups].map(([region, own]) => [region, new Set(own)]));

/** In English: what is wrong with it, for operators. */
export function regionText({ region, stage, by, others, tally }: BlamedRegion): string {
  if (by === 'call')
    return `Calls in ${region} fail at ${stage}: ${causeOf(tally)}; ${tally.failed} of ${tally.tried} rounds.`;
  const what = by === 'sends' ? `Media from ${region} does not reach` : `${region} receives no media from`;
  return `${what} ${others.join(', ')}, at ${stage}: ${causeOf(tally)}.`;
}

export const pairText = ({ from, to, stage, tally }: BlamedPair): string =>
  `${to} receives no media from ${from}, at ${stage}: ${causeOf(tally)}; ${tally.failed} of ${tally.tried} rounds.`;

export const streamText = ({ region, by, stage, tally }: BlamedStream): string =>
  `Streams ${by === 'stream' ? 'into' : 'watched from'} ${region} fail at ${stage}: ${causeOf(tally)}; ${tally.failed} of ${tally.tried} tries.`;

/** "CODE text" of the last failure. */
export const causeOf = ({ code = '', text = '' }: DialTally): string =>
  `${code} ${text}`.trim() || 'no cause was given';
