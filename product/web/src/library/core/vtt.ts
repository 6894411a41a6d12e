// Parses WebVTT as far as captions and preview pictures use it.

export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const CUES_MAX = 100_000;
const TIMES = /^(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})\s+-->\s+(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})(?:\s|$)/;

/** Returns the cues by start; drops malformed ones. */
export function parseVtt(text: string): Cue[] {
  const cues: Cue[] = [];
  for (const block of text.replaceAll(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? '');
    if (times === null) continue;
    const [, h1 = '0', m1, s1, f1, h2 = '0', m2, s2, f2] = times;
    const startMs = msOf(h1, m1, s1, f1);
    const endMs = msOf(h2, m2, s2, f2);
    if (endMs > startMs)
      cues.push({
        startMs,
        endMs,
        text: lines
          .slice(at + 1)
          .join('\n')
          .trim(),
      });
    if (cues.length >= CUES_MAX) break;
  }
  return cues.sort((one, other) => one.startMs - other.startMs);
}

const msOf = (hours: string, minutes = '0', seconds = '0', thousandths = '0'): number =>
  ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(thousandths);

export const shownText = (text: string): string =>
  text
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');

/** Returns the cues that contain all words of a search, in any case; all for an empty search. */
export function foundIn(cues: readonly Cue[], search: string): readonly Cue[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return cues;
  return cues.filter(({ text }) => {
    const shown = shownText(text).toLowerCase();
    return words.every((word) => shown.includes(word));
  });
}

/** A rectangle in a sheet of preview pictures, in pixels. */
export interface SmallPicture {
  /** URL of the sheet, relative to the WebVTT file. */
  readonly sheet: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SHEET_AREA = /^([^#\s]+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

/** Returns the picture of the last cue begun at a time, else of the first cue; undefined without one. */
export function pictureAt(cues: readonly Cue[], ms: number): SmallPicture | undefined {
  const cue = cues.findLast(({ startMs }) => startMs <= ms) ?? cues[0];
  const [, sheet, x, y, width, height] = SHEET_AREA.exec(cue?.text.split('\n')[0] ?? '') ?? [];
  if (sheet === undefined) return undefined;
  return { sheet, x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
}
