// Recorded samples on the time line of one MP4: pictures last until the next one, and silence fills gaps of sound.
//
// Players follow the times of pictures, but play sound packet by packet: Chromium and ffmpeg both count decoded
// samples. A long duration or an edit in the middle of sound would shift all later sound. So the packets of a sound
// track are contiguous, and each begins within `SOUND_OFF_MS_MAX` of its true time.
import { type FragmentSample, TrackTable } from '@meridian/room-media/core';
import type { SoundUnits } from './silence.ts';

/** Half of a noticeable offset between lips and sound; more than the jitter of whole milliseconds. */
export const SOUND_OFF_MS_MAX = 20;
/** Silence of this length is a chunk, equal to a piece: players read pictures and sound from nearby positions. */
const SILENT_CHUNK_MS = 2000;

/** Samples of one piece; their `ticks` are on the movie's time line, which begins at 0. */
export interface PlacedPiece {
  readonly file: number;
  readonly piece: number;
  readonly sampleEntry: Uint8Array;
  readonly samples: readonly { readonly sample: FragmentSample; readonly ticks: number }[];
}

/** Picture track; each picture lasts until the next. A time that does not rise becomes the last one plus a tick. */
export class PictureTimeline {
  readonly table = new TrackTable();
  #first: number | undefined;
  #last: { readonly ticks: number; readonly composition: number; readonly duration: number } | undefined;

  get startTicks(): number {
    return this.#first ?? 0;
  }

  add({ file, piece, sampleEntry, samples }: PlacedPiece): void {
    const [begin] = samples;
    if (begin === undefined) return;
    this.table.beginChunk(begin.ticks, this.table.addSampleEntry(sampleEntry));
    for (const { sample, ticks: trueTicks } of samples) {
      const { bytes, isSync, from } = sample;
      const ticks = this.#last === undefined ? trueTicks : Math.max(trueTicks, this.#last.ticks + 1);
      this.#first ??= ticks;
      this.#addTime(ticks);
      this.#last = { ticks, composition: trueTicks + sample.composition - ticks, duration: sample.duration };
      this.table.add({ bytes, isSync }, { type: 'piece', file, piece, from, bytes });
    }
  }

  end(): void {
    if (this.#last !== undefined) this.#addTime(this.#last.ticks + Math.max(1, this.#last.duration));
    this.#last = undefined;
  }

  #addTime(nextTicks: number): void {
    if (this.#last !== undefined) this.table.addTime(nextTicks - this.#last.ticks, this.#last.composition);
  }
}

/** Sound track of contiguous packets: silence or dropped packets correct large deviations. */
export class SoundTimeline {
  readonly table = new TrackTable();
  readonly #units: SoundUnits;
  readonly #offTicksMax: number;
  readonly #chunkTicks: number;
  #endTicks = 0;
  #dropped = 0;

  constructor(units: SoundUnits, timescale: number) {
    this.#units = units;
    this.#offTicksMax = (SOUND_OFF_MS_MAX * timescale) / 1000;
    this.#chunkTicks = (SILENT_CHUNK_MS * timescale) / 1000;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Adds a piece, whose bytes are `bytes`. Packets without a valid length are dropped. */
  add({ file, piece, sampleEntry, samples }: PlacedPiece, bytes: Uint8Array): void {
    const description = this.table.addSampleEntry(sampleEntry);
    this.table.beginChunk(this.#endTicks, description);
    for (const { sample, ticks: trueTicks } of samples) {
      const ticks = this.#units.ticksOf(bytes.subarray(sample.from, sample.from + sample.bytes));
      if (ticks === 0 || trueTicks - this.#endTicks <= -Math.max(this.#offTicksMax, ticks / 2)) {
        this.#dropped += 1;
        continue;
      }
      this.#fill(trueTicks - this.#endTicks, description);
      this.table.add(
        { bytes: sample.bytes, isSync: true },
        { type: 'piece', file, piece, from: sample.from, bytes: sample.bytes },
      );
      this.#addTime(ticks);
    }
  }

  #fill(gapTicks: number, description: number): void {
    const shortestTicks = this.#units.silences.at(-1)?.ticks ?? 0;
    if (gapTicks < Math.max(this.#offTicksMax, shortestTicks / 2)) return;
    let left = Math.round(gapTicks / shortestTicks) * shortestTicks;
    let chunkFrom = this.#endTicks;
    for (const { packet, ticks } of this.#units.silences) {
      for (; left >= ticks; left -= ticks) {
        if (this.#endTicks - chunkFrom >= this.#chunkTicks) {
          chunkFrom = this.#endTicks;
          this.table.beginChunk(chunkFrom, description);
        }
        this.table.add({ bytes: packet.length, isSync: true }, { type: 'silence', packet, times: 1 });
        this.#addTime(ticks);
      }
    }
    if (gapTicks >= this.#chunkTicks) this.table.beginChunk(this.#endTicks, description);
  }

  #addTime(ticks: number): void {
    this.table.addTime(ticks, 0);
    this.#endTicks += ticks;
  }
}
