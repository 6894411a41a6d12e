// Messages of an owner to the signaling nodes of a room, including its own (peer-sink.ts).
import type { RosterEvent, wire } from '@meridian/protocol';
import type { MoveOrder } from '../clients/context.ts';
import type { KnockAnswer } from '../clients/waiting.ts';
import type { PostNews } from '../core/index.ts';
import type { SessionOrder } from '../wire/control-wire.ts';
import type { CrowdNotice } from './stage.ts';

export interface RoomIdentity {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
}

export interface SignalingSink {
  events(signalingId: string, room: RoomIdentity, events: readonly RosterEvent[]): void;
  order(signalingId: string, room: RoomIdentity, sessionId: string, order: SessionOrder): void;
  /** Sends a message of the service to these sessions of the signaling node. */
  data(
    signalingId: string,
    room: RoomIdentity,
    data: wire.DataReceived.$Properties,
    sessionIds: readonly string[],
  ): void;
  /** Answers some of the clients that wait in front of the room at the signaling node. */
  knocked(signalingId: string, room: RoomIdentity, answer: KnockAnswer): void;
  /** Sends the waiting clients to the hosts and cohosts at the signaling node. */
  lobby(signalingId: string, room: RoomIdentity, lobby: wire.Lobby.$Properties): void;
  /** Sends news to the signaling node's crowd, or to its hosts and cohosts. */
  crowd(signalingId: string, room: RoomIdentity, news: CrowdNotice): void;
  /** Sends news of posts; returns false if they are lost. */
  posts(signalingId: string, room: RoomIdentity, news: PostNews): boolean;
  /** Resolves when the session has moved; rejects with the failure. */
  move(signalingId: string, room: RoomIdentity, order: MoveOrder): Promise<void>;
}
