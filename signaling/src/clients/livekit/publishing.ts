// Publishing connection of a LiveKit client: announced tracks, its offers, our answers.
import { type AddTrackRequest, SessionDescription, SignalResponse, TrackUnpublishedResponse } from '@livekit/protocol';
import { limits, MeridianError, type Track, type wire } from '@meridian/protocol';
import {
  answerPublisher,
  type NodeTransport,
  nodeTransportOf,
  type OfferedTrack,
  type PublisherLine,
  readPublisherOffer,
  readSdp,
  writeSdp,
} from '@meridian/sdp';
import {
  type ClientMessage,
  publishOf,
  publishRefused,
  type RequestedTrack,
  requestedTrackOf,
  trackPublishedResponse,
} from '../../core/livekit/index.ts';
import { LateConnection } from './late-connection.ts';
import { type SessionPort, Unanswered } from './session-requests.ts';

export interface PublishingOptions {
  readonly session: SessionPort;
  readonly transport: wire.TransportInfo.$Properties;
  /** Session number of our descriptions (SDP's `o=` line, RFC 8866, 5.2). */
  readonly sessionId: number;
  newTrackId(): string;
  send(response: SignalResponse): void;
  /** Brings a track's mute in the room to this, if the room has the track. */
  setMuted(trackId: string, muted: boolean): void;
  /** Reports a request that the session refused; the client continues without it. */
  onFailed(what: string, error: unknown): void;
}

interface Published {
  readonly trackId: string;
  readonly requestedTrack: RequestedTrack;
  /** Mute by the client or a host, whichever came last. */
  muted: boolean;
  /** Mid of its line; undefined: not offered yet. */
  mid: string | undefined;
  isPublished: boolean;
}

export class Publishing {
  readonly #o: PublishingOptions;
  readonly #connection: LateConnection;
  #side: NodeTransport;
  readonly #tracks = new Map<string, Published>();
  #version = 0;
  /** ICE ufrag of the last answered offer; an offer with another ufrag restarts ICE. */
  #ufrag = '';

  constructor(o: PublishingOptions) {
    this.#o = o;
    this.#side = nodeTransportOf(o.transport);
    this.#connection = new LateConnection(o.session, o.transport.id ?? '');
  }

  /** Announces a track of the next offer, or refuses it. */
  announce(request: AddTrackRequest, { canPublish }: { readonly canPublish: boolean }): void {
    const result = requestedTrackOf(request, { canPublish, tracks: this.#tracks.size });
    if (!result.ok) {
      this.#o.send(result.response);
      return;
    }
    const { track: requestedTrack } = result;
    if (this.#byCid(requestedTrack.cid) !== undefined) {
      this.#o.send(publishRefused(requestedTrack, new MeridianError('TRACK_EXISTS')));
      return;
    }
    const trackId = this.#o.newTrackId();
    this.#tracks.set(trackId, {
      trackId,
      requestedTrack,
      muted: requestedTrack.muted,
      mid: undefined,
      isPublished: false,
    });
    this.#o.send(trackPublishedResponse(requestedTrack, trackId));
  }

