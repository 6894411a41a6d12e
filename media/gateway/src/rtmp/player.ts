import type { MergedViewer } from '../room/merged-writes.ts';
import type { Seat } from '../room/programmes.ts';
import type { RtmpPeer, RtmpRole } from './listener.ts';

export interface PlayOptions {
  readonly seat: Seat<MergedViewer>;
  readonly peer: RtmpPeer;
}

export function playByRtmp({ seat, peer }: PlayOptions): RtmpRole {
  seat.watch({
    get queuedBytes() {
      return peer.queuedBytes;
    },
    write: (bytes) => {
      peer.write(bytes);
      seat.sent(bytes.length);
    },
    ended: (code) => {
      const isSlow = code === 'TOO_SLOW';
      peer.close(
        isSlow
          ? `${code}: the connection is slower than the programme`
          : `${code}: the programme is over for this viewer`,
      );
    },
  });
  return { take: () => undefined, ended: () => seat.close() };
}
