// Composes a room into one picture and one sound with a constant frame rate (docs/adr/0031-composition.md).

import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { FfmpegSupervisor } from '../adapters/ffmpeg/supervisor.ts';
import type { OpusThreads } from '../adapters/opus-worker/threads.ts';
import type { CodedFrame } from '../core/frames.ts';
import { toAnnexB } from '../core/h264/nal.ts';
import { type LayoutKind, layoutOf, type Size, type Tile } from '../core/layouts/layout.ts';
import { nextSpeaker, noSpeaker, type Speaker } from '../core/layouts/speaker.ts';
import type { AudioFormat } from '../core/units.ts';
import { COMPOSE_DELAY_MS, type PicturesSettings, pictureMs } from './composed-pictures.ts';
import { colourOf } from './core/canvas.ts';
import type { ComposedParticipant } from './core/composed-participants.ts';
import { MixedSound } from './mixed-sound.ts';
import { makeBackground } from './one-shot.ts';
import type { EncodedPicture } from './picture-encoder.ts';
import { layoutParticipants, trackOfTile } from './scenes.ts';
import { PicturesThread } from './thread/pictures-thread.ts';

export interface ComposedVideo {
  /** H.264 as Annex B without B-frames; a key frame begins with its parameter sets. */
  readonly data: Uint8Array;
  readonly ptsMs: number;
  readonly isKey: boolean;
}
export interface ComposedAudio {
  /** AAC without ADTS header, or one Opus packet; 48 kHz stereo. */
  readonly data: Uint8Array;
  readonly ptsMs: number;
  readonly format: AudioFormat;
}

export interface ComposerOptions {
  readonly size: Size;
  readonly fps: number;
  readonly layout: LayoutKind;
  /** Background behind the tiles: `#rrggbb`, or a PNG or JPEG of at most 8 MB. */
  readonly background: string | Uint8Array;
  readonly bitrateKbps: number;
  readonly soundCodec: 'aac' | 'opus';
  readonly supervisor: FfmpegSupervisor;
  readonly sandbox: readonly string[];
  readonly opus: OpusThreads;
  readonly clock: Clock;
  /** Time of pictures and sound, by which the caller calls `step`; without it the composer runs by `clock`. */
  readonly time?: Pick<Clock, 'nowMs'>;
  /**
   * Time from one round of composing to the next, at most half of `COMPOSE_DELAY_MS`; by default that of a picture. In
   * longer rounds fewer processes wake up, and the next pictures meet a warm cache.
   */
  readonly roundMs?: number;
  readonly log: Pick<Logger, 'warn'>;
  /** All times are those of `clock` and of the pushed frames. */
  onVideo(video: ComposedVideo): void;
  onAudio(audio: ComposedAudio): void;
  /** Called when pictures between these times are missing: the encoder was replaced, or this process was stopped. */
  onGap(gap: { readonly fromMs: number; readonly toMs: number }): void;
  onKeyNeeded(trackId: string): void;
  /** Called when the tiles have changed, to ask the room for pictures of their sizes. */
  onLayout(tiles: readonly Tile[]): void;
  /** Called once when picture or sound cannot be made. The composer retries until `close`. */
  onFailed(error: MeridianError): void;
}

/** Default output. Costs are planned by 720p at 30 fps; faces and slides look clean at this bitrate. */
export const composedOutput = {
  size: { width: 1280, height: 720 },
  fps: 30,
  bitrateKbps: 2500,
  soundCodec: 'aac',
} as const satisfies Partial<ComposerOptions>;

/** Output for recordings, whose viewers come later. */
export const recordedOutput = {
  ...composedOutput,
  roundMs: COMPOSE_DELAY_MS / 2,
} as const satisfies Partial<ComposerOptions>;

/**
 * Composes until closed; without participants, the background with silence. `open` rejects with MeridianError:
 * REQUEST_INVALID (size, rate, background), OVERLOADED beyond the supervisor's capacity, NO_PICTURE_TRANSCODER or
 * NO_SOUND_TRANSCODER where ffmpeg cannot encode.
 */
export class Composer {
  readonly #o: ComposerOptions;
  readonly #pictures: PicturesThread;
  readonly #sound: MixedSound;
  readonly #time: Pick<Clock, 'nowMs'>;
  readonly #timer: Timer | undefined;
  #participants: readonly ComposedParticipant[] = [];
  #videos: ReadonlySet<string> = new Set();
  #kind: LayoutKind;
  #speaker: Speaker = noSpeaker;
  #tiles: readonly Tile[] = [];
  #encoded = -1;
  #isFailed = false;
  #closed: Promise<void> | undefined;

  static async open(o: ComposerOptions): Promise<Composer> {
    const { width, height } = o.size;
    const isSide = (side: number): boolean => Number.isInteger(side) && side % 2 === 0 && side >= 160 && side <= 1920;
    if (!isSide(width) || !isSide(height) || !Number.isInteger(o.fps) || o.fps < 1 || o.fps > 60)
      throw new MeridianError('REQUEST_INVALID', `a composed picture of ${width}x${height} at ${o.fps}`);
    const { size, fps, bitrateKbps, sandbox, supervisor, log, onKeyNeeded } = o;
    const time = o.time ?? o.clock;
    const settings = { size, fps, bitrateKbps, sandbox, background: await backgroundOf(o) };
    let composer: Composer | undefined;
    const pictures = await PicturesThread.open({
      ...settings,
      supervisor,
      log,
      nowMs: () => time.nowMs(),
      onPicture: (picture) => {
        if (composer !== undefined) composer.#onPicture(picture);
      },
      onKeyNeeded,
      onDegraded: (isDegraded) => {
        if (composer !== undefined) composer.#degraded(isDegraded, 'picture');
      },
    });
    try {
      composer = new Composer(o, pictures);
      return composer;
    } catch (error) {
      await pictures.close();
      throw error;
    }
  }

