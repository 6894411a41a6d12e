// Sends the tracks of a publish point as RTP streams to the media node, with retransmissions.
import type { MeridianClientError, SessionClient } from '@meridian/client';
import { catchUpRid, newId, type RtpParameters, type Track } from '@meridian/protocol';
import type { NodeSocket } from '@meridian/room-media';
import { type Codec, capabilityOf, NodeWatch } from '@meridian/room-media';
import {
  datagramKind,
  Gop,
  parseRtcp,
  type ReportBlock,
  RtpSender,
  SendClock,
  SentQuality,
} from '@meridian/room-media/core';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { CatchUp } from './catch-up.ts';

const REPORT_CHECK_MS = 100;
/** Time after a publication in which arriving viewers miss its first key frame; a replay then disturbs no viewer. */
const REPLAY_MS_MAX = 3000;
/** Packets that are sent at once: an ordinary receive buffer (212,992 bytes) holds 90. */
const PACKETS_AT_ONCE = 40;
const SEND_PAUSE_MS = 1;
/** Bound of viewers that catch up within one group of pictures. A further viewer waits for the next key frame. */
const CATCH_UPS_MAX = 3;

const CATCH_UP_CODECS: readonly Codec[] = ['h264', 'bframes'];

export interface Stream {
  readonly codec: Codec;
  readonly kind: 'audio' | 'video';
  readonly sender: RtpSender;
  readonly ssrc: number;
  readonly size: { readonly width: number; readonly height: number };
  /** Codec parameters beside the router's, as the config of AAC. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly original: Stream | undefined;
  /** Id of the track in the present session; `''` before its publication. */
  trackId: string;
  publishedMs: number;
  readonly gop: Gop<readonly Uint8Array[]>;
  readonly catchUps: readonly CatchUp[];
}

export interface PointStreamsOptions {
  readonly session: Pick<SessionClient, 'publish' | 'unpublish' | 'trackBitratesBps' | 'nodeSilent' | 'post'>;
  readonly socket: NodeSocket;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Called when the room refuses a track, or after an internal error. */
  onRefused(code: string, description: string): void;
  /** Called when a viewer needs a key frame. Returns false if the encoder makes none on demand. */
  onKeyFrameWanted(): boolean;
}

export class PointStreams {
  readonly #o: PointStreamsOptions;
  readonly #clock: SendClock;
  readonly #cname: string;
  readonly #reportTimer: Timer;
  readonly #watch: NodeWatch;
  readonly #streams = new Set<Stream>();
  readonly #quality: SentQuality;
  #waiting: Uint8Array[] = [];
  #sendTimer: Timer | undefined;
  #hasNewTimes = true;
  #isClosed = false;

