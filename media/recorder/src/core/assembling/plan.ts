// Plans the MP4s of a finished recording, and the recorded files of each.
import type { ParticipantNumber } from '@meridian/protocol';
import type { Manifest, ManifestFile, ManifestPiece, ManifestTrack } from '../journal/manifest.ts';
import { HOLE_MS_MIN } from '../journal/track-story.ts';

export interface FinishPlan {
  readonly durationMs: number;
  readonly outputs: readonly PlannedOutput[];
  /** Files that are incomplete in the store: STINT/NAME. */
  readonly missing: readonly string[];
}

export type OutputGroup = 'camera' | 'screen' | 'composed' | 'other';

export interface PlannedOutput {
  /** Name of its files, without suffix: `p001-camera`. */
  readonly name: string;
  readonly group: OutputGroup;
  readonly identity: string;
  readonly title: string;
  /** Beginning on the recording's time line. */
  readonly offsetMs: number;
  /** Duration by the journals; the MP4's own differs by a frame. */
  readonly durationMs: number;
  readonly picture: PlannedTrack | undefined;
  readonly sound: PlannedTrack | undefined;
}

export interface PlannedTrack {
  readonly codec: ManifestFile['codec'];
  readonly timescale: number;
  readonly clips: readonly Clip[];
}

/** Used part of a file: samples with times in [fromMs, toMs) on the recording's line. */
export interface Clip {
  /** STINT/NAME. */
  readonly path: string;
  readonly initBytes: number;
  readonly offsetMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly pieces: readonly ManifestPiece[];
}

/**
 * Two tracks of one participant and source may overlap this long while one replaces the other (a node gives up a
 * session after seconds). Tracks with more overlap are two outputs.
 */
const OVERLAP_MS_MAX = 30_000;
/** A frame lasts at most 2^32 ticks: 13 h at 90 kHz. */
const GAP_MS_MAX = 6 * 3_600_000;
/** A piece's time in the journal is whole milliseconds, unlike its samples' times. */
const SLACK_MS = 1;

const groupOf: Record<string, OutputGroup | undefined> = {
  camera: 'camera',
  microphone: 'camera',
  screen_share: 'screen',
  screen_share_audio: 'screen',
  composed: 'composed',
};

type File = ManifestFile & { readonly offsetMs: number };

/**
 * Plans one MP4 per participant and source, with picture and sound. A further MP4 (`-2`, `-3`, …) begins where the
 * codec changes (for H.264 the size too), and after a pause too long for a frame. Participants keep the `numbers` of
 * the last version, so that a file replaces one of the same person. Deterministic for a manifest and numbers.
 */
