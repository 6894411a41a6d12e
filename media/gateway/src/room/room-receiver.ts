// Hidden session that receives a room for players of other protocols: all voices, and one picture at a time. RTP
// becomes units on the gateway's clock, with one timeline per publisher.
import {
  type MeridianClientError,
  type Roster,
  SessionClient,
  type SessionJoined,
  type SubscriptionRow,
} from '@meridian/client';
import type { RtpSockets, SignalingLinks } from '@meridian/room-media';
import { NodeSocket, NodeWatch, ReceivedStream, receivedCapabilities } from '@meridian/room-media';
import type { AudioFormat, Mpeg1Unit, VideoUnit } from '@meridian/room-media/core';
import {
  datagramKind,
  maxReports,
  parseRtcp,
  parseRtp,
  type RtcpPacket,
  serialiseRtcp,
  Timeline,
} from '@meridian/room-media/core';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import type { ShownLayers } from '../core/hls/ladder.ts';
import { choosePicture, type Picture, type ShownPicture } from '../core/picture-choice.ts';
import type { Published } from '../core/shown-kinds.ts';
import { SubscriptionRequests } from '../core/subscription-requests.ts';
import { VoiceChoice } from '../core/voice-choice.ts';

/** Interval at which missing packets are requested and late packets given up. */
const TICK_MS = 20;
const REPORT_MS = 1000;
/** Time after the last media in which the media node must send a report; later, all publishers may be muted. */
const REPORTS_EXPECTED_MS = 5000;

export interface RoomReceiverOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  readonly token: () => Promise<string>;
  readonly protocol: string;
  /** Sound of the player: players of MP2 prefer MPEG-1 pictures where a participant publishes them. */
  readonly sound: 'aac' | 'mp2';
  /** Identity whose pictures are shown; `''` for all. */
  readonly picture: string;
  /** Identity that is not received; `''` for none. */
  readonly without: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Gets a shown picture. The first picture of another track is a key frame. */
  onPicture(unit: VideoUnit | Mpeg1Unit, trackId: string): void;
  /** Gets packets of a voice in order; losses are not reported. `format` is Opus or AAC. */
  onVoice(voice: string, ptsMs: number, packet: Uint8Array, format: AudioFormat): void;
  onVoiceGone(voice: string): void;
  onShown?(): void;
  /** Receives only this layer of another receiver's picture, and no voices. */
  readonly layer?: { readonly spatialLayer: number; shown(): ShownPicture | undefined };
  onEnded(code: string, description: string): void;
}

export class RoomReceiver {
  readonly #o: RoomReceiverOptions;
  readonly #socket: NodeSocket;
  readonly #session: SessionClient;
  readonly #ownSsrc: number;
  /** By SSRC, and SSRCs by consumer. */
  readonly #streams = new Map<number, ReceivedStream>();
  readonly #ssrcs = new Map<string, number>();
  readonly #layerCounts = new Map<number, number>();
  /** By SSRC of a new consumer: function that ends the track's old consumer with the first packet of the new. */
  readonly #onFirstPacket = new Map<number, () => void>();
  /** Clock of each publisher's session, shared by picture and sound. */
  readonly #timelines = new Map<string, Timeline>();
  readonly #voices = new VoiceChoice();
  readonly #requests: SubscriptionRequests;
  #hasVoices = false;
  readonly #failedTracks = new Set<string>();
  readonly #timers: readonly Timer[];
  readonly #watch: NodeWatch;
  #shown: ShownPicture | undefined;
  #lastMediaMs = Number.NEGATIVE_INFINITY;
  #isJoined = false;
  #isClosed = false;

  /** Joins the room. Rejects with errors of `SessionClient.connect`. */
  static async open(o: RoomReceiverOptions): Promise<RoomReceiver> {
    const receiver = new RoomReceiver(o, await NodeSocket.open(o.sockets, o.rng));
    try {
      receiver.#joined(await receiver.#session.connect());
    } catch (error) {
      receiver.close();
      throw error;
    }
    return receiver;
  }

