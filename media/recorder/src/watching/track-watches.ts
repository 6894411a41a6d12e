// Watches of single tracks of a room: of a picture, and of a sound.

import { MeridianError } from '@meridian/protocol';
import {
  AudioDecoder,
  type FfmpegSupervisor,
  type OpusVoices,
  type TimedPicture,
  TrackPictures,
} from '@meridian/room-media';
import { type CodedFrame, nalType, nalTypeOf, parseSps, type SoundFrame, toAnnexB } from '@meridian/room-media/core';
import type { Clock, Logger } from '@meridian/runtime';
import { PICTURE_STALE_MS, PictureJudge } from './core/picture-judge.ts';
import { SoundJudge } from './core/sound-judge.ts';
import { tileSize } from './core/tiles.ts';

/** Rate of each track, enough to see freezes and to notice changes soon. */
const PICTURES_PER_SECOND = 2;
/**
 * Time without frames after which a track counts as stopped: cameras send at least five pictures a second, a still
 * screen one, and a silent microphone two packets.
 */
const NONE_MS_MIN = 2000;
/** Maximum age of frames on arrival: frames with final times wait for the first report of their sender. */
const FRAME_AGE_MAX_MS = 5000;
/** Length of an Opus packet without sound (DTX); all others are longer. */
const DTX_BYTES_MAX = 2;

export interface TrackVerdict {
  readonly blackMs: number;
  readonly frozenMs: number;
  readonly silentMs: number;
  readonly levelDb: number;
  readonly noneMs: number;
}

export interface WatchPorts {
  readonly supervisor: FfmpegSupervisor;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

class FrameArrivals {
  #lastMs: number;
  #sinceMs: number | undefined;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }
  note(nowMs: number): void {
    if (nowMs - this.#lastMs >= NONE_MS_MIN) this.#sinceMs = undefined;
    this.#sinceMs ??= nowMs;
    this.#lastMs = nowMs;
  }
  noneMs(nowMs: number): number {
    const ms = nowMs - this.#lastMs;
    return ms >= NONE_MS_MIN ? ms : 0;
  }
  flowingMs(nowMs: number): number {
    return this.#sinceMs === undefined || this.noneMs(nowMs) > 0 ? 0 : nowMs - this.#sinceMs;
  }
}

export class PictureWatch {
  readonly #ports: WatchPorts;
  readonly #pictures: TrackPictures;
  readonly #judge: PictureJudge;
  readonly #arrivals: FrameArrivals;
  #aspect: number;
  #last: { readonly picture: TimedPicture['picture']; readonly atMs: number } | undefined;

  constructor(ports: WatchPorts, o: { readonly isScreen: boolean; readonly aspect: number; onKeyNeeded(): void }) {
    const { supervisor, clock, log } = ports;
    this.#ports = ports;
    this.#aspect = o.aspect;
    this.#judge = new PictureJudge({ mayStandStill: o.isScreen });
    this.#arrivals = new FrameArrivals(clock.nowMs());
    this.#pictures = new TrackPictures({
      supervisor,
      log,
      startMs: clock.nowMs() - FRAME_AGE_MAX_MS,
      picturesPerSecond: PICTURES_PER_SECOND,
      padding: undefined,
      nowMs: () => clock.nowMs(),
      onKeyNeeded: o.onKeyNeeded,
    });
    this.#pictures.setSize(tileSize);
  }

  frame(frame: CodedFrame): void {
    if (!('isKey' in frame)) return;
    this.#arrivals.note(this.#ports.clock.nowMs());
    if (frame.isKey) this.#aspect = aspectOf(frame) ?? this.#aspect;
    const { codec, ptsMs, isKey } = frame;
    const data = frame.codec === 'h264' ? toAnnexB(frame.nals) : frame.data;
    this.#pictures.push({ codec, ptsMs, isKey, data });
  }

  /** Judges the pictures decoded since the last call. Returns whether there is a new one to show. */
  judgeNew(nowMs: number): boolean {
    const newPicture = this.#pictures.take(nowMs);
    if (newPicture === undefined) return false;
    const { picture } = newPicture;
    this.#last = { picture, atMs: nowMs };
    this.#judge.judge(picture.data.subarray(0, picture.width * picture.height), nowMs);
    return true;
  }

