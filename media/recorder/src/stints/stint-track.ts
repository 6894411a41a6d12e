// Track of a room in a stint: turns frames into pieces for the spool.
import type { CodedFrame, TimeRun } from '@meridian/room-media/core';
import { TrackWriter } from '../core/tracks/track-writer.ts';
import type { StintSink } from './room-hooks.ts';
import type { StintSpool } from './stint-spool.ts';

export interface StintTrackOptions {
  readonly number: number;
  readonly identity: string;
  readonly kind: 'audio' | 'video';
  readonly spool: StintSpool;
  readonly startedMs: number;
  nowMs(): number;
  demandKeyFrame(): void;
  onEnd(): void;
  /** Called for an error of the writer; earlier pieces are kept. */
  onError(error: unknown): void;
}

export class StintTrack implements StintSink {
  readonly #o: StintTrackOptions;
  readonly #writer: TrackWriter;
  #isEnded = false;

  constructor(o: StintTrackOptions) {
    this.#o = o;
    this.#writer = new TrackWriter({ startedMs: o.startedMs, kind: o.kind });
  }

  get identity(): string {
    return this.#o.identity;
  }

  /** Throws errors of the writer, upon which the room ends the track. */
  frame(frame: CodedFrame, run?: TimeRun): void {
    if (this.#isEnded) return;
    this.#o.spool.write(this.#o.number, this.#writer.push(frame, run));
    if (this.#writer.needsKey) this.demandKeyFrame();
  }

  muted(isMuted: boolean): void {
    if (this.#isEnded) return;
    const { spool, number, nowMs, startedMs } = this.#o;
    spool.write(number, this.#writer.muted(isMuted, nowMs()));
    spool.note({ type: isMuted ? 'muted' : 'unmuted', track: number, ms: Math.round(nowMs() - startedMs) });
  }

  gap(fromMs: number, toMs: number): void {
    if (this.#isEnded) return;
    const { spool, number, startedMs } = this.#o;
    const [ms, untilMs] = [Math.max(0, Math.round(fromMs - startedMs)), Math.round(toMs - startedMs)];
    if (untilMs > ms) spool.note({ type: 'gap', track: number, ms, durationMs: untilMs - ms, why: 'error' });
  }

  /** Call it about twice a second: completes a piece that waits for absent frames. */
  elapse(): void {
    if (this.#isEnded) return;
    try {
      this.#o.spool.write(this.#o.number, this.#writer.elapse(this.#o.nowMs()));
    } catch (error) {
      this.#o.onError(error);
      this.end();
    }
  }

  demandKeyFrame(): void {
    this.#o.demandKeyFrame();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { spool, number, nowMs, startedMs } = this.#o;
    try {
      spool.write(number, this.#writer.end(nowMs()));
    } catch (error) {
      this.#o.onError(error);
    }
    spool.endTrack(number, Math.round(nowMs() - startedMs));
    this.#o.onEnd();
  }
}
