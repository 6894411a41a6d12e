// Tracks of this node that other nodes pull: one pipe consumer per (track, pulling node). While a track changes its
// producer here (its publisher moves, or this node changes its carrier), each pulling node has a consumer of either
// producer, and keeps the old one until it has changed over.
import { type ErrorCode, isInFence, MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { type ConsumerDemand, highestOf, mergeDemands, missingIn, type Shed } from '../core/index.ts';
import type { EngineConsumer, Pipe } from '../engine.ts';
import type { GrantShape, Outbox, PulledTrack, ServedTrack } from './shapes.ts';
import type { NodeTrack } from './track.ts';

interface ServedPull {
  readonly track: NodeTrack;
  readonly nodeId: string;
  readonly consumer: EngineConsumer;
  demand: ConsumerDemand;
  shed: Shed;
  paused: boolean;
  closed: boolean;
}
export interface ServingPorts {
  readonly log: Logger;
  readonly outbox: Outbox;
  pipe(nodeId: string, fence: string): Promise<Pipe>;
  track(roomKey: string, trackId: string): NodeTrack | undefined;
  /** Returns undefined when the grant holds. */
  refuse(o: {
    roomKey: string;
    trackId: string;
    pullerNodeId: string;
    grant: GrantShape | undefined;
  }): Promise<ErrorCode | undefined>;
  /** Keeps this node's own pull of the track while `nodeId` pulls the track from this node. */
  hold(track: NodeTrack, nodeId: string): void;
  release(track: NodeTrack, nodeId: string): void;
}

/**
 * More pullers get NO_CAPACITY. Owners choose other carriers long before (`fanOutMax`, signaling/src/core/carrier.ts).
 */
const pullersPerTrackMax = 64;

const keyOf = (track: NodeTrack, nodeId: string): string =>
  `${track.roomKey}\n${track.trackId}\n${nodeId}\n${track.epoch}`;

export class Serving {
  readonly #ports: ServingPorts;
  readonly #served = new Map<string, ServedPull>();

  constructor(ports: ServingPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#served.size;
  }

  pullersOf(track: NodeTrack): string[] {
    return [...this.#served.values()].flatMap((served) => (served.track === track ? [served.nodeId] : []));
  }

  servedTracksIn(roomKey: string): ServedTrack[] {
    const pullers = new Map<string, Set<string>>();
    for (const { track, nodeId } of this.#served.values()) {
      if (track.roomKey !== roomKey) continue;
      pullers.set(track.trackId, (pullers.get(track.trackId) ?? new Set()).add(nodeId));
    }
    return [...pullers].map(([trackId, nodeIds]) => ({ trackId, pullerNodeIds: [...nodeIds] }));
  }

  /**
   * Serves a pull. A repeated pull gets a new consumer, because the answer with the first may be lost. Rejects with the
   * grant's code, EPOCH_STALE, TRACK_UNKNOWN, FENCED_OUT, NO_CAPACITY or PIPE_FAILED.
   */
  async pull(
    nodeId: string,
    o: { roomKey: string; trackId: string; grant: GrantShape | undefined; region: string },
  ): Promise<PulledTrack> {
    const refused = await this.#ports.refuse({ ...o, pullerNodeId: nodeId });
    if (refused !== undefined) throw new MeridianError(refused);
    const requestedTrack = this.#ports.track(o.roomKey, o.trackId);
    if (requestedTrack === undefined) throw new MeridianError('TRACK_UNKNOWN');
    if (!isInFence(requestedTrack.fence, o.region)) throw new MeridianError('FENCED_OUT');
    if (this.#isFull(o.roomKey, o.trackId, nodeId))
      throw new MeridianError('NO_CAPACITY', 'too many nodes pull the track from this one already');
    const pipe = await this.#ports.pipe(nodeId, requestedTrack.fence);
    const track = this.#ports.track(o.roomKey, o.trackId); // it may have ended, or moved, while the pipe was opened
    if (track === undefined || track.fence !== requestedTrack.fence) throw new MeridianError('TRACK_UNKNOWN');
    const key = keyOf(track, nodeId);
    const entry: { served?: ServedPull } = {};
    const consumer = await pipe.consume({
      producerId: track.producer.id,
      catchUpIds: track.producer.catchUpIds,
      events: {
        closed: () => this.#end(key, entry.served, 'the track ended'),
        producerPaused: (paused) => this.#reportState(entry.served, paused),
        score: () => undefined, // the puller measures what reaches it; `reportState` reports what reaches this node
        layers: () => undefined, // all layers go over a pipe
      },
    });
    if (track.closed) {
      consumer.close();
      throw new MeridianError('TRACK_UNKNOWN');
    }
    this.#end(key, this.#served.get(key));
    const demand = { paused: false, maxSpatialLayer: Number.MAX_SAFE_INTEGER };
    const served: ServedPull = { track, nodeId, consumer, demand, shed: 'nothing', paused: false, closed: false };
    entry.served = served;
    this.#served.set(key, served);
    this.#ports.hold(track, nodeId);
    track.setDemand(demandKey(nodeId), demand);
    return {
      track: track.info,
      rtpParameters: consumer.rtpParameters,
      paused: track.producer.paused,
      publisherSessionId: track.publisherSessionId,
      trackEpoch: track.epoch,
      shared: track.isShared,
    };
  }

  #isFull(roomKey: string, trackId: string, nodeId: string): boolean {
    const track = this.#ports.track(roomKey, trackId);
    if (track === undefined || this.#served.has(keyOf(track, nodeId))) return false;
    return this.pullersOf(track).length >= pullersPerTrackMax;
  }

  /** Stops serving a track. `trackEpoch` 0: all its producers. */
  unpull(nodeId: string, o: { roomKey: string; trackId: string; trackEpoch: number }): void {
    for (const [key, served] of this.#servedTo(nodeId, o)) this.#end(key, served);
  }

  /** Returns a node's consumers of a track, oldest first: one, or two while the track changes its producer here. */
  #servedTo(nodeId: string, o: { roomKey: string; trackId: string; trackEpoch: number }): [string, ServedPull][] {
    return [...this.#served].filter(
      ([, { track, nodeId: puller }]) =>
        puller === nodeId &&
        track.roomKey === o.roomKey &&
        track.trackId === o.trackId &&
        (o.trackEpoch === 0 || o.trackEpoch === track.epoch),
    );
  }

  /** Applies a pulling node's demand. Answers a node that does not pull the track that the track has ended. */
  async demand(
    nodeId: string,
    o: {
      roomKey: string;
      trackId: string;
      trackEpoch: number;
      paused: boolean;
      maxSpatialLayer: number;
      minSpatialLayer: number;
      /** 0: all from `minSpatialLayer` to `maxSpatialLayer`. */
      spatialLayers: number;
      /** Absent: all temporal layers. */
      maxTemporalLayer?: number | null | undefined;
      /** Above 0: only start this catch-up stream. */
      catchUp: number;
    },
  ): Promise<void> {
    const served = this.#servedTo(nodeId, o).at(-1)?.[1];
    if (served === undefined) {
      this.#ports.outbox.carriedState(nodeId, {
        roomKey: o.roomKey,
        trackId: o.trackId,
        trackEpoch: o.trackEpoch,
        paused: false,
        closed: true,
        reason: 'not carried for you',
        score: 0,
      });
      return;
    }
    if (o.catchUp > 0) {
      served.track.requestCatchUp(o.catchUp);
      return;
    }
    served.demand = {
      paused: o.paused,
      maxSpatialLayer: o.maxSpatialLayer,
      minSpatialLayer: o.minSpatialLayer,
      spatialLayers: o.spatialLayers,
      maxTemporalLayer: o.maxTemporalLayer ?? undefined,
    };
    await this.#applyDemand(served);
  }

  tracksServedTo(nodeId: string): { readonly track: NodeTrack; readonly shed: Shed }[] {
    return [...this.#served.values()].filter((served) => served.nodeId === nodeId);
  }

  /** Sheds traffic of one track to a node. Reports a track that is held back entirely, with the reason. */
  async shed(nodeId: string, track: NodeTrack, shed: Shed): Promise<void> {
    const served = this.#served.get(keyOf(track, nodeId));
    if (served === undefined || served.shed === shed || served.track !== track) return;
    served.shed = shed;
    this.#reportState(served, track.producer.paused);
    await this.#applyDemand(served);
  }

  /** Pauses or resumes the consumer to match the demand; resuming requests a key frame. */
  async #applyDemand(served: ServedPull): Promise<void> {
    const { track, demand, shed } = served;
    const top = track.producer.layerCount - 1;
    const maxSpatialLayer =
      shed === 'top_layer' ? Math.min(demand.maxSpatialLayer, Math.max(0, top - 1)) : demand.maxSpatialLayer;
    const paused = demand.paused || shed === 'paused';
    track.setDemand(demandKey(served.nodeId), { ...demand, paused, maxSpatialLayer });
    if (!paused) await this.#applyLayers(served, { ...demand, maxSpatialLayer });
    if (paused === served.paused) return;
    served.paused = paused;
    await (paused ? served.consumer.pause() : served.consumer.resume());
  }

  /** Limits the pipe to the demanded layers; a worker without `pipe-layers` sends all. */
  async #applyLayers({ track, consumer }: ServedPull, demand: ConsumerDemand): Promise<void> {
    const { producer } = track;
    if (producer.layerKind === 'simple') return;
    const { spatialLayers, temporalLayer } = mergeDemands([demand], producer);
    await consumer.setPreferredLayers({
      spatialLayer: highestOf(spatialLayers),
      leftOut: missingIn(spatialLayers),
      temporalLayer,
    });
  }

  trackEnded(track: NodeTrack, reason: string): void {
    for (const [key, served] of [...this.#served]) if (served.track === track) this.#end(key, served, reason);
  }

  reportState(track: NodeTrack): void {
    for (const served of this.#served.values())
      if (served.track === track) this.#reportState(served, track.producer.paused);
  }

  /** Asks pulling nodes to look for another carrier, because this node cannot reach its own carrier of the track. */
  reportDoubtful(track: NodeTrack): void {
    for (const served of this.#served.values()) {
      if (served.track !== track) continue;
      const { roomKey, trackId, epoch: trackEpoch } = track;
      const state = {
        roomKey,
        trackId,
        trackEpoch,
        paused: track.producer.paused,
        closed: false,
        reason: '',
        score: 0,
      };
      this.#ports.outbox.carriedState(served.nodeId, { ...state, doubtful: true });
    }
  }

  reportAll(nodeId: string): void {
    for (const served of this.#served.values()) {
      if (served.nodeId === nodeId) this.#reportState(served, served.track.producer.paused);
    }
  }

  pipeLost(nodeId: string, fence: string): void {
    for (const [key, served] of [...this.#served])
      if (served.nodeId === nodeId && served.track.fence === fence) this.#end(key, served);
  }

  #reportState(served: ServedPull | undefined, paused: boolean): void {
    if (served === undefined || served.closed) return;
    const { roomKey, trackId, epoch: trackEpoch } = served.track;
    const score = served.track.originScore ?? 0; // 0: not known
    const held = served.shed === 'paused' ? 'link_budget' : '';
    this.#ports.outbox.carriedState(served.nodeId, {
      roomKey,
      trackId,
      trackEpoch,
      paused,
      closed: false,
      reason: '',
      score,
      held,
      shared: served.track.isShared,
    });
  }

  /** Ends serving a track to a node. Sends the `reason` to the puller; without a reason, the puller already knows. */
  #end(key: string, served: ServedPull | undefined, reason?: string): void {
    if (served === undefined || served.closed) return;
    served.closed = true;
    if (this.#served.get(key) === served) this.#served.delete(key);
    served.consumer.close();
    served.track.clearDemand(demandKey(served.nodeId));
    this.#ports.release(served.track, served.nodeId);
    if (reason === undefined) return;
    const { roomKey, trackId, epoch: trackEpoch } = served.track;
    const closedState = { roomKey, trackId, trackEpoch, paused: false, closed: true, reason, score: 0 };
    this.#ports.outbox.carriedState(served.nodeId, closedState);
  }
}

const demandKey = (nodeId: string): string => `node ${nodeId}`;
