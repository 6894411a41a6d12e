// Picture and sound of a room for players of a single stream: one picture at a time and the mix of all voices, on one
// continuous clock. It is made once for all viewers; a late viewer begins with the last key frame.

import { MeridianError } from '@meridian/protocol';
import type { RtpSockets, SignalingLinks } from '@meridian/room-media';
import type { AudioFormat, AudioUnit, Mpeg1Unit, VideoFormat, VideoUnit } from '@meridian/room-media/core';
import { flvTag, flvTagType, GOP_MS_MAX, nalType, nalTypeOf, readFormat } from '@meridian/room-media/core';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { audioFormatBody, audioUnitBody, type FlvBody, videoFormatBody, videoUnitBody } from '../core/flv/media.ts';
import type { ShownLayers } from '../core/hls/ladder.ts';
import { encodeMedia } from '../core/rtmp/media.ts';
import type { Published } from '../core/shown-kinds.ts';
import { RoomReceiver, type RoomReceiverOptions } from './room-receiver.ts';

/** Items kept for late viewers: the longest group (`GOP_MS_MAX`) of 60 pictures and 47 frames of sound a second. */
const RECENT_ITEMS_MAX = 1300;
const RECENT_BYTES_MAX = 16 * 1024 * 1024;
/** Programmes begin at this time, so that no time is negative. */
const START_MS = 1000;
const RTMP_STREAM_ID = 1;

export type SoundCodec = 'aac' | 'mp2';

export type ProgrammeContent =
  | { readonly videoFormat: VideoFormat }
  | { readonly audioFormat: AudioFormat }
  | { readonly unit: VideoUnit }
  | { readonly unit: Mpeg1Unit }
  | { readonly unit: AudioUnit };

/** Format or unit in the forms of viewers' protocols; each form is made once, on first use. */
export class ProgrammeItem {
  readonly kind: 'audio' | 'video';
  /** A format is sent before the units that it describes. */
  readonly isFormat: boolean;
  readonly isKey: boolean;
  readonly content: ProgrammeContent;
  readonly #atMs: number;
  #body: FlvBody | undefined;
  #flv: Uint8Array | undefined;
  #rtmp: Uint8Array | undefined;

  /** `atMs` is the start of a format. */
  constructor(content: ProgrammeContent, atMs = 0) {
    this.content = content;
    this.#atMs = Math.round(atMs);
    this.isFormat = !('unit' in content);
    this.kind = 'audioFormat' in content || ('unit' in content && content.unit.kind === 'audio') ? 'audio' : 'video';
    this.isKey = 'unit' in content && content.unit.kind !== 'audio' && content.unit.isKey;
  }

  get bytes(): number {
    if (!('unit' in this.content)) return 0;
    const { unit } = this.content;
    return unit.kind === 'video' ? unit.nals.reduce((sum, nal) => sum + nal.length, 0) : unit.data.length;
  }
  /** Tag of an FLV file. Only formats and units of AAC and H.264 have one. */
  get flv(): Uint8Array {
    const { kind, timestampMs, body } = this.#flvBody;
    this.#flv ??= flvTag(flvTagType[kind], timestampMs, body);
    return this.#flv;
  }
  /** Message of RTMP, with the limits of `flv`. */
  get rtmp(): Uint8Array {
    this.#rtmp ??= encodeMedia({ ...this.#flvBody, streamId: RTMP_STREAM_ID });
    return this.#rtmp;
  }

  get #flvBody(): FlvBody {
    this.#body ??= flvBodyOf(this.content, this.#atMs);
    return this.#body;
  }
}

