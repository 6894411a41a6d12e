// The publishing connection of one LiveKit client: tracks that it announces, its offers, our answers.
import { type AddTrackRequest, SessionDescription, SignalResponse, TrackUnpublishedResponse } from '@livekit/protocol';
import { limits, MeridianError, type Track, type wire } from '@meridian/protocol';
import {
  answerPublisher,
  type NodeSide,
  type OfferedTrack,
  type PublisherLine,
  readPublisherOffer,
  readSdp,
  sideOf,
  writeSdp,
} from '@meridian/sdp';
import {
  type AskedTrack,
  askedTrackOf,
  type ClientMessage,
  publishOf,
  publishRefused,
  trackPublishedResponse,
} from '../../core/livekit/index.ts';
import { type Asks, Unanswered } from './asking.ts';
import { LateConnection } from './late-connection.ts';

export interface PublishingOptions {
  readonly session: Asks;
  readonly transport: wire.TransportInfo.$Properties;
  /** Session number of our descriptions (SDP's `o=` line, RFC 8866, 5.2). */
  readonly sessionId: number;
  newTrackId(): string;
  send(response: SignalResponse): void;
  /** Something the session did not take; the client goes on without it. */
  onFailed(what: string, error: unknown): void;
}

/** A track from its announcement until it ends. */
interface Published {
  readonly trackId: string;
  readonly asked: AskedTrack;
  muted: boolean;
  /** Of the line that it is sent on; undefined: not offered yet. */
  mid: string | undefined;
  /** The session has said so. */
  isPublished: boolean;
}

export class Publishing {
  readonly #o: PublishingOptions;
  readonly #connection: LateConnection;
  #side: NodeSide;
  readonly #tracks = new Map<string, Published>();
  #version = 0;
  /** Of the client's last offer that was answered: another one restarts ICE. */
  #ufrag = '';

  constructor(o: PublishingOptions) {
    this.#o = o;
    this.#side = sideOf(o.transport);
    this.#connection = new LateConnection(o.session, o.transport.id ?? '');
  }

