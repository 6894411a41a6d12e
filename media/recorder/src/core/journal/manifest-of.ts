// Merges the journals of a recording's stints into one manifest.
import { MISSING_EDGE_MS_MIN } from '@meridian/protocol';
import { JournalError } from './errors.ts';
import type { StintBegun } from './lines.ts';
import type { Manifest, ManifestStint } from './manifest.ts';
import { postsOf } from './posts.ts';
import { difference, microseconds, spanOf, union } from './spans.ts';
import type { StintReading, StintStory } from './stint-story.ts';
import { HOLE_MS_MIN, type Presence, trackStory } from './track-story.ts';

/** Ordered time of a recording, by the clock of its room's owner; 0 if unknown. */
export interface OrderedTime {
  readonly startedWallMs: number;
  readonly endedWallMs: number;
}

/**
 * Merges the stints of one recording. Journals may be in any order and are consumed; duplicates of a stint count once,
 * in the longest form. A composed stint replaces that of whose tracks it was made. Ignores empty journals, and those of
 * another room or participant than the first one's: owners of older builds let hosts choose recording ids, and no host
 * may write into another room's recording. Where more than
 * `MISSING_EDGE_MS_MIN` of the ordered time is missing at an edge, the time line extends to the ordered time, with a
 * hole. Throws JournalError: JOURNAL_MIXED for journals of several recordings, JOURNAL_EMPTY without a line, and
 * JOURNAL_GARBLED for contradictory lines.
 */
export function manifestOf(journals: readonly StintReading[], ordered?: OrderedTime): Manifest {
  const { stints: stories, startedWallMs } = storiesOf(journals, ordered?.startedWallMs ?? 0);
  const stints = withoutWaiting(stories, (ordered?.endedWallMs || Number.POSITIVE_INFINITY) - startedWallMs);
  const [first] = stints;
  if (first === undefined) throw new JournalError('JOURNAL_EMPTY');
  const { recordingId, roomKey, identity } = first.begun;
  const present = union(stints.map(({ offsetMs, toMs }) => ({ fromMs: offsetMs, toMs })));
  const keptMs = Math.max(...stints.map(({ toMs }) => toMs));
  const orderedMs = (ordered?.endedWallMs ?? 0) - startedWallMs;
  const durationMs = orderedMs - keptMs > MISSING_EDGE_MS_MIN ? orderedMs : keptMs;
  const absent = difference([{ fromMs: 0, toMs: durationMs }], present);
  return {
    recordingId,
    roomKey,
    identity,
    startedWallMs,
    durationMs: microseconds(durationMs),
    isOver: stints.some(({ why }) => why === 'ended'),
    stints: stints.map(manifestStint),
    tracks: tracksOf(stints),
    holes: absent.filter(({ fromMs, toMs }) => toMs - fromMs > HOLE_MS_MIN).map(spanOf),
    speakers: speakerChanges(stints),
    posts: postsOf(stints),
  };
}

/** Orders the stints and finds the beginning of the time line. `orderedWallMs` is 0 if unknown. */
function storiesOf(
  journals: readonly StintReading[],
  orderedWallMs: number,
): { readonly stints: readonly StintStory[]; readonly startedWallMs: number } {
  const longest = new Map<string, { readonly begun: StintBegun; readonly journal: StintReading }>();
  for (const journal of journals) {
    const { begun, lines } = journal;
    if (lines === 0) continue;
    if (begun === undefined) throw new JournalError('JOURNAL_GARBLED', 'a journal begins with another line');
    if (lines > (longest.get(begun.stintId)?.journal.lines ?? 0)) longest.set(begun.stintId, { begun, journal });
  }
  const all = withoutReplaced([...longest.values()].sort((a, b) => compareStints(a.begun, b.begun)));
  const [first] = all;
  if (all.some(({ begun }) => begun.recordingId !== first?.begun.recordingId)) throw new JournalError('JOURNAL_MIXED');
  const isOfFirst = ({ begun }: { readonly begun: StintBegun }): boolean =>
    begun.roomKey === first?.begun.roomKey && begun.identity === first.begun.identity;
  const firstWallMs = first?.begun.startedWallMs ?? 0;
  const isLate = orderedWallMs > 0 && firstWallMs - orderedWallMs > MISSING_EDGE_MS_MIN;
  const startedWallMs = isLate ? orderedWallMs : firstWallMs;
  const ofSameRoom = all.filter(isOfFirst);
  return {
    stints: ofSameRoom.map(({ begun, journal }) => journal.story(begun, begun.startedWallMs - startedWallMs)),
    startedWallMs,
  };
}

