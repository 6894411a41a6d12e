// Segments of the present playlist, and of earlier playlists that players may still hold.
import { concatBytes } from '@meridian/room-media/core';
import {
  LISTED_SEGMENTS_MIN,
  PART_TARGET_TICKS,
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
  readonly isDiscontinuous: boolean;
  readonly init: number;
  readonly parts: Part[];
  duration: number;
  byteLength: number;
  /** Bytes of an ended segment; its parts become views of these bytes. */
  bytes?: Uint8Array;
}

/** Blocking playlist request: the segment (media sequence number) and part that the playlist must contain. */
export interface Reload {
  readonly msn: number;
  readonly part?: number;
}

export class SegmentWindow {
  /** Oldest first; the last may still grow. */
  #segments: Segment[] = [];
  /** Count of segments, the oldest, that the playlist no longer lists. */
  #unlisted = 0;
  #next: number;
  #discontinuitySequence = 0;
  readonly #inits = new Map<number, Uint8Array>();
  #init = 0;
  #tracks: HlsTracks | undefined;
  #isDiscontinuous = true;
  #bytes = 0;
  #peakBitsPerSecond = 0;

  /** `firstNumber` must be above the numbers of all earlier streams. */
  constructor(firstNumber: number) {
    this.#next = firstNumber;
  }

  get listed(): readonly Segment[] {
    return this.#segments.slice(this.#unlisted);
  }
  /**
   * Number of discontinuities before the playlist. Each stream begins with 0: hls.js begins a successor's stream only
   * if its discontinuities are not above those already played.
   */
  get discontinuitySequence(): number {
    return this.#discontinuitySequence;
  }
  get tracks(): HlsTracks | undefined {
    return this.#tracks;
  }
  get byteLength(): number {
    return this.#bytes;
  }
  /** Peak of the ended segments; before the first has ended, rate of the growing one. */
  get peakBitsPerSecond(): number {
    const growing = this.#growing();
    return this.#peakBitsPerSecond || (growing === undefined ? 0 : rateOf(growing));
  }

  /** Next part: of the growing segment, or the first of the next. */
  get hint(): { readonly msn: number; readonly part: number } {
    const growing = this.#growing();
    return growing === undefined ? { msn: this.#next, part: 0 } : { msn: growing.number, part: growing.parts.length };
  }

  /** Returns a window for another layer, with the same numbers and discontinuities from the next segment on. */
  forOtherLayer(): SegmentWindow {
    const other = new SegmentWindow(this.#next);
    const present = this.listed.filter(({ isDiscontinuous }) => isDiscontinuous).length;
    other.#discontinuitySequence = this.#discontinuitySequence + present;
    other.#isDiscontinuous = this.#isDiscontinuous;
    return other;
  }

  /** Sets the tracks of the first segment, which may continue a segment of another layer. */
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

  segment(number: number): Uint8Array | undefined {
    return this.#find(number)?.bytes;
  }

  part(number: number, index: number): Uint8Array | undefined {
    return this.#find(number)?.parts[index]?.bytes;
  }

  /** Returns whether the playlist has the requested part; `refuse` if it is too far ahead. */
  verdict({ msn, part }: Reload): 'answer' | 'wait' | 'refuse' {
    const { msn: nextMsn, part: nextPart } = this.hint;
    if (part !== undefined && msn < nextMsn) {
      // A part beyond the end of a segment means the first part of the next.
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

  #trim(target: number): void {
    for (let [first] = this.listed; first !== undefined; [first] = this.listed) {
      const { listed } = this;
      const isLong = listed.length > LISTED_SEGMENTS_MIN && sumOf(listed) - first.duration >= 3 * target;
      const isLarge = listed.length > 1 && bytesOf(listed) > STREAM_BYTES_MAX;
      if (!isLong && !isLarge) break;
      this.#unlisted += 1;
      if (first.isDiscontinuous) this.#discontinuitySequence += 1;
    }
    // A segment stays available for the duration of itself and of the longest playlist that lists it (8216, 6.2.2).
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
  Math.ceil((byteLength * 8 * TICKS) / Math.max(duration, PART_TARGET_TICKS));