  private constructor(o: RoomReceiverOptions, socket: NodeSocket) {
    this.#o = o;
    this.#socket = socket;
    this.#requests = new SubscriptionRequests(o.clock.nowMs());
    this.#ownSsrc = new DataView(Uint8Array.from(o.rng.bytes(4)).buffer).getUint32(0) || 1;
    socket.listen(
      (datagram) => this.#onDatagram(datagram),
      (error) => this.#end('INTERNAL', '', error),
    );
    const session = new SessionClient({
      sockets: o.links.sockets({ clientIp: '' }),
      token: o.token,
      sdk: 'gateway/1',
      capabilities: receivedCapabilities[o.sound],
      recvEndpoint: socket.endpoint,
      manualSubscribe: true,
      protocol: o.protocol,
      hasMedia: () => true,
    });
    this.#session = session;
    session.on('joined', (joined) => {
      if (this.#isJoined && !joined.resumed) this.#forgetAll();
      if (this.#isJoined) this.#joined(joined);
    });
    session.on('rosterChanged', () => this.choose());
    session.on('subscriptionsAdded', (rows) => this.#add(rows));
    session.on('subscriptionMoved', (row, oldConsumerId) => {
      this.#add([row]);
      this.#onFirstPacket.set(row.rtpParameters.encodings?.[0]?.ssrc ?? 0, () => {
        this.#remove(oldConsumerId);
        session.post({ trackMoveDone: { trackId: row.trackId, oldConsumerId, trackEpoch: row.trackEpoch } });
      });
    });
    session.on('subscriptionRemoved', (consumerId) => this.#remove(consumerId));
    session.on('subscriptionFailed', (trackId, error) => {
      this.#requests.requestFailed(trackId, o.clock.nowMs());
      o.log.info({ trackId, code: error.code }, 'a track cannot be received');
    });
    session.on('disconnected', (reason, error) => this.#end(error?.code ?? reason, error?.message ?? ''));
    this.#watch = new NodeWatch({
      ask: () => session.subscriptionsReady([]).then(() => true),
      onLost: (error) => session.nodeSilent(error),
      clock: o.clock,
      log: o.log,
    });
    this.#timers = [o.clock.every(TICK_MS, () => this.#tick()), o.clock.every(REPORT_MS, () => this.#report())];
  }

  get roster(): Roster {
    return this.#session.roster;
  }

  get shown(): ShownPicture | undefined {
    return this.#shown;
  }
  get layers(): ShownLayers {
    const stream = [...this.#streams.values()].find(({ trackId }) => trackId === this.#shown?.trackId);
    const count = this.#layerCounts.get(stream?.ssrc ?? -1) ?? 1;
    return { count, planned: this.#session.roster.track(this.#shown?.trackId ?? '')?.layers ?? [] };
  }

  /** Media published now, received or not; a muted picture does not come. */
  get expects(): Published {
    if (this.#session.roster.track(this.#shown?.trackId ?? '')?.muted === false) return 'picture';
    return this.#hasVoices ? 'sound' : 'nothing';
  }

  demandKeyFrame(): void {
    for (const stream of this.#streams.values()) if (stream.trackId === this.#shown?.trackId) stream.demandKeyFrame();
  }

  #end(code: string, description: string, error?: unknown): void {
    if (this.#isClosed) return;
    if (error !== undefined) this.#o.log.error({ err: error }, 'a receiver of a room ends by an error');
    this.close();
    this.#o.onEnded(code, description);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#watch.close();
    this.#session.leave();
    this.#socket.close();
  }

  #joined(joined: SessionJoined): void {
    this.#isJoined = true;
    if (!joined.resumed) {
      this.#socket.setTransport(joined, joined.recvTransport);
      this.#watch.begin();
    }
    this.#add(joined.subscriptions);
    this.choose();
  }

  choose(): void {
    const { roster } = this.#session;
    const { picture, without } = this.#o;
    const others = roster.others().filter(({ identity }) => without === '' || identity !== without);
    const all = others.flatMap(({ sessionId, identity, protocol, tracks: own }) =>
      own.map((track) => ({ sessionId, identity, protocol, track })),
    );
    for (const trackId of this.#failedTracks)
      if (!all.some(({ track }) => track.trackId === trackId)) this.#failedTracks.delete(trackId);
    const tracks = all.filter(({ track }) => !this.#failedTracks.has(track.trackId));
    const pictures: Picture[] = tracks
      .filter(({ track, identity }) => track.kind === 'video' && (picture === '' || identity === picture))
      .map(({ sessionId, track: { trackId, source, muted } }) => {
        return { trackId, sessionId, isScreen: source === 'screen_share', isMuted: muted };
      });
    const speaking = roster.speakers.map(({ sessionId }) => sessionId);
    const before = this.#shown;
    const { layer } = this.#o;
    this.#shown =
      layer !== undefined
        ? layer.shown()
        : choosePicture({
            pictures,
            speakers: speaking,
            present: before,
            nowMs: this.#o.clock.nowMs(),
          });
    if (this.#shown?.trackId !== before?.trackId) this.#o.onShown?.();
    const voices = (layer === undefined ? tracks : [])
      .filter(({ track }) => track.kind === 'audio')
      .map(({ sessionId, protocol = '', track: { trackId, muted } }) => {
        return { trackId, sessionId, isMuted: muted, isUnmeasured: protocol !== '' };
      });
    this.#hasVoices = voices.length > 0;
    const chosenVoices = this.#voices.choose(voices, speaking, this.#o.clock.nowMs());
    this.#requests.setWanted(this.#shown?.trackId, chosenVoices);
    this.#requestTracks();
    const present = new Set(others.map(({ sessionId }) => sessionId));
    for (const sessionId of this.#timelines.keys()) if (!present.has(sessionId)) this.#timelines.delete(sessionId);
  }

  #requestTracks(): void {
    const { spatialLayer } = this.#o.layer ?? {};
    for (const { trackId, subscribed } of this.#requests.takeDue(this.#o.clock.nowMs())) {
      const update = { trackId, subscribed, ...(spatialLayer !== undefined && { spatialLayer }) };
      this.#session.updateSubscription(update).catch((error: MeridianClientError) => {
        if (subscribed) this.#requests.requestFailed(trackId, this.#o.clock.nowMs());
        if (!this.#isClosed) this.#o.log.info({ trackId, code: error.code }, 'a subscription is refused');
      });
    }
  }

  #add(rows: readonly SubscriptionRow[]): void {
    const ready: string[] = [];
    for (const row of rows) {
      const { consumerId, publisherSessionId } = row;
      const timeline = this.#timelines.get(publisherSessionId) ?? new Timeline();
      this.#timelines.set(publisherSessionId, timeline);
      const original = this.#session.roster.track(row.trackId);
      const stream = ReceivedStream.of(row, { timeline, ownSsrc: this.#ownSsrc, shownAs: original?.mimeType });
      if (stream === undefined) continue;
      this.#streams.set(stream.ssrc, stream);
      this.#ssrcs.set(consumerId, stream.ssrc);
      const { scalabilityMode = '' } = row.rtpParameters.encodings?.[0] ?? {};
      this.#layerCounts.set(stream.ssrc, Number(/^L(\d)/.exec(scalabilityMode)?.[1] ?? 1));
      ready.push(consumerId);
      this.#requests.trackArrived(row.trackId);
    }
    if (ready.length === 0) return;
    this.#session.subscriptionsReady(ready).catch((error: MeridianClientError) => {
      this.#o.log.info({ code: error.code }, 'subscriptions do not begin');
    });
  }

  #remove(consumerId: string): void {
    const ssrc = this.#ssrcs.get(consumerId);
    const stream = ssrc === undefined ? undefined : this.#streams.get(ssrc);
    this.#ssrcs.delete(consumerId);
    if (stream === undefined) return;
    this.#streams.delete(stream.ssrc);
    this.#onFirstPacket.delete(stream.ssrc);
    this.#layerCounts.delete(stream.ssrc);
    const isElsewhere = [...this.#streams.values()].some(({ trackId }) => trackId === stream.trackId);
    if (stream.kind === 'audio' && !isElsewhere) this.#o.onVoiceGone(stream.trackId);
  }

  #forgetAll(): void {
    for (const consumerId of [...this.#ssrcs.keys()]) this.#remove(consumerId);
    this.#requests.forget();
  }

  #onDatagram(datagram: Uint8Array): void {
    const nowMs = this.#o.clock.nowMs();
    this.#watch.noteDatagram();
    if (datagramKind(datagram) === 'rtcp') {
      for (const packet of parseRtcp(datagram) ?? []) {
        if (packet.type === 'sr') this.#streams.get(packet.ssrc)?.noteSenderReport(packet, nowMs);
      }
      return;
    }
    const packet = parseRtp(datagram);
    const stream = packet === undefined ? undefined : this.#streams.get(packet.ssrc);
    if (packet === undefined || stream === undefined) return;
    this.#lastMediaMs = nowMs;
    this.#onFirstPacket.get(packet.ssrc)?.();
    this.#onFirstPacket.delete(packet.ssrc);
    this.#guard(stream, () => {
      stream.receive(packet, nowMs);
      this.#drain(stream, nowMs);
    });
  }

  /** Catches a bug in the handling of one publisher's media, which ends that stream only. */
  #guard({ trackId }: ReceivedStream, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#o.log.error({ trackId, err: error }, 'a stream is no longer received, because of an error');
      if (this.#o.layer !== undefined) {
        this.#end('INTERNAL', '');
        return;
      }
      this.#failedTracks.add(trackId);
      for (const [consumerId, ssrc] of this.#ssrcs)
        if (this.#streams.get(ssrc)?.trackId === trackId) this.#remove(consumerId);
      this.choose();
    }
  }

  #drain(stream: ReceivedStream, nowMs: number): void {
    const { trackId, format } = stream;
    for (const unit of stream.drain(nowMs))
      if (unit.kind === 'audio') this.#o.onVoice(trackId, unit.ptsMs, unit.data, format);
      else if (trackId === this.#shown?.trackId) this.#o.onPicture(unit, trackId);
  }

  #tick(): void {
    const nowMs = this.#o.clock.nowMs();
    const feedback: RtcpPacket[] = [];
    for (const stream of [...this.#streams.values()])
      this.#guard(stream, () => {
        this.#drain(stream, nowMs);
        feedback.push(...stream.feedback(nowMs));
      });
    if (feedback.length > 0) this.#sendRtcp(feedback);
    if (nowMs - this.#lastMediaMs < REPORTS_EXPECTED_MS) this.#watch.noteMedia();
    this.#requestTracks();
  }

  #report(): void {
    const nowMs = this.#o.clock.nowMs();
    const reports = [...this.#streams.values()].flatMap((stream) => stream.report(nowMs) ?? []);
    for (let at = 0; at < reports.length; at += maxReports)
      this.#sendRtcp([{ type: 'rr', ssrc: this.#ownSsrc, reports: reports.slice(at, at + maxReports) }]);
    this.choose();
  }

  #sendRtcp(packets: readonly RtcpPacket[]): void {
    this.#socket.send(serialiseRtcp(packets));
  }
}
