// Rendition of a track: a hidden session receives the track and publishes H.264 made by ffmpeg, with the track's times.
import { type MeridianClientError, SessionClient, type SessionJoined, type SubscriptionRow } from '@meridian/client';
import {
  type Bucket,
  fullBucket,
  MeridianError,
  newId,
  type RtpParameters,
  type Track,
  takeTokens,
  transcodeMillicoresOf,
} from '@meridian/protocol';
import type { FfmpegSupervisor, RtpSockets, SignalingLinks } from '@meridian/room-media';
import { capabilitiesOf, capabilityOf, NodeSocket, rosterNames } from '@meridian/room-media';
import type { Picture } from '@meridian/room-media/core';
import {
  DerivedClock,
  datagramKind,
  packetiseH264,
  parseRtcp,
  parseRtp,
  type RtcpPacket,
  RtpReceiver,
  RtpSender,
  type StreamTimeline,
  serialiseRtcp,
  splitAnnexB,
  startLimits,
  Timeline,
} from '@meridian/room-media/core';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { type CodedPicture, VideoTranscoder } from '../adapters/ffmpeg/video.ts';
import { bitrateKbpsOf } from '../core/video-bitrate.ts';
import { MuteFollower } from './mute-follower.ts';
import { type SourceCodec, type SourcePictures, sources } from './source-pictures.ts';

/** Interval at which missing packets are requested and late packets given up. */
const TICK_MS = 20;
const REPORT_MS = 1000;
/** Two seconds at 25 fps. */
const KEY_INTERVAL_PICTURES = 50;

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface RenditionOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  readonly token: () => Promise<string>;
  readonly trackId: string;
  readonly from: SourceCodec;
  /** Size of the track, 0 while unknown: a key frame states it. */
  readonly size: Size;
  readonly supervisor: FfmpegSupervisor;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  onClosed(): void;
}

interface SourceStream {
  readonly ssrc: number;
  readonly receiver: RtpReceiver;
  readonly timeline: StreamTimeline;
  readonly pictures: SourcePictures;
}

export class Rendition {
  readonly #o: RenditionOptions;
  readonly #receiveSocket: NodeSocket;
  readonly #sendSocket: NodeSocket;
  readonly #session: SessionClient;
  readonly #sender: RtpSender;
  readonly #ssrc: number;
  readonly #cname: string;
  readonly #clock: DerivedClock;
  /** Clock of the track's own timestamps, whatever their source, so that its reports can be passed on. */
  readonly #timeline = new Timeline();
  readonly #timers: readonly Timer[];
  /** By consumer id; two while the track moves between media nodes. */
  readonly #streams = new Map<string, SourceStream>();
  #transcoder: VideoTranscoder | undefined;
  #startTokens: Bucket;
  #size: Size;
  /** Spatial layers of the last key frame. */
  #layers = 0;
  #isChanging = false;
  #renditionId = '';
  readonly #mute = new MuteFollower((muted) => this.#setMuted(muted));
  #isJoined = false;
  #isClosed = false;

  /** Joins, publishes and receives. Rejects with errors of `SessionClient.connect` and `SessionClient.publish`. */
  static async open(o: RenditionOptions): Promise<Rendition> {
    const open = (): Promise<NodeSocket> => NodeSocket.open(o.sockets, o.rng);
    const sockets = await Promise.all([open(), open()]);
    const rendition = new Rendition(o, ...sockets);
    try {
      await rendition.#begin(await rendition.#session.connect());
    } catch (error) {
      rendition.close('not begun');
      throw error;
    }
    return rendition;
  }

