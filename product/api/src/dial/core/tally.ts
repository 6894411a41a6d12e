import type { DialKind, DialledRegion, DialStage, DialTally } from './facts.ts';

export interface Tester {
  readonly region: string;
  readonly probe: string;
  readonly host: string;
  readonly everyMs: number;
  readonly lastMs: number;
}

export interface DialRow {
  readonly region: string;
  readonly probe: string;
  readonly kind: DialKind;
  /** '' for calls and bookings. */
  readonly toRegion: string;
  readonly receivedMs: number;
  readonly isOk: boolean;
  readonly stage: DialStage;
  readonly code: string;
  readonly text: string;
}

/** Age of calls that count: four rounds of 20 s, and the next round in progress. */
const CALLS_SEEN_MS = 90_000;
/** Age of other tests that count; streams and bookings may be tested less often than calls. */
const OTHERS_SEEN_MS = 300_000;
/** Number of rounds that count, for testers whose rounds are slower. */
const ROUNDS_SEEN = 4.5;
/** Longest gap between reports of a present tester, in rounds: half a round of delay, and the duration of a test. */
const GAP_ROUNDS = 1.6;

/** A tester without a report for this long is silent (`dial-silent`). */
const SILENT_MS = 60_000;
const ROUNDS_SILENT = 3;
export const silentFromMs = (everyMs: number, leastMs: number = SILENT_MS): number =>
  Math.max(leastMs, ROUNDS_SILENT * everyMs);

/**
 * Returns the age at which results still count, measured from the tester's last report, so that those of a silent
 * tester stay.
 */