  /** Returns the newest picture with its aspect (width by height); undefined without a recent one. */
  recentPicture(nowMs: number): { readonly picture: TimedPicture['picture']; readonly aspect: number } | undefined {
    if (this.#last === undefined || nowMs - this.#last.atMs > PICTURE_STALE_MS) return undefined;
    return { picture: this.#last.picture, aspect: this.#aspect };
  }

  verdictAt(nowMs: number): TrackVerdict {
    return { ...this.#judge.verdictAt(nowMs), silentMs: 0, levelDb: 0, noneMs: this.#arrivals.noneMs(nowMs) };
  }

  /** Returns for how long frames have been flowing. */
  flowingMs(nowMs: number): number {
    return this.#arrivals.flowingMs(nowMs);
  }
  get hasDecoded(): boolean {
    return this.#last !== undefined;
  }

  /** Resolves when its processes have ended. Idempotent. */
  close(): Promise<void> {
    return this.#pictures.close();
  }
}

export class SoundWatch {
  readonly #ports: WatchPorts;
  readonly #voices: OpusVoices;
  readonly #trackId: string;
  readonly #judge = new SoundJudge();
  readonly #arrivals: FrameArrivals;
  /** Decoder of AAC; undefined before it is needed; null if it was refused. */
  #decoder: AudioDecoder | null | undefined;
  #hasDecoded = false;

  constructor(ports: WatchPorts, o: { readonly trackId: string; readonly voices: OpusVoices }) {
    this.#ports = ports;
    this.#voices = o.voices;
    this.#trackId = o.trackId;
    this.#arrivals = new FrameArrivals(ports.clock.nowMs());
  }

  frame(frame: CodedFrame): void {
    if ('isKey' in frame) return;
    const nowMs = this.#ports.clock.nowMs();
    this.#arrivals.note(nowMs);
    const { codec, ptsMs, data } = frame;
    if (codec === 'aac') this.#decoderOf(frame)?.write({ kind: 'audio', ptsMs, data });
    else if (data.byteLength <= DTX_BYTES_MAX) {
      this.#hasDecoded = true;
      this.#judge.noteSilence(nowMs);
    } else this.#voices.decode(this.#trackId, ptsMs, data);
  }

  /** Takes decoded sound; the room's voices decode Opus. */
  addSound(ptsMs: number, left: Float32Array, right: Float32Array): void {
    this.#hasDecoded = true;
    this.#judge.addSound(ptsMs, left, right, this.#ports.clock.nowMs());
  }

  verdictAt(nowMs: number): TrackVerdict {
    return { blackMs: 0, frozenMs: 0, ...this.#judge.verdictAt(nowMs), noneMs: this.#arrivals.noneMs(nowMs) };
  }

  flowingMs(nowMs: number): number {
    return this.#arrivals.flowingMs(nowMs);
  }
  get hasDecoded(): boolean {
    return this.#hasDecoded;
  }

  /** Resolves when its process has ended. Idempotent. */
  async close(): Promise<void> {
    this.#voices.remove(this.#trackId);
    const decoder = this.#decoder;
    this.#decoder = null;
    await decoder?.close();
  }

  #decoderOf({ format }: SoundFrame): AudioDecoder | null {
    if (this.#decoder !== undefined) return this.#decoder;
    const { supervisor, log } = this.#ports;
    try {
      this.#decoder = new AudioDecoder({
        from: format,
        supervisor,
        onSound: (ptsMs, left, right) => this.addSound(ptsMs, left, right),
        onDegraded: () => undefined, // The supervisor restarts it; the sound counts as silence meanwhile.
      });
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      log.warn({ err: error }, 'a track is watched without its sound');
      this.#decoder = null;
    }
    return this.#decoder;
  }
}

/** Returns the aspect of a key frame that contains its size. */
function aspectOf(frame: Exclude<CodedFrame, SoundFrame>): number | undefined {
  const size = frame.codec === 'h264' ? spsSize(frame.nals) : frame.size;
  return size === undefined || size.width <= 0 || size.height <= 0 ? undefined : size.width / size.height;
}

function spsSize(nals: readonly Uint8Array[]): { readonly width: number; readonly height: number } | undefined {
  const sps = nals.find((nal) => nalTypeOf(nal) === nalType.sps);
  return sps && parseSps(sps);
}