  private constructor(o: ComposerOptions, pictures: PicturesThread) {
    this.#o = o;
    this.#time = o.time ?? o.clock;
    this.#kind = o.layout;
    this.#pictures = pictures;
    this.#sound = this.#openSound();
    if (o.time === undefined) this.#timer = o.clock.every(o.roundMs ?? 1000 / o.fps, () => this.#run(o.clock.nowMs()));
  }

  get encoderPid(): number | undefined {
    return this.#pictures.encoderPid;
  }

  /** Sets all participants to show and hear, in the order of their tiles. Others are dropped. */
  setTracks(participants: readonly ComposedParticipant[]): void {
    if (this.#closed !== undefined) return;
    const sounds = new Set(participants.flatMap((one) => one.sounds));
    for (const trackId of this.#participants.flatMap((one) => one.sounds))
      if (!sounds.has(trackId)) this.#sound.remove(trackId);
    this.#participants = participants;
    const videos = participants.flatMap(({ camera, screen }) => [camera, screen]);
    this.#videos = new Set(videos.filter((trackId) => trackId !== undefined));
    this.#arrange(this.#time.nowMs());
  }

  push(trackId: string, frame: CodedFrame): void {
    if (this.#closed !== undefined) return;
    if ('isKey' in frame) {
      if (!this.#videos.has(trackId)) return;
      const { codec, ptsMs, isKey } = frame;
      const data = frame.codec === 'h264' ? toAnnexB(frame.nals) : frame.data;
      this.#pictures.push(trackId, { codec, ptsMs, isKey, data });
    } else if (this.#participants.some(({ sounds }) => sounds.includes(trackId))) this.#sound.push(trackId, frame);
  }

  setLayout(kind: LayoutKind): void {
    this.#kind = kind;
    if (this.#closed === undefined) this.#arrange(this.#time.nowMs());
  }

  /**
   * Composes what is due at `time`, once decoders have returned what was pushed; resolves when the encoders have taken
   * it. At most a second of `time` may pass between two steps.
   */
  async step(): Promise<void> {
    if (this.#closed !== undefined) return;
    const nowMs = this.#time.nowMs();
    this.#followSpeaker(nowMs);
    await Promise.all([this.#sound.step(nowMs), this.#pictures.step(nowMs)]);
  }

  /** Stops all output at once; resolves when no process is left. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#timer?.cancel();
    await Promise.all([this.#pictures.close(), this.#sound.close()]);
  }

  #openSound(): MixedSound {
    const { soundCodec, supervisor, opus, clock, log } = this.#o;
    const { startMs } = this.#pictures;
    return new MixedSound({
      codec: soundCodec,
      supervisor,
      opus,
      clock,
      log,
      startMs,
      delayMs: COMPOSE_DELAY_MS,
      onUnit: ({ ptsMs, data }, format) => {
        // An encoder's first unit precedes its first sample.
        if (this.#closed === undefined && ptsMs >= startMs) this.#o.onAudio({ ptsMs, data, format });
      },
      onDegraded: (isDegraded) => this.#degraded(isDegraded, 'sound'),
    });
  }

  #run(nowMs: number): void {
    this.#sound.mix(nowMs);
    this.#followSpeaker(nowMs);
    this.#pictures.run(nowMs);
  }

  #followSpeaker(nowMs: number): void {
    const speaker = nextSpeaker(this.#speaker, layoutParticipants(this.#participants), nowMs);
    if (speaker.identity === this.#speaker.identity) return;
    this.#speaker = speaker;
    this.#arrange(nowMs);
  }

  #arrange(nowMs: number): void {
    this.#speaker = nextSpeaker(this.#speaker, layoutParticipants(this.#participants), nowMs);
    const state = { participants: layoutParticipants(this.#participants), speaker: this.#speaker.identity };
    const tiles = layoutOf(state, { kind: this.#kind, size: this.#o.size });
    const isMoved = JSON.stringify(tiles.map(geometryOf)) !== JSON.stringify(this.#tiles.map(geometryOf));
    this.#tiles = tiles;
    const shown = tiles.map((tile) => ({ ...tile, trackId: trackOfTile(tile, this.#participants) }));
    this.#pictures.show(shown, [...this.#videos], isMoved);
    if (isMoved) this.#o.onLayout(tiles);
  }

  #onPicture({ number, isKey, data }: EncodedPicture): void {
    if (this.#closed !== undefined) return;
    const expected = this.#encoded + 1;
    this.#encoded = number;
    const ptsMs = this.#ptsMs(number);
    if (number > expected) this.#o.onGap({ fromMs: this.#ptsMs(expected), toMs: ptsMs });
    this.#o.onVideo({ data, ptsMs, isKey });
  }

  #ptsMs(number: number): number {
    return pictureMs({ startMs: this.#pictures.startMs, fps: this.#o.fps }, number);
  }

  #degraded(isDegraded: boolean, what: string): void {
    if (!isDegraded || this.#isFailed || this.#closed !== undefined) return;
    this.#isFailed = true;
    this.#o.onFailed(new MeridianError('WORKER_DIED', `the composed ${what} cannot be encoded`));
  }
}

const geometryOf = ({ key, x, y, width, height }: Tile): unknown => [key, x, y, width, height];

async function backgroundOf({ background, size, sandbox }: ComposerOptions): Promise<PicturesSettings['background']> {
  if (typeof background !== 'string') return makeBackground(background, size, sandbox);
  const colour = colourOf(background);
  if (colour === undefined) throw new MeridianError('REQUEST_INVALID', 'a background colour is #rrggbb');
  return colour;
}
