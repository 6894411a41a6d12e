// Native client in its room: SRTP and SRTCP by UDP, with the keys of the opening call. SSRCs and keys stay when nodes
// die; the source address is irrelevant.
import { type MeridianClientError, SessionClient, type SessionJoined, type SubscriptionRow } from '@meridian/client';
import { MeridianError, newId } from '@meridian/protocol';
import type { RtpSockets, SignalingLinks } from '@meridian/room-media';
import { capabilitiesOf, NodeWatch, SRTP_SUITE } from '@meridian/room-media';
import { ClientAddress, type NetAddress, parseRtp, u32 } from '@meridian/room-media/core';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { FrameWatch } from '../core/rtp/frame-watch.ts';
import type { Publication } from '../live/publications.ts';
import type { AudioConverters } from '../room/conversions.ts';
import { onOverLimit } from '../room/over-limit.ts';
import type { ReceivedDatagram, UdpClient, UdpListener } from './listener.ts';
import { type Move, Moves } from './moves.ts';
import { NodeLeg } from './node-leg.ts';
import { type PublishedAac, PublishedStream } from './published-stream.ts';
import { UdpSound } from './sound.ts';

/** Time without an authentic datagram after which a client has gone. */
export const SILENCE_MS = 30_000;
const SILENCE_CHECK_MS = 1000;

interface AacRequest {
  readonly codec: 'aac';
  readonly sampleRate: number;
  readonly channels: number;
}
export interface UdpRequest {
  readonly publish?: {
    readonly video?: { readonly codec: 'h264' | 'vp8' };
    readonly audio?: { readonly codec: 'opus' } | AacRequest;
  };
  readonly subscribe?: boolean;
  /** Video codecs that the client decodes; default: both. */
  readonly decodes?: readonly ('h264' | 'vp8')[];
}

export type SessionEnd = MeridianError | MeridianClientError;

export interface UdpSessionOptions {
  readonly id: string;
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  readonly token: () => Promise<string>;
  readonly clientIp: string;
  readonly request: UdpRequest;
  readonly listener: Pick<UdpListener, 'allocateSsrc' | 'releaseSsrc' | 'send'>;
  readonly converters: AudioConverters;
  /** Publication of a publishing client; ends with the session. */
  readonly publication: Publication | undefined;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  onClosed(end: SessionEnd): void;
}

export class UdpSession implements UdpClient {
  readonly id: string;
  readonly #o: UdpSessionOptions;
  readonly #leg: NodeLeg;
  readonly #session: SessionClient;
  readonly #published: readonly PublishedStream[];
  readonly #frames: FrameWatch | undefined;
  readonly #watch: NodeWatch;
  #sound: UdpSound | undefined;
  readonly #ssrcs: number[] = [];
  readonly #rtcpSsrc: number;
  /** CNAME, by which media nodes and browsers synchronise streams. */
  readonly #cname: string;
  readonly #address: ClientAddress;
  readonly #silenceCheck: Timer;
  #lastReceivedMs: number;
  readonly #received = new Map<string, SubscriptionRow>();
  /** Consumers that begin once the client has an address. */
  readonly #waiting = new Set<string>();
  readonly #moves = new Moves();
  #isJoined = false;
  /** Id of the participant's session; the client's own id is a secret. */
  #sessionId: string | undefined;
  #isClosed = false;
  #version = 1;
  #lastView = '';
  #endPoll: (() => void) | undefined;
  #end: SessionEnd | undefined;

