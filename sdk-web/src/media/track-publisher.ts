// Publishes one local track, from the call of publish on. It follows the track's MediaStreamTrack and mute, publishes
// the track again in a new session, and ends once. Nothing read before an await counts after it: `#sending` tells
// whether the work is still wanted.
import { asClientError, type Body, MeridianClientError, report, type ServerFrame } from '@meridian/client';
import {
  isErrorCode,
  type RtpParameters,
  rtpParametersToWire,
  type Track as TrackInfo,
  trackToWire,
} from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import { LocalTrackPublication } from '../tracks/local-publication.ts';
import type { LocalTrack, SenderBinding } from '../tracks/local-track.ts';
import type { TrackPublishOptions, TrackSource } from '../types.ts';
import { connectionLostCodes } from './lost-codes.ts';
import { MuteSync } from './mute-sync.ts';
import { type ProducePlan, planProduce } from './produce-plan.ts';
import { Renditions, type SentRendition } from './renditions.ts';
import { type Announce, Sender } from './sender.ts';
import type { MediaSession } from './session.ts';

export interface TrackPublisherPorts {
  /** Resolves with the session's media as soon as there is any; rejects when the room is left. */
  media(): Promise<MediaSession>;
  request(body: Body): Promise<ServerFrame>;
  post(body: Body): boolean;
  after(delayMs: number, task: () => void): void;
  published(publication: LocalTrackPublication): void;
  unpublished(publication: LocalTrackPublication): void;
  failed(track: LocalTrack, error: MeridianClientError): void;
}
export interface TrackPublisherOptions {
  readonly track: LocalTrack;
  readonly options: TrackPublishOptions;
  readonly ports: TrackPublisherPorts;
  /** Takes a track out of the room that may be there. Rejects with refusals of the service. */
  withdraw(trackId: string): Promise<void>;
  /** Called once, at the end. */
  ended(): void;
}
/** The track in the present session, under one id. */
interface Sending {
  readonly row: TrackInfo;
  readonly sender: Sender;
  readonly renditions: Renditions;
  readonly mute: MuteSync;
  /** Whether the service may have the track. */
  isAtService: boolean;
}
interface Announcement {
  readonly accepted: Promise<void>;
  readonly announce: Announce;
}

/** Attempts in a row, without news of the connection: a service that does not answer is not asked for ever. */
const attemptsMax = 3;
/** Refusals in a row, with a pause after each, by a later session: a new owner of its room is there within seconds. */
const refusalsMax = 6;
const refusalPauseMs = { first: 1000, max: 8000 };
/** Errors after which the service may have the track, so that it is taken back and published under another id. */
const unansweredCodes: ReadonlySet<string> = new Set([...connectionLostCodes, 'REQUEST_TIMEOUT']);

export class TrackPublisher implements SenderBinding {
  readonly #o: TrackPublisherOptions;
  readonly #first = Promise.withResolvers<LocalTrackPublication>();
  #publication: LocalTrackPublication | undefined;
  /** True between the events `published` and `unpublished`. */
  #isShown = false;
  #sending: Sending | undefined;
  /** Senders of the track and its renditions, those under way included. */
  #senders: readonly Sender[] = [];
  #isRunning = false;
  #attempts = 0;
  #refusals = 0;
  #isEnded = false;

  constructor(o: TrackPublisherOptions) {
    this.#o = o;
  }

  get publication(): LocalTrackPublication | undefined {
    return this.#publication;
  }
  /** Resolves when the service has accepted the track for the first time; rejects when it ends before. */
  get firstPublication(): Promise<LocalTrackPublication> {
    return this.#first.promise;
  }
  get source(): TrackSource {
    return this.#o.options.source ?? this.#o.track.source;
  }
  /** Id in the present session; undefined while there is none. */
  get trackId(): string | undefined {
    return this.#sending?.row.trackId;
  }
  get senders(): readonly Sender[] {
    return this.#senders.filter(({ isOver }) => !isOver);
  }
  get renditions(): Renditions | undefined {
    return this.#sending?.renditions;
  }

  /** Binds the track and begins. Resolves and rejects like `firstPublication`. */
  start(): Promise<LocalTrackPublication> {
    this.#o.track.bind(this);
    this.#first.promise.catch(() => undefined); // there may be no caller that waits for it
    this.publishIfMissing();
    return this.#first.promise;
  }

  /** Sends what the service may have missed while the connection was lost. */
  resync(): void {
    this.#sending?.mute.resync();
    this.publishIfMissing();
  }

  publishIfMissing(): void {
    this.#attempts = 0;
    void this.#run();
  }

  /** Called when the session is over; the track is published again in the next. */
  mediaGone(): void {
    const sending = this.#sending;
    this.#sending = undefined;
    this.#publication?.setDemandedLayer(undefined);
    if (sending !== undefined) {
      sending.sender.gone();
      sending.renditions.gone();
      sending.mute.end();
    }
    this.publishIfMissing();
  }