function flvBodyOf(content: ProgrammeContent, timestampMs: number): FlvBody {
  if ('videoFormat' in content) return { kind: 'video', timestampMs, body: videoFormatBody(content.videoFormat) };
  if ('audioFormat' in content) return { kind: 'audio', timestampMs, body: audioFormatBody(content.audioFormat) };
  const { unit } = content;
  if (unit.kind === 'audio') return audioUnitBody(unit);
  if (unit.kind === 'mpeg1') throw new RangeError('FLV carries no MPEG-1');
  // The format contains the parameter sets.
  const nals = unit.nals.filter((nal) => nalTypeOf(nal) !== nalType.sps && nalTypeOf(nal) !== nalType.pps);
  return videoUnitBody({ ...unit, nals });
}

/** Player of the programme. `take` must neither throw nor block; it may drop items. */
export interface Viewer {
  take(item: ProgrammeItem): void;
  ended(code: string): void;
}

export interface ProgrammeLayer {
  demandKeyFrame(): void;
  close(): void;
}

/** Mixes a room's voices; silence while all are silent. */
export interface VoiceMixer {
  /** `format` is of Opus, AAC or MP2, and the same object until it changes. */
  push(voice: string, ptsMs: number, packet: Uint8Array, format: AudioFormat): void;
  remove(voice: string): void;
  /** While `isOn`, no viewer listens, so no encoder is started. */
  setResting(isOn: boolean): void;
  close(): void;
}
/** Makes a mixer with output in this codec, whose format may change. Throws OVERLOADED without capacity. */
export type VoiceMixers = (codec: SoundCodec, onUnit: (unit: AudioUnit, format: AudioFormat) => void) => VoiceMixer;

export type Receiver = Pick<RoomReceiver, 'shown' | 'layers' | 'expects' | 'choose' | 'demandKeyFrame' | 'close'>;
export type ReceiverOptions = Omit<RoomReceiverOptions, 'layer'>;

export interface ProgrammeOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  /** Returns the token of the programme's session, or of the session that receives a layer. */
  readonly token: (spatialLayer?: number) => Promise<string>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly mixers: VoiceMixers;
  readonly sound: SoundCodec;
  /** Identity whose picture is shown; `''` for the active speaker. */
  readonly picture: string;
  /** Receives the room; default: one picture at a time. */
  readonly receive?: (o: ReceiverOptions) => Promise<Receiver>;
  /** Identity that is neither shown nor heard, because the viewer publishes as it; `''` for none. */
  readonly without: string;
  readonly idleMs: number;
  onClosed(): void;
}

export class Programme {
  readonly #o: ProgrammeOptions;
  readonly #viewers = new Set<Viewer>();
  /** Viewers with a hidden player, for which no encoder is started. */
  readonly #resting = new Set<Viewer>();
  readonly #mixer: VoiceMixer;
  readonly #startMs: number;
  #receiver: Receiver | undefined;
  #audioFormat: ProgrammeItem | undefined;
  #format: AudioFormat | undefined;
  #lastAudioMs = 0;
  readonly #layers = new Set<RoomReceiver>();
  #videoFormat: ProgrammeItem | undefined;
  #parameterSets = '';
  #recentItems: ProgrammeItem[] = [];
  #recentBytes = 0;
  #recentSinceMs = 0;
  #shownTrack = '';
  #lastVideoMs = 0;
  #idle: Timer | undefined;
  #isClosed = false;

