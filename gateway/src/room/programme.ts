// What players of one picture see and hear of a room: one picture at a time and the mix of all voices, on one clock
// that never stops. It is made once and given to all viewers; who comes late begins with the last key frame.
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { flvTag, flvTagType } from '../core/flv/file.ts';
import { audioFormatBody, audioUnitBody, type FlvBody, videoFormatBody, videoUnitBody } from '../core/flv/media.ts';
import { nalType, nalTypeOf } from '../core/h264/nal.ts';
import { encodeMedia } from '../core/rtmp/media.ts';
import type { AudioFormat, AudioUnit, VideoUnit } from '../core/units.ts';
import type { SignalingLinks } from '../links/signaling-links.ts';
import { RoomReceiver } from './room-receiver.ts';

/** Items kept for who comes late: ten seconds of 60 pictures and 47 frames of sound. */
const KEPT_ITEMS_MAX = 1200;
const KEPT_BYTES_MAX = 16 * 1024 * 1024;
/** Viewers' players begin at such a time, and none is below zero. */
const FIRST_MS = 1000;
/** All viewers are stream 1 of their connections. */
const RTMP_STREAM = 1;

/** One tag of the programme, in the forms that viewers take; each is made when it is first asked for, and once. */
export class ProgrammeItem {
  readonly kind: 'audio' | 'video';
  /** The format of what follows; sent before anything else of its kind. */
  readonly isFormat: boolean;
  readonly isKey: boolean;
  readonly #body: FlvBody;
  #flv: Uint8Array | undefined;
  #rtmp: Uint8Array | undefined;

  constructor(body: FlvBody, o: { readonly isFormat: boolean; readonly isKey: boolean }) {
    this.kind = body.kind;
    this.isFormat = o.isFormat;
    this.isKey = o.isKey;
    this.#body = body;
  }

  get bytes(): number {
    return this.#body.body.length;
  }
  /** A tag of an FLV file. */
  get flv(): Uint8Array {
    const { kind, timestampMs, body } = this.#body;
    this.#flv ??= flvTag(flvTagType[kind], timestampMs, body);
    return this.#flv;
  }
  /** A message of RTMP. */
  get rtmp(): Uint8Array {
    this.#rtmp ??= encodeMedia({ ...this.#body, streamId: RTMP_STREAM });
    return this.#rtmp;
  }
}

/** Somebody who plays. `take` must not throw and not wait; it may drop what it cannot send. */
export interface Viewer {
  take(item: ProgrammeItem): void;
  /** The programme is over. */
  ended(code: string): void;
}

/** Makes AAC of the room's voices; silence where nobody speaks. */
export interface VoiceMixer {
  readonly format: AudioFormat;
  push(voice: string, ptsMs: number, packet: Uint8Array): void;
  remove(voice: string): void;
  close(): void;
}
export type VoiceMixers = (onUnit: (unit: AudioUnit) => void) => VoiceMixer;

export interface ProgrammeOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly mixers: VoiceMixers;
  /** Nobody has watched for this long: it closes. */
  readonly idleMs: number;
  onClosed(): void;
}

export class Programme {
  readonly #o: ProgrammeOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #mixer: VoiceMixer;
  readonly #startMs: number;
  #receiver: RoomReceiver | undefined;
  #audioFormat: ProgrammeItem;
  #videoFormat: ProgrammeItem | undefined;
  /** SPS and PPS of `#videoFormat`, to notice others. */
  #parameterSets = '';
  /** From the last key frame on. */
  #kept: ProgrammeItem[] = [];
  #keptBytes = 0;
  #shownTrack = '';
  #lastVideoMs = 0;
  #lastAudioMs = 0;
  #idle: Timer | undefined;
  #isClosed = false;

