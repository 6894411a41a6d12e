// `npm run lab -- recording-faults` records the clock while recorders, library nodes and the store are killed, frozen,
// full or cut off. Every second must be in a file of the library or in a named hole of the recording.

import { seededRng } from '@meridian/runtime';
import { InvalidArgumentError } from 'commander';
import { countOption, type LabCase, type LabResult, type Metrics, percentile, type Say } from '../../support/case.ts';
import { closeResources } from '../../test/support/resources.ts';
import { modes, type PlannedRecording, plannedRecordings, type StoreKind, stores } from './plan.ts';
import { type RecordedRow, recordedRow } from './recorded.ts';
import { Stage } from './stage.ts';

const HOLE_AIM_MS = 5000;
/** A picture further from its place is in a wrong second. */
const APART_AIM_MS = 1000;

type Row = PlannedRecording & { readonly store: StoreKind } & (RecordedRow | { readonly error: string });

export const recordingFaults: LabCase = {
  name: 'recording-faults',
  summary: 'recorders, library nodes and the store killed, frozen, full or cut off: no second is silently lost',
  configure: (command) =>
    void command
      .option('--recordings <n>', 'recordings of all stores together', countOption, 30)
      .option('--stores <list>', `of ${stores.join(',')}; s3 is MinIO, which Go builds once`, storesOption, [...stores])
      .option('--seed <n>', 'of faults and their moments', countOption, Date.now() % 1_000_000),
  run: async (options, say) => {
    const given = options as { recordings: number; stores: readonly StoreKind[]; seed: number };
    say(`seed ${given.seed}`);
    const rng = seededRng(`recording-faults ${given.seed}`);
    const rows: Row[] = [];
    for (const [at, store] of given.stores.entries()) {
      const count = Math.floor((given.recordings + given.stores.length - 1 - at) / given.stores.length);
      rows.push(...(await recordedRows(store, plannedRecordings(count, store, rng), say)));
    }
    return resultOf(rows, given);
  },
};

async function recordedRows(store: StoreKind, planned: readonly PlannedRecording[], say: Say): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    const stage = await Stage.open(store);
    for (const [at, one] of planned.entries()) {
      const outcome = await recordedRow(stage, one, `clock-${store}-${at}`).catch((error: Error) => {
        const cause = error.cause instanceof Error ? `, ${error.cause.message}` : '';
        return { error: `${error.message}${cause}` };
      });
      const row: Row = Object.assign({ store }, one, outcome);
      rows.push(row);
      say(`${nameOf(row).padEnd(34)} ${JSON.stringify(outcome)}`);
    }
    return rows;
  } finally {
    await closeResources(() => undefined);
  }
}

const nameOf = ({ store, fault: { target, how }, mode, afterMs }: Row): string =>
  `${store} ${target} ${how} ${mode} ${afterMs} ms`;

function resultOf(rows: readonly Row[], o: { readonly seed: number; readonly stores: readonly string[] }): LabResult {
  const judged = rows.filter((row): row is Row & RecordedRow => !('error' in row));
  const missed = rows.flatMap((row) => brokenOf(row).map((text) => `${nameOf(row)}: ${text}`));
  const holes = judged.map(({ longestHoleMs }) => longestHoleMs);
  const holeMsP95 = holes.length === 0 ? 0 : percentile(holes, 0.95);
  if (holeMsP95 > HOLE_AIM_MS) missed.push(`holes: p95 ${holeMsP95} ms, at most ${HOLE_AIM_MS} ms`);
  const sum = (of: (row: RecordedRow) => number): number => judged.reduce((total, row) => total + of(row), 0);
  const metrics: Metrics = {
    finished: judged.length,
    seconds: sum(({ seconds }) => seconds),
    secondsInHoles: sum(({ missing }) => missing),
    secondsUnsure: sum(({ unsure }) => unsure),
    secondsSilent: sum(({ silent }) => silent.length),
    files: sum(({ files }) => files),
    holeMsP95,
    finishedMsP95: percentile(
      judged.map(({ finishedMs }) => finishedMs),
      0.95,
    ),
    faults: Object.fromEntries(rows.map((row) => [nameOf(row), shortOf(row)])),
  };
  const params = { recordings: rows.length, stores: o.stores.join(' '), modes: modes.join(' '), seed: o.seed };
  return { params, metrics, missed };
}

function brokenOf(row: Row): readonly string[] {
  if ('error' in row) return [row.error];
  const apart = row.apartMs > APART_AIM_MS ? [`a picture is ${row.apartMs} ms from its place`] : [];
  return [...row.silent, ...row.broken, ...apart];
}

function shortOf(row: Row): string {
  if ('error' in row) return row.error;
  const { seconds, missing, silent, longestHoleMs, holesOf, finishedMs } = row;
  const hole = longestHoleMs === 0 ? 'no hole' : `hole ${longestHoleMs} ms (${holesOf})`;
  return `${seconds} s, ${missing} in holes, ${silent.length} silent, ${hole}, finished after ${finishedMs} ms`;
}

function storesOption(text: string): StoreKind[] {
  const names = text.split(',');
  const found = stores.filter((store) => names.includes(store));
  if (found.length !== names.length) throw new InvalidArgumentError(`some of ${stores.join(',')}`);
  return found;
}
