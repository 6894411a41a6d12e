// Reports tracks that a LiveKit client cannot receive, may not receive, or that its link does not carry.
import { type SignalResponse, StreamState, SubscriptionError } from '@livekit/protocol';
import type { wire } from '@meridian/protocol';
import { responseOf } from './responses.ts';

type PublisherOf = (trackSid: string) => string | undefined;

export class SubscriptionNews {
  readonly #withheld = new Set<string>();
  readonly #paused = new Set<string>();

  apply(frame: wire.ServerFrame.$Properties, publisherOf: PublisherOf): SignalResponse[] {
    if (frame.subscriptionsAdded) return this.#added(frame.subscriptionsAdded, publisherOf);
    if (frame.subscriptionRemoved) return this.#removed(frame.subscriptionRemoved, publisherOf);
    if (frame.subscriptionState) return this.#state(frame.subscriptionState, publisherOf);
    return [];
  }

  forget(trackSid: string): void {
    this.#withheld.delete(trackSid);
    this.#paused.delete(trackSid);
  }

  #added({ subscriptions, failed }: wire.SubscriptionsAdded.$Properties, publisherOf: PublisherOf): SignalResponse[] {
    const made = (subscriptions ?? []).flatMap(({ trackId }) => this.#allowed(trackId ?? '', true, publisherOf));
    const refused = (failed ?? []).flatMap(({ trackId, code }) =>
      code === 'NOT_PERMITTED'
        ? this.#allowed(trackId ?? '', false, publisherOf)
        : [responseOf('subscriptionResponse', { trackSid: trackId ?? '', err: errors.get(code ?? '') ?? otherError })],
    );
    return [...made, ...refused];
  }

  #removed({ trackId, reason }: wire.SubscriptionRemoved.$Properties, publisherOf: PublisherOf): SignalResponse[] {
    const trackSid = trackId ?? '';
    this.#paused.delete(trackSid);
    return reason === 'NOT_PERMITTED' ? this.#allowed(trackSid, false, publisherOf) : [];
  }

  /** Reports a changed permission; a track outside the roster is skipped. */
  #allowed(trackSid: string, allowed: boolean, publisherOf: PublisherOf): SignalResponse[] {
    const participantSid = publisherOf(trackSid);
    if (participantSid === undefined || this.#withheld.has(trackSid) === !allowed) return [];
    if (allowed) this.#withheld.delete(trackSid);
    else this.#withheld.add(trackSid);
    return [responseOf('subscriptionPermissionUpdate', { participantSid, trackSid, allowed })];
  }

  #state({ trackId, pausedReason }: wire.SubscriptionState.$Properties, publisherOf: PublisherOf): SignalResponse[] {
    const trackSid = trackId ?? '';
    const participantSid = publisherOf(trackSid);
    const isPaused = !unreportedReasons.has(pausedReason ?? '');
    if (participantSid === undefined || this.#paused.has(trackSid) === isPaused) return [];
    if (isPaused) this.#paused.add(trackSid);
    else this.#paused.delete(trackSid);
    const state = isPaused ? StreamState.PAUSED : StreamState.ACTIVE;
    return [responseOf('streamStateUpdate', { streamStates: [{ participantSid, trackSid, state }] })];
  }
}

/** Pause reasons that are not reported: '' is not paused, and a subscriber or publisher knows of its own pause. */
const unreportedReasons: ReadonlySet<string> = new Set(['', 'subscriber', 'publisher']);

const otherError = SubscriptionError.SE_UNKNOWN;
const errors: ReadonlyMap<string, SubscriptionError> = new Map([
  ['CODEC_UNSUPPORTED', SubscriptionError.SE_CODEC_UNSUPPORTED],
  ['TRACK_UNKNOWN', SubscriptionError.SE_TRACK_NOTFOUND],
]);