export function finishPlanOf(manifest: Manifest, numbers: readonly ParticipantNumber[] = []): FinishPlan {
  const identities = [...new Set(manifest.tracks.map(({ identity }) => identity))].sort(byText);
  const known = new Map(numbers.map(({ identity, number }) => [identity, number]));
  let last = Math.max(0, ...known.values());
  const outputs: PlannedOutput[] = [];
  for (const identity of identities) {
    const number = known.get(identity) ?? ++last;
    const participantTracks = manifest.tracks.filter((track) => track.identity === identity);
    for (const group of ['camera', 'screen', 'composed', 'other'] as const) {
      const tracks = participantTracks.filter(({ source }) => (groupOf[source] ?? 'other') === group);
      const lanes = { picture: lanesOf(tracks, 'video'), sound: lanesOf(tracks, 'audio') };
      for (let lane = 0; lane < Math.max(lanes.picture.length, lanes.sound.length); lane += 1) {
        const [picture, sound] = [lanes.picture[lane] ?? [], lanes.sound[lane] ?? []];
        const base = `p${String(number).padStart(3, '0')}-${group}${lane === 0 ? '' : `-${letterOf(lane)}`}`;
        const named = [...picture, ...sound].findLast(({ participantName }) => participantName !== '');
        const title = named?.participantName ?? '';
        const parts = splitAtCuts(filesOf(picture, manifest), filesOf(sound, manifest));
        for (const [at, part] of parts.entries()) {
          outputs.push({
            name: parts.length === 1 ? base : `${base}-${at + 1}`,
            group,
            identity,
            title,
            offsetMs: part.offsetMs,
            durationMs: part.durationMs,
            picture: part.picture,
            sound: part.sound,
          });
        }
      }
    }
  }
  const missing = manifest.tracks.flatMap(({ files }) =>
    files.filter(({ sha256 }) => sha256 === undefined).map(pathOf),
  );
  return { durationMs: manifest.durationMs, outputs, missing: missing.sort(byText) };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const letterOf = (lane: number): string => (lane < 26 ? String.fromCharCode(97 + lane) : `z${lane}`);
const pathOf = ({ stintId, name }: ManifestFile): string => `${stintId}/${name}`;

/** Distributes tracks to lanes, so that simultaneous tracks are in different lanes. */
function lanesOf(tracks: readonly ManifestTrack[], kind: 'audio' | 'video'): ManifestTrack[][] {
  const lanes: { tracks: ManifestTrack[]; endMs: number }[] = [];
  const inOrder = tracks
    .filter((track) => track.kind === kind)
    .sort((a, b) => a.ms - b.ms || byText(a.trackId, b.trackId));
  for (const track of inOrder) {
    const endMs = track.ms + track.durationMs;
    const lane = lanes.find((one) => one.endMs <= track.ms + OVERLAP_MS_MAX);
    if (lane === undefined) lanes.push({ tracks: [track], endMs });
    else {
      lane.tracks.push(track);
      lane.endMs = Math.max(lane.endMs, endMs);
    }
  }
  return lanes.map((lane) => lane.tracks);
}

function filesOf(tracks: readonly ManifestTrack[], { stints }: Manifest): File[] {
  const offsets = new Map(stints.map(({ stintId, offsetMs }) => [stintId, offsetMs]));
  const kept: File[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  const inOrder = tracks
    .flatMap(({ files }) => files)
    .filter(({ sha256, pieces }) => sha256 !== undefined && pieces.length > 0)
    .flatMap((file) => (stints.length > 1 ? stretchesOf(file) : [file]))
    .sort((a, b) => a.ms - b.ms || byText(pathOf(a), pathOf(b)));
  for (const file of inOrder) {
    if (file.ms + file.durationMs <= endMs) continue;
    kept.push(Object.assign({ offsetMs: (offsets.get(file.stintId) ?? 0) + file.laterMs }, file));
    endMs = file.ms + file.durationMs;
  }
  return kept;
}

/** Splits a file where media is missing, because the recorder was cut off and another one has that time. */
function stretchesOf(file: ManifestFile): ManifestFile[] {
  const stretches: ManifestPiece[][] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const piece of file.pieces) {
    const stretch = stretches.at(-1);
    // Before a piece of pictures without a key frame nothing is missing: the picture stood still.
    if (stretch === undefined || (piece.isKey && piece.ms - endMs > HOLE_MS_MIN)) stretches.push([piece]);
    else stretch.push(piece);
    endMs = piece.ms + piece.durationMs;
  }
  return stretches.map((pieces) => {
    const ms = pieces[0]?.ms ?? file.ms;
    const last = pieces.at(-1);
    return Object.assign({}, file, { ms, pieces, durationMs: last === undefined ? 0 : last.ms + last.durationMs - ms });
  });
}

interface OutputPart {
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly picture: PlannedTrack | undefined;
  readonly sound: PlannedTrack | undefined;
}

/** Begins a new part with the first key frame at or after each cut; its sound begins at the cut. */
function splitAtCuts(picture: readonly File[], sound: readonly File[]): OutputPart[] {
  const cuts = [...new Set([...cutsOf(picture), ...cutsOf(sound)])].sort((a, b) => a - b);
  const borders = [Number.NEGATIVE_INFINITY, ...cuts, Number.POSITIVE_INFINITY];
  return borders.slice(0, -1).flatMap((fromMs, index) => {
    const toMs = borders[index + 1] ?? Number.POSITIVE_INFINITY;
    const tracks = [
      trackOf(picture, firstKeyMs(picture, fromMs), firstKeyMs(picture, toMs)),
      trackOf(sound, fromMs, toMs),
    ];
    const clips = tracks.flatMap((track) => track?.clips ?? []);
    if (clips.length === 0) return [];
    const offsetMs = Math.min(...clips.map(startMsOf));
    const endMs = Math.max(...clips.map(endMsOf));
    return [{ offsetMs, durationMs: endMs - offsetMs, picture: tracks[0], sound: tracks[1] }];
  });
}

function cutsOf(files: readonly File[]): number[] {
  return files.flatMap((file, index) => {
    const before = files[index - 1];
    if (before === undefined) return [];
    return isOneTrack(before, file) && file.ms - before.ms - before.durationMs <= GAP_MS_MAX ? [] : [file.ms];
  });
}

/**
 * VP8, VP9 and AV1 pictures contain their size, so Chromium and ffmpeg play one track of several sizes. For H.264 the
 * sample entry has the parameter sets, and Chromium's demuxer reads only a track's first entry.
 */
function isOneTrack(a: File, b: File): boolean {
  if (a.codec !== b.codec || a.timescale !== b.timescale) return false;
  if (a.codec === 'aac') return a.codecs === b.codecs;
  return a.codec !== 'h264' || (a.codecs === b.codecs && a.width === b.width && a.height === b.height);
}

function firstKeyMs(files: readonly File[], ms: number): number {
  if (!Number.isFinite(ms)) return ms;
  const keys = files.flatMap(({ pieces }) => pieces.filter((piece) => piece.isKey && piece.ms >= ms));
  return keys.reduce((least, piece) => Math.min(least, piece.ms), Number.POSITIVE_INFINITY);
}

function trackOf(files: readonly File[], fromMs: number, toMs: number): PlannedTrack | undefined {
  const clips = files.flatMap((file, index) => {
    const next = files[index + 1]?.ms ?? Number.POSITIVE_INFINITY;
    const endMs = Math.min(toMs, next);
    const pieces = file.pieces.filter((piece) => piece.ms < endMs && piece.ms + piece.durationMs > fromMs);
    if (pieces.length === 0) return [];
    const clip: Clip = {
      path: pathOf(file),
      initBytes: file.initBytes,
      offsetMs: file.offsetMs,
      fromMs: fromMs - SLACK_MS,
      toMs: endMs - SLACK_MS,
      pieces,
    };
    return [{ clip, file }];
  });
  const first = clips[0]?.file;
  if (first === undefined) return undefined;
  return { codec: first.codec, timescale: first.timescale, clips: clips.map(({ clip }) => clip) };
}

const startMsOf = ({ fromMs, pieces }: Clip): number => Math.max(fromMs, pieces[0]?.ms ?? 0);
const endMsOf = ({ toMs, pieces }: Clip): number => {
  const last = pieces.at(-1);
  return Math.min(toMs, last === undefined ? 0 : last.ms + last.durationMs);
};
