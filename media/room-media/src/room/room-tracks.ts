// Receives all tracks of a room, or of one participant, in a hidden session. Each track has a sink, which stays the
// same when the track's media node or layers change.

import {
  type MeridianClientError,
  type PostsChange,
  type Roster,
  SessionClient,
  type SessionJoined,
  type SessionMove,
  type SubscriptionRow,
} from '@meridian/client';
import type { Participant, Track } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { NodeSocket } from '../adapters/rtp/node-socket.ts';
import type { TransportSlot } from '../adapters/rtp/rtp-socket.ts';
import type { RtpSockets } from '../adapters/rtp/rtp-sockets.ts';
import type { CodedFrame } from '../core/frames.ts';
import { CorrectedTimes, NodeClock, type TimeRun } from '../core/rtp/corrected-times.ts';
import { NextTimes, type StreamTimes } from '../core/rtp/next-times.ts';
import { datagramKind, parseRtp } from '../core/rtp/packet.ts';
import { maxReports, parseRtcp, serialiseRtcp } from '../core/rtp/rtcp.ts';
import { Timeline } from '../core/rtp/timeline.ts';
import type { SignalingLinks } from '../links/signaling-links.ts';
import { capabilitiesOf } from './codecs.ts';
import { NodeWatch } from './node-watch.ts';
import { type OutputFrame, ReceivedTrack } from './received-track.ts';
import { RoomMove } from './room-move.ts';
import { type Consumer, type SessionNode, TrackConsumers } from './track-consumers.ts';

/** Interval at which missing packets are requested and late packets given up. */
const TICK_MS = 20;
const REPORT_MS = 1000;
/** Time after the last media in which the media node must send a report; later, all publishers may be muted. */
const REPORTS_EXPECTED_MS = 5000;
const TIMELINE_OPTIONS = { lateMs: 0, changedMs: 30 };
/** Pause after a refused or failed subscription, doubled with each failure in a row. */
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;

export interface TrackSink {
  /** `run` holds the correction of the frame's time; undefined for a final time. */
  frame(frame: CodedFrame, run?: TimeRun): void;
  muted(isMuted: boolean): void;
  /** Called when the track was unpublished or its publisher has left. */
  end(): void;
}

export interface RoomTracksOptions {
  readonly links: Pick<SignalingLinks, 'sockets'>;
  readonly sockets: RtpSockets;
  readonly token: () => Promise<string>;
  /** Name of the session's protocol and SDK in the roster, as `recorder`. */
  readonly protocol: string;
  /** Identity whose tracks are received; `''` for all. */
  readonly identity: string;
  /** Kind of frame times: final for live playback, or corrected later by runs for recordings (`CorrectedTimes`). */
  readonly times: 'final' | 'kept';
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /**
   * Called once per track; returning undefined leaves the track out. `demandKeyFrame` asks the publisher for key frames
   * until one comes, because no picture can be kept before it.
   */
  onTrack(track: Track, publisher: Participant, demandKeyFrame: () => void): TrackSink | undefined;
  /** Called after a change of the roster and its calls of `onTrack`. */
  onRoster?(): void;
  /** Called with posts that were added or removed since the join. */
  onPosts?(change: PostsChange): void;
  onEnded(code: string): void;
}

export interface TrackPreference {
  /** True stops the track until it is set to false. */
  readonly paused: boolean;
  readonly spatialLayer: number | undefined;
  /** Highest temporal layer; absent for all. */
  readonly temporalLayer?: number | undefined;
}
const wholeTrack: TrackPreference = { paused: false, spatialLayer: undefined };

interface TrackState {
  readonly sink: TrackSink;
  preference: TrackPreference;
  isMuted: boolean;
  isRequested: boolean;
  failures: number;
  retryAtMs: number;
}