export const seenMs = (kind: DialKind, everyMs: number): number =>
  Math.max(kind === 'call' || kind === 'pair' ? CALLS_SEEN_MS : OTHERS_SEEN_MS, ROUNDS_SEEN * everyMs);

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Returns disjoint spans, the oldest first. */
export function spansOf(testers: readonly Tester[], kind: DialKind): Span[] {
  const spans = testers.map(({ everyMs, lastMs }) => ({ fromMs: lastMs - seenMs(kind, everyMs), toMs: lastMs }));
  const disjointSpans: Span[] = [];
  for (const span of spans.sort((a, b) => a.fromMs - b.fromMs)) {
    const last = disjointSpans.at(-1);
    if (last === undefined || last.toMs < span.fromMs) disjointSpans.push(span);
    else disjointSpans[disjointSpans.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
  }
  return disjointSpans;
}

/** Drops testers that were already silent when another tester of the region reported last. */
function activeTesters(testers: readonly Tester[]): Tester[] {
  return [...Map.groupBy(testers, ({ region }) => region).values()].flatMap((own) => {
    const newestMs = Math.max(...own.map(({ lastMs }) => lastMs));
    return own.filter(({ lastMs, everyMs }) => newestMs - lastMs < silentFromMs(everyMs));
  });
}

/** Combines testers of the last hour with their results within `seenMs`, which may be in any order. */
export function dialledOf(allTesters: readonly Tester[], rows: readonly DialRow[], nowMs: number): DialledRegion[] {
  const testers = activeTesters(allTesters);
  const names = new Set(testers.map(({ region, probe }) => `${region} ${probe}`));
  const rowsByTime = rows
    .filter(({ region, probe }) => names.has(`${region} ${probe}`))
    .sort((a, b) => a.receivedMs - b.receivedMs);
  const byRegion = Map.groupBy(rowsByTime, ({ region }) => region);
  const watched = Map.groupBy(
    rowsByTime.filter(({ kind, isOk, stage }) => kind === 'stream' && (isOk || stage !== 'ingest')),
    ({ toRegion }) => toRegion,
  );
  const presencesByRegion = presences(testers, byRegion);
  return [...Map.groupBy(testers, ({ region }) => region)].map(([region, testersOfRegion]) => {
    const [newest] = testersOfRegion.toSorted((a, b) => b.lastMs - a.lastMs);
    const { lastMs = 0, probe = '', host = '' } = newest ?? {};
    const byKind = Map.groupBy(byRegion.get(region) ?? [], ({ kind }) => kind);
    const pairs = Map.groupBy(byKind.get('pair') ?? [], ({ toRegion }) => toRegion);
    return {
      region,
      silentMs: Math.max(0, nowMs - lastMs),
      everyMs: longestRound(testersOfRegion),
      probe,
      host,
      call: worstOf(byKind.get('call')),
      pairs: new Map(
        [...pairs].map(([other, seen]) => [other, worstOf(credibleRows(seen, presencesByRegion.get(other), nowMs))]),
      ),
      stream: worstOf(byKind.get('stream')),
      watched: tallyOf(watched.get(region)),
      booking: worstOf(byKind.get('booking')),
    };
  });
}

interface Presence {
  readonly everyMs: number;
  readonly reports: readonly { readonly atMs: number; readonly hasCallFailed: boolean }[];
}

function presences(
  testers: readonly Tester[],
  byRegion: ReadonlyMap<string, readonly DialRow[]>,
): ReadonlyMap<string, Presence> {
  const found = Map.groupBy(testers, ({ region }) => region);
  return new Map(
    [...found].map(([region, own]) => {
      const reports = [...Map.groupBy(byRegion.get(region) ?? [], ({ receivedMs }) => receivedMs)].map(
        ([atMs, rows]) => ({ atMs, hasCallFailed: rows.some(({ kind, isOk }) => kind === 'call' && !isOk) }),
      );
      return [region, { everyMs: longestRound(own), reports }];
    }),
  );
}

const longestRound = (testers: readonly Tester[]): number => Math.max(0, ...testers.map(({ everyMs }) => everyMs));

/**
 * Keeps successes, and failures while the other tester was present and its own call did not fail: a tester whose call
 * failed may linger in the room without sending. Since the other tester's last report, only the first failure counts,
 * because that tester may be gone.
 */
function credibleRows(rows: readonly DialRow[], other: Presence | undefined, nowMs: number): DialRow[] {
  let isOneOpen = false;
  return rows.filter(({ isOk, receivedMs }) => {
    if (isOk) return true;
    if (other === undefined) return false;
    const before = other.reports.findLast(({ atMs }) => atMs <= receivedMs);
    const after = other.reports.find(({ atMs }) => atMs >= receivedMs);
    if (before === undefined || (after?.atMs ?? nowMs) - before.atMs > GAP_ROUNDS * other.everyMs) return false;
    if (before.hasCallFailed || after?.hasCallFailed === true) return false;
    if (after !== undefined) return true;
    const isFirst = !isOneOpen;
    isOneOpen = true;
    return isFirst;
  });
}

/** Returns the worst of the testers' counts: a success of one tester says nothing about failures of another. */
function worstOf(rows: readonly DialRow[] = []): DialTally {
  const totalTally = tallyOf(rows);
  const [worst] = [...Map.groupBy(rows, ({ probe }) => probe)]
    .map(([probe, own]) => ({ probe, tally: tallyOf(own), lastMs: own.at(-1)?.receivedMs ?? 0 }))
    .sort((a, b) => b.tally.failedInRow - a.tally.failedInRow || b.lastMs - a.lastMs);
  if (worst === undefined || worst.tally.failedInRow === 0) return totalTally;
  const { tally, probe } = worst;
  return { ...tally, tried: totalTally.tried, failed: totalTally.failed, probe };
}

function tallyOf(rows: readonly DialRow[] = []): DialTally {
  const failures = rows.filter(({ isOk }) => !isOk);
  const last = failures.at(-1);
  return {
    tried: rows.length,
    failed: failures.length,
    failedInRow: rows.length - 1 - rows.findLastIndex(({ isOk }) => isOk),
    ...(last !== undefined && { stage: last.stage, code: last.code, text: last.text }),
    ...(last?.kind === 'stream' && { toRegion: last.toRegion }),
  };
}
