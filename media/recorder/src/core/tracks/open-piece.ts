// Samples of a file's next piece. Each lasts until the next one, so rounding errors never add up.
import { AUDIO_TRACK, type Mp4Sample, mp4Fragment, VIDEO_TRACK } from '@meridian/room-media/core';
import type { Piece } from './outputs.ts';

export interface OpenSample {
  /** Decode time in ticks of the file, since the stint began. */
  readonly tick: number;
  readonly composition: number;
  readonly isKey: boolean;
  readonly rtpTimestamp: number;
  readonly data: Uint8Array;
}

/** Two seconds at 32 Mbit/s; a frame has at most 4 MiB. */
export const PIECE_BYTES_MAX = 8 * 1024 * 1024;
/** Two seconds of 2.5 ms packets of sound, or of 500 pictures a second. */
export const PIECE_FRAMES_MAX = 1000;

export class OpenPiece {
  readonly first: OpenSample;
  readonly #samples: OpenSample[];
  #bytes: number;

  constructor(first: OpenSample) {
    this.first = first;
    this.#samples = [first];
    this.#bytes = first.data.length;
  }

  get lastTick(): number {
    return this.#samples.at(-1)?.tick ?? this.first.tick;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#samples.length < PIECE_FRAMES_MAX && this.#bytes + bytes <= PIECE_BYTES_MAX;
  }

  /** Adds a sample, whose tick must exceed the last one's. */
  add(sample: OpenSample): void {
    this.#samples.push(sample);
    this.#bytes += sample.data.length;
  }

  /** Returns the piece, whose last sample lasts until `endTick`, which exceeds its tick. */
  close(o: {
    kind: 'audio' | 'video';
    timescale: number;
    sequence: number;
    endTick: number;
    laterMs: number | undefined;
  }): Piece {
    const { kind, timescale, sequence, endTick, laterMs } = o;
    const samples = this.#samples.map(({ tick, composition, isKey, data }, at): Mp4Sample => {
      const duration = (this.#samples[at + 1]?.tick ?? endTick) - tick;
      return { duration, isSync: isKey, composition, data };
    });
    const { tick: base, isKey, rtpTimestamp } = this.first;
    const track = kind === 'video' ? VIDEO_TRACK : AUDIO_TRACK;
    return {
      type: 'piece',
      bytes: mp4Fragment(sequence, [{ track, base, samples }]),
      ms: msOf(base, timescale),
      durationMs: msOf(endTick - base, timescale),
      frames: samples.length,
      isKey,
      rtpTimestamp,
      laterMs,
    };
  }
}

export const ticksOf = (ms: number, timescale: number): number => Math.round((ms * timescale) / 1000);
/** Rounds to the microsecond, which is less than a tick. */
export const msOf = (ticks: number, timescale: number): number => Math.round((ticks * 1e6) / timescale) / 1000;
