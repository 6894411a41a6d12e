// Publisher of another protocol in its room, with the session, the RTP streams and their clock. Encoders may be
// replaced: the point survives some seconds without an encoder, and viewers see one participant with a frozen picture.
import { isDeepStrictEqual } from 'node:util';
import { type MeridianClientError, SessionClient, type SessionJoined } from '@meridian/client';
import type { ErrorCode } from '@meridian/protocol';
import type { RtpSockets, SignalingLinks } from '@meridian/room-media';
import { NodeSocket } from '@meridian/room-media';
import type { AudioFormat, AudioUnit, Mpeg1Unit, VideoUnit } from '@meridian/room-media/core';
import {
  nalType,
  nalTypeOf,
  packetiseCarriedH264,
  packetiseCarriedMpeg1,
  packetiseH264,
  packetiseSound,
  parseSps,
  readMpeg1,
  soundParameters,
  toAnnexB,
} from '@meridian/room-media/core';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import type { AudioConverters, CodedPicture, PictureFormat, VideoConverters } from './conversions.ts';
import { onOverLimit } from './over-limit.ts';
import { PointStreams, type Stream } from './point-streams.ts';
import { PointTrack } from './point-track.ts';
import { Reencoder } from './reencoder.ts';
import { RejoinLimit } from './rejoin-limit.ts';
import { StreamState } from './stream-state.ts';

/** Time that the participant stays without an encoder: a restart of the encoder, a change of the network. */
export const HELD_MS = 10_000;

export interface Encoder {
  replaced(): void;
  /** Called when the participant has ended: removed, or its session is lost. */
  ended(code: string, description: string): void;
  /** Asks for a key frame. Without this function the encoder makes key frames at its own interval. */
  keyFrameWanted?(): void;
}

export interface PublishPointOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  readonly token: () => Promise<string>;
  readonly protocol: string;
  readonly clientIp: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly converters: AudioConverters;
  readonly videoConverters: VideoConverters;
  readonly bframes: 'transcode' | 'refuse';
  /** Time that the participant stays without an encoder; default: `HELD_MS`. */
  readonly heldMs?: number;
  onClosed(): void;
}

export class PublishPoint {
  readonly #o: PublishPointOptions;
  readonly #socket: NodeSocket;
  readonly #session: SessionClient;
  readonly #streams: PointStreams;
  readonly #sound: PointTrack<AudioUnit, AudioUnit>;
  readonly #picture: PointTrack<CodedPicture, VideoUnit>;
  readonly #reencoder: Reencoder;
  #format: AudioFormat | undefined;
  /** Format of the present picture, and a key that changes with its size or parameter sets. */
  #pictureFormat: PictureFormat | undefined;
  #pictureKey = '';
  #encoder: Encoder | undefined;
  #holdTimer: Timer | undefined;
  readonly #rejoin: RejoinLimit;
  readonly #state: StreamState;
  #isJoined = false;
  #isClosed = false;

  /** Joins the room and waits `heldMs` for an encoder. Rejects with errors of `SessionClient.connect`. */
  static async open(o: PublishPointOptions): Promise<PublishPoint> {
    const point = new PublishPoint(o, await NodeSocket.open(o.sockets, o.rng));
    try {
      point.#joined(await point.#session.connect());
    } catch (error) {
      point.close();
      throw error;
    }
    point.#awaitEncoder();
    return point;
  }

