// Description of a finished recording, `finished/finished.json`, which is stored last.
import type { Manifest, Span } from '../journal/manifest.ts';
import { type Chapter, namesOf } from './chapters.ts';
import type { FinishPlan, OutputGroup } from './plan.ts';

export const FINISHED_VERSION = 1;
/** Folder of a finished recording's files, below the prefix of the recording. */
export const FINISHED_FOLDER = 'finished/';
export const FINISHED_NAME = `${FINISHED_FOLDER}finished.json`;
/** Hash of an unfinished job's plan. Removed before `FINISHED_NAME` is stored. */
export const PLAN_NAME = `${FINISHED_FOLDER}plan.txt`;
export const CHAPTERS_NAME = `${FINISHED_FOLDER}chapters.vtt`;
export const POSTS_NAME = `${FINISHED_FOLDER}posts.json`;
/** Folder of captions, which other programs store and finish jobs keep. */
export const CAPTIONS_FOLDER = `${FINISHED_FOLDER}captions/`;

export interface FinishedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly type: string;
}

/** Picture, sound or both of one participant, from first to last moment. Names are those of `files`. */
export interface FinishedOutput extends Span {
  readonly name: string;
  readonly group: OutputGroup;
  readonly identity: string;
  readonly participantName: string;
  /** Beginning on the recording's time line, in milliseconds, equal to `ms`. */
  readonly offsetMs: number;
  /** Size of the largest picture; 0 without a picture. */
  readonly width: number;
  readonly height: number;
  readonly pictureCodec: string | undefined;
  readonly soundCodec: string | undefined;
  readonly mp4: string;
  readonly playlist: string | undefined;
  readonly renditions: readonly { readonly name: string; readonly width: number; readonly height: number }[];
  readonly thumbnails: string | undefined;
}

export interface FinishedRecording {
  readonly version: typeof FINISHED_VERSION;
  readonly recordingId: string;
  readonly roomKey: string;
  /** Participant whose tracks were recorded; `''` for the whole room. */
  readonly identity: string;
  readonly startedWallMs: number;
  readonly durationMs: number;
  readonly holes: readonly Span[];
  readonly holeMs: number;
  /** Recorded files that never reached the store: STINT/NAME. */
  readonly missing: readonly string[];
  readonly participants: readonly { readonly identity: string; readonly name: string }[];
  readonly outputs: readonly FinishedOutput[];
  readonly chapters: readonly Chapter[];
  readonly captions: readonly { readonly language: string; readonly name: string }[];
  readonly posts: string | undefined;
  readonly files: readonly FinishedFile[];
}

export function finishedOf(o: {
  readonly manifest: Manifest;
  readonly plan: FinishPlan;
  readonly outputs: readonly FinishedOutput[];
  readonly chapters: readonly Chapter[];
  readonly files: readonly FinishedFile[];
}): FinishedRecording {
  const { recordingId, roomKey, identity, startedWallMs, durationMs, holes } = o.manifest;
  const captions = o.files.filter(({ name }) => name.startsWith(CAPTIONS_FOLDER));
  return {
    version: FINISHED_VERSION,
    recordingId,
    roomKey,
    identity,
    startedWallMs,
    durationMs,
    holes,
    holeMs: holes.reduce((sum, hole) => sum + hole.durationMs, 0),
    missing: o.plan.missing,
    participants: [...namesOf(o.manifest)].map(([id, name]) => ({ identity: id, name })),
    outputs: o.outputs,
    chapters: o.chapters,
    captions: captions.map(({ name }) => ({
      language: name.slice(CAPTIONS_FOLDER.length).replace(/\.vtt$/, ''),
      name,
    })),
    posts: o.files.find(({ name }) => name === POSTS_NAME)?.name,
    files: [...o.files].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Time after its end in which a stint without an end, or with incomplete files, may still be completed. */
export const STINT_LATE_MS_MAX = 3_600_000;

/** Returns whether a recorder that had the recording may still bring a stint. Times as in `isStillComing`. */
export function isAwaited(manifest: Manifest, recorderIds: readonly string[], nowWallMs: number): boolean {
  const { stints, startedWallMs, durationMs } = manifest;
  const presentIds = new Set(stints.map(({ recorderId }) => recorderId));
  return (
    recorderIds.some((recorderId) => !presentIds.has(recorderId)) &&
    nowWallMs - (startedWallMs + durationMs) < STINT_LATE_MS_MAX
  );
}

/** Returns whether journals announce data that may still reach the store. `nowWallMs` is this recorder's clock. */
export function isStillComing(manifest: Manifest, nowWallMs: number): boolean {
  const incompleteStints = new Set(
    manifest.tracks.flatMap(({ files }) =>
      files.filter(({ sha256, refusal }) => sha256 === undefined && refusal === undefined).map((one) => one.stintId),
    ),
  );
  return manifest.stints.some(({ why, stintId, ms, durationMs }) => {
    const isDone = why !== undefined && !incompleteStints.has(stintId);
    return !isDone && nowWallMs - (manifest.startedWallMs + ms + durationMs) < STINT_LATE_MS_MAX;
  });
}
