// A trim shows people a part of an item. Chapters, transcripts and posts are stored in times of the original, so that
// they come back with it.
import { cuesOf, timedCue } from './web-vtt.ts';

/** Part of the original that is kept. */
export interface Trim {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Shortest part that may be kept. */
export const TRIM_MS_MIN = 1000;

/** Reads the columns `trim` and `trim_wanted`. Returns undefined for none. */
export const trimOf = (column: string): Trim | undefined => (column === '' ? undefined : (JSON.parse(column) as Trim));

interface Chapter {
  readonly startMs: number;
  readonly title: string;
}

/** Returns the chapters of the kept part, in its times. A chapter that goes on there begins with it. */
export function chaptersIn<C extends Chapter>(chapters: readonly C[], trim: Trim | undefined): C[] {
  if (trim === undefined) return [...chapters];
  const { fromMs, toMs } = trim;
  const inside = chapters.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  const ongoing = ongoingAt(chapters, fromMs);
  return [...(ongoing === undefined || inside[0]?.startMs === fromMs ? [] : [ongoing]), ...inside].map((chapter) =>
    Object.assign({}, chapter, { startMs: Math.max(0, chapter.startMs - fromMs) }),
  );
}

/** Returns the chapters of the original, of which `shown` replaces those that `chaptersIn` returns. */
export function chaptersWith<C extends Chapter>(
  stored: readonly C[],
  shown: readonly C[],
  trim: Trim | undefined,
): C[] {
  if (trim === undefined) return [...shown];
  const { fromMs, toMs } = trim;
  const before = ongoingAt(stored, fromMs);
  const hidden = stored.filter(
    (chapter) => chapter !== before && (chapter.startMs < fromMs || chapter.startMs >= toMs),
  );
  const kept = shown.map((chapter) => {
    const isOngoing = chapter.startMs === 0 && chapter.title === before?.title;
    return Object.assign({}, chapter, { startMs: isOngoing ? before.startMs : chapter.startMs + fromMs });
  });
  return [...hidden, ...kept].sort((a, b) => a.startMs - b.startMs);
}

const ongoingAt = <C extends Chapter>(chapters: readonly C[], ms: number): C | undefined =>
  chapters.findLast(({ startMs }) => startMs < ms);

/** Returns the WebVTT of the kept part, in its times. A cue that begins or ends outside is left out as a whole. */
export function transcriptIn(vtt: string, trim: Trim | undefined): string {
  if (trim === undefined) return vtt;
  const { fromMs, toMs } = trim;
  return cuesOf(vtt)
    .map((block) => {
      if (block.cue === undefined) return block.text;
      const isInside = block.cue.fromMs >= fromMs && block.cue.toMs <= toMs;
      return isInside ? timedCue(block, -fromMs) : '';
    })
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Returns a transcript of the kept part in times of the original. */
export const transcriptOfOriginal = (vtt: string, trim: Trim | undefined): string =>
  trim === undefined
    ? vtt
    : cuesOf(vtt)
        .map((block) => (block.cue === undefined ? block.text : timedCue(block, trim.fromMs)))
        .join('\n\n');

/** Part of a recording that a file shows, in the times of the recording: up to `toMs`, which it does not include. */
export interface RecordedPart {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Returns the part that people get by a file of a recording: its own, or what a trim has kept of it. */
export const partOf = (
  { offset_ms: offsetMs, duration_ms: durationMs }: { readonly offset_ms: number; readonly duration_ms: number },
  trim: Trim | undefined,
): RecordedPart => ({ fromMs: offsetMs + (trim?.fromMs ?? 0), toMs: offsetMs + (trim?.toMs ?? durationMs) });

/** Returns the posts of these parts, in their order. */
export const postsIn = <P extends { readonly ms: number }>(posts: readonly P[], parts: readonly RecordedPart[]): P[] =>
  posts.filter(({ ms }) => parts.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs));

/**
 * Returns the trim of a later version, which begins `earlierMs` before the former one. A part that went to the end of
 * the former one goes to the end of the later one.
 */
export function trimOfLater(
  { fromMs, toMs }: Trim,
  {
    earlierMs,
    formerMs,
    durationMs,
  }: { readonly earlierMs: number; readonly formerMs: number; readonly durationMs: number },
): Trim {
  const end = toMs >= formerMs ? durationMs : Math.min(durationMs, toMs + earlierMs);
  return { fromMs: fromMs === 0 ? 0 : Math.max(0, fromMs + earlierMs), toMs: end };
}