  /** Takes the track's mute from the roster. */
  observeMuted(muted: boolean): void {
    this.#sending?.mute.observe(muted);
  }

  /** Ends a move. What the move has left behind is published again. */
  settleMove(made: boolean): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    if (!sending.sender.settle(made)) {
      this.#sendAnew();
      return;
    }
    sending.renditions.settle(made);
    if (made) this.#publication?.setDemandedLayer(undefined);
  }

  /**
   * Ends the publication, with the error of a publish under way. Resolves when the service knows it; rejects with its
   * refusal. Idempotent.
   */
  async end(error: MeridianClientError): Promise<void> {
    const sending = this.#end();
    this.#hide();
    this.#first.reject(error);
    if (sending?.isAtService === true) await this.#o.withdraw(sending.row.trackId);
  }

  /** Ends a track that the service has ended. */
  removed(error: MeridianClientError): void {
    if (this.#sending !== undefined) this.#sending.isAtService = false;
    this.end(error).catch(report);
  }

  /** Ends with the room, which takes the publication away by itself. */
  close(error: MeridianClientError): void {
    this.#end();
    this.#first.reject(error);
  }

  async sourceChanged(): Promise<void> {
    if (this.#sending === undefined) this.publishIfMissing();
    await Promise.all(this.senders.map((sender) => sender.carry()));
  }

  sourceRefused(): void {
    this.sourceChanged().catch(() => this.#sendAnew());
  }

  mutedChanged(): void {
    this.#sending?.mute.changed();
  }

  stopped(): void {
    this.end(new MeridianClientError('TRACK_ENDED')).catch(report);
  }

  stats(): Promise<RTCStatsReport> {
    const producer = this.#sending?.sender.producer;
    if (producer === undefined) return Promise.reject(new MeridianClientError('TRACK_NOT_PUBLISHED'));
    return producer.getStats();
  }

  #end(): Sending | undefined {
    const sending = this.#sending;
    this.#sending = undefined;
    if (this.#isEnded) return undefined;
    this.#isEnded = true;
    this.#o.track.unbind(this);
    this.#o.ended();
    closeAll(sending);
    return sending;
  }

  #hide(): void {
    if (!this.#isShown || this.#publication === undefined) return;
    this.#isShown = false;
    this.#o.ports.unpublished(this.#publication);
  }

  /** Publishes the track until the service has it. */
  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#isToBeSent) await this.#attempt();
    } catch (error) {
      if (!this.#isEnded) this.#fail(asClientError(error, 'PUBLISH_FAILED'));
    } finally {
      this.#isRunning = false;
    }
  }

  /** False also for a microphone that has ended and may open again, and after too many attempts. */
  get #isToBeSent(): boolean {
    const { track } = this.#o;
    if (this.#isEnded || this.#sending !== undefined) return false;
    if (this.#publication === undefined) return true;
    return this.#attempts < attemptsMax && (track.kind === 'video' || track.outgoing !== null);
  }

  async #attempt(): Promise<void> {
    this.#attempts += 1;
    try {
      await this.#send();
    } catch (error) {
      const failure = asClientError(error, 'PUBLISH_FAILED');
      const isFirst = this.#publication === undefined;
      if (unansweredCodes.has(failure.code)) {
        if (isFirst && this.#attempts >= attemptsMax) throw failure;
      } else if (isFirst || !failure.retryable || this.#refusals >= refusalsMax) throw failure;
      else await this.#pauseAfterRefusal(failure);
    }
  }

  #pauseAfterRefusal({ retryAfterMs }: MeridianClientError): Promise<void> {
    const pauseMs = Math.min(refusalPauseMs.max, refusalPauseMs.first * 2 ** this.#refusals);
    this.#refusals += 1;
    this.#attempts = 0;
    return this.#pause(Math.max(retryAfterMs, pauseMs));
  }

  #fail(error: MeridianClientError): void {
    this.#o.ports.failed(this.#o.track, error);
    this.end(error).catch(report);
  }

  /** Sends the track in the present session. Returns early when it is not wanted any more. */
  async #send(): Promise<void> {
    const media = await this.#o.ports.media();
    if (this.#isEnded) return;
    const { sending, accepted, announce } = this.#newSending(media);
    this.#sending = sending;
    try {
      await sending.sender.open(media, announce);
      if (this.#sending === sending) await accepted;
    } catch (error) {
      if (this.#sending !== sending) return;
      this.#drop(sending);
      throw error;
    }
    if (this.#sending === sending) this.#accepted(sending);
  }

  #newSending(media: MediaSession): { sending: Sending } & Announcement {
    const { track, options: publish, ports } = this.#o;
    const { preparation } = media;
    const { row, ...plan } = planProduce({ preparation, track, publish });
    const { trackId } = row;
    const mute = new MuteSync({
      track,
      request: (muted) => ports.request({ setTrackMuted: { trackId, muted } }),
      after: ports.after,
    });
    const sender = this.#newSender(plan);
    const sending: Sending = { row, sender, renditions: this.#newRenditions(row), mute, isAtService: false };
    const answer = announcement((rtp) => {
      if (sender.isOver) return Promise.reject(new MeridianClientError('TRACK_NOT_PUBLISHED'));
      const muted = track.isMuted;
      mute.announced(muted);
      sending.isAtService = true;
      return ports.request({ publish: { track: trackToWire({ ...row, muted }), rtpParameters: rtp, moveId: '' } });
    });
    answer.accepted.catch((error: unknown) => {
      const { code } = asClientError(error, 'PUBLISH_FAILED');
      if (!unansweredCodes.has(code)) sending.isAtService = false; // the service has refused the track
    });
    return { sending, ...answer };
  }

  #newSender(plan: Omit<ProducePlan, 'row'>): Sender {
    const sender = new Sender(this.#o.track, plan);
    this.#senders = [...this.senders, sender];
    return sender;
  }

  #accepted(sending: Sending): void {
    const { track, options, ports } = this.#o;
    const row = { ...sending.row, muted: track.isMuted };
    this.#attempts = 0;
    this.#refusals = 0;
    if (this.#publication === undefined) this.#publication = new LocalTrackPublication({ row, track, options });
    else {
      this.#hide();
      if (this.#isEnded) return;
      this.#publication.update(row);
    }
    this.#isShown = true;
    ports.published(this.#publication);
    this.#first.resolve(this.#publication);
    sending.mute.accepted();
  }

  /** Ends what is sent, to send it anew. */
  #sendAnew(): void {
    if (this.#sending !== undefined) this.#drop(this.#sending);
    this.publishIfMissing();
  }

  #drop(sending: Sending): void {
    this.#sending = undefined;
    closeAll(sending);
    if (sending.isAtService) this.#o.withdraw(sending.row.trackId).catch(report);
  }

  #newRenditions(row: TrackInfo): Renditions {
    const { ports } = this.#o;
    const { trackId } = row;
    return new Renditions({
      send: (codec) => this.#sendRendition(row, codec),
      ended: (rendition) => this.#endRendition(rendition),
      refuse: (mimeType, { code }) => {
        if (unansweredCodes.has(code)) return;
        const refused = { trackId, mimeType, code: isErrorCode(code) ? code : 'INTERNAL' };
        ports.post({ renditionRefused: refused });
      },
    });
  }

  async #sendRendition(
    derivedFrom: TrackInfo,
    codec: NonNullable<TrackPublishOptions['codec']>,
  ): Promise<SentRendition> {
    const { track, options: publish, ports } = this.#o;
    const media = await ports.media();
    const { preparation } = media;
    const { row, ...plan } = planProduce({
      preparation,
      track,
      publish: { ...publish, codec },
      derivedFrom,
    });
    const sender = this.#newSender(plan);
    let isAnnounced = false;
    // The service mutes renditions with their track.
    const { accepted, announce } = announcement((rtpParameters) => {
      if (sender.isOver || this.trackId !== derivedFrom.trackId)
        return Promise.reject(new MeridianClientError('TRACK_NOT_PUBLISHED'));
      isAnnounced = true;
      return ports.request({ publish: { track: trackToWire(row), rtpParameters, moveId: '' } });
    });
    try {
      await sender.open(media, announce);
    } catch (error) {
      sender.close();
      if (isAnnounced) this.#o.withdraw(row.trackId).catch(report);
      throw error;
    }
    return { sender, accepted };
  }

  /**
   * Takes a rendition out of the room, and asks again while the service cannot do it. Returns false when the session
   * was lost, which makes the request pointless. Rejects with any other refusal.
   */
  async #endRendition(trackId: string): Promise<boolean> {
    for (;;)
      try {
        await this.#o.ports.request({ unpublish: { trackId } });
        return true;
      } catch (cause) {
        const error = asClientError(cause, 'INTERNAL');
        if (error.code === 'TRACK_UNKNOWN') return true;
        if (connectionLostCodes.has(error.code) || error.code === 'CONNECTION_CLOSED') return false;
        if (!error.retryable) throw error;
        await this.#pause(Math.max(error.retryAfterMs, refusalPauseMs.first));
      }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#o.ports.after(delayMs, resolve));
  }
}

/** Returns a function that announces a track; `accepted` settles with the service's answer. */
export function announcement(send: (rtp: ReturnType<typeof rtpParametersToWire>) => Promise<unknown>): Announcement {
  const answer = Promise.withResolvers<void>();
  answer.promise.catch(() => undefined); // the sender awaits it; no unhandled rejection if it fails earlier
  return {
    accepted: answer.promise,
    announce: (rtp: types.RtpParameters) => {
      send(rtpParametersToWire(rtp as RtpParameters)).then(() => answer.resolve(), answer.reject);
    },
  };
}

function closeAll(sending: Sending | undefined): void {
  sending?.sender.close();
  sending?.renditions.close();
  sending?.mute.end();
}
