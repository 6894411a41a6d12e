// Writes WebVTT (W3C) thumbnails for a player's seek bar.

/** Arrangement of pictures in sheets: row by row from the left, sheet after sheet. */
export interface Tiles {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly perSheet: number;
  readonly everyMs: number;
}

/** Returns the cues of `count` tiles over `durationMs`. `sheetName` gets the sheet's number, counted from 1. */
export function thumbnailsVtt(
  tiles: Tiles,
  o: { readonly count: number; readonly durationMs: number; readonly sheetName: (sheet: number) => string },
): string {
  const { width, height, columns, perSheet, everyMs } = tiles;
  const cues = Array.from({ length: o.count }, (_, index) => {
    const at = index % perSheet;
    const place = `${(at % columns) * width},${Math.floor(at / columns) * height},${width},${height}`;
    const isLast = index === o.count - 1;
    return {
      fromMs: index * everyMs,
      toMs: isLast ? Math.max(o.durationMs, index * everyMs + 1) : (index + 1) * everyMs,
      text: `${o.sheetName(Math.floor(index / perSheet) + 1)}#xywh=${place}`,
    };
  });
  return vttFile(cues);
}

export interface VttCue {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
}

export const vttFile = (cues: readonly VttCue[]): string =>
  `WEBVTT\n${cues.map(({ fromMs, toMs, text }) => `\n${time(fromMs)} --> ${time(toMs)}\n${text}\n`).join('')}`;

/** Formats HH:MM:SS.mmm; hours have as many digits as needed. */
function time(ms: number): string {
  const whole = Math.round(ms);
  const padded = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60];
  return `${padded(hours, 2)}:${padded(minutes, 2)}:${padded(seconds, 2)}.${padded(whole % 1000, 3)}`;
}