  /** Throws as `readPublisherOffer`, and OUT_OF_ORDER for a second certificate. */
  async offer({ sdp, id }: Pick<SessionDescription, 'sdp' | 'id'>): Promise<void> {
    const offer = readPublisherOffer(readSdp(sdp), (cid) => this.#byCid(cid)?.requestedTrack.mimeType ?? '');
    this.#connection.check(offer.fingerprint);
    const offeredTrackIds = new Set(offer.lines.map(({ trackId }) => trackId));
    for (const line of offer.lines) this.#followLine(line, offeredTrackIds);
    await this.#connection.connect(offer.fingerprint);
    if (this.#ufrag !== '' && this.#ufrag !== offer.ufrag) await this.#restart();
    this.#ufrag = offer.ufrag;
    this.#version += 1;
    const { sessionId } = this.#o;
    const answer = answerPublisher(offer, this.#side, { sessionId, version: this.#version });
    const value = new SessionDescription({ type: 'answer', sdp: writeSdp(answer), id });
    this.#o.send(new SignalResponse({ message: { case: 'answer', value } }));
  }

  /** Notes a mute by the client, or by a host; an unpublished track will be published in this state. */
  mute(trackId: string, muted: boolean): void {
    const track = this.#tracks.get(trackId);
    if (track !== undefined) track.muted = muted;
  }

  /** Compares the mutes of tracks that the room has with the wanted ones. */
  follow(tracks: readonly Track[]): void {
    for (const { trackId } of tracks) {
      const published = this.#tracks.get(trackId);
      if (published !== undefined) this.#o.setMuted(trackId, published.muted);
    }
  }

  forget(trackId: string): void {
    this.#tracks.delete(trackId);
  }

  /** Continues over the next socket: ends tracks that the room ended; the next offer publishes unconfirmed ones. */
  resumed(tracks: readonly Track[]): void {
    const present = new Map(tracks.map((track) => [track.trackId, track]));
    for (const one of [...this.#tracks.values()]) {
      const track = present.get(one.trackId);
      if (track !== undefined) this.#reconcile(one, track);
      else if (one.isPublished) this.#reportEnd(one.trackId);
      else one.mid = undefined;
    }
    for (const { trackId } of tracks) if (!this.#tracks.has(trackId)) this.#unpublish({ trackId });
  }

  /** Ends, for the client, claimed tracks that do not exist. */
  endUnknown(trackIds: readonly string[]): void {
    for (const trackSid of trackIds.slice(0, limits.tracksPerParticipantMax)) {
      if (this.#tracks.has(trackSid)) continue;
      const value = new TrackUnpublishedResponse({ trackSid });
      this.#o.send(new SignalResponse({ message: { case: 'trackUnpublished', value } }));
    }
  }

  async #restart(): Promise<void> {
    const answer = await this.#o.session.ask({ restartIce: { transportId: this.#o.transport.id ?? '' } });
    const ice = answer.iceRestarted?.iceParameters;
    if (ice != null) this.#side = nodeTransportOf({ ...this.#o.transport, iceParameters: ice });
  }

  #byCid(cid: string): Published | undefined {
    return [...this.#tracks.values()].find(({ requestedTrack }) => requestedTrack.cid === cid);
  }

  /** Returns the first track without a line of this kind, as Firefox's offers have track ids of their own. */
  #unoffered(kind: string, offeredTrackIds: ReadonlySet<string>): Published | undefined {
    return [...this.#tracks.values()].find(
      ({ mid, requestedTrack }) =>
        mid === undefined && requestedTrack.kind === kind && !offeredTrackIds.has(requestedTrack.cid),
    );
  }

  /** Follows a line of the offer. The last argument has the ids of tracks on all its lines. */
  #followLine({ mid, type, trackId: cid, track, refusal }: PublisherLine, offeredTrackIds: ReadonlySet<string>): void {
    const before = [...this.#tracks.values()].find((one) => one.mid === mid);
    const isNew = before === undefined && (track !== undefined || refusal !== undefined);
    const announced =
      cid === '' ? undefined : (this.#byCid(cid) ?? (isNew ? this.#unoffered(type, offeredTrackIds) : undefined));
    if (before !== undefined && (track === undefined || (announced !== undefined && announced !== before)))
      this.#unpublish(before);
    if (announced === undefined || announced.mid !== undefined) return;
    if (refusal !== undefined) this.#reportRefusal(announced, new MeridianError(refusal));
    else if (track !== undefined) this.#publish(announced, mid, track);
  }

  #publish(published: Published, mid: string, offered: OfferedTrack): void {
    published.mid = mid;
    const { trackId, requestedTrack, muted } = published;
    this.#ask(() => ({ publish: publishOf({ ...requestedTrack, muted }, offered, trackId) })).then(
      () => {
        published.isPublished = true;
        this.#o.setMuted(trackId, published.muted);
      },
      (error: unknown) => {
        if (!(error instanceof Unanswered)) this.#reportRefusal(published, error);
      },
    );
  }

  /** Rejects for a malformed message too. */
  async #ask(message: () => ClientMessage): Promise<void> {
    await this.#o.session.ask(message());
  }

  #reportRefusal({ trackId }: Published, why: unknown): void {
    this.#o.onFailed('a track was not published', why);
    this.#reportEnd(trackId);
  }

  #reportEnd(trackSid: string): void {
    if (!this.#tracks.delete(trackSid)) return;
    const value = new TrackUnpublishedResponse({ trackSid });
    this.#o.send(new SignalResponse({ message: { case: 'trackUnpublished', value } }));
  }

  /** Compares a track's mute with the roster: a mute that the roster lacks was lost, a mute only in it is a host's. */
  #reconcile(publishedTrack: Published, { muted }: Track): void {
    publishedTrack.isPublished = true;
    publishedTrack.muted ||= muted;
    this.#o.setMuted(publishedTrack.trackId, publishedTrack.muted);
  }

  #unpublish({ trackId }: Pick<Published, 'trackId'>): void {
    this.#tracks.delete(trackId);
    this.#o.session
      .ask({ unpublish: { trackId } })
      .catch((error: unknown) => this.#o.onFailed('a track was not unpublished', error));
  }
}
