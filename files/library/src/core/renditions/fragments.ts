// Shifts the times of a chunk's fragmented MP4, which ffmpeg writes from time 0, to the chunk's time in the content.
import { boxesOf, concatBytes, headOf, MalformedStream } from '@meridian/room-media/core';

export interface MovedSegment {
  readonly bytes: number;
  readonly pictures: number;
}

/** A fragment of 2 s has at most a few MB. */
const BOX_BYTES_MAX = 64 * 1_048_576;
const RUN = { dataOffset: 1, firstFlags: 4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 } as const;

/** Accepts bytes in any portions and returns whole boxes with shifted times. */
export class FragmentMover {
  readonly #shift: number;
  readonly #segmentPictures: number;
  #buffered: Uint8Array[] = [];
  #bufferedBytes = 0;
  #init: Uint8Array[] = [];
  /** Ticks from the decoding of the first picture until it is shown; no picture is shown sooner. */
  #delay: number | undefined;
  readonly #segments: { bytes: number; pictures: number }[] = [];

  /** `fromTicks` is the start of the chunk; a segment is full after `segmentPictures` pictures. */
  constructor(fromTicks: number, segmentPictures: number) {
    this.#shift = fromTicks;
    this.#segmentPictures = segmentPictures;
  }

  /** Init segment, which comes before all fragments. */
  get init(): Uint8Array {
    return concatBytes(this.#init);
  }

  get pictures(): number {
    return this.#segments.reduce((sum, { pictures }) => sum + pictures, 0);
  }

  /** Returns the bytes for the object, without the init segment. Throws MalformedStream. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#buffered.push(bytes);
    this.#bufferedBytes += bytes.length;
    const whole: Uint8Array[] = [];
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      const moved = this.#shifted(next);
      if (moved !== undefined) whole.push(moved);
    }
    return whole;
  }

  /** Returns the init segment and the segments. Throws MalformedStream when the input is cut or empty. */
  end(): { readonly init: Uint8Array; readonly segments: readonly MovedSegment[] } {
    if (this.#bufferedBytes > 0 || this.#segments.length === 0)
      throw new MalformedStream('TRUNCATED', `${this.#segments.length} segments and ${this.#bufferedBytes} bytes`);
    return { init: this.init, segments: this.#segments };
  }

  #take(): Uint8Array | undefined {
    if (this.#bufferedBytes < 16) return undefined;
    if ((this.#buffered[0]?.length ?? 0) < 16) this.#buffered = [concatBytes(this.#buffered)];
    const { size, type } = headOf(this.#buffered[0] ?? new Uint8Array());
    if (size > BOX_BYTES_MAX) throw new MalformedStream('TOO_LARGE', `${type} of ${size} bytes`);
    if (this.#bufferedBytes < size) return undefined;
    const all = this.#buffered.length === 1 ? (this.#buffered[0] ?? new Uint8Array()) : concatBytes(this.#buffered);
    this.#bufferedBytes = all.length - size;
    this.#buffered = this.#bufferedBytes === 0 ? [] : [all.subarray(size)];
    return all.slice(0, size);
  }

  #shifted(box: Uint8Array): Uint8Array | undefined {
    const { type } = headOf(box);
    if (type === 'ftyp' || type === 'moov') {
      this.#init.push(box);
      return undefined;
    }
    if (type === 'moof') this.#countPictures(this.#moveFragment(box));
    const segment = this.#segments.at(-1);
    if (segment === undefined) throw new MalformedStream('OUT_OF_ORDER', `${type} before any fragment`);
    segment.bytes += box.length;
    return box;
  }

  #countPictures(pictures: number): void {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.pictures < this.#segmentPictures) last.pictures += pictures;
    else this.#segments.push({ bytes: 0, pictures });
  }

  #moveFragment(moof: Uint8Array): number {
    const traf = boxesOf(boxesOf(moof)[0]?.content ?? new Uint8Array()).find(({ type }) => type === 'traf');
    const boxes = boxesOf(traf?.content ?? new Uint8Array());
    const tfdt = boxes.find(({ type }) => type === 'tfdt')?.content;
    if (tfdt === undefined || tfdt.length !== 12 || tfdt[0] !== 1)
      throw new MalformedStream('INVALID', 'a fragment without a time of 64 bits');
    const view = viewOf(tfdt);
    view.setBigUint64(4, view.getBigUint64(4) + BigInt(this.#shift));
    const runs = boxes.filter(({ type }) => type === 'trun');
    return runs.reduce((sum, { content }) => sum + this.#moveRun(content), 0);
  }

  /** Shows all pictures earlier, so that the first is shown when it is decoded, at the start of the chunk. */
  #moveRun(run: Uint8Array): number {
    const view = viewOf(run);
    if (run.length < 8) throw new MalformedStream('TRUNCATED', 'a run without a count');
    const flags = view.getUint32(0) & 0xff_ffff;
    const count = view.getUint32(4);
    const has = (flag: number): number => ((flags & flag) === 0 ? 0 : 4);
    const head = 8 + has(RUN.dataOffset) + has(RUN.firstFlags);
    const before = has(RUN.duration) + has(RUN.size) + has(RUN.flags);
    const each = before + has(RUN.composition);
    if (run.length !== head + count * each) throw new MalformedStream('INVALID', `a run of ${count} samples`);
    const hasComposition = has(RUN.composition) > 0;
    this.#delay ??= hasComposition && count > 0 ? view.getInt32(head + before) : 0;
    if (!hasComposition && this.#delay !== 0) throw new MalformedStream('INVALID', 'a run without composition times');
    if (!hasComposition) return count;
    run[0] = 1; // signed composition times
    for (let at = 0; at < count; at += 1) {
      const place = head + at * each + before;
      view.setInt32(place, view.getInt32(place) - this.#delay);
    }
    return count;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Returns the codec string (RFC 6381) of an init segment with one track of H.264 or AV1. Throws MalformedStream. */
export function codecsOf(init: Uint8Array): string {
  const avcC = contentOffsetOf(init, 'avcC');
  if (avcC !== undefined) return `avc1.${[1, 2, 3].map((at) => hex(init[avcC + at])).join('')}`;
  const av1C = contentOffsetOf(init, 'av1C');
  if (av1C === undefined) throw new MalformedStream('INVALID', 'neither H.264 nor AV1');
  const [first = 0, second = 0] = init.subarray(av1C + 1, av1C + 3);
  const depth = (second & 0x40) === 0 ? '08' : '10';
  const level = String(first & 31).padStart(2, '0');
  return `av01.${first >> 5}.${level}${(second & 0x80) === 0 ? 'M' : 'H'}.${depth}`;
}

const hex = (byte = 0): string => byte.toString(16).padStart(2, '0');

function contentOffsetOf(bytes: Uint8Array, type: string): number | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(type, 0, 'latin1');
  return at < 0 ? undefined : at + 4;
}
