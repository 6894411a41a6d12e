// A publisher of another protocol in its room. The point owns the session, the RTP streams and their clock; encoders
// come and go beneath it: the newer one wins, and for some seconds nobody need be there. Viewers see one participant
// whose picture stands still in between.
import { type MeridianClientError, SessionClient, type SessionJoined } from '@meridian/client';
import { type ErrorCode, MeridianError, newId, type RtpParameters, type Track } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { RtpSocket } from '../adapters/rtp-socket.ts';
import { parseSps } from '../core/h264/h264-bitstream.ts';
import { nalType, nalTypeOf } from '../core/h264/nal.ts';
import { aacParameters, packetiseAac } from '../core/rtp/aac.ts';
import { packetiseH264 } from '../core/rtp/h264.ts';
import { datagramKind } from '../core/rtp/packet.ts';
import { parseRtcp } from '../core/rtp/rtcp.ts';
import { RtpSender, SendClock } from '../core/rtp/send.ts';
import type { AudioFormat, AudioUnit, VideoUnit } from '../core/units.ts';
import type { SignalingLinks } from '../links/signaling-links.ts';
import { type Codec, capabilityOf } from './codecs.ts';

/** How long the participant stays when its encoder has gone: a restart of the encoder, a change of the network. */
export const HELD_MS = 10_000;
const REPORT_MS = 1000;
const OPUS = 'audio/opus';
const SOUND = { width: 0, height: 0 };

/** Makes Opus of what an encoder sends; units come out in order, on the times of what went in. */
export interface AudioConverter {
  write(unit: AudioUnit): void;
  close(): void;
}
export type AudioConverters = (from: AudioFormat, onUnit: (unit: AudioUnit) => void) => AudioConverter;

/** Whoever sends media into a point now. */
export interface Encoder {
  /** Another encoder of the same key has taken over. */
  replaced(): void;
  /** The participant is over: removed, or the session cannot go on. */
  ended(code: string, description: string): void;
}

export interface PublishPointOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly token: () => Promise<string>;
  /** As the roster shows it: `rtmp`. */
  readonly protocol: string;
  readonly clientIp: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly converters: AudioConverters;
  /** The point is over, for whatever reason. */
  onClosed(): void;
}

interface Stream {
  readonly codec: Codec;
  readonly sender: RtpSender;
  readonly ssrc: number;
  readonly size: { readonly width: number; readonly height: number };
  /** Of AAC: its config. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Of the track in the present session; '' before it is published. */
  trackId: string;
}

export class PublishPoint {
  readonly #o: PublishPointOptions;
  readonly #clock: SendClock;
  readonly #socket: RtpSocket;
  readonly #session: SessionClient;
  readonly #reports: Timer;
  readonly #streams = new Map<Codec, Stream>();
  readonly #cname: string;
  #encoder: Encoder | undefined;
  #converter: AudioConverter | undefined;
  /** Somebody needs Opus beside AAC. */
  #isOpusWanted = false;
  #hold: Timer | undefined;
  /** The present encoder has sent nothing yet. */
  #isFresh = true;
  #isJoined = false;
  #isClosed = false;

  /**
   * Joins the room, and waits `HELD_MS` for an encoder. Rejects with what prevents it (`SessionClient.connect`).
   */
  static async open(o: PublishPointOptions): Promise<PublishPoint> {
    const socket = await RtpSocket.open();
    const point = new PublishPoint(o, socket);
    socket.onDatagram = (datagram) => point.#hear(datagram);
    try {
      point.#joined(await point.#session.connect());
    } catch (error) {
      point.close();
      throw error;
    }
    point.#wait();
    return point;
  }

