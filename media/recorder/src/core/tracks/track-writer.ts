// Writes the frames of one track into files (outputs.ts).
import type { CodedFrame, TimeRun } from '@meridian/room-media/core';
import { isSameFormat, type TrackFormat } from './formats.ts';
import { msOf, OpenPiece, ticksOf } from './open-piece.ts';
import type { TrackOutput } from './outputs.ts';
import { type ReadSample, SampleReader } from './samples.ts';
import { type FrameTiming, PIECE_MS, PictureTiming, SoundTiming, type TrackTiming } from './track-timing.ts';

/** Bound of a file, so that long recordings have finished objects in the store. */
export const FILE_MS_MAX = 600_000;
/** Time without frames after which a piece may end: longer than the wait for late packets, and than DTX pauses. */
const QUIET_MS = 500;

interface OpenFile {
  readonly format: TrackFormat;
  readonly beganMs: number;
  pieces: number;
}

export class TrackWriter {
  readonly #startedMs: number;
  readonly #kind: 'audio' | 'video';
  readonly #reader = new SampleReader();
  #timing: TrackTiming;
  /** Run of the frames; each run has files of its own. */
  #run: TimeRun | undefined;
  #runs = 0;
  #file: OpenFile | undefined;
  #piece: OpenPiece | undefined;
  /** End of the written track, and time of its last frame, since the stint began. */
  #floorMs = 0;
  #lastMs = 0;
  #isKeyMissing: boolean;
  #hasNewFrame = false;
  #quietSinceMs = 0;
  #isEnded = false;

  /** `startedMs` is the stint's beginning on the clock of frames and calls. */
  constructor(o: { startedMs: number; kind: 'audio' | 'video' }) {
    this.#startedMs = o.startedMs;
    this.#kind = o.kind;
    this.#timing = timingOf(o.kind);
    this.#isKeyMissing = o.kind === 'video';
  }

