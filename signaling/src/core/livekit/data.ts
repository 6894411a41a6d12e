// Data, chat and calls: LiveKit's packets of data channels and our frames.
import type { DataPacket } from '@livekit/protocol';
import type { wire } from '@meridian/protocol';
import type { ClientMessage } from './requests.ts';
import type { ShownRoom } from './shown-room.ts';

/** A packet for the client, over the channel `_lossy` or `_reliable`. */
export interface SentPacket {
  readonly packet: DataPacket;
  readonly lossy: boolean;
}
export interface Outgoing {
  /** For our service, in order. */
  readonly messages: readonly ClientMessage[];
  /** Straight back to the client: a call that cannot be made. */
  readonly packets: readonly SentPacket[];
  /** Why it, or a part of it, was dropped: for counting. */
  readonly dropped?: string;
}
export interface Incoming {
  readonly packets: readonly SentPacket[];
  readonly dropped?: string;
}

/** Of one client: it keeps streams of chat until they are whole. */
export class Packets {
  constructor(_room: ShownRoom) {}
  fromClient(_packet: DataPacket, _o: { readonly lossy: boolean; readonly nowMs: number }): Outgoing {
    throw new Error('not built yet');
  }
  fromRoom(_data: wire.DataReceived.$Properties): Incoming {
    throw new Error('not built yet');
  }
  /** Posts of others as chat. */
  posts(_posts: wire.Posts.$Properties): Incoming {
    throw new Error('not built yet');
  }
}