  private constructor(o: PublishPointOptions, socket: NodeSocket) {
    const { clock, rng, log } = o;
    this.#o = o;
    this.#socket = socket;
    const session = new SessionClient({
      sockets: o.links.sockets({ clientIp: o.clientIp }),
      token: o.token,
      sdk: 'gateway/1',
      sendEndpoint: socket.endpoint,
      manualSubscribe: true,
      protocol: o.protocol,
      hasMedia: () => this.#encoder !== undefined,
    });
    this.#session = session;
    this.#state = new StreamState({ session, clock, log });
    this.#rejoin = new RejoinLimit(clock, () => this.#endEncoder('NO_NODE', 'no media node takes the publisher'));
    session.on('joined', (joined) => {
      if (this.#isJoined) this.#joined(joined);
    });
    session.on('renditionRequest', (trackId, mimeType, isWanted) =>
      this.#renditionRequest(trackId, mimeType, isWanted),
    );
    session.on('layerDemand', (trackId, _layer, _moveId, catchUp) => this.#streams.catchUp(trackId, catchUp));
    session.on('interrupted', (isMediaToo) => {
      if (isMediaToo) this.#rejoin.nodeLost();
    });
    session.on('rejoinFailed', () => this.#rejoin.refused());
    session.on('disconnected', (reason, error) => this.#endEncoder(error?.code ?? reason, error?.message));
    onOverLimit(session, (...end) => this.#endEncoder(...end));
    const onRefused = (code: string, description: string): void => this.#endEncoder(code, description);
    const onKeyFrameWanted = (): boolean => {
      this.#encoder?.keyFrameWanted?.();
      return this.#encoder?.keyFrameWanted !== undefined;
    };
    const streams = new PointStreams({ session, socket, clock, rng, log, onRefused, onKeyFrameWanted });
    this.#streams = streams;
    this.#sound = new PointTrack<AudioUnit, AudioUnit>({
      streams,
      clock,
      to: 'opus',
      hasKeyFrames: false,
      begin: (...callbacks) => o.converters(this.#format ?? NO_SOUND, ...callbacks),
      send: (stream, { data, ptsMs }) => streams.send(stream, [data], ptsMs),
      refuse: (...refused) => this.#refuse(...refused),
    });
    this.#picture = new PointTrack<CodedPicture, VideoUnit>({
      streams,
      clock,
      to: 'h264',
      hasKeyFrames: true,
      begin: (...callbacks) => o.videoConverters(this.#pictureFormat ?? NO_PICTURE, ...callbacks),
      send: (stream, unit) => streams.send(stream, packetiseH264(unit.nals, stream.sender.maxPayloadBytes), unit.ptsMs),
      refuse: (...refused) => this.#refuse(...refused),
    });
    this.#reencoder = new Reencoder({
      clock,
      log,
      converters: o.videoConverters,
      onBegin: ({ width, height }) => void this.#picture.begin('h264', { size: { width, height } }),
      onMade: (unit) => this.#sendMade(unit),
      onFailed: () => this.#picture.end(),
    });
  }

  get takesBFrames(): boolean {
    return this.#o.bframes === 'transcode';
  }

  get hasEncoder(): boolean {
    return this.#encoder !== undefined;
  }

  /** Makes this the present encoder and informs the previous one. Ends it at once if the point has ended. */
  attach(encoder: Encoder): void {
    if (this.#isClosed) {
      encoder.ended('CONNECTION_CLOSED', 'the participant has just left');
      return;
    }
    const before = this.#encoder;
    this.#encoder = encoder;
    this.#streams.beginTimes();
    this.#holdTimer?.cancel();
    this.#holdTimer = undefined;
    this.#restart();
    before?.replaced();
  }

  release(encoder: Encoder): void {
    if (this.#encoder !== encoder || this.#isClosed) return;
    this.#encoder = undefined;
    this.#state.gone();
    this.#restart();
    this.#awaitEncoder();
  }

  /**
   * Writes a picture. Drops pictures of a replaced encoder, and those before the first key frame. With `hasBFrames`,
   * clients that accept no B-frames get a rendition. Pictures of an encoder without IDR pictures are made again.
   */
  writeVideo(encoder: Encoder, unit: VideoUnit, hasBFrames = false): void {
    if (!this.#accepts(encoder)) return;
    const codec = hasBFrames ? 'bframes' : 'h264';
    const sps = unit.isKey ? unit.nals.find((nal) => nalTypeOf(nal) === nalType.sps) : undefined;
    const info = sps === undefined ? undefined : parseSps(sps);
    const format: PictureFormat | undefined = info && { codec: 'h264', width: info.width, height: info.height };
    if (format !== undefined) this.#notePicture(format, sps);
    this.#reencoder.write(unit);
    if (this.#reencoder.isMade) return;
    if (format !== undefined) this.#beginPicture(codec, format);
    const stream = this.#picture.original;
    if (stream?.codec !== codec) return;
    const { maxPayloadBytes } = stream.sender;
    const payloads = hasBFrames
      ? packetiseCarriedH264(unit, maxPayloadBytes)
      : packetiseH264(unit.nals, maxPayloadBytes);
    this.#streams.send(stream, payloads, unit.dtsMs, unit.isKey);
    const { ptsMs, isKey, nals } = unit;
    if (this.#picture.isRenditionWanted) this.#picture.convert({ ptsMs, isKey, data: toAnnexB(nals) });
  }

  /** Writes a picture of MPEG-1; otherwise like `writeVideo`. */
  writeMpeg1(encoder: Encoder, unit: Mpeg1Unit): void {
    if (!this.#accepts(encoder)) return;
    const picture = readMpeg1(unit.data);
    if (typeof picture !== 'object') return;
    const { isKey, width, height } = picture;
    if (isKey) {
      this.#notePicture({ codec: 'mpeg1', width, height });
      this.#beginPicture('mpeg1', { width, height });
    }
    const stream = this.#picture.original;
    if (stream?.codec !== 'mpeg1') return;
    this.#streams.send(stream, packetiseCarriedMpeg1({ ...unit, isKey }, stream.sender.maxPayloadBytes), unit.ptsMs);
    this.#picture.convert({ ...unit, isKey });
  }

  writeAudio(encoder: Encoder, unit: AudioUnit, format: AudioFormat): void {
    if (!this.#accepts(encoder)) return;
    const stream = this.#soundStream(format);
    const { maxPayloadBytes } = stream.sender;
    const payloads = stream.codec === 'opus' ? [unit.data] : packetiseSound(unit.data, maxPayloadBytes);
    this.#streams.send(stream, payloads, unit.ptsMs);
    this.#sound.convert(unit);
  }

  end(code: ErrorCode, description: string): void {
    this.#endEncoder(code, description);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#streams.close();
    this.#state.close();
    this.#holdTimer?.cancel();
    this.#rejoin.found();
    this.#restart();
    this.#session.leave();
    this.#socket.close();
    this.#o.onClosed();
  }

  #awaitEncoder(): void {
    if (!this.#isClosed) this.#holdTimer = this.#o.clock.after(this.#o.heldMs ?? HELD_MS, () => this.close());
  }

  #accepts(encoder: Encoder): boolean {
    if (this.#encoder !== encoder || this.#isClosed) return false;
    this.#state.unitReceived();
    return true;
  }

  /** Restarts transcoding, because the present input has ended. */
  #restart(): void {
    this.#sound.restart();
    this.#restartPicture();
  }

  #restartPicture(): void {
    this.#picture.restart();
    this.#reencoder.restart();
  }

  #sendMade(unit: VideoUnit): void {
    const stream = this.#picture.original;
    if (stream === undefined) return;
    this.#streams.send(stream, packetiseH264(unit.nals, stream.sender.maxPayloadBytes), unit.ptsMs, unit.isKey);
  }

  /** Notes the format of a key frame: other parameter sets restart the transcoders. */
  #notePicture(format: PictureFormat, parameters: Uint8Array = new Uint8Array(0)): void {
    const head = `${format.width} ${format.height} ${Buffer.from(parameters).toString('base64')}`;
    if (head !== this.#pictureKey) this.#restartPicture();
    this.#pictureKey = head;
    this.#pictureFormat = format;
  }

  /** Begins the picture of a key frame: another codec is another track. */
  #beginPicture(codec: Stream['codec'], { width, height }: Stream['size']): void {
    if (this.#picture.original?.codec !== codec) this.#picture.begin(codec, { size: { width, height } });
  }

  #soundStream(format: AudioFormat): Stream {
    const { codec } = format;
    const parameters = soundParameters(format) ?? {};
    const present = this.#sound.original;
    this.#format = format;
    const isSame = present?.codec === codec && isDeepStrictEqual(present.parameters, parameters);
    return isSame ? present : this.#sound.begin(codec, { parameters });
  }

  #renditionRequest(trackId: string, mimeType: string, isWanted: boolean): void {
    const wanted = mimeType.toLowerCase();
    const found = [this.#sound, this.#picture].find(
      (track) => track.original?.trackId === trackId && track.renditionMimeType?.toLowerCase() === wanted,
    );
    if (found !== undefined) found.setWanted(isWanted);
    else if (isWanted) this.#refuse(trackId, mimeType, 'CODEC_UNSUPPORTED');
  }

  #refuse(trackId: string, mimeType: string, code: ErrorCode): void {
    this.#session.refuseRendition(trackId, mimeType, code).catch((error: MeridianClientError) => {
      // The room's owner repeats the demand.
      this.#o.log.debug({ err: error }, 'a refusal of a rendition did not reach the room');
    });
  }

  #joined(joined: SessionJoined): void {
    if (joined.resumed) return;
    const isFirst = !this.#isJoined;
    this.#isJoined = true;
    this.#rejoin.found();
    this.#socket.setTransport(joined, joined.sendTransport);
    if (isFirst) return;
    this.#state.sessionRenewed();
    this.#sound.renewed();
    this.#picture.renewed();
    this.#streams.renewed();
  }

  #endEncoder(code: string, description = ''): void {
    const encoder = this.#encoder;
    this.#encoder = undefined;
    this.close();
    encoder?.ended(code, description);
  }
}

const NO_SOUND: AudioFormat = { codec: 'opus', sampleRate: 48_000, channels: 2 };
const NO_PICTURE: PictureFormat = { codec: 'h264', width: 0, height: 0 };
