// The segments of a stream that players may ask for: those of the present playlist, and those of playlists that a
// player may still hold. Numbers, bounds, and what CODECS and BANDWIDTH are to say.
import { concatBytes } from '@meridian/room-media/core';
import {
  LISTED_SEGMENTS,
  PART_TARGET,
  PARTS_AHEAD,
  SEGMENTS_AHEAD,
  STREAM_BYTES_MAX,
  TARGET_S,
  TICKS,
} from './rules.ts';
import type { Cut } from './segmenter.ts';
import type { HlsTracks } from './tracks.ts';

export interface Part {
  /** In `TICKS`. */
  readonly duration: number;
  readonly isIndependent: boolean;
  bytes: Uint8Array;
}

export interface Segment {
  readonly number: number;
  /** In `TICKS` of the stream's clock. */
  readonly start: number;
  /** Does not continue the segment before. */
  readonly isDiscontinuous: boolean;
  /** Of its init segment. */
  readonly init: number;
  readonly parts: Part[];
  /** Of all parts so far. */
  duration: number;
  byteLength: number;
  /** All parts, once it has ended; they are views of it. */
  bytes?: Uint8Array;
}

/** A player's demand for a playlist that has this segment, or this part of it. */
export interface Reload {
  readonly msn: number;
  readonly part?: number;
}

export class SegmentWindow {
  /** Oldest first; the last may still grow. */
  #segments: Segment[] = [];
  /** How many of the oldest are in no playlist any more. */
  #unlisted = 0;
  #next: number;
  #discontinuitySequence = 0;
  readonly #inits = new Map<number, Uint8Array>();
  #init = 0;
  #tracks: HlsTracks | undefined;
  #isDiscontinuous = true;
  #bytes = 0;
  #peakBitsPerSecond = 0;

  /** @param firstNumber of its first segment; above those of every stream before it */
  constructor(firstNumber: number) {
    this.#next = firstNumber;
  }

  /** Those of the playlist. */
  get listed(): readonly Segment[] {
    return this.#segments.slice(this.#unlisted);
  }
  /**
   * The discontinuities before the playlist. Each stream begins with 0: hls.js begins with a successor's stream only
   * when its discontinuities are not above those it has played.
   */
  get discontinuitySequence(): number {
    return this.#discontinuitySequence;
  }
  get tracks(): HlsTracks | undefined {
    return this.#tracks;
  }
  /** Of all that is kept. */
  get byteLength(): number {
    return this.#bytes;
  }
  /** Of the segments so far; before one has ended, of the one that grows. */
  get peakBitsPerSecond(): number {
    const growing = this.#growing();
    return this.#peakBitsPerSecond || (growing === undefined ? 0 : rateOf(growing));
  }

