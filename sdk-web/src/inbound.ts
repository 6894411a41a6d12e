// Dispatches the frames that the service sends unasked, each to the part that it concerns.

import {
  asClientError,
  crowdHandsOf,
  type Emitter,
  errorFromWire,
  type Lobby,
  lobbyOf,
  MeridianClientError,
  type ServerFrame,
  type SubscriptionRow,
  subscriptionRow,
} from '@meridian/client';
import {
  chatTopic,
  type Participant as ParticipantRow,
  participantFromWire,
  rosterEventFromWire,
  rosterViewFromWire,
  sourceFromWire,
  viewersFromWire,
  type wire,
} from '@meridian/protocol';
import { decodeChat } from './chat.ts';
import { layerDemandOf } from './core/layer-demand.ts';
import type { CrowdMembership } from './crowd.ts';
import type { RoomEventMap } from './events.ts';
import type { Publishing } from './media/publishing.ts';
import type { Subscribing } from './media/subscribing.ts';
import type { RosterView } from './roster-view.ts';
import type { Rpc } from './rpc.ts';

export interface InboundPorts {
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  readonly roster: RosterView;
  readonly publishing: Publishing;
  readonly subscribing: Subscribing;
  readonly dynacast: boolean;
  readonly rpc: Pick<Rpc, 'onMessage'>;
  ownsTransport(transportId: string): boolean;
  mediaLost(error: MeridianClientError): void;
  /** Hands of a show's crowd, and a host's calls onto the stage or off it. */
  readonly crowd: Pick<CrowdMembership, 'setHands' | 'onStageAsked' | 'handLowered'>;
  lobby(lobby: Lobby): void;
  /** Returns true when the frame was about posts. */
  posts(frame: ServerFrame): boolean;
  rights(self: ParticipantRow): void;
  /** Called after a move, when the old node has released us. */
  leftOldNode(): void;
  inBackground(work: Promise<unknown>): void;
}

export class Inbound {
  readonly #o: InboundPorts;

  constructor(o: InboundPorts) {
    this.#o = o;
  }

  /** Handles a frame that answers no request; unknown frames of a later version are skipped. */
  frame(frame: ServerFrame): void {
    if (this.#o.posts(frame)) return;
    if (frame.roomEvents) this.#roomEvents(frame.roomEvents);
    else if (frame.rosterSnapshot) this.#snapshot(frame.rosterSnapshot);
    else if (frame.roomViewers) this.#o.roster.updateViewers(viewersFromWire(frame.roomViewers));
    else if (frame.subscriptionsAdded) this.#subscriptionsAdded(frame.subscriptionsAdded);
    else if (frame.subscriptionRemoved) this.#subscriptionRemoved(frame.subscriptionRemoved);
    else if (frame.subscriptionState) this.#subscriptionState(frame.subscriptionState);
    else if (frame.layerDemand) this.#layerDemand(frame.layerDemand);
    else if (frame.renditionRequest) this.#renditionRequest(frame.renditionRequest);
    else if (frame.dataReceived) this.#dataReceived(frame.dataReceived);
    else if (frame.trackMoved) this.#trackMoved(frame.trackMoved);
    else if (frame.moveDone) this.#o.leftOldNode();
    else if (frame.transportChanged) this.#transportChanged(frame.transportChanged);
    else if (frame.lobby) this.#o.lobby(lobbyOf(frame.lobby));
    else if (frame.crowdHands) this.#o.crowd.setHands(crowdHandsOf(frame.crowdHands));
    else if (frame.stageAsked) this.#o.crowd.onStageAsked(frame.stageAsked);
    else if (frame.handLowered) this.#o.crowd.handLowered();
    else if (frame.rightsChanged) this.#o.rights(participantFromWire(frame.rightsChanged.self ?? {}));
    else if (frame.unmuteAsked) {
      const { source, byIdentity } = frame.unmuteAsked;
      this.#o.events.emit('unmuteAsked', sourceFromWire(source), byIdentity ?? '');
    }
  }

  /** Converts subscriptions; an unreadable one is reported and left out. */
  subscriptions(list: wire.Subscription.$Properties[] | null | undefined): SubscriptionRow[] {
    return (list ?? []).flatMap((subscription) => {
      try {
        return [subscriptionRow(subscription)];
      } catch (error) {
        this.subscriptionFailed(subscription.trackId ?? '', asClientError(error, 'RTP_PARAMETERS_INVALID'));
        return [];
      }
    });
  }

  subscriptionFailed(trackId: string, error: MeridianClientError): void {
    const found = this.#o.roster.find(trackId);
    found?.publication.setDesired(false);
    this.#o.events.emit('trackSubscriptionFailed', trackId, error, found?.participant);
  }

  #roomEvents({ roomEpoch, events }: wire.RoomEvents.$Properties): void {
    this.#o.roster.apply(roomEpoch ?? 0, (events ?? []).map(rosterEventFromWire));
  }