  /** True if only a key frame can continue the track, or should begin the next file: a key frame must be requested. */
  get needsKey(): boolean {
    if (this.#kind === 'audio' || this.#isEnded) return false;
    return this.#isKeyMissing || this.#isDue(this.#lastMs);
  }

  /**
   * Takes the next frame in decoding order; returns completed output. Drops malformed and late frames and those of the
   * other kind; after a dropped picture, all up to the next key frame. Each run begins a file.
   */
  push(frame: CodedFrame, run?: TimeRun): readonly TrackOutput[] {
    if (this.#isEnded) return [];
    const outputs = run === this.#run ? [] : this.#beginRun(run);
    const sample = this.#reader.read(frame);
    const timing = sample && this.#timingOf(sample);
    if (sample === undefined || timing === undefined) {
      this.#isKeyMissing = this.#kind === 'video';
      return outputs;
    }
    this.#isKeyMissing = false;
    this.#hasNewFrame = true;
    outputs.push(...this.#closeBefore(sample, timing));
    if (this.#file === undefined) outputs.push(...this.#beginFile(sample.format, timing.ms));
    this.#add(sample, timing);
    return outputs;
  }

  /** Completes the open piece, because a muted track sends nothing more. */
  muted(isMuted: boolean, _nowMs: number): readonly TrackOutput[] {
    return isMuted ? this.#closePiece(undefined) : [];
  }

  /**
   * Call it about twice a second: completes the open piece when nothing has come for 500 ms and it would exceed a
   * piece. A frame waits less than 3 s, or 4 s with key frames every 2 to 4 s.
   */
  elapse(nowMs: number): readonly TrackOutput[] {
    if (this.#hasNewFrame) this.#quietSinceMs = nowMs;
    this.#hasNewFrame = false;
    const [file, piece] = [this.#file, this.#piece];
    if (file === undefined || piece === undefined) return [];
    const quietMs = nowMs - this.#quietSinceMs;
    const lengthMs = this.#lastMs - msOf(piece.first.tick, file.format.timescale) + quietMs;
    return quietMs >= QUIET_MS && lengthMs >= PIECE_MS ? this.#closePiece(undefined) : [];
  }

  end(_nowMs: number): readonly TrackOutput[] {
    this.#isEnded = true;
    return this.#endFile(undefined);
  }

  /** Ends the output of the previous run, whose end does not bound the new run: each run has its own time line. */
  #beginRun(run: TimeRun | undefined): TrackOutput[] {
    const outputs = this.#endFile(undefined);
    this.#run = run;
    this.#runs += 1;
    this.#timing = timingOf(this.#kind);
    this.#floorMs = 0;
    return outputs;
  }

  #timingOf(sample: ReadSample): FrameTiming | undefined {
    const { codec, format, soundMs, beginsSilence } = sample;
    const isVideo = soundMs === 0;
    const isDecodable = format !== undefined || (!this.#isKeyMissing && codec === this.#file?.format.codec);
    if (isVideo !== (this.#kind === 'video') || !isDecodable) return undefined;
    const isKey = format !== undefined;
    const wanted = { ms: sample.decodeMs - this.#startedMs, isKey, soundMs, beginsSilence };
    const ms = this.#timing.place(wanted, this.#floorMs);
    return ms === undefined ? undefined : { ms, isKey, soundMs, beginsSilence };
  }

  #closeBefore({ format, data }: ReadSample, timing: FrameTiming): TrackOutput[] {
    const [file, piece] = [this.#file, this.#piece];
    if (file === undefined) return [];
    const beginsFile = format !== undefined && (this.#isDue(timing.ms) || !isSameFormat(format, file.format));
    if (beginsFile) return this.#endFile(timing);
    if (piece === undefined) return [];
    const firstMs = msOf(piece.first.tick, file.format.timescale);
    const isGap = this.#timing.endMs(timing) < timing.ms;
    const isEnd = isGap || this.#timing.isCut(firstMs, timing) || !piece.hasRoomFor(data.length);
    return isEnd ? this.#closePiece(timing) : [];
  }

  #isDue(ms: number): boolean {
    return this.#file !== undefined && ms - this.#file.beganMs >= FILE_MS_MAX;
  }

  #beginFile(format: TrackFormat | undefined, ms: number): TrackOutput[] {
    if (format === undefined) return [];
    this.#file = { format, beganMs: ms, pieces: 0 };
    const { codec, codecs, size, timescale, bytes } = format;
    const run = this.#runs;
    return [{ type: 'file', codec, codecs, size, timescale, bytes, ms: msOf(ticksOf(ms, timescale), timescale), run }];
  }

  #add(sample: ReadSample, timing: FrameTiming): void {
    if (this.#file === undefined) return;
    const { timescale } = this.#file.format;
    const { showMs, rtpTimestamp, data } = sample;
    const tick = ticksOf(timing.ms, timescale);
    const composition = Math.max(0, ticksOf(showMs - this.#startedMs, timescale) - tick);
    const openSample = { tick, composition, isKey: timing.isKey, rtpTimestamp, data };
    if (this.#piece === undefined) this.#piece = new OpenPiece(openSample);
    else this.#piece.add(openSample);
    this.#lastMs = timing.ms;
    this.#floorMs = this.#timing.noteWritten(timing);
  }

  #closePiece(next: FrameTiming | undefined): TrackOutput[] {
    const [file, piece] = [this.#file, this.#piece];
    if (file === undefined || piece === undefined) return [];
    this.#piece = undefined;
    file.pieces += 1;
    const { timescale } = file.format;
    const endTick = Math.max(piece.lastTick + 1, ticksOf(this.#timing.endMs(next), timescale));
    this.#floorMs = (endTick * 1000) / timescale;
    const laterMs = this.#run && Math.round(this.#run.laterMs * 1000) / 1000;
    return [piece.close({ kind: this.#kind, timescale, sequence: file.pieces, endTick, laterMs })];
  }

  #endFile(next: FrameTiming | undefined): TrackOutput[] {
    if (this.#file === undefined) return [];
    const outputs = this.#closePiece(next);
    this.#file = undefined;
    outputs.push({ type: 'fileEnd', ms: Math.round(this.#floorMs * 1000) / 1000 });
    return outputs;
  }
}

const timingOf = (kind: 'audio' | 'video'): TrackTiming => (kind === 'video' ? new PictureTiming() : new SoundTiming());
