import type { Manifest, ManifestTrack } from '../../src/core/journal/manifest.ts';

/** Builds a recording in one stint; each file has a stint offset, so files can begin at any time. */
export function recordingOf(tracks: readonly ManifestTrack[], speakers: Manifest['speakers'] = []): Manifest {
  const files = tracks.flatMap((track) => track.files);
  const durationMs = Math.max(0, ...files.map((file) => file.ms + file.durationMs));
  const offsets = new Map(files.map((file) => [file.stintId, file.ms]));
  return {
    recordingId: 'r1',
    roomKey: 'tenant/room',
    identity: '',
    startedWallMs: 1_790_000_000_000,
    durationMs,
    isOver: true,
    stints: [...offsets].map(([stintId, offsetMs]) => ({
      stintId,
      recorderId: 'recorder-1',
      offsetMs,
      why: 'ended' as const,
      ms: offsetMs,
      durationMs: durationMs - offsetMs,
    })),
    tracks,
    holes: [],
    speakers,
    posts: [],
  };
}
