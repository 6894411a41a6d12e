// Offers of tracks: the carrier chosen for a puller, and the grant signed with this instance's certificate key.
import { encodeClaim, isInFence, limits, newId } from '@meridian/protocol';
import { type Clock, type Credentials, type Rng, signWith } from '@meridian/runtime';
import {
  type Carriers,
  chooseCarrier,
  delayBetween,
  type Fleet,
  isServing,
  type Participant,
  type Track,
} from '../core/index.ts';
import type { TrackOffer } from '../ports.ts';

export interface OfferWish {
  readonly roomKey: string;
  readonly epoch: number;
  readonly pullerNodeId: string;
  readonly track: Track;
  readonly publisher: Participant;
  readonly carriers: Carriers;
  /** Media nodes that hold somebody of the room. */
  readonly inRoom: ReadonlySet<string>;
  /** How many nodes pull the track from a node. */
  pullersOf(nodeId: string): number;
  /** Nodes that have just failed the puller. */
  readonly avoid: ReadonlySet<string>;
  /** '' : chosen by the rule. */
  readonly carrierNodeId: string;
  /** Of the room. */
  readonly fence: string;
}

export class OfferIssuer {
  readonly #o: { clock: Clock; rng: Rng; credentials(): Credentials; fleet(): Fleet };

  constructor(o: { clock: Clock; rng: Rng; credentials(): Credentials; fleet(): Fleet }) {
    this.#o = o;
  }

  /** Undefined when nobody inside the room's fence may give it to this node. */
  offer(wish: OfferWish): TrackOffer | undefined {
    const { track, pullerNodeId, fence } = wish;
    const isInside = (nodeId: string): boolean => isInFence(fence, this.#o.fleet().get(nodeId)?.region ?? '');
    const carrierNodeId = wish.carrierNodeId || this.#carrierOf(wish);
    if (carrierNodeId === undefined || !isInside(carrierNodeId) || !isInside(pullerNodeId)) return undefined;
    const local = carrierNodeId === pullerNodeId;
    return {
      trackId: track.trackId,
      publisherSessionId: wish.publisher.sessionId,
      originNodeId: track.nodeId,
      carrierNodeId,
      grant: local ? undefined : this.#grant(wish, carrierNodeId),
    };
  }

  #carrierOf(wish: OfferWish): string | undefined {
    const fleet = this.#o.fleet();
    return chooseCarrier({
      puller: wish.pullerNodeId,
      origin: wish.track.nodeId,
      carriers: wish.carriers,
      placeOf: (nodeId) => fleet.get(nodeId),
      delayMs: (from, to) => delayBetween(fleet, from, to),
      pullersOf: wish.pullersOf,
      avoid: wish.avoid,
      fence: wish.fence,
      serves: (nodeId) => wish.inRoom.has(nodeId) && isServing(fleet.get(nodeId)),
    });
  }

  #grant(wish: OfferWish, servingNodeId: string): TrackOffer['grant'] {
    const { clock, rng } = this.#o;
    const { keyPem, certPem } = this.#o.credentials();
    const claim = encodeClaim({
      roomKey: wish.roomKey,
      trackId: wish.track.trackId,
      pullerNodeId: wish.pullerNodeId,
      servingNodeId,
      fence: wish.fence,
      epoch: wish.epoch,
      issuedWallMs: clock.wallMs(),
      lifetimeMs: limits.grantLifetimeMs,
      grantId: newId('GR_', (count) => rng.bytes(count)),
    });
    return { claim, signature: signWith(keyPem, claim), certificatePem: certPem };
  }
}
