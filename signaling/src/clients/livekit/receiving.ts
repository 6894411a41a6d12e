// Receiving connection of a LiveKit client: our offers, its answers, and the consumers that they make ready.
import { SessionDescription, SignalResponse, SubscriptionError, SubscriptionResponse } from '@livekit/protocol';
import { type ErrorCode, kindFromWire, MeridianError, rtpParametersFromWire, type wire } from '@meridian/protocol';
import {
  answerBounds,
  type NodeTransport,
  nodeTransportOf,
  offerToSubscriber,
  readSdp,
  readSubscriberAnswer,
  type SubscriberLine,
  writeSdp,
} from '@meridian/sdp';
import { type OfferedConsumer, SubscriberOffers } from '../../core/livekit/index.ts';
import { codeOf } from '../../failures.ts';
import { LateConnection } from './late-connection.ts';
import { type SessionPort, Unanswered } from './session-requests.ts';

export interface ReceivingOptions {
  readonly session: SessionPort;
  readonly transport: wire.TransportInfo.$Properties;
  /** Session number of our descriptions (SDP's `o=` line, RFC 8866, 5.2). */
  readonly sessionId: number;
  send(response: SignalResponse): void;
  /** Reports a request that the session refused; the client continues without it. */
  onFailed(what: string, error: unknown): void;
  /** Ends a client that cannot receive any more. */
  end(code: ErrorCode, error: unknown): void;
}

/** Consumer that another consumer replaces once the client has answered. */
interface PendingMove {
  readonly trackId: string;
  readonly consumerId: string;
  readonly oldConsumerId: string;
  readonly trackEpoch: number;
}

/** Bytes allowed to an answer for each m-line; Chromium's have 1 kB. */
const LINE_BYTES = 2048;

export class Receiving {
  readonly #o: ReceivingOptions;
  readonly #offers = new SubscriberOffers({ dataChannels: true });
  #side: NodeTransport;
  #outstanding: { readonly id: number; readonly lines: readonly SubscriberLine[] } | undefined;
  readonly #connection: LateConnection;
  #version = 0;
  /** Consumers that wait for the client's answer, by track; of several moves the last one replaces the others. */
  readonly #pendingMoves = new Map<string, PendingMove>();
  /** Consumers that are ready and not yet reported to the session. */
  #unreportedConsumerIds: readonly string[] = [];
  /** Number of the restart under way; 0: none. */
  #pendingRestart = 0;
  #restartCount = 0;

  constructor(o: ReceivingOptions) {
    this.#o = o;
    this.#side = nodeTransportOf(o.transport);
    this.#connection = new LateConnection(o.session, o.transport.id ?? '');
  }

  /** Adds tracks to the offer, as the media node sends them. */
  add(subscriptions: readonly wire.Subscription.$Properties[]): void {
    for (const one of subscriptions) this.#offers.add(offeredOf(one));
    this.#offer();
  }

  remove(trackId: string): void {
    this.#pendingMoves.delete(trackId);
    this.#offers.remove(trackId);
    this.#offer();
  }