  /** A track that its next offer has; or the client hears why not. */
  announce(request: AddTrackRequest, { canPublish }: { readonly canPublish: boolean }): void {
    const result = askedTrackOf(request, { canPublish, tracks: this.#tracks.size });
    if (!result.ok) {
      this.#o.send(result.response);
      return;
    }
    const { track: asked } = result;
    if (this.#askedAs(asked.cid) !== undefined) {
      this.#o.send(publishRefused(asked, new MeridianError('TRACK_EXISTS')));
      return;
    }
    const trackId = this.#o.newTrackId();
    this.#tracks.set(trackId, { trackId, asked, muted: asked.muted, mid: undefined, isPublished: false });
    this.#o.send(trackPublishedResponse(asked, trackId));
  }

  /** Throws as `readPublisherOffer`, and OUT_OF_ORDER for another certificate than before. */
  async offer({ sdp, id }: Pick<SessionDescription, 'sdp' | 'id'>): Promise<void> {
    const offer = readPublisherOffer(readSdp(sdp), (cid) => this.#askedAs(cid)?.asked.mimeType ?? '');
    this.#connection.check(offer.fingerprint);
    const named = new Set(offer.lines.map(({ trackId }) => trackId));
    for (const line of offer.lines) this.#follow(line, named);
    await this.#connection.to(offer.fingerprint);
    if (this.#ufrag !== '' && this.#ufrag !== offer.ufrag) await this.#restart();
    this.#ufrag = offer.ufrag;
    this.#version += 1;
    const { sessionId } = this.#o;
    const answer = answerPublisher(offer, this.#side, { sessionId, version: this.#version });
    const value = new SessionDescription({ type: 'answer', sdp: writeSdp(answer), id });
    this.#o.send(new SignalResponse({ message: { case: 'answer', value } }));
  }

  /** A track is muted, or no more; one that is not published yet begins so. */
  mute(trackId: string, muted: boolean): void {
    const track = this.#tracks.get(trackId);
    if (track !== undefined) track.muted = muted;
  }

  /** The room has ended a track. */
  forget(trackId: string): void {
    this.#tracks.delete(trackId);
  }

  /**
   * The client has its session again; `tracks`: its own ones that the roster has. What the room ended meanwhile has
   * ended; what was not confirmed is published by its next offer.
   */
  resumed(tracks: readonly Track[]): void {
    const present = new Map(tracks.map((track) => [track.trackId, track]));
    for (const one of [...this.#tracks.values()]) {
      const track = present.get(one.trackId);
      if (track !== undefined) this.#found(one, track);
      else if (one.isPublished) this.#ended(one.trackId);
      else one.mid = undefined;
    }
    for (const { trackId } of tracks) if (!this.#tracks.has(trackId)) this.#unpublish({ trackId });
  }

  /** The client has published these, as it says; of those that are none it hears that they have ended. */
  claimed(trackIds: readonly string[]): void {
    for (const trackSid of trackIds.slice(0, limits.tracksPerParticipantMax)) {
      if (this.#tracks.has(trackSid)) continue;
      const value = new TrackUnpublishedResponse({ trackSid });
      this.#o.send(new SignalResponse({ message: { case: 'trackUnpublished', value } }));
    }
  }

  /** New ICE parameters of the media node. */
  async #restart(): Promise<void> {
    const answer = await this.#o.session.ask({ restartIce: { transportId: this.#o.transport.id ?? '' } });
    const ice = answer.iceRestarted?.iceParameters;
    if (ice != null) this.#side = sideOf({ ...this.#o.transport, iceParameters: ice });
  }

  #askedAs(cid: string): Published | undefined {
    return [...this.#tracks.values()].find(({ asked }) => asked.cid === cid);
  }

  /**
   * The first that waits for a line of this kind. Firefox names tracks in its offers by ids of its own, which no
   * announcement has.
   */
  #waiting(kind: string, named: ReadonlySet<string>): Published | undefined {
    return [...this.#tracks.values()].find(
      ({ mid, asked }) => mid === undefined && asked.kind === kind && !named.has(asked.cid),
    );
  }

  /** `named`: the ids of tracks on all lines of the offer. */
  #follow({ mid, type, trackId: cid, track, refusal }: PublisherLine, named: ReadonlySet<string>): void {
    const before = [...this.#tracks.values()].find((one) => one.mid === mid);
    const isNew = before === undefined && (track !== undefined || refusal !== undefined);
    const announced = cid === '' ? undefined : (this.#askedAs(cid) ?? (isNew ? this.#waiting(type, named) : undefined));
    if (before !== undefined && (track === undefined || (announced !== undefined && announced !== before)))
      this.#unpublish(before);
    if (announced === undefined || announced.mid !== undefined) return;
    if (refusal !== undefined) this.#refused(announced, new MeridianError(refusal));
    else if (track !== undefined) this.#publish(announced, mid, track);
  }

  #publish(published: Published, mid: string, offered: OfferedTrack): void {
    published.mid = mid;
    const { trackId, asked, muted } = published;
    this.#ask(() => ({ publish: publishOf({ ...asked, muted }, offered, trackId) })).then(
      () => {
        published.isPublished = true;
        if (published.muted !== muted) this.#setMuted(published);
      },
      (error: unknown) => {
        if (!(error instanceof Unanswered)) this.#refused(published, error);
      },
    );
  }

  #setMuted({ trackId, muted }: Published): void {
    this.#ask(() => ({ setTrackMuted: { trackId, muted } })).catch((error: unknown) =>
      this.#o.onFailed('a track was not muted', error),
    );
  }

  /** What is malformed rejects too. */
  async #ask(message: () => ClientMessage): Promise<void> {
    await this.#o.session.ask(message());
  }

  #refused({ trackId }: Published, why: unknown): void {
    this.#o.onFailed('a track was not published', why);
    this.#ended(trackId);
  }

  #ended(trackSid: string): void {
    if (!this.#tracks.delete(trackSid)) return;
    const value = new TrackUnpublishedResponse({ trackSid });
    this.#o.send(new SignalResponse({ message: { case: 'trackUnpublished', value } }));
  }

  /** A mute that the roster does not have was not heard; one that it has alone is a host's. */
  #found(one: Published, { muted }: Track): void {
    one.isPublished = true;
    if (one.muted && !muted) this.#setMuted(one);
    one.muted ||= muted;
  }

  #unpublish({ trackId }: Pick<Published, 'trackId'>): void {
    this.#tracks.delete(trackId);
    this.#o.session
      .ask({ unpublish: { trackId } })
      .catch((error: unknown) => this.#o.onFailed('a track was not unpublished', error));
  }
}
