// Merges a track that temporarily comes from two consumers, because its media node or its publisher's media node
// changes. The leader's frames are output; frames of the next consumer wait. Both deliver the same frames, and each
// frame is output once.
import type { CodedFrame } from '../frames.ts';

/** Bound of remembered timestamps: seconds of pictures or sound. */
const TIMESTAMPS_MAX = 256;
/** Bound of waiting frames, ten seconds of pictures: the leader is then far behind or stuck. */
const WAITING_MAX = 600;
/** Timestamps further apart have no common origin: another encoder has begun. */
const OTHER_TIMELINE_MS = 5000;
/** A leader without a frame for this time, while a frame of the next source waits, has ended. */
const SILENT_MS = 300;

interface HasFrame {
  readonly frame: CodedFrame;
}

export class Handover<S extends object, F extends HasFrame> {
  readonly #clockRate: number;
  readonly #sources = new Set<S>();
  #leader: S | undefined;
  #next: S | undefined;
  /** Timestamps of the last frames that the present leader output. */
  #outputTimestamps = new Set<number>();
  /** Timestamps of the last frames that the previous leader output. */
  #previousTimestamps: ReadonlySet<number> = new Set();
  #newestTimestamp: number | undefined;
  #leaderFrameMs = Number.NEGATIVE_INFINITY;
  #waiting: F[] = [];
  /** True if the next source and the leader had a frame in common, so no frame is missing between them. */
  #hasCommonFrame = false;
  /** True if output continues with a key frame only, because the leader ended and no source was ready to follow. */
  #needsKey = false;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  get leader(): S | undefined {
    return this.#leader;
  }
  get needsKey(): boolean {
    return this.#needsKey;
  }

  /** Adds a source. The first source leads; a later source waits as the next. */
  add(source: S): void {
    this.#sources.add(source);
    if (this.#leader === undefined) this.#leader = source;
    else this.#setNext(source);
  }

  /** Removes an ended source; returns the frames that the new leader outputs. */
  remove(source: S): readonly F[] {
    this.#sources.delete(source);
    if (source === this.#next) this.#setNext(undefined);
    if (source !== this.#leader) return [];
    this.#needsKey = this.#next === undefined;
    return this.#makeLeader(this.#next ?? [...this.#sources].at(-1));
  }

  take(source: S, frames: readonly F[], nowMs: number): readonly F[] {
    if (source === this.#leader) return frames.filter((one) => this.#acceptFromLeader(one, nowMs));
    if (source !== this.#next) return [];
    for (const [at, one] of frames.entries()) {
      if (this.#isOtherTimeline(one) || this.#waiting.length >= WAITING_MAX)
        return [...this.#makeLeader(source), ...this.take(source, frames.slice(at), nowMs)];
      this.#holdFromNext(one);
    }
    return [];
  }

  /** Returns whether this source could lead without a missing frame. */
  isReady(source: S, nowMs: number): boolean {
    if (source !== this.#next) return source === this.#leader;
    return this.#hasCommonFrame || (this.#waiting.length > 0 && nowMs - this.#leaderFrameMs >= SILENT_MS);
  }

  #setNext(next: S | undefined): void {
    this.#next = next;
    this.#waiting = [];
    this.#hasCommonFrame = false;
  }

  /** Makes a source the leader and outputs its waiting frames. The former leader stays as a fallback. */
  #makeLeader(source: S | undefined): readonly F[] {
    const waiting = source === this.#next ? this.#waiting : [];
    this.#leader = source;
    this.#setNext(undefined);
    this.#previousTimestamps = this.#outputTimestamps;
    this.#outputTimestamps = new Set();
    for (const { frame } of waiting) this.#note(frame);
    return waiting;
  }

  #acceptFromLeader(one: F, nowMs: number): boolean {
    const { frame } = one;
    if (this.#needsKey && 'isKey' in frame && !frame.isKey) return false;
    this.#needsKey = false;
    this.#leaderFrameMs = nowMs;
    if (this.#previousTimestamps.has(frame.rtpTimestamp)) return false;
    this.#note(frame);
    const met = this.#waiting.findIndex((waiting) => waiting.frame.rtpTimestamp === frame.rtpTimestamp);
    if (met >= 0) {
      this.#waiting.splice(0, met + 1);
      this.#hasCommonFrame = true;
    }
    return true;
  }

  #holdFromNext(one: F): void {
    if (this.#outputTimestamps.has(one.frame.rtpTimestamp)) {
      this.#waiting = [];
      this.#hasCommonFrame = true;
      return;
    }
    this.#waiting.push(one);
  }

  #note({ rtpTimestamp }: CodedFrame): void {
    this.#newestTimestamp = rtpTimestamp;
    this.#outputTimestamps.add(rtpTimestamp);
    if (this.#outputTimestamps.size <= TIMESTAMPS_MAX) return;
    for (const oldest of this.#outputTimestamps) {
      this.#outputTimestamps.delete(oldest);
      break;
    }
  }

  #isOtherTimeline({ frame }: F): boolean {
    if (this.#newestTimestamp === undefined) return true;
    const apart = (frame.rtpTimestamp - this.#newestTimestamp) | 0;
    return Math.abs(apart) > (OTHER_TIMELINE_MS / 1000) * this.#clockRate;
  }
}
