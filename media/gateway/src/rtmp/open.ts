// Decides on RTMP clients that want to publish or play, by their key.
import { MeridianClientError } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { RefusalLog } from '../adapters/refusal-log.ts';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import type { RtmpRequest } from '../core/rtmp/server.ts';
import type { WaitingBytes } from '../core/waiting-bytes.ts';
import type { Arrivals } from '../http/arrivals.ts';
import type { Publications } from '../live/publications.ts';
import { type Announcement, announcing } from '../room/announced.ts';
import { type MergedViewer, MergedWrites } from '../room/merged-writes.ts';
import type { ProgrammeItem } from '../room/programme.ts';
import type { Programmes, SeatOptions } from '../room/programmes.ts';
import type { PublishPoints } from '../room/publish-points.ts';
import type { RtmpListenerOptions, RtmpPeer, RtmpRole } from './listener.ts';
import { playByRtmp } from './player.ts';
import { RtmpPublisher } from './publisher.ts';

/** Only application of the URLs: rtmp://host/live/KEY. */
const APPLICATION = 'live';

export interface OpenRtmpOptions {
  readonly keys: StreamKeys;
  readonly points: PublishPoints;
  readonly publications: Publications;
  readonly programmes: Programmes;
  /** Limits how fast each address may publish or play; absent: no limit. */
  readonly arrivals?: Pick<Arrivals, 'waitMs'>;
  readonly waiting?: WaitingBytes;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Answers every request with a role, or with a refusal that names the code. */
export function openRtmp(o: OpenRtmpOptions): RtmpListenerOptions['open'] {
  const { clock, waiting } = o;
  const writes = new MergedWrites<ProgrammeItem | Announcement>({ clock, waiting, bytesOf: ({ rtmp }) => rtmp });
  const announced = announcing<ProgrammeItem>({ clock, onChange: 'add' });
  const inRtmp: SeatOptions<MergedViewer> = { sound: 'aac', source: (programme) => writes.of(announced(programme)) };
  const refusals = new RefusalLog(o);
  return async (request, peer) => {
    try {
      return await roleOf({ ...o, inRtmp }, request, peer);
    } catch (error) {
      if (!(error instanceof MeridianError || error instanceof MeridianClientError)) throw error;
      refusals.refused(peer.address, { code: error.code }, 'an RTMP request is refused');
      const status = request.kind === 'publishRequested' ? 'NetStream.Publish.Denied' : 'NetStream.Play.Failed';
      request.refuse(status, `${error.code}: ${error.message}`);
      return undefined;
    }
  };
}

async function roleOf(
  o: OpenRtmpOptions & { readonly inRtmp: SeatOptions<MergedViewer> },
  request: RtmpRequest,
  peer: RtmpPeer,
): Promise<RtmpRole | undefined> {
  if (request.app !== APPLICATION) throw new MeridianError('REQUEST_INVALID', `the application is ${APPLICATION}`);
  if ((o.arrivals?.waitMs(peer.address) ?? 0) > 0) throw new MeridianError('RATE_LIMITED');
  const key = await o.keys.open(request.name);
  peer.holdMore();
  const place = { protocol: key.protocol || 'rtmp', clientIp: peer.address };
  if (request.kind === 'playRequested') {
    const seat = await o.programmes.seat(key, { ...place, isBound: true }, o.inRtmp);
    if (request.accept()) return playByRtmp({ seat, peer });
    seat.close();
    return undefined;
  }
  const publication = await o.publications.begin(key, place);
  try {
    const point = await o.points.open(key, place);
    if (request.accept()) return new RtmpPublisher({ point, publication, peer, log: o.log });
  } catch (error) {
    publication.end();
    throw error;
  }
  publication.end();
  return undefined;
}