  constructor(o: PointStreamsOptions) {
    this.#o = o;
    this.#quality = new SentQuality(o.clock.nowMs());
    this.#cname = newId('TR_', (count) => o.rng.bytes(count)).slice(3);
    this.#clock = new SendClock(o.clock.wallMs() - o.clock.nowMs());
    const { session, clock, log } = o;
    this.#watch = new NodeWatch({
      ask: async () => [...(await session.trackBitratesBps()).values()].some((bps) => bps > 0),
      onLost: (error) => session.nodeSilent(error),
      clock,
      log,
    });
    this.#reportTimer = o.clock.every(REPORT_CHECK_MS, () => this.#report());
    o.socket.listen(
      (datagram) => this.#onDatagram(datagram),
      (error) => {
        o.log.error({ err: error }, 'a publisher is ended by an error');
        o.onRefused('INTERNAL', '');
      },
    );
  }

  /** Aligns the clock with the next unit, whose times are another encoder's. */
  beginTimes(): void {
    this.#hasNewTimes = true;
  }

  begin(codec: Codec, o: Partial<Pick<Stream, 'size' | 'parameters' | 'original'>> = {}): Stream {
    const { kind } = capabilityOf(codec);
    const { ssrc, sender } = this.#sender(codec);
    const { size = { width: 0, height: 0 }, parameters = {}, original } = o;
    const stream: Stream = {
      codec,
      kind,
      sender,
      ssrc,
      size,
      parameters,
      original,
      trackId: '',
      publishedMs: 0,
      gop: new Gop((payloads) => payloads),
      catchUps: original === undefined && CATCH_UP_CODECS.includes(codec) ? this.#catchUps(codec) : [],
    };
    this.#streams.add(stream);
    this.#publish(stream);
    return stream;
  }

  #sender(codec: Codec): { ssrc: number; sender: RtpSender } {
    const random = new DataView(Uint8Array.from(this.#o.rng.bytes(10)).buffer);
    const ssrc = random.getUint32(0) || 1;
    const { preferredPayloadType: payloadType, clockRate } = capabilityOf(codec);
    const sender = new RtpSender({
      ssrc,
      payloadType,
      clockRate,
      cname: this.#cname,
      clock: this.#clock,
      // A low first number delays the first wrap: packets lost at that wrap would disturb SRTP's count.
      firstSequence: random.getUint16(4) & 0x7fff,
      timestampOffset: random.getUint32(6),
      marksLast: codec !== 'opus',
    });
    return { ssrc, sender };
  }

  #catchUps(codec: Codec): CatchUp[] {
    const { clock, socket } = this.#o;
    const send = (datagram: Uint8Array): void => socket.send(datagram);
    return Array.from({ length: CATCH_UPS_MAX }, () => new CatchUp({ ...this.#sender(codec), clock, send }));
  }

  end(stream: Stream | undefined): void {
    if (stream === undefined || !this.#streams.delete(stream)) return;
    for (const catchUp of stream.catchUps) catchUp.stop();
    this.#sendRtcp(stream.sender.bye(this.#o.clock.nowMs()));
    this.#o.session.unpublish(stream.trackId).catch((error: MeridianClientError) => {
      this.#o.log.debug({ err: error }, 'a track was not ended; it ends with its session');
    });
  }

  /** `atMs` is on the encoder's clock and never goes back. `isKey` is set for pictures that viewers may need again. */
  send(stream: Stream, payloads: readonly Uint8Array[], atMs: number, isKey?: boolean): void {
    if (this.#isClosed || !this.#streams.has(stream)) return;
    const nowMs = this.#o.clock.nowMs();
    if (this.#hasNewTimes) this.#clock.rebase(atMs, nowMs);
    this.#hasNewTimes = false;
    this.#enqueue(stream.sender.send(payloads, atMs, nowMs));
    if (isKey !== undefined) stream.gop.push(payloads, { isKey, atMs });
    for (const catchUp of stream.catchUps) catchUp.push(payloads, atMs, isKey === true);
    this.#watch.noteMedia();
  }

  catchUp(trackId: string, number: number): void {
    const stream = [...this.#streams].find((one) => one.trackId === trackId);
    stream?.catchUps[number - 1]?.begin(stream.gop.pictures, stream.sender.last, this.#o.clock.nowMs());
  }

  /** Publishes originals again in a new session, and forgets renditions. */
  renewed(): void {
    for (const stream of [...this.#streams]) {
      for (const catchUp of stream.catchUps) catchUp.stop();
      if (stream.original === undefined) this.#publish(stream);
      else this.#streams.delete(stream);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reportTimer.cancel();
    this.#watch.close();
    this.#sendTimer?.cancel();
    this.#waiting = [];
    for (const { sender, catchUps } of this.#streams) {
      for (const catchUp of catchUps) catchUp.stop();
      this.#sendRtcp(sender.bye(this.#o.clock.nowMs()));
    }
  }

  #publish(stream: Stream): void {
    this.#watch.begin();
    const { codec, kind, ssrc, size, original, catchUps } = stream;
    const trackId = newId('TR_', (count) => this.#o.rng.bytes(count));
    stream.trackId = trackId;
    stream.publishedMs = this.#o.clock.nowMs();
    const { preferredPayloadType: payloadType, mimeType, clockRate, channels, parameters } = capabilityOf(codec);
    const track: Omit<Track, 'nodeId'> = {
      trackId,
      kind,
      name: kind,
      muted: false,
      mimeType,
      layerKind: 'simple',
      layers: [],
      ...size,
      source: kind === 'video' ? 'camera' : 'microphone',
      ...(original !== undefined && { derivedFrom: original.trackId }),
    };
    const rtp: RtpParameters = {
      mid: trackId, // An original and its rendition exist at the same time, so each needs its own mid.
      codecs: [
        {
          mimeType,
          payloadType,
          clockRate,
          parameters: { ...parameters, ...stream.parameters },
          ...(channels === undefined ? {} : { channels }),
          // Lost packets are retransmitted. The encoder gets no bandwidth estimate.
          rtcpFeedback: [{ type: 'nack' }, ...(kind === 'video' ? [{ type: 'nack', parameter: 'pli' }] : [])],
        },
      ],
      headerExtensions: [],
      encodings: [{ ssrc }, ...catchUps.map((one) => ({ ssrc: one.ssrc, rid: catchUpRid }))],
      rtcp: { cname: this.#cname, reducedSize: true },
    };
    this.#o.session.publish(track, rtp).catch((error: MeridianClientError) => {
      // A later session publishes the track, or another track has replaced it.
      if (this.#isClosed || stream.trackId !== trackId || !this.#streams.has(stream)) return;
      this.#o.log.warn({ err: error, kind }, 'a track is refused');
      this.#o.onRefused(error.code, error.message);
    });
  }

  #onDatagram(datagram: Uint8Array): void {
    if (datagramKind(datagram) !== 'rtcp') return;
    const nowMs = this.#o.clock.nowMs();
    this.#watch.noteDatagram();
    for (const packet of parseRtcp(datagram) ?? []) {
      if (packet.type === 'rr') this.#noteQuality(packet.reports, nowMs);
      if (packet.type !== 'nack' && packet.type !== 'pli') continue;
      const [stream, catchUp] = this.#find(packet.mediaSsrc);
      if (packet.type === 'pli') {
        const isAsked = this.#o.onKeyFrameWanted();
        if (!isAsked && stream !== undefined && catchUp === undefined) this.#replay(stream, nowMs);
        continue;
      }
      const lost = (catchUp ?? stream?.sender)?.resend(packet.sequenceNumbers, nowMs) ?? [];
      for (const datagram of lost) this.#o.socket.send(datagram);
    }
  }

  #find(ssrc: number): [Stream | undefined, CatchUp | undefined] {
    for (const stream of this.#streams) {
      const catchUp = stream.catchUps.find((one) => one.ssrc === ssrc);
      if (stream.ssrc === ssrc || catchUp !== undefined) return [stream, catchUp];
    }
    return [undefined, undefined];
  }

  #replay({ sender, gop, publishedMs }: Stream, nowMs: number): void {
    if (nowMs - publishedMs <= REPLAY_MS_MAX) this.#enqueue(sender.replay(gop.pictures, nowMs));
  }

  #noteQuality(reports: readonly ReportBlock[], nowMs: number): void {
    for (const report of reports) {
      const stream = [...this.#streams].find(({ ssrc }) => ssrc === report.ssrc);
      if (stream !== undefined)
        this.#quality.noteReport(report, capabilityOf(stream.codec).clockRate, this.#clock.ntpAt(nowMs));
    }
  }

  #report(): void {
    const nowMs = this.#o.clock.nowMs();
    const stats = this.#quality.take(nowMs, Math.max(0, ...[...this.#streams].map(({ size }) => size.height)));
    if (stats !== undefined) this.#o.session.post({ stats });
    for (const { sender, catchUps } of this.#streams)
      for (const one of [sender, ...catchUps]) this.#sendRtcp(one.report(nowMs));
  }

  #sendRtcp(datagram: Uint8Array | undefined): void {
    if (datagram !== undefined) this.#o.socket.send(datagram);
  }

  #enqueue(datagrams: readonly Uint8Array[]): void {
    this.#waiting.push(...datagrams);
    if (this.#sendTimer === undefined) this.#sendWaiting();
  }

  #sendWaiting(): void {
    for (const datagram of this.#waiting.splice(0, PACKETS_AT_ONCE)) {
      this.#quality.noteSent(datagram.length);
      this.#o.socket.send(datagram);
    }
    const more = (): void => this.#sendWaiting();
    this.#sendTimer = this.#waiting.length > 0 ? this.#o.clock.after(SEND_PAUSE_MS, more) : undefined;
  }
}
