// Routes a room's tracks between its media nodes: which nodes carry a track, which carrier a node is offered, and which
// nodes have to change it because a carrier is in doubt, a path is too long, or the publisher has moved.
import { MeridianError, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { carriersTooDeep, type Roster, TrackCarriers } from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { NodeLinks } from '../links/nodes.ts';
import type { Lease, RefusedTrack, TrackOffer } from '../ports.ts';
import type { OfferIssuer } from './offer-issuer.ts';
import { TrackFailover } from './track-failover.ts';

export interface TrackRoutingOptions {
  readonly room: Pick<Lease, 'roomKey' | 'ownerId' | 'epoch'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodes: NodeLinks;
  readonly roster: Roster;
  readonly offerIssuer: OfferIssuer;
  /** Live set of the room's media nodes. */
  readonly roomNodeIds: ReadonlySet<string>;
  fence(): string;
}

/** Track with a new origin, and the nodes that carried it from the old origin. */
export interface FormerCarriers {
  readonly trackId: string;
  readonly nodeIds: readonly string[];
}

export class TrackRouting {
  readonly #o: TrackRoutingOptions;
  readonly #carriers = new TrackCarriers();
  readonly #failover: TrackFailover;

  constructor(o: TrackRoutingOptions) {
    this.#o = o;
    const { clock, log, nodes, room, roomNodeIds } = o;
    this.#failover = new TrackFailover({
      clock,
      log,
      nodes,
      ref: () => room,
      offer: (puller, trackId) => (roomNodeIds.has(puller) ? this.offer(puller, trackId, '') : undefined),
    });
  }

  /** Returns the pulls of tracks between media nodes; at most `roomPathsMax`. */
  paths(): wire.TrackPath.$Properties[] {
    const found: wire.TrackPath.$Properties[] = [];
    for (const path of this.#carriers.paths()) {
      if (found.length >= bounds.roomPathsMax) break;
      // Pulls of nodes outside the room are left out, since a dead node does not report the end of its pulls.
      if (this.#o.roomNodeIds.has(path.nodeId)) found.push(path);
    }
    return found;
  }

  /** Returns an offer for each track that the node may have, and the refusals of the others. Throws as `offer`. */
  grants(
    pullerNodeId: string,
    trackIds: readonly string[],
    carrierNodeId: string,
  ): { offers: TrackOffer[]; failed: RefusedTrack[] } {
    const offers: TrackOffer[] = [];
    const failed: RefusedTrack[] = [];
    for (const trackId of trackIds) {
      const offer = this.offer(pullerNodeId, trackId, carrierNodeId);
      if (offer !== undefined) offers.push(offer);
      else {
        const code = this.#o.roster.track(trackId) === undefined ? 'TRACK_UNKNOWN' : 'FENCED_OUT';
        failed.push({ trackId, code, message: '' });
      }
    }
    return { offers, failed };
  }

  /**
   * Returns the carrier for a node's pull; undefined: the track is over, or the fence forbids all. `carrierNodeId`: the
   * carrier that the node names, REQUEST_INVALID if it does not carry the track; '': `chooseCarrier` decides.
   */
  offer(pullerNodeId: string, trackId: string, carrierNodeId: string): TrackOffer | undefined {
    const { roster, room, offerIssuer, roomNodeIds } = this.#o;
    const found = roster.track(trackId);
    if (found === undefined) return undefined;
    const carriers = this.#carriers.carriersOf(trackId);
    const isCarrier =
      carrierNodeId === found.track.nodeId || (carriers.has(carrierNodeId) && roomNodeIds.has(carrierNodeId));
    if (carrierNodeId !== '' && !isCarrier)
      throw new MeridianError('REQUEST_INVALID', 'that node does not carry the track');
    const { roomKey, epoch } = room;
    const offer = offerIssuer.offer({
      roomKey,
      epoch,
      pullerNodeId,
      track: found.track,
      publisher: found.publisher,
      carriers,
      roomNodeIds,
      pullersOf: (nodeId) => this.#carriers.pullersOf(trackId, nodeId, pullerNodeId, roomNodeIds),
      avoidedNodeIds: new Set([
        ...this.#failover.avoidedCarriers(pullerNodeId, trackId),
        ...this.#carriers.nodesBelow(trackId, pullerNodeId),
      ]),
      carrierNodeId,
      fence: this.#o.fence(),
    });
    if (offer?.grant !== undefined) this.#carriers.recordGrant(trackId, pullerNodeId, offer.carrierNodeId);
    return offer;
  }

  /** Takes a node's report: its granted pull of a track has begun or ended, or its carrier is in doubt. */
  takeReport(nodeId: string, trackId: string, o: { carries: boolean; fromNodeId: string; doubtful: boolean }): void {
    const { roster, room, roomNodeIds, log } = this.#o;
    const found = roster.track(trackId);
    if (found === undefined) return;
    const isInRoom = roomNodeIds.has(nodeId);
    if ((o.carries && !isInRoom) || !this.#carriers.takeReport(trackId, nodeId, o)) {
      const fields = { roomKey: room.roomKey, trackId, nodeId, fromNodeId: o.fromNodeId };
      log.info(fields, 'a node reports that it carries a track without a grant');
      return;
    }
    if (!o.carries || !isInRoom) return;
    if (o.doubtful) {
      this.#failover.avoid(nodeId, trackId, o.fromNodeId);
      this.#failover.begin(nodeId, trackId, o.fromNodeId);
    }
    const carriers = this.#carriers.carriersOf(trackId);
    for (const deep of carriersTooDeep(carriers, found.track.nodeId))
      this.#failover.begin(deep, trackId, carriers.get(deep) ?? '');
  }

  /** Restores the carriers for a new owner from the pullers that the media nodes name. */
  restore(served: readonly { nodeId: string; trackId: string; pullerNodeIds: readonly string[] }[]): void {
    const pullers = new Map(served.map((one) => [JSON.stringify([one.nodeId, one.trackId]), one.pullerNodeIds]));
    for (const { trackId } of served) {
      const found = this.#o.roster.track(trackId);
      if (found === undefined) continue;
      const servedBy = (nodeId: string) => pullers.get(JSON.stringify([nodeId, trackId])) ?? [];
      this.#carriers.restore(trackId, found.track.nodeId, servedBy);
    }
  }

  /** Forgets the carriers of tracks with a new origin. Returns them, for `follow`. */
  restart(trackIds: readonly string[]): FormerCarriers[] {
    return trackIds.map((trackId) => ({ trackId, nodeIds: this.#carriers.restart(trackId) }));
  }

  /** Has every former carrier, and the old origin, pull from the new origin. */
  follow(carried: readonly FormerCarriers[], fromNodeId: string, toNodeId: string): void {
    for (const { trackId, nodeIds } of carried)
      for (const nodeId of new Set([fromNodeId, ...nodeIds]))
        if (nodeId !== toNodeId) this.#failover.follow(nodeId, trackId);
  }

  forget(trackId: string): void {
    this.#carriers.forget(trackId);
    this.#failover.forget(trackId);
  }

  /** Idempotent. */
  close(): void {
    this.#failover.close();
  }
}