  #snapshot(snapshot: wire.RosterSnapshot.$Properties): void {
    const { roster } = this.#o;
    roster.replace({ ...rosterViewFromWire(snapshot), selfSessionId: roster.roster.selfSessionId }, true);
  }

  #subscriptionsAdded(added: wire.SubscriptionsAdded.$Properties): void {
    for (const { trackId, code, message } of added.failed ?? []) {
      this.subscriptionFailed(trackId ?? '', errorFromWire({ code: code ?? '', message: message ?? '' }));
    }
    this.#o.inBackground(this.#o.subscribing.add(this.subscriptions(added.subscriptions)));
  }

  #subscriptionRemoved({ consumerId, trackId }: wire.SubscriptionRemoved.$Properties): void {
    this.#o.subscribing.removed(consumerId ?? '', trackId ?? '');
  }

  #subscriptionState(state: wire.SubscriptionState.$Properties): void {
    const trackId = state.trackId ?? '';
    if (!this.#o.subscribing.setProducerPaused(state.consumerId ?? '', trackId, state.producerPaused ?? false)) return;
    const found = this.#o.roster.find(trackId);
    if (found === undefined) return;
    found.publication.setReceived({
      currentLayers: {
        ...(state.spatialLayer == null ? {} : { spatialLayer: state.spatialLayer }),
        ...(state.temporalLayer == null ? {} : { temporalLayer: state.temporalLayer }),
      },
      pausedReason: state.pausedReason ?? '',
    });
    this.#o.events.emit('trackLayersChanged', found.publication, found.participant);
  }

  #layerDemand(o: wire.LayerDemand.$Properties): void {
    if (this.#o.dynacast) this.#o.publishing.demand(o.trackId ?? '', layerDemandOf(o), (o.moveId ?? '') !== '');
  }

  #renditionRequest({ trackId, mimeType, isWanted }: wire.RenditionRequest.$Properties): void {
    this.#o.inBackground(this.#o.publishing.renditionRequest(trackId ?? '', mimeType ?? '', isWanted ?? false));
  }

  #dataReceived(data: wire.DataReceived.$Properties): void {
    const participant = this.#o.roster.bySession(data.sessionId ?? '');
    const payload = data.payload ?? new Uint8Array();
    const { sessionId = '', topic = '' } = data as wire.DataReceived;
    if (this.#o.rpc.onMessage({ sessionId, topic, payload }, participant?.identity)) return;
    const message = data.topic === chatTopic ? decodeChat(payload, data.wallMs ?? 0) : undefined;
    if (message !== undefined) this.#o.events.emit('chatMessage', message, participant);
    else this.#o.events.emit('dataReceived', payload, participant, data.topic ?? '', data.lossy !== true);
  }

  #trackMoved(moved: wire.TrackMoved.$Properties): void {
    const [row] = this.subscriptions(moved.subscription == null ? [] : [moved.subscription]);
    if (row === undefined) return;
    const trackEpoch = moved.trackEpoch ?? row.trackEpoch;
    this.#o.inBackground(this.#o.subscribing.move({ ...row, trackEpoch }, moved.oldConsumerId ?? ''));
  }

  #transportChanged({ transportId, state }: wire.TransportChanged.$Properties): void {
    const hasEnded = state === 'closed' || state === 'failed';
    if (hasEnded && this.#o.ownsTransport(transportId ?? '')) {
      this.#o.mediaLost(new MeridianClientError('MEDIA_FAILED', `the media node reports its transport as ${state}`));
    }
  }
}
