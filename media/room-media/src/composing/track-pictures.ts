// Decodes one track at the size of its tile with an ffmpeg. When the tile's size changes, a second ffmpeg begins with
// the next key frame and takes over with its first picture, so no picture is missing.

import { composing, MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { inputArgs, outputArgs } from '../adapters/ffmpeg/pipe-args.ts';
import type { JobStarter, RunningJob } from '../adapters/ffmpeg/supervisor.ts';
import type { H264Frame, PictureFrame } from '../core/frames.ts';
import type { Size } from '../core/layouts/layout.ts';
import { MalformedStream } from '../core/malformed.ts';
import { NutReader } from '../core/nut/nut-reader.ts';
import { nutFrame, nutHeader } from '../core/nut/nut-writer.ts';
import { type Canvas, canvasBytes } from './core/canvas.ts';

export interface CodedPicture {
  readonly codec: (H264Frame | PictureFrame)['codec'];
  /** Display time on the composer's clock. */
  readonly ptsMs: number;
  readonly isKey: boolean;
  /** H.264 is Annex B. */
  readonly data: Uint8Array;
}

export interface TrackPicturesOptions {
  readonly supervisor: JobStarter;
  readonly log: Pick<Logger, 'warn'>;
  /** Pictures before this time are not shown. */
  readonly startMs: number;
  readonly picturesPerSecond: number;
  /**
   * Colour beside pictures of another aspect; the rest of a tile has the same colour. Undefined for pictures that are
   * analysed and not shown: they are stretched to their tile and decoded with less care.
   */
  readonly padding: string | undefined;
  nowMs(): number;
  /** Called when a decoder has returned pictures. Only with it `isBehind` is known. */
  onDecoded?(): void;
  /** Called at most once a second while decoding waits for a key frame. */
  onKeyNeeded(): void;
}

export interface TimedPicture {
  readonly ptsMs: number;
  readonly picture: Canvas;
}

const timeScale = 90_000;
const KEY_PAUSE_MS = 1000;
/** Raw pictures of 900 ms, by which a recording's tracks are ahead, at the highest rate that the filter passes. */
const PICTURES_MAX = 40;
/** Bound of coded pictures that wait for the decoder: two seconds at 8 Mbit/s. */
const QUEUE_BYTES_MAX = 2 * 1024 * 1024;

const fourccs: Record<CodedPicture['codec'], string> = { h264: 'H264', vp8: 'VP80', vp9: 'VP90', av1: 'AV01' };
/** Decoders that show the highest of several spatial layers, as in the gateway's transcoders. */
const decoders: Partial<Record<CodedPicture['codec'], readonly string[]>> = {
  vp9: ['-c:v', 'libvpx-vp9'],
  av1: ['-c:v', 'libdav1d'],
};

/** Skips deblocking and unreferenced pictures: a fifth less work (measured, H.264 and VP8 of 640x360). */
const quickArgs = ['-skip_loop_filter', 'all', '-skip_frame', 'noref'];

/** Pictures of one track, each returned once; none of a track beyond the capacity or undecodable. */
export class TrackPictures {
  readonly #o: TrackPicturesOptions;
  #size: Size | undefined;
  #codec: CodedPicture['codec'] | undefined;
  #current: Decoder | undefined;
  #next: Decoder | undefined;
  #keyRequestedMs = Number.NEGATIVE_INFINITY;
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(o: TrackPicturesOptions) {
    this.#o = o;
  }

  /** Sets the size of the pictures; undefined for a hidden track, which is not decoded. */
  setSize(size: Size | undefined): void {
    const isSame = size?.width === this.#size?.width && size?.height === this.#size?.height;
    if (isSame || this.#isClosed) return;
    this.#size = size;
    this.#begin();
  }

  push({ codec, ptsMs, isKey, data }: CodedPicture): void {
    if (this.#isClosed) return;
    const isNewCodec = codec !== this.#codec;
    this.#codec = codec;
    const isDecoded = this.#current?.codec === codec || this.#next?.codec === codec;
    // A key frame also retries a track that lacked capacity before.
    if (isNewCodec || (isKey && !isDecoded)) this.#begin();
    const newest = this.#next ?? this.#current;
    for (const decoder of [this.#current, this.#next]) if (decoder?.codec === codec) decoder.write(ptsMs, isKey, data);
    if (newest?.needsKey === true) this.#requestKey();
  }

  /** Returns the newest due picture, if newer than the last, whose memory is then reused. */
  take(ptsMs: number): TimedPicture | undefined {
    const due = this.#next?.take(ptsMs);
    if (due === undefined) return this.#current?.take(ptsMs);
    this.#end(this.#current);
    this.#current = this.#next;
    this.#next = undefined;
    return due;
  }

  /** Returns whether a picture of this time or before was written, and its decoder has not returned it yet. */
  isBehind(ptsMs: number): boolean {
    return this.#current?.isBehind(ptsMs) === true || this.#next?.isBehind(ptsMs) === true;
  }

  /** Returns whether a later picture was written; without it, the decoder may hold the picture of this time. */
  isFedAfter(ptsMs: number): boolean {
    return (this.#next ?? this.#current)?.isFedAfter(ptsMs) === true;
  }

  /** A decoder that is behind is no longer so before it has returned a picture. */
  giveUp(): void {
    this.#current?.giveUp();
    this.#next?.giveUp();
  }

  /** Resolves when its processes have ended. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end(this.#current);
    this.#end(this.#next);
    [this.#current, this.#next] = [undefined, undefined];
    await Promise.all(this.#closing);
  }

  #begin(): void {
    this.#end(this.#next);
    this.#next = undefined;
    const [size, codec] = [this.#size, this.#codec];
    if (size === undefined) {
      this.#end(this.#current);
      this.#current = undefined;
    }
    if (size === undefined || codec === undefined) return;
    try {
      this.#next = new Decoder({ codec, size, track: this.#o });
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      this.#o.log.warn({ err: error }, 'a track is composed without its picture');
      return;
    }
    this.#requestKey();
  }

  #requestKey(): void {
    const nowMs = this.#o.nowMs();
    if (nowMs - this.#keyRequestedMs < KEY_PAUSE_MS) return;
    this.#keyRequestedMs = nowMs;
    this.#o.onKeyNeeded();
  }

  #end(decoder: Decoder | undefined): void {
    if (decoder === undefined) return;
    const closing = decoder.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

interface DecoderOptions {
  readonly codec: CodedPicture['codec'];
  readonly size: Size;
  readonly track: TrackPicturesOptions;
}

class Decoder {
  readonly codec: CodedPicture['codec'];
  readonly #o: DecoderOptions;
  readonly #job: RunningJob;
  #reader = new NutReader();
  #hasKey = false;
  #pictures: TimedPicture[] = [];
  #shown: TimedPicture | undefined;
  #writtenMs = Number.NEGATIVE_INFINITY;
  /** Times of written pictures that were not returned yet; undefined for a decoder that gives nothing. */
  #awaited: number[] | undefined = [];
  /** Buffers of shown pictures, reused because allocation clears them and burdens the garbage collector. */
  readonly #free: Uint8Array[] = [];

  constructor(o: DecoderOptions) {
    this.#o = o;
    this.codec = o.codec;
    const fourcc = [...fourccs[o.codec]].map((char) => char.charCodeAt(0));
    const media = { kind: 'video', width: 16, height: 16 } as const; // The decoder reports the true size.
    this.#job = o.track.supervisor.start({
      name: `${o.codec} to raw`,
      makes: 'picture',
      cost: composing.tile,
      args: decoderArgs(o),
      head: nutHeader({ fourcc, timeScale, decodeDelay: o.codec === 'h264' ? 2 : 0, config: new Uint8Array(0), media }),
      queueBytesMax: QUEUE_BYTES_MAX,
      onStart: () => {
        this.#reader = new NutReader((bytes) => this.#memoryFor(bytes));
        this.#hasKey = false;
        this.#awaited = [];
      },
      onData: (bytes) => this.#onData(bytes),
      onDegraded: () => undefined, // The supervisor restarts the decoder; the tile shows the name meanwhile.
    });
  }

  get needsKey(): boolean {
    return !this.#hasKey;
  }

  write(ptsMs: number, isKey: boolean, data: Uint8Array): void {
    this.#hasKey ||= isKey;
    const ticks = Math.round(((ptsMs - this.#o.track.startMs) * timeScale) / 1000);
    if (!this.#hasKey || !(ticks >= 0) || data.byteLength === 0) return;
    this.#job.write(nutFrame(ticks, isKey, data));
    this.#writtenMs = Math.max(this.#writtenMs, ptsMs);
    if (this.#o.track.onDecoded !== undefined) this.#awaited?.push(ptsMs);
  }

  isBehind(ptsMs: number): boolean {
    return this.#awaited?.some((one) => one <= ptsMs) === true;
  }

  isFedAfter(ptsMs: number): boolean {
    return this.#writtenMs > ptsMs;
  }

  giveUp(): void {
    this.#awaited = undefined;
  }

  take(ptsMs: number): TimedPicture | undefined {
    const later = this.#pictures.findIndex((one) => one.ptsMs > ptsMs);
    const duePictures = this.#pictures.splice(0, later < 0 ? this.#pictures.length : later);
    const newest = duePictures.pop();
    if (newest === undefined) return undefined;
    if (this.#shown !== undefined) this.#free.push(this.#shown.picture.data);
    for (const { picture } of duePictures) this.#free.push(picture.data);
    this.#shown = newest;
    return newest;
  }

  close(): Promise<void> {
    this.#pictures = [];
    return this.#job.close();
  }

  #onData(bytes: Uint8Array): void {
    const { width, height } = this.#o.size;
    for (const { pts, data } of this.#reader.push(bytes)) {
      const base = this.#reader.stream?.timeBase;
      if (base === undefined || data.byteLength !== canvasBytes(this.#o.size))
        throw new MalformedStream('INVALID', `a raw picture of ${data.byteLength} bytes`);
      const ptsMs = this.#o.track.startMs + (pts * base.num * 1000) / base.den;
      this.#pictures.push({ ptsMs, picture: { width, height, data } });
      // The filter drops pictures that are too near to the one before.
      this.#awaited = (this.#awaited ?? []).filter((one) => one - ptsMs > stepMinMs(this.#o.track));
      if (this.#pictures.length <= PICTURES_MAX) continue;
      const oldest = this.#pictures.shift();
      if (oldest !== undefined) this.#free.push(oldest.picture.data);
    }
    this.#o.track.onDecoded?.();
  }

  #memoryFor(bytes: number): Uint8Array {
    const free = bytes === canvasBytes(this.#o.size) ? this.#free.pop() : undefined;
    return free ?? new Uint8Array(bytes);
  }
}

/** Colours of every canvas: BT.601 in limited range, as browsers' cameras send. ffmpeg knows those of the track. */
const canvasColours = 'out_color_matrix=bt601:out_range=limited';

/** Pictures beyond the output's rate are dropped before scaling, with a margin for uneven times. */
const stepMinMs = ({ picturesPerSecond }: TrackPicturesOptions): number => 700 / picturesPerSecond;

function decoderArgs({ codec, size: { width, height }, track }: DecoderOptions): string[] {
  const stepMinS = stepMinMs(track) / 1000;
  const filter = [
    `select=isnan(prev_selected_t)+gte(abs(t-prev_selected_t)\\,${stepMinS})`,
    ...(track.padding === undefined
      ? [`scale=${width}:${height}:flags=bilinear:${canvasColours}`]
      : [
          `scale=${width}:${height}:flags=bilinear:force_original_aspect_ratio=decrease:force_divisible_by=2:${canvasColours}`,
          `pad=${width}:${height}:-1:-1:color=${track.padding}`,
        ]),
  ].join(',');
  return [
    ...[
      ...(track.padding === undefined ? quickArgs : []),
      ...(decoders[codec] ?? []),
      ...inputArgs,
      '-an',
      '-fps_mode',
      'passthrough',
    ],
    ...['-enc_time_base', `1:${timeScale}`, '-vf', filter, '-c:v', 'rawvideo', '-pix_fmt', 'yuv420p'],
    ...outputArgs,
  ];
}