export class RoomTracks {
  readonly #o: RoomTracksOptions;
  readonly #socket: NodeSocket;
  readonly #session: SessionClient;
  readonly #ownSsrc: number;
  readonly #tracks = new Map<string, TrackState>();
  readonly #omitted = new Set<string>(); // Ids of tracks that have no sink or failed.
  readonly #consumers: TrackConsumers;
  /** Functions that end a replaced consumer, by the consumer that replaces it. */
  readonly #replacements = new Map<Consumer, () => void>();
  /** Clock of each publisher's session, shared by picture and sound. */
  readonly #timelines = new Map<string, Timeline>();
  #home: SessionNode = { clock: new NodeClock() };
  #move: RoomMove | undefined;
  readonly #timers: readonly Timer[];
  readonly #watch: NodeWatch;
  #lastMediaMs = Number.NEGATIVE_INFINITY;
  #isJoined = false;
  #isClosed = false;

  /** Joins the room. Rejects with the errors of `SessionClient.connect`. */
  static async open(o: RoomTracksOptions): Promise<RoomTracks> {
    const tracks = new RoomTracks(o, await NodeSocket.open(o.sockets, o.rng));
    try {
      tracks.#joined(await tracks.#session.connect());
    } catch (error) {
      tracks.close();
      throw error;
    }
    return tracks;
  }