  /** Joins the room as a hidden participant. Rejects with errors of `SessionClient.connect`. */
  static async open(o: ProgrammeOptions): Promise<Programme> {
    const programme = new Programme(o);
    try {
      programme.#receiver = await (o.receive ?? RoomReceiver.open)({
        ...o,
        protocol: 'programme',
        token: () => o.token(),
        onShown: () => programme.#showLayers(),
        onPicture: (unit, trackId) => programme.#picture(unit, trackId),
        onVoice: (voice, ptsMs, packet, format) => programme.#mixer.push(voice, ptsMs, packet, format),
        onVoiceGone: (voice) => programme.#mixer.remove(voice),
        onEnded: (code) => programme.close(code),
      });
    } catch (error) {
      programme.close('REQUEST_INVALID');
      throw error;
    }
    programme.#watchIdle();
    return programme;
  }

  private constructor(o: ProgrammeOptions) {
    this.#o = o;
    this.#startMs = o.clock.nowMs() - START_MS;
    this.#mixer = o.mixers(o.sound, (unit, format) => this.#sound(unit, format));
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get nowMs(): number {
    return this.#o.clock.nowMs() - this.#startMs;
  }
  /** Media that the room's participants publish now; without sound the programme has silence. */
  get expects(): Published {
    return this.#receiver?.expects ?? 'nothing';
  }

  get layers(): ShownLayers {
    return this.#receiver?.layers ?? { count: 1, planned: [] };
  }

  /**
   * Receives a layer of the shown picture, or the best below it, on the programme's clock; each picture begins with a
   * key frame. Ends with its session or by `close`. Rejects as `open`, and with REQUEST_INVALID for a composed picture.
   */
  async openLayer(
    spatialLayer: number,
    o: { readonly onPicture: (unit: VideoUnit) => void; readonly onEnded: () => void },
  ): Promise<ProgrammeLayer> {
    if (this.#o.receive !== undefined) throw new MeridianError('REQUEST_INVALID', 'a composed picture has no layers');
    let shown = '';
    let lastMs = 0;
    let layer: RoomReceiver | undefined;
    const forget = (): void => void (layer !== undefined && this.#layers.delete(layer));
    const receiver = await RoomReceiver.open({
      ...this.#o,
      token: () => this.#o.token(spatialLayer),
      protocol: 'programme',
      layer: { spatialLayer, shown: () => this.#receiver?.shown },
      onPicture: (unit, trackId) => {
        if (unit.kind !== 'video' || (trackId !== shown && !unit.isKey)) return; // MPEG-1 has no layers.
        shown = trackId;
        const dtsMs = this.#timeOf(unit.dtsMs, lastMs);
        lastMs = dtsMs;
        o.onPicture({ ...unit, dtsMs, ptsMs: dtsMs + unit.ptsMs - unit.dtsMs });
      },
      onVoice: () => undefined,
      onVoiceGone: () => undefined,
      onEnded: () => {
        forget();
        o.onEnded();
      },
    });
    layer = receiver;
    this.#layers.add(receiver);
    const close = (): void => {
      forget();
      receiver.close();
    };
    if (this.#isClosed) close();
    return { demandKeyFrame: () => receiver.demandKeyFrame(), close };
  }

  demandKeyFrame(): void {
    this.#receiver?.demandKeyFrame();
  }

  /** Returns formats and all units since the last key frame; asks for a key frame if there is none. */
  begin(): readonly ProgrammeItem[] {
    if (this.#recentItems.length === 0) this.#receiver?.demandKeyFrame();
    const formats = [this.#audioFormat, this.#videoFormat].filter((format) => format !== undefined);
    return [...formats, ...this.#recentItems];
  }

  /** Adds a viewer, which gets the first items at once. Returns a function that removes the viewer. */
  watch(viewer: Viewer): () => void {
    if (this.#isClosed) {
      viewer.ended('CONNECTION_CLOSED');
      return () => undefined;
    }
    for (const item of this.begin()) viewer.take(item);
    this.#viewers.add(viewer);
    this.#idle?.cancel();
    this.#updateMixerRest();
    return () => {
      this.#resting.delete(viewer);
      if (this.#viewers.delete(viewer) && this.#viewers.size === 0) this.#watchIdle();
      this.#updateMixerRest();
    };
  }

  /** While `isOn`, the viewer's player is hidden: it still gets items, but no encoder is started for it. */
  setResting(viewer: Viewer, isOn: boolean): void {
    if (isOn && this.#viewers.has(viewer)) this.#resting.add(viewer);
    else this.#resting.delete(viewer);
    this.#updateMixerRest();
  }

  close(code: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#idle?.cancel();
    this.#receiver?.close();
    for (const layer of this.#layers) layer.close();
    this.#layers.clear();
    this.#mixer.close();
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    this.#resting.clear();
    for (const viewer of viewers) viewer.ended(code);
    this.#o.onClosed();
  }

  #showLayers(): void {
    for (const layer of this.#layers) layer.choose();
  }

  #updateMixerRest(): void {
    this.#mixer.setResting(this.#viewers.size === this.#resting.size);
  }

  #watchIdle(): void {
    this.#idle?.cancel();
    if (!this.#isClosed) this.#idle = this.#o.clock.after(this.#o.idleMs, () => this.close('IDLE'));
  }

  /** Converts to the programme's clock, never backwards. */
  #timeOf(ptsMs: number, lastMs: number): number {
    return Math.max(ptsMs - this.#startMs, lastMs);
  }

  #picture(unit: VideoUnit | Mpeg1Unit, trackId: string): void {
    if (trackId !== this.#shownTrack) {
      if (!unit.isKey) return;
      this.#shownTrack = trackId;
    }
    const dtsMs = this.#timeOf(unit.kind === 'video' ? unit.dtsMs : unit.ptsMs, this.#lastVideoMs);
    this.#lastVideoMs = dtsMs;
    if (unit.kind === 'mpeg1') {
      this.#broadcast(new ProgrammeItem({ unit: { ...unit, ptsMs: dtsMs } }));
      return;
    }
    if (unit.isKey && !this.#updateFormat(unit, dtsMs)) return;
    if (this.#videoFormat === undefined) return;
    this.#broadcast(new ProgrammeItem({ unit: { ...unit, dtsMs, ptsMs: dtsMs + unit.ptsMs - unit.dtsMs } }));
  }

  /** Sends changed parameter sets before the key frame that needs them. Returns false if they are unreadable. */
  #updateFormat({ nals }: VideoUnit, atMs: number): boolean {
    const format = readFormat(nals);
    if (format === undefined) return false;
    const { sps, pps } = format;
    const parameterSets = `${Buffer.from(sps).toString('base64')} ${Buffer.from(pps).toString('base64')}`;
    if (parameterSets === this.#parameterSets) return true;
    this.#parameterSets = parameterSets;
    this.#videoFormat = new ProgrammeItem({ videoFormat: format }, atMs);
    for (const viewer of this.#viewers) viewer.take(this.#videoFormat);
    return true;
  }

  #sound(unit: AudioUnit, format: AudioFormat): void {
    const ptsMs = this.#timeOf(unit.ptsMs, this.#lastAudioMs);
    this.#lastAudioMs = ptsMs;
    if (this.#audioFormat === undefined || this.#format !== format) {
      this.#format = format;
      this.#audioFormat = new ProgrammeItem({ audioFormat: format }, ptsMs);
      for (const viewer of this.#viewers) viewer.take(this.#audioFormat);
    }
    this.#broadcast(new ProgrammeItem({ unit: { ...unit, ptsMs } }));
  }

  #broadcast(item: ProgrammeItem): void {
    this.#keep(item);
    for (const viewer of this.#viewers) viewer.take(item);
  }

  #keep(item: ProgrammeItem): void {
    if (item.isKey) {
      this.#recentItems = [];
      this.#recentBytes = 0;
      this.#recentSinceMs = this.#lastVideoMs;
    } else if (this.#recentItems.length === 0) return; // Kept items begin with a key frame.
    this.#recentItems.push(item);
    this.#recentBytes += item.bytes;
    const isShort = this.#lastVideoMs - this.#recentSinceMs <= GOP_MS_MAX;
    if (isShort && this.#recentItems.length <= RECENT_ITEMS_MAX && this.#recentBytes <= RECENT_BYTES_MAX) return;
    // The publisher makes no key frames, so a late viewer waits for the next one.
    this.#recentItems = [];
    this.#recentBytes = 0;
    this.#receiver?.demandKeyFrame();
  }
}
