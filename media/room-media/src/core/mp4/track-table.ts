import { ByteReader, concatBytes } from '../bytes.ts';
import { be32, fullBox } from '../fmp4/boxes.ts';
import { RunList, U32List } from './lists.ts';

/** Bytes of a movie's data, in order: part of a piece, or a repeated packet of silence. */
export type Segment =
  | {
      readonly type: 'piece';
      readonly file: number;
      readonly piece: number;
      readonly from: number;
      bytes: number;
    }
  | { readonly type: 'silence'; readonly packet: Uint8Array; times: number };

export interface Chunk {
  readonly ticks: number;
  readonly description: number;
  readonly segments: Segment[];
  samples: number;
  bytes: number;
}

const OPUS = 0x4f707573;
/** Offset of channelcount in an AudioSampleEntry, after its header and reserved fields (12.2.3). */
const CHANNELS_AT = 24;

/** Tables of one track (ISO/IEC 14496-12, 8.6 and 8.7), filled sample by sample. Times are ticks of the track. */
export class TrackTable {
  readonly chunks: Chunk[] = [];
  readonly #entries: Uint8Array[] = [];
  readonly #durations = new RunList();
  readonly #compositions = new RunList();
  readonly #sync = new U32List();
  readonly #sizes = new U32List();
  #durationTicks = 0;
  #isShifted = false;
  #isNegative = false;
  #chunk: Chunk | undefined;

  get samples(): number {
    return this.#sizes.length;
  }
  get durationTicks(): number {
    return this.#durationTicks;
  }
  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /**
   * Returns the number of a sample entry. Opus entries are merged into one with the most channels: decoders output that
   * many, whatever each packet has (RFC 7845, 5.1.1).
   */
  addSampleEntry(entry: Uint8Array): number {
    const known = this.#entries.findIndex((one) => one.length === entry.length && one.every((b, i) => b === entry[i]));
    if (known >= 0) return known + 1;
    const [first] = this.#entries;
    if (first !== undefined && typeOf(first) === OPUS && typeOf(entry) === OPUS) {
      if (channelsOf(entry) > channelsOf(first)) this.#entries[0] = entry;
      return 1;
    }
    return this.#entries.push(entry);
  }

  beginChunk(ticks: number, description: number): void {
    this.#chunk = { ticks, description, segments: [], samples: 0, bytes: 0 };
  }

  /** Throws RangeError outside of a chunk. */
  add(sample: { bytes: number; isSync: boolean }, segment: Segment): void {
    const chunk = this.#chunk;
    if (chunk === undefined) throw new RangeError('a sample outside of chunks');
    if (chunk.samples === 0) this.chunks.push(chunk);
    this.#sizes.push(sample.bytes);
    if (sample.isSync) this.#sync.push(this.#sizes.length);
    chunk.samples += 1;
    chunk.bytes += sample.bytes;
    if (!extend(chunk.segments.at(-1), segment)) chunk.segments.push(segment);
  }

  /** Sets the times of samples in order, once each; later samples may have been added already. */
  addTime(duration: number, composition: number): void {
    if (duration < 0 || duration > 0xffff_ffff) throw new RangeError(`a sample of ${duration} ticks`);
    this.#durations.push(duration);
    this.#compositions.push(composition >>> 0);
    this.#durationTicks += duration;
    this.#isShifted ||= composition !== 0;
    this.#isNegative ||= composition < 0;
  }

  /** Call it once. `offsets` are the chunks' file offsets; `isLarge` selects 64 bits. */
  boxes(): (offsets: readonly number[], isLarge: boolean) => Uint8Array[] {
    const boxes = [
      fullBox('stsd', 0, 0, be32(this.#entries.length), ...this.#entries),
      fullBox('stts', 0, 0, this.#durations.bytes()),
      ...(this.#isShifted ? [fullBox('ctts', this.#isNegative ? 1 : 0, 0, this.#compositions.bytes())] : []),
      ...(this.#sync.length < this.samples ? [fullBox('stss', 0, 0, be32(this.#sync.length), this.#sync.bytes())] : []),
      fullBox('stsz', 0, 0, be32(0, this.samples), this.#sizes.bytes()),
      fullBox('stsc', 0, 0, this.#chunkRuns()),
    ];
    return (offsets, isLarge) => [
      ...boxes,
      fullBox(isLarge ? 'co64' : 'stco', 0, 0, be32(offsets.length), offsetBytes(offsets, isLarge)),
    ];
  }

  #chunkRuns(): Uint8Array {
    const runs: Uint8Array[] = [];
    for (const [index, { samples, description }] of this.chunks.entries()) {
      const before = this.chunks[index - 1];
      if (before?.samples === samples && before.description === description) continue;
      runs.push(be32(index + 1, samples, description));
    }
    return concatBytes([be32(runs.length), ...runs]);
  }
}

function offsetBytes(offsets: readonly number[], isLarge: boolean): Uint8Array {
  const width = isLarge ? 8 : 4;
  const view = new DataView(new ArrayBuffer(offsets.length * width));
  for (const [index, offset] of offsets.entries()) {
    if (isLarge) view.setBigUint64(index * width, BigInt(offset));
    else view.setUint32(index * width, offset);
  }
  return new Uint8Array(view.buffer);
}

function extend(last: Segment | undefined, next: Segment): boolean {
  if (last?.type === 'silence' && next.type === 'silence' && last.packet === next.packet) {
    last.times += next.times;
    return true;
  }
  if (last?.type !== 'piece' || next.type !== 'piece') return false;
  if (last.file !== next.file || last.piece !== next.piece || last.from + last.bytes !== next.from) return false;
  last.bytes += next.bytes;
  return true;
}

const typeOf = (entry: Uint8Array): number => new ByteReader(entry.subarray(4)).u32();
const channelsOf = (entry: Uint8Array): number => new ByteReader(entry.subarray(CHANNELS_AT)).u16();