  private constructor(o: RoomTracksOptions, socket: NodeSocket) {
    this.#o = o;
    this.#socket = socket;
    this.#ownSsrc = new DataView(Uint8Array.from(o.rng.bytes(4)).buffer).getUint32(0) || 1;
    this.#consumers = new TrackConsumers({ clock: o.clock, onFrames: (...given) => this.#output(...given) });
    socket.listen(
      (datagram, from) => this.#onDatagram(datagram, from),
      (error) => this.#fail(error),
    );
    this.#session = this.#newSession();
    this.#watch = new NodeWatch({
      ask: () => this.#session.subscriptionsReady([]).then(() => true),
      onLost: (error) => this.#session.nodeSilent(error),
      clock: o.clock,
      log: o.log,
    });
    this.#timers = [o.clock.every(TICK_MS, () => this.#tick()), o.clock.every(REPORT_MS, () => this.#report())];
  }

  get roster(): Roster {
    return this.#session.roster;
  }
  get size(): number {
    return this.#tracks.size;
  }

  /** Sets which part of a track is received; ignored for tracks without a sink. Default: all of it. */
  prefer(trackId: string, preference: TrackPreference): void {
    const wanted = this.#tracks.get(trackId);
    if (wanted === undefined) return;
    const { paused, spatialLayer, temporalLayer } = wanted.preference;
    const isSame = spatialLayer === preference.spatialLayer && temporalLayer === preference.temporalLayer;
    if (isSame && paused === preference.paused) return;
    wanted.preference = preference;
    if (wanted.isRequested) this.#subscribe(trackId, wanted);
  }

  /** Calls `onTrack` again for a track that was left out, at the next change of the roster at the latest. */
  offerAgain(trackId: string): void {
    this.#omitted.delete(trackId);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#watch.close();
    this.#move?.end();
    this.#session.leave();
    this.#socket.close();
    for (const trackId of [...this.#tracks.keys()]) this.#endTrack(trackId);
  }

  #newSession(): SessionClient {
    const { links, token, protocol, clock, log } = this.#o;
    const session = new SessionClient({
      sockets: links.sockets({ clientIp: '' }),
      token,
      sdk: `${protocol}/1`,
      capabilities: capabilitiesOf('h264', 'bframes', 'vp8', 'vp9', 'av1', 'opus', 'aac'),
      recvEndpoint: this.#socket.endpoint,
      manualSubscribe: true,
      protocol,
      hasMedia: () => true,
      prepareMove: (move) => this.#prepareMove(move),
    });
    session.on('joined', (joined) => {
      if (!this.#isJoined) return;
      if (!joined.resumed) this.#forgetConsumers();
      this.#joined(joined);
    });
    session.on('rosterChanged', () => this.#followRoster());
    session.on('subscriptionsAdded', (rows) => this.#add(rows));
    session.on('subscriptionMoved', (row, oldConsumerId) => this.#trackMoved(row, oldConsumerId));
    session.on('subscriptionRemoved', (consumerId) => this.#remove(consumerId));
    session.on('moved', () => this.#settleMove(true));
    session.on('moveGivenUp', () => this.#settleMove(false));
    session.on('subscriptionFailed', (trackId, error) => {
      this.#scheduleRequest(trackId, clock.nowMs());
      log.info({ trackId, code: error.code }, 'a track cannot be received');
    });
    session.on('posts', (change) => this.#o.onPosts?.(change));
    session.on('disconnected', (reason, error) => this.#end(error?.code ?? reason));
    return session;
  }

  #end(code: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#o.onEnded(code);
  }

  #fail(error: unknown): void {
    this.#o.log.error({ err: error }, 'the reception of a room ends by an error');
    this.#end('INTERNAL');
  }

  #joined(joined: SessionJoined): void {
    this.#isJoined = true;
    if (!joined.resumed) {
      this.#socket.setTransport(joined, joined.recvTransport);
      this.#watch.begin();
    }
    this.#add(joined.subscriptions);
    this.#followRoster();
  }

  #followRoster(): void {
    const { identity, onTrack } = this.#o;
    const present = new Set<string>();
    for (const publisher of this.roster.others()) {
      if (identity !== '' && publisher.identity !== identity) continue;
      for (const track of publisher.tracks) {
        const { trackId, muted } = track;
        if (track.derivedFrom !== undefined) continue;
        present.add(trackId);
        const known = this.#tracks.get(trackId);
        if (known !== undefined) this.#mute(known, muted);
        else if (!this.#omitted.has(trackId)) {
          const sink = onTrack(track, publisher, () => this.#demandKeyFrame(trackId));
          if (sink === undefined) this.#omitted.add(trackId);
          else this.#tracks.set(trackId, newTrackState(sink, muted));
          if (muted) sink?.muted(true);
        }
      }
    }
    for (const trackId of [...this.#tracks.keys()]) if (!present.has(trackId)) this.#endTrack(trackId);
    for (const trackId of this.#omitted) if (!present.has(trackId)) this.#omitted.delete(trackId);
    const sessions = new Set(this.roster.others().map(({ sessionId }) => sessionId));
    for (const sessionId of this.#timelines.keys()) if (!sessions.has(sessionId)) this.#timelines.delete(sessionId);
    this.#o.onRoster?.();
    this.#requestDue();
  }

  #mute(track: TrackState, isMuted: boolean): void {
    if (track.isMuted === isMuted) return;
    track.isMuted = isMuted;
    track.sink.muted(isMuted);
  }

  #endTrack(trackId: string): void {
    for (const consumer of this.#consumers.ofTrack(trackId)) this.#consumers.flush(consumer);
    const wanted = this.#tracks.get(trackId);
    this.#tracks.delete(trackId);
    wanted?.sink.end();
  }

  #demandKeyFrame(trackId: string): void {
    for (const { received } of this.#consumers.ofTrack(trackId)) received.demandKeyFrame();
  }

  #requestDue(): void {
    if (this.#isClosed) return;
    const nowMs = this.#o.clock.nowMs();
    for (const [trackId, wanted] of this.#tracks) {
      if (wanted.isRequested || wanted.retryAtMs > nowMs) continue;
      wanted.isRequested = true;
      this.#subscribe(trackId, wanted);
    }
  }

  #subscribe(trackId: string, { preference: { paused, spatialLayer, temporalLayer } }: TrackState): void {
    const layers = { spatialLayer: spatialLayer ?? null, temporalLayer: temporalLayer ?? null };
    const update = Object.assign({ trackId, subscribed: true, paused }, layers);
    this.#session.updateSubscription(update).catch((error: MeridianClientError) => {
      this.#scheduleRequest(trackId, this.#o.clock.nowMs());
      if (!this.#isClosed) this.#o.log.info({ trackId, code: error.code }, 'a subscription is refused');
    });
  }

  #scheduleRequest(trackId: string, nowMs: number): void {
    const wanted = this.#tracks.get(trackId);
    if (wanted === undefined) return;
    wanted.isRequested = false;
    wanted.retryAtMs = nowMs + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(wanted.failures, 10));
    wanted.failures += 1;
  }

  #add(rows: readonly SubscriptionRow[], home = this.#home): void {
    const ready: string[] = [];
    for (const row of rows) {
      const { consumerId, trackId } = row;
      // A resumed session keeps its consumers.
      if (this.#consumers.byId(consumerId) !== undefined) continue;
      const wanted = this.#tracks.get(trackId);
      const timesOf = (clockRate: number): StreamTimes => this.#timesOf(row, clockRate, home);
      const received = ReceivedTrack.of(row, { timesOf, ownSsrc: this.#ownSsrc });
      if (received === undefined) {
        this.#o.log.info({ trackId }, 'a track has a form that is not received here');
        continue;
      }
      if (wanted !== undefined) {
        wanted.isRequested = true;
        wanted.failures = 0;
      }
      this.#consumers.add({ consumerId, received, home });
      ready.push(consumerId);
    }
    if (ready.length === 0) return;
    this.#session.subscriptionsReady(ready).catch((error: MeridianClientError) => {
      this.#o.log.info({ code: error.code }, 'subscriptions do not begin');
    });
  }

  /** Returns the times of a new consumer, which continue those of the track's present consumer where possible. */
  #timesOf({ trackId, publisherSessionId }: SubscriptionRow, clockRate: number, home: SessionNode): StreamTimes {
    const makeTimes = (): StreamTimes => this.#newTimesOf(publisherSessionId, clockRate, home);
    const before = this.#consumers.leaderOf(trackId);
    return before?.clockRate === clockRate
      ? new NextTimes({ previous: before.times, makeTimes, node: home.clock })
      : makeTimes();
  }

  #newTimesOf(publisherSessionId: string, clockRate: number, home: SessionNode): StreamTimes {
    if (this.#o.times === 'kept') return new CorrectedTimes(home.clock, clockRate);
    const timeline = this.#timelines.get(publisherSessionId) ?? new Timeline(TIMELINE_OPTIONS);
    this.#timelines.set(publisherSessionId, timeline);
    return timeline.stream(clockRate);
  }

  /** Replaces the old consumer as soon as its track can continue with the new one. */
  #trackMoved(row: SubscriptionRow, oldConsumerId: string): void {
    this.#add([row], this.#consumers.byId(oldConsumerId)?.home);
    const consumer = this.#consumers.byId(row.consumerId);
    if (consumer === undefined) return;
    this.#replacements.set(consumer, () => {
      this.#remove(oldConsumerId);
      const { trackId, trackEpoch } = row;
      this.#session.post({ trackMoveDone: { trackId, oldConsumerId, trackEpoch } });
    });
  }

  #finishReplacements(): void {
    for (const [consumer, end] of this.#replacements) {
      if (!this.#consumers.isReady(consumer)) continue;
      this.#replacements.delete(consumer);
      end();
    }
  }

  #remove(consumerId: string): void {
    const consumer = this.#consumers.byId(consumerId);
    if (consumer === undefined) return;
    this.#replacements.delete(consumer);
    this.#guard(consumer, () => this.#consumers.remove(consumer));
    const { trackId } = consumer.received;
    // The track is still published and was unsubscribed by mistake, so it is requested again.
    if (this.#consumers.ofTrack(trackId).length === 0) this.#scheduleRequest(trackId, this.#o.clock.nowMs());
  }

  /** Resolves when all received media could continue at the other media node. */
  #prepareMove({ recvTransport, subscriptions }: SessionMove): Promise<void> {
    this.#settleMove(false);
    const move = new RoomMove({
      clock: this.#o.clock,
      isReady: (consumer) => this.#consumers.isReady(consumer),
      expected: (home) => this.#consumers.all.filter((one) => one.home === home && this.#isExpected(one)),
    });
    this.#move = move;
    this.#socket.beginMove(recvTransport);
    this.#add(subscriptions, move.home);
    return move.prepared;
  }

  #isExpected({ received: { trackId } }: Consumer): boolean {
    const wanted = this.#tracks.get(trackId);
    return wanted !== undefined && !wanted.isMuted && !wanted.preference.paused;
  }

  #settleMove(isMade: boolean): void {
    const move = this.#move;
    if (move === undefined) return;
    this.#move = undefined;
    const leftHome = isMade ? this.#home : move.home;
    this.#socket.endMove(isMade);
    if (isMade) {
      this.#home = move.home;
      this.#watch.begin();
    }
    move.end();
    for (const { consumerId, home } of this.#consumers.all) if (home === leftHome) this.#remove(consumerId);
  }

  /** Forgets the consumers of an ended session; the tracks continue with new consumers. */
  #forgetConsumers(): void {
    this.#settleMove(false);
    for (const consumer of this.#consumers.all) this.#guard(consumer, () => this.#consumers.remove(consumer));
    this.#replacements.clear();
    this.#home = { clock: new NodeClock() };
    for (const wanted of this.#tracks.values()) {
      wanted.isRequested = false;
      wanted.retryAtMs = 0;
    }
  }

  #onDatagram(datagram: Uint8Array, from: TransportSlot): void {
    const nowMs = this.#o.clock.nowMs();
    if (from === 'home') this.#watch.noteDatagram();
    if (datagramKind(datagram) === 'rtcp') {
      for (const packet of parseRtcp(datagram) ?? [])
        if (packet.type === 'sr') this.#consumers.bySsrc(packet.ssrc)?.received.noteSenderReport(packet, nowMs);
      return;
    }
    const packet = parseRtp(datagram);
    const consumer = packet && this.#consumers.bySsrc(packet.ssrc);
    if (packet === undefined || consumer === undefined) return;
    this.#lastMediaMs = nowMs;
    this.#move?.noteMedia(from);
    this.#guard(consumer, () => {
      consumer.received.receive(packet, nowMs);
      this.#consumers.drain(consumer);
    });
    if (this.#replacements.size > 0) this.#finishReplacements();
  }

  /** Catches a bug in the handling of one publisher's media, which ends that track's sink only. */
  #guard({ received: { trackId } }: Consumer, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#o.log.error({ trackId, err: error }, 'a track is no longer received, because of an error');
      this.#omitted.add(trackId);
      for (const consumer of this.#consumers.ofTrack(trackId)) this.#replacements.delete(consumer);
      this.#consumers.drop(trackId);
      this.#endTrack(trackId);
    }
  }

  #output(trackId: string, frames: readonly OutputFrame[]): void {
    const sink = this.#tracks.get(trackId)?.sink;
    for (const { frame, run } of frames) sink?.frame(frame, run);
  }

  #tick(): void {
    for (const consumer of this.#consumers.all) this.#guard(consumer, () => this.#consumers.drain(consumer));
    this.#finishReplacements();
    this.#move?.check();
    const nowMs = this.#o.clock.nowMs();
    for (const [side, received] of this.#bySide()) {
      const feedback = received.flatMap((one) => one.feedback(nowMs));
      if (feedback.length > 0) this.#socket.send(serialiseRtcp(feedback), side);
    }
    if (nowMs - this.#lastMediaMs < REPORTS_EXPECTED_MS) this.#watch.noteMedia();
    this.#requestDue();
  }

  #report(): void {
    const nowMs = this.#o.clock.nowMs();
    for (const [side, received] of this.#bySide()) {
      const reports = received.flatMap((one) => one.report(nowMs) ?? []);
      for (let at = 0; at < reports.length; at += maxReports) {
        const packet = { type: 'rr' as const, ssrc: this.#ownSsrc, reports: reports.slice(at, at + maxReports) };
        this.#socket.send(serialiseRtcp([packet]), side);
      }
    }
  }

  #bySide(): readonly (readonly [TransportSlot, readonly ReceivedTrack[]])[] {
    const tracksAt = (home: SessionNode | undefined): ReceivedTrack[] =>
      this.#consumers.all.filter((one) => one.home === home).map(({ received }) => received);
    return [
      ['home', tracksAt(this.#home)],
      ['next', tracksAt(this.#move?.home)],
    ];
  }
}

const newTrackState = (sink: TrackSink, isMuted: boolean): TrackState => ({
  sink,
  preference: wholeTrack,
  isMuted,
  isRequested: false,
  failures: 0,
  retryAtMs: 0,
});
