// What becomes of somebody who wants to publish or play by RTMP: the key decides.
import { MeridianClientError } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import type { RtmpRequest } from '../core/rtmp/server.ts';
import { inAac, type Programmes } from '../room/programmes.ts';
import type { PublishPoints } from '../room/publish-points.ts';
import type { RtmpListenerOptions, RtmpPeer, RtmpRole } from './listener.ts';
import { playByRtmp } from './player.ts';
import { RtmpPublisher } from './publisher.ts';

/** The one application of the URLs: rtmp://host/live/KEY. */
const APPLICATION = 'live';

export interface OpenRtmpOptions {
  readonly keys: StreamKeys;
  readonly points: PublishPoints;
  readonly programmes: Programmes;
  readonly log: Logger;
}

/** Answers every request: with a role, or with a refusal that names the code. */
export function openRtmp(o: OpenRtmpOptions): RtmpListenerOptions['open'] {
  return async (request, peer) => {
    try {
      return await roleOf(o, request, peer);
    } catch (error) {
      if (!(error instanceof MeridianError || error instanceof MeridianClientError)) throw error;
      o.log.info({ address: peer.address, code: error.code }, 'an RTMP request is refused');
      const status = request.kind === 'publishRequested' ? 'NetStream.Publish.Denied' : 'NetStream.Play.Failed';
      request.refuse(status, `${error.code}: ${error.message}`);
      return undefined;
    }
  };
}

async function roleOf(o: OpenRtmpOptions, request: RtmpRequest, peer: RtmpPeer): Promise<RtmpRole | undefined> {
  if (request.app !== APPLICATION) throw new MeridianError('REQUEST_INVALID', `the application is ${APPLICATION}`);
  const key = o.keys.open(request.name);
  if (request.kind === 'playRequested') {
    const place = { protocol: key.protocol || 'rtmp', clientIp: peer.address, isBound: true };
    const seat = await o.programmes.seat(key, place, inAac);
    if (request.accept()) return playByRtmp({ seat, peer, streamId: request.streamId });
    seat.close();
    return undefined;
  }
  const point = await o.points.open(key, { protocol: key.protocol || 'rtmp', clientIp: peer.address });
  if (!request.accept()) return undefined;
  return new RtmpPublisher({ point, peer, log: o.log });
}