  /** Replaces the consumer of a track; the old consumer ends when the client has the new one. */
  move({ trackId, trackEpoch, oldConsumerId, subscription }: wire.TrackMoved.$Properties): void {
    if (subscription == null) return;
    this.#pendingMoves.set(trackId ?? '', {
      trackId: trackId ?? '',
      consumerId: subscription.consumerId ?? '',
      oldConsumerId: oldConsumerId ?? '',
      trackEpoch: trackEpoch ?? 0,
    });
    this.add([subscription]);
  }

  /** Continues over the next socket with a full offer, since the last offer or its answer may be lost. */
  resumed(subscriptions: readonly wire.Subscription.$Properties[]): void {
    const held = new Set(subscriptions.map(({ trackId }) => trackId));
    for (const trackId of this.#offers.tracks()) if (!held.has(trackId)) this.#offers.remove(trackId);
    for (const one of subscriptions) this.#offers.add(offeredOf(one));
    this.#restart(); // the answer of an earlier restart can no longer come
  }

  /** Restarts ICE when the media node has lost the path to the client. */
  transportChanged({ transportId, state }: wire.TransportChanged.$Properties): void {
    if (transportId === this.#o.transport.id && lostStates.has(state ?? '') && this.#pendingRestart === 0)
      this.#restart();
  }

  #restart(): void {
    this.#restartCount += 1;
    const number = this.#restartCount;
    this.#pendingRestart = number;
    this.#newCredentials().then(
      () => this.#restarted(number),
      (error: unknown) => {
        this.#o.onFailed('its receiving transport was not restarted', error);
        this.#restarted(number);
      },
    );
  }

  async #newCredentials(): Promise<void> {
    const answer = await this.#o.session.ask({ restartIce: { transportId: this.#o.transport.id ?? '' } });
    const ice = answer.iceRestarted?.iceParameters;
    if (ice != null) this.#side = nodeTransportOf({ ...this.#o.transport, iceParameters: ice });
  }

  #restarted(number: number): void {
    if (this.#pendingRestart !== number) return;
    this.#pendingRestart = 0;
    this.#offers.repeat();
    this.#offer();
  }

  /** Throws REQUEST_INVALID for a malformed answer, OUT_OF_ORDER for an unexpected one. */
  answer({ sdp, id }: Pick<SessionDescription, 'sdp' | 'id'>): void {
    const offered = this.#outstanding;
    // Older SDKs send no offer id. An answer to an offer that was repeated since is ignored.
    if (id !== 0 && offered !== undefined && id < offered.id) return;
    if (offered === undefined || id > offered.id) throw new MeridianError('OUT_OF_ORDER', 'an answer without an offer');
    const text = readSdp(sdp, answerBounds(offered.lines.length));
    const { fingerprint, refusedMids } = readSubscriberAnswer(text, offered.lines, this.#side);
    const { ready, refused } = this.#offers.answered(offered.id, refusedMids);
    this.#outstanding = undefined;
    this.#connection.connect(fingerprint).then(
      () => this.#ready(ready),
      (error: unknown) => {
        if (error instanceof Unanswered) this.#unreportedConsumerIds = [...this.#unreportedConsumerIds, ...ready];
        else this.#o.end(codeOf(error) ?? 'INTERNAL', error);
      },
    );
    for (const trackId of refused) {
      this.#pendingMoves.delete(trackId);
      this.#refuse(trackId);
      this.#o.session.send({ updateSubscription: { trackId, subscribed: false } });
    }
    this.#offer();
  }

  /** Bytes allowed to the answer of the open offer; 0 without an open offer. */
  get answerBytes(): number {
    return (this.#outstanding?.lines.length ?? 0) * LINE_BYTES;
  }

  #ready(newConsumerIds: readonly string[]): void {
    const consumerIds = [...this.#unreportedConsumerIds, ...newConsumerIds];
    this.#unreportedConsumerIds = [];
    if (consumerIds.length === 0) return;
    this.#o.session.send({ subscriptionsReady: { consumerIds: [...consumerIds] } });
    const ready = new Set(consumerIds);
    for (const { consumerId, ...trackMoveDone } of [...this.#pendingMoves.values()]) {
      if (!ready.has(consumerId)) continue;
      this.#pendingMoves.delete(trackMoveDone.trackId);
      this.#o.session.send({ trackMoveDone });
    }
  }

  #refuse(trackSid: string): void {
    const value = new SubscriptionResponse({ trackSid, err: SubscriptionError.SE_CODEC_UNSUPPORTED });
    this.#o.send(new SignalResponse({ message: { case: 'subscriptionResponse', value } }));
  }

  #offer(): void {
    const next = this.#offers.next();
    if (next === undefined) return;
    this.#outstanding = next;
    this.#version += 1;
    const { sessionId } = this.#o;
    const description = offerToSubscriber(this.#side, next.lines, { sessionId, version: this.#version });
    const midToTrackId: Record<string, string> = {};
    for (const { mid, sent } of next.lines) if (sent !== undefined) midToTrackId[mid] = sent.trackId;
    const value = new SessionDescription({ type: 'offer', sdp: writeSdp(description), id: next.id, midToTrackId });
    this.#o.send(new SignalResponse({ message: { case: 'offer', value } }));
  }
}

/** States of a transport that was connected; ICE may find another path. */
const lostStates: ReadonlySet<string> = new Set(['disconnected', 'failed']);

/** LiveKit's SDKs know a track by its id and its stream by the participant's. */
function offeredOf(one: wire.Subscription.$Properties): OfferedConsumer {
  const trackId = one.trackId ?? '';
  return {
    trackId,
    consumerId: one.consumerId ?? '',
    kind: kindFromWire(one.kind),
    media: {
      rtp: rtpParametersFromWire(one.rtpParameters),
      streamId: `${one.publisherSessionId ?? ''}|${trackId}`,
      trackId,
    },
  };
}
