// Writes names as a subtitle script (Advanced SubStation Alpha) for libass, which finds fonts for all scripts and
// writes from right to left. Names may be hostile, so they appear only as text of the script, never in ffmpeg's
// arguments or a filter graph.
import type { Mask } from './canvas.ts';

export interface Label {
  readonly text: string;
  readonly isMuted: boolean;
}

/** A tile has no room for more; libass would lay out the whole name. */
export const LABEL_CHARS_MAX = 60;
export const LABELS_MAX = 64;
/** Shares of a label's height: font size and mute sign, and margin. */
const FONT_SHARE = 0.72;
const MARGIN_SHARE = 0.25;
/** Crossed-out microphone on a square of 100 by 100, as drawing commands of the format. */
const MUTED_SIGN =
  'm 38 12 b 38 2 62 2 62 12 l 62 48 b 62 60 38 60 38 48 m 26 44 l 34 44 b 34 74 66 74 66 44 l 74 44 ' +
  'b 74 68 60 76 54 77 l 54 90 l 68 90 l 68 98 l 32 98 l 32 90 l 46 90 l 46 77 b 40 76 26 68 26 44 ' +
  'm 12 8 l 20 2 l 90 90 l 82 96 ';

/**
 * Returns a name as one line that cannot change the script: control characters and bidirectional marks become spaces,
 * braces are escaped, and a word joiner after a backslash keeps it from beginning a command.
 */
export function labelText(name: string): string {
  const letters = [...name.slice(0, 4 * LABEL_CHARS_MAX).toWellFormed()];
  const clean = letters.map((letter) => (isControl(letter) ? ' ' : letter)).join('');
  const line = clean.replace(/\s+/gu, ' ').trim();
  const short = [...line];
  const shown = short.length > LABEL_CHARS_MAX ? `${short.slice(0, LABEL_CHARS_MAX - 1).join('')}…` : line;
  return shown.replace(/\\/g, '\\\u2060').replace(/[{}]/g, '\\$&');
}

/** Matches Cc, line separators, and Unicode's bidirectional embeddings and overrides. */
const isControl = (letter: string): boolean => /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]/u.test(letter);

/** Returns a script with the labels below each other, each `height` pixels high, in a picture `width` wide. */
export function labelScript(labels: readonly Label[], { width, height }: { width: number; height: number }): string {
  const [font, margin, sign] = [
    Math.round(height * FONT_SHARE),
    Math.round(height * MARGIN_SHARE),
    Math.round(height * FONT_SHARE),
  ];
  const events = labels.slice(0, LABELS_MAX).flatMap(({ text, isMuted }, index) => {
    const [top, middle] = [index * height, index * height + height / 2];
    const clip = `\\clip(0,${top},${width},${top + height})`;
    const left = margin + (isMuted ? sign + margin : 0);
    const written = eventLine(`{\\an4\\pos(${left},${middle})${clip}}${labelText(text)}`);
    if (!isMuted) return [written];
    const position = `\\an7\\pos(${margin},${top + (height - sign) / 2})${clip}\\fscx${sign}\\fscy${sign}`;
    return [eventLine(`{${position}\\p1}${MUTED_SIGN}{\\p0}`), written];
  });
  return [
    ...['[Script Info]', 'ScriptType: v4.00+', `PlayResX: ${width}`, `PlayResY: ${labels.length * height}`],
    ...['WrapStyle: 2', '', '[V4+ Styles]', STYLE_FORMAT, styleLine(font), '', '[Events]', EVENT_FORMAT, ...events, ''],
  ].join('\n');
}

const STYLE_FORMAT =
  'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, ' +
  'Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, ' +
  'MarginV, Encoding';
/** White without outline. Encoding −1 aligns each name by the direction of its script. */
const styleLine = (font: number): string =>
  `Style: n,Sans,${font},&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,-1`;
const EVENT_FORMAT = 'Format: Layer, Start, End, Style, MarginL, MarginR, MarginV, Effect, Text';
const eventLine = (text: string): string => `Dialogue: 0,0:00:00.00,9:00:00.00,n,0,0,0,,${text}`;

/** Cuts a rendered script into labels, each cropped to an even width. `grey` has one byte per pixel. */
export function labelMasks(grey: Uint8Array, o: { count: number; width: number; height: number }): Mask[] {
  const margin = Math.round(o.height * MARGIN_SHARE);
  return Array.from({ length: o.count }, (_, index) => {
    const rows = grey.subarray(index * o.width * o.height, (index + 1) * o.width * o.height);
    const last = rows.reduce((most, covered, at) => (covered > 0 ? Math.max(most, at % o.width) : most), -1);
    const width = Math.min(o.width, last < 0 ? 0 : (last + 1 + margin + 1) & ~1);
    const data = new Uint8Array(width * o.height);
    for (let row = 0; row < o.height; row += 1)
      data.set(rows.subarray(row * o.width, row * o.width + width), row * width);
    return { width, height: o.height, data };
  });
}
