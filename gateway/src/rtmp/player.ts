// A player of a programme by RTMP.
import { SlowViewer } from '../core/slow-viewer.ts';
import type { Viewer } from '../room/programme.ts';
import type { Seat } from '../room/programmes.ts';
import type { RtmpPeer, RtmpRole } from './listener.ts';

/** Gives the programme to a peer whose request to play was accepted, until either ends. */
export function playByRtmp(o: { seat: Seat<Viewer>; peer: RtmpPeer; streamId: number }): RtmpRole {
  const { seat, peer, streamId } = o;
  const slow = new SlowViewer();
  seat.watch({
    take: (item) => {
      const verdict = slow.next(item, peer.queuedBytes);
      if (verdict === 'send') {
        peer.write(item.rtmp);
        seat.sent(item.rtmp.length);
      } else if (verdict === 'end') peer.close('TOO_SLOW: the connection takes less than the programme');
    },
    ended: () => peer.endPlay(streamId),
  });
  return { take: () => undefined, ended: () => seat.close() };
}