  /** Joins the room as a hidden participant. Rejects with what prevents it (`SessionClient.connect`). */
  static async open(o: ProgrammeOptions): Promise<Programme> {
    const programme = new Programme(o);
    try {
      programme.#receiver = await RoomReceiver.open({
        ...o,
        protocol: 'programme',
        onPicture: (unit, trackId) => programme.#picture(unit, trackId),
        onVoice: (voice, ptsMs, packet) => programme.#mixer.push(voice, ptsMs, packet),
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
    this.#startMs = o.clock.nowMs() - FIRST_MS;
    this.#mixer = o.mixers((unit) => this.#sound(unit));
    const body = audioFormatBody(this.#mixer.format);
    this.#audioFormat = new ProgrammeItem({ kind: 'audio', timestampMs: 0, body }, { isFormat: true, isKey: false });
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Gives the viewer what it needs to begin at once, then all that comes. Returns how to stop. */
  watch(viewer: Viewer): () => void {
    if (this.#isClosed) {
      viewer.ended('CONNECTION_CLOSED');
      return () => undefined;
    }
    viewer.take(this.#audioFormat);
    if (this.#videoFormat !== undefined) viewer.take(this.#videoFormat);
    for (const item of this.#kept) viewer.take(item);
    if (this.#kept.length === 0) this.#receiver?.demandKeyFrame();
    this.#viewers.add(viewer);
    this.#idle?.cancel();
    return () => {
      if (this.#viewers.delete(viewer) && this.#viewers.size === 0) this.#watchIdle();
    };
  }

  /** Leaves the room, and tells the viewers; idempotent. */
  close(code: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#idle?.cancel();
    this.#receiver?.close();
    this.#mixer.close();
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    for (const viewer of viewers) viewer.ended(code);
    this.#o.onClosed();
  }

  #watchIdle(): void {
    this.#idle?.cancel();
    if (!this.#isClosed) this.#idle = this.#o.clock.after(this.#o.idleMs, () => this.close('IDLE'));
  }

  /** On the programme's clock, never backwards. */
  #timeOf(ptsMs: number, lastMs: number): number {
    return Math.max(ptsMs - this.#startMs, lastMs);
  }

  #picture(unit: VideoUnit, trackId: string): void {
    if (trackId !== this.#shownTrack) {
      if (!unit.isKey) return;
      this.#shownTrack = trackId;
    }
    const dtsMs = this.#timeOf(unit.dtsMs, this.#lastVideoMs);
    this.#lastVideoMs = dtsMs;
    if (unit.isKey) this.#format(unit, dtsMs);
    const nals = unit.nals.filter((nal) => nalTypeOf(nal) !== nalType.sps && nalTypeOf(nal) !== nalType.pps);
    const body = videoUnitBody({ ...unit, nals, dtsMs, ptsMs: dtsMs + unit.ptsMs - unit.dtsMs });
    if (this.#videoFormat !== undefined) this.#give(new ProgrammeItem(body, { isFormat: false, isKey: unit.isKey }));
  }

  /** Tells viewers of other parameter sets before the key frame that needs them. */
  #format({ nals }: VideoUnit, atMs: number): void {
    const sps = nals.find((nal) => nalTypeOf(nal) === nalType.sps);
    const pps = nals.find((nal) => nalTypeOf(nal) === nalType.pps);
    if (sps === undefined || pps === undefined) return;
    const parameterSets = `${Buffer.from(sps).toString('base64')} ${Buffer.from(pps).toString('base64')}`;
    if (parameterSets === this.#parameterSets) return;
    this.#parameterSets = parameterSets;
    const body = videoFormatBody({ codec: 'h264', sps, pps });
    const flvBody: FlvBody = { kind: 'video', timestampMs: Math.round(atMs), body };
    this.#videoFormat = new ProgrammeItem(flvBody, { isFormat: true, isKey: false });
    for (const viewer of this.#viewers) viewer.take(this.#videoFormat);
  }

  #sound(unit: AudioUnit): void {
    const ptsMs = this.#timeOf(unit.ptsMs, this.#lastAudioMs);
    this.#lastAudioMs = ptsMs;
    this.#give(new ProgrammeItem(audioUnitBody({ ...unit, ptsMs }), { isFormat: false, isKey: false }));
  }

  #give(item: ProgrammeItem): void {
    this.#keep(item);
    for (const viewer of this.#viewers) viewer.take(item);
  }

  #keep(item: ProgrammeItem): void {
    if (item.isKey) {
      this.#kept = [];
      this.#keptBytes = 0;
    } else if (this.#kept.length === 0) return; // nothing begins without a key frame
    this.#kept.push(item);
    this.#keptBytes += item.bytes;
    if (this.#kept.length <= KEPT_ITEMS_MAX && this.#keptBytes <= KEPT_BYTES_MAX) return;
    // A publisher without key frames: who comes late waits for the next one.
    this.#kept = [];
    this.#keptBytes = 0;
    this.#receiver?.demandKeyFrame();
  }
}
