// Merges the journals of all stints for one track. Times are of the recording.
import type { FileBegun, TrackBegun } from './lines.ts';
import type { ManifestFile, ManifestPiece, ManifestTrack } from './manifest.ts';
import { difference, type Stretch, spanOf, union } from './spans.ts';

/** A shorter gap is not noticed. */
export const HOLE_MS_MIN = 100;
/**
 * Tolerance at the edges of a track: its announcement, mute and end travel separately from its media. The first media
 * needs a subscription or key frame request, and the last media precedes the message.
 */
const EDGE_MS_MAX = 1000;

/** Track in one stint, from its line to its end there. */
export interface Presence extends Stretch {
  readonly stintId: string;
  readonly begun: TrackBegun;
  readonly muted: readonly Stretch[];
  /** True if it was muted at its end, or at the end of the stint. */
  readonly isMuted: boolean;
  readonly gaps: readonly Stretch[];
  readonly files: readonly StoredFile[];
}
export interface StoredFile {
  /** Beginning of the file; the file's own times are of its stint. */
  readonly fromMs: number;
  readonly laterMs: number;
  readonly begun: FileBegun;
  readonly pieces: readonly ManifestPiece[];
  readonly end: { readonly bytes: number; readonly sha256: string } | undefined;
  readonly refusal: string | undefined;
}

/** `presences` are of one track, at least one, in order of their beginning. */
export function trackStory(first: Presence, presences: readonly Presence[]): ManifestTrack {
  const { trackId, kind, source, identity, name } = first.begun;
  const published = publishedTimes(presences);
  const muted = mutedTimes(presences);
  const files = presences.flatMap((presence) => presence.files.map((file) => manifestFile(presence.stintId, file)));
  const whole = { fromMs: published[0]?.fromMs ?? first.fromMs, toMs: published.at(-1)?.toMs ?? first.fromMs };
  const { ms, durationMs } = spanOf(whole);
  return {
    ms,
    durationMs,
    trackId,
    kind,
    source,
    identity,
    name,
    participantName: presences.findLast(({ begun }) => begun.participantName)?.begun.participantName ?? '',
    files: files.sort((a, b) => a.ms - b.ms),
    muted: muted.map(spanOf),
    holes: holesOf(presences, difference(published, muted)).map(spanOf),
  };
}

/** A track in two stints existed between them too, without a recorder. */
function publishedTimes(presences: readonly Presence[]): Stretch[] {
  const between = presences.map((presence, at): Stretch => {
    const next = presences[at + 1];
    const isKnown = next === undefined || next.stintId === presence.stintId;
    return { fromMs: presence.fromMs, toMs: isKnown ? presence.toMs : Math.max(presence.toMs, next.fromMs) };
  });
  return union(between);
}

/** A track that is muted at the end of a stint stays muted until the next stint. */
function mutedTimes(presences: readonly Presence[]): Stretch[] {
  return union(
    presences.flatMap((presence, at) => {
      const next = presences[at + 1];
      const isOpen = presence.isMuted && next !== undefined && next.stintId !== presence.stintId;
      return isOpen ? [...presence.muted, { fromMs: presence.toMs, toMs: next.fromMs }] : presence.muted;
    }),
  );
}

function holesOf(presences: readonly Presence[], expected: readonly Stretch[]): Stretch[] {
  const kept = union(presences.flatMap(({ files }) => files.flatMap(keptTimes)));
  const edges = new Set(expected.flatMap(({ fromMs, toMs }) => [fromMs, toMs]));
  const missing = difference(expected, kept).filter(
    ({ fromMs, toMs }) => toMs - fromMs > EDGE_MS_MAX || !(edges.has(fromMs) || edges.has(toMs)),
  );
  // A gap that a recorder reports counts as missing in any case.
  const gaps = difference(union(presences.flatMap((presence) => presence.gaps)), kept);
  return union([...missing, ...gaps]).filter(({ fromMs, toMs }) => toMs - fromMs > HOLE_MS_MIN);
}

/** Before a piece of pictures without a key frame nothing is missing: the picture stood still. */
const keptTimes = ({ pieces }: StoredFile): Stretch[] =>
  pieces.map(({ ms, durationMs }, at) => {
    const next = pieces[at + 1];
    const toMs = next?.isKey === false ? Math.max(ms + durationMs, next.ms) : ms + durationMs;
    return { fromMs: ms, toMs };
  });

function manifestFile(stintId: string, file: StoredFile): ManifestFile {
  const { laterMs, begun, pieces, end, refusal } = file;
  const { name, codec, codecs, width, height, timescale, bytes: initBytes } = begun;
  const [first, last] = [pieces[0], pieces.at(-1)];
  const fromMs = first?.ms ?? file.fromMs;
  const toMs = last === undefined ? fromMs : last.ms + last.durationMs;
  const { ms, durationMs } = spanOf({ fromMs, toMs });
  return {
    ms,
    durationMs,
    stintId,
    name,
    codec,
    codecs,
    width,
    height,
    timescale,
    bytes: end?.bytes ?? (last === undefined ? initBytes : last.offset + last.bytes),
    sha256: end?.sha256,
    refusal: end === undefined ? refusal : undefined,
    initBytes,
    laterMs,
    pieces,
  };
}
