// A player of a programme by RTMP.
import { SlowViewer } from '../core/slow-viewer.ts';
import type { MergedWrites } from '../room/merged-writes.ts';
import type { ProgrammeItem, Viewer } from '../room/programme.ts';
import type { Seat } from '../room/programmes.ts';
import type { RtmpPeer, RtmpRole } from './listener.ts';

export interface PlayOptions {
  readonly seat: Seat<Viewer>;
  readonly peer: RtmpPeer;
  /** Of items as messages. */
  readonly writes: MergedWrites<ProgrammeItem>;
}

/** Gives the programme to a peer whose request to play was accepted, until either ends. */
export function playByRtmp({ seat, peer, writes }: PlayOptions): RtmpRole {
  const slow = new SlowViewer();
  const writer = writes.writer((bytes) => {
    peer.write(bytes);
    seat.sent(bytes.length);
  });
  seat.watch({
    take: (item) => {
      const verdict = slow.next(item, peer.queuedBytes + writer.waitingBytes);
      if (verdict === 'send') writer.push(item);
      else if (verdict === 'end') {
        writer.close();
        peer.close('TOO_SLOW: the connection takes less than the programme');
      }
    },
    ended: (code) => {
      writer.flush();
      peer.close(`${code}: the programme is over for this viewer`);
    },
  });
  writer.flush(); // the first picture does not wait
  return {
    take: () => undefined,
    ended: () => {
      writer.close();
      seat.close();
    },
  };
}
