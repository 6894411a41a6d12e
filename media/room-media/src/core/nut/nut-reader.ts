// Parses the NUT stream of ffmpeg's standard output: one elementary stream, whole frames with their times.
import { MalformedStream } from '../malformed.ts';
import { crc32, fileId, frameFlag, longHeaderBytes, startByte, startcodes } from './nut-format.ts';

export interface NutFrame {
  readonly pts: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

export interface NutStreamInfo {
  /** Time units per second, as a fraction. */
  readonly timeBase: { readonly num: number; readonly den: number };
  /** Codec header; empty if the codec has none. */
  readonly config: Uint8Array;
}

/** Bound above any coded picture of a live stream. */
const frameBytesMax = 4 * 1024 * 1024;
/** Bound above any header that ffmpeg writes for one stream. */
const headerBytesMax = 64 * 1024;
const codeCount = 256;
const noTimeChange = 0;

interface FrameCode {
  readonly flags: number;
  readonly sizeMul: number;
  readonly sizeLsb: number;
  readonly ptsDelta: number;
  readonly reservedCount: number;
  readonly headerIndex: number;
}

const none: Uint8Array = new Uint8Array(0);
/** Internal signal that more bytes are needed, shared because creating errors is slow. */
const short = new Error('short');

/**
 * Parses a NUT stream. `push` takes pieces of any size, whose memory may be reused, and returns completed frames.
 * Throws MalformedStream, and on every later call too. Holds at most one frame and the headers before it.
 */
export class NutReader {
  readonly #memoryFor: (bytes: number) => Uint8Array;
  /** Unparsed bytes: the rest of the previous piece's header, then the present piece. */
  #bytes = none;
  #at = 0;
  #begun = false;
  #codes: readonly FrameCode[] = [];
  #elided: readonly Uint8Array[] = [];
  #timeBases: readonly { num: number; den: number }[] = [];
  #stream: (NutStreamInfo & { ptsShift: number }) | undefined;
  #lastPts = 0;
  /** Frame whose header has arrived, with the number of its bytes so far. */
  #openFrame: { readonly frame: NutFrame; have: number } | undefined;
  #failure: MalformedStream | undefined;

  /** `memoryFor` returns memory of exactly this length for a frame's data; it may be reused memory. */
  constructor(memoryFor = (bytes: number): Uint8Array => new Uint8Array(bytes)) {
    this.#memoryFor = memoryFor;
  }

  get stream(): NutStreamInfo | undefined {
    return this.#stream;
  }

  push(piece: Uint8Array): NutFrame[] {
    if (this.#failure !== undefined) throw this.#failure;
    this.#bytes = this.#bytes.byteLength === 0 ? piece : joined(this.#bytes, piece);
    const frames: NutFrame[] = [];
    try {
      while (this.#at < this.#bytes.byteLength || this.#openFrame !== undefined) {
        const frame = this.#elementOrShort();
        if (frame === 'short') break;
        if (frame !== undefined) frames.push(frame);
      }
    } catch (error) {
      if (error instanceof MalformedStream) this.#failure = error;
      throw error;
    }
    const rest = this.#bytes.subarray(this.#at);
    // The piece belongs to the caller, so the rest is copied.
    this.#bytes = rest.byteLength === 0 ? none : joined(none, rest);
    this.#at = 0;
    return frames;
  }

  /** Returns 'short', without consuming bytes, when more bytes are needed. */
  #elementOrShort(): NutFrame | undefined | 'short' {
    const from = this.#at;
    try {
      return this.#element();
    } catch (error) {
      if (error !== short) throw error;
      this.#at = from;
      return 'short';
    }
  }

