// A player of a programme by RTMP.
import { SlowViewer } from '../core/slow-viewer.ts';
import type { Programme } from '../room/programme.ts';
import type { RtmpPeer, RtmpRole } from './listener.ts';

/** Gives the programme to a peer whose request to play was accepted, until either ends. */
export function playByRtmp(o: { programme: Programme; peer: RtmpPeer; streamId: number }): RtmpRole {
  const { programme, peer, streamId } = o;
  const slow = new SlowViewer();
  const stop = programme.watch({
    take: (item) => {
      const verdict = slow.next(item, peer.queuedBytes);
      if (verdict === 'send') peer.write(item.rtmp);
      else if (verdict === 'end') peer.close('TOO_SLOW: the connection takes less than the programme');
    },
    ended: () => peer.endPlay(streamId),
  });
  return { take: () => undefined, ended: stop };
}