  private constructor(o: PublishPointOptions, socket: RtpSocket) {
    const { clock, rng } = o;
    this.#o = o;
    this.#socket = socket;
    this.#cname = newId('TR_', (count) => rng.bytes(count)).slice(3);
    this.#clock = new SendClock(clock.wallMs() - clock.nowMs());
    this.#session = new SessionClient({
      sockets: o.links.sockets({ clientIp: o.clientIp }),
      token: o.token,
      sdk: 'gateway/1',
      sendEndpoint: { kind: 'plain', ...socket.address },
      manualSubscribe: true,
      protocol: o.protocol,
      hasMedia: () => this.#encoder !== undefined,
    });
    this.#session.on('joined', (joined) => {
      if (this.#isJoined) this.#joined(joined);
    });
    this.#session.on('renditionWanted', (trackId, mimeType, isWanted) =>
      this.#renditionWanted(trackId, mimeType, isWanted),
    );
    this.#session.on('disconnected', (reason, error) => this.#over(error?.code ?? reason, error?.message));
    this.#reports = clock.every(REPORT_MS, () => this.#report());
  }

  /** This encoder sends from now on; the one before it is told. At a point that is over it is ended at once. */
  take(encoder: Encoder): void {
    if (this.#isClosed) {
      encoder.ended('CONNECTION_CLOSED', 'the participant has just left');
      return;
    }
    const before = this.#encoder;
    this.#encoder = encoder;
    this.#isFresh = true;
    this.#hold?.cancel();
    this.#hold = undefined;
    this.#converter?.close();
    this.#converter = undefined;
    before?.replaced();
  }

  /** This encoder has gone; the participant stays for `HELD_MS`. */
  release(encoder: Encoder): void {
    if (this.#encoder !== encoder || this.#isClosed) return;
    this.#encoder = undefined;
    this.#converter?.close();
    this.#converter = undefined;
    this.#wait();
  }

  /** A picture without B-frames. What an encoder sends that was replaced is dropped. */
  writeVideo(encoder: Encoder, unit: VideoUnit): void {
    if (this.#encoder !== encoder || this.#isClosed) return;
    const stream = this.#streams.get('h264') ?? this.#beginVideo(unit);
    if (stream !== undefined) this.#send(stream, packetiseH264(unit.nals, stream.sender.maxPayloadBytes), unit.ptsMs);
  }

  /** Sound in the encoder's format. */
  writeAudio(encoder: Encoder, unit: AudioUnit, format: AudioFormat): void {
    if (this.#encoder !== encoder || this.#isClosed) return;
    if (format.codec === 'aac' && format.config !== undefined) {
      this.#sendAac(unit, format.config);
      if (this.#isOpusWanted) this.#renditionOf(encoder, unit, format);
      return;
    }
    if (this.#streams.has('aac')) this.#endSound(); // an encoder with AAC was here before
    if (format.codec === 'opus') this.#sendOpus(unit);
    else this.#convert(encoder, unit, format);
  }

  /** Leaves the room; idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { sender } of this.#streams.values()) this.#out(sender.bye(this.#o.clock.nowMs()));
    this.#hold?.cancel();
    this.#reports.cancel();
    this.#converter?.close();
    this.#session.leave();
    this.#socket.close();
    this.#o.onClosed();
  }

  #wait(): void {
    if (!this.#isClosed) this.#hold = this.#o.clock.after(HELD_MS, () => this.close());
  }

  #beginVideo(unit: VideoUnit): Stream | undefined {
    const sps = unit.nals.find((nal) => nalTypeOf(nal) === nalType.sps);
    const info = sps === undefined ? undefined : parseSps(sps);
    return info === undefined ? undefined : this.#begin('h264', { width: info.width, height: info.height });
  }

  #sendOpus({ data, ptsMs }: AudioUnit): void {
    if (!this.#isClosed) this.#send(this.#streams.get('opus') ?? this.#begin('opus', SOUND), [data], ptsMs);
  }

  /** As the encoder made it: other gateways take it so. */
  #sendAac({ data, ptsMs }: AudioUnit, config: Uint8Array): void {
    const parameters = aacParameters(config);
    const present = this.#streams.get('aac');
    if (present === undefined || present.parameters['config'] !== parameters.config) this.#endSound();
    const stream = this.#streams.get('aac') ?? this.#begin('aac', SOUND, parameters);
    this.#send(stream, packetiseAac(data, stream.sender.maxPayloadBytes), ptsMs);
  }

  #convert(encoder: Encoder, unit: AudioUnit, format: AudioFormat): void {
    this.#converter ??= this.#o.converters(format, (converted) => {
      if (this.#encoder === encoder) this.#sendOpus(converted);
    });
    this.#converter.write(unit);
  }

  /** Opus beside AAC, for those who cannot decode that. */
  #renditionOf(encoder: Encoder, unit: AudioUnit, format: AudioFormat): void {
    try {
      this.#convert(encoder, unit, format);
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      this.#isOpusWanted = false;
      this.#refuse(this.#streams.get('aac')?.trackId ?? '', OPUS, error.code);
    }
  }

  /** Somebody needs a track of ours in another codec, or nobody does any more. */
  #renditionWanted(trackId: string, mimeType: string, isWanted: boolean): void {
    if (mimeType.toLowerCase() !== OPUS || this.#streams.get('aac')?.trackId !== trackId) {
      if (isWanted) this.#refuse(trackId, mimeType, 'CODEC_UNSUPPORTED');
      return;
    }
    this.#isOpusWanted = isWanted;
    if (!isWanted) this.#endOpus();
  }

  #refuse(trackId: string, mimeType: string, code: ErrorCode): void {
    this.#session.refuseRendition(trackId, mimeType, code).catch((error: MeridianClientError) => {
      this.#o.log.debug({ err: error }, 'a refusal of a rendition was not heard'); // the need is told again
    });
  }

  #endOpus(): void {
    this.#converter?.close();
    this.#converter = undefined;
    this.#end('opus');
  }

  /** The sound that follows is another track. */
  #endSound(): void {
    this.#isOpusWanted = false;
    this.#endOpus();
    this.#end('aac');
  }

  #end(codec: Codec): void {
    const stream = this.#streams.get(codec);
    if (stream === undefined) return;
    this.#streams.delete(codec);
    this.#out(stream.sender.bye(this.#o.clock.nowMs()));
    this.#session.unpublish(stream.trackId).catch((error: MeridianClientError) => {
      this.#o.log.debug({ err: error }, 'a track was not ended; it ends with its session');
    });
  }

  #begin(codec: Codec, size: Stream['size'], parameters: Stream['parameters'] = {}): Stream {
    const random = new DataView(Uint8Array.from(this.#o.rng.bytes(10)).buffer);
    const ssrc = random.getUint32(0) || 1;
    const { preferredPayloadType: payloadType, clockRate } = capabilityOf(codec);
    const sender = new RtpSender({
      ...{ ssrc, payloadType, clockRate, cname: this.#cname, clock: this.#clock },
      firstSequence: random.getUint16(4),
      timestampOffset: random.getUint32(6),
      marksLast: codec !== 'opus',
    });
    const stream: Stream = { codec, sender, ssrc, size, parameters, trackId: '' };
    this.#streams.set(codec, stream);
    this.#publish(stream);
    return stream;
  }

  #send(stream: Stream, payloads: readonly Uint8Array[], ptsMs: number): void {
    const nowMs = this.#o.clock.nowMs();
    if (this.#isFresh) this.#clock.rebase(ptsMs, nowMs);
    this.#isFresh = false;
    for (const datagram of stream.sender.send(payloads, ptsMs, nowMs)) this.#socket.send(datagram);
  }

  #publish(stream: Stream): void {
    const { codec, ssrc, size } = stream;
    const derivedFrom = codec === 'opus' ? this.#streams.get('aac')?.trackId : undefined;
    const kind = codec === 'h264' ? 'video' : 'audio';
    const trackId = newId('TR_', (count) => this.#o.rng.bytes(count));
    stream.trackId = trackId;
    const { preferredPayloadType: payloadType, mimeType, clockRate, channels, parameters } = capabilityOf(codec);
    const track: Omit<Track, 'nodeId'> = {
      ...{ trackId, kind, name: kind, muted: false, mimeType, layerKind: 'simple', layers: [], ...size },
      source: kind === 'video' ? 'camera' : 'microphone',
      ...(derivedFrom !== undefined && { derivedFrom }),
    };
    const rtp: RtpParameters = {
      mid: trackId, // Opus and AAC of one sound are there at the same time
      codecs: [
        {
          ...{ mimeType, payloadType, clockRate, parameters: { ...parameters, ...stream.parameters } },
          ...(channels === undefined ? {} : { channels }),
          // What is lost is sent again. The encoder hears of no estimate, and makes key frames in its own time.
          rtcpFeedback: [{ type: 'nack' }],
        },
      ],
      headerExtensions: [],
      encodings: [{ ssrc }],
      rtcp: { cname: this.#cname, reducedSize: true },
    };
    this.#session.publish(track, rtp).catch((error: MeridianClientError) => {
      // A later session publishes it, or another track has taken its place.
      if (this.#isClosed || stream.trackId !== trackId || this.#streams.get(codec) !== stream) return;
      this.#o.log.warn({ err: error, kind }, 'a track is refused');
      this.#over(error.code, error.message);
    });
  }

  #joined({ resumed, sendTransport }: SessionJoined): void {
    const isFirst = !this.#isJoined;
    this.#isJoined = true;
    const plain = sendTransport?.plain;
    if (plain != null) this.#socket.connect({ ip: plain.ip ?? '', port: plain.port ?? 0 });
    if (resumed || isFirst) return;
    // Whoever needs Opus beside AAC says so anew, of the new track.
    if (this.#streams.has('aac')) {
      this.#isOpusWanted = false;
      this.#converter?.close();
      this.#converter = undefined;
      this.#streams.delete('opus');
    }
    for (const stream of this.#streams.values()) this.#publish(stream);
  }

  #hear(datagram: Uint8Array): void {
    if (datagramKind(datagram) !== 'rtcp') return;
    const nowMs = this.#o.clock.nowMs();
    for (const packet of parseRtcp(datagram) ?? []) {
      if (packet.type !== 'nack') continue;
      const stream = [...this.#streams.values()].find(({ ssrc }) => ssrc === packet.mediaSsrc);
      for (const lost of stream?.sender.resend(packet.sequenceNumbers, nowMs) ?? []) this.#socket.send(lost);
    }
  }

  #report(): void {
    const nowMs = this.#o.clock.nowMs();
    for (const { sender } of this.#streams.values()) this.#out(sender.report(nowMs));
  }

  #out(datagram: Uint8Array | undefined): void {
    if (datagram !== undefined) this.#socket.send(datagram);
  }

  #over(code: string, description = ''): void {
    const encoder = this.#encoder;
    this.#encoder = undefined;
    this.close();
    encoder?.ended(code, description);
  }
}
