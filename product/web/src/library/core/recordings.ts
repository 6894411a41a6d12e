// Rows of recordings and of the trash.
import { TRASH_KEPT_DAYS } from '@meridian/protocol';
import type { ListedRecording, RecordingOutput } from './model.ts';
import type { RecordingFilters } from './view.ts';

const DAY_MS = 86_400_000;

/** Returns the days until deletion, rounded up; 0 when the time is over. */
export const daysLeft = (trashedAt: string, nowMs: number): number =>
  Math.max(0, Math.ceil((Date.parse(trashedAt) + TRASH_KEPT_DAYS * DAY_MS - nowMs) / DAY_MS));

/** Intervals between requests while recordings change by themselves. */
const CHANGING_MS = 5000;
/** Interval while something is being recorded, which may go on for hours. */
const RUNNING_MS = 30_000;

/** Returns the interval until the next request; Infinity when only a return to the page needs one. */
export function refreshMs(recordings: readonly Pick<ListedRecording, 'state'>[]): number {
  if (recordings.some(({ state }) => state === 'ended' || state === 'finishing')) return CHANGING_MS;
  return recordings.some(({ state }) => state === 'running') ? RUNNING_MS : Number.POSITIVE_INFINITY;
}

/** Returns what a list shows as its title: of the only file, else of the meeting, else the room. */
export function titleOf({ outputs, title, room }: Pick<ListedRecording, 'outputs' | 'title' | 'room'>): string {
  const [only] = outputs;
  const ofFile = outputs.length === 1 ? only?.title : undefined;
  return ofFile || title || room;
}

/** Files of a person, in order of time; `person`: '' for files of no single person. */
export interface PersonFiles {
  readonly person: string;
  readonly files: readonly RecordingOutput[];
}

/** Groups files by person, in the order in which the persons first appear. */
export function byPerson(outputs: readonly RecordingOutput[]): readonly PersonFiles[] {
  const groups = Map.groupBy(outputs, ({ identity }) => identity ?? '');
  return [...groups.values()].map((files) => ({
    person: files[0]?.participant ?? files[0]?.identity ?? '',
    files: files.toSorted((a, b) => a.offsetMs - b.offsetMs),
  }));
}

/** Returns the query of the API. Days are those of the browser's time zone. */
export const recordingQuery = ({ text, from, to }: RecordingFilters) => ({
  ...(text !== '' && { search: text }),
  ...(from !== '' && { from: midnight(from, 0) }),
  ...(to !== '' && { to: midnight(to, 1) }),
});

function midnight(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}