  #element(): NutFrame | 'short' | undefined {
    if (this.#openFrame !== undefined) return this.#continueFrame(this.#openFrame);
    if (!this.#begun) {
      if (this.#take(fileId.byteLength).some((byte, index) => byte !== fileId[index]))
        throw new MalformedStream('INVALID', 'not a NUT stream');
      this.#begun = true;
      return undefined;
    }
    if (this.#need(1) === startByte) {
      this.#header();
      return undefined;
    }
    return this.#frame();
  }

  #header(): void {
    const from = this.#at;
    const startcode = this.#take(8);
    const length = this.#varint();
    if (length < 4 || length > headerBytesMax) throw new MalformedStream('INVALID', `a header of ${length} bytes`);
    if (length > longHeaderBytes) this.#verifyChecksum(from);
    const body = this.#at;
    if (this.#bytes.byteLength - this.#at < length) throw short;
    const end = body + length - 4;
    if (crc32(this.#bytes.subarray(body, body + length)) !== 0)
      throw new MalformedStream('INVALID', 'the checksum of a header');
    const startsWith = (code: readonly number[]): boolean => code.every((byte, index) => startcode[index] === byte);
    try {
      if (startsWith(startcodes.main)) this.#main();
      else if (startsWith(startcodes.stream)) this.#streamHeader();
      else if (startsWith(startcodes.syncpoint)) this.#syncpoint();
    } catch (error) {
      if (error === short) throw new MalformedStream('INVALID', 'a header that ends within a field');
      throw error;
    }
    if (this.#at > end) throw new MalformedStream('INVALID', 'a header that ends within a field');
    this.#at = end + 4;
  }

  #main(): void {
    const version = this.#varint();
    if (version !== 3 && version !== 4) throw new MalformedStream('INVALID', `version ${version}`);
    if (version === 4) this.#varint(); // Minor version.
    const streams = this.#varint();
    if (streams !== 1) throw new MalformedStream('INVALID', `${streams} streams`);
    this.#varint(); // Maximum distance of syncpoints.
    const bases = this.#varint();
    if (bases < 1 || bases > 16) throw new MalformedStream('INVALID', `${bases} time bases`);
    this.#timeBases = Array.from({ length: bases }, () => {
      const base = { num: this.#varint(), den: this.#varint() };
      if (base.num < 1 || base.den < 1) throw new MalformedStream('INVALID', 'a time base of 0');
      return base;
    });
    this.#codes = this.#frameCodes();
    const headers = this.#varint();
    if (headers > 127) throw new MalformedStream('INVALID', `${headers} elided headers`);
    this.#elided = [new Uint8Array(0), ...Array.from({ length: headers }, () => this.#take(this.#varint()).slice())];
  }

  #frameCodes(): FrameCode[] {
    const codes: FrameCode[] = [];
    let [ptsDelta, sizeMul, headerIndex] = [noTimeChange, 1, 0];
    while (codes.length < codeCount) {
      const flags = this.#varint();
      const fields = this.#varint();
      if (fields > 64) throw new MalformedStream('INVALID', `a frame code of ${fields} fields`);
      if (fields > 0) ptsDelta = this.#signed();
      if (fields > 1) sizeMul = this.#varint();
      if (fields > 2) this.#varint(); // Stream number, always 0.
      const sizeLsb = fields > 3 ? this.#varint() : 0;
      const reservedCount = fields > 4 ? this.#varint() : 0;
      const count = fields > 5 ? this.#varint() : sizeMul - sizeLsb;
      if (fields > 6) this.#skipVarint(); // Match time, which may be below -2^53.
      if (fields > 7) headerIndex = this.#varint();
      for (let more = 8; more < fields; more += 1) this.#varint();
      if (count < 1 || count > codeCount - codes.length || reservedCount > 16)
        throw new MalformedStream('INVALID', 'frame codes');
      for (let of = 0; of < count && codes.length < codeCount; of += 1) {
        if (codes.length === startByte) {
          const invalid = { flags: frameFlag.invalid, sizeMul: 0, sizeLsb: 0, ptsDelta: 0 };
          codes.push({ ...invalid, reservedCount: 0, headerIndex: 0 });
        }
        codes.push({ flags, sizeMul, sizeLsb: sizeLsb + of, ptsDelta, reservedCount, headerIndex });
      }
    }
    return codes;
  }

  #streamHeader(): void {
    this.#varint(); // Stream number.
    this.#varint(); // Picture or sound.
    this.#take(this.#varint()); // Codec.
    const timeBase = this.#timeBases[this.#varint()];
    if (timeBase === undefined) throw new MalformedStream('INVALID', 'an undefined time base');
    const ptsShift = this.#varint();
    if (ptsShift > 16) throw new MalformedStream('INVALID', `times of ${ptsShift} low bits`);
    for (let skipped = 0; skipped < 3; skipped += 1) this.#varint(); // Distance of times, decode delay, flags.
    this.#stream = { timeBase, ptsShift, config: this.#take(this.#varint()).slice() };
  }

