// Makes offers of tracks: each names the carrier chosen for a puller, and has the grant to pull from it, signed with
// this instance's certificate key.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { encodeClaim, isInFence, limits, newId, type Participant, type Track } from '@meridian/protocol';
import { type Clock, type Credentials, type Rng, signWith } from '@meridian/runtime';
import { type Carriers, chooseCarrier, delayBetween, type Fleet, isServing } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { TrackOffer } from '../ports.ts';
import { controlUrlOf } from '../wire/control-wire.ts';

export interface OfferRequest {
  readonly roomKey: string;
  readonly epoch: number;
  readonly pullerNodeId: string;
  readonly track: Track;
  readonly publisher: Participant;
  readonly carriers: Carriers;
  readonly roomNodeIds: ReadonlySet<string>;
  /** Returns how many nodes pull the track from a node. */
  pullersOf(nodeId: string): number;
  /** Nodes that have just failed the puller. */
  readonly avoidedNodeIds: ReadonlySet<string>;
  /** Carrier that the puller names; '': `chooseCarrier` decides. */
  readonly carrierNodeId: string;
  readonly fence: string;
}

type Grant = NonNullable<TrackOffer['grant']>;

export class OfferIssuer {
  readonly #o: { clock: Clock; rng: Rng; credentials(): Credentials; fleet(): Fleet };
  #key: { readonly pem: string; readonly imported: KeyObject } | undefined;
  /** Grants of the last moments by what they allow, oldest first: a class that joins gets the same one. */
  readonly #grants = new Map<string, { readonly grant: Grant; readonly issuedMs: number }>();

  constructor(o: { clock: Clock; rng: Rng; credentials(): Credentials; fleet(): Fleet }) {
    this.#o = o;
  }

  /** Returns undefined when no node inside the room's fence may give the track to this node. */
  offer(request: OfferRequest): TrackOffer | undefined {
    const { track, pullerNodeId, fence } = request;
    const isInside = (nodeId: string): boolean => isInFence(fence, this.#o.fleet().get(nodeId)?.region ?? '');
    const carrierNodeId = request.carrierNodeId || this.#carrierOf(request);
    if (carrierNodeId === undefined || !isInside(carrierNodeId) || !isInside(pullerNodeId)) return undefined;
    const local = carrierNodeId === pullerNodeId;
    const carrierUrl = local ? undefined : controlUrlOf(this.#o.fleet().get(carrierNodeId));
    return {
      trackId: track.trackId,
      publisherSessionId: request.publisher.sessionId,
      originNodeId: track.nodeId,
      carrierNodeId,
      ...(carrierUrl === undefined ? {} : { carrierUrl }),
      grant: local ? undefined : this.#grant(request, carrierNodeId),
    };
  }

  #carrierOf(request: OfferRequest): string | undefined {
    const fleet = this.#o.fleet();
    return chooseCarrier({
      puller: request.pullerNodeId,
      origin: request.track.nodeId,
      carriers: request.carriers,
      placeOf: (nodeId) => fleet.get(nodeId),
      delayMs: (from, to) => delayBetween(fleet, from, to),
      pullersOf: request.pullersOf,
      avoidedNodeIds: request.avoidedNodeIds,
      fence: request.fence,
      serves: (nodeId) => request.roomNodeIds.has(nodeId) && isServing(fleet.get(nodeId)),
    });
  }

  /** Returns a grant with most of its life left, since the puller may wait before it pulls. */
  #grant(request: OfferRequest, servingNodeId: string): Grant {
    const { roomKey, track, pullerNodeId, fence, epoch } = request;
    const { certPem } = this.#o.credentials();
    const key = JSON.stringify([roomKey, track.trackId, pullerNodeId, servingNodeId, fence, epoch]);
    const nowMs = this.#o.clock.nowMs();
    const known = this.#grants.get(key);
    if (known?.grant.certificatePem === certPem && nowMs - known.issuedMs < bounds.grantReusedMs) return known.grant;
    const grant = this.#signedGrant(request, servingNodeId);
    this.#grants.delete(key);
    this.#grants.set(key, { grant, issuedMs: nowMs });
    for (const [oldest, { issuedMs }] of this.#grants) {
      if (this.#grants.size <= bounds.grantsReusedMax && nowMs - issuedMs < bounds.grantReusedMs) break;
      this.#grants.delete(oldest);
    }
    return grant;
  }

  #signedGrant(request: OfferRequest, servingNodeId: string): Grant {
    const { clock, rng } = this.#o;
    const { keyPem, certPem } = this.#o.credentials();
    if (this.#key?.pem !== keyPem) this.#key = { pem: keyPem, imported: createPrivateKey(keyPem) };
    const claim = encodeClaim({
      roomKey: request.roomKey,
      trackId: request.track.trackId,
      pullerNodeId: request.pullerNodeId,
      servingNodeId,
      fence: request.fence,
      epoch: request.epoch,
      issuedWallMs: clock.wallMs(),
      lifetimeMs: limits.grantLifetimeMs,
      grantId: newId('GR_', (count) => rng.bytes(count)),
    });
    return { claim, signature: signWith(this.#key.imported, claim), certificatePem: certPem };
  }
}
