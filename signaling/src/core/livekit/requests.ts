// Translates a LiveKit client's messages to our frames; the bridge handles offers, answers, new tracks and candidates.
import {
  type MuteTrackRequest,
  type Ping,
  type RequestResponse,
  RequestResponse_Reason,
  type SignalRequest,
  type SignalResponse,
  type SubscriptionPermission,
  type SyncState,
  type UpdateParticipantMetadata,
} from '@livekit/protocol';
import type { wire } from '@meridian/protocol';
import { Preferences, type PreferenceUpdates } from './preferences.ts';
import { reasonOf } from './request-reasons.ts';
import { responseOf } from './responses.ts';
import type { ShownRoom } from './shown-room.ts';
import { allowedSubscribersOf } from './subscribers.ts';

/** Frame to our service, without its number. */
export type ClientMessage = Omit<wire.ClientFrame.$Properties, 'requestId'>;

export interface AnsweredError {
  readonly code: string;
  readonly message: string;
}
/** Request to our service. The caller passes on the answer once, with its error, and sends the client the result. */
export interface ServiceRequest {
  readonly message: ClientMessage;
  readonly onAnswer: (error?: AnsweredError) => SignalResponse[];
}
export interface Translated {
  readonly serviceRequests: readonly ServiceRequest[];
  readonly responses: readonly SignalResponse[];
  /** Message case that was ignored in whole or in part, for counting; 'unknown' for an unknown case. */
  readonly ignored?: string;
}

export class Requests {
  readonly #room: ShownRoom;
  readonly #preferences: Preferences;

  /** `automatic`: the client receives every track unasked (default). */
  constructor(room: ShownRoom, { automatic = true }: { readonly automatic?: boolean } = {}) {
    this.#room = room;
    this.#preferences = new Preferences(room, automatic);
  }

  translate({ message }: SignalRequest, { nowWallMs }: { readonly nowWallMs: number }): Translated {
    switch (message.case) {
      case 'mute':
        return this.mute(message.value);
      case 'subscription':
        return this.#subscribing(this.#preferences.subscribe(message.value), message.case);
      case 'trackSetting':
        return this.#subscribing(this.#preferences.set(message.value), message.case);
      case 'syncState':
        return this.#sync(message.value);
      case 'updateMetadata':
        return updateMetadata(message.value);
      case 'subscriptionPermission':
        return this.#subscriptionPermission(message.value);
      case 'ping':
        return { ...nothing, responses: [responseOf('pong', BigInt(Math.floor(nowWallMs)))] };
      case 'pingReq':
        return pongTo(message.value, nowWallMs);
      case 'publishDataTrackRequest':
        return unsupported({ case: 'publishDataTrack', value: message.value }, message.case);
      case 'unpublishDataTrackRequest':
        return unsupported({ case: 'unpublishDataTrack', value: message.value }, message.case);
      case 'storeDataBlobRequest':
      case 'getDataBlobRequest':
        return unsupported({ case: undefined }, message.case, message.value.requestId);
      default:
        // The roster has no features of a track and no layers that change; test clients simulate faults themselves.
        return { ...nothing, ignored: message.case ?? 'unknown' };
    }
  }

  /** Returns the requests to repeat for a session resumed over another socket. */
  repeatedRequests(): readonly ServiceRequest[] {
    return this.#subscribing(this.#preferences.refused(), 'syncState').serviceRequests;
  }

  /** Requests a mute, unless the roster has it or will have it. A track that it lacks is muted when it comes. */
  mute({ sid, muted }: Pick<MuteTrackRequest, 'sid' | 'muted'>): Translated {
    const track = this.#room.ownTracks().find(({ trackId }) => trackId === sid);
    if (track === undefined) return nothing;
    const { mutes } = this.#room;
    if (!mutes.request(sid, muted, track.muted)) return nothing;
    const onAnswer = (error?: AnsweredError): SignalResponse[] => {
      if (error !== undefined) mutes.forget(sid);
      return [];
    };
    return { ...nothing, serviceRequests: [{ message: { setTrackMuted: { trackId: sid, muted } }, onAnswer }] };
  }

  /** Handles a returning client's state. The bridge handles its tracks; new offers replace its descriptions. */
  #sync({ subscription, trackSidsDisabled }: SyncState): Translated {
    const wanted = subscription === undefined ? noUpdates : this.#preferences.subscribe(subscription);
    const paused = this.#preferences.pause(trackSidsDisabled);
    const updates = [...wanted.updates, ...paused.updates];
    return this.#subscribing({ updates, isPartial: wanted.isPartial || paused.isPartial }, 'syncState');
  }

  #subscribing({ updates, isPartial }: PreferenceUpdates, name: string): Translated {
    const serviceRequests = updates.map(
      (update): ServiceRequest => ({
        message: { updateSubscription: update },
        onAnswer: (error) =>
          error === undefined ? [] : this.#room.subscriptionRefused(update.trackId ?? '', error.code),
      }),
    );
    return { ...nothing, serviceRequests, ...(isPartial ? { ignored: name } : {}) };
  }

  #subscriptionPermission(permission: SubscriptionPermission): Translated {
    if (permission.allParticipants) return requesting({ setSubscribers: {} });
    const { allowed, isPartial } = allowedSubscribersOf(permission, this.#room);
    return {
      ...requesting({ setSubscribers: { subscribers: { allowed } } }),
      ...(isPartial ? { ignored: 'subscriptionPermission' } : {}),
    };
  }
}

/** A day; a longer round trip means nothing. */
const rttMsMax = 24 * 3600_000;

const noUpdates: PreferenceUpdates = { updates: [], isPartial: false };
const nothing: Translated = { serviceRequests: [], responses: [] };
const requesting = (message: ClientMessage): Translated => ({
  ...nothing,
  serviceRequests: [{ message, onAnswer: () => [] }],
});

function pongTo({ timestamp, rtt }: Ping, nowWallMs: number): Translated {
  const pong = { lastPingTimestamp: timestamp, timestamp: BigInt(Math.floor(nowWallMs)) };
  const rttMs = Math.min(Math.max(Number(rtt), 0), rttMsMax);
  return { ...requesting({ ping: { sentMs: Number(timestamp), rttMs } }), responses: [responseOf('pongResp', pong)] };
}

/** LiveKit treats an empty name or metadata as unchanged, so a name cannot be cleared. */
function updateMetadata(request: UpdateParticipantMetadata): Translated {
  const { name, metadata, attributes, requestId } = request;
  const updateSelf = { ...(name === '' ? {} : { name }), ...(metadata === '' ? {} : { metadata }), attributes };
  const onAnswer = (error?: AnsweredError): SignalResponse[] => [
    responseOf('requestResponse', {
      requestId,
      reason: error === undefined ? RequestResponse_Reason.OK : reasonOf(error.code),
      message: error?.message ?? '',
      request: { case: 'updateMetadata', value: request },
    }),
  ];
  return { ...nothing, serviceRequests: [{ message: { updateSelf }, onAnswer }] };
}

/** Data tracks and blobs are not supported here. */
const unsupported = (request: RequestResponse['request'], name: string, requestId = 0): Translated => ({
  ...nothing,
  responses: [
    responseOf('requestResponse', {
      requestId,
      reason: RequestResponse_Reason.UNSUPPORTED_TYPE,
      message: 'not supported here',
      request,
    }),
  ],
  ignored: name,
});
