// `npm run lab -- recurrence --python FILE`: recurring meetings at random, each followed by us, and from our
// calendar by recurring-ical-events (which FILE, a Python interpreter, has installed). All times must be equal.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRng } from '@meridian/runtime';
import { calendarOf } from '../../../api/src/calendar/calendar.ts';
import { localOf } from '../../../api/src/meetings/core/local-time.ts';
import type { Series } from '../../../api/src/meetings/core/occurrences.ts';
import { COMPARED_MS, comparedTimes, meetingOf, randomSeries } from '../../../api/test/support/random-series.ts';
import { digestOf } from '../../../api/test/support/vectors.ts';
import { countOption, type LabCase } from '../../support/case.ts';

const SHOWN_MAX = 20;
const ANSWER_BYTES_MAX = 2 ** 30;
/** More than any clock is set forward or back. */
const CHANGE_MS = 3 * 3_600_000;

const VECTORS = join(import.meta.dirname, '../../../api/test/vectors/recurrence.jsonl');

type Times = readonly (readonly [startsMs: number, endsMs: number])[];

export const recurrence: LabCase = {
  name: 'recurrence',
  summary:
    'recurring meetings across changes of clocks, as our calendars have them: the same occurrences by another program',
  configure: (command) =>
    void command
      .requiredOption('--python <file>', 'an interpreter with recurring-ical-events')
      .option('--count <n>', 'meetings', countOption, 10_000)
      .option('--seed <n>', 'of the meetings', countOption, 19)
      .option('--write', 'keep them for the unit tests, if there is no difference'),
  run: async (options, say) => {
    const [count, seed] = [Number(options['count']), Number(options['seed'])];
    const rng = seededRng(`recurrence ${seed}`);
    const all = Array.from({ length: count }, () => randomSeries(rng));
    const ours = all.map(comparedTimes);
    const theirs = reference(String(options['python']), all);
    const differing = all.flatMap((series, at) => {
      const difference = differenceOf(series.timeZone, ours[at] ?? [], theirs[at] ?? []);
      return difference === undefined ? [] : [{ series, difference }];
    });
    for (const { series, difference } of differing.slice(0, SHOWN_MAX)) say(`${JSON.stringify(series)}: ${difference}`);
    if (options['write'] === true && differing.length === 0) writeVectors(all, ours);
    const occurrences = ours.reduce((sum, times) => sum + times.length, 0);
    return {
      params: { count, seed },
      metrics: { meetings: all.length, occurrences, differing: differing.length },
      missed: differing.length > 0 ? ['every meeting has the same occurrences'] : [],
    };
  },
};

function writeVectors(all: readonly Series[], ours: readonly Times[]): void {
  const lines = all.map((series, at) => {
    const times = ours[at] ?? [];
    return `${JSON.stringify({ series, count: times.length, digest: digestOf(times) })}\n`;
  });
  writeFileSync(VECTORS, lines.join(''));
}

function reference(python: string, all: readonly Series[]): readonly (Times | { readonly error: string })[] {
  const cases = all.map((series) => {
    const fromMs = Date.parse(`${series.localStart}Z`) - 4 * 86_400_000;
    return { ics: icsOf(series), fromMs, toMs: fromMs + COMPARED_MS + 40 * 86_400_000 };
  });
  const script = join(import.meta.dirname, 'reference.py');
  const text = execFileSync(python, [script], { input: JSON.stringify(cases), maxBuffer: ANSWER_BYTES_MAX });
  return JSON.parse(text.toString('utf8')) as readonly (Times | { readonly error: string })[];
}

/** In words; undefined: none. What they have behind our window does not count. */
function differenceOf(timeZone: string, ours: Times, theirs: Times | { readonly error: string }): string | undefined {
  if ('error' in theirs) return theirs.error;
  const keyOf = ([from, to]: Times[number]): string => `${from} ${isNearChange(timeZone, from, to) ? '' : to}`;
  const [a, b] = [ours, theirs].map((times) => new Set(times.map(keyOf)));
  const lastMs = ours.at(-1)?.[0] ?? 0;
  const missing = theirs.filter((time) => time[0] <= lastMs && a?.has(keyOf(time)) !== true);
  const surplus = ours.filter((time) => b?.has(keyOf(time)) !== true);
  if (missing.length + surplus.length === 0) return undefined;
  const words = (times: Times): string =>
    times
      .slice(0, 3)
      .map(([from, to]) => `${new Date(from).toISOString()} ${(to - from) / 60_000}`)
      .join(' ');
  return `only theirs ${words(missing)}, only ours ${words(surplus)}`;
}

/**
 * Where clocks change, only starts are compared: Python adds hours to what the clock shows, while hours of DURATION are
 * exact (RFC 5545, 3.3.6).
 */
function isNearChange(timeZone: string, startsMs: number, endsMs: number): boolean {
  const offsetMs = (wallMs: number): number => Date.parse(`${localOf(wallMs, timeZone)}Z`) - wallMs;
  return offsetMs(startsMs - CHANGE_MS) !== offsetMs(endsMs + CHANGE_MS);
}

/** As our calendars have it. */
const icsOf = (series: Series): string =>
  calendarOf([meetingOf(series)], { method: 'publish', joinUrl: () => 'https://meet.example/m/100000000' });
