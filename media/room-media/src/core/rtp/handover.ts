// A track that comes by two consumers for a while: its media node, or that of its publisher, changes. One leads, and
// its frames go on. Those of the next one wait: they are the same frames, by another way, and each goes on once.
import type { CodedFrame } from '../frames.ts';

/** Seconds of pictures, or of sound. */
const GIVEN_MAX = 256;
/** The leader is far behind then, or gives nothing: ten seconds of pictures. */
const WAITING_MAX = 600;
/** Timestamps that are so far apart are not counted together: another encoder has begun. */
const OTHER_MS = 5000;
/** A leader that has given nothing for so long when a frame of the next one waits has ended. */
const SILENT_MS = 300;

interface Given {
  readonly frame: CodedFrame;
}

/** `S`: what frames come from. */
export class Handover<S extends object, F extends Given> {
  readonly #clockRate: number;
  readonly #sources = new Set<S>();
  #leader: S | undefined;
  /** The one that came last. */
  #next: S | undefined;
  /** Timestamps of the last frames that went on, and of those before the present leader led. */
  #given = new Set<number>();
  #before: ReadonlySet<number> = new Set();
  #newest: number | undefined;
  #ledMs = Number.NEGATIVE_INFINITY;
  /** Of the next one. */
  #waiting: F[] = [];
  /** A frame of the next one has been one of the leader's: nothing is missing between them. */
  #hasMet = false;
  /** The leader is in the middle of its pictures, and others have gone on meanwhile. */
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

  /** Another one; it is the next if one leads already. */
  add(source: S): void {
    this.#sources.add(source);
    if (this.#leader === undefined) this.#leader = source;
    else this.#turnTo(source);
  }

  /** It ends; what goes on of the one that leads then. */
  remove(source: S): readonly F[] {
    this.#sources.delete(source);
    if (source === this.#next) this.#turnTo(undefined);
    if (source !== this.#leader) return [];
    this.#needsKey = this.#next === undefined;
    return this.#lead(this.#next ?? [...this.#sources].at(-1));
  }

  /** Frames of a source in decoding order; those that go on. */
  take(source: S, frames: readonly F[], nowMs: number): readonly F[] {
    if (source === this.#leader) return frames.filter((one) => this.#led(one, nowMs));
    if (source !== this.#next) return [];
    for (const [at, one] of frames.entries()) {
      if (this.#isAnother(one) || this.#waiting.length >= WAITING_MAX)
        return [...this.#lead(source), ...this.take(source, frames.slice(at), nowMs)];
      this.#wait(one);
    }
    return [];
  }

  /** Nothing is missing when this one leads from now on. */
  isReady(source: S, nowMs: number): boolean {
    if (source !== this.#next) return source === this.#leader;
    return this.#hasMet || (this.#waiting.length > 0 && nowMs - this.#ledMs >= SILENT_MS);
  }

  #turnTo(next: S | undefined): void {
    this.#next = next;
    this.#waiting = [];
    this.#hasMet = false;
  }

  /** What waits of it, if it was the next, goes on. One that led before stays, and leads again when this one ends. */
  #lead(source: S | undefined): readonly F[] {
    const waiting = source === this.#next ? this.#waiting : [];
    this.#leader = source;
    this.#turnTo(undefined);
    this.#before = this.#given;
    this.#given = new Set();
    for (const { frame } of waiting) this.#note(frame);
    return waiting;
  }

  #led(one: F, nowMs: number): boolean {
    const { frame } = one;
    if (this.#needsKey && 'isKey' in frame && !frame.isKey) return false;
    this.#needsKey = false;
    this.#ledMs = nowMs;
    if (this.#before.has(frame.rtpTimestamp)) return false;
    this.#note(frame);
    const met = this.#waiting.findIndex((waiting) => waiting.frame.rtpTimestamp === frame.rtpTimestamp);
    if (met >= 0) {
      this.#waiting.splice(0, met + 1);
      this.#hasMet = true;
    }
    return true;
  }

  #wait(one: F): void {
    if (this.#given.has(one.frame.rtpTimestamp)) {
      this.#waiting = [];
      this.#hasMet = true;
      return;
    }
    this.#waiting.push(one);
  }

  #note({ rtpTimestamp }: CodedFrame): void {
    this.#newest = rtpTimestamp;
    this.#given.add(rtpTimestamp);
    if (this.#given.size <= GIVEN_MAX) return;
    for (const oldest of this.#given) {
      this.#given.delete(oldest);
      break;
    }
  }

  #isAnother({ frame }: F): boolean {
    if (this.#newest === undefined) return true;
    const apart = (frame.rtpTimestamp - this.#newest) | 0;
    return Math.abs(apart) > (OTHER_MS / 1000) * this.#clockRate;
  }
}