  private constructor(o: RenditionOptions, incoming: NodeSocket, outgoing: NodeSocket) {
    const { clock, rng } = o;
    this.#o = o;
    this.#receiveSocket = incoming;
    this.#sendSocket = outgoing;
    this.#size = o.size;
    this.#startTokens = fullBucket(startLimits, clock.nowMs());
    this.#cname = newId('TR_', (count) => rng.bytes(count)).slice(3);
    this.#clock = new DerivedClock(clock.wallMs() - clock.nowMs());
    const random = new DataView(Uint8Array.from(rng.bytes(10)).buffer);
    this.#ssrc = random.getUint32(0) || 1;
    const { preferredPayloadType: payloadType, clockRate } = capabilityOf('h264');
    this.#sender = new RtpSender({
      ssrc: this.#ssrc,
      payloadType,
      clockRate,
      cname: this.#cname,
      clock: this.#clock,
      firstSequence: random.getUint16(4) & 0x7fff, // Low for the reason given in `PointStreams`.
      timestampOffset: random.getUint32(6),
      marksLast: true,
    });
    const onFailed = (error: unknown): void => this.#fail(error);
    incoming.listen((datagram) => this.#onDatagram(datagram), onFailed);
    outgoing.listen((datagram) => this.#onFeedback(datagram), onFailed);
    this.#session = this.#newSession();
    this.#timers = [clock.every(TICK_MS, () => this.#tryTick()), clock.every(REPORT_MS, () => this.#report())];
  }

  /** Cost reserved for the transcoder before it starts, in thousandths of a core. */
  get reservedMillicores(): number {
    return this.#transcoder === undefined && !this.#isClosed ? this.#millicores : 0;
  }

  get #millicores(): number {
    return transcodeMillicoresOf(this.#size, rosterNames[this.#o.from]);
  }

  close(cause: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#send(this.#sender.bye(this.#o.clock.nowMs()));
    void this.#transcoder?.close();
    this.#session.leave();
    this.#receiveSocket.close();
    this.#sendSocket.close();
    this.#o.log.info({ trackId: this.#o.trackId, cause }, 'a rendition has ended');
    this.#o.onClosed();
  }

  #newSession(): SessionClient {
    const { links, token, from, trackId } = this.#o;
    const session = new SessionClient({
      sockets: links.sockets({ clientIp: '' }),
      token,
      sdk: 'gateway/1',
      capabilities: capabilitiesOf(from),
      sendEndpoint: this.#sendSocket.endpoint,
      recvEndpoint: this.#receiveSocket.endpoint,
      manualSubscribe: true,
      protocol: 'transcoder',
      hasMedia: () => true,
    });
    session.on('joined', ({ resumed }) => {
      // The rendition left the roster with the lost session; the room's owner orders another one.
      if (this.#isJoined && !resumed) this.close('its session was lost');
      else if (this.#isJoined) this.#followOriginal();
    });
    session.on('rosterChanged', () => this.#followOriginal());
    session.on('subscriptionsAdded', (rows) => this.#add(rows));
    session.on('subscriptionMoved', (row, oldConsumerId) => {
      this.#add([row]);
      this.#streams.delete(oldConsumerId);
      session.post({ trackMoveDone: { trackId: row.trackId, oldConsumerId, trackEpoch: row.trackEpoch } });
    });
    session.on('subscriptionRemoved', (consumerId) => this.#streams.delete(consumerId));
    session.on('subscriptionFailed', (_trackId, { code }) => this.close(code));
    session.on('renditionRequest', (of, _mimeType, isWanted) => {
      if (of === trackId && !isWanted) this.close('no client needs it');
    });
    session.on('disconnected', (reason, error) => this.close(error?.code ?? reason));
    return session;
  }

  get #original(): Track | undefined {
    return this.#session.roster.track(this.#o.trackId);
  }

  async #begin(joined: SessionJoined): Promise<void> {
    this.#isJoined = true;
    this.#sendSocket.setTransport(joined, joined.sendTransport);
    this.#receiveSocket.setTransport(joined, joined.recvTransport);
    const original = this.#original;
    if (original === undefined) throw new MeridianError('TRACK_UNKNOWN', 'the original has ended');
    this.#add(joined.subscriptions);
    const { trackId } = original;
    await Promise.all([this.#publish(original), this.#session.updateSubscription({ trackId, subscribed: true })]);
  }

  async #publish(original: Track): Promise<void> {
    const { source, name, muted, width, height, trackId: derivedFrom } = original;
    const { preferredPayloadType: payloadType, mimeType, clockRate, parameters } = capabilityOf('h264');
    this.#renditionId = newId('TR_', (count) => this.#o.rng.bytes(count));
    this.#mute.announced(muted);
    const track: Omit<Track, 'nodeId'> = {
      trackId: this.#renditionId,
      kind: 'video',
      source,
      name,
      muted,
      mimeType,
      width,
      height,
      derivedFrom,
      layerKind: 'simple',
      layers: [],
    };
    const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];
    const rtp: RtpParameters = {
      mid: 'video',
      codecs: [{ mimeType, payloadType, clockRate, parameters: parameters ?? {}, rtcpFeedback }],
      headerExtensions: [],
      encodings: [{ ssrc: this.#ssrc }],
      rtcp: { cname: this.#cname, reducedSize: true },
    };
    await this.#session.publish(track, rtp);
  }

  #followOriginal(): void {
    const original = this.#original;
    if (original === undefined) this.close('the original has ended');
    else if (this.#renditionId !== '') this.#mute.follow(original.muted);
  }

  /** Returns whether the service has done it; else the next report asks again. */
  async #setMuted(muted: boolean): Promise<boolean> {
    try {
      await this.#session.setTrackMuted(this.#renditionId, muted);
      return true;
    } catch (error) {
      const { code } = error as MeridianClientError;
      this.#o.log.info({ trackId: this.#o.trackId, code }, 'a rendition is not muted with its original yet');
      return false;
    }
  }

  #add(rows: readonly SubscriptionRow[]): void {
    const { log, from } = this.#o;
    const ready: string[] = [];
    for (const { consumerId, trackId, rtpParameters } of rows) {
      const [codec, encoding] = [rtpParameters.codecs[0], rtpParameters.encodings?.[0]];
      if (trackId !== this.#o.trackId || codec === undefined || encoding?.ssrc === undefined) continue;
      const { ssrc } = encoding;
      const { payloadType, clockRate } = codec;
      const senderSsrc = this.#ssrc;
      const receiver = new RtpReceiver({ ssrc, payloadType, clockRate, senderSsrc, wantsKeyFrames: true });
      const [timeline, pictures] = [this.#timeline.stream(clockRate), sources[from].pictures()];
      this.#streams.set(consumerId, { ssrc, receiver, timeline, pictures });
      ready.push(consumerId);
    }
    if (ready.length === 0) return;
    this.#session.subscriptionsReady(ready).catch(({ code }: MeridianClientError) => {
      log.info({ trackId: this.#o.trackId, code }, 'the original of a rendition does not begin');
    });
  }

  #onDatagram(datagram: Uint8Array): void {
    const nowMs = this.#o.clock.nowMs();
    if (datagramKind(datagram) === 'rtcp') {
      for (const packet of parseRtcp(datagram) ?? []) {
        const stream = packet.type === 'sr' ? this.#streamOf(packet.ssrc) : undefined;
        if (packet.type !== 'sr' || stream === undefined) continue;
        stream.receiver.noteSenderReport(packet, nowMs);
        const mediaMs = stream.timeline.at(packet.rtpTimestamp);
        if (mediaMs !== undefined) this.#clock.noteReport(mediaMs, nowMs);
      }
      return;
    }
    const packet = parseRtp(datagram);
    const stream = packet === undefined ? undefined : this.#streamOf(packet.ssrc);
    if (packet === undefined || stream === undefined) return;
    stream.receiver.receive(packet, nowMs);
    this.#drain(stream, nowMs);
  }

  #streamOf(ssrc: number): SourceStream | undefined {
    for (const stream of this.#streams.values()) if (stream.ssrc === ssrc) return stream;
    return undefined;
  }

  #drain({ receiver, timeline, pictures }: SourceStream, nowMs: number): void {
    for (const packet of receiver.drain(nowMs)) {
      const ms = timeline.toMs(packet.timestamp, packet.arrivalMs);
      for (const picture of pictures.push(packet, ms)) {
        if (picture.head.isKey) receiver.keyFrameArrived();
        this.#picture(picture);
      }
      if (pictures.needsKey) receiver.demandKeyFrame();
    }
  }

  #picture({ ptsMs, head, layers, data }: Picture): void {
    if (this.#isClosed || this.#isChanging) return;
    // The pictures have become larger; a key frame lets the rendition follow.
    if (!head.isKey && layers > this.#layers) this.#demandKeyFrame();
    const transcoder = head.isKey ? this.#transcoderOf(head, layers) : this.#transcoder;
    transcoder?.write({ ptsMs, isKey: head.isKey, data });
  }

  /** Returns the transcoder for pictures of this size, if available at once: an encoder keeps its first size. */
  #transcoderOf({ width, height }: Size, layers: number): VideoTranscoder | undefined {
    const present = this.#transcoder;
    const isSame = width === this.#size.width && height === this.#size.height && layers === this.#layers;
    if (present !== undefined && isSame) return present;
    this.#size = { width, height };
    this.#layers = layers;
    if (present === undefined) return this.#start();
    void this.#end(present);
    return undefined;
  }

  async #end(transcoder: VideoTranscoder): Promise<void> {
    this.#isChanging = true;
    await transcoder.close();
    this.#isChanging = false;
    this.#transcoder = undefined;
    this.#demandKeyFrame();
  }

  #start(): VideoTranscoder | undefined {
    const { bucket, ok } = takeTokens(this.#startTokens, startLimits, this.#o.clock.nowMs());
    this.#startTokens = bucket;
    if (!ok) return undefined; // Sizes change too often: a later key frame begins the transcoder.
    const { supervisor, from, log, trackId } = this.#o;
    try {
      const transcoder: VideoTranscoder = new VideoTranscoder({
        from: sources[from].codec,
        to: 'h264',
        bitrateKbps: bitrateKbpsOf(this.#size),
        keyIntervalPictures: KEY_INTERVAL_PICTURES,
        cost: this.#millicores,
        supervisor,
        onPicture: (picture) => {
          if (transcoder === this.#transcoder) this.#sendPicture(picture);
        },
        onKeyNeeded: () => this.#demandKeyFrame(),
        onDegraded: (isDegraded) => {
          if (!isDegraded) return;
          log.warn({ trackId }, 'the ffmpeg of a rendition does not stay up');
          this.close('WORKER_DIED'); // The room's owner orders it elsewhere.
        },
      });
      this.#transcoder = transcoder;
      return transcoder;
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      this.close(error.code); // The room's owner orders it elsewhere.
      return undefined;
    }
  }

  #sendPicture({ ptsMs, data }: CodedPicture): void {
    const nals = splitAnnexB(data);
    if (this.#isClosed || nals === undefined) return;
    const payloads = packetiseH264(nals, this.#sender.maxPayloadBytes);
    for (const datagram of this.#sender.send(payloads, ptsMs, this.#o.clock.nowMs())) this.#sendSocket.send(datagram);
  }

  #onFeedback(datagram: Uint8Array): void {
    if (datagramKind(datagram) !== 'rtcp') return;
    const nowMs = this.#o.clock.nowMs();
    for (const packet of parseRtcp(datagram) ?? []) {
      if (packet.type === 'pli' && packet.mediaSsrc === this.#ssrc) this.#demandKeyFrame();
      if (packet.type === 'nack' && packet.mediaSsrc === this.#ssrc)
        for (const lost of this.#sender.resend(packet.sequenceNumbers, nowMs)) this.#sendSocket.send(lost);
    }
  }

  #demandKeyFrame(): void {
    for (const { receiver } of this.#streams.values()) receiver.demandKeyFrame();
  }

  #fail(error: unknown): void {
    this.#o.log.error({ trackId: this.#o.trackId, err: error }, 'a rendition is ended by an error');
    this.close('INTERNAL');
  }

  #tryTick(): void {
    try {
      this.#tick();
    } catch (error) {
      this.#fail(error);
    }
  }

  #tick(): void {
    const nowMs = this.#o.clock.nowMs();
    const feedback: RtcpPacket[] = [];
    for (const stream of this.#streams.values()) {
      this.#drain(stream, nowMs);
      feedback.push(...stream.receiver.feedback(nowMs));
    }
    if (feedback.length > 0) this.#receiveSocket.send(serialiseRtcp(feedback));
    this.#send(this.#sender.report(nowMs));
    if (this.#transcoder === undefined) this.#demandKeyFrame();
  }

  #report(): void {
    this.#mute.retry();
    const nowMs = this.#o.clock.nowMs();
    const reports = [...this.#streams.values()].flatMap(({ receiver }) => receiver.report(nowMs) ?? []);
    if (reports.length > 0) this.#receiveSocket.send(serialiseRtcp([{ type: 'rr', ssrc: this.#ssrc, reports }]));
  }

  #send(datagram: Uint8Array | undefined): void {
    if (datagram !== undefined) this.#sendSocket.send(datagram);
  }
}
