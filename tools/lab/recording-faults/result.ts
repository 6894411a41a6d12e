// What a run of recordings says together.
import { type LabResult, percentile } from '../../support/case.ts';
import { driftMsPerHour, type Pair } from './content.ts';
import { about, faults } from './faults.ts';
import type { Plan, Row } from './plan.ts';

const HOLE_AIM_MS = 5000;
/** Two pieces of a track meet with less between them. */
const NO_HOLE_MS = 150;
const OFFSET_AIM_MS = 40;
/** What is drawn and captured again goes by pictures of 33 ms: of those half of all pairs count. */
const MEDIAN_AIM_MS = { composed: 40, page: 100 } as const;

export const summary = (pairs: readonly Pair[]) => ({
  count: pairs.length,
  median: Math.round(medianOf(pairs)),
  first: Math.round(pairs[0]?.offsetMs ?? Number.NaN),
  last: Math.round(pairs.at(-1)?.offsetMs ?? Number.NaN),
  worst: Math.round(worstOf(pairs)),
  worstAtMs: Math.round(pairs.find(({ offsetMs }) => offsetMs === worstOf(pairs))?.ms ?? Number.NaN),
  driftMsPerHour: Math.round(driftMsPerHour(pairs)),
});

export function resultOf(rows: readonly Row[], { seed, store, minutes, modes }: Plan): LabResult {
  const missed: string[] = [];
  const all = rows.filter(({ fault }) => !about[fault].isPlanned).map(worstHoleMs);
  const p95 = all.length === 0 ? 0 : percentile(all, 0.95);
  if (p95 > HOLE_AIM_MS) missed.push(`holes: p95 ${p95} ms, at most ${HOLE_AIM_MS}`);
  for (const row of rows) missed.push(...missedOf(row));
  const byFault = Object.fromEntries(
    faults.flatMap((fault) => {
      const own = rows.filter((row) => row.fault === fault);
      if (own.length === 0) return [];
      const worstOffsetMs = Math.round(worstOf(own.flatMap(({ pairs }) => pairs)));
      const worstMs = Math.max(...own.map(worstHoleMs));
      return [[fault, { recordings: own.length, worstHoleMs: worstMs, worstOffsetMs }]];
    }),
  );
  const longest = minutes > 0 ? rows.slice(0, modes.length) : [];
  const long = Object.fromEntries(longest.map(({ mode, pairs }) => [mode, Object.assign({ minutes }, summary(pairs))]));
  const files = rows.reduce((sum, row) => sum + row.files, 0);
  const pieces = rows.reduce((sum, row) => sum + row.pieces, 0);
  const metrics = { holeP95Ms: p95, files, pieces, faults: byFault };
  return { params: { recordings: rows.length, seed, store }, metrics: Object.assign(metrics, { long }), missed };
}

function missedOf(row: Row): string[] {
  const { fault } = row;
  const missed = row.faults.map((words) => `${fault}: ${words}`);
  if (about[fault].isPlanned && worstHoleMs(row) > NO_HOLE_MS)
    missed.push(`${fault}: a hole of ${worstHoleMs(row)} ms where nothing may be missing`);
  if (row.pairs.length === 0) missed.push(`${fault}: no flash with a beep`);
  const offsetMs = Math.round(row.mode === 'tracks' ? worstOf(row.pairs) : medianOf(row.pairs));
  const aimMs = row.mode === 'tracks' ? OFFSET_AIM_MS : MEDIAN_AIM_MS[row.mode];
  // A browser's canvas and its sound have clocks of their own.
  if (about[fault].source === 'rtmp' && Math.abs(offsetMs) > aimMs)
    missed.push(`${fault}, ${row.mode}: sound ${offsetMs} ms from the picture`);
  return missed;
}

/** Beyond the time that the fault itself takes. A browser sends fewer pictures when it has to: it may miss a flash. */
function worstHoleMs({ fault, contentHoleMs, holesMs }: Row): number {
  const { source, lastsMs } = about[fault];
  return Math.max(0, Math.max(0, source === 'rtmp' ? contentHoleMs : 0, ...holesMs) - lastsMs);
}

const worstOf = (pairs: readonly Pair[]): number =>
  pairs.reduce((most, { offsetMs }) => (Math.abs(offsetMs) > Math.abs(most) ? offsetMs : most), 0);

const medianOf = (pairs: readonly Pair[]): number =>
  percentile(
    pairs.map(({ offsetMs }) => offsetMs),
    0.5,
  );