/** Ends stints with their last media where they go on without any after the ordered end: they had not heard of it. */
function withoutWaiting(stints: readonly StintStory[], orderedMs: number): readonly StintStory[] {
  return stints.map((stint) => {
    const pieces = stint.presences.flatMap(({ files }) => files.flatMap((file) => file.pieces));
    const leastMs = Math.max(orderedMs, stint.offsetMs);
    const limitMs = pieces.reduce((most, { ms, durationMs }) => Math.max(most, ms + durationMs), leastMs);
    if (stint.toMs <= limitMs + MISSING_EDGE_MS_MIN) return stint;
    const presences = stint.presences.map((presence) =>
      Object.assign({}, presence, {
        toMs: Math.max(presence.fromMs, Math.min(presence.toMs, limitMs)),
        gaps: difference(union(presence.gaps), [{ fromMs: limitMs, toMs: Number.POSITIVE_INFINITY }]),
      }),
    );
    return Object.assign({}, stint, { toMs: limitMs, presences });
  });
}

/** A composed stint replaces that of whose tracks it was made. Of several of one stint the first counts. */
function withoutReplaced<T extends { readonly begun: StintBegun }>(all: readonly T[]): T[] {
  const composed = new Map<string, T>();
  for (const one of all) {
    const { composedOf } = one.begun;
    if (composedOf !== undefined && !composed.has(composedOf)) composed.set(composedOf, one);
  }
  return all.filter((one) => {
    const { composedOf, stintId } = one.begun;
    return !composed.has(stintId) && (composedOf === undefined || composed.get(composedOf) === one);
  });
}

const compareStints = (a: StintBegun, b: StintBegun): number =>
  a.startedWallMs - b.startedWallMs || (a.stintId < b.stintId ? -1 : 1);

function manifestStint({ begun, offsetMs, toMs, why }: StintStory): ManifestStint {
  const { stintId, recorderId } = begun;
  const { ms, durationMs } = spanOf({ fromMs: offsetMs, toMs });
  return { ms, durationMs, stintId, recorderId, offsetMs, why };
}

function tracksOf(stints: readonly StintStory[]): Manifest['tracks'] {
  const byId = new Map<string, Presence[]>();
  const presences = stints.flatMap((stint) => stint.presences).sort((a, b) => a.fromMs - b.fromMs);
  for (const presence of presences) {
    const { trackId } = presence.begun;
    const known = byId.get(trackId);
    if (known === undefined) byId.set(trackId, [presence]);
    else known.push(presence);
  }
  return [...byId.values()].flatMap((all) => {
    const [first] = all;
    return first === undefined ? [] : [trackStory(first, all)];
  });
}

/** Where stints overlap, the earlier one counts, so that two clocks do not report a change twice. */
function speakerChanges(stints: readonly StintStory[]): Manifest['speakers'] {
  const speakers: { readonly identity: string; readonly ms: number }[] = [];
  let reportedUntilMs = 0;
  for (const stint of stints) {
    for (const { identity, ms } of stint.speakers) {
      const atMs = microseconds(Math.max(ms, reportedUntilMs));
      if (speakers.at(-1)?.ms === atMs) speakers.pop();
      if (speakers.at(-1)?.identity !== identity) speakers.push({ identity, ms: atMs });
    }
    reportedUntilMs = Math.max(reportedUntilMs, stint.toMs);
  }
  return speakers;
}
