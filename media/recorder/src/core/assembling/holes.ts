// Names all that an assembled recording lacks.
import type { RecordedHole } from '@meridian/protocol';
import type { Manifest, ManifestFile, ManifestTrack, Span } from '../journal/manifest.ts';
import { difference, type Stretch, spanOf, union } from '../journal/spans.ts';
import { HOLE_MS_MIN } from '../journal/track-story.ts';

/**
 * Returns the holes in order of time: of the whole recording (`identity` and `source` are `''`), where no stint ran or
 * a composed picture or its sound is missing, and of single tracks of participants.
 */
export function holesOf({ holes, tracks }: Pick<Manifest, 'holes' | 'tracks'>): RecordedHole[] {
  const composed = tracks.filter(({ source }) => source === 'composed').flatMap(holesOfTrack);
  const whole = union([...holes.map(stretchOf), ...composed]);
  const ofTracks = tracks
    .filter(({ source }) => source !== 'composed')
    .flatMap((track) => difference(holesOfTrack(track), whole).map((stretch) => hole(stretch, track)));
  return [...whole.map((stretch) => hole(stretch)), ...ofTracks]
    .filter(({ durationMs }) => durationMs > HOLE_MS_MIN)
    .sort((a, b) => a.ms - b.ms);
}

/** Adds the times of files that never reached the store, and so cannot be read. */
function holesOfTrack({ holes, files }: ManifestTrack): Stretch[] {
  const isStored = ({ sha256 }: ManifestFile): boolean => sha256 !== undefined;
  const stored = union(files.filter(isStored).map(stretchOf));
  const lost = union(files.filter((file) => !isStored(file)).map(stretchOf));
  return union([...holes.map(stretchOf), ...difference(lost, stored)]);
}

const hole = (stretch: Stretch, { identity, source } = { identity: '', source: '' }): RecordedHole =>
  Object.assign({ identity, source }, spanOf(stretch));

const stretchOf = ({ ms, durationMs }: Span): Stretch => ({ fromMs: ms, toMs: ms + durationMs });
