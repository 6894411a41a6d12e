// Makes files of the frames of one track (outputs.ts).
import type { CodedFrame, TimeRun } from '@meridian/room-media/core';
import { isSameFormat, type TrackFormat } from './formats.ts';
import { msOf, OpenPiece, ticksOf } from './open-piece.ts';
import type { TrackOutput } from './outputs.ts';
import { type Beat, PIECE_MS, PictureRhythm, type Rhythm, SoundRhythm } from './rhythms.ts';
import { type ReadSample, SampleReader } from './samples.ts';

/** A store has finished objects of a recording that goes on for hours. */
export const FILE_MS_MAX = 600_000;
/** Longer than late packets are waited for, and than the silence between two packets (DTX). */
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
  #rhythm: Rhythm;
  /** Of the frames; each one has files of its own. */
  #run: TimeRun | undefined;
  #runs = 0;
  #file: OpenFile | undefined;
  #piece: OpenPiece | undefined;
  /** The track is written up to here, and has its last frame there, since the stint began. */
  #floorMs = 0;
  #lastMs = 0;
  #isKeyMissing: boolean;
  /** A frame has come since the last `elapse`. */
  #isHeard = false;
  #quietSinceMs = 0;
  #isEnded = false;

  /** @param o.startedMs when the stint began, on the clock of frames and calls */
  constructor(o: { startedMs: number; kind: 'audio' | 'video' }) {
    this.#startedMs = o.startedMs;
    this.#kind = o.kind;
    this.#rhythm = rhythmOf(o.kind);
    this.#isKeyMissing = o.kind === 'video';
  }

  /** Only a key frame goes on, or the file is so long that the next key frame begins another: one is to be demanded. */
  get needsKey(): boolean {
    if (this.#kind === 'audio' || this.#isEnded) return false;
    return this.#isKeyMissing || this.#isDue(this.#lastMs);
  }

  /**
   * Takes the next frame in decoding order and gives what is complete by it. Malformed frames are dropped, and so are
   * those of the other kind and those that come too late; of pictures also all up to the next key frame. Each run
   * begins a file.
   */
  push(frame: CodedFrame, run?: TimeRun): readonly TrackOutput[] {
    if (this.#isEnded) return [];
    const outputs = run === this.#run ? [] : this.#turnTo(run);
    const sample = this.#reader.read(frame);
    const beat = sample && this.#placed(sample);
    if (sample === undefined || beat === undefined) {
      this.#isKeyMissing = this.#kind === 'video';
      return outputs;
    }
    this.#isKeyMissing = false;
    this.#isHeard = true;
    outputs.push(...this.#makeRoom(sample, beat));
    if (this.#file === undefined) outputs.push(...this.#beginFile(sample.format, beat.ms));
    this.#add(sample, beat);
    return outputs;
  }

  /** A muted track sends nothing more: what is open is given away. */
  muted(isMuted: boolean, _nowMs: number): readonly TrackOutput[] {
    return isMuted ? this.#closePiece(undefined) : [];
  }

  /**
   * Call it about twice a second: gives away what is open when nothing has come for 500 ms and it would be longer than
   * a piece. So a frame waits for less than 3 s, or 4 s where key frames come every 2 to 4 s.
   */
  elapse(nowMs: number): readonly TrackOutput[] {
    if (this.#isHeard) this.#quietSinceMs = nowMs;
    this.#isHeard = false;
    const [file, piece] = [this.#file, this.#piece];
    if (file === undefined || piece === undefined) return [];
    const quietMs = nowMs - this.#quietSinceMs;
    const lengthMs = this.#lastMs - msOf(piece.first.tick, file.format.timescale) + quietMs;
    return quietMs >= QUIET_MS && lengthMs >= PIECE_MS ? this.#closePiece(undefined) : [];
  }

  /** The track is over; idempotent. */
  end(_nowMs: number): readonly TrackOutput[] {
    this.#isEnded = true;
    return this.#endFile(undefined);
  }

  /** Ends what was placed by another run; files are on lines of their own, so its end bounds nothing here. */
  #turnTo(run: TimeRun | undefined): TrackOutput[] {
    const outputs = this.#endFile(undefined);
    this.#run = run;
    this.#runs += 1;
    this.#rhythm = rhythmOf(this.#kind);
    this.#floorMs = 0;
    return outputs;
  }

  /** When the sample goes into the track; undefined: it does not. */
  #placed(sample: ReadSample): Beat | undefined {
    const { codec, format, soundMs, beginsSilence } = sample;
    const isVideo = soundMs === 0;
    const isDecodable = format !== undefined || (!this.#isKeyMissing && codec === this.#file?.format.codec);
    if (isVideo !== (this.#kind === 'video') || !isDecodable) return undefined;
    const isKey = format !== undefined;
    const wanted = { ms: sample.decodeMs - this.#startedMs, isKey, soundMs, beginsSilence };
    const ms = this.#rhythm.place(wanted, this.#floorMs);
    return ms === undefined ? undefined : { ms, isKey, soundMs, beginsSilence };
  }

  /** Ends the piece, or the file, that the sample is no part of. */
  #makeRoom({ format, data }: ReadSample, beat: Beat): TrackOutput[] {
    const [file, piece] = [this.#file, this.#piece];
    if (file === undefined) return [];
    const isOther = format !== undefined && (this.#isDue(beat.ms) || !isSameFormat(format, file.format));
    if (isOther) return this.#endFile(beat);
    if (piece === undefined) return [];
    const firstMs = msOf(piece.first.tick, file.format.timescale);
    const isGap = this.#rhythm.endMs(beat) < beat.ms;
    const isEnd = isGap || this.#rhythm.isCut(firstMs, beat) || !piece.hasRoomFor(data.length);
    return isEnd ? this.#closePiece(beat) : [];
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

  #add(sample: ReadSample, beat: Beat): void {
    if (this.#file === undefined) return;
    const { timescale } = this.#file.format;
    const { showMs, rtpTimestamp, data } = sample;
    const tick = ticksOf(beat.ms, timescale);
    const composition = Math.max(0, ticksOf(showMs - this.#startedMs, timescale) - tick);
    const open = { tick, composition, isKey: beat.isKey, rtpTimestamp, data };
    if (this.#piece === undefined) this.#piece = new OpenPiece(open);
    else this.#piece.add(open);
    this.#lastMs = beat.ms;
    this.#floorMs = this.#rhythm.take(beat);
  }

  #closePiece(next: Beat | undefined): TrackOutput[] {
    const [file, piece] = [this.#file, this.#piece];
    if (file === undefined || piece === undefined) return [];
    this.#piece = undefined;
    file.pieces += 1;
    const { timescale } = file.format;
    const endTick = Math.max(piece.lastTick + 1, ticksOf(this.#rhythm.endMs(next), timescale));
    this.#floorMs = (endTick * 1000) / timescale;
    const laterMs = this.#run && Math.round(this.#run.laterMs * 1000) / 1000;
    return [piece.close({ kind: this.#kind, timescale, sequence: file.pieces, endTick, laterMs })];
  }

  #endFile(next: Beat | undefined): TrackOutput[] {
    if (this.#file === undefined) return [];
    const outputs = this.#closePiece(next);
    this.#file = undefined;
    outputs.push({ type: 'fileEnd', ms: Math.round(this.#floorMs * 1000) / 1000 });
    return outputs;
  }
}

const rhythmOf = (kind: 'audio' | 'video'): Rhythm => (kind === 'video' ? new PictureRhythm() : new SoundRhythm());
