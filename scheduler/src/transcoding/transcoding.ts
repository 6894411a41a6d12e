// Renditions that publishers cannot make: a room's owner requests a rendition, and the centre hands the job to a
// gateway.
import {
  isFence,
  isNodeId,
  isTrackId,
  limits,
  MeridianError,
  nodeKind,
  partsOfRoomKey,
  transcodeMillicoresOf,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { check } from '../base/checks.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import { publicState } from '../fleet/core/node.ts';
import type { Ownership } from '../owning/ownership.ts';
import { chooseGateways, type TranscodingGateway } from './core/choice.ts';
import { HandedJobs } from './core/handed-jobs.ts';

const GATEWAYS_TRIED_MAX = 3;
const SIDE_PX_MAX = 16_384;

export interface TranscodingOptions {
  readonly fleet: Fleet;
  readonly ownership: Pick<Ownership, 'knownLease'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Transcoding {
  readonly #o: TranscodingOptions;
  readonly #handed = new HandedJobs();

  constructor(o: TranscodingOptions) {
    this.#o = o;
  }

  /**
   * Makes a gateway begin the job of `order`; `send` hands it over and resolves when the gateway accepts. A repeated
   * job goes to the same gateway within seconds. Rejects with REQUEST_INVALID, EPOCH_STALE (the asker does not own the
   * room), NO_NODE, OVERLOADED, or the gateways' own error.
   */
  async start(
    order: wire.Transcode,
    askerId: string,
    send: (gatewayId: string, order: wire.Transcode) => Promise<unknown>,
  ): Promise<void> {
    const { clock, log, ownership } = this.#o;
    checkOrder(order);
    const lease = ownership.knownLease(order.roomKey)?.lease;
    if (lease?.ownerId !== askerId || lease.epoch !== order.epoch)
      throw new MeridianError('EPOCH_STALE', 'the room has another owner');
    const job = [order.roomKey, order.trackId, order.toMimeType.toLowerCase()].join(' ');
    const millicores = transcodeMillicoresOf(order, order.fromMimeType);
    const { tenant = '', room = '' } = partsOfRoomKey(order.roomKey) ?? {};
    let refusal: unknown;
    for (const gatewayId of this.#candidates(order, job, millicores)) {
      if (!this.#handed.recordHanded(job, { tenant, room, gatewayId, millicores }, clock.nowMs()))
        throw new MeridianError('OVERLOADED', 'too many renditions are asked for');
      try {
        await send(gatewayId, order);
        this.#handed.accepted(job, clock.nowMs());
        log.info({ gatewayId, roomKey: order.roomKey, trackId: order.trackId, millicores }, 'a rendition is made');
        return;
      } catch (error) {
        this.#handed.drop(job);
        refusal = error;
        log.info({ gatewayId, trackId: order.trackId, err: error }, 'a gateway does not make a rendition');
        // The remaining gateways lack the codec too.
        if (error instanceof Error && 'code' in error && error.code === 'CODEC_UNSUPPORTED') break;
      }
    }
    throw refusal;
  }

  #candidates(order: wire.Transcode, job: string, millicores: number): readonly string[] {
    const { fleet, clock } = this.#o;
    const trackNode = fleet.get(order.nodeId)?.description;
    if (trackNode === undefined) throw new MeridianError('NO_NODE', 'the media node of the track is not known');
    const gateways = this.#gateways();
    const gatewayBefore = this.#handed.gatewayOf(job, clock.nowMs());
    if (gatewayBefore !== undefined && gateways.some(({ nodeId }) => nodeId === gatewayBefore)) return [gatewayBefore];
    const chosen = chooseGateways({ fence: order.fence, millicores }, trackNode, gateways);
    if (typeof chosen === 'string') throw new MeridianError(chosen, 'no gateway can make the rendition');
    return chosen.slice(0, GATEWAYS_TRIED_MAX);
  }

  #gateways(): TranscodingGateway[] {
    const { fleet, clock } = this.#o;
    const charged = this.#handed.unreportedByGateway((id) => fleet.get(id)?.heardAtMs ?? 0, clock.nowMs());
    return fleet.list().flatMap((node) => {
      const { description, load } = node;
      const { nodeId, hostId, region, latitude, longitude } = description;
      const isUsable = description.kind === nodeKind.gateway && publicState(node) === 'alive';
      if (!isUsable || load.transcodeMillicores === 0) return [];
      const usedMillicores = load.transcodeMillicoresUsed + (charged.get(nodeId) ?? 0);
      const freeMillicores = load.transcodeMillicores - usedMillicores;
      return [{ nodeId, hostId, region, latitude, longitude, freeMillicores }];
    });
  }
}

function checkOrder(order: wire.Transcode): void {
  const { trackId, fromMimeType, toMimeType, width, height, nodeId, fence } = order;
  check(isTrackId(trackId), 'track_id');
  check(fromMimeType.length <= limits.mimeTypeLengthMax, 'from_mime_type');
  check(toMimeType.length <= limits.mimeTypeLengthMax, 'to_mime_type');
  check(width <= SIDE_PX_MAX && height <= SIDE_PX_MAX, 'width or height');
  check(isNodeId(nodeId), 'node_id');
  check(isFence(fence), 'fence');
}
