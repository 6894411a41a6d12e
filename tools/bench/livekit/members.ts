// Members of a room in a memory cloud that read nothing that they need not: what they cost is what the service spends.
import { encodeClientFrame } from '@meridian/protocol';
import { connectQueryOf } from '../../../signaling/src/core/index.ts';
import { joinMessage } from '../../../signaling/test/service/rig/client.ts';
import {
  type FrameReceiver,
  type MemoryNode,
  type MemorySocket,
  tokenOf,
} from '../../../signaling/test/support/memory-cloud.ts';
import { LiveKitClient, type MemoryLiveKit } from '../../../signaling/test/support/memory-livekit.ts';

/** What all members of one room have heard. */
export interface Heard {
  messages: number;
}
export interface Member {
  /** Says that it goes, and closes its socket. */
  leave(): void;
}

/** A client of ours. */
export class OwnMember implements FrameReceiver, Member {
  readonly #heard: Heard;
  readonly #socket: MemorySocket;

  constructor(node: MemoryNode, identity: string, heard: Heard) {
    this.#heard = heard;
    this.#socket = node.open(this);
    this.#socket.say(encodeClientFrame({ requestId: 1, join: joinMessage(tokenOf({ identity })) }));
  }

  onFrame(): void {
    this.#heard.messages += 1;
  }

  onEnd(): void {
    // the room's other members show whether it is gone
  }

  leave(): void {
    this.#socket.leave(1000);
  }
}

/** A `SignalResponse` with an offer begins so: field 3, a message. */
const OFFER_TAG = 0x1a;

/** A client of LiveKit's SDKs. It reads and answers offers, as without an answer nothing is sent to it. */
export class LiveKitMember extends LiveKitClient implements Member {
  readonly #count: Heard;

  constructor(rooms: MemoryLiveKit, identity: string, heard: Heard) {
    const query = connectQueryOf(`access_token=${encodeURIComponent(tokenOf({ identity }))}&protocol=16`);
    if (query === undefined) throw new RangeError('the query is too long');
    super(rooms, query);
    this.#count = heard;
  }

  override send(bytes: Uint8Array): boolean {
    this.#count.messages += 1;
    if (bytes[0] !== OFFER_TAG) return true;
    super.send(bytes);
    queueMicrotask(() => {
      this.answer();
      this.heard.length = 0;
    });
    return true;
  }

  leave(): void {
    this.say({ case: 'leave', value: {} });
    this.cut(true);
  }
}