  /** Joins and publishes. Rejects with errors of `SessionClient.connect` and `SessionClient.publish`. */
  static async open(o: UdpSessionOptions): Promise<UdpSession> {
    const { publish, subscribe } = o.request;
    const address = new ClientAddress();
    let session: UdpSession | undefined;
    const leg = await NodeLeg.open({
      sockets: o.sockets,
      sends: publish?.video !== undefined || publish?.audio !== undefined,
      receives: subscribe === true,
      rng: o.rng,
      onDatagram: (datagram) => {
        session?.onNodeDatagram(datagram);
        if (address.present !== undefined) o.listener.send(datagram, address.present);
      },
      onFailed: (error) => session?.failed(error),
      onFeedback: publish?.audio?.codec === 'aac' ? (plain) => session?.onFeedback(plain) : undefined,
    });
    session = new UdpSession(o, leg, address);
    try {
      await session.#join();
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  private constructor(o: UdpSessionOptions, leg: NodeLeg, address: ClientAddress) {
    const { clock, listener, request } = o;
    this.id = o.id;
    this.#o = o;
    this.#leg = leg;
    this.#cname = newId('TR_', (count) => o.rng.bytes(count)).slice(3);
    this.#address = address;
    this.#lastReceivedMs = clock.nowMs();
    const allocateSsrc = (): number => {
      const ssrc = listener.allocateSsrc(this, leg.signer);
      this.#ssrcs.push(ssrc);
      return ssrc;
    };
    const { video, audio } = request.publish ?? {};
    this.#frames = video && new FrameWatch(video.codec);
    this.#published = [video, audio].flatMap((one) => {
      if (one === undefined) return [];
      return one.codec === 'aac'
        ? new PublishedStream('opus', allocateSsrc(), { ...one, ssrc: allocateSsrc() })
        : new PublishedStream(one.codec, allocateSsrc());
    });
    this.#rtcpSsrc = allocateSsrc();
    this.#session = this.#newSession();
    this.#watch = this.#newWatch();
    this.#silenceCheck = clock.every(SILENCE_CHECK_MS, () => {
      if (clock.nowMs() - this.#lastReceivedMs >= SILENCE_MS)
        this.#endSession(
          new MeridianError('PING_TIMEOUT', `no authentic datagram has come for ${SILENCE_MS / 1000} s`),
        );
    });
  }

  get view() {
    const { sendTransport, recvTransport } = this.#session.session ?? {};
    const [feedbackKey, recvKey] = [sendTransport, recvTransport].map(
      (one) => one?.plain?.srtp?.keyBase64 ?? undefined,
    );
    return {
      version: this.#version,
      silenceMs: SILENCE_MS,
      srtp: { suite: SRTP_SUITE, sendKey: this.#leg.clientKey, recvKey, feedbackKey },
      rtcpSsrc: this.#rtcpSsrc,
      publish: Object.fromEntries(this.#published.map((one) => [one.kind, one.view])),
      receive: [...this.#received.values()].flatMap((row) => this.#receivedView(row)),
      participants: this.#others.map(({ identity, name, protocol }) => ({ identity, name, protocol })),
    };
  }

  /**
   * Resolves when the view's version is above `after`, after `waitMs`, or when another request replaces this one; with
   * the reason when the session has ended.
   */
  async changed(after: number, waitMs: number): Promise<SessionEnd | undefined> {
    this.#endPoll?.();
    if (this.#version <= after && !this.#isClosed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = this.#o.clock.after(waitMs, resolve);
      this.#endPoll = resolve;
      await promise;
      timer.cancel();
    }
    return this.#end;
  }

  /** Rejects with TRACK_UNKNOWN for a kind that is not published, and as `SessionClient.setTrackMuted` does. */
  async mute(kind: 'audio' | 'video', muted: boolean): Promise<void> {
    const one = this.#published.find((published) => published.kind === kind);
    if (one === undefined) throw new MeridianError('TRACK_UNKNOWN', `no ${kind} is published`);
    await this.#session.setTrackMuted(one.trackId, muted);
    one.muted = muted;
    this.#noteChange();
  }

  isAt(address: NetAddress): boolean {
    return this.#address.equals(address);
  }

  onDatagram({ datagram, kind, ssrc, index, from }: ReceivedDatagram): void {
    this.#lastReceivedMs = this.#o.clock.nowMs();
    if (this.#address.note(from, this.#lastReceivedMs)) {
      this.#log({ ip: from.ip, port: from.port }, 'a native client is at this address');
      this.#resumeWaiting();
    }
    const stream = kind === 'rtp' ? this.#published.find((one) => one.clientSsrc === ssrc) : undefined;
    if (stream !== undefined || this.#published.length === 0) this.#watch.noteMedia();
    if (stream !== undefined) this.#measure(stream, datagram, index);
    if (stream?.aac !== undefined) this.#takeSound(datagram, index);
    else if (stream?.isPublished === true) this.#leg.forwardRtp(datagram, index, stream);
    if (kind === 'rtcp') this.#leg.forwardRtcp(datagram);
  }

  onNodeDatagram(datagram: Uint8Array): void {
    this.#watch.noteDatagram();
    const move = this.#moves.takeEndedBy(datagram);
    if (move !== undefined) this.#finishMove(move);
  }

  failed(error: unknown): void {
    this.#o.log.error({ err: error }, 'a native client is ended by an error');
    this.#endSession(new MeridianError('INTERNAL'));
  }

  onFeedback(plain: Uint8Array): void {
    this.#sound?.onFeedback(plain);
  }

  close(end: SessionEnd = new MeridianError('SESSION_UNKNOWN', 'the session has ended')): void {
    this.#endSession(end);
  }

  #log(fields: object, message: string): void {
    this.#o.log.info({ sessionId: this.#sessionId, ...fields }, message);
  }

  get #others() {
    return this.#session.roster.others();
  }

  #newSession(): SessionClient {
    const { links, clientIp, token, request } = this.#o;
    const session = new SessionClient({
      sockets: links.sockets({ clientIp }),
      token,
      sdk: 'gateway/1',
      capabilities: capabilitiesOf(...(request.decodes ?? ['h264', 'vp8']), 'opus'),
      ...this.#leg.endpoints,
      protocol: 'udp',
      hasMedia: () => true,
    });
    session.on('joined', (joined) => {
      if (this.#isJoined && !joined.resumed) void this.#rejoined(joined);
      else this.#noteChange();
    });
    session.on('rosterChanged', () => {
      // Administrators mute too.
      for (const one of this.#published) one.muted = session.roster.track(one.trackId)?.muted ?? one.muted;
      this.#noteChange();
    });
    session.on('subscriptionsAdded', (rows) => this.#add(rows));
    session.on('subscriptionMoved', (row, oldConsumerId) => {
      const move = { row, oldConsumerId };
      const isAwaited = this.#received.has(oldConsumerId) && this.#moves.begin(move);
      this.#add([row]);
      if (!isAwaited) this.#finishMove(move);
    });
    session.on('subscriptionRemoved', (consumerId) => this.#remove(consumerId));
    session.on('subscriptionFailed', (trackId, { code }) => {
      this.#log({ trackId, code }, 'a native client cannot receive a track');
    });
    session.on('renditionRequest', (trackId, mimeType, isWanted) => {
      const refused = isWanted ? session.refuseRendition(trackId, mimeType, 'CODEC_UNSUPPORTED') : undefined;
      refused?.catch(({ code }: MeridianClientError) => this.#log({ code }, 'a rendition is not refused'));
    });
    onOverLimit(session, (...end) => this.#endSession(new MeridianError(...end)));
    session.on('disconnected', (_reason, error) => {
      this.#endSession(error ?? new MeridianError('SESSION_UNKNOWN', 'the session has ended'));
    });
    return session;
  }

  #newWatch(): NodeWatch {
    const { clock, log } = this.#o;
    const session = this.#session;
    return new NodeWatch({
      ask: async () => {
        if (this.#published.length > 0) return [...(await session.trackBitratesBps()).values()].some((bps) => bps > 0);
        await session.subscriptionsReady([]);
        return true;
      },
      onLost: (error) => session.nodeSilent(error),
      clock,
      log,
    });
  }

  async #join(): Promise<void> {
    const joined = await this.#session.connect();
    this.#isJoined = true;
    for (const one of this.#published) if (one.aac !== undefined) this.#sound = this.#newSound(one, one.aac);
    await this.#enterSession(joined);
  }

  #newSound(stream: PublishedStream, { ssrc, sampleRate, channels }: PublishedAac): UdpSound {
    const { converters, clock, rng } = this.#o;
    return new UdpSound({
      ssrc,
      opusSsrc: stream.ssrc,
      format: { codec: 'aac', sampleRate, channels },
      converters,
      clock,
      rng,
      sendRtp: (packet) => {
        if (stream.isPublished) this.#leg.sendOwnRtp(packet, stream);
      },
      sendRtcp: (packet) => this.#leg.sendOwnRtcp(packet),
      rtcpToClient: (packet) => this.#leg.rtcpToClient(packet),
      onFailed: () =>
        this.#endSession(new MeridianError('WORKER_DIED', 'the transcoder of the sound does not stay up')),
    });
  }

  #measure({ kind, codec, aac }: PublishedStream, datagram: Uint8Array, index: number): void {
    const { publication } = this.#o;
    if (publication === undefined) return;
    if (kind === 'audio' || this.#frames === undefined) {
      publication.sound(aac === undefined ? codec : 'aac', datagram.length);
      return;
    }
    const open = (): Uint8Array | undefined => {
      const plain = this.#leg.signer.openRtp(datagram, index);
      return plain && parseRtp(plain)?.payload;
    };
    for (const picture of this.#frames.take(u32(datagram, 4), datagram.length, open)) publication.picture(picture);
  }

  #takeSound(datagram: Uint8Array, index: number): void {
    const plain = this.#leg.signer.openRtp(datagram, index);
    if (plain !== undefined) this.#sound?.receive(plain);
  }

  /** Publishes and receives anew in a new session, perhaps at another media node. */
  async #rejoined(joined: SessionJoined): Promise<void> {
    this.#received.clear();
    this.#waiting.clear();
    this.#moves.clear();
    try {
      await this.#enterSession(joined);
    } catch (error) {
      // If this session is lost as well, the next one publishes.
      if (this.#session.session?.sessionId === joined.sessionId) this.#endSession(error as MeridianClientError);
    }
  }

  async #enterSession(joined: SessionJoined): Promise<void> {
    this.#sessionId = joined.sessionId;
    this.#leg.joined(joined);
    this.#watch.begin();
    this.#add(joined.subscriptions);
    await Promise.all(this.#published.map((one) => one.publish(this.#session, this.#o.rng, this.#cname)));
    this.#noteChange();
  }

  #add(rows: readonly SubscriptionRow[]): void {
    for (const row of rows) {
      this.#received.set(row.consumerId, row);
      this.#waiting.add(row.consumerId);
    }
    this.#resumeWaiting();
    this.#noteChange();
  }

  #remove(consumerId: string): void {
    for (const one of [consumerId, ...this.#moves.consumerRemoved(consumerId)]) {
      this.#received.delete(one);
      this.#waiting.delete(one);
    }
    this.#noteChange();
  }

  #finishMove({ row: { trackId, trackEpoch }, oldConsumerId }: Move): void {
    this.#remove(oldConsumerId);
    this.#session.post({ trackMoveDone: { trackId, oldConsumerId, trackEpoch } });
  }

  #resumeWaiting(): void {
    if (this.#address.present === undefined || this.#waiting.size === 0) return;
    const ready = [...this.#waiting];
    this.#waiting.clear();
    this.#session.subscriptionsReady(ready).catch(({ code }: MeridianClientError) => {
      this.#log({ code }, 'subscriptions of a native client do not begin');
    });
  }

  #receivedView({ trackId, kind, publisherSessionId, rtpParameters }: SubscriptionRow) {
    const [codec, encoding] = [rtpParameters.codecs[0], rtpParameters.encodings?.[0]];
    if (codec === undefined || encoding?.ssrc === undefined) return [];
    const { roster } = this.#session;
    const publisher = roster.get(publisherSessionId);
    const track = roster.track(trackId);
    const { payloadType, mimeType, clockRate, channels, parameters = {} } = codec;
    return [
      {
        trackId,
        kind,
        source: track?.source ?? 'unknown',
        muted: track?.muted ?? false,
        identity: publisher?.identity ?? '',
        name: publisher?.name ?? '',
        ssrc: encoding.ssrc,
        payloadType,
        mimeType,
        clockRate,
        channels,
        parameters,
      },
    ];
  }

  #noteChange(): void {
    const { version, ...rest } = this.view;
    const shown = JSON.stringify(rest);
    if (shown === this.#lastView) return;
    this.#lastView = shown;
    this.#version = version + 1;
    this.#endPoll?.();
  }

  #endSession(end: SessionEnd): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end = end;
    this.#silenceCheck.cancel();
    this.#watch.close();
    this.#sound?.close();
    this.#o.publication?.end();
    for (const ssrc of this.#ssrcs) this.#o.listener.releaseSsrc(ssrc);
    this.#session.leave();
    this.#leg.close();
    this.#endPoll?.();
    this.#log({ code: end.code }, 'a native client has ended');
    this.#o.onClosed(end);
  }
}
