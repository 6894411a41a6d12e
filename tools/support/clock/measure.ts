// From what a player saw and heard to the figures of its cell. Pure.
import { percentile } from '../case.ts';
import { bursts } from './burst.ts';

/** A picture whose time code was read. */
export interface SeenPicture {
  /** When it was drawn, by its code; and when it came out of the decoder or on the screen: both since 1970. */
  readonly drawnMs: number;
  readonly shownMs: number;
  /** Its place on the clock that the player presents picture and sound by. */
  readonly clockMs: number;
}

export interface HeardBurst {
  readonly tone: number;
  /** Of its begin, on the same clock. */
  readonly clockMs: number;
  /** When it was noticed, since 1970. */
  readonly heardMs: number;
}

/** What a player has seen and heard so far. */
export interface Sight {
  readonly pictures: readonly SeenPicture[];
  readonly bursts: readonly HeardBurst[];
}

export interface Figures {
  /** From drawing to showing: median and 95 of 100. */
  readonly latencyMs: number;
  readonly latencyMsP95: number;
  /** How much later the sound is than the picture that belongs to it; below 0: earlier. */
  readonly avOffsetMs: number;
  /** Between the times at which two pictures in a row were drawn that differ: median. A picture that stands has it. */
  readonly pictureGapMs: number;
  readonly pictures: number;
  readonly bursts: number;
}

/** What was shown and heard from a time on. */
export const since = ({ pictures, bursts: heard }: Sight, fromMs: number): Sight => ({
  pictures: pictures.filter(({ shownMs }) => shownMs >= fromMs),
  bursts: heard.filter(({ heardMs }) => heardMs >= fromMs),
});

/** Figures that nothing was seen or heard for are NaN. */
export function figuresOf({ pictures, bursts: heard }: Sight): Figures {
  const latencies = pictures.map(({ drawnMs, shownMs }) => shownMs - drawnMs);
  return {
    latencyMs: percentile(latencies, 0.5),
    latencyMsP95: percentile(latencies, 0.95),
    avOffsetMs: avOffset(pictures, heard),
    pictureGapMs: pictureGap(pictures),
    pictures: pictures.length,
    bursts: heard.length,
  };
}

function pictureGap(pictures: readonly SeenPicture[]): number {
  const drawn = [...new Set(pictures.map(({ drawnMs }) => drawnMs))].sort((one, other) => one - other);
  return percentile(
    drawn.slice(1).map((ms, at) => ms - (drawn[at] ?? ms)),
    0.5,
  );
}

/** Right up to two seconds either way: a burst's tone says no more. */
function avOffset(pictures: readonly SeenPicture[], heard: readonly HeardBurst[]): number {
  const periodMs = bursts.tones * 1000;
  const pictureMs = percentile(
    pictures.map(({ drawnMs, clockMs }) => clockMs - drawnMs),
    0.5,
  );
  const offsets = heard.map(({ tone, clockMs }) => {
    const beforeMs = (clockMs - pictureMs - tone * 1000) % periodMs;
    return beforeMs - Math.round(beforeMs / periodMs) * periodMs;
  });
  return percentile(offsets, 0.5);
}