  #syncpoint(): void {
    const coded = this.#varint();
    const base = this.#timeBases[coded % this.#timeBases.length];
    if (this.#stream === undefined || base === undefined)
      throw new MalformedStream('INVALID', 'a syncpoint before the stream');
    const { num, den } = this.#stream.timeBase;
    const time = Math.floor(coded / this.#timeBases.length);
    this.#lastPts = Math.floor((time * base.num * den) / (base.den * num));
  }

  /** Begins a frame, whose data is copied once, as it arrives. */
  #frame(): undefined {
    const from = this.#at;
    const code = this.#codes[this.#byte()];
    const stream = this.#stream;
    if (code === undefined || stream === undefined) throw new MalformedStream('INVALID', 'a frame before the headers');
    let { flags } = code;
    if (flags & frameFlag.invalid) throw new MalformedStream('INVALID', 'a frame code that is not valid');
    if (flags & frameFlag.coded) flags ^= this.#varint();
    if (flags & frameFlag.streamId && this.#varint() !== 0) throw new MalformedStream('INVALID', 'a second stream');
    const pts = flags & frameFlag.codedPts ? this.#codedPts(stream.ptsShift) : this.#lastPts + code.ptsDelta;
    const size = code.sizeLsb + (flags & frameFlag.sizeMsb ? code.sizeMul * this.#varint() : 0);
    if (size > frameBytesMax) throw new MalformedStream('INVALID', `a frame of ${size} bytes`);
    if (flags & frameFlag.matchTime) this.#skipVarint();
    const headerIndex = flags & frameFlag.headerIndex ? this.#varint() : code.headerIndex;
    const reserved = flags & frameFlag.reserved ? this.#varint() : code.reservedCount;
    if (reserved > 16) throw new MalformedStream('INVALID', `${reserved} reserved fields`);
    for (let skipped = 0; skipped < reserved; skipped += 1) this.#varint();
    if (flags & frameFlag.checksum) this.#verifyChecksum(from);
    // Only small frames have elided headers.
    const elided = size > 4096 ? this.#elided[0] : this.#elided[headerIndex];
    if (elided === undefined || elided.byteLength > size) throw new MalformedStream('INVALID', 'an elided header');
    const data = this.#memoryFor(size);
    data.set(elided);
    this.#lastPts = pts;
    this.#openFrame = { frame: { pts, isKey: (flags & frameFlag.key) !== 0, data }, have: elided.byteLength };
  }

  #continueFrame(coming: { readonly frame: NutFrame; have: number }): NutFrame | 'short' {
    const { frame } = coming;
    const available = this.#bytes.subarray(this.#at, this.#at + frame.data.byteLength - coming.have);
    frame.data.set(available, coming.have);
    coming.have += available.byteLength;
    this.#at += available.byteLength;
    if (coming.have < frame.data.byteLength) return 'short';
    this.#openFrame = undefined;
    return frame;
  }

  #codedPts(shift: number): number {
    const coded = this.#varint();
    const span = 2 ** shift;
    if (coded >= span) return coded - span;
    const lowest = this.#lastPts - Math.floor((span - 1) / 2);
    return lowest + ((((coded - lowest) % span) + span) % span);
  }

  #verifyChecksum(from: number): void {
    this.#take(4);
    if (crc32(this.#bytes.subarray(from, this.#at)) !== 0)
      throw new MalformedStream('INVALID', 'the checksum of a frame');
  }

  #varint(): number {
    let value = 0;
    for (;;) {
      const byte = this.#byte();
      value = value * 128 + (byte & 127);
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedStream('INVALID', 'a number beyond 2^53');
      if (byte < 128) return value;
    }
  }

  #skipVarint(): void {
    for (let bytes = 1; this.#byte() >= 128; bytes += 1)
      if (bytes === 10) throw new MalformedStream('INVALID', 'a number above 64 bits');
  }

  #signed(): number {
    const coded = this.#varint() + 1;
    return coded % 2 === 1 ? -Math.floor(coded / 2) : coded / 2;
  }

  #byte(): number {
    const byte = this.#need(1);
    this.#at += 1;
    return byte;
  }

  #take(length: number): Uint8Array {
    if (length > frameBytesMax) throw new MalformedStream('INVALID', `a field of ${length} bytes`);
    if (length > 0) this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #need(length: number): number {
    const next = this.#bytes[this.#at];
    if (next === undefined || this.#bytes.byteLength - this.#at < length) throw short;
    return next;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const result = new Uint8Array(first.byteLength + second.byteLength);
  result.set(first);
  result.set(second, first.byteLength);
  return result;
}
