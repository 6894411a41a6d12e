// Makes an MP4 of encoded pictures and sound, whose head comes before its data. Samples go to a file as they come; at
// the end the MP4 is written in order of time.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { BLOCK_BYTES } from '@meridian/protocol';
import {
  AdtsReader,
  aacFrameSamples,
  headOf,
  MalformedStream,
  type MovieTrack,
  movieOf,
  readFragment,
  readInit,
  TrackTable,
} from '@meridian/room-media/core';
import { SOUND_RATE } from '../core/renditions/args.ts';
import { FragmentMover } from '../core/renditions/fragments.ts';
import { soundInit } from '../core/renditions/sound.ts';

export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
  /** Hashes of all blocks, 64 hex digits each. */
  readonly blocks: string;
}

const COPY_BYTES = 4 * 1_048_576;
/** Frames of sound in a chunk: a second, so that players read sound and pictures from nearby positions. */
const CHUNK_FRAMES = 47;

export class CutFile {
  readonly #data: FileHandle;
  readonly #bytesMax: number;
  readonly #mover = new FragmentMover(0, 1);
  readonly #pictures = new TrackTable();
  readonly #adts = new AdtsReader();
  readonly #sound = new TrackTable();
  #moof: Uint8Array | undefined;
  #frames = 0;
  #bytes = 0;

  private constructor(data: FileHandle, bytesMax: number) {
    this.#data = data;
    this.#bytesMax = bytesMax;
  }

  static async open(path: string, bytesMax: number): Promise<CutFile> {
    return new CutFile(await open(path, 'wx+', 0o600), bytesMax);
  }

  get pictures(): number {
    return this.#pictures.samples;
  }

  get soundMs(): number {
    return (this.#frames * aacFrameSamples * 1000) / SOUND_RATE;
  }

  /** Adds bytes of a fragmented MP4 with one track. Throws MalformedStream. */
  async addPictures(bytes: Uint8Array): Promise<void> {
    for (const box of this.#mover.push(bytes)) {
      if (headOf(box).type === 'moof') this.#moof = box;
      else if (this.#moof !== undefined && headOf(box).type === 'mdat') await this.#addFragment(this.#moof, box);
    }
  }

  /** Adds bytes of ADTS. The first frame has only the encoder's priming. */
  async addSound(bytes: Uint8Array): Promise<void> {
    for (const { data } of this.#adts.push(bytes)) {
      this.#frames += 1;
      if (this.#frames === 1) continue;
      if (this.#sound.samples % CHUNK_FRAMES === 0)
        this.#sound.beginChunk(
          this.#sound.samples * aacFrameSamples,
          this.#sound.addSampleEntry(readInit(soundInit()).sampleEntry),
        );
      const from = await this.#write(data);
      this.#sound.add({ bytes: data.length, isSync: true }, pieceAt(from, data.length));
      this.#sound.addTime(aacFrameSamples, 0);
    }
  }

  /** Writes the MP4 to a new file. Throws MalformedStream for cut or empty input. */
  async writeTo(path: string, signal: AbortSignal): Promise<WrittenFile> {
    const { head, data } = movieOf(this.#tracks());
    const target = await open(path, 'wx', 0o600);
    const hashes = new BlockHashes();
    try {
      const put = async (bytes: Uint8Array): Promise<void> => {
        hashes.push(bytes);
        await target.appendFile(bytes);
      };
      await put(head);
      const buffer = Buffer.alloc(COPY_BYTES);
      for (const { chunk } of data)
        for (const segment of chunk.segments) {
          if (segment.type !== 'piece') continue;
          for (let at = 0; at < segment.bytes; ) {
            signal.throwIfAborted();
            const wanted = Math.min(buffer.length, segment.bytes - at);
            const { bytesRead } = await this.#data.read(buffer, 0, wanted, segment.from + at);
            if (bytesRead === 0) throw new MalformedStream('TRUNCATED', 'the file of samples is shorter than it was');
            await put(buffer.subarray(0, bytesRead));
            at += bytesRead;
          }
        }
      await target.datasync();
    } finally {
      await target.close();
    }
    return hashes.end();
  }

  async close(): Promise<void> {
    await this.#data.close();
  }

  #tracks(): MovieTrack[] {
    const tracks: MovieTrack[] = [];
    if (this.#mover.init.length > 0) {
      const { timescale, width, height } = readInit(this.#mover.end().init);
      tracks.push({ kind: 'video', timescale, width, height, startTicks: 0, table: this.#pictures });
    }
    if (this.#sound.samples > 0)
      tracks.push({ kind: 'audio', timescale: SOUND_RATE, width: 0, height: 0, startTicks: 0, table: this.#sound });
    if (tracks.length === 0) throw new MalformedStream('TRUNCATED', 'neither pictures nor sound');
    return tracks;
  }

  async #addFragment(moof: Uint8Array, mdat: Uint8Array): Promise<void> {
    const init = readInit(this.#mover.init);
    const samples = readFragment(moof, moof.length + mdat.length, init);
    const from = (await this.#write(mdat)) - moof.length;
    this.#pictures.beginChunk(samples[0]?.dts ?? 0, this.#pictures.addSampleEntry(init.sampleEntry));
    for (const sample of samples) {
      this.#pictures.add(sample, pieceAt(from + sample.from, sample.bytes));
      this.#pictures.addTime(sample.duration, sample.composition);
    }
  }

  /** Returns where the bytes begin. Pictures and sound come at the same time. */
  async #write(bytes: Uint8Array): Promise<number> {
    const from = this.#bytes;
    this.#bytes += bytes.length;
    if (this.#bytes > this.#bytesMax) throw new MalformedStream('TOO_LARGE', `more than ${this.#bytesMax} bytes`);
    for (let at = 0; at < bytes.length; )
      at += (await this.#data.write(bytes, at, bytes.length - at, from + at)).bytesWritten;
    return from;
  }
}

const pieceAt = (from: number, bytes: number) => ({ type: 'piece', file: 0, piece: 0, from, bytes }) as const;

class BlockHashes {
  readonly #whole = createHash('sha256');
  readonly #blocks: string[] = [];
  #block = createHash('sha256');
  #bytes = 0;

  push(bytes: Uint8Array): void {
    this.#whole.update(bytes);
    for (let at = 0; at < bytes.length; ) {
      const room = BLOCK_BYTES - (this.#bytes % BLOCK_BYTES);
      const piece = bytes.subarray(at, at + room);
      this.#block.update(piece);
      this.#bytes += piece.length;
      at += piece.length;
      if (this.#bytes % BLOCK_BYTES === 0) this.#endBlock();
    }
  }

  end(): WrittenFile {
    if (this.#bytes % BLOCK_BYTES !== 0) this.#endBlock();
    return { bytes: this.#bytes, sha256: this.#whole.digest('hex'), blocks: this.#blocks.join('') };
  }

  #endBlock(): void {
    this.#blocks.push(this.#block.digest('hex'));
    this.#block = createHash('sha256');
  }
}