  /** The next part: of the segment that grows, or the first of the next one. */
  get hint(): { readonly msn: number; readonly part: number } {
    const growing = this.#growing();
    return growing === undefined ? { msn: this.#next, part: 0 } : { msn: growing.number, part: growing.parts.length };
  }

  /** A window for another layer of the same: same numbers and discontinuities, from the next segment on. */
  beside(): SegmentWindow {
    const other = new SegmentWindow(this.#next);
    const present = this.listed.filter(({ isDiscontinuous }) => isDiscontinuous).length;
    other.#discontinuitySequence = this.#discontinuitySequence + present;
    other.#isDiscontinuous = this.#isDiscontinuous;
    return other;
  }

  /** The tracks of its first segment, which may continue the one before it in other layers. */
  begin(tracks: HlsTracks): void {
    this.#tracks = tracks;
    this.#init = this.#next;
    this.#inits.set(this.#init, tracks.init);
  }

  apply(cut: Cut, targetS: number | undefined): void {
    if (cut.kind === 'tracks') this.begin(cut);
    if (cut.kind === 'tracks' || cut.kind === 'leap') this.#isDiscontinuous = true;
    else if (cut.kind === 'part') this.#addPart(cut);
    else this.#end(targetS ?? TARGET_S.slow);
  }

  init(number: number): Uint8Array | undefined {
    return this.#inits.get(number);
  }

  /** A segment that has ended. */
  segment(number: number): Uint8Array | undefined {
    return this.#find(number)?.bytes;
  }

  part(number: number, index: number): Uint8Array | undefined {
    return this.#find(number)?.parts[index]?.bytes;
  }

  /** Whether the playlist has it: `refuse` if that is too far off. */
  verdict({ msn, part }: Reload): 'answer' | 'wait' | 'refuse' {
    const { msn: nextMsn, part: nextPart } = this.hint;
    if (part !== undefined && msn < nextMsn) {
      // Beyond the end of a segment the first part of the next one is meant.
      const isBeyond = msn === nextMsn - 1 && part >= (this.#find(msn)?.parts.length ?? 0) && nextPart === 0;
      return isBeyond ? 'wait' : 'answer';
    }
    if (msn < nextMsn || (msn === nextMsn && part !== undefined && part < nextPart)) return 'answer';
    const isFar = msn >= nextMsn + SEGMENTS_AHEAD || (part ?? 0) >= (msn === nextMsn ? nextPart : 0) + PARTS_AHEAD;
    return isFar ? 'refuse' : 'wait';
  }

  #growing(): Segment | undefined {
    const last = this.#segments.at(-1);
    return last?.bytes === undefined ? last : undefined;
  }

  #find(number: number): Segment | undefined {
    const [first] = this.#segments;
    return first && this.#segments[number - first.number];
  }

  #addPart({ start, duration, isIndependent, bytes }: Cut & { kind: 'part' }): void {
    let segment = this.#growing();
    if (segment === undefined) {
      segment = {
        number: this.#next,
        start,
        isDiscontinuous: this.#isDiscontinuous,
        init: this.#init,
        parts: [],
        duration: 0,
        byteLength: 0,
      };
      this.#isDiscontinuous = false;
      this.#segments.push(segment);
    }
    segment.parts.push({ duration, isIndependent, bytes });
    segment.duration += duration;
    segment.byteLength += bytes.length;
    this.#bytes += bytes.length;
  }

  #end(targetS: number): void {
    const segment = this.#growing();
    if (segment === undefined) return;
    this.#peakBitsPerSecond = Math.max(this.#peakBitsPerSecond, rateOf(segment));
    segment.bytes = concatBytes(segment.parts.map(({ bytes }) => bytes));
    let at = 0;
    for (const part of segment.parts) {
      part.bytes = segment.bytes.subarray(at, at + part.bytes.length);
      at += part.bytes.length;
    }
    this.#next = segment.number + 1;
    this.#trim(targetS * TICKS);
  }

  /** All segments here have ended. */
  #trim(target: number): void {
    for (let [first] = this.listed; first !== undefined; [first] = this.listed) {
      const { listed } = this;
      const isLong = listed.length > LISTED_SEGMENTS && sumOf(listed) - first.duration >= 3 * target;
      const isLarge = listed.length > 1 && bytesOf(listed) > STREAM_BYTES_MAX;
      if (!isLong && !isLarge) break;
      this.#unlisted += 1;
      if (first.isDiscontinuous) this.#discontinuitySequence += 1;
    }
    // Players may fetch what a playlist named for as long as that playlist and the segment were (8216, 6.2.2).
    const playlist = sumOf(this.listed);
    for (let [first] = this.#segments; first !== undefined && this.#unlisted > 0; [first] = this.#segments) {
      const sinceListed = sumOf(this.#segments.slice(1, this.#unlisted));
      if (sinceListed < first.duration + playlist && this.#bytes <= STREAM_BYTES_MAX) break;
      this.#segments.shift();
      this.#unlisted -= 1;
      this.#bytes -= first.byteLength;
    }
    const used = new Set([...this.#segments.map(({ init }) => init), this.#init]);
    for (const number of this.#inits.keys()) if (!used.has(number)) this.#inits.delete(number);
  }
}

const sumOf = (segments: readonly Segment[]): number => segments.reduce((sum, { duration }) => sum + duration, 0);
const bytesOf = (segments: readonly Segment[]): number => segments.reduce((sum, { byteLength }) => sum + byteLength, 0);
const rateOf = ({ byteLength, duration }: Segment): number =>
  Math.ceil((byteLength * 8 * TICKS) / Math.max(duration, PART_TARGET));
