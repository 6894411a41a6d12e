// What the journals of all stints say of one track. Times are of the recording.
import type { FileBegun, TrackBegun } from './lines.ts';
import type { ManifestFile, ManifestPiece, ManifestTrack } from './manifest.ts';
import { difference, type Stretch, spanOf, union } from './spans.ts';

/** What was missing for less is not noticed. */
export const HOLE_MS_MIN = 100;
/**
 * A track is announced, unmuted, muted and ended by other ways than its media come: until the first is there a
 * subscription or a key frame has to be asked for, and the last comes before the message. So much is no hole.
 */
const EDGE_MS_MAX = 1000;

/** A track in one stint, from its line until it ends there. */
export interface Presence extends Stretch {
  readonly stintId: string;
  readonly begun: TrackBegun;
  readonly muted: readonly Stretch[];
  /** It was muted still when it, or the stint, ended. */
  readonly isMuted: boolean;
  readonly gaps: readonly Stretch[];
  readonly files: readonly StoredFile[];
}
export interface StoredFile {
  /** When it began; its own times are of its stint. */
  readonly fromMs: number;
  /** As the last piece of its run says. */
  readonly laterMs: number;
  readonly begun: FileBegun;
  readonly pieces: readonly ManifestPiece[];
  readonly end: { readonly bytes: number; readonly sha256: string } | undefined;
  /** The code with which the store refused it. */
  readonly refusal: string | undefined;
}

/** @param presences of one track, one or more, in order of their beginning */
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

/** A track of two stints was there between them too: the recorder was not. */
function publishedTimes(presences: readonly Presence[]): Stretch[] {
  const between = presences.map((presence, at): Stretch => {
    const next = presences[at + 1];
    const isKnown = next === undefined || next.stintId === presence.stintId;
    return { fromMs: presence.fromMs, toMs: isKnown ? presence.toMs : Math.max(presence.toMs, next.fromMs) };
  });
  return union(between);
}

/** A track that is muted when a stint ends is so until the next stint says otherwise. */
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
  // What a recorder says it did not keep is missing, whatever else seems so.
  const gaps = difference(union(presences.flatMap((presence) => presence.gaps)), kept);
  return union([...missing, ...gaps]).filter(({ fromMs, toMs }) => toMs - fromMs > HOLE_MS_MIN);
}

/** Before a piece of pictures that begins without a key frame nothing is missing: the picture stood still. */
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
